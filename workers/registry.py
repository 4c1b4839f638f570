"""Which function does which kind of job, how long it is tried, and who is told when it is given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from workers.errors import UnknownKind

if TYPE_CHECKING:
    from catalogue import HosoError
    from workers.ledger import Run

Handler = Callable[["Run"], None]
GaveUp = Callable[["Run", "HosoError"], None]

DAY, MONTH = timedelta(days=1), timedelta(days=30)

MODULES: tuple[str, ...] = (
    "workers.outbox",
    "workers.notices",
    "workers.webhooks",
    "workers.tasks.digitizing",
    "workers.tasks.certifying",
    "workers.tasks.results",
    "workers.tasks.forms",
    "workers.tasks.importing",
    "workers.tasks.looking",
    "workers.tasks.renewing",
)
"""Modules that hold tasks; imported when the first job runs."""


@dataclass(frozen=True, slots=True)
class Task:
    """How jobs of one kind are done.

    `patience` is how long a job is tried again while what it needs is down. `gave_up` is called in the transaction
    that marks a job failed, whatever ended it (an error of the task, a crash, the end of patience), so that nothing
    waits for it for ever. It is not called for a job of unknown outcome: there a signature may exist.
    """

    do: Handler
    gave_up: GaveUp | None = None
    patience: timedelta = DAY


_tasks: dict[str, Task] = {}


def task(kind: str, *, gave_up: GaveUp | None = None, patience: timedelta = DAY) -> Callable[[Handler], Handler]:
    """Registers a function as the one that does jobs of this kind. It may run twice: it must be repeatable."""

    def register(handler: Handler) -> Handler:
        _tasks[kind] = Task(handler, gave_up, patience)
        return handler

    return register


def find(kind: str) -> Task:
    """How jobs of a kind are done. Raises UnknownKind."""
    for module in MODULES:
        import_module(module)
    if kind not in _tasks:
        raise UnknownKind(kind=kind)
    return _tasks[kind]
