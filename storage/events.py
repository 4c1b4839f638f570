"""The append-only log: who did what to which document, for whom, what for; each record holds the hash of the last.

A record is written in the transaction of the act it tells of (Law 91/2025/QH15; QCVN 12:2026/BCA 2.2.9.2 and 2.2.22:
unique UTC times). It holds names of attributes, never their values. Anchors, `log/<seq>.json` in the locked bucket,
keep the chain's end where the database cannot change it, so that a log that was cut short is found out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts import Actor, Purpose
from storage import config, keys
from storage.blobs import blobs
from storage.errors import LogBroken, StoreRefused
from storage.merges import same_owners
from storage.models import Event, EventHead, EventSubject
from storage.reports import LogReport
from storage.values import EventRecord, EventView

GENESIS = "0" * 64
_ANCHORS = "log/"
_PLAIN = (
    "seq",
    "action",
    "result",
    "actor",
    "actor_name",
    "roles",
    "agencies",
    "desk",
    "certificate",
    "address",
    "on_behalf_of",
    "channel",
    "legal_basis",
    "dossier",
    "purpose",
    "version",
    "owners",
    "sensitivity",
    "fields",
    "details",
    "prev_hash",
)
_ACT = tuple(name for name in _PLAIN if name not in ("seq", "prev_hash"))


def record(event: EventRecord, actor: Actor, purpose: Purpose | None = None) -> int:
    """Appends an event inside the caller's transaction and returns its number; it stands or falls with the act."""
    with transaction.atomic():
        EventHead.objects.get_or_create(id=1, defaults={"hash": GENESIS})
        head = EventHead.objects.select_for_update().get(id=1)
        row = _row(event, actor, purpose)
        row.seq = head.seq + 1
        row.prev_hash = head.hash
        row.at = datetime.now(UTC)
        if head.at is not None and row.at <= head.at:
            row.at = head.at + timedelta(microseconds=1)
        row.hash = digest(row)
        row.save(force_insert=True)
        EventSubject.objects.bulk_create(EventSubject(event=row, owner=owner) for owner in event.owners)
        EventHead.objects.filter(id=1).update(seq=row.seq, hash=row.hash, at=row.at)
        return row.seq


def is_told(event: EventRecord, actor: Actor, purpose: Purpose | None, *, since: datetime) -> bool:
    """Whether the log has the same act since then, alike in all that a record would say of it: who, from where, in
    which roles, for whom, what for."""
    wanted = _row(event, actor, purpose)
    alike = {name: getattr(wanted, name) for name in ("action", "result", "actor", "dossier", "document", "intake")}
    found = Event.objects.filter(**alike, at__gt=since)
    return any(all(getattr(row, name) == getattr(wanted, name) for name in _ACT) for row in found)


