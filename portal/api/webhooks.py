"""Webhook subscriptions of the calling system, what was sent to it, and its dead letters."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

import storage
from portal.api.auth import caller_of, needs
from portal.api.errors import WebhookNotRegistered
from portal.api.schemas import (
    MOST,
    PROBLEMS,
    MessageOut,
    MessagesOut,
    Problem,
    SubscribedOut,
    SubscribeIn,
    SubscriptionOut,
)
from workers import webhooks
from workers.models import OutboxMessage, Subscription

router = Router(tags=["webhooks"])


@router.get("", response={200: list[SubscriptionOut], PROBLEMS: Problem}, **needs("webhooks"))
def subscriptions(request: HttpRequest) -> list[SubscriptionOut]:
    """List your subscriptions."""
    return [_told(found) for found in webhooks.subscriptions(caller_of(request).client_id)]


@router.post("", response={201: SubscribedOut, PROBLEMS: Problem}, **needs("webhooks"))
def subscribe(request: HttpRequest, body: SubscribeIn) -> Status[SubscribedOut]:
    """Subscribe an address that was registered for your system. The signing secret is told this once."""
    caller = caller_of(request)
    client = caller.client
    if body.url not in client.webhooks:
        raise WebhookNotRegistered
    made, secret = webhooks.subscribe(
        caller.client_id,
        body.url,
        body.events,
        agency=client.agency,
        kinds=client.kinds,
        clearance=client.clearance,
    )
    return Status(201, SubscribedOut(**_told(made).dict(), secret=secret))


@router.delete("/{uuid:id}", response={204: None, PROBLEMS: Problem}, **needs("webhooks"))
def unsubscribe(request: HttpRequest, id: UUID) -> Status[None]:
    """Stop a subscription."""
    if not webhooks.unsubscribe(caller_of(request).client_id, id):
        raise storage.NotFound
    return Status(204, None)


@router.get("/messages", response={200: MessagesOut, PROBLEMS: Problem}, **needs("webhooks"))
def messages(request: HttpRequest, failed: bool = False, after: UUID | None = None, limit: int = 50) -> MessagesOut:
    """List what was sent to you, newest first; `failed=true` lists the dead letters only."""
    most = max(1, min(limit, MOST))
    rows = webhooks.messages(caller_of(request).client_id, failed=failed, before=after, limit=most + 1)
    page = rows[:most]
    return MessagesOut(items=[_message(row) for row in page], next=page[-1].id if len(rows) > most else None)


@router.post("/messages/{uuid:id}/again", response={202: None, PROBLEMS: Problem}, **needs("webhooks"))
def again(request: HttpRequest, id: UUID) -> Status[None]:
    """Have a dead letter sent again."""
    if not webhooks.resend(caller_of(request).client_id, id):
        raise storage.NotFound
    return Status(202, None)


def _told(found: Subscription) -> SubscriptionOut:
    return SubscriptionOut(id=found.id, url=found.url, events=found.events, active=found.active)


def _message(row: OutboxMessage) -> MessageOut:
    return MessageOut(
        id=row.id,
        type=row.payload["type"],
        state=row.job.state,
        attempts=row.attempts,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        next_attempt_at=None if row.job.over else row.job.run_at,
        error=row.job.error_code,
    )
