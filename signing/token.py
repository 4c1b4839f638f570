"""Keys on a PKCS#11 token: a smart card, a USB token, an HSM; opened with one PIN for a batch of documents."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import queue
import threading
import weakref
from dataclasses import dataclass
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import MGF, Attribute, KeyType, ObjectClass, TokenFlag
from pkcs11 import Mechanism as Operation
from pkcs11.util.ec import encode_ecdsa_signature

from signing.errors import (
    KeyMismatch,
    KeyMissing,
    KeyUnusable,
    MechanismMissing,
    PinLocked,
    TokenFailed,
    TokenGone,
    TokenMissing,
    TokenModuleMissing,
    WrongPin,
)
from signing.keys import Mechanism, mechanism_for, named, public_key

__all__ = ["Pkcs11Signer", "TokenKey", "told"]

DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What PKCS#1 v1.5 puts before a SHA-256 digest (RFC 8017, 9.2)."""

PSS = (Operation.SHA256, MGF.SHA256, 32)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a key is. `token` is the token's label, or its serial number; `key` the label of the key, or its id in hex;
    without `key` the token must hold one key only. `certificate` (DER) is for tokens that keep keys alone."""

    module: str
    token: str
    key: str = ""
    legacy_padding: bool = False
    certificate: bytes = b""
    chain: tuple[bytes, ...] = ()
    sessions: int = 1
    """Signatures made at the same time; a USB token does one, an HSM many."""


class Pkcs11Signer:
    """A `Signer` whose key never leaves its token. `sign` is also given as `sign_digest`, for agents.

    The PIN is handed to the token and not kept. The sessions end with `close`, at the end of a `with` block, or when
    nobody holds the signer any more.
    """

    def __init__(self, where: TokenKey, pin: str) -> None:
        """Logs in and finds the key. Raises `KeyUnusable` in its kinds, and `WeakKey`."""
        self._login = _Login.enter(where, pin)
        self._end = weakref.finalize(self, self._login.leave)
        self._sessions: queue.LifoQueue[Any] = queue.LifoQueue()
        try:
            first = self._login.session()
            private, self.certificate = _find(first, where)
            self.chain = _chain(first, self.certificate, where.chain)
            self.mechanism = mechanism_for(self.certificate, legacy_padding=where.legacy_padding)
            self._operation = _operation(self.mechanism, self._login.operations)
            for _ in range(max(1, where.sessions)):
                session = self._login.session()
                self._sessions.put(_same(session, private))
        except pkcs11.PKCS11Error as error:
            self.close()
            raise told(error) from error
        except KeyUnusable:
            self.close()
            raise

    async def sign(self, data: bytes) -> bytes:
        """Signs with SHA-256. Raises `TokenGone`, `TokenFailed`, `PinLocked`."""
        return await asyncio.to_thread(self.sign_digest, hashlib.sha256(data).digest())

    def sign_digest(self, digest: bytes) -> bytes:
        """Signs a SHA-256 digest; blocks while the token works. Raises what `sign` raises."""
        key = self._sessions.get()
        try:
            return self._value(key, digest)
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise told(error) from error
        finally:
            self._sessions.put(key)

    def close(self) -> None:
        """Ends the sessions and logs out; the key cannot be used without the PIN any more."""
        self._end()

    def __enter__(self) -> Pkcs11Signer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _value(self, key: Any, digest: bytes) -> bytes:
        operation = self._operation
        if operation is Operation.ECDSA:
            return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=operation)))
        if operation is Operation.RSA_PKCS:
            return bytes(key.sign(DIGEST_INFO + digest, mechanism=operation))
        return bytes(key.sign(digest, mechanism=operation, mechanism_param=PSS))


def _operation(mechanism: Mechanism, offered: set[Any]) -> Operation:
    """The operation over a digest that was made here: tokens are slow, and some cannot digest."""
    wanted = {
        Mechanism.ECDSA: Operation.ECDSA,
        Mechanism.RSA_PKCS1: Operation.RSA_PKCS,
        Mechanism.RSA_PSS: Operation.RSA_PKCS_PSS,
    }[mechanism]
    if wanted not in offered:
        raise MechanismMissing(mechanism=str(mechanism))
    return wanted


class _Login:
    """One login to a token, shared by the signers of this process: PKCS#11 knows one user per process and token.

    A second signer must know the PIN as well: it is compared with a keyed digest that lives as long as the login.
    """

    _open: dict[tuple[str, bytes], _Login] = {}
    _guard = threading.Lock()

    def __init__(self, key: tuple[str, bytes], token: Any, pin: str) -> None:
        self._key, self._token = key, token
        self._salt = os.urandom(32)
        self._proof = self._digest(pin)
        self._users = 0
        self._sessions: list[Any] = []
        self.operations: set[Any] = token.slot.get_mechanisms()
        self._sessions.append(token.open(user_pin=pin))
        private = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
        self._witness: Any = next(iter(list(self._sessions[0].get_objects(private))), None)
        """A private key: to be seen as long as the login holds."""

    @classmethod
    def enter(cls, where: TokenKey, pin: str) -> _Login:
        with cls._guard:
            token = _token(where)
            key = (where.module, token.serial)
            login = cls._open.get(key)
            try:
                if login is not None and not login._alive():
                    login._end()
                    login = None
                if login is None:
                    login = cls._open[key] = cls(key, token, pin)
            except pkcs11.PKCS11Error as error:
                raise told(error, _flags(token)) from error
            if not hmac.compare_digest(login._proof, login._digest(pin)):
                raise WrongPin(warning_vi="", warning_en="")
            login._users += 1
            return login

    def session(self) -> Any:
        session = self._token.open()
        self._sessions.append(session)
        return session

    def leave(self) -> None:
        with self._guard:
            self._users -= 1
            if self._users > 0:
                return
            self._end()

    def _end(self) -> None:
        """Logs out; whoever holds a session of this login can do nothing with it any more."""
        if self._open.get(self._key) is self:
            del self._open[self._key]
        while self._sessions:
            try:
                self._sessions.pop().close()
            except (pkcs11.PKCS11Error, RuntimeError):
                # the token is gone, and its sessions with it
                continue

    def _alive(self) -> bool:
        """Whether the login still holds: pulling a token out ends it."""
        try:
            return self._witness is not None and self._witness[Attribute.CLASS] == ObjectClass.PRIVATE_KEY
        except (pkcs11.PKCS11Error, RuntimeError):
            return False

    def _digest(self, pin: str) -> bytes:
        return hmac.digest(self._salt, pin.encode(), "sha256")


def _token(where: TokenKey) -> Any:
    """The token as it is plugged in now. Raises `TokenModuleMissing`, `TokenMissing`, `TokenFailed`."""
    try:
        library = pkcs11.lib(where.module)
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise TokenModuleMissing(module=where.module) from error
    held = _plugged_in(library)
    found = [token for token in held if where.token in (token.label, token.serial.decode("ascii", "replace").strip())]
    if len(found) != 1:
        raise TokenMissing(token=where.token, present=", ".join(token.label for token in held) or "—")
    return found[0]


def _plugged_in(library: Any) -> list[Any]:
    """The tokens that can be read; one that is broken does not hide the others."""
    try:
        slots = library.get_slots(token_present=True)
    except pkcs11.PKCS11Error as error:
        raise told(error) from error
    held = []
    for slot in slots:
        try:
            token = slot.get_token()
        except pkcs11.PKCS11Error:
            continue
        if TokenFlag.TOKEN_INITIALIZED in token.flags:
            held.append(token)
    return held


def _find(session: Any, where: TokenKey) -> tuple[bytes, bytes]:
    """The id of the private key and its certificate (DER). Raises `KeyMissing`, `KeyMismatch`."""
    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    fitting = [key for key in keys if where.key in ("", key.label, bytes(key.id).hex())]
    present = ", ".join(f"{key.label} ({bytes(key.id).hex()})" for key in keys) or "—"
    if len(fitting) != 1:
        raise KeyMissing(key=where.key, present=present)
    private = fitting[0]
    certificate = where.certificate or _own_certificate(session, private)
    if certificate is None:
        raise KeyMissing(key=where.key or private.label, present=present)
    if not _belongs(session, private, public_key(certificate)):
        raise KeyMismatch(subject=named(x509.load_der_x509_certificate(certificate)))
    return bytes(private.id), certificate


def _own_certificate(session: Any, private: Any) -> bytes | None:
    """Of the same id; else of the same label, as some makers have it."""
    held = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    for attribute, own in ((Attribute.ID, private.id), (Attribute.LABEL, private.label)):
        for one in held:
            if own and one[attribute] == own:
                return bytes(one[Attribute.VALUE])
    return None


def _belongs(session: Any, private: Any, public: object) -> bool:
    """Whether the key is the certificate's. An EC key shows its point in its public object only; where there is none,
    the check that follows every signature has the last word."""
    if private.key_type is KeyType.RSA:
        told_modulus = int.from_bytes(private[Attribute.MODULUS], "big")
        return isinstance(public, rsa.RSAPublicKey) and public.public_numbers().n == told_modulus
    if private.key_type is not KeyType.EC or not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    wanted = public.public_numbers()
    width = (public.key_size + 7) // 8
    point = b"\x04" + wanted.x.to_bytes(width, "big") + wanted.y.to_bytes(width, "big")
    query = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: private.id}
    return all(bytes(one[Attribute.EC_POINT]).endswith(point) for one in session.get_objects(query))


def _same(session: Any, key_id: bytes) -> Any:
    """The private key as a session of its own sees it."""
    return session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=key_id)


def _chain(session: Any, certificate: bytes, given: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The issuers, nearest first, from what was given and what the token holds."""
    held = [bytes(one[Attribute.VALUE]) for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})]
    known: dict[bytes, tuple[bytes, x509.Certificate]] = {}
    for der in (*held, *given):
        parsed = x509.load_der_x509_certificate(der)
        known.setdefault(parsed.subject.public_bytes(), (der, parsed))
    chain: list[bytes] = []
    issuer = x509.load_der_x509_certificate(certificate).issuer.public_bytes()
    while issuer in known and known[issuer][0] not in (certificate, *chain):
        der, parsed = known[issuer]
        chain.append(der)
        issuer = parsed.issuer.public_bytes()
    return tuple(chain)


