"""Celery and the job ledger; the only place where steps are put in order across packages.

The names are looked up when they are used: Django imports this package before its models may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.drawing import page_image
    from workers.ledger import again, enqueue
    from workers.models import Job
    from workers.pins import give_pin, seal_of, waiting
    from workers.tasks.looking import verify_key, verify_report_key

__all__ = [
    "Job",
    "again",
    "enqueue",
    "give_pin",
    "page_image",
    "seal_of",
    "verify_key",
    "verify_report_key",
    "waiting",
]

_HOME = {
    "Job": "workers.models",
    "again": "workers.ledger",
    "enqueue": "workers.ledger",
    "give_pin": "workers.pins",
    "page_image": "workers.drawing",
    "seal_of": "workers.pins",
    "verify_key": "workers.tasks.looking",
    "verify_report_key": "workers.tasks.looking",
    "waiting": "workers.pins",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(_HOME[name]), name)
