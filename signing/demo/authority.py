"""A local DEMO authority in a directory: made once, the same in every run, its keys readable by its owner only."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.demo.architecture import ARCH, Issued, Role, configuration
from signing.demo.transport import DemoTransport
from signing.errors import AuthorityRefused
from signing.keys import Pkcs12Signer
from signing.services import Services, Trust, TrustRoot
from signing.strength import ALWAYS, Strength

__all__ = ["Authority"]

BASE_URL = "http://127.0.0.1:8731"
STATE = "authority.json"


class Authority:
    """The DEMO authority kept in `directory` (mode 0700). Raises `AuthorityRefused` when `env` is `production`.

    `base_url` is written into certificates when the authority is made and stays as it was; in this process those
    addresses are answered without a socket, and `serve` answers them on loopback for other programs.
    """

    def __init__(self, directory: Path, *, env: str = "", base_url: str = BASE_URL) -> None:
        if env == "production":
            raise AuthorityRefused
        self.directory = directory
        self._guard = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._people: tuple[Issued, ...] = ()
        self._arch: PKIArchitecture | None = None
        with self._locked():
            if not (directory / STATE).exists():
                self._found(base_url)
        self._base_url = str(json.loads((directory / STATE).read_text())["base_url"])
        self.transport = DemoTransport(self._base_url, self._architecture)

    @property
    def root(self) -> bytes:
        """The root certificate, DER."""
        return self._certificate("root")

    @property
    def trust(self) -> Trust:
        """Believes this authority alone, and says so in every verdict; its keys, RSA 2048, as long as it lives."""
        root = TrustRoot(self.root, name="DEMO Root CA", demo=True)
        strength = Strength.default().with_rows({"rsa": {"2048": ALWAYS}})
        return Trust((root,), transport=self.transport, others=(self._certificate("issuing"),), strength=strength)

    @property
    def services(self) -> Services:
        """Time-stamps, OCSP and CRL of this authority, in this process."""
        return Services(self.trust, (f"{self._base_url}/{ARCH}/tsa/tsa",), self.transport, demo=True)

    def issue(
        self,
        common_name: str,
        role: Role,
        *,
        organisation: str = "",
        algorithm: Literal["ec", "rsa"] = "ec",
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        usage: tuple[str, ...] = ("digital_signature", "non_repudiation"),
    ) -> Pkcs12Signer:
        """The signer of that name and role; the certificate is made the first time and the same ever after.

        "(DEMO)" is put behind the common name. Odd dates and usages make certificates that are refused, for trials.
        """
        name = f"{common_name} (DEMO)"
        told = f"{role}|{name}|{organisation}|{algorithm}|{valid_from}|{valid_until}|{','.join(usage)}"
        label = f"{role}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
        with self._locked():
            people = self._read()
            if label not in {person.label for person in people}:
                self._new_key(label, algorithm)
                made = Issued(
                    label=label,
                    common_name=name,
                    role=role,
                    organisation=organisation,
                    serial=1000 + len(people),
                    valid_from=(valid_from or _midnight()).isoformat(),
                    valid_until=(valid_until or _midnight() + timedelta(days=5 * 365)).isoformat(),
                    usage=usage,
                )
                self._write((*people, made))
        return self._signer(label)

    def revoke(self, signer: Pkcs12Signer, *, since: datetime | None = None) -> None:
        """Revokes a certificate of this authority; OCSP and CRL say so from then on."""
        serial = x509.load_der_x509_certificate(signer.certificate).serial_number
        at = (since or datetime.now(UTC)).isoformat()
        with self._locked():
            self._write(tuple(replace(one, revoked_since=at) if one.serial == serial else one for one in self._read()))

    def wsgi(self) -> Callable[..., Any]:
        """The authority's services as a WSGI application for `/demo/…`; it knows certificates issued meanwhile."""
        from certomancer.integrations.animator import Animator, AnimatorArchStore

        def application(environ: dict[str, Any], start_response: Any) -> Any:
            with self.transport.alone:
                store = AnimatorArchStore({ArchLabel(ARCH): self._architecture()})
                return Animator(store, with_web_ui=False, allow_time_override=False)(environ, start_response)

        return application

    def serve(self, host: str = "127.0.0.1", port: int = 8731) -> None:
        """Answers on loopback until the process ends."""
        from werkzeug.serving import make_server

        make_server(host, port, self.wsgi(), threaded=True).serve_forever()

    def _signer(self, label: str) -> Pkcs12Signer:
        certificate = x509.load_der_x509_certificate(self._certificate(label))
        chain = (self._certificate("issuing"), self.root)
        key = serialization.load_pem_private_key((self.directory / "keys" / f"{label}.pem").read_bytes(), None)
        return Pkcs12Signer.of(key, certificate, chain)

    def _found(self, base_url: str) -> None:
        for label in ("root", "issuing"):
            self._new_key(label, "rsa")
        for label in ("tsa", "ocsp"):
            self._new_key(label, "ec")
        self._save({"base_url": base_url.rstrip("/"), "created": _midnight().isoformat(), "people": []})

    def _new_key(self, label: str, algorithm: str) -> None:
        key = rsa.generate_private_key(65537, 2048) if algorithm == "rsa" else ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(self.directory / "keys" / f"{label}.pem", pem)

    def _architecture(self) -> PKIArchitecture:
        """The PKI as the state file has it now; another process may have issued or revoked meanwhile."""
        with self._guard:
            stat = (self.directory / STATE).stat()
            now = (stat.st_mtime_ns, stat.st_ino)
            if self._arch is None or now != self._seen:
                state = self._load()
                files = (self.directory / "certs").glob("*.cer")
                config = configuration(
                    datetime.fromisoformat(state["created"]),
                    state["base_url"],
                    _people(state["people"]),
                    frozenset(path.stem for path in files),
                )
                folder = str(self.directory)
                made = CertomancerConfig(config, key_search_dir=folder, config_search_dir=folder, lazy_load_keys=True)
                self._arch, self._seen = made.get_pki_arch(ArchLabel(ARCH)), now
            return self._arch

    def _certificate(self, label: str) -> bytes:
        """The certificate of a label, made the first time and read from its file ever after."""
        path = self.directory / "certs" / f"{label}.cer"
        if not path.exists():
            _write(path, bytes(self._architecture().get_cert(CertLabel(label)).dump()))
        return path.read_bytes()

    def _load(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.directory / STATE).read_text(encoding="utf-8"))
        return loaded

    def _read(self) -> tuple[Issued, ...]:
        return _people(self._load()["people"])

    def _write(self, people: tuple[Issued, ...]) -> None:
        self._save(self._load() | {"people": [asdict(person) for person in people]})

    def _save(self, state: dict[str, Any]) -> None:
        _write(self.directory / STATE, json.dumps(state, ensure_ascii=False, indent=1).encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Several processes may open one authority at once; one at a time changes it."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        for folder in ("keys", "certs"):
            (self.directory / folder).mkdir(mode=0o700, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for the owner only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    fresh.replace(path)


def _people(stored: list[dict[str, Any]]) -> tuple[Issued, ...]:
    return tuple(Issued(**{**one, "usage": tuple(one["usage"])}) for one in stored)


def _midnight() -> datetime:
    """Yesterday, so that a clock that is a little off does not make a certificate of tomorrow."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
