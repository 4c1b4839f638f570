"""What several desk pages do: find the dossier that the person may see, say why it is read, come back to it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts import Actor, Purpose
from dossiers import permissions, queries
from dossiers.errors import DossierNotFound, PartNotFound
from dossiers.models import Component, Dossier
from dossiers.services import purpose_of
from dossiers.states import Act
from portal.desk.contents import scanned


def find(dossier_id: UUID, actor: Actor) -> Dossier:
    """The dossier. Raises DossierNotFound, also where the person may not know of it."""
    return queries.dossier(dossier_id, actor)


def find_component(component_id: UUID, actor: Actor) -> Component:
    """The component with its dossier. Raises PartNotFound."""
    component = Component.objects.select_related("dossier").filter(pk=component_id).first()
    if component is None or not permissions.may_see(actor, component.dossier):
        raise PartNotFound()
    return component


def id_of(text: str) -> UUID:
    """An id that a form carries. Raises PartNotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise PartNotFound() from None


def holds(dossier: Dossier, document: UUID) -> None:
    """Raises DossierNotFound unless the document is the dossier's: of a component, a result, a form or a scan."""
    found = (
        Component.objects.filter(dossier=dossier, attachments__document=document).exists()
        or Component.objects.filter(dossier=dossier, reuse_document=document).exists()
        or dossier.results.filter(document=document).exists()
        or dossier.steps.filter(document=document).exists()
        or document in scanned(dossier)
    )
    if not found:
        raise DossierNotFound()


def why(dossier: Dossier) -> Purpose:
    """The purpose of every read that is made for this dossier."""
    return purpose_of(dossier.procedure, dossier.code)


def may(actor: Actor, dossier: Dossier) -> dict[str, bool]:
    """Act → whether this person may do it to this dossier, for templates that show only buttons that work."""
    return {act.value: permissions.allowed(act, actor, dossier) for act in Act}


def back_to(dossier_id: UUID, anchor: str = "") -> HttpResponse:
    """Back to the dossier's page after a deed."""
    return HttpResponseRedirect(reverse("desk:dossier", args=[dossier_id]) + (f"#{anchor}" if anchor else ""))
