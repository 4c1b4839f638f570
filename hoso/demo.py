"""The demonstration: two sample dossiers go the whole way, as the people at the desk would take them.

What a person would do is done by demo accounts; where an officer would look at a field, the truth that lies beside
each sample stands in, and the summary says so. Every step has a key of the samples' content, so a second run repeats
nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import storage
import workers
from accounts import Actor
from accounts.models import User
from catalogue import Identifier, Party, kind, procedure
from dossiers import services
from dossiers.errors import NotReusable
from dossiers.models import Component, Dossier, Result
from dossiers.states import Channel, ComponentState, Decision, ResultState, State
from hoso.demo_desk import DRAFTS, compare
from hoso.errors import DemoFailed
from workers.describing import metadata_of

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".tif": "image/tiff",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".heic": "image/heic",
}
JOB_SECONDS = 600


@dataclass(slots=True)
class Summary:
    """What the demonstration did, in numbers, over both dossiers."""

    dossiers: list[str] = field(default_factory=list)
    files: int = 0
    documents: int = 0
    pages: int = 0
    fields_agreed: int = 0
    fields_corrected: int = 0
    certified: dict[str, int] = field(default_factory=dict)
    results: dict[str, dict[str, str]] = field(default_factory=dict)
    reused: list[tuple[str, str]] = field(default_factory=list)
    events: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The numbers as JSON shows them."""
        return asdict(self)


Tell = Callable[[str, int], None]
"""Called with what is done now and how many units of work that finished."""


@dataclass(frozen=True, slots=True)
class People:
    """Who acts in the demonstration."""

    officer: Actor
    leader: Actor
    clerk: Actor

    @classmethod
    def load(cls) -> People:
        """The demo accounts; `make_demo_accounts` has made them."""
        officer, leader, clerk = (User.objects.get(username=name) for name in ("canbo", "lanhdao", "vanthu"))
        return cls(officer.actor("demo"), leader.actor("demo"), clerk.actor("demo"))


def folders(samples: Path = SAMPLES) -> list[Path]:
    """The sample dossiers in their order. Raises DemoFailed where there is none."""
    found = sorted(path.parent for path in samples.glob("*/dossier.json"))
    if not found:
        raise DemoFailed(what=f"samples ({samples})", code="not_found")
    return found


def units(samples: Path = SAMPLES) -> int:
    """How many units of work `run` tells of."""
    return sum(2 * len(list((folder / "truth").glob("*.json"))) + 4 for folder in folders(samples))


def run(agency: str, tell: Tell, samples: Path = SAMPLES) -> Summary:
    """Takes every sample dossier through to its issued result. Raises DemoFailed and what the services raise."""
    people, summary = People.load(), Summary()
    for folder in folders(samples):
        _Walk(folder, agency, people, summary, tell).go()
    summary.events = storage.verify_log().events
    return summary


