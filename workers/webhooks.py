"""Webhooks: other systems are told of stored documents, issued and revoked results, by the outbox, with ids only.

The headers are those of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature` with `v1`,
HMAC-SHA256): https://www.standardwebhooks.com. A message keeps its id however often it is sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from catalogue import UnknownEntry, kind
from dossiers.signals import Change, dossier_changed
from dossiers.states import Act
from storage import Stored, VersionRole, version_stored
from workers import outbox
from workers.errors import BadWebhookUrl, ReceiverGone, Unavailable, Vanished
from workers.ledger import again
from workers.models import Job, OutboxMessage, Subscription

TOPIC = "webhook:"
STORED, ISSUED, REVOKED = "document.stored", "result.issued", "result.revoked"
EVENTS = (STORED, ISSUED, REVOKED)
SECONDS = 10.0
_PREFIX = "whsec_"
_ACTS = {Act.ISSUE: ISSUED, Act.REVOKE_RESULT: REVOKED}
_STRICTEST = 4


def new_secret() -> str:
    """A signing secret: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature` for a message, sent at `at` (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def check_url(url: str) -> str:
    """The address, if something may be sent to it: https, or http on loopback. Raises BadWebhookUrl."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadWebhookUrl from None
    loopback = host == "localhost"
    with suppress(ValueError):
        loopback = loopback or ip_address(host).is_loopback
    allowed = parts.scheme == "https" or (parts.scheme == "http" and loopback)
    if not (host and allowed) or "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable():
        raise BadWebhookUrl
    return url


@receiver(version_stored, dispatch_uid="webhooks")
def on_stored(stored: Stored, **_: Any) -> None:
    """A version with bytes of its own; a changed description alone is no news."""
    if stored.role is not VersionRole.METADATA:
        _tell(
            STORED,
            key=f"{stored.document}:{stored.version}",
            data={"document": str(stored.document), "version": stored.version, "role": stored.role.value},
            agency=stored.agency,
            kind_id=stored.kind,
            sensitivity=stored.sensitivity,
        )


@receiver(dossier_changed, dispatch_uid="webhooks")
def on_result(change: Change, **_: Any) -> None:
    """A result that was issued or taken back."""
    result, event = change.result, _ACTS.get(change.act)
    if result is None or event is None:
        return
    sensitivity = _STRICTEST
    with suppress(UnknownEntry):
        sensitivity = kind(result.kind).sensitivity
    _tell(
        event,
        key=f"{result.pk}:{change.step.pk}",
        data={
            "result": str(result.pk),
            "document": str(result.document) if result.document else None,
            "case": change.dossier.code,
        },
        agency=change.dossier.decide_agency,
        kind_id=result.kind,
        sensitivity=sensitivity,
    )


@outbox.delivers(TOPIC)
def deliver(message: OutboxMessage) -> None:
    """Sends one message to one system. Raises Unavailable (tried again, with growing pauses), ReceiverGone."""
    found = Subscription.objects.filter(pk=message.topic.removeprefix(TOPIC)).first()
    if found is None or not found.active:
        raise Vanished(what="subscription")
    url, body, at = check_url(found.url), body_of(message), int(time.time())
    headers = {
        "content-type": "application/json",
        "user-agent": "hoso",
        "webhook-id": str(message.id),
        "webhook-timestamp": str(at),
        "webhook-signature": signature(found.secret["key"], str(message.id), at, body),
    }
    host = urlsplit(url).hostname or ""
    try:
        # Neither redirects nor proxies: the bytes go to the address that was registered, or nowhere.
        with (
            httpx.Client(follow_redirects=False, timeout=SECONDS, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(service=host) from error
    if status == httpx.codes.GONE:
        Subscription.objects.filter(pk=found.pk).update(active=False)
        raise ReceiverGone(host=host)
    if not 200 <= status < 300:
        raise Unavailable(service=f"{host} ({status})")


def body_of(message: OutboxMessage) -> bytes:
    """The body of a message, the same bytes each time that it is sent."""
    payload = message.payload
    told = {"type": payload["type"], "timestamp": payload["at"], "data": payload["data"]}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _tell(event: str, *, key: str, data: Mapping[str, object], agency: str, kind_id: str, sensitivity: int) -> None:
    """A message for each system that asked for the event and may hear of this document; in the caller's transaction."""
    at = timezone.now().isoformat(timespec="seconds")
    told = {**data, "kind": kind_id, "agency": agency}
    for found in Subscription.objects.filter(active=True):
        if event in found.events and found.covers(agency, kind_id, sensitivity):
            outbox.put(
                f"{TOPIC}{found.pk}",
                key=f"{event}:{key}:{found.pk}",
                payload={"type": event, "at": at, "data": told},
            )


def subscribe(
    client: str, url: str, events: Sequence[str], *, agency: str, kinds: Sequence[str], clearance: int
) -> tuple[Subscription, str]:
    """A system's subscription and its signing secret, which is told this once. Raises BadWebhookUrl."""
    secret = new_secret()
    made = Subscription.objects.create(
        client=client,
        url=check_url(url),
        events=[event for event in EVENTS if event in events],
        agency=agency,
        kinds=list(kinds),
        clearance=clearance,
        secret={"key": secret},
    )
    return made, secret


def subscriptions(client: str) -> list[Subscription]:
    """A system's subscriptions, oldest first."""
    return list(Subscription.objects.filter(client=client).order_by("created_at", "id"))


def unsubscribe(client: str, subscription: UUID) -> bool:
    """Stops a subscription; what is still to be sent is not sent any more. False when the system has none such."""
    return bool(Subscription.objects.filter(client=client, pk=subscription, active=True).update(active=False))


def messages(client: str, *, failed: bool = False, before: UUID | None = None, limit: int = 50) -> list[OutboxMessage]:
    """What was sent to a system or waits for it, newest first; `failed`: only the dead letters.

    `before` is the last message of the page before.
    """
    topics = [f"{TOPIC}{found.pk}" for found in Subscription.objects.filter(client=client)]
    found = OutboxMessage.objects.filter(topic__in=topics).select_related("job")
    if failed:
        found = found.filter(job__state=Job.State.FAILED)
    last = found.filter(pk=before).first() if before else None
    if last is not None:
        older = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.id)
        found = found.filter(older)
    return list(found.order_by("-created_at", "-id")[:limit])


def resend(client: str, message: UUID) -> bool:
    """Sends a dead letter again. False when the system has none such."""
    topics = [f"{TOPIC}{found.pk}" for found in Subscription.objects.filter(client=client, active=True)]
    found = OutboxMessage.objects.filter(pk=message, topic__in=topics).first()
    return found is not None and again(found.job_id)
