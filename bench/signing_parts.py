"""What the bench of signing needs: a DEMO authority in a process of its own, papers, a token, plain pyHanko."""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf

from signing import HttpTransport, Level, Pkcs12Signer, Services, TokenKey, Trust
from signing.demo import Authority

__all__ = ["PIN", "Plain", "document", "services", "softhsm"]

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
PIN = "246810"


def answers(folder: Path, port: int, delay: float) -> None:
    """The authority's services over HTTP, after a delay; runs in a process of its own."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_: object, **__: object) -> None:
            return

    application = Authority(folder).wsgi()

    def late(environ: dict[str, Any], start_response: Any) -> Any:
        time.sleep(delay)
        return application(environ, start_response)

    make_server("127.0.0.1", port, late, threaded=True, request_handler=Quiet).serve_forever()


@contextmanager
def services(authority: Authority, delay: float) -> Iterator[Services]:
    """The authority's services from another process. Its addresses are in the certificates: one at a time."""
    base = authority.services.timestampers[0].split("/demo/")[0]
    process = multiprocessing.get_context("spawn").Process(
        target=answers, args=(authority.directory, int(base.rsplit(":", 1)[1]), delay), daemon=True
    )
    process.start()
    transport = HttpTransport((f"{base}/",), seconds=120)
    trust = Trust(authority.trust.roots, transport=transport, others=authority.trust.others)
    made = Services(trust, authority.services.timestampers, transport, demo=True)
    try:
        for _ in range(200):
            try:
                asyncio.run(transport.get(f"{base}/demo/crls/issuing/latest.crl"))
                break
            except Exception:
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.join()


def document(size: int) -> bytes:
    """A receipt-like PDF/A of about that size: a page and a picture that does not compress."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        picture = made.make_stream(os.urandom(size - 900))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent = 100, 100, 8
        picture.ColorSpace = pikepdf.Name.DeviceGray
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        made.save(out)
    return out.getvalue()


def softhsm(folder: Path, signer: Pkcs12Signer) -> TokenKey | None:
    """A token with the signer's key; None where SoftHSM2 is missing."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    module = next((one for one in MODULES if Path(one).exists()), None)
    if module is None:
        return None
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    (folder / "key.pem").write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    new = ["--init-token", "--free", "--label", "bench", "--so-pin", "13579111", "--pin", PIN]
    put = ["--import", f"{folder}/key.pem", "--token", "bench", "--label", "k", "--id", "01", "--pin", PIN]
    for command in (new, put):
        subprocess.run(["softhsm2-util", *command], check=True, capture_output=True)
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    with pkcs11.lib(module).get_token(token_label="bench").open(rw=True, user_pin=PIN) as session:
        told = decode_x509_certificate(signer.certificate)
        told |= {pkcs11.Attribute.LABEL: "k", pkcs11.Attribute.ID: b"\x01", pkcs11.Attribute.TOKEN: True}
        session.create_object(told)
    return TokenKey(module, "bench", "k", chain=signer.chain)


class Plain:
    """pyHanko called one by one: its own HTTP clients, its own validation context for each document."""

    def __init__(self, key: Pkcs12Signer | TokenKey) -> None:
        self._session: Any = None
        self._signer = self._opened(key)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def sign(self, pdf: bytes, using: Services, level: Level) -> bytes:
        """The signed file."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers
        from pyhanko.sign.fields import SigSeedSubFilter

        meta, stamper = _pyhanko_settings(using, level, SigSeedSubFilter.PADES)
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signers.PdfSigner(meta, signer=self._signer, timestamper=stamper).sign_pdf(writer, output=out)
        return out.getvalue()

    def _opened(self, key: Pkcs12Signer | TokenKey) -> Any:
        from pyhanko.sign.signers import SimpleSigner

        if isinstance(key, TokenKey):
            from pyhanko.config.pkcs11 import TokenCriteria
            from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

            self._session = open_pkcs11_session(key.module, token_criteria=TokenCriteria(label=key.token), user_pin=PIN)
            return PKCS11Signer(self._session, cert_label=key.key, key_label=key.key, prefer_pss=True)
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

        chain = [x509.load_der_x509_certificate(one) for one in key.chain]
        own = x509.load_der_x509_certificate(key.certificate)
        packed = pkcs12.serialize_key_and_certificates(b"k", key.key, own, chain, NoEncryption())
        with tempfile.NamedTemporaryFile() as file:
            file.write(packed)
            file.flush()
            return SimpleSigner.load_pkcs12(file.name, prefer_pss=True)  # type: ignore[no-untyped-call]


def _pyhanko_settings(using: Services, level: Level, filter: Any) -> tuple[Any, Any]:
    from asn1crypto import x509
    from pyhanko.sign import PdfSignatureMetadata
    from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper
    from pyhanko_certvalidator import ValidationContext

    if level is Level.B_B:
        return PdfSignatureMetadata("Signature1", md_algorithm="sha256", subfilter=filter), None
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one.certificate) for one in using.trust.roots],
        other_certs=[x509.Certificate.load(one) for one in using.trust.others],
        allow_fetching=True,
        revocation_mode="hard-fail",
    )
    long = level is Level.B_LTA
    meta = PdfSignatureMetadata(
        "Signature1",
        md_algorithm="sha256",
        subfilter=filter,
        validation_context=context,
        embed_validation_info=long,
        use_pades_lta=long,
    )
    return meta, HTTPTimeStamper(using.timestampers[0])  # type: ignore[no-untyped-call]


def plain_verify(pdf: bytes, trust: Trust) -> bool:
    """pyHanko's long-term validation of the first signature, on the file's own data."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.ades.report import AdESPassed
    from pyhanko.sign.validation import ades
    from pyhanko.sign.validation import policy_decl as policy
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    roots = [x509.Certificate.load(one.certificate) for one in trust.roots]
    chains = CertValidationPolicySpec(
        SimpleTrustManager.build(trust_roots=roots),
        CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("hard-fail")),
    )
    local = policy.RevocationInfoGatheringSpec(policy.RevinfoOnlineFetchingRule.LOCAL_ONLY)
    one = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    one.compute_integrity_info()
    spec = policy.PdfSignatureValidationSpec(policy.SignatureValidationSpec(chains, local))
    return bool(asyncio.run(ades.ades_lta_validation(one, spec)).ades_subindic is AdESPassed.OK)
