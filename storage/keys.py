"""The key store: every key random, wrapped by the one above it, in a bucket of its own without versioning or lock.

    master key ── owners/<owner>/<key id> ── documents/<document>/<key id>
              └── intakes/<intake>/<key id>

A wrapped key is AES-256-GCM with its own name and its wrapper's name as associated data, so that no key can be put in
another's place. The key's id is random and stands in the header of what it seals: two writers that race make two keys,
and the one whose stream wins is the one that is used. Destroying every key under a name destroys what they sealed.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import config
from storage.blobs import blobs
from storage.errors import KeyMissing, NotFound

MASTER = "master/1"
CHECK = "check/master-1"
INDEX_VERSION = 1
"""The version of the owner index's key; a new master key means a new version and a reindex."""


@dataclass(frozen=True, slots=True)
class KeyName:
    """Where a key lies: what it is for (`owners`, `documents`, `intakes`), whose, which."""

    family: str
    object: UUID
    id: UUID

    @property
    def path(self) -> str:
        """The object's key in the bucket of keys."""
        return f"{self.family}/{self.object}/{self.id}"


@dataclass(frozen=True, slots=True)
class Key:
    """An opened key; lives only as long as the act that needs it."""

    name: KeyName
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.name.path})"


def new_key(family: str, obj: UUID, wrapper: Key | None) -> Key:
    """A fresh key, durable in the key store when this returns; wrapped by `wrapper`, or by the master key."""
    key = Key(KeyName(family, obj, uuid4()), os.urandom(32))
    by, secret = (wrapper.name.path, wrapper.secret) if wrapper else (MASTER, config.master_key())
    nonce = os.urandom(12)
    wrapped = nonce + AESGCM(secret).encrypt(nonce, key.secret, _bound(key.name.path, by))
    record = {"format": "hoso.key/1", "wrapped_by": by, "wrapped": b64encode(wrapped).decode()}
    blobs().put(config.buckets().keys, key.name.path, json.dumps(record).encode())
    return key


def open_key(name: KeyName) -> Key:
    """The key by its name. Raises KeyMissing when it, or one above it, was destroyed or does not open."""
    return unwrap(name, _stored, config.master_key())


def unwrap(name: KeyName, read: Callable[[str], bytes | None], master: bytes) -> Key:
    """The key by its name, from wherever `read` finds wrapped keys by their paths. Raises KeyMissing."""
    kept = read(name.path)
    try:
        record = json.loads(kept or b"")
        by, wrapped = record["wrapped_by"], b64decode(record["wrapped"], validate=True)
        secret = master if by == MASTER else unwrap(parse(by), read, master).secret
        return Key(name, AESGCM(secret).decrypt(wrapped[:12], wrapped[12:], _bound(name.path, by)))
    except (ValueError, KeyError, TypeError, InvalidTag) as error:
        raise KeyMissing(what=name.path) from error


def _stored(path: str) -> bytes | None:
    try:
        return blobs().get_bytes(config.buckets().keys, path)
    except NotFound:
        return None


def destroy_keys(family: str, obj: UUID) -> int:
    """Removes every key of an object and says how many there were."""
    found = list(blobs().keys(config.buckets().keys, f"{family}/{obj}/"))
    for path in found:
        blobs().delete(config.buckets().keys, path)
    return len(found)


def drop_key(key: Key) -> None:
    """Removes one key that sealed nothing that counts: its writer lost."""
    blobs().delete(config.buckets().keys, key.name.path)


def check_master() -> None:
    """Proves at start that this master key is the one of the key store. Raises KeyMissing when it is another.

    The first start leaves a check value there: an HMAC that tells nothing about the key.
    """
    value, bucket = check_value(config.master_key()), config.buckets().keys
    if blobs().put_new(bucket, CHECK, value):
        return
    if blobs().get_bytes(bucket, CHECK) != value:
        raise KeyMissing(what="master")


def index_digest(scheme: str, value: str) -> str:
    """The HMAC-SHA256 of an identifier under the index key, in hex: how a person is found without being named."""
    mac = HMAC(_derived(f"owner index {INDEX_VERSION}"), SHA256())
    mac.update(f"{scheme}\x00{value}".encode())
    return mac.finalize().hex()


def anchor_mac(text: bytes) -> str:
    """The HMAC-SHA256 of an anchor of the event log, in hex."""
    mac = HMAC(_derived("event anchor 1"), SHA256())
    mac.update(text)
    return mac.finalize().hex()


def backup_mac(text: bytes, master: bytes) -> str:
    """The HMAC-SHA256 of what a backup says of itself, in hex."""
    mac = HMAC(_derived("backup mac 1", master), SHA256())
    mac.update(text)
    return mac.finalize().hex()


def backup_key(master: bytes) -> bytes:
    """The key that the database is sealed under in a backup."""
    return _derived("backup 1", master)


def check_value(master: bytes) -> bytes:
    """What the first start leaves in the key bucket, by which another master key is noticed."""
    mac = HMAC(_derived("event anchor 1", master), SHA256())
    mac.update(b"master check")
    return mac.finalize().hex().encode()


def _derived(what: str, master: bytes | None = None) -> bytes:
    return HKDF(SHA256(), 32, None, f"hoso {what}".encode()).derive(master or config.master_key())


def _bound(name: str, by: str) -> bytes:
    return f"hoso.key/1\x00{name}\x00{by}".encode()


def parse(path: str) -> KeyName:
    """The name of a key from its path. Raises ValueError."""
    family, obj, key_id = path.split("/")
    return KeyName(family, UUID(obj), UUID(key_id))
