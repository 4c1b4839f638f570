"""Renewal: a file is kept provable beyond the life of the authority that stamped it; what is too late is said to be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signing import Level, Services, Status, Strength, Transport, Trust, lapse, renew, sign, verify
from signing.demo import Authority
from signing.demo.architecture import ARCH, configuration
from signing.renewal_errors import NoGain, NothingToRenew, TooLateToRenew
from signing.strength import ALWAYS
from signing.verification import verify_here

OLD = "http://127.0.0.1:8732"


def aging(folder: Path, days: int) -> Authority:
    """An authority founded so long ago that its time-stamp certificate (of 15 years) ends in so many days."""
    Authority(folder, base_url=OLD)
    state = json.loads((folder / "authority.json").read_text())
    founded = datetime.now(UTC) - timedelta(days=365 * 15 - days)
    (folder / "authority.json").write_text(json.dumps(state | {"created": founded.isoformat()}))
    for made in (folder / "certs").glob("*.cer"):
        made.unlink()
    return Authority(folder, base_url=OLD)


class Both:
    """Two authorities at their own addresses."""

    def __init__(self, first: Authority, second: Authority) -> None:
        self._first, self._second = first.transport, second.transport

    def _of(self, url: str) -> Transport:
        return self._first if url.startswith(OLD) else self._second

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        return await self._of(url).post(url, body, content_type)

    async def get(self, url: str) -> bytes:
        return await self._of(url).get(url)


def named_apart(*given: Any) -> dict[str, Any]:
    """The configuration of the DEMO authority; the old one has names of its own, as authorities have."""
    made = configuration(*given)
    if given[1] == OLD:
        for label in ("root", "issuing", "tsa", "ocsp"):
            made["pki-architectures"][ARCH]["entities"][label]["common-name"] += " (1)"
    return made


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("signing.demo.authority.configuration", named_apart)
        yield aging(tmp_path_factory.mktemp("old"), 20)


@pytest.fixture(scope="module")
def both(old: Authority, authority: Authority) -> Trust:
    """Believes both, and their RSA 2048 for ever: what ends here is certificates. Asks nobody."""
    one, two = old.trust, authority.trust
    lasting = Strength.default().with_rows({"rsa": {"2048": ALWAYS}})
    return Trust((*one.roots, *two.roots), others=(*one.others, *two.others), strength=lasting)


@pytest.fixture
def younger(old: Authority, authority: Authority, both: Trust, switch: Any) -> Services:
    """The services of an agency that has changed to an authority whose certificate ends later."""
    switch.inner = Both(old, authority)
    return Services(replace(both, transport=switch), authority.services.timestampers, switch, demo=True)


@pytest.fixture(scope="module")
def archived(old: Authority, letter: bytes) -> bytes:
    """Signed B-LTA; its archive time-stamp can be believed for twenty days more."""
    signed = sign(letter, profile="luu_tru", signer=old.issue("Người Ký Mẫu", "officer"), services=old.services)
    assert signed.level is Level.B_LTA
    return signed.pdf


def in_days(pdf: bytes, trust: Trust, days: int) -> tuple[Status, Level]:
    """What verification will say then, asking nobody."""
    report = asyncio.run(verify_here(pdf, trust, datetime.now(UTC) + timedelta(days=days)))
    return report.verdict, report.signatures[-1].level


def test_a_renewed_file_outlives_the_authority_that_stamped_it_first(
    archived: bytes, younger: Services, both: Trust
) -> None:
    ends = lapse(archived)
    assert ends.why == "certificate" and ends.at is not None
    assert timedelta(days=18) < ends.at - datetime.now(UTC) < timedelta(days=21)
    renewed = renew(archived, services=younger)
    assert (renewed.level, renewed.complete) == (Level.B_LTA, True)
    assert renewed.pdf.startswith(archived), "the old evidence is still there, byte for byte"
    later = lapse(renewed.pdf)
    assert later.at is not None and later.at > ends.at + timedelta(days=1000)
    assert in_days(archived, both, 1) == in_days(renewed.pdf, both, 1) == (Status.VALID, Level.B_LTA)
    assert in_days(archived, both, 30)[0] is Status.INDETERMINATE
    assert in_days(renewed.pdf, both, 30) == (Status.VALID, Level.B_LTA)
    told = verify(renewed.pdf, trust=both)
    assert told.timestamps == 2
    assert told.signatures[0].signed_at == verify(archived, trust=both).signatures[0].signed_at


def test_it_outlives_the_signer_too(archived: bytes, younger: Services, both: Trust) -> None:
    renewed = renew(archived, services=younger).pdf
    assert in_days(renewed, both, 365 * 6) == (Status.VALID, Level.B_LTA)


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT])
def test_a_file_without_an_archive_time_stamp_gets_what_it_lacks(
    level: Level, old: Authority, letter: bytes, younger: Services, both: Trust
) -> None:
    signer = old.issue("Người Ký Mẫu", "officer")
    pdf = sign(letter, profile="luu_tru", signer=signer, services=old.services, level=level).pdf
    renewed = renew(pdf, services=younger)
    assert renewed.level is Level.B_LTA
    assert in_days(renewed.pdf, both, 30) == (Status.VALID, Level.B_LTA)


@pytest.mark.parametrize("down", ["tsa", "ocsp"])
def test_without_its_services_nothing_is_added_and_it_says_so(
    down: str, archived: bytes, younger: Services, switch: Any
) -> None:
    switch.down = {down, "crls"} if down == "ocsp" else {down}
    tried = renew(archived, services=younger)
    assert tried.pdf == archived
    assert not tried.complete
    assert {"tsa_unavailable", "revocation_unavailable"} & {reason.code for reason in tried.reasons}


def test_a_time_stamp_that_ends_no_later_is_not_added(archived: bytes, old: Authority) -> None:
    with pytest.raises(NoGain):
        renew(archived, services=old.services)


def test_what_does_not_hold_any_more_is_too_late(
    tmp_path: Path, letter: bytes, authority: Authority, both: Trust, younger: Services
) -> None:
    stranger = Authority(tmp_path)
    pdf = sign(letter, profile="luu_tru", signer=stranger.issue("Ai Đó", "officer"), services=stranger.services).pdf
    with pytest.raises(TooLateToRenew) as told:
        renew(pdf, services=younger)
    assert "untrusted" in told.value.en


def test_unsigned_and_unstamped_files_have_nothing_to_renew(
    letter: bytes, authority: Authority, younger: Services
) -> None:
    signer = authority.issue("Người Ký Mẫu", "officer")
    bare = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B).pdf
    for pdf in (letter, bare):
        assert lapse(pdf).at is None
        with pytest.raises(NothingToRenew):
            renew(pdf, services=younger)


def test_an_algorithm_that_ages_first_decides(archived: bytes, younger: Services) -> None:
    renewed = renew(archived, services=younger).pdf
    ages = younger.trust.strength.with_rows({"digest": {"sha256": datetime(2027, 1, 1, tzinfo=UTC)}})
    told = lapse(renewed, strength=ages)
    assert (told.at, told.why) == (datetime(2027, 1, 1, tzinfo=UTC), "algorithm")
