"""The outbox: what is to be told outside, written with the change that it tells of and delivered by a job.

Delivery may happen twice when a worker dies in between; the message's id is the same then, so a receiver can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from workers.errors import UnknownKind, Vanished
from workers.ledger import Run, enqueue
from workers.models import OutboxMessage
from workers.registry import task

Delivery = Callable[[OutboxMessage], None]

_deliveries: dict[str, Delivery] = {}


def delivers(topic: str) -> Callable[[Delivery], Delivery]:
    """Registers the function that delivers messages whose topic begins with `topic`. It raises to be called again."""

    def register(delivery: Delivery) -> Delivery:
        _deliveries[topic] = delivery
        return delivery

    return register


def put(
    topic: str, *, key: str, payload: Mapping[str, object], dossier: str = "", delay: timedelta = timedelta()
) -> OutboxMessage:
    """Writes a message in the caller's transaction; the same `key` writes once. The payload holds ids, as a job's."""
    message_id = uuid4()
    known = OutboxMessage.objects.filter(key=key).first()
    if known is not None:
        return known
    job = enqueue("deliver", key=f"deliver:{key}", payload={"message": str(message_id)}, dossier=dossier, delay=delay)
    return OutboxMessage.objects.create(id=message_id, topic=topic, key=key, payload=dict(payload), job=job)


@task("deliver")
def deliver(run: Run) -> None:
    """Payload: `message`. Hands it to whoever delivers its topic. Raises UnknownKind where nobody here does."""
    message = OutboxMessage.objects.filter(pk=run.payload["message"]).first()
    if message is None:
        raise Vanished(what="message")
    if message.delivered_at is not None:
        return
    delivery = next((found for topic, found in _deliveries.items() if message.topic.startswith(topic)), None)
    if delivery is None:
        raise UnknownKind(kind=message.topic)
    delivery(message)
    with run.finish():
        OutboxMessage.objects.filter(pk=message.pk).update(delivered_at=timezone.now())
