"""Keys as settings name them: one file a signer, whatever holds the key; what is wrong in it is said by name."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from signing import DeskKey, Mechanism, Signer, desk_key, open_key
from signing.demo import Authority
from signing.errors import BadKeySettings, SigningServiceDown, WrongPassphrase
from signing.keys import fits


def works(signer: Signer) -> bool:
    return fits(signer.certificate, signer.mechanism, b"x", asyncio.run(signer.sign(b"x")))


def test_a_file_of_its_own_and_one_that_is_named(authority: Authority, tmp_path: Path) -> None:
    own = authority.issue("Tệp khóa", "officer", algorithm="rsa")
    held = x509.load_der_x509_certificate(own.certificate)
    packed = pkcs12.serialize_key_and_certificates(b"k", own.key, held, None, BestAvailableEncryption(b"123456"))
    (tmp_path / "a.p12").write_bytes(packed)
    (tmp_path / "a.toml").write_text('kind = "pkcs12"\nfile = "a.p12"\npadding = "pkcs1"\n')
    assert works(open_key(tmp_path / "a.p12", "123456"))
    named = open_key(tmp_path / "a.toml", "123456")
    assert works(named) and named.mechanism is Mechanism.RSA_PKCS1
    with pytest.raises(WrongPassphrase):
        open_key(tmp_path / "a.p12", "sai")


def test_a_token(tokens: Any, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(f'kind = "pkcs11"\nmodule = "{tokens.module}"\ntoken = "hoso"\nkey = "02"\n')
    assert works(open_key(tmp_path / "t.toml", tokens.pin))


def test_a_remote_key(tmp_path: Path) -> None:
    settings = 'kind = "csc"\nurl = "http://127.0.0.1:9/csc/v2"\ncredential = "c"\nclient_id = "hoso"\nseconds = 5\n'
    settings += 'scope = "service"\nasynchronous = true\npatience = 50.5\n'
    (tmp_path / "r.toml").write_text(settings)
    with pytest.raises(SigningServiceDown):
        open_key(tmp_path / "r.toml", "1")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("kind = ", "k.toml"),
        ("", "kind"),
        ('kind = "other"', "other"),
        ('kind = "pkcs11"\nmodule = "m"', "token"),
        ('kind = "pkcs11"\nmodule = 1\ntoken = "t"', "module"),
        ('kind = "pkcs11"\nmodule = "m"\ntoken = "t"\npin = "1"', "pin"),
        ('kind = "pkcs11"\nmodule = "m"\ntoken = "t"\ncertificate = "none.cer"', "certificate"),
        ('kind = "pkcs12"\nfile = "a"\npadding = "md5"', "padding"),
        ('kind = "csc"\nurl = "https://a"\ncredential = "c"\nclient_id = "i"\nasynchronous = "yes"', "asynchronous"),
        ('kind = "csc"\nurl = "https://a"\ncredential = "c"\nclient_id = "i"\npatience = true', "patience"),
        ('kind = "csc"\nurl = "http://rssp.example.vn/"\ncredential = "c"\nclient_id = "i"', "http://rssp"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "k.toml").write_text(text)
    with pytest.raises(BadKeySettings) as caught:
        open_key(tmp_path / "k.toml", "1")
    assert named in caught.value.vi


def test_a_key_at_a_pc_is_known_by_its_registered_certificate(authority: Authority, tmp_path: Path) -> None:
    own, other = (authority.issue(name, "officer").certificate for name in ("Một Người", "Người Khác"))
    (tmp_path / "own.pem").write_bytes(pem.armor("CERTIFICATE", own))
    path = tmp_path / "key.toml"
    path.write_text('kind = "desk"\ncertificate = "own.pem"\ntoken = "Mot Nguoi"\npadding = "pkcs1"\n', "utf-8")
    key = desk_key(path)
    assert key == DeskKey(own, token="Mot Nguoi", legacy_padding=True)
    assert (key.suits(own), key.suits(other)) == (True, False)
    with pytest.raises(BadKeySettings):
        open_key(path, "1234")
    path.write_text('kind = "pkcs12"\nfile = "own.p12"\n')
    assert desk_key(path) is None
    assert desk_key(tmp_path / "own.p12") is None


@pytest.mark.parametrize(
    "settings",
    [
        'kind = "desk"',
        'kind = "desk"\ncertificate = "not-there.cer"',
        'kind = "desk"\ncertificate = "own.cer"',
        'kind = "desk"\ncertificate = 1',
        'kind = "desk"\ncertificate = "key.toml"\npin = "1234"',
        'kind = "desk"\ncertificate = "key.toml"\ntoken = \'a" & b\'',
    ],
)
def test_wrong_settings_of_a_key_at_a_pc_are_named(tmp_path: Path, settings: str) -> None:
    (tmp_path / "own.cer").write_bytes(b"no certificate")
    (tmp_path / "key.toml").write_text(settings)
    with pytest.raises(BadKeySettings):
        desk_key(tmp_path / "key.toml")
