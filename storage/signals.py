"""The signal that tells of a version inside its transaction, so that an outbox row commits with it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.dispatch import Signal

from storage.values import VersionRole

version_stored = Signal()
"""Sent with `stored=Stored(…)` by the class `Deposit`. A receiver that raises rolls the version back."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a listener may know of a new version: ids, codes and the label that says who may be told."""

    document: UUID
    version: int
    role: VersionRole
    kind: str
    agency: str
    sensitivity: int
