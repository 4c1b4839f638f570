"""Signatures that other programs make, as packages ship them: OpenSSL, MuPDF; each with its right verdict and level."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from signing import Level, Pkcs12Signer, Status, verify
from signing.demo import Authority
from signing.marks import Drawn
from signing.placing import Placed
from tests.programs import run
from tests.signing.attacks import plain


@pytest.fixture(params=["rsa", "ec"])
def signer(request: pytest.FixtureRequest, authority: Authority) -> Pkcs12Signer:
    return authority.issue("Người Ký Nơi Khác", "officer", algorithm=request.param)


def files(signer: Pkcs12Signer, folder: Path) -> None:
    """The key and its chain as those programs read them."""
    own = x509.load_der_x509_certificate(signer.certificate)
    chain = [x509.load_der_x509_certificate(one) for one in signer.chain]
    (folder / "own.pem").write_bytes(own.public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    (folder / "key.pem").write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    packed = pkcs12.serialize_key_and_certificates(b"k", signer.key, own, chain, BestAvailableEncryption(b"mat-khau"))
    (folder / "key.p12").write_bytes(packed)


@pytest.mark.parametrize(("digest", "verdict"), [("sha256", Status.VALID), ("sha1", Status.INDETERMINATE)])
def test_cades_of_openssl(
    authority: Authority, letter: bytes, signer: Pkcs12Signer, tmp_path: Path, digest: str, verdict: Status
) -> None:
    files(signer, tmp_path)
    out = io.BytesIO(letter)
    placed = Placed.signature(out, Drawn(None, None), "thử", datetime.now(UTC), 8000)
    whole = out.getvalue()
    found = re.search(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) (\d+)", whole)
    assert found is not None
    gap, after, length = (int(edge) for edge in found.groups())
    (tmp_path / "content").write_bytes(whole[:gap] + whole[after : after + length])
    command = "openssl cms -sign -binary -cades -outform DER -in content -signer own.pem -inkey key.pem "
    run(*(command + f"-certfile chain.pem -md {digest} -out cms").split(), cwd=tmp_path)
    assert placed.fill((tmp_path / "cms").read_bytes())
    report = verify(out.getvalue(), trust=authority.trust)
    (one,) = report.signatures
    assert (report.verdict, one.level, one.intact) == (verdict, Level.B_B, True), one
    assert one.signer == "Người Ký Nơi Khác (DEMO)"
    assert ("weak_algorithm" in {reason.code for reason in one.reasons}) is (digest == "sha1")


def test_mupdf(authority: Authority, letter: bytes, signer: Pkcs12Signer, tmp_path: Path) -> None:
    """Adobe's older form, of no PAdES level. Releases that sign over SHA-1 (1.21 does) make what nobody can rely on."""
    files(signer, tmp_path)
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(plain(letter)))
    append_signature_field(writer, SigFieldSpec("S", box=(300, 60, 500, 120)))
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0).idnum
    writer.write(out)
    (tmp_path / "in.pdf").write_bytes(out.getvalue())
    # it measures the room by a signature of its own; where the true one, over ECDSA, is a byte longer it leaves zeros
    for _ in range(20):
        run("mutool", "sign", "-s", "key.p12", "-P", "mat-khau", "-o", "out.pdf", "in.pdf", str(field), cwd=tmp_path)
        signed = (tmp_path / "out.pdf").read_bytes()
        if b"/Contents<30" in signed:
            break
    report = verify(signed, trust=authority.trust)
    (one,) = report.signatures
    weak = one.algorithm.endswith("sha1")
    verdict = Status.INDETERMINATE if weak else Status.VALID
    assert (report.verdict, one.level, one.intact) == (verdict, Level.NONE, True), one
    codes = {reason.code for reason in one.reasons}
    assert {"not_pades", "no_timestamp"} <= codes and ("weak_algorithm" in codes) is weak
    bad = bytearray(signed)
    bad[signed.index(b"stream") + 40] ^= 1
    assert verify(bytes(bad), trust=authority.trust).verdict is Status.INVALID


def test_poppler_with_a_key_of_nss(authority: Authority, letter: bytes, tmp_path: Path) -> None:
    """`pdfsig` signs with the key store of Firefox and LibreOffice, in Adobe's older form. (Over ECDSA release 22.12
    fails at random: it keeps the room of a first signature, and the second may be a byte longer.)"""
    files(authority.issue("Người Ký Nơi Khác", "officer", algorithm="rsa"), tmp_path)
    (tmp_path / "root.der").write_bytes(authority.root)
    (tmp_path / "in.pdf").write_bytes(plain(letter))
    (tmp_path / "nss").mkdir()
    run("certutil", "-N", "-d", "sql:nss", "--empty-password", cwd=tmp_path)
    run("certutil", "-A", "-d", "sql:nss", "-n", "root", "-t", "CT,C,C", "-i", "root.der", cwd=tmp_path)
    run("pk12util", "-d", "sql:nss", "-i", "key.p12", "-W", "mat-khau", "-K", "", cwd=tmp_path)
    run("pdfsig", "-add-signature", "-nssdir", "nss", "-nick", "k", "-reason", "thu", "in.pdf", "out.pdf", cwd=tmp_path)
    signed = (tmp_path / "out.pdf").read_bytes()
    report = verify(signed, trust=authority.trust)
    (one,) = report.signatures
    assert (report.verdict, one.intact, one.signer) == (Status.VALID, True, "Người Ký Nơi Khác (DEMO)"), one
    assert one.level is Level.NONE
    assert {"not_pades", "no_timestamp"} <= {reason.code for reason in one.reasons}
    bad = bytearray(signed)
    bad[signed.index(b"stream") + 40] ^= 1
    assert verify(bytes(bad), trust=authority.trust).verdict is Status.INVALID


def test_a_file_that_qpdf_writes_anew_is_no_longer_what_was_signed(
    authority: Authority, signed_files: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "in.pdf").write_bytes(signed_files["luu_tru"].read_bytes())
    run("qpdf", "in.pdf", "out.pdf", cwd=tmp_path)
    assert verify((tmp_path / "out.pdf").read_bytes(), trust=authority.trust).verdict is Status.INVALID
