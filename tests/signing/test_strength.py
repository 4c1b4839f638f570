"""Algorithms are judged at the time that is proven, by dates that an installation may correct; wrong ones are named."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import keys
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key
from hypothesis import given
from hypothesis import strategies as st

from signing import Level, Pkcs12Signer, Status, Strength, Trust, lapse, sign, trust_store
from signing.demo import Authority
from signing.errors import BadTrustStore
from signing.strength import ALWAYS, KEYS, NEVER
from signing.verification import verify_here
from signing.wire import key_until
from tests.signing import odd

DAY = timedelta(days=1)
LASTING = Strength.default().with_rows({"rsa": {"2048": ALWAYS}})
"""The DEMO authority has RSA 2048, which holds to the end of 2030: no test shall end with it."""


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 23, 59, 59, 999999, UTC)


def in_days(pdf: bytes, trust: Trust, strength: Strength, days: float) -> tuple[Status, set[str]]:
    """What verification will say then, asking nobody."""
    then = datetime.now(UTC) + days * DAY
    report = asyncio.run(verify_here(pdf, replace(trust, transport=None, strength=strength), then))
    return report.verdict, {reason.code for one in report.signatures for reason in one.reasons}


def test_what_the_product_knows() -> None:
    known = Strength.default()
    assert known.digest("sha1") == known.key("rsa", 1024) == known.key("rsa", 2047) == day(2013, 12, 31)
    assert known.key("rsa", 2048) == known.key("ecdsa", 224) == known.digest("sha224") == day(2030, 12, 31)
    assert known.key("rsa", 4096) == known.key("ecdsa", 521) == known.digest("sha256") == ALWAYS
    assert known.digest("md5") == known.digest("whirlpool") == known.key("rsa", 512) == known.key("gost", 256) == NEVER


def test_a_file_in_the_trust_folder_says_what_is_different(tmp_path: Path) -> None:
    (tmp_path / "algorithms.toml").write_text(
        "[rsa]\n2048 = 2028-12-31\n2560 = true\n[digest]\nsha1 = false\n", "utf-8"
    )
    found = trust_store(tmp_path).strength
    assert (found.key("rsa", 2048), found.key("rsa", 2560), found.digest("sha1")) == (day(2028, 12, 31), ALWAYS, NEVER)
    assert found.key("ecdsa", 256) == found.digest("sha256") == ALWAYS
    assert trust_store(tmp_path / "not-there").strength == Strength.default()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[rsa]\n2048 = '2030'\n", "[rsa] 2048 = 2030"),
        ("[rsa]\nlong = true\n", "[rsa] long = True"),
        ("[rsa]\n-1 = true\n", "[rsa] -1 = True"),
        ("[rsa]\n999999999999 = true\n", "[rsa] 999999999999 = True"),
        ("[digest]\nsha257 = true\n", "[digest] sha257 = True"),
        ("[digest]\nsha1 = 2013-12-31T00:00:00Z\n", "[digest] sha1"),
        ("[digests]\nsha1 = true\n", "[digests]"),
        ("rsa = true\n", "[rsa]"),
        ("[rsa\n", "algorithms.toml"),
        ("\udcff", "algorithms.toml"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "algorithms.toml").write_text(text, "utf-8", errors="surrogateescape")
    with pytest.raises(BadTrustStore) as caught:
        trust_store(tmp_path)
    assert named in caught.value.en and "algorithms.toml" in caught.value.vi


ROWS = st.dictionaries(st.integers(1, 65536).map(str), st.sampled_from([ALWAYS, NEVER, day(2013, 12, 31)]), max_size=3)


@given(st.dictionaries(st.sampled_from(KEYS), ROWS))
def test_it_crosses_to_the_child_unchanged(rows: dict[str, dict[str, datetime]]) -> None:
    strength = Strength.default().with_rows(rows)
    assert Strength.from_json(strength.to_json()) == strength


@pytest.fixture(scope="module")
def archived(authority: Authority, letter: bytes) -> dict[Level, bytes]:
    """Signed with RSA 3072, which nothing else of the authority has."""
    made = odd.Issuer(authority).signer("Người Ký Đúng Thời", bits=3072)
    assert made.signing_key is not None and made.signing_cert is not None
    key = load_der_private_key(made.signing_key.dump(), None)
    certificate = x509.load_der_x509_certificate(made.signing_cert.dump())
    signer = Pkcs12Signer.of(key, certificate, authority.trust.others)
    levels = (Level.B_B, Level.B_LTA)
    return {
        level: sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=level).pdf
        for level in levels
    }


def until(family: str, bits: int, moment: datetime) -> Strength:
    return LASTING.with_rows({family: {str(bits): moment}})


def test_a_signature_is_judged_by_what_held_when_it_was_stamped(
    authority: Authority, archived: dict[Level, bytes]
) -> None:
    tomorrow = until("rsa", 3072, datetime.now(UTC) + DAY)
    assert in_days(archived[Level.B_LTA], authority.trust, tomorrow, 0)[0] is Status.VALID
    assert in_days(archived[Level.B_LTA], authority.trust, tomorrow, 2)[0] is Status.VALID
    verdict, codes = in_days(archived[Level.B_B], authority.trust, tomorrow, 2)
    assert verdict is Status.INDETERMINATE and "weak_algorithm" in codes, "nothing proves that it is older"
    yesterday = until("rsa", 3072, datetime.now(UTC) - DAY)
    verdict, codes = in_days(archived[Level.B_LTA], authority.trust, yesterday, 0)
    assert verdict is Status.INDETERMINATE and "weak_algorithm" in codes


def test_a_time_stamp_must_hold_until_what_came_after_it(authority: Authority, archived: dict[Level, bytes]) -> None:
    """Whoever can forge with what is weak today can put any time into a stamp."""
    tomorrow = until("rsa", 2048, datetime.now(UTC) + DAY)
    assert in_days(archived[Level.B_LTA], authority.trust, tomorrow, 0)[0] is Status.VALID
    verdict, codes = in_days(archived[Level.B_LTA], authority.trust, tomorrow, 2)
    assert verdict is Status.INDETERMINATE and "no_timestamp" in codes


def test_a_digest_that_does_not_hold_is_weak(authority: Authority, archived: dict[Level, bytes]) -> None:
    weak = LASTING.with_rows({"digest": {"sha256": NEVER}})
    verdict, codes = in_days(archived[Level.B_LTA], authority.trust, weak, 0)
    assert verdict is Status.INDETERMINATE and "weak_algorithm" in codes


def test_the_end_of_a_file_follows_the_same_dates(archived: dict[Level, bytes]) -> None:
    soon = datetime.now(UTC) + 30 * DAY
    found = lapse(archived[Level.B_LTA], strength=until("rsa", 2048, soon))
    assert (found.at, found.why) == (soon, "algorithm")
    assert lapse(archived[Level.B_LTA], strength=LASTING).why == "certificate"
    assert max(date(2030, 12, 31), soon.date()) >= (lapse(archived[Level.B_LTA]).at or soon).date()


def test_a_key_of_an_unknown_family_holds_at_no_time() -> None:
    """GOST R 34.10-2012, say: its file is judged like any other, and its signature is weak."""
    info = keys.PublicKeyInfo.load(bytes.fromhex("3010300a06082a8503070101010103020000"))
    assert key_until(LASTING, info) == NEVER