def _flags(token: Any) -> TokenFlag:
    """What the token says of itself after a failed login; the flags of the object are those of when it was found."""
    try:
        flags: TokenFlag = token.slot.get_token().flags
    except pkcs11.PKCS11Error:
        return TokenFlag(0)
    return flags


GONE = (
    pkcs11.DeviceRemoved,
    pkcs11.TokenNotPresent,
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.ObjectHandleInvalid,
    pkcs11.KeyHandleInvalid,
    pkcs11.UserNotLoggedIn,
)


def told(error: Exception, flags: TokenFlag | None = None) -> KeyUnusable:
    """What a failure of the token means to people. `flags` are the token's, as they stand after it."""
    if isinstance(error, pkcs11.PinLocked | pkcs11.PinExpired) or (flags and TokenFlag.USER_PIN_LOCKED in flags):
        return PinLocked()
    if isinstance(error, pkcs11.PinIncorrect | pkcs11.PinInvalid | pkcs11.PinLenRange):
        if flags and TokenFlag.USER_PIN_FINAL_TRY in flags:
            return WrongPin(
                warning_vi=" Chỉ còn một lần thử trước khi thiết bị bị khóa.", warning_en=" One try is left."
            )
        return WrongPin(warning_vi="", warning_en="")
    if isinstance(error, GONE):
        return TokenGone()
    if isinstance(error, pkcs11.MechanismInvalid | pkcs11.MechanismParamInvalid):
        return MechanismMissing(mechanism="—")
    return TokenFailed(what=type(error).__name__)
