"""The verification page: a file or a code comes in, four plain lines come out. No sign-in, nothing kept."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

import storage
import workers
from dossiers import queries
from dossiers.errors import DossierNotFound, PartNotFound
from dossiers.models import Result
from portal.citizen import course
from portal.error_pages import told
from portal.errors import PortalError
from portal.http import Request, wants_fragment
from portal.limits import Limit
from portal.verify import intake, report, seen, standing
from portal.verify.errors import CheckError, CheckGone
from workers import Job

FILES = Limit("verify-file", most=20)
CODES = Limit("verify-code", most=120)
REPORTS = Limit("verify-report", most=60)
MISSES = Limit("verify-miss", most=15)
"""Guessing a code of 192 bits is hopeless; this keeps those who try from costing anything."""
TOKEN = re.compile(r"([A-Za-z0-9_-]{16,64})/?\s*$")


@require_GET
def home(request: Request) -> HttpResponse:
    """Asks for a file or a code."""
    return _asking(request)


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    """Before the form's token is looked for, which reads the body: how much comes, how often, and where it goes."""
    try:
        if request.method == "POST":
            FILES.spend(request)
            intake.prepare(request)
    except PortalError as error:
        return _asking(request, error=error)
    return _submit(request)


@csrf_protect
@require_POST
def _submit(request: HttpRequest) -> HttpResponse:
    result = _result(request.POST.get("token", ""))
    try:
        job = intake.submit(request, result)
    except CheckError as error:
        return _asking(request, error=error, result=result)
    return HttpResponseRedirect(reverse("verify:check", args=[job.id]))


@require_GET
def check(request: Request, job_id: UUID) -> HttpResponse:
    """How far the check is, then what it found; htmx asks for the inner part. Raises CheckGone."""
    job = _job(job_id)
    shown: dict[str, object] = {"job": job}
    if job.state == Job.State.DONE:
        stands = _standing(job)
        shown |= {"told": report.tell(job.result, stands, _same(job)), "standing": stands}
    template = "verify/check_state.html" if wants_fragment(request) else "verify/check.html"
    return render(request, template, shown)


@require_GET
def etsi_report(request: Request, job_id: UUID) -> HttpResponse:
    """The report as XML (ETSI TS 119 102-2), for ten minutes. Raises CheckGone, TooManyRequests."""
    REPORTS.spend(request)
    job = _job(job_id)
    xml = storage.stashed(workers.verify_report_key(job.payload["upload"])) if job.state == Job.State.DONE else None
    if xml is None:
        raise CheckGone()
    headers = {"Content-Disposition": f'attachment; filename="validation-report-{job.result["sha256"][:12]}.xml"'}
    return HttpResponse(xml, content_type="application/xml", headers=headers)


@require_POST
def code(request: Request) -> HttpResponse:
    """A code as somebody typed it, or the whole address from under the QR."""
    found = TOKEN.search(request.POST.get("code", "").strip())
    if found is None:
        return _unknown(request)
    return HttpResponseRedirect(reverse("verify:token", args=[found[1]]))


@require_GET
def token(request: Request, token: str) -> HttpResponse:
    """What a printed code leads to: the standing of a result, or the steps of a dossier."""
    CODES.spend(request)
    MISSES.check(request)
    result = _result(token)
    if result is not None:
        seen.result(result, request)
        stands = standing.of_result(result)
        return render(
            request, "verify/result.html", {"result": result, "standing": stands, "holder": _initials(result)}
        )
    try:
        dossier = queries.by_token(token)
    except DossierNotFound:
        return _unknown(request)
    return render(request, "verify/dossier.html", {"dossier": dossier, "course": course.public(dossier)})


def _job(job_id: UUID) -> Job:
    """A check whose ten minutes are not over. Raises CheckGone."""
    job = Job.objects.filter(pk=job_id, kind="verify", created_at__gt=timezone.now() - intake.LIFE).first()
    if job is None:
        raise CheckGone()
    return job


def _asking(request: HttpRequest, error: PortalError | None = None, result: Result | None = None) -> HttpResponse:
    shown = {"limit": intake.LARGEST // intake.MIB, "error": told(error) if error else None, "result": result}
    return render(request, "verify/home.html", shown, status=error.status if error else 200)


def _unknown(request: HttpRequest) -> HttpResponse:
    """The same page for every code that leads nowhere, whatever the reason."""
    MISSES.spend(request)
    return render(request, "verify/unknown.html", {"limit": intake.LARGEST // intake.MIB}, status=404)


def _result(token: str) -> Result | None:
    """The result of a code, if the world may know of it."""
    try:
        found = queries.result_by_token(token) if token else None
    except PartNotFound:
        return None
    return found if found is not None and found.state in standing.PUBLIC else None


def _standing(job: Job) -> standing.Standing | None:
    document = job.payload.get("document")
    return standing.of_document(UUID(document), standing.Form(job.payload["form"])) if document else None


def _same(job: Job) -> bool | None:
    """Whether the file is the one that the result of the printed code was issued with; None without a code."""
    if "result" not in job.payload:
        return None
    result = Result.objects.filter(pk=job.payload["result"]).first()
    if result is None or str(result.document) != job.payload.get("document"):
        return False
    return standing.Form(job.payload["form"]) is not standing.Form.UNSEALED


def _initials(result: Result) -> str:
    """N. V. M.: enough to see that a paper names somebody else."""
    return " ".join(f"{word[0]}." for word in result.dossier.applicant_name.split())