class _Walk:
    """One sample dossier on its way."""

    def __init__(self, folder: Path, agency: str, people: People, summary: Summary, tell: Tell) -> None:
        self.folder = folder
        self.agency = agency
        self.people = people
        self.summary = summary
        self.tell = tell
        self.sample: dict[str, Any] = json.loads((folder / "dossier.json").read_text(encoding="utf-8"))
        self.digest = _digest(folder)
        self.dossier: Dossier

    def go(self) -> None:
        """Receive, digitize, check, certify, decide, sign, seal, hand over."""
        self.dossier = self._receive()
        self.tell(f"{self.dossier.code}: tiếp nhận", 1)
        documents = self._digitize()
        for name, found in documents.items():
            self.tell(f"{self.dossier.code}: kiểm tra {name}", 1)
            for number, document in enumerate(found):
                self._check(document, self._truth(name, number))
        everything = [document for found in documents.values() for document in found]
        self._certify(everything)
        self._settle()
        self._decide()
        self._count(documents)

    def _receive(self) -> Dossier:
        applicant = self._owner(self.sample["applicant"])
        others = [self._owner(other) for other in self.sample["others"]]
        User.objects.filter(username="congdan", owner__isnull=True).update(owner=applicant)
        choices = {
            part["component"]: services.Choice(
                decision=Decision.SCAN, reason="Người nộp mang theo bản giấy (dữ liệu mẫu)", needed=True
            )
            for part in self.sample["components"]
            if part["component"]
        }
        asked = {item.party for item in procedure(self.sample["procedure"], timezone.localdate()).components}
        new = services.NewDossier(
            procedure=self.sample["procedure"],
            owner=applicant,
            applicant_name=self.sample["applicant"]["name"],
            receive_agency=self.agency,
            parties={Party.SPOUSE: others[0]} if Party.SPOUSE in asked and others else {},
            channel=Channel.COUNTER,
            email="nguoi.nop.mau@example.invalid",
            address=self.sample["applicant"]["address"],
            choices=choices,
        )
        return services.receive(new, self.people.officer, key=f"demo:{self.digest}")

    def _owner(self, person: dict[str, str]) -> UUID:
        identifier = Identifier(person["scheme"], person["value"])  # type: ignore[arg-type]
        return storage.owner_for(identifier, self.people.officer, name=person["name"], born=person["born"])

    def _digitize(self) -> dict[str, list[UUID]]:
        """Hands in every file at once; the workers read them side by side. File name → its documents."""
        jobs = {}
        for part in self.sample["components"]:
            component = Component.objects.filter(dossier=self.dossier, catalogue_id=part["component"]).first()
            for name in part["files"]:
                jobs[name] = self._hand_in(self.folder / name, component)
        found = {}
        for name, job in jobs.items():
            found[name] = [UUID(text) for text in self._wait(job, name)["documents"]]
            self.summary.files += 1
            self.tell(f"{self.dossier.code}: số hóa {name}", 1)
        return found

    def _hand_in(self, path: Path, component: Component | None) -> workers.Job:
        with path.open("rb") as stream:
            intake = storage.receive(
                stream,
                name=path.name,
                media_type=MEDIA_TYPES[path.suffix],
                actor=self.people.officer,
                dossier=self.dossier.code,
                agency=self.dossier.receive_agency,
                key=f"demo:{self.digest}:{path.name}",
                size=path.stat().st_size,
            )
        payload: dict[str, object] = {"intake": str(intake.id), "actor": self.people.officer.id}
        if component is not None:
            payload["component"] = str(component.id)
        return self._ask("digitize", f"digitize:{intake.id}", payload, self.people.officer)

    def _truth(self, name: str, number: int) -> dict[str, Any] | None:
        path = self.folder / "truth" / f"{name}.json"
        documents = json.loads(path.read_text(encoding="utf-8"))["documents"]
        return documents[number] if number < len(documents) else None

    def _check(self, document: UUID, truth: dict[str, Any] | None) -> None:
        """What the officer does on the page: agrees with a field, or puts it right."""
        versions = storage.versions(document, self.people.officer)
        if truth is None or any(version.role is storage.VersionRole.METADATA for version in versions):
            return
        officer = self.people.officer
        read = storage.metadata(document, officer, services.purpose_of(self.dossier.procedure, self.dossier.code))
        fields, checks = compare(read.fields, truth, officer)
        self.summary.fields_agreed += sum(not check.corrected for check in checks)
        self.summary.fields_corrected += sum(check.corrected for check in checks)
        checked = metadata_of(kind(truth["kind"]), fields, read.text)
        attached = Component.objects.filter(dossier=self.dossier, attachments__document=document).first()
        if attached is not None and self.dossier.is_open:
            services.confirm_fields(attached.id, officer, document=document, checks=checks)
        storage.describe(document, checked, officer, f"demo-check:{document}")

    def _certify(self, documents: list[UUID]) -> None:
        payload: dict[str, object] = {"documents": [str(one) for one in documents], "actor": self.people.officer.id}
        job = self._ask("certify", f"certify:demo:{self.dossier.id}", payload, self.people.officer)
        for level in self._wait(job, "certify")["levels"]:
            self.summary.certified[level] = self.summary.certified.get(level, 0) + 1
        self.tell(f"{self.dossier.code}: ký số bản sao", 1)

    def _settle(self) -> None:
        """Compares what is only shown, reuses what the archive holds, looks the rest up."""
        officer = self.people.officer
        waiting = Component.objects.filter(dossier=self.dossier).exclude(state=ComponentState.SETTLED)
        for component in waiting if self.dossier.is_open else ():
            if component.decision == Decision.SHOWN:
                services.mark_shown(component.id, officer)
            elif component.decision == Decision.REUSE and component.reuse_document:
                self._reuse(component, component.reuse_document)
            elif component.decision == Decision.LOOKUP and component.required:
                services.record_lookup(component.id, officer, found=True, note="Dữ liệu mẫu")

    def _reuse(self, component: Component, document: UUID) -> None:
        """Takes what the archive holds; a paper that is not required is left out where that may not be."""
        try:
            services.choose_reuse(component.id, self.people.officer, document=document)
        except NotReusable:
            if component.required or self._promised(component):
                raise

    def _promised(self, component: Component) -> bool:
        return any(item["component"] == component.catalogue_id for item in self.sample["reuses"])

    def _decide(self) -> None:
        people = self.people
        self.dossier.refresh_from_db()
        if self.dossier.state == State.RECEIVED:
            services.start_processing(self.dossier.id, people.officer, key="demo:process")
        for number, kind_id in enumerate(self.sample["results"], start=1):
            result = self._draft(kind_id, number)
            if result.state == ResultState.DRAFT:
                services.start_signing(result.id, people.leader)
            payload: dict[str, object] = {"result": str(result.id), "actor": people.leader.id}
            self._wait(self._ask("sign-result", f"sign-result:demo:{result.id}", payload, people.leader), "sign")
            self.tell(f"{result.code}: lãnh đạo ký", 1)
            result.refresh_from_db()
            if result.state == ResultState.SIGNED:
                services.start_sealing(result.id, people.clerk)
            payload = {"result": str(result.id), "actor": people.clerk.id}
            self._wait(self._ask("seal-result", f"seal-result:demo:{result.id}", payload, people.clerk), "seal")
            self.tell(f"{result.code}: đóng dấu, ban hành", 1)
        self.dossier.refresh_from_db()
        if self.dossier.state == State.DONE:
            services.hand_over(self.dossier.id, people.officer, key="demo:hand-over")

    def _draft(self, kind_id: str, number: int) -> Result:
        known = Result.objects.filter(dossier=self.dossier, key=f"demo:draft:{number}").first()
        if known is not None:
            return known
        entry = kind(kind_id)
        return services.draft_result(
            self.dossier.id,
            self.people.officer,
            kind=kind_id,
            title=entry.name_vi,
            data=DRAFTS[kind_id](self.sample, number),
            template=kind_id,
            result_type=entry.result_types[0],
            key=f"demo:draft:{number}",
        )

    def _count(self, documents: dict[str, list[UUID]]) -> None:
        self.summary.dossiers.append(self.dossier.code)
        for found in documents.values():
            self.summary.documents += len(found)
        self.summary.pages += sum(
            page
            for page in Component.objects.filter(dossier=self.dossier).values_list("attachments__pages", flat=True)
            if page
        )
        for result in Result.objects.filter(dossier=self.dossier):
            self.summary.results[result.code] = {act: told["level"] for act, told in result.levels.items()}
        for component in Component.objects.filter(dossier=self.dossier, reused=True):
            self.summary.reused.append((self.dossier.code, component.title))

    def _ask(self, task: str, key: str, payload: dict[str, object], actor: Actor) -> workers.Job:
        with transaction.atomic():
            job = workers.enqueue(task, key=key, payload=payload, dossier=self.dossier.code, created_by=actor.id)
        if job.state == workers.Job.State.FAILED and workers.again(job.id):
            job.refresh_from_db()
        return job

    def _wait(self, job: workers.Job, what: str) -> dict[str, Any]:
        """The result of a job. Raises DemoFailed with the job's own words."""
        deadline = time.monotonic() + JOB_SECONDS
        while not job.over and time.monotonic() < deadline:
            time.sleep(0.1)
            job.refresh_from_db()
        if job.state != workers.Job.State.DONE:
            raise DemoFailed(what=what, code=job.error_code or job.state)
        return dict(job.result)


def _digest(folder: Path) -> str:
    """The content of a sample folder in sixteen hexadecimal digits."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]
