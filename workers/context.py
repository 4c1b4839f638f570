"""What every task needs: who it acts as, what for, and a folder for plain bytes that is gone when it ends."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

import digitize
from accounts import WORKER, Actor, Purpose
from accounts.models import User
from dossiers.models import Dossier
from dossiers.services import purpose_of
from workers.errors import DiskFull, Vanished

if TYPE_CHECKING:
    from workers.ledger import Run


ROOM = 512 << 20
"""Bytes that must be free on the worker's disk before a file is spread out on it; a deposit asks for as many."""


@cache
def software() -> str:
    """What made a later form of a document, as its version says."""
    return f"hoso {version('hoso')}"


def actor_of(user: str) -> Actor:
    """The person a task acts for, so that its reads are that person's events. Raises Vanished."""
    if user == WORKER.id:
        return WORKER
    try:
        found = User.objects.filter(pk=UUID(user), is_active=True).first()
    except ValueError:
        found = None
    if found is None:
        raise Vanished(what="user")
    return found.actor(channel="worker")


def dossier_of(code: str) -> Dossier:
    """The dossier that a job belongs to. Raises Vanished."""
    found = Dossier.objects.filter(code=code).first()
    if found is None:
        raise Vanished(what="dossier")
    return found


def purpose_for(dossier: Dossier) -> Purpose:
    """The dossier's procedure is the legal basis of every read that its work needs."""
    return purpose_of(dossier.procedure, dossier.code)


@contextmanager
def workspace(run: Run) -> Iterator[Path]:
    """A private folder for this attempt. What an attempt that was killed left behind goes first. Raises DiskFull.

    A file that could not be spread out for want of room looks broken: on a full disk no such verdict is believed.
    """
    home: Path = settings.HOSO.data / "tmp"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in home.glob(f"{run.job_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    _demand_room(home)
    folder = home / f"{run.job_id}-{run.fence}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    except digitize.DigitizeError:
        _demand_room(home)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _demand_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < ROOM:
        raise DiskFull()


def spill(opened: AbstractContextManager[Iterable[bytes]], path: Path) -> Path:
    """Writes what the archive gives to a file, proven whole."""
    with opened as chunks, path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return path
