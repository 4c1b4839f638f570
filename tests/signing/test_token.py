"""Keys on a PKCS#11 token (SoftHSM2): found, opened with the PIN, signing; and every way in which that goes wrong."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from signing import Level, Mechanism, Pkcs11Signer, Status, TokenKey, sign, sign_many, verify
from signing.demo import Authority
from signing.errors import (
    CertificateRevoked,
    KeyMismatch,
    KeyMissing,
    MechanismMissing,
    PinLocked,
    TokenFailed,
    TokenGone,
    TokenMissing,
    TokenModuleMissing,
    WeakKey,
    WrongPin,
)
from signing.keys import fits
from signing.pipeline import Job
from signing.token import told


@pytest.fixture
def key(tokens: Any) -> TokenKey:
    return TokenKey(tokens.module, "hoso", "rsa")


@pytest.mark.parametrize("name", ["rsa", "01", "ec", "02"])
def test_a_key_by_label_or_id_signs_a_document(
    authority: Authority, tokens: Any, key: TokenKey, letter: bytes, name: str
) -> None:
    with Pkcs11Signer(replace(key, key=name), tokens.pin) as signer:
        assert signer.mechanism is (Mechanism.RSA_PSS if name in ("rsa", "01") else Mechanism.ECDSA)
        assert signer.chain == authority.issue("Khóa EC trên thẻ", "officer").chain
        signed = sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_T)
    assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID


def test_old_padding_by_setting(tokens: Any, key: TokenKey) -> None:
    with Pkcs11Signer(replace(key, legacy_padding=True), tokens.pin) as signer:
        value = asyncio.run(signer.sign(b"data"))
    assert signer.mechanism is Mechanism.RSA_PKCS1
    assert fits(signer.certificate, Mechanism.RSA_PKCS1, b"data", value)
    assert not fits(signer.certificate, Mechanism.RSA_PSS, b"data", value)


def test_one_login_serves_a_batch(authority: Authority, tokens: Any, key: TokenKey, letter: bytes) -> None:
    async def run() -> list[bool]:
        with Pkcs11Signer(replace(key, sessions=3), tokens.pin) as signer:
            jobs = (Job(str(number), letter) for number in range(6))
            many = sign_many(
                jobs, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B, concurrency=6
            )
            return [outcome.signed is not None async for outcome in many]

    assert asyncio.run(run()) == [True] * 6


def test_a_token_with_one_key_needs_no_name(authority: Authority, tokens: Any, key: TokenKey) -> None:
    tokens.new("một")
    tokens.put("một", "duy nhất", "07", authority.issue("Thẻ một khóa", "officer"))
    with Pkcs11Signer(replace(key, token="một", key=""), tokens.pin) as signer:
        assert fits(signer.certificate, signer.mechanism, b"x", asyncio.run(signer.sign(b"x")))


def test_no_module(tokens: Any, key: TokenKey) -> None:
    with pytest.raises(TokenModuleMissing):
        Pkcs11Signer(replace(key, module="/usr/lib/none.so"), tokens.pin)


def test_no_token_says_which_are_there(tokens: Any, key: TokenKey) -> None:
    with pytest.raises(TokenMissing) as caught:
        Pkcs11Signer(replace(key, token="vắng"), tokens.pin)
    assert "hoso" in caught.value.vi


def test_wrong_pin(tokens: Any, key: TokenKey) -> None:
    with pytest.raises(WrongPin):
        Pkcs11Signer(key, "000000")


def test_a_second_batch_must_know_the_pin_too(tokens: Any, key: TokenKey) -> None:
    """PKCS#11 logs a whole process in; that must not open the key to somebody who has no PIN."""
    with Pkcs11Signer(key, tokens.pin):
        with pytest.raises(WrongPin):
            Pkcs11Signer(key, "000000")
        with Pkcs11Signer(replace(key, key="ec"), tokens.pin) as second:
            pass
        assert fits(second.certificate, second.mechanism, b"x", b"") is False
    with pytest.raises(WrongPin):
        Pkcs11Signer(key, "000000")


def test_closed_or_forgotten_means_logged_out(tokens: Any, key: TokenKey) -> None:
    signer = Pkcs11Signer(key, tokens.pin)
    signer.close()
    with pytest.raises(TokenGone):
        asyncio.run(signer.sign(b"x"))
    forgotten = Pkcs11Signer(key, tokens.pin)
    del forgotten
    gc.collect()
    token = pkcs11.lib(key.module).get_token(token_label="hoso")
    with token.open() as session:
        assert not list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}))


@pytest.mark.parametrize("name", ["vắng", "99", ""])
def test_no_key_says_which_are_there(tokens: Any, key: TokenKey, name: str) -> None:
    with pytest.raises(KeyMissing) as caught:
        Pkcs11Signer(replace(key, key=name), tokens.pin)
    assert "rsa (01)" in caught.value.en and "ec (02)" in caught.value.en


