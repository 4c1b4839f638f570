"""Calls to keys that are kept elsewhere, written down before they are made: none is made a second time blindly.

A remote service may have signed although its answer never came, and a worker may die before it could say so. So each
call is a row before it goes out. A later attempt that finds a row without an answer asks for nothing: the job is
`unknown` until a person has looked at the service and says that it shall be asked again (`ledger.again`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

import signing
from catalogue import HosoError
from workers.errors import OutcomeUnknown
from workers.ledger import Run, unanswered
from workers.models import RemoteCall

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A remote `signing.Signer` whose calls are written down: for which document of which job, by whose key, how, and
    which service is asked."""

    inner: signing.Signer
    service: str
    run: Run
    name: str
    document: str
    """SHA-256 of the document before it is signed, in hex."""
    profile: str

    @property
    def certificate(self) -> bytes:
        return self.inner.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.inner.chain

    @property
    def mechanism(self) -> signing.Mechanism:
        return self.inner.mechanism

    async def sign(self, data: bytes) -> bytes:
        """Asks the service once. Raises LeaseLost before it asks, OutcomeUnknown, and what the key raises."""
        call = await asyncio.to_thread(_apart, lambda: self._ask(data))
        try:
            value = await self.inner.sign(data)
        except OutcomeUnknown:
            raise
        except HosoError:
            await asyncio.to_thread(_apart, lambda: _answered(call))
            raise
        await asyncio.to_thread(_apart, lambda: _answered(call))
        return value

    def _ask(self, data: bytes) -> UUID:
        with self.run.fenced():
            return RemoteCall.objects.create(
                job_id=self.run.job_id,
                name=self.name,
                service=self.service,
                fence=self.run.fence,
                attempt=self.run.attempts,
                document=self.document,
                digest=hashlib.sha256(data).hexdigest(),
                signer=hashlib.sha256(self.certificate).hexdigest(),
                profile=self.profile,
            ).id


def demand_known(run: Run, name: str) -> None:
    """Raises OutcomeUnknown where an earlier attempt at this document has asked and nobody knows what came of it."""
    asked = unanswered(run.job_id).filter(name=name).first()
    if asked is not None:
        raise OutcomeUnknown(service=asked.service)


def _answered(call: UUID) -> None:
    RemoteCall.objects.filter(pk=call).update(outcome=RemoteCall.Outcome.ANSWERED, answered_at=timezone.now())


def _apart(do: Callable[[], T]) -> T:
    """Reads or writes the database in a thread beside the event loop, and leaves no connection there."""
    try:
        return do()
    finally:
        connection.close()
