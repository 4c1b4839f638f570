"""What several citizen pages do: act as the citizen and nothing else, find what is theirs, say why it is read."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import storage
from accounts import Actor, Purpose, Role
from dossiers import queries
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from dossiers.permissions import Side, sides
from dossiers.queries import unissued
from portal.errors import PageNotFound
from portal.http import Request

OWN = Purpose("OWNER")
"""A person who looks at what is their own needs no other reason; the look is an event all the same."""


def citizen(request: Request) -> Actor:
    """The signed-in person as the citizen they are: an officer who looks at their own papers sees nobody else's."""
    return replace(request.actor, roles=frozenset({Role.CITIZEN}), agencies=frozenset(), clearance=1, channel="citizen")


def owner_of(actor: Actor) -> UUID | None:
    """The person's id in the archive; None while the account is tied to nobody."""
    return UUID(actor.owner) if actor.owner else None


def find(dossier_id: UUID, actor: Actor) -> Dossier:
    """The citizen's own dossier. Raises DossierNotFound, also for anybody else's."""
    found = queries.dossier(dossier_id, actor)
    if Side.OWNER not in sides(actor, found):
        raise DossierNotFound()
    return found


def handle(document_id: UUID, actor: Actor) -> storage.Handle:
    """The citizen's own document. Raises PageNotFound, also for anybody else's and for one that is gone."""
    if unissued([document_id]):
        raise PageNotFound()
    try:
        return storage.handle(document_id, actor)
    except (storage.NotFound, storage.Destroyed):
        raise PageNotFound() from None


def known(document_id: UUID | None, actor: Actor) -> storage.Handle | None:
    """The same, None where there is nothing to show."""
    if document_id is None or unissued([document_id]):
        return None
    try:
        return storage.handle(document_id, actor)
    except storage.StorageError:
        return None
