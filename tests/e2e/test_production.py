"""Outside DEMO, from an empty machine: accounts, keys with PINs, time stamps over HTTP, a result that verifies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from signing.demo import Authority
from tests.authorities import answering, authority_over_http, put_key, put_roots
from tests.chromium import EXECUTABLE
from tests.e2e.test_walk import DESK, ROOT, answers, wait_for
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.s3, pytest.mark.timeout(900)]

AGENCY = "H26.01.02"
PIN = "86-mẫu-42"
PEOPLE = {
    "can.bo": ("officer", "Trần Thị Cán Bộ"),
    "lanh.dao": ("leader", "Lê Văn Lãnh Đạo"),
    "van.thu": ("seal_clerk", "Phạm Thị Dấu"),
}
PLANT = """
import django
django.setup()
import storage
from accounts.models import User
from catalogue import Identifier
from dossiers import services
from dossiers.models import Component
officer = User.objects.get(username="can.bo").actor("test")
owner = storage.owner_for(Identifier("citizen_id", "001190000009"), officer, name="Nguyễn Thị Mẫu")
dossier = services.receive(
    services.NewDossier(
        procedure="1.004873", owner=owner, applicant_name="Nguyễn Thị Mẫu", receive_agency="H26.01.02"
    ),
    officer,
)
for part in Component.objects.filter(dossier=dossier, required=True):
    if part.decision == "shown":
        services.mark_shown(part.id, officer)
    else:
        services.skip_component(part.id, officer, reason="bài thử", legal_basis="bài thử")
services.start_processing(dossier.id, officer)
made = services.draft_result(
    dossier.id, officer, kind="giay_xn_tthn", title="Giấy xác nhận tình trạng hôn nhân", template="giay_xn_tthn",
    result_type="KQ.G15.000038",
    data={
        "number": "01/UBND-XNTTHN", "capacity": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "valid_to": "2027-05-20",
        "fields": {
            "name": "NGUYỄN THỊ MẪU", "born": "1990-01-01", "sex": "Nữ", "ethnicity": "Kinh", "nationality": "Việt Nam",
            "identifier": "001190000009", "residence": "xã Ví Dụ", "status": "chưa kết hôn", "purpose": "để kết hôn",
        },
    },
)
print(made.id)
"""


@dataclass
class Site:
    """The product in production, with what its administrator has put in place."""

    url: str
    env: dict[str, str]
    passwords: dict[str, str]

    def run(self, *command: str) -> str:
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """The authority that stands for the national ones."""
    with authority_over_http(tmp_path_factory.mktemp("pki")) as made:
        yield made


def install(data: Path, pki: Authority) -> None:
    """What docs/operating.md tells the administrator to put in place."""
    put_roots(data / "trust", pki)
    (data / "keys").mkdir(mode=0o700)
    seal = pki.issue("UBND xã Mẫu Đơn", "agency", organisation="UBND xã Mẫu Đơn")
    put_key(data / "keys" / "lanh.dao.p12", pki.issue(PEOPLE["lanh.dao"][1], "leader"), PIN)
    put_key(data / "keys" / f"{AGENCY}.p12", seal, PIN)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pki: Authority) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("hoso")
    data.chmod(0o700)
    install(data, pki)
    with serving(data, pki) as made:
        yield made


@contextmanager
def serving(data: Path, pki: Authority) -> Iterator[Site]:
    """The product as an administrator starts it, with an account for each of the people."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "HOSO_ENV": "production",
        "HOSO_DATA": str(data),
        "HOSO_PORT": str(port),
        "HOSO_PUBLIC_URL": "https://motcua.example.vn",
        "HOSO_TSA": " ".join(pki.services.timestampers),
        "HOSO_REVOCATION": answering(pki),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    made = Site(url, env, {})
    for name, (role, full) in PEOPLE.items():
        words = (
            "account",
            "add",
            name,
            "--name",
            full,
            "--role",
            role,
            "--agency",
            AGENCY,
            "--clearance",
            "4",
            "--json",
        )
        made.passwords[name] = json.loads(made.run(sys.executable, "-m", "hoso", *words))["password"]
    command = [sys.executable, "-m", "hoso", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: answers(url), seconds=120)
            yield made
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


def enter(site: Site, chromium: Browser, name: str) -> Page:
    """Signs in with the password that the administrator handed over, and chooses another."""
    page = chromium.new_context(viewport=DESK, locale="vi-VN").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.goto(f"{site.url}/login")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(site.passwords[name])
    page.keyboard.press("Enter")
    page.wait_for_url("**/password")
    own = f"mat-khau-cua-{name}"
    for field, text in (("old_password", site.passwords[name]), ("new_password1", own), ("new_password2", own)):
        page.locator(f"[name={field}]").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    return page


def test_a_result_is_signed_and_sealed_with_pins_and_verifies(site: Site, chromium: Browser, tmp_path: Path) -> None:
    result = site.run(sys.executable, "-c", PLANT).strip()

    leader = enter(site, chromium, "lanh.dao")
    leader.goto(f"{site.url}/results")
    leader.keyboard.press("k")
    pin = leader.locator("#pin [name=pin]")
    pin.fill("0000")
    pin.press("Enter")
    expect(leader.locator("#pin")).to_contain_text("signing.wrong_passphrase")
    pin.fill(PIN)
    pin.press("Enter")
    expect(leader.locator("#pin")).to_contain_text("Đã mở khóa ký số")
    leader.goto(f"{site.url}/results/{result}")
    expect(leader.locator("main")).to_contain_text("Chờ đóng dấu", timeout=120_000)

    clerk = enter(site, chromium, "van.thu")
    clerk.goto(f"{site.url}/results/{result}")
    clerk.keyboard.press("k")
    clerk.locator("#pin [name=pin]").fill(PIN)
    clerk.locator("#pin [name=pin]").press("Enter")
    expect(clerk.locator("main")).to_contain_text("Đã ký, đóng dấu và vào kho.", timeout=120_000)
    expect(clerk.locator("main")).to_contain_text("B-LTA")
    address = clerk.locator("a:has-text('Mở bản đã ký')").get_attribute("href")
    file = clerk.request.get(f"{site.url}{address}")
    assert file.ok

    visitor = chromium.new_context(viewport=DESK).new_page()  # type: ignore[arg-type]
    visitor.goto(f"{site.url}/verify/")
    signed = tmp_path / "ket-qua.pdf"
    signed.write_bytes(file.body())
    visitor.set_input_files("input[type=file]", str(signed))
    visitor.locator(".file-ask button").click()
    expect(visitor.locator("main")).to_contain_text("Lê Văn Lãnh Đạo", timeout=120_000)
    expect(visitor.locator("main")).to_contain_text("B-LTA")
    expect(visitor.locator("main")).not_to_contain_text("bản dùng thử")
