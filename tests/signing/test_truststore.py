"""The folder of roots: what lies in it is believed, in its time; what is wrong in it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem

from signing import Status, sign, trust_store, verify
from signing.demo import Authority
from signing.errors import BadTrustStore


@pytest.fixture
def folder(authority: Authority, tmp_path: Path) -> Path:
    """The demo authority's root as PEM and its intermediates as DER, as an administrator puts them there."""
    (root,) = authority.trust.roots
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", root.certificate))
    for number, other in enumerate(authority.trust.others):
        (tmp_path / f"other-{number}.cer").write_bytes(other)
    return tmp_path


def test_what_lies_in_the_folder_is_believed_and_nothing_else(
    authority: Authority, folder: Path, letter: bytes
) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services)
    found = verify(signed.pdf, trust=trust_store(folder))
    assert (found.verdict, found.demo) == (Status.VALID, False)
    empty = verify(signed.pdf, trust=trust_store(folder / "not-there"))
    assert empty.verdict is Status.INDETERMINATE


def test_intermediates_are_no_roots(authority: Authority, folder: Path) -> None:
    found = trust_store(folder)
    assert len(found.roots) == 1
    assert len(found.others) == len(authority.trust.others)


def test_a_root_is_believed_in_its_time(folder: Path) -> None:
    (folder / "trust.toml").write_text('["root.pem"]\nname = "Gốc"\nfrom = 2020-01-02\nuntil = 2021-03-04\n', "utf-8")
    (root,) = trust_store(folder).roots
    assert (root.name, root.trusted_from) == ("Gốc", datetime(2020, 1, 2, tzinfo=UTC))
    assert root.trusted_until is not None
    assert root.trusted_until.date().isoformat() == "2021-03-04"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trust.toml", b'["nobody.pem"]\nname = "x"\n'),
        ("trust.toml", b'["root.pem"]\nfrom = "soon"\n'),
        ("trust.toml", b"not toml"),
        ("bad.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("bad.cer", b"no certificate"),
    ],
)
def test_what_is_wrong_in_the_folder_is_said_with_the_files_name(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(BadTrustStore) as told:
        trust_store(folder)
    assert name in told.value.vi
