"""What must vanish: unfinished uploads, staged signatures, page images, files to verify. Nothing here is the archive.

An object is `expiry (8 bytes, milliseconds since 1970, big endian) | nonce (12) | AES-256-GCM`, under a key derived
from the master key, with name and expiry as associated data: nothing can be put in another's place or live longer.
"""

from __future__ import annotations

import os
import struct
import time
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import config
from storage.blobs import blobs
from storage.errors import Corrupt, NotFound

_PREFIX = "stash/"
_EXPIRY = struct.Struct(">Q")
_NONCE = 12
_HEAD = _EXPIRY.size + _NONCE


def stash(key: str, content: bytes, *, ttl: timedelta) -> None:
    """Keeps bytes under a name for a time; durable when this returns. Raises StoreDown, StoreFull."""
    expiry = _EXPIRY.pack(int((time.time() + ttl.total_seconds()) * 1000))
    nonce = os.urandom(_NONCE)
    sealed = _cipher().encrypt(nonce, content, expiry + key.encode())
    blobs().put(config.buckets().transient, _PREFIX + key, expiry + nonce + sealed)


def stashed(key: str) -> bytes | None:
    """The bytes under a name; None when there are none or their time is over. Raises Corrupt, StoreDown."""
    try:
        kept = blobs().get_bytes(config.buckets().transient, _PREFIX + key)
    except NotFound:
        return None
    if _over(kept):
        unstash(key)
        return None
    try:
        return _cipher().decrypt(kept[_EXPIRY.size : _HEAD], kept[_HEAD:], kept[: _EXPIRY.size] + key.encode())
    except InvalidTag as error:
        raise Corrupt(what=key) from error


def unstash(prefix: str) -> None:
    """Forgets everything whose name begins so."""
    bucket = config.buckets().transient
    for key in list(blobs().keys(bucket, _PREFIX + prefix)):
        blobs().delete(bucket, key)


def sweep_stash() -> int:
    """Forgets everything whose time is over, and says how many; for a timer."""
    bucket, gone = config.buckets().transient, 0
    for key in list(blobs().keys(bucket, _PREFIX)):
        with blobs().get(bucket, key) as reader:
            over = _over(reader.read(_EXPIRY.size))
        if over:
            blobs().delete(bucket, key)
            gone += 1
    return gone


def _over(kept: bytes) -> bool:
    if len(kept) < _EXPIRY.size:
        raise Corrupt(what="stash")
    (expiry,) = _EXPIRY.unpack(kept[: _EXPIRY.size])
    return bool(expiry <= time.time() * 1000)


def _cipher() -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hoso transient 1")
    return AESGCM(derive.derive(config.master_key()))
