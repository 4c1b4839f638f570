"""Keys from PKCS#12: opened with the right passphrase only, parsed once, each mechanism accepted by OpenSSL."""

from __future__ import annotations

import asyncio
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from signing import Level, Mechanism, Pkcs12Signer, Status, sign, verify
from signing.demo import Authority
from signing.errors import WrongPassphrase

SECRET = b"m\xe1\xba\xadt kh\xe1\xba\xa9u"


def packed(signer: Pkcs12Signer) -> bytes:
    chain = [x509.load_der_x509_certificate(one) for one in signer.chain]
    certificate = x509.load_der_x509_certificate(signer.certificate)
    lock = serialization.BestAvailableEncryption(SECRET)
    return pkcs12.serialize_key_and_certificates(b"k", signer.key, certificate, chain, lock)


@pytest.mark.parametrize("algorithm", ["ec", "rsa"])
def test_a_pkcs12_key_signs(authority: Authority, letter: bytes, tmp_path: Path, algorithm: str) -> None:
    made = authority.issue("Từ tệp khóa", "officer", algorithm=algorithm)  # type: ignore[arg-type]
    (tmp_path / "key.p12").write_bytes(packed(made))
    signer = Pkcs12Signer.load(tmp_path / "key.p12", SECRET)
    assert signer.mechanism is (Mechanism.ECDSA if algorithm == "ec" else Mechanism.RSA_PSS)
    assert set(signer.chain) == set(made.chain)
    signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID


@pytest.mark.parametrize("wrong", [b"sai", None])
def test_wrong_passphrase(authority: Authority, wrong: bytes | None) -> None:
    with pytest.raises(WrongPassphrase):
        Pkcs12Signer.load(packed(authority.issue("Từ tệp khóa", "officer")), wrong)


def test_no_secret_is_shown(authority: Authority) -> None:
    assert "key=" not in repr(authority.issue("Từ tệp khóa", "officer"))


def test_pss_salt_is_as_the_cms_parameters_say(authority: Authority) -> None:
    signer = authority.issue("RSA", "officer", algorithm="rsa")
    value = asyncio.run(signer.sign(b"data"))
    key = x509.load_der_x509_certificate(signer.certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(value, b"data", padding.PSS(padding.MGF1(SHA256()), 32), SHA256())


def test_a_second_signature_costs_no_second_parsing(authority: Authority) -> None:
    """The key is parsed when the signer is made: a signature costs the bare operation (RSA-2048: a few ms)."""
    signer = authority.issue("RSA", "officer", algorithm="rsa")
    asyncio.run(signer.sign(b"warm"))
    best = min(_timed(signer) for _ in range(20))
    assert best < 0.02, "seconds of processor time: others on this machine do not count"


def _timed(signer: Pkcs12Signer) -> float:
    start = time.process_time()
    asyncio.run(signer.sign(b"data"))
    return time.process_time() - start


@pytest.mark.parametrize("mechanism", [Mechanism.RSA_PSS, Mechanism.RSA_PKCS1])
def test_openssl_accepts_the_raw_value(authority: Authority, tmp_path: Path, mechanism: Mechanism) -> None:
    signer = replace(authority.issue("RSA", "officer", algorithm="rsa"), mechanism=mechanism)
    key = x509.load_der_x509_certificate(signer.certificate).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "data").write_bytes(b"data")
    (tmp_path / "value").write_bytes(asyncio.run(signer.sign(b"data")))
    pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]
    extra = pss if mechanism is Mechanism.RSA_PSS else []
    command = ["openssl", "dgst", "-sha256", *extra, "-verify", "key.pem", "-signature", "value", "data"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
