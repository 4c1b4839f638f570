"""The signal that tells the workers of a change, inside its transaction, so that an outbox row commits with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.dispatch import Signal

from dossiers.states import Act

if TYPE_CHECKING:
    from dossiers.models import Component, Dossier, Result, Step

dossier_changed = Signal()
"""Sent with `change=Change(…)`; the sender is the class `Dossier`. A receiver that raises rolls the act back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One act as it was done: the step names who, when and why; `component` or `result` where the act is about one.

    `moved` says that the dossier's own state changed.
    """

    dossier: Dossier
    act: Act
    step: Step
    component: Component | None = None
    result: Result | None = None

    @property
    def moved(self) -> bool:
        """Whether the dossier went from one state to another."""
        return self.step.state_from != self.step.state_to
