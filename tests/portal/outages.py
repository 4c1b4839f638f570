"""What a test takes away for a while: the object store, the room on the disk."""

from __future__ import annotations

import shutil
import socket
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings


@contextmanager
def store_down(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The object store's address leads to a port where nobody answers."""
    with socket.socket() as probe, patch.context() as inner:
        probe.bind(("127.0.0.1", 0))
        away = {"s3_endpoint": f"127.0.0.1:{probe.getsockname()[1]}", "s3_access_key": "k", "s3_secret_key": "geheim"}
        inner.setattr(settings, "HOSO", settings.HOSO.model_copy(update=away))
        yield


@contextmanager
def disk_full(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk says that it has next to nothing left."""
    usage = namedtuple("usage", "total used free")
    with patch.context() as inner:
        inner.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 4096))
        yield
