"""What cannot be made twice: the first attempt whose fenced commit wins is the one that is published.

A signature made again has other bytes. So an attempt puts its bytes into the transient store under its own fence,
`staging/<job>/<fence>/<name>`, and then writes into the job's row, behind the fence, that these are the ones. Whoever
comes later publishes the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import storage
from workers.ledger import Run

LIFE = timedelta(days=2)
"""Longer than a job is tried again."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that won, and what is to be said of them (codes, times as ISO text, no personal data)."""

    content: bytes
    sha256: str
    notes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    sha256: str
    notes: dict[str, Any]


def once(run: Run, name: str, make: Callable[[], tuple[bytes, dict[str, Any]]]) -> Staged:
    """The bytes of `name` in this job: those that won, or freshly made ones that win now. Raises LeaseLost."""
    known = run.result.get("staged")
    entries: dict[str, Any] = dict(known) if isinstance(known, dict) else {}
    if name in entries:
        entry = _Entry(**entries[name])
        content = storage.stashed(entry.key)
        if content is not None and hashlib.sha256(content).hexdigest() == entry.sha256:
            return Staged(content, entry.sha256, entry.notes)
    content, notes = make()
    entry = _Entry(f"staging/{run.job_id}/{run.fence}/{name}", hashlib.sha256(content).hexdigest(), notes)
    storage.stash(entry.key, content, ttl=LIFE)
    run.remember(staged={**entries, name: asdict(entry)})
    return Staged(content, entry.sha256, notes)


def clear(run: Run) -> None:
    """Forgets what was staged, after it was published."""
    storage.unstash(f"staging/{run.job_id}/")
