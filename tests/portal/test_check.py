"""The check page moves a document to another component, or leaves it where it was."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from dossiers.models import Attachment, Component
from dossiers.states import Decision
from hoso.objectstore import ObjectStore
from tests.portal.people import World

pytestmark = [pytest.mark.django_db, pytest.mark.s3]


@pytest.mark.parametrize("wanted", ["shown", "not an id", "11111111-1111-1111-1111-111111111111"])
def test_a_document_that_cannot_be_put_elsewhere_stays(store: ObjectStore, wanted: str) -> None:
    world = World.make()
    dossier = world.receive()
    document = world.scan(dossier)
    before = Attachment.objects.get(document=document).component_id
    if wanted == "shown":
        wanted = str(Component.objects.filter(dossier=dossier, decision=Decision.SHOWN).values_list("pk", flat=True)[0])
    client = Client()
    client.force_login(User.objects.get(pk=world.officer.id), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/dossiers/{dossier.id}/check/{document}", {"component": wanted, "key": "k"})
    assert answer.status_code in (404, 409)
    assert "dossiers." in answer.content.decode()
    assert Attachment.objects.get(document=document).component_id == before