def digest(row: Event) -> str:
    """The SHA-256 over the record's canonical JSON, which holds the hash of the record before it."""
    plain: dict[str, object] = {name: getattr(row, name) for name in _PLAIN}
    plain["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    plain["document"] = str(row.document) if row.document else None
    plain["intake"] = str(row.intake) if row.intake else None
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def events_for_owner(owner: UUID, *, before: int | None = None, limit: int = 50) -> list[EventView]:
    """Who read or changed the owner's documents, newest first; `before` is the last number of the page before.

    Events tell of the ids that stood at the time: those of all owners that were merged with this one are its own.
    """
    told = EventSubject.objects.filter(owner__in=same_owners(owner))
    found = Event.objects.filter(seq__in=told.values("event"))
    return _page(found if before is None else found.filter(seq__lt=before), limit)


def history(
    *, document: UUID | None = None, dossier: str = "", actor: str = "", before: int | None = None, limit: int = 50
) -> list[EventView]:
    """The log for auditors, newest first, narrowed by document, dossier or actor."""
    found = Event.objects.all()
    if document is not None:
        found = found.filter(document=document)
    if dossier:
        found = found.filter(dossier=dossier)
    if actor:
        found = found.filter(actor=actor)
    return _page(found if before is None else found.filter(seq__lt=before), limit)


def anchor() -> int:
    """Writes the log's end to the locked bucket and returns its number; outside any transaction."""
    head = EventHead.objects.filter(id=1).first()
    if head is None or head.seq == 0:
        return 0
    text = f"{head.seq}:{head.hash}"
    content = {"seq": head.seq, "hash": head.hash, "mac": keys.anchor_mac(text.encode())}
    key = f"{_ANCHORS}{head.seq:020d}.json"
    if blobs().size(config.buckets().archive, key) is None:
        until = datetime.now(UTC) + timedelta(days=config.DOCUMENT_DAYS)
        blobs().put(config.buckets().archive, key, json.dumps(content).encode(), until=until)
    return head.seq


def verify_log(*, anchors: bool = True) -> LogReport:
    """Proves the log complete and unaltered, against its anchors too where the object store is at hand.

    Raises LogBroken with the number of the first record that is missing, altered or out of order.
    """
    head = EventHead.objects.filter(id=1).first() or EventHead(seq=0, hash=GENESIS)
    known = dict(_anchors()) if anchors else {}
    expected, hash_before, at_before = 1, GENESIS, None
    for row in Event.objects.filter(seq__lte=head.seq).order_by("seq").iterator(chunk_size=2000):
        if row.seq != expected:
            raise LogBroken(seq=expected, what="missing")
        if row.prev_hash != hash_before or (at_before is not None and row.at <= at_before):
            raise LogBroken(seq=row.seq, what="out of order")
        if digest(row) != row.hash:
            raise LogBroken(seq=row.seq, what="altered")
        if known.get(row.seq, row.hash) != row.hash:
            raise LogBroken(seq=row.seq, what="other than its anchor")
        expected, hash_before, at_before = row.seq + 1, row.hash, row.at
    if (head.seq, head.hash) != (expected - 1, hash_before) or max(known, default=0) > head.seq:
        raise LogBroken(seq=expected, what="cut short")
    return LogReport(events=head.seq, head=head.hash, anchors=len(known))


def _anchors() -> Iterator[tuple[int, str]]:
    archive = config.buckets().archive
    for key in blobs().keys(archive, _ANCHORS):
        try:
            content = json.loads(blobs().get_bytes(archive, key))
            seq, value, mac = int(content["seq"]), str(content["hash"]), str(content["mac"])
        except (ValueError, KeyError, StoreRefused) as error:
            raise LogBroken(seq=0, what=f"anchor {key}") from error
        if mac != keys.anchor_mac(f"{seq}:{value}".encode()):
            raise LogBroken(seq=seq, what="forged anchor")
        yield seq, value


def _row(event: EventRecord, actor: Actor, purpose: Purpose | None) -> Event:
    return Event(
        action=event.action,
        result=event.result,
        actor=actor.id[:100],
        actor_name=actor.name[:200],
        roles=sorted(actor.roles),
        agencies=sorted(actor.agencies),
        desk=actor.desk[:40],
        certificate=actor.certificate[:200],
        address=actor.address[:60],
        on_behalf_of=(actor.on_behalf_of or "")[:200],
        channel=actor.channel[:60],
        legal_basis=purpose.legal_basis[:100] if purpose else "",
        dossier=purpose.dossier[:60] if purpose else "",
        purpose=purpose.text[:300] if purpose else "",
        document=event.document,
        version=event.version,
        intake=event.intake,
        owners=[str(owner) for owner in event.owners],
        sensitivity=event.sensitivity,
        fields=list(event.fields),
        details=dict(event.details),
    )


def _page(found: QuerySet[Event], limit: int) -> list[EventView]:
    rows = found.order_by("-seq")[: min(limit, 500)]
    return [
        EventView(
            seq=row.seq,
            at=row.at,
            action=row.action,
            result=row.result,
            actor=row.actor,
            actor_name=row.actor_name,
            agencies=tuple(row.agencies),
            on_behalf_of=row.on_behalf_of,
            channel=row.channel,
            legal_basis=row.legal_basis,
            dossier=row.dossier,
            purpose=row.purpose,
            document=row.document,
            version=row.version,
            fields=tuple(row.fields),
        )
        for row in rows
    ]
