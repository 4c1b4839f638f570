"""How fast documents are signed: ours in bulk, plain pyHanko one by one, and the bare key operation, in one table.

    .venv/bin/python -m bench.signing [--documents N] [--rounds N] [--large] [--verify]

The DEMO authority answers from a process of its own, at once or after 200 ms. `a core` counts the processor time of
the signing process and of the child that opens files; `a second` is the clock's, with `-j` documents at once. On a
machine that does other things the first is the one to compare.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import multiprocessing
import os
import re
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from signing import HttpTransport, Job, Level, Pkcs11Signer, Pkcs12Signer, Services, Signer, TokenKey, Trust, sign_many
from signing.demo import Authority

DELAY = 0.2
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
PIN = "246810"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    documents: int
    seconds: float
    processor: float
    added: int

    def __str__(self) -> str:
        a_core = f"{self.documents / self.processor:.1f}" if self.processor else "—"
        rate = self.documents / self.seconds
        return f"| {self.what} | {self.documents} | {rate:.1f} | {a_core} | {self.added / 1000:.1f} |"


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


def ours(what: str, pdf: bytes, count: int, signer: Signer, using: Services, level: Level, at_once: int) -> Row:
    """`sign_many` over `count` documents, after one that warms the keys and the answers up."""

    async def run(number: int) -> int:
        added = 0
        jobs = (Job(str(one), pdf) for one in range(number))
        async for outcome in sign_many(
            jobs, profile="luu_tru", signer=signer, services=using, level=level, concurrency=at_once
        ):
            assert outcome.signed is not None and outcome.signed.complete, outcome.error
            added = len(outcome.signed.pdf) - len(pdf)
        return added

    asyncio.run(run(at_once))
    began, used = time.perf_counter(), _processor()
    added = asyncio.run(run(count))
    return Row(what, count, time.perf_counter() - began, _processor() - used, added)


def plain(what: str, pdf: bytes, count: int, key: Pkcs12Signer | TokenKey, using: Services, level: Level) -> Row:
    """pyHanko as its manual has it: one document after the other, its own HTTP clients, its own validation context."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = _pyhanko_signer(key)

    def once() -> int:
        meta, stamper = _pyhanko_settings(using, level, SigSeedSubFilter.PADES)
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signers.PdfSigner(meta, signer=signer, timestamper=stamper).sign_pdf(writer, output=out)
        return out.getbuffer().nbytes - len(pdf)

    once()
    began, used = time.perf_counter(), _processor()
    for _ in range(count):
        added = once()
    row = Row(what, count, time.perf_counter() - began, _processor() - used, added)
    if isinstance(key, TokenKey):
        signer.pkcs11_session.close()
    return row


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


def _pyhanko_signer(key: Pkcs12Signer | TokenKey) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    if isinstance(key, TokenKey):
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        session = open_pkcs11_session(key.module, token_criteria=TokenCriteria(label=key.token), user_pin=PIN)
        return PKCS11Signer(session, cert_label=key.key, key_label=key.key, prefer_pss=True)
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

    chain = [x509.load_der_x509_certificate(one) for one in key.chain]
    own = x509.load_der_x509_certificate(key.certificate)
    packed = pkcs12.serialize_key_and_certificates(b"k", key.key, own, chain, NoEncryption())
    with tempfile.NamedTemporaryFile() as file:
        file.write(packed)
        file.flush()
        return SimpleSigner.load_pkcs12(file.name, prefer_pss=True)  # type: ignore[no-untyped-call]


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


def bare() -> str:
    """What OpenSSL does with the same kind of key on one core."""
    done = subprocess.run(["openssl", "speed", "-seconds", "2", "rsa2048"], capture_output=True, check=True, text=True)
    found = re.search(r"rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)", done.stdout)
    return found[1] if found else "?"


def _processor() -> float:
    """Seconds of this process's threads and of the children that it waited for or that serve it."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(_of(child) for child in _wards())


def _wards() -> Iterator[int]:
    """The nurseries whose children open files."""
    for number in Path(f"/proc/{os.getpid()}/task/{threading.main_thread().native_id}/children").read_text().split():
        if b"signing.ward" in Path(f"/proc/{number}/cmdline").read_bytes():
            yield int(number)


def _of(process: int) -> float:
    """Its seconds, and those of the children that it has buried."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(one) for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("-j", type=int, default=8, help="documents at once")
    parser.add_argument("--large", action="store_true", help="documents of 10 MB as well")
    wanted = parser.parse_args()
    count, many = wanted.documents, wanted.j
    print(f"openssl speed rsa2048: {bare()} signatures a second and core\n", flush=True)
    print("| what | documents | a second | a core | KB added |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = Authority(folder / "authority")
        signer = authority.issue("Bench", "agency", algorithm="rsa")
        key = softhsm(folder, signer)
        pdf = document(300_000)
        runs: list[tuple[float, Callable[[Services], Row]]] = []
        for label, held in (("PKCS#12", signer), ("SoftHSM2", key)):
            if held is None:
                continue
            for level, few in ((Level.B_B, count), (Level.B_LTA, max(3, count // 4))):
                runs += _pair(label, held, pdf, level, count, few, many)
        for delay in (0.0, DELAY):
            with services(authority, delay) as using:
                for when, run in runs:
                    if when in (delay, -1.0) and not (when < 0 and delay):
                        print(run(using), flush=True)
                if wanted.large and not delay:
                    large = document(10_000_000)
                    print(ours("ours, B-LTA, 10 MB", large, count // 4, signer, using, Level.B_LTA, 4), flush=True)
    print(f"\npeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _pair(
    label: str, held: Pkcs12Signer | TokenKey, pdf: bytes, level: Level, count: int, few: int, many: int
) -> list[tuple[float, Callable[[Services], Row]]]:
    """Ours and plain pyHanko at a level; B-B needs no time-stamp, so its delay does not matter (-1)."""

    def mine(using: Services, note: str) -> Row:
        if isinstance(held, TokenKey):
            with Pkcs11Signer(held, PIN) as opened:
                return ours(f"ours, {level}, {label}{note}", pdf, count, opened, using, level, many)
        return ours(f"ours, {level}, {label}{note}", pdf, count, held, using, level, many)

    def theirs(using: Services, note: str) -> Row:
        return plain(f"pyHanko, {level}, {label}{note}", pdf, few, held, using, level)

    if level is Level.B_B:
        return [(-1.0, lambda using: theirs(using, "")), (-1.0, lambda using: mine(using, ""))]
    notes = {0.0: "", DELAY: ", TSA 200 ms"}
    made: list[tuple[float, Callable[[Services], Row]]] = []
    for delay, note in notes.items():
        made.append((delay, lambda using, note=note: theirs(using, note)))  # type: ignore[misc]
        made.append((delay, lambda using, note=note: mine(using, note)))  # type: ignore[misc]
    return made


if __name__ == "__main__":
    main()
