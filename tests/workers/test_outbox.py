"""The outbox: written with the change that it tells of, delivered once, never said to be delivered when it was not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workers import Job, outbox, runner
from workers.errors import Unavailable
from workers.models import OutboxMessage

pytestmark = pytest.mark.django_db

TOPIC = "test.topic"


@pytest.fixture
def delivered() -> Iterator[list[OutboxMessage]]:
    """What was delivered of the topic of this test; the first attempt finds nobody there."""
    told: list[OutboxMessage] = []
    tries: list[OutboxMessage] = []

    @outbox.delivers(TOPIC)
    def deliver(message: OutboxMessage) -> None:
        tries.append(message)
        if len(tries) == 1:
            raise Unavailable(service="test")
        told.append(message)

    yield told
    del outbox._deliveries[TOPIC]


def attempt(message: OutboxMessage) -> OutboxMessage:
    """One more attempt to deliver, whatever became of the last."""
    Job.objects.filter(pk=message.job_id).update(state="queued", run_at=message.created_at)
    runner.run(message.job_id)
    message.refresh_from_db()
    return message


def test_a_message_is_delivered_once_and_keeps_its_id(delivered: list[OutboxMessage]) -> None:
    message = outbox.put(TOPIC, key="k", payload={"n": 1})
    assert outbox.put(TOPIC, key="k", payload={"n": 2}) == message
    assert attempt(message).delivered_at is None
    first = attempt(message).delivered_at
    assert first is not None
    assert attempt(message).delivered_at == first
    assert [one.id for one in delivered] == [message.id]


def test_what_nobody_here_can_deliver_is_not_said_to_be_delivered() -> None:
    message = attempt(outbox.put("of.a.newer.version", key="k", payload={}))
    assert (message.delivered_at, message.job.state, message.job.error_code) == (
        None,
        "failed",
        "workers.unknown_kind",
    )
