"""What the pages ask of keys at officers' PCs, and what the PCs ask through the pages; the signing agent holds both.

A batch that waits for its PIN, and whose key is at the PC of the person who asked for it, is offered there as soon as
the PC is connected; when the person agrees there, the batch goes on. The rows say what waits: nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import storage
from accounts import Actor, Role
from accounts.models import User
from catalogue import HosoError, kind
from dossiers.models import Result
from workers import keys
from workers.agent_link import ask
from workers.models import Job
from workers.pins import go_on, locks, stopped, unfinished

PATIENCE = 2.0
"""Seconds that a page waits for a signing agent that is not there."""
NOW = 0.0
"""Anybody can call as a PC does, and must hold no thread for that; a PC asks again by itself."""
MOST_TITLES = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time ticket, how many seconds it can be used, and what the program on the PC is told beside it."""

    ticket: str
    seconds: float
    options: dict[str, str]
    pkcs1: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A person's session: `state` is none, invited, connected or ended. `name`: of the certificate; `seconds`: until
    ticket or session end; `silent`: since the PC called; `why`: the code of the token's error that ended it."""

    state: str
    name: str = ""
    seconds: float = 0.0
    silent: float = 0.0
    signed: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Jobs that sign with one key, opened once for all of them."""

    key: dict[str, Any]
    jobs: list[Job]


def invite(actor: Actor) -> Invitation:
    """Begins a session for this person; an earlier one ends. Raises NoDeskKey, KeyClash, Unavailable, and
    `signing.errors.BadKeySettings`."""
    told = ask({"do": "invite", "user": actor.id, "keys": _keys_of(actor)}, patience=PATIENCE)
    return Invitation(told["ticket"], float(told["seconds"]), told["options"], bool(told["pkcs1"]))


def session(actor: Actor) -> Session:
    """Where this person's session stands. Raises Unavailable."""
    return Session(**ask({"do": "session", "user": actor.id}, patience=PATIENCE))


def dismiss(actor: Actor) -> None:
    """Ends this person's session. Raises Unavailable."""
    ask({"do": "dismiss", "user": actor.id}, patience=PATIENCE)


def at_desk(job: Job, actor: Actor) -> bool:
    """Whether the key that a job waits for is at its person's PC. Raises as `invite` does."""
    [batch] = _batches([job], actor).values()
    return bool(ask({"do": "at-desk", "key": batch.key}, patience=PATIENCE)["at_desk"])


def admits(method: str, bearer: str) -> bool:
    """Whether somebody who calls has a ticket or a session; asked before what they say is read. Raises Unavailable."""
    return bool(ask({"do": "admits", "method": method, "bearer": bearer}, patience=NOW)["admits"])


def call(method: str, bearer: str, told: object, *, wait: float) -> tuple[int, dict[str, Any]]:
    """What an agent on a PC is answered, as `signing.Desks.answer` does; `next` waits `wait` seconds at most.
    Raises Unavailable."""
    user = ask({"do": "whose", "bearer": bearer}, patience=NOW)["user"] if method in ("next", "agree") else ""
    actor = _active(user)
    if user and actor is None:
        ask({"do": "dismiss", "user": user}, patience=NOW)
    if method == "next" and actor is not None:
        _look(actor)
        told = {**told, "wait": min(wait, _number(told.get("wait")))} if isinstance(told, dict) else told
    answer = ask({"do": "call", "method": method, "bearer": bearer, "told": told}, patience=NOW)
    if method == "agree" and actor is not None:
        _look(actor)
    return int(answer["status"]), answer["told"]


def _look(actor: Actor) -> None:
    """Offers what waits for this person's PIN to their PC, and lets what they agreed to there go on."""
    waiting = _batches(stopped(actor), actor)
    if not waiting:
        return
    asked = [{"batch": name, "key": batch.key} for name, batch in waiting.items()]
    told = ask({"do": "weigh", "user": actor.id, "waiting": asked}, patience=NOW)
    # what is running yet stops in a moment, and belongs to what the person agrees to
    whole = _batches(unfinished(actor), actor) if told["new"] else {}
    for name in told["new"]:
        titles = _titles(whole.get(name, waiting[name]).jobs, actor)
        offer = {"batch": name, "count": len(titles), "titles": titles[:MOST_TITLES]}
        ask({"do": "offer", "user": actor.id, **offer}, patience=NOW)
    go_on([job.pk for name in told["go"] for job in waiting[name].jobs])


def _batches(jobs: Iterable[Job], actor: Actor) -> dict[str, _Batch]:
    """The batches of these jobs by the name under which their key is opened."""
    own, found = keys.own_key(actor), {}
    for lock, held in locks(jobs).items():
        name = keys.sealing(lock.batch, lock.agency) if lock.agency else lock.batch
        found[name] = _Batch({"agency": lock.agency} if lock.agency else own, held)
    return found


def _titles(jobs: list[Job], actor: Actor) -> list[str]:
    """What each document of these jobs is called, with the code of its dossier; no person is named."""
    results = Result.objects.in_bulk([UUID(job.payload["result"]) for job in jobs if "result" in job.payload])
    titles = {str(result.pk): result.title for result in results.values()}
    told = []
    for job in jobs:
        names = [_kind_of(UUID(document), actor) for document in job.payload.get("documents", ())]
        names += [titles.get(job.payload["result"], "—")] if "result" in job.payload else []
        told += [f"{name} · {job.dossier}" for name in names]
    return told


def _kind_of(document: UUID, actor: Actor) -> str:
    try:
        return kind(storage.handle(document, actor).kind).name_vi
    except HosoError:
        return "—"


def _keys_of(actor: Actor) -> list[dict[str, Any]]:
    """A person's own key first, then those of the seals in their hands."""
    seals = sorted(actor.agencies) if actor.has(Role.SEAL_CLERK) else []
    return [keys.own_key(actor), *({"agency": code} for code in seals)]


def _active(user: str) -> Actor | None:
    """The person as they are now; None for nobody, and for an account that was closed."""
    found = User.objects.filter(pk=user, is_active=True).first() if user else None
    return found.actor(channel="sign-agent") if found else None


def _number(told: object) -> float:
    return float(told) if isinstance(told, int | float) else 0.0
