"""What for: the headers that every read carries, as the archive's Actor and Purpose; a read without them is refused.

X-Purpose is the legal basis (`TTHC:1.000894`), X-Case the dossier code, X-Officer the person behind the call (a name or
a staff id, percent-encoded UTF-8, never a citizen ID), X-Agency the agency that person works for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import unquote
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

import storage
from accounts import Actor, Purpose, Role
from catalogue import (
    AgencyCode,
    DossierCode,
    HosoError,
    InvalidCode,
    Procedure,
    ProcedureCode,
    UnknownEntry,
    nfc,
    procedure,
)
from portal.api.auth import Caller, caller_of
from portal.api.errors import AgencyRefused, HeaderMissing, KindRefused, PurposeRefused
from storage import EventRecord

HEADERS = ("X-Purpose", "X-Case", "X-Officer", "X-Agency")
_BASIS = re.compile(r"(TTHC|LAW|CONSENT|EMERGENCY)(:[^\s:]\S{0,80})?")
_IDENTITY = re.compile(r"\d[\d .-]{7,}\d")
_OFFICER = re.compile(r"[^\W_][\w .,'@()-]{1,99}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as the archive sees it. `problem` is set when the headers do not allow a read; `purpose` is then what
    could be understood of them."""

    caller: Caller
    actor: Actor
    purpose: Purpose
    procedure: Procedure | None
    problem: HosoError | None

    @property
    def kinds(self) -> frozenset[str] | None:
        """The kinds that may be read: granted to the client, and asked for by the stated procedure. None: all."""
        granted = frozenset(self.caller.client.kinds) or None
        if self.procedure is None:
            return granted
        wanted = frozenset(id_ for part in self.procedure.components for id_ in part.kinds)
        return wanted if granted is None else wanted & granted

    def admit(
        self, action: str, *, document: UUID | None = None, owners: tuple[UUID, ...] = (), kind: str = ""
    ) -> None:
        """Refuses, with an event that the owners see, what the headers or the client's grant do not allow."""
        problem = self.problem
        if problem is None and kind and self.kinds is not None and kind not in self.kinds:
            problem = KindRefused()
        if problem is None:
            return
        if document is not None:
            storage.refuse(document, self.actor, self.purpose, action, problem.code)
        else:
            storage.record(EventRecord(action, problem.code, owners=owners), self.actor, self.purpose)
        raise problem


def asked(request: HttpRequest, *, text: str = "", reading: bool = True) -> Asked:
    """Who asks what for. Raises nothing: `Asked.admit` does, when it is known whose document it is about.

    Where nothing is read (`reading` false) the headers may be missing, but not wrong.
    """
    caller = caller_of(request)
    given = {name: _plain(request.headers.get(name, "")) for name in HEADERS}
    found: dict[str, str] = {}
    problem: HosoError | None = None
    for name, text_given in given.items():
        value = _checked(name, text_given)
        if value is not None:
            found[name] = value
        elif problem is None and (reading or text_given):
            problem = HeaderMissing(header=name)
    agency = found.get("X-Agency", caller.client.agency)
    if problem is None and not covers(caller.client.agency, agency):
        problem, agency = AgencyRefused(agency=agency), caller.client.agency
    basis = found.get("X-Purpose", "")
    stated: Procedure | None = None
    if problem is None and basis:
        stated, problem = _basis(caller, basis)
    actor = Actor(
        id=f"client:{caller.client_id}",
        name=caller.name,
        roles=frozenset({Role.SYSTEM}),
        agencies=frozenset({agency}),
        clearance=caller.client.clearance,
        on_behalf_of=found.get("X-Officer"),
        channel="api",
        address=request.META.get("REMOTE_ADDR", ""),
    )
    purpose = Purpose(basis, found.get("X-Case", ""), without_identifiers(text))
    return Asked(caller, actor, purpose, stated, problem)


def covers(registered: str, agency: str) -> bool:
    """Whether an agency is the registered one or lies below it."""
    return agency == registered or agency.startswith(f"{registered}.")


def without_identifiers(text: str) -> str:
    """Words for the log, without what looks like somebody's number."""
    return _IDENTITY.sub("…", nfc(text))[:300]


def today() -> date:
    """Today in Vietnam."""
    return datetime.now(ZoneInfo(settings.TIME_ZONE)).date()


def _plain(value: str) -> str:
    return nfc(unquote(value).strip())


def _checked(name: str, value: str) -> str | None:
    """The header's value in its one writing; None when it is missing or malformed."""
    try:
        match name:
            case "X-Case":
                return DossierCode.parse(value).value
            case "X-Agency":
                return AgencyCode.parse(value).value
            case "X-Officer":
                return value if _OFFICER.fullmatch(value) and not _IDENTITY.search(value) else None
            case _:
                return value if _BASIS.fullmatch(value) and not _IDENTITY.search(value) else None
    except InvalidCode:
        return None


def _basis(caller: Caller, basis: str) -> tuple[Procedure | None, HosoError | None]:
    """The procedure that a basis names, or why the client may not use the basis."""
    client, refused = caller.client, PurposeRefused(basis=basis)
    word, _, rest = basis.partition(":")
    if word not in client.bases or (not rest and word != "EMERGENCY"):
        return None, refused
    if word != "TTHC":
        return None, None
    try:
        stated = procedure(ProcedureCode.parse(rest).value)
    except (UnknownEntry, InvalidCode):
        return None, refused
    if client.procedures and stated.code not in client.procedures:
        return None, refused
    return stated, None
