"""Hostile files at the signer and the verifier: refused by name, or judged for what is known of them."""

from __future__ import annotations

import io

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from catalogue import HosoError
from signing import Level, Services, Status, Trust, sign, verify
from signing.demo import Authority
from tests import hostile

REFUSED = {
    "cut image": "signing.unreadable",
    "picture bomb": "signing.unreadable",
    "jpeg named pdf": "signing.unreadable",
    "PDF and zip": "signing.unreadable",
    "deep page tree": "signing.unreadable",
    "looped page tree": "signing.unreadable",
    "restricted": "signing.encrypted",
}
"""What `tests/hoso` does not have the command sign."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_signed_is_refused_by_name(authority: Authority, services: Services, name: str) -> None:
    signer = authority.issue("Trần Thị Ví Dụ", "leader")
    with pytest.raises(HosoError) as caught:
        sign(hostile.content(name), profile="luu_tru", signer=signer, services=services, level=Level.B_B)
    told = caught.value.as_dict()
    assert told["code"] == REFUSED[name]
    assert all(told[member] for member in ("message_vi", "message_en", "next", "next_en"))
    assert hostile.NUMBER not in str(told)


@pytest.mark.parametrize(("name", "password"), [("encrypted", "khach"), ("restricted", "")])
def test_of_a_file_that_needs_a_password_nothing_is_claimed(
    authority: Authority, offline: Trust, name: str, password: str
) -> None:
    """Signed by a program that can: behind a password nobody knows what is there, without one it is judged."""
    made = authority.issue("Trần Thị Ví Dụ", "leader")
    chain = [x509.load_der_x509_certificate(one) for one in made.chain]
    own = x509.load_der_x509_certificate(made.certificate)
    packed = pkcs12.serialize_key_and_certificates(b"k", made.key, own, chain, NoEncryption())
    writer = IncrementalPdfFileWriter(io.BytesIO(hostile.content(name)))
    writer.encrypt(password)  # type: ignore[no-untyped-call]
    about = signers.PdfSignatureMetadata(field_name="S")
    signed = signers.sign_pdf(writer, about, signers.SimpleSigner.load_pkcs12_data(packed, [], None)).getvalue()
    report = verify(signed, trust=offline)
    if password:
        assert (report.verdict, report.signatures) == (Status.INDETERMINATE, ())
        (reason,) = report.reasons
        assert reason.code == "encrypted" and reason.vi and reason.en and reason.next_vi and reason.next_en
    else:
        assert [one.signer for one in report.signatures] == ["Trần Thị Ví Dụ (DEMO)"]
        assert report.signatures[0].intact


@pytest.mark.slow
def test_instructions_that_unpack_to_gigabytes_end_in_bounded_time(authority: Authority, services: Services) -> None:
    signer = authority.issue("Trần Thị Ví Dụ", "leader")
    content = hostile.content("instruction bomb in a PDF")
    try:
        signed = sign(content, profile="luu_tru", signer=signer, services=services, level=Level.B_B)
        assert signed.pdf.startswith(content)
    except HosoError as error:
        assert error.code == "signing.too_costly"
