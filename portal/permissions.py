"""Who may open which page: one table, and no page opens without a row in it."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import STAFF, Actor, Role


@dataclass(frozen=True, slots=True)
class Page:
    """One row: the roles that may open the page; `roles` None lets everybody in, signed in or not.

    `polled` pages are asked for by a timer in the browser, not by a person: they do not put off the idle lock.
    """

    roles: frozenset[Role] | None
    polled: bool = False

    def admits(self, actor: Actor) -> bool:
        """Whether the actor may open the page."""
        return self.roles is None or actor.has(*self.roles)


def _page(*roles: Role, polled: bool = False) -> Page:
    return Page(frozenset(roles), polled)


PUBLIC = Page(None)
SIGNED_IN = _page(*Role)
OFFICERS = _page(Role.OFFICER)
DECIDERS = _page(Role.OFFICER, Role.LEADER)
WORKERS = _page(*STAFF)
READERS = _page(*STAFF, Role.AUDITOR)
AUDITORS = _page(Role.AUDITOR)
NUMBERS = _page(*STAFF, Role.AUDITOR, Role.ADMIN)
DESK = _page(*STAFF, Role.AUDITOR, Role.ADMIN)
CITIZENS = _page(Role.CITIZEN)
ADMINISTRATORS = _page(Role.ADMIN)

PAGES: dict[str, Page] = {
    "login": PUBLIC,
    "logout": SIGNED_IN,
    "language": PUBLIC,
    "text-size": PUBLIC,
    "healthz": PUBLIC,
    "metrics": PUBLIC,
    "home": SIGNED_IN,
    "uploads": OFFICERS,
    "upload": OFFICERS,
    "desk:home": DESK,
    "desk:receive": OFFICERS,
    "desk:procedures": OFFICERS,
    "desk:receive-fill": OFFICERS,
    "desk:dossiers": READERS,
    "desk:search": READERS,
    "desk:dossier": READERS,
    "desk:files": Page(READERS.roles, polled=True),
    "desk:receipt": Page(READERS.roles, polled=True),
    "desk:scan": OFFICERS,
    "desk:certify": OFFICERS,
    "desk:act": DECIDERS,
    "desk:again": OFFICERS,
    "desk:draft": DECIDERS,
    "desk:check": OFFICERS,
    "desk:place": OFFICERS,
    "desk:document": WORKERS,
    "desk:report": WORKERS,
    "desk:draw": WORKERS,
    "desk:drawing": Page(WORKERS.roles, polled=True),
    "desk:page-image": WORKERS,
    "desk:component-act": OFFICERS,
    "desk:results": WORKERS,
    "desk:results-many": WORKERS,
    "desk:batch": WORKERS,
    "desk:batch-progress": Page(WORKERS.roles, polled=True),
    "desk:batch-act": WORKERS,
    "desk:result": WORKERS,
    "desk:result-edit": DECIDERS,
    "desk:result-replace": DECIDERS,
    "desk:result-state": Page(WORKERS.roles, polled=True),
    "desk:preview": WORKERS,
    "desk:result-act": WORKERS,
    "desk:pin": Page(WORKERS.roles, polled=True),
    "agents:page": WORKERS,
    "agents:state": Page(WORKERS.roles, polled=True),
    "agents:call": Page(None, polled=True),
    "desk:numbers": NUMBERS,
    "desk:log": AUDITORS,
    "desk:log-prove": AUDITORS,
    "people:list": ADMINISTRATORS,
    "people:new": ADMINISTRATORS,
    "people:one": ADMINISTRATORS,
    "people:act": ADMINISTRATORS,
    "people:password": SIGNED_IN,
    "citizen:home": CITIZENS,
    "citizen:dossier": CITIZENS,
    "citizen:documents": CITIZENS,
    "citizen:document": CITIZENS,
    "citizen:file": CITIZENS,
    "citizen:draw": CITIZENS,
    "citizen:drawing": Page(CITIZENS.roles, polled=True),
    "citizen:page-image": CITIZENS,
    "citizen:events": CITIZENS,
    "citizen:follow": PUBLIC,
    "verify:home": PUBLIC,
    "verify:upload": PUBLIC,
    "verify:check": Page(None, polled=True),
    "verify:report": PUBLIC,
    "verify:status-code": PUBLIC,
    "verify:status-file": PUBLIC,
    "verify:code": PUBLIC,
    "verify:token": PUBLIC,
}
"""Name of an address, namespace included → its row."""

BEFORE_PASSWORD = frozenset({"people:password", "logout", "language", "text-size"})
"""What is open to somebody who has yet to choose a password of their own, besides the public pages."""

OWN_GATE = frozenset({"api", "oauth"})
"""Namespaces that check their callers themselves (OAuth 2 and API keys instead of a session)."""


def row(view_name: str) -> Page | None:
    """The row of an address; None where there is none, which means: nobody."""
    if view_name.split(":")[0] in OWN_GATE:
        return PUBLIC
    return PAGES.get(view_name)


def may_open(actor: Actor, view_name: str) -> bool:
    """Whether the actor may open the page; menus and buttons ask this too, so that nobody is shown a closed door."""
    page = row(view_name)
    return page is not None and page.admits(actor)
