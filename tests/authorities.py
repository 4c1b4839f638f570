"""A certification authority of its own on loopback, asked over HTTP, and its keys as the files that an agency has."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from werkzeug.serving import make_server

from signing import Pkcs12Signer
from signing.demo import Authority


@contextmanager
def authority_over_http(folder: Path) -> Iterator[Authority]:
    """Its time stamps, OCSP and CRL are asked over HTTP, as those of the real ones are."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = int(door.getsockname()[1])
        made = Authority(folder, base_url=f"http://127.0.0.1:{port}")
        server = make_server("127.0.0.1", port, made.wsgi(), threaded=True, fd=door.fileno())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def answering(authority: Authority) -> str:
    """The address below which its OCSP, CRL and certificates are."""
    return authority.services.timestampers[0].rsplit("/demo/", 1)[0] + "/"


def put_roots(folder: Path, authority: Authority) -> None:
    """Its certificates, as an administrator puts those of the national authorities in place."""
    folder.mkdir(mode=0o700)
    (folder / "root.cer").write_bytes(authority.root)
    for number, other in enumerate(authority.trust.others):
        (folder / f"other-{number}.cer").write_bytes(other)


def put_key(path: Path, signer: Pkcs12Signer, pin: str) -> None:
    """A key as a PKCS#12 file."""
    certificates = [load_der_x509_certificate(one) for one in (signer.certificate, *signer.chain)]
    path.write_bytes(
        serialize_key_and_certificates(
            None, signer.key, certificates[0], certificates[1:], BestAvailableEncryption(pin.encode())
        )
    )
