"""Registers the systems that may call, and forgets them again; the command `hoso client` speaks to this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AccessToken, Application

import storage
from accounts import Actor, Role
from catalogue import AgencyCode, kind, procedure
from portal.api.errors import UnknownScope
from portal.api.models import ApiClient
from portal.api.scopes import SCOPES
from storage import EventRecord
from workers import webhooks

BASES = ("TTHC", "LAW", "CONSENT", "EMERGENCY")
REGISTRAR = Actor("command-line", "hoso client", frozenset({Role.ADMIN}), channel="cli")


@dataclass(frozen=True, slots=True, repr=False)
class Registered:
    """A new client; `secret` is in clear only here."""

    client: ApiClient
    client_id: str
    secret: str


def register(
    name: str,
    *,
    agency: str,
    scopes: Sequence[str],
    kinds: Sequence[str] = (),
    procedures: Sequence[str] = (),
    bases: Sequence[str] = ("TTHC",),
    hooks: Sequence[str] = (),
    clearance: int = 2,
) -> Registered:
    """Makes a client. Raises UnknownScope, InvalidAgencyCode, UnknownKind, UnknownProcedure, BadWebhookUrl."""
    for word, known in [(scope, SCOPES) for scope in scopes] + [(basis, BASES) for basis in bases]:
        if word not in known:
            raise UnknownScope(name=word)
    secret = generate_client_secret()
    with transaction.atomic():
        application = Application.objects.create(
            name=name,
            client_id=generate_client_id(),
            client_secret=secret,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        )
        client = ApiClient.objects.create(
            application=application,
            agency=AgencyCode.parse(agency).value,
            scopes=list(scopes),
            kinds=[kind(id_).id for id_ in kinds],
            procedures=[procedure(code).code for code in procedures],
            bases=list(bases),
            webhooks=[webhooks.check_url(url) for url in hooks],
            clearance=clearance,
        )
        storage.record(EventRecord("client.add", details={"client": application.client_id}), REGISTRAR)
    return Registered(client, application.client_id, secret)


def remove(client_id: str) -> bool:
    """Forgets a client: its tokens end at once, nothing more is sent to it. False when there is none such."""
    with transaction.atomic():
        application = Application.objects.filter(client_id=client_id).first()
        if application is None:
            return False
        for found in webhooks.subscriptions(client_id):
            webhooks.unsubscribe(client_id, found.id)
        AccessToken.objects.filter(application=application).delete()
        application.delete()
        storage.record(EventRecord("client.remove", details={"client": client_id}), REGISTRAR)
    return True


def listed() -> list[ApiClient]:
    """Every client, oldest first."""
    return list(ApiClient.objects.select_related("application").order_by("created_at", "id"))
