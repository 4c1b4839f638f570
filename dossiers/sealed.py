"""A database column of JSON that is encrypted at rest: contacts and the data of results not yet issued."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


def _key(secret: str | bytes) -> bytes:
    """A Fernet key that is good for this column only (HKDF, RFC 5869)."""
    material = secret.encode() if isinstance(secret, str) else secret
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hoso dossiers sealed column 1")
    return base64.urlsafe_b64encode(derive.derive(material))


def _cipher() -> MultiFernet:
    """The cipher of this installation; `SECRET_KEY_FALLBACKS` still open what older keys closed."""
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class SealedJSONField(_TextField):
    """JSON, encrypted and authenticated with a key derived from Django's secret key; never searched by."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return _cipher().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode("ascii")

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else json.loads(_cipher().decrypt(value.encode("ascii")))

    def to_python(self, value: Any) -> Any:
        return value
