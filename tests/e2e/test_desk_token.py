"""A leader signs with the token on their own PC: the page's command, the program there, results that verify."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from signing.demo import Authority
from tests.authorities import put_roots
from tests.e2e.test_production import PEOPLE, PLANT, Site, enter, serving
from tests.e2e.test_production import chromium as chromium
from tests.e2e.test_production import pki as pki
from tests.e2e.test_walk import ROOT
from tests.signing.conftest import Tokens
from tests.signing.conftest import authority as authority
from tests.signing.conftest import tokens as tokens

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.s3, pytest.mark.timeout(900)]

NUMBER = 3
expect.set_options(timeout=120_000)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pki: Authority, tokens: Tokens) -> Iterator[Site]:
    """The product, to which the leader's certificate is known; the key is on a token that it cannot reach."""
    data = tmp_path_factory.mktemp("hoso")
    data.chmod(0o700)
    put_roots(data / "trust", pki)
    users = data / "keys" / "users"
    users.mkdir(parents=True, mode=0o700)
    own = pki.issue(PEOPLE["lanh.dao"][1], "leader", algorithm="rsa")
    tokens.new("Le Van Lanh Dao")
    tokens.put("Le Van Lanh Dao", "ky", "0a", own)
    (users / "lanh.dao.cer").write_bytes(own.certificate)
    settings = f'kind = "desk"\ncertificate = "lanh.dao.cer"\nmodule = "{tokens.module}"\ntoken = "Le Van Lanh Dao"\n'
    (users / "lanh.dao.toml").write_text(settings, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOFTHSM2_CONF")
        with serving(data, pki) as made:
            yield made


def test_a_batch_is_signed_by_the_token_on_the_leaders_pc(
    site: Site, chromium: Browser, tokens: Tokens, tmp_path: Path
) -> None:
    results = site.run(sys.executable, "-c", PLANT * NUMBER).split()
    assert len(results) == NUMBER
    leader = enter(site, chromium, "lanh.dao")
    leader.goto(f"{site.url}/results")
    leader.keyboard.press("k")
    box = leader.locator("#pin")
    expect(box).to_contain_text("Kết nối token để ký")
    box.locator("a").click()
    leader.wait_for_url("**/sign-agent")
    leader.keyboard.press("n")
    command = leader.locator("pre.command").inner_text()
    assert command.startswith("hoso sign-agent https://motcua.example.vn --ticket ")
    assert '--token "Le Van Lanh Dao"' in command
    # the public address of this installation is nobody's: the PC reaches the same server by loopback
    words = shlex.split(command.replace("https://motcua.example.vn", site.url))
    (tmp_path / "pin").write_text(tokens.pin)
    pipe = subprocess.PIPE
    program = [sys.executable, "-m", *words, "--pin-file", str(tmp_path / "pin")]
    env = os.environ | {"SOFTHSM2_CONF": str(tokens.folder / "softhsm2.conf")}
    with subprocess.Popen(program, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as pc:
        try:
            assert pc.stdin is not None
            pc.stdin.write("y\n")
            pc.stdin.flush()
            expect(leader.locator("#agent")).to_contain_text("Đã kết nối: Lê Văn Lãnh Đạo", timeout=240_000)
            expect(leader.locator("pre.command")).to_have_count(0)
            expect(leader.locator("#agent")).to_contain_text(f"Đã ký trong phiên này: {NUMBER}", timeout=240_000)
            for result in results:
                leader.goto(f"{site.url}/results/{result}")
                expect(leader.locator("main")).to_contain_text("Chờ đóng dấu")
                expect(leader.locator("main")).to_contain_text("B-LT")
            leader.goto(f"{site.url}/sign-agent")
            leader.locator("button[value=end]").click()
            said, complained = pc.communicate(timeout=60)
        finally:
            pc.kill()
    assert (pc.returncode, complained) == (0, "")
    assert f"Chờ ký / To sign: {NUMBER}" in said
    assert len(re.findall(r"- Giấy xác nhận tình trạng hôn nhân · H26\.01\.02-", said)) == NUMBER
    assert said.count("Sign?") == 1
    assert f"Đã ký / Signed: {NUMBER}" in said
    assert "001190000009" not in said, "no citizen ID"
    assert "Nguyễn Thị Mẫu" not in said, "nor a name"
