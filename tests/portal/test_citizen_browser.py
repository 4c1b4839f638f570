"""The citizen and verification pages in a real browser, at phone and desk width: they fit, and they work."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

import storage
from dossiers import services
from dossiers.models import Result
from hoso.objectstore import ObjectStore
from storage.running import make_buckets
from tests.portal.conftest import PASSWORD
from tests.portal.people import World, blank, signed, work

pytestmark = [pytest.mark.s3, pytest.mark.browser, pytest.mark.slow]

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
SHOTS = os.environ.get("HOSO_SHOTS", "")
"""A folder for pictures of every page, for whoever wants to look."""


@pytest.fixture
def world(store: ObjectStore, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": f"t{uuid4().hex[:12]}"}))
    make_buckets()
    cache.clear()
    made = World.make()
    made.user.username = "congdan"
    made.user.set_password(PASSWORD)
    made.user.save()
    return made


@pytest.fixture
def worker(world: World) -> Iterator[None]:
    """Does jobs while the browser looks on."""
    over = threading.Event()

    def loop() -> None:
        while not over.wait(0.2):
            work()
        connections.close_all()

    thread = threading.Thread(target=loop)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    width, height = SIZES[request.param]
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, has_touch=request.param == "phone"
    )
    made = context.new_page()
    wrong: list[str] = []
    made.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda error: wrong.append(str(error)))
    yield made
    context.close()
    assert [text for text in wrong if "404" not in text and "415" not in text] == []


def shot(page: Page, name: str) -> None:
    """The page fits its width; its picture, if somebody wants it."""
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def test_a_citizen_walks_through_what_is_theirs(page: Page, world: World, worker: None) -> None:
    result = world.whole()
    waiting = world.receive()
    services.request_supplement(waiting.id, world.officer, reason="Thiếu bản chính", items=("Bản chính giấy cư trú",))
    why = services.purpose_of(result.dossier.procedure, result.dossier.code)
    assert result.document is not None
    storage.open(result.document, world.officer, why).close()
    page.goto("/citizen/")
    page.get_by_label("Tên đăng nhập").fill("congdan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Hồ sơ của tôi")).to_be_visible()
    expect(page.get_by_text("Bản chính giấy cư trú")).to_be_visible()
    shot(page, "home")
    page.get_by_role("link", name=result.dossier.code).click()
    expect(page.get_by_text("Giấy tiếp nhận và hẹn trả kết quả")).to_be_visible()
    shot(page, "dossier")
    page.goto(f"/citizen/dossiers/{waiting.id}")
    shot(page, "dossier-supplement")
    page.goto("/citizen/documents")
    shot(page, "documents")
    page.get_by_role("link", name="Xác nhận thông tin về cư trú").click()
    expect(page.get_by_role("img", name="Trang 1")).to_be_visible(timeout=20_000)
    shot(page, "document")
    page.get_by_role("link", name="Xem ai đã xem").click()
    expect(page.get_by_text("Trần Thị Cán Bộ").first).to_be_visible()
    shot(page, "events")
    page.get_by_role("link", name="Mọi việc").click()
    shot(page, "events-all")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Who has seen my documents")).to_be_visible()
    shot(page, "events-en")


def check(page: Page, tmp_path: Path, content: bytes, headline: str, name: str) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(content)
    page.goto("/verify/")
    page.get_by_label("Tệp PDF").set_input_files(path)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(headline, timeout=20_000)
    shot(page, name)


def sealed(world: World) -> Result:
    dossier = world.receive()
    world.settle(dossier)
    return world.issue(dossier, signed(seal=False), signed())


def test_anybody_checks_a_file_or_a_code(page: Page, world: World, worker: None, tmp_path: Path) -> None:
    result = sealed(world)
    page.goto("/verify/")
    shot(page, "verify")
    check(page, tmp_path, signed(), "Nguyên vẹn, chữ ký hợp lệ, còn hiệu lực", "verify-good")
    check(page, tmp_path, blank(), "Tệp không có chữ ký số", "verify-unsigned")
    check(page, tmp_path, signed().replace(b"stream\n", b"stream\r", 1), "Văn bản đã bị sửa sau khi ký", "verify-bad")
    page.goto(f"/verify/{result.verify_token}")
    expect(page.get_by_role("heading", name="Còn hiệu lực")).to_be_visible()
    shot(page, "verify-result")
    services.revoke_result(result.id, world.leader, reason="Cấp nhầm")
    page.goto(f"/verify/{result.verify_token}")
    shot(page, "verify-revoked")
    page.goto(f"/verify/{result.dossier.lookup_token}")
    shot(page, "verify-dossier")
    page.goto(f"/verify/{'A' * 32}")
    expect(page.get_by_role("heading", name="Không tìm thấy")).to_be_visible()
    shot(page, "verify-unknown")
    page.goto("/citizen/follow")
    shot(page, "follow")
    path = tmp_path / "thu.docx"
    path.write_bytes(b"PK\x03\x04")
    page.goto("/verify/")
    page.get_by_label("Tệp PDF").set_input_files(path)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.get_by_text("Tệp này không phải là PDF.")).to_be_visible()
    shot(page, "verify-not-pdf")
