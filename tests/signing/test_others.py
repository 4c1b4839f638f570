"""Programs of other people accept what was signed: OpenSSL, Poppler, MuPDF, qpdf; on every profile and level."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import Level, profiles, sign
from signing.demo import Authority
from tests.programs import run

LEVELS = [Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA]


def chain(authority: Authority, folder: Path) -> None:
    ders = [authority.root, *authority.trust.others]
    (folder / "ca.pem").write_bytes(b"".join(pem.armor("CERTIFICATE", der) for der in ders))


def covered(pdf: bytes, byte_range: Sequence[int]) -> bytes:
    a, b, c, d = byte_range
    return pdf[a : a + b] + pdf[c : c + d]


def proved_by_others(authority: Authority, pdf: bytes, folder: Path) -> None:
    (folder / "signed.pdf").write_bytes(pdf)
    chain(authority, folder)
    reader = PdfFileReader(io.BytesIO(pdf))
    for one in reader.embedded_signatures:
        byte_range = [int(edge) for edge in one.sig_object["/ByteRange"]]
        (folder / "content").write_bytes(covered(pdf, byte_range))
        (folder / "cms").write_bytes(one.pkcs7_content)
        if one.sig_object_type == "/DocTimeStamp":
            command = "openssl ts -verify -token_in -in cms -data content -CAfile ca.pem"
        else:
            command = (
                "openssl cms -verify -binary -inform DER -in cms -content content -CAfile ca.pem "
                "-purpose any -out /dev/null"
            )
        run(*command.split(), cwd=folder)
    number = len(reader.embedded_regular_signatures)
    said = run("pdfsig", "-nocert", "signed.pdf", cwd=folder)
    assert said.count("Signature is Valid.") == number
    mechanisms = {
        one.signer_info["signature_algorithm"]["algorithm"].native for one in reader.embedded_regular_signatures
    }
    if "rsassa_pss" not in mechanisms:
        # MuPDF checks through OpenSSL's old PKCS#7 interface, which knows no RSASSA-PSS
        said = run("mutool", "sign", "-v", "signed.pdf", cwd=folder)
        assert said.count("The signature is valid") + said.count("unchanged since signing") >= number, said
    run("qpdf", "--check", "signed.pdf", cwd=folder)


@pytest.mark.parametrize("name", ["ket_qua_dau", "thanh_phan", "luu_tru"])
def test_signed_files_are_accepted(
    authority: Authority, signed_files: dict[str, Path], tmp_path: Path, name: str
) -> None:
    proved_by_others(authority, signed_files[name].read_bytes(), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", list(profiles()))
@pytest.mark.parametrize("algorithm", ["ec", "rsa"])
def test_every_profile_and_level_is_accepted(
    authority: Authority, letter: bytes, tmp_path: Path, name: str, level: Level, algorithm: str
) -> None:
    signer = authority.issue("Cơ quan Mẫu", "agency", algorithm=algorithm)  # type: ignore[arg-type]
    signed = sign(letter, profile=name, signer=signer, services=authority.services, level=level)
    proved_by_others(authority, signed.pdf, tmp_path)


def test_others_see_tampering_too(authority: Authority, signed_files: dict[str, Path], tmp_path: Path) -> None:
    """The judges above are judges: they refuse a changed file."""
    pdf = bytearray(signed_files["luu_tru"].read_bytes())
    pdf[pdf.index(b"stream") + 40] ^= 1
    (tmp_path / "bad.pdf").write_bytes(bytes(pdf))
    said = subprocess.run(["pdfsig", "-nocert", "bad.pdf"], cwd=tmp_path, capture_output=True, check=False).stdout
    assert b"Signature is Valid." not in said
    assert re.search(rb"Digest Mismatch|Invalid", said)
