"""Buttons of a dossier's page: each is one service call, then back to the page."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

import workers
from dossiers import permissions, services
from dossiers.errors import BadDossier, PartNotFound
from dossiers.labels import label
from dossiers.models import Dossier
from dossiers.states import Act
from portal.desk import contents, copies
from portal.desk.frames import back_to, find, find_component, id_of
from portal.http import Request, whole_number
from workers import Job


@require_POST
def act(request: Request, dossier_id: UUID, act: str) -> HttpResponse:
    """An act on the dossier; those told on a form carry a reason."""
    reason, key = request.POST.get("reason", ""), request.POST.get("key") or None
    actor = request.actor
    match act:
        case Act.ACCEPT:
            services.accept(dossier_id, actor, key=key)
        case Act.SUPPLEMENT_RECEIVED:
            services.supplement_received(dossier_id, actor, key=key)
        case Act.START_PROCESSING:
            services.start_processing(dossier_id, actor, key=key)
        case Act.REQUEST_SUPPLEMENT:
            items = [line for line in request.POST.get("items", "").splitlines() if line.strip()]
            services.request_supplement(dossier_id, actor, reason=reason, items=items, key=key)
        case Act.EXTEND:
            services.extend(dossier_id, actor, reason=reason, due_at=_moment(request.POST.get("due_at", "")), key=key)
        case Act.REFUSE:
            services.refuse(dossier_id, actor, reason=reason, key=key)
        case Act.STOP:
            services.stop(dossier_id, actor, reason=reason, key=key)
        case Act.WITHDRAW:
            services.withdraw(dossier_id, actor, reason=reason, key=key)
        case Act.HAND_OVER:
            way = request.POST.get("delivery") or services.Delivery.ELECTRONIC
            if way not in set(services.Delivery):
                raise BadDossier(field="delivery")
            services.hand_over(dossier_id, actor, delivery=services.Delivery(way), key=key)
        case _:
            raise PartNotFound()
    messages.success(request, _("Đã ghi nhận: %(act)s") % {"act": label(Act(act), get_language() or "vi")})
    return back_to(dossier_id)


@require_POST
def component_act(request: Request, component_id: UUID, act: str) -> HttpResponse:
    """An act on one component."""
    found = find_component(component_id, request.actor)
    actor, posted = request.actor, request.POST
    match act:
        case Act.MARK_SHOWN:
            services.mark_shown(component_id, actor, note=posted.get("note", ""))
        case Act.SKIP_COMPONENT:
            services.skip_component(
                component_id, actor, reason=posted.get("reason", ""), legal_basis=posted.get("basis", "")
            )
        case Act.CHOOSE_REUSE:
            services.choose_reuse(component_id, actor, document=id_of(posted.get("document", "")))
        case Act.REQUIRE_PAPER:
            services.require_paper(component_id, actor, reason=posted.get("reason", ""))
        case Act.RECORD_LOOKUP:
            answered = posted.get("found") == "yes"
            services.record_lookup(component_id, actor, found=answered, note=posted.get("note", ""))
        case Act.DECLARE_PAGES:
            services.declare_pages(component_id, actor, pages=whole_number(posted.get("pages", "")) or 0)
        case Act.DETACH:
            services.detach(
                component_id, actor, document=id_of(posted.get("document", "")), reason=posted.get("reason", "")
            )
        case Act.TICK:
            services.tick(component_id, actor)
        case _:
            raise PartNotFound()
    return back_to(found.dossier_id, f"c-{component_id}")


AGAIN = {"digitize": Act.ATTACH, "certify": Act.TICK, "form": Act.ATTACH, "tell-archive": Act.ATTACH}
"""Jobs that a failed attempt of may simply be tried again, and the right it takes. A signature or a seal is asked for
anew by who gives it, on the page of results."""


@require_POST
def certify(request: Request, dossier_id: UUID) -> HttpResponse:
    """Asks for the officer's signature on every checked copy of the dossier, all in one job; not on those for which a
    job, of a batch perhaps, is to give it already."""
    found = find(dossier_id, request.actor)
    permissions.demand(Act.TICK, request.actor, found)
    asked = copies.under_way()
    documents = [one for one in contents.of(found, request.actor).to_certify if one not in asked]
    if documents:
        together = hashlib.sha256(b"".join(sorted(item.bytes for item in documents))).hexdigest()
        workers.enqueue(
            "certify",
            key=f"certify:{found.id}:{together}",
            payload={"documents": [str(item) for item in documents], "actor": request.actor.id, "dossier": found.code},
            dossier=found.code,
            created_by=request.actor.id,
        )
    return back_to(dossier_id, "files")


@require_POST
def again(request: Request, dossier_id: UUID, job_id: UUID) -> HttpResponse:
    """Tries a failed job once more."""
    found: Dossier = find(dossier_id, request.actor)
    job = Job.objects.filter(pk=job_id, dossier=found.code, kind__in=AGAIN).first()
    if job is not None:
        permissions.demand(AGAIN[job.kind], request.actor, found)
        workers.again(job_id)
    return back_to(dossier_id, "files")


def _moment(text: str) -> datetime:
    """What an `<input type=datetime-local>` sends, read as local time."""
    try:
        return timezone.make_aware(datetime.fromisoformat(text))
    except ValueError:
        raise BadDossier(field="due_at") from None
