"""Anybody's looking at a document, told in the log once in ten minutes for each address that asks.

Who holds a code or a file may ask as often as the limits let them; the log, which nobody can shorten, tells its owner
that somebody looked, not how often a program did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

import storage
from dossiers.models import Result
from portal.http import VISITOR
from portal.limits import address

SECONDS = 600


def result(shown: Result, request: HttpRequest) -> None:
    """Tells the log that somebody looked at a public result by its code."""
    assert shown.document is not None
    told = storage.EventRecord("document.verify", document=shown.document, owners=(shown.dossier.owner,))
    with _once(request, shown.document) as due, transaction.atomic():
        if due:
            storage.record(told, VISITOR)


def file(sha256: str, request: HttpRequest) -> storage.Recognized | None:
    """What the archive knows of a file by its SHA-256 (hex), and tells the log of it."""
    return storage.recognize(sha256, VISITOR, once=partial(_once, request))


@contextmanager
def _once(request: HttpRequest, document: UUID) -> Iterator[bool]:
    """Whether an event is due. Where it could not be written, it is due again. The address is personal data: only a
    keyed hash of it is kept."""
    key = f"seen:{salted_hmac('portal.seen', f'{address(request)} {document}').hexdigest()}"
    due = cache.add(key, True, SECONDS)
    try:
        yield due
    except BaseException:
        if due:
            cache.delete(key)
        raise
