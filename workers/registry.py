"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from workers.errors import UnknownKind

if TYPE_CHECKING:
    from workers.ledger import Run

Handler = Callable[["Run"], None]

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
)
"""Modules that hold tasks; imported when the first job runs."""

_handlers: dict[str, Handler] = {}


def task(kind: str) -> Callable[[Handler], Handler]:
    """Registers a function as the one that does jobs of this kind. It may run twice: it must be repeatable."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def handler(kind: str) -> Handler:
    """The function for a kind. Raises UnknownKind."""
    for module in MODULES:
        import_module(module)
    if kind not in _handlers:
        raise UnknownKind(kind=kind)
    return _handlers[kind]
