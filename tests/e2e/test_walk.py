"""A real browser walks a dossier from the counter to the sealed result, on the real servers, by keys where it can.

Pictures of every page at desk and phone width lie in `test-results/pages` afterwards.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect, sync_playwright

from tests.chromium import EXECUTABLE
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.s3, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
SCANS = sorted((ROOT / "samples" / "1-tinh-trang-hon-nhan").glob("0[13]-*"))
PICTURES = ROOT / "test-results" / "pages"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CARD = "001190000001||NGUYỄN THỊ MẪU|01011990|Nữ|Số 1, thôn Minh Họa, xã Ví Dụ, tỉnh Thử Nghiệm|25042021"
ANSWERS = {
    "number": "12/UBND-XNTTHN",
    "f-name": "Nguyễn Thị Mẫu",
    "f-born": "01/01/1990",
    "f-sex": "Nữ",
    "f-ethnicity": "Kinh",
    "f-nationality": "Việt Nam",
    "f-residence": "xã Ví Dụ, tỉnh Thử Nghiệm",
    "f-status": "đã ly hôn, chưa kết hôn với ai",
    "f-purpose": "để kết hôn",
    "valid_to": "22/05/2027",
}


@dataclass
class Site:
    """The running product and a browser for each account."""

    url: str
    passwords: dict[str, str]
    browser: Browser
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def page(self, username: str) -> Page:
        """A page of this person's browser; anything the browser complains of is kept."""
        if username not in self.contexts:
            context = self.contexts[username] = self.browser.new_context(viewport=DESK, locale="vi-VN")  # type: ignore[arg-type]
            context.set_default_timeout(120_000)
            self._sign_in(context, username)
        page = self.contexts[username].new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        page.on(
            "console",
            lambda said: (
                self.complaints.append(f"{page.url}: {said.text}")
                if said.type == "error" and said.text.startswith("CSP")
                else None
            ),
        )
        return page

    def _sign_in(self, context: BrowserContext, username: str) -> None:
        page = context.new_page()
        page.goto(f"{self.url}/login")
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(self.passwords[username])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.close()

    def picture(self, page: Page, name: str) -> None:
        """Keeps the page at both widths; nothing may stick out sideways."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for label, size in (("desk", DESK), ("phone", PHONE)):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.wait_for_timeout(150)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{name} is {wide} px wide on a {label}"
            page.screenshot(path=PICTURES / f"{name}-{label}.png", full_page=True)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`hoso serve` on an empty folder, as a user starts it."""
    data, port = tmp_path_factory.mktemp("hoso"), free_port()
    environment = os.environ | {"HOSO_DATA": str(data), "HOSO_PORT": str(port), "OMP_THREAD_LIMIT": "1"}
    command = [sys.executable, "-m", "hoso", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            accounts = data / "demo-accounts.json"
            wait_for(lambda: accounts.exists() and answers(url), seconds=120)
            known = {item["username"]: item["password"] for item in json.loads(accounts.read_text("utf-8"))}
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
                yield Site(url, known, browser)
                browser.close()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(condition: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if callable(condition) and condition():
            return
        time.sleep(0.5)
    raise AssertionError(f"not in {seconds} s")


def receive(site: Site, page: Page) -> str:
    """Receives by keys alone: the procedure without tone marks, the card as a reader types it."""
    page.goto(f"{site.url}/desk")
    page.keyboard.press("r")
    page.wait_for_url("**/receive")
    page.locator("#q").press_sequentially("tinh trang hon nhan")
    expect(page.locator(".pick")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    identifier = page.locator("#applicant-identifier")
    expect(identifier).to_be_focused()
    page.keyboard.insert_text(CARD)
    page.keyboard.press("Enter")
    expect(page.locator("#applicant-name")).to_have_value("NGUYỄN THỊ MẪU")
    site.picture(page, "receive")
    page.locator("#email").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/dossiers/**")
    return page.url


def scan(site: Site, page: Page, dossier: str) -> None:
    """Sends files; the network breaks once and the page goes on by itself."""
    broken: list[str] = []

    def break_once(route: Route) -> None:
        if route.request.method == "PATCH" and not broken:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/*", break_once)
    page.goto(f"{dossier}/scan")
    site.picture(page, "scan")
    page.set_input_files("#drop input", [str(path) for path in SCANS])
    expect(page.locator("#files .job")).to_have_count(len(SCANS), timeout=120_000)
    assert broken
    expect(page.locator("#files .badge-green")).to_have_count(len(SCANS), timeout=300_000)
    site.picture(page, "scan-done")


def title(page: Page) -> str:
    return page.locator(".next .note-title").inner_text()


def check(site: Site, page: Page) -> None:
    """Enter confirms and goes on until the last field, then sends; one field is corrected."""
    first = True
    while "/check/" in page.url:
        here = page.url
        page.locator(".sheet image").first.wait_for()
        doubtful = page.locator(".ask-field.doubtful")
        if first and doubtful.count():
            expect(doubtful.first.locator("input, textarea")).to_be_focused()
            expect(page.locator(".box.lit")).to_have_count(1)
            site.picture(page, "check")
            doubtful.first.locator("input, textarea").focus()
        first = False
        for _ in range(60):
            if page.evaluate("document.activeElement.id") == "confirm":
                break
            page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(here)


def desk_work(site: Site, page: Page, dossier: str) -> None:
    """Does what the page says is next until a result is to be drafted."""
    end = time.monotonic() + 400
    page.goto(dossier)
    while time.monotonic() < end:
        said = title(page)
        if said.startswith("Đối chiếu"):
            site.picture(page, "dossier")
            page.locator("form[action$=mark_shown] button").click()
        elif said.startswith("Xếp"):
            page.keyboard.press("n")
            page.locator(".sheet image").first.wait_for()
            site.picture(page, "place")
            page.locator("input[name=component]").last.check()
            page.locator(".check-foot button").click()
        elif said.startswith("Kiểm tra"):
            page.keyboard.press("n")
            page.wait_for_url("**/check/**")
            check(site, page)
        elif said.startswith(("Ký số", "Đủ giấy tờ")):
            page.keyboard.press("n")
        elif said.startswith("Soạn"):
            return
        page.wait_for_timeout(1500)
        with suppress(Error):  # the page may just be loading itself anew; the next round looks again
            page.goto(dossier)
    raise AssertionError(f"stuck at: {title(page)}")


def draft(site: Site, page: Page) -> str:
    page.keyboard.press("n")
    page.wait_for_url("**/draft")
    for name, value in ANSWERS.items():
        page.locator(f"[name='{name}']").fill(value)
    site.picture(page, "draft")
    page.locator("[name='number']").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/results/**")
    page.locator(".sheet image").wait_for()
    site.picture(page, "result-draft")
    return page.url


def test_from_the_counter_to_the_sealed_result(site: Site) -> None:
    officer = site.page("canbo")
    dossier = receive(site, officer)
    assert "001190000001" not in dossier
    scan(site, officer, dossier)
    desk_work(site, officer, dossier)
    result = draft(site, officer)

    leader = site.page("lanhdao")
    leader.goto(f"{site.url}/desk")
    site.picture(leader, "home-leader")
    leader.keyboard.press("n")
    leader.wait_for_url("**/results")
    site.picture(leader, "results")
    leader.keyboard.press("k")
    leader.wait_for_url("**/batches/**")
    expect(leader.locator("#how-far")).to_have_text("Đã xong", timeout=120_000)
    expect(leader.locator("#progress")).to_contain_text("1/1")
    site.picture(leader, "batch-done")
    leader.goto(result)
    expect(leader.locator("main")).to_contain_text("Chờ đóng dấu", timeout=120_000)

    clerk = site.page("vanthu")
    clerk.goto(result)
    clerk.keyboard.press("k")
    expect(clerk.locator("main")).to_contain_text("Đã ký, đóng dấu và vào kho.", timeout=120_000)
    expect(clerk.locator("main")).to_contain_text("B-LTA")
    clerk.locator(".sheet image").wait_for()
    site.picture(clerk, "result-issued")

    officer.goto(dossier)
    assert title(officer).startswith("Trả kết quả")
    site.picture(officer, "dossier-done")
    officer.keyboard.press("n")
    expect(officer.locator("main")).to_contain_text("Hồ sơ đã kết thúc")
    assert site.complaints == []


def test_the_other_pages_are_tidy(site: Site) -> None:
    officer, auditor = site.page("canbo"), site.page("kiemtra")
    for name, path in (("home", "/desk"), ("dossiers", "/dossiers"), ("numbers", "/numbers"), ("not-found", "/nope")):
        officer.goto(site.url + path)
        site.picture(officer, name)
    auditor.goto(f"{site.url}/log")
    auditor.keyboard.press("v")
    expect(auditor.locator("#proof")).to_contain_text("Nhật ký nguyên vẹn", timeout=60_000)
    site.picture(auditor, "log")
    visitor = site.browser.new_context(viewport=DESK).new_page()  # type: ignore[arg-type]
    visitor.goto(f"{site.url}/login")
    site.picture(visitor, "login")
    visitor.get_by_role("button", name="English").click()
    expect(visitor.locator("h1")).to_have_text("Sign in")
    assert site.complaints == []


def test_a_question_mark_lists_the_keys_of_the_page(site: Site) -> None:
    page = site.page("canbo")
    page.goto(f"{site.url}/desk")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    expect(page.locator("#keys-help")).to_contain_text("Tiếp nhận")
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).not_to_be_visible()