def test_a_key_without_certificate(authority: Authority, tokens: Any, key: TokenKey) -> None:
    own = authority.issue("Khóa không chứng thư", "officer")
    tokens.new("trần")
    tokens.put_key("trần", "k", "05", own.key)
    bare = replace(key, token="trần", key="k")
    with pytest.raises(KeyMissing):
        Pkcs11Signer(bare, tokens.pin)
    given = replace(bare, certificate=own.certificate, chain=own.chain)
    with Pkcs11Signer(given, tokens.pin) as signer:
        assert (signer.certificate, signer.chain) == (own.certificate, own.chain)


@pytest.mark.parametrize("algorithm", ["rsa", "ec"])
def test_certificate_of_another_key(authority: Authority, tokens: Any, key: TokenKey, algorithm: str) -> None:
    other = authority.issue("Người khác", "officer", algorithm=algorithm)  # type: ignore[arg-type]
    with pytest.raises(KeyMismatch):
        Pkcs11Signer(replace(key, key=algorithm, certificate=other.certificate), tokens.pin)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_weak_keys(tokens: Any, key: TokenKey, kind: str) -> None:
    weak = rsa.generate_private_key(65537, 1024) if kind == "rsa" else ec.generate_private_key(ec.SECP224R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Khóa ngắn")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, weak.public_key(), 1, now, now + timedelta(days=9))
    der = builder.sign(weak, SHA256())
    label = f"yếu-{kind}"
    tokens.new(label)
    tokens.put_key(label, "k", "05", weak)
    from cryptography.hazmat.primitives.serialization import Encoding

    with pytest.raises(WeakKey):
        Pkcs11Signer(replace(key, token=label, key="", certificate=der.public_bytes(Encoding.DER)), tokens.pin)


def test_pulled_out_in_the_middle_and_plugged_in_again(
    authority: Authority, tokens: Any, key: TokenKey, letter: bytes
) -> None:
    folder = tokens.new("rút")
    tokens.put("rút", "k", "03", authority.issue("Thẻ bị rút", "officer"))
    where = replace(key, token="rút", key="k")
    signer = Pkcs11Signer(where, tokens.pin)
    done = asyncio.run(signer.sign(b"x"))
    away = folder.rename(tokens.folder / "away")
    with pytest.raises(TokenGone):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B)
    with pytest.raises(TokenMissing):
        Pkcs11Signer(where, tokens.pin)
    away.rename(folder)
    tokens.look_again()
    with Pkcs11Signer(where, tokens.pin) as again:
        assert fits(again.certificate, again.mechanism, b"x", asyncio.run(again.sign(b"x")))
        signer.close()
        assert fits(again.certificate, again.mechanism, b"y", asyncio.run(again.sign(b"y")))
    assert fits(signer.certificate, signer.mechanism, b"x", done)


def test_the_certificate_is_checked_before_signing_whatever_the_key(
    authority: Authority, tokens: Any, key: TokenKey, letter: bytes
) -> None:
    own = authority.issue("Thẻ đã thu hồi", "officer")
    authority.revoke(own, since=datetime.now(UTC) - timedelta(hours=1))
    tokens.new("thu hồi")
    tokens.put("thu hồi", "k", "04", own)
    with (
        Pkcs11Signer(replace(key, token="thu hồi", key="k"), tokens.pin) as signer,
        pytest.raises(CertificateRevoked),
    ):
        sign(letter, profile="luu_tru", signer=signer, services=authority.services)


@pytest.mark.parametrize(
    ("error", "flags", "kind"),
    [
        (pkcs11.PinLocked(), None, PinLocked),
        (pkcs11.PinIncorrect(), pkcs11.TokenFlag.USER_PIN_LOCKED, PinLocked),
        (pkcs11.PinIncorrect(), pkcs11.TokenFlag.USER_PIN_FINAL_TRY, WrongPin),
        (pkcs11.PinLenRange(), None, WrongPin),
        (pkcs11.DeviceRemoved(), None, TokenGone),
        (pkcs11.MechanismInvalid(), None, MechanismMissing),
        (pkcs11.DeviceMemory(), None, TokenFailed),
    ],
)
def test_what_hardware_says_and_softhsm_cannot(error: Exception, flags: Any, kind: type[Exception]) -> None:
    assert type(told(error, flags)) is kind


def test_the_last_try_is_told() -> None:
    warned = told(pkcs11.PinIncorrect(), pkcs11.TokenFlag.USER_PIN_FINAL_TRY)
    assert "một lần thử" in warned.vi and "One try is left" in warned.en
