"""The DEMO authority is the same in every run, guards its keys, says DEMO everywhere, and answers on loopback."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from asn1crypto import x509
from werkzeug.serving import make_server

from signing import HttpTransport, Level, Services, Status, Trust, Unreachable, sign, verify
from signing.demo import Authority
from signing.errors import AuthorityRefused

AGAIN = """
import sys, hashlib
from pathlib import Path
from signing.demo import Authority
authority = Authority(Path(sys.argv[1]))
signer = authority.issue("Nguyễn Văn Mẫu", "officer")
print(hashlib.sha256(authority.root + signer.certificate + b"".join(signer.chain)).hexdigest())
"""


def test_the_same_in_every_run(tmp_path: Path) -> None:
    def run() -> str:
        command = [sys.executable, "-c", AGAIN, str(tmp_path / "authority")]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert run() == run()


def test_issuing_is_idempotent_and_names_do_not_meet(authority: Authority) -> None:
    one = authority.issue("Nguyễn Văn Mẫu", "officer")
    assert authority.issue("Nguyễn Văn Mẫu", "officer").certificate == one.certificate
    assert authority.issue("Nguyễn Văn Mẫu", "leader").certificate != one.certificate


def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "authority"
    Authority(directory).issue("Nguyễn Văn Mẫu", "officer")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "keys").stat().st_mode) == 0o700
    files = list(directory.rglob("*.pem"))
    assert len(files) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_production_refuses(tmp_path: Path) -> None:
    with pytest.raises(AuthorityRefused):
        Authority(tmp_path / "authority", env="production")
    assert not (tmp_path / "authority").exists()


def test_every_subject_says_demo(authority: Authority) -> None:
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    for der in (signer.certificate, *signer.chain):
        named = x509.Certificate.load(der).subject.native
        assert "DEMO" in named["common_name"]
        assert named["organizational_unit_name"].startswith("DEMO")


def test_only_its_own_addresses_are_answered(authority: Authority) -> None:
    for url in ("http://example.invalid/demo/tsa/tsa", "http://127.0.0.1:8731/other/tsa/tsa", "file:///etc/passwd"):
        with pytest.raises(Unreachable):
            asyncio.run(authority.transport.post(url, b"", "application/timestamp-query"))
        with pytest.raises(Unreachable):
            asyncio.run(authority.transport.get(url))


def test_junk_does_not_break_the_services(authority: Authority) -> None:
    for kind in ("tsa/tsa", "ocsp/issuing"):
        with pytest.raises(Unreachable):
            asyncio.run(authority.transport.post(f"http://127.0.0.1:8731/demo/{kind}", b"\x30\x03junk", "x"))


def test_two_processes_see_each_others_certificates(tmp_path: Path, letter: bytes) -> None:
    here, there = Authority(tmp_path / "a"), Authority(tmp_path / "a")
    signer = there.issue("Cấp ở nơi khác", "officer")
    signed = sign(letter, profile="luu_tru", signer=signer, services=here.services, level=Level.B_LT)
    assert verify(signed.pdf, trust=here.trust).verdict is Status.VALID


def test_served_on_loopback(tmp_path: Path, letter: bytes) -> None:
    """Other programs reach the services over HTTP; our own HTTP transport does too."""
    probe = make_server("127.0.0.1", 0, lambda environ, start: [])
    base = f"http://127.0.0.1:{probe.server_port}"
    authority = Authority(tmp_path / "a", base_url=base)
    probe.app = authority.wsgi()
    thread = threading.Thread(target=probe.serve_forever)
    thread.start()
    try:
        transport = HttpTransport((f"{base}/demo/",))
        trust = Trust(authority.trust.roots, transport=transport, others=authority.trust.others)
        services = Services(trust, authority.services.timestampers, transport, demo=True)
        signer = authority.issue("Nguyễn Văn Mẫu", "officer")
        signed = sign(letter, profile="luu_tru", signer=signer, services=services)
        assert signed.level is Level.B_LTA
        assert verify(signed.pdf, trust=trust).verdict is Status.VALID
        elsewhere = HttpTransport((f"{base}/other/",))
        with pytest.raises(Unreachable):
            asyncio.run(elsewhere.get(f"{base}/demo/crls/root/latest.crl"))
    finally:
        probe.shutdown()
        thread.join()
        probe.server_close()
