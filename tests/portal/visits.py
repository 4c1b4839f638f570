"""Every page that there is, in every state that matters, and what is done there before it is looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections
from playwright.sync_api import Page, Route, expect

from tests.portal.people import World, blank, signed, work
from tests.portal.planted import BIRTH, FILE, MARRIAGE, Counter

TOO_LARGE = {
    "message_vi": "Tệp quá lớn.", "message_en": "The file is too large.",
    "next": "Chia nhỏ tệp rồi gửi lại.", "next_en": "Split the file and send it again.",
}  # fmt: skip
expect.set_options(timeout=30_000)
Deed = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Visit:
    """A page in one of its states: the row of `PAGES`, who opens it, where, what is done there first."""

    name: str
    view: str
    role: str
    path: str
    then: Deed | None = None


def labour(*kinds: str) -> None:
    """Does the waiting jobs of these kinds as a worker does: not in the thread that drives the browser."""

    def do() -> None:
        for kind in kinds:
            work(kind)
        connections.close_all()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


def typed(selector: str, text: str) -> Deed:
    """Types into a field and sends its form by Enter."""

    def act(page: Page) -> None:
        page.locator(selector).fill(text)
        page.locator(selector).press("Enter")
        page.wait_for_load_state()

    return act


def received(name: str, procedure: str, identifier: str) -> Deed:
    """Chooses a procedure by its name without tone marks and types a number."""

    def act(page: Page) -> None:
        page.locator("#q").fill(name)
        page.locator(f".pick[value='{procedure}']").click()
        expect(page.locator("#s3")).to_be_visible()
        page.locator("#applicant-identifier").fill(identifier)
        page.locator("#applicant-identifier").press("Enter")
        expect(page.locator("#applicant .badge, #applicant .wrong").first).to_be_visible()
        page.locator("details.more").last.locator("summary").click()

    return act


def incomplete(page: Page) -> None:
    """Sends a draft in which everything is missing."""
    page.evaluate("document.querySelector('form.card').noValidate = true")
    page.keyboard.press("Control+Enter")
    page.locator(".note-red").wait_for()


def asked(name: str) -> Deed:
    """Opens a dialog of the page."""

    def act(page: Page) -> None:
        page.locator(f"[data-opens={name}]").click()
        page.locator(f"#{name}").wait_for()

    return act


def keys(page: Page) -> None:
    """Opens the list of keys."""
    page.locator("body").press("?")
    page.locator("#keys-help").wait_for()


def proven(page: Page) -> None:
    """Has the log proven."""
    page.locator("body").press("v")
    page.locator("#proof .note").wait_for()


def checked(content: bytes, name: str = "van-ban.pdf", *, work_on: bool = True) -> Deed:
    """Has a file verified."""

    def act(page: Page) -> None:
        page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
        page.locator(".file-ask button").click()
        page.wait_for_load_state()
        if work_on:
            labour("verify")
            page.locator("#check .verdict").wait_for()

    return act


def unsent(page: Page) -> None:
    """Drops a file while the server refuses every file."""

    def refuse(route: Route) -> None:
        route.fulfill(status=413, json=TOO_LARGE)

    page.route("**/uploads", refuse)
    page.locator("#drop input").set_input_files({"name": FILE, "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.locator(".sending-row.failed").wait_for()


def wrong_password(page: Page) -> None:
    """Signs in with a password that is none."""
    page.locator("#id_username").fill("canbo")
    page.locator("#id_password").fill("sai-mat-khau")
    page.locator("#id_password").press("Enter")
    page.locator(".note-red").wait_for()


def followed(page: Page) -> None:
    """Asks for a dossier that is not there."""
    page.locator("[name=code]").fill("H26.01.02-261122-9999")
    page.locator("[name=token]").fill("x" * 32)
    page.locator("[name=token]").press("Enter")
    page.locator(".note-red").wait_for()


def visits(world: World, counter: Counter) -> list[Visit]:
    """Every page in every state."""
    account = f"/people/{world.officer.id}"
    return [
        *at_the_desk(counter),
        *of_results(counter),
        *at_home(counter),
        *of_everybody(counter),
        Visit("people", "people:list", "admin", "/people"),
        Visit("people-new", "people:new", "admin", "/people/new"),
        Visit("people-one", "people:one", "admin", account),
        Visit("password", "people:password", "officer", "/password"),
        Visit("agents", "agents:page", "officer", "/sign-agent"),
    ]


def at_the_desk(counter: Counter) -> list[Visit]:
    """What officers, auditors and administrators see of dossiers."""
    desk, papers = counter.dossiers, counter.papers
    at = {name: f"/dossiers/{dossier.id}" for name, dossier in desk.items()}
    return [
        Visit("home-officer", "desk:home", "officer", "/desk"),
        Visit("home-keys", "desk:home", "officer", "/desk", keys),
        Visit("home-idle", "desk:home", "newcomer", "/desk"),
        Visit("home-leader", "desk:home", "leader", "/desk"),
        Visit("home-clerk", "desk:home", "seal_clerk", "/desk"),
        Visit("home-auditor", "desk:home", "auditor", "/desk"),
        Visit("home-admin", "desk:home", "admin", "/desk"),
        Visit("receive", "desk:receive", "officer", "/receive"),
        Visit(
            "receive-wrong", "desk:receive", "officer", "/receive", received("dang ky khai sinh", BIRTH, "12345678901")
        ),
        Visit(
            "receive-known",
            "desk:receive",
            "officer",
            "/receive",
            received("dang ky ket hon", MARRIAGE, counter.number),
        ),
        Visit("dossiers", "desk:dossiers", "officer", "/dossiers"),
        Visit("dossiers-none", "desk:dossiers", "officer", "/dossiers?list=risk"),
        Visit("search", "desk:search", "officer", "/dossiers", typed("[name=text]", "nguyen phuoc")),
        Visit("search-none", "desk:search", "officer", "/dossiers", typed("[name=text]", "khong co ai")),
        *(Visit(f"dossier-{name}", "desk:dossier", "officer", path) for name, path in at.items()),
        Visit("dossier-read", "desk:dossier", "auditor", at["late"]),
        Visit("dossier-ask", "desk:dossier", "officer", at["late"], asked("ask-request_supplement")),
        Visit("dossier-extend", "desk:dossier", "officer", at["late"], asked("ask-extend")),
        Visit("scan", "desk:scan", "officer", f"{at['late']}/scan"),
        Visit("scan-working", "desk:scan", "officer", f"{at['working']}/scan"),
        Visit("scan-refused", "desk:scan", "officer", f"{at['failed']}/scan", unsent),
        Visit("check", "desk:check", "officer", f"{at['to_check']}/check/{papers['doubtful']}"),
        Visit("check-sure", "desk:check", "officer", f"{at['to_certify']}/check/{papers['sure']}"),
        Visit("place", "desk:place", "officer", f"{at['unsorted']}/place/{papers['loose']}"),
        Visit("draft", "desk:draft", "officer", f"{at['processing']}/draft"),
        Visit("draft-missing", "desk:draft", "officer", f"{at['processing']}/draft", incomplete),
        Visit("numbers", "desk:numbers", "officer", "/numbers"),
        Visit("numbers-none", "desk:numbers", "auditor", "/numbers?start=2020-01-01&end=2020-01-31"),
        Visit("log", "desk:log", "auditor", "/log"),
        Visit("log-none", "desk:log", "auditor", "/log?actor=khong-co"),
        Visit("log-proven", "desk:log-prove", "auditor", "/log", proven),
        Visit("forbidden", "desk:log", "officer", "/log"),
        Visit("not-found", "desk:dossier", "officer", "/khong-co"),
    ]


def of_results(counter: Counter) -> list[Visit]:
    """Results as each of the three who work on them sees them."""
    at = {name: f"/results/{result.id}" for name, result in counter.results.items()}
    return [
        Visit("results-officer", "desk:results", "officer", "/results"),
        Visit("results-leader", "desk:results", "leader", "/results"),
        Visit("results-clerk", "desk:results", "seal_clerk", "/results"),
        Visit("results-none", "desk:results", "newcomer", "/results"),
        Visit("results-found", "desk:results", "leader", "/results?q=khong+co"),
        *(
            Visit(
                f"batch-{name}",
                "desk:batch",
                "officer" if batch.kind == "certify" else "leader",
                f"/batches/{batch.id}",
            )
            for name, batch in counter.batches.items()
        ),
        *(Visit(f"result-{name}", "desk:result", "leader", path) for name, path in at.items()),
        Visit("result-edit", "desk:result-edit", "officer", f"{at['draft']}/edit"),
        Visit("result-replace", "desk:result-replace", "officer", f"{at['issued']}/replace"),
        Visit("result-draft-officer", "desk:result", "officer", at["draft"]),
        Visit("result-signed-clerk", "desk:result", "seal_clerk", at["signed"]),
        Visit("result-revoke", "desk:result", "leader", at["issued"], asked("revoke")),
        *(
            Visit(f"dossier-result-{name}", "desk:dossier", "officer", f"/dossiers/{counter.results[name].dossier_id}")
            for name in ("draft", "signed", "issued", "returned")
        ),
    ]


def at_home(counter: Counter) -> list[Visit]:
    """What citizens see."""
    one, gone = counter.results["issued"], counter.results["revoked"]
    names = ("registered", "new", "supplement", "refused", "stopped", "withdrawn")
    own = {name: counter.dossiers[name].id for name in names}
    own |= {"done": one.dossier_id, "returned": counter.results["returned"].dossier_id}
    return [
        Visit("citizen-home", "citizen:home", "citizen", "/citizen/"),
        Visit("citizen-home-none", "citizen:home", "stranger", "/citizen/"),
        *(Visit(f"citizen-{n}", "citizen:dossier", "citizen", f"/citizen/dossiers/{id_}") for n, id_ in own.items()),
        Visit("citizen-documents", "citizen:documents", "citizen", "/citizen/documents"),
        Visit("citizen-documents-none", "citizen:documents", "stranger", "/citizen/documents"),
        Visit("citizen-document", "citizen:document", "citizen", f"/citizen/documents/{one.document}"),
        Visit("citizen-document-revoked", "citizen:document", "citizen", f"/citizen/documents/{gone.document}"),
        Visit("citizen-document-scan", "citizen:document", "citizen", f"/citizen/documents/{counter.papers['sure']}"),
        Visit("citizen-events", "citizen:events", "citizen", "/citizen/events"),
        Visit("citizen-events-all", "citizen:events", "citizen", "/citizen/events?all=yes"),
        Visit("citizen-events-none", "citizen:events", "stranger", "/citizen/events"),
    ]


def of_everybody(counter: Counter) -> list[Visit]:
    """What is open to whoever comes."""
    done = counter.results
    return [
        Visit("login", "login", "", "/login"),
        Visit("login-wrong", "login", "", "/login", wrong_password),
        Visit("follow", "citizen:follow", "", "/citizen/follow"),
        Visit("follow-unknown", "citizen:follow", "", "/citizen/follow", followed),
        Visit("verify", "verify:home", "", "/verify/"),
        Visit("verify-not-pdf", "verify:upload", "", "/verify/", checked(b"PK", "thu.docx", work_on=False)),
        Visit("verify-waits", "verify:check", "", "/verify/", checked(blank(), work_on=False)),
        Visit("verify-good", "verify:check", "", "/verify/", checked(signed())),
        Visit("verify-unsigned", "verify:check", "", "/verify/", checked(blank())),
        Visit("verify-bad", "verify:check", "", "/verify/", checked(signed().replace(b"stream\n", b"stream\r", 1))),
        Visit("verify-code", "verify:code", "", "/verify/", typed("[name=code]", "khong phai ma")),
        *(
            Visit(f"verify-{name}", "verify:token", "", f"/verify/{done[name].verify_token}")
            for name in ("issued", "revoked", "replaced")
        ),
        Visit("verify-dossier", "verify:token", "", f"/verify/{counter.dossiers['supplement'].lookup_token}"),
        Visit("verify-unknown", "verify:token", "", f"/verify/{'A' * 32}"),
    ]
