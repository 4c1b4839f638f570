"""`hoso doctor`: says what is there and what to do about what is not; never fails itself."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from hoso import checks
from hoso.checks import State
from hoso.commands.doctor import doctor
from portal.config import Config


def found(config: Config) -> dict[str, checks.Check]:
    return {check.name: check for check in checks.run_all(config)}


def test_a_machine_that_is_set_up_has_all_it_needs(tmp_path: Path) -> None:
    result = found(Config(data=tmp_path / "new", port=0))
    assert {check.state for check in result.values()} == {State.OK}
    assert {"reading", "tesseract", "tesseract vie", "weed", "fonts", "disk", "database", "object store"} <= set(result)


def test_what_is_missing_comes_with_a_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    check = found(Config(data=tmp_path, port=0))["tesseract"]
    assert check.state is State.WARNING and "tesseract-ocr-vie" in check.next_vi and check.next_en


def test_a_folder_that_others_may_read_is_told_of(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    check = found(Config(data=tmp_path, port=0))["HOSO_DATA"]
    assert check.state is State.WARNING and "chmod 700" in check.next_en


def test_a_taken_port_is_told_of(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        check = found(Config(data=tmp_path, port=held.getsockname()[1]))["port"]
    assert check.state is State.WARNING and "HOSO_PORT" in check.next_en


def test_a_broken_database_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "hoso.sqlite3").write_bytes(b"not a database" * 1000)
    check = found(Config(data=tmp_path, port=0))["database"]
    assert check.state is State.MISSING and "reindex" in check.next_en


def test_servers_that_do_not_answer_are_told_of_without_their_passwords(tmp_path: Path) -> None:
    config = Config(
        data=tmp_path,
        port=0,
        db_url="postgresql://hoso:secret@127.0.0.1:1/hoso",
        broker_url="redis://:secret@127.0.0.1:1/0",
        s3_endpoint="127.0.0.1:1",
    )
    result = found(config)
    assert {result[name].state for name in ("database", "broker", "object store")} == {State.MISSING}
    assert "secret" not in str(result)


def test_programs_read_it_as_json_and_the_exit_status_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_DATA", str(tmp_path / "new"))
    monkeypatch.setenv("HOSO_PORT", "0")
    good = CliRunner().invoke(doctor, ["--json"])
    assert good.exit_code == 0 and json.loads(good.stdout)["schema"] == "hoso.doctor/1"
    monkeypatch.setenv("HOSO_S3_ENDPOINT", "127.0.0.1:1")
    assert CliRunner().invoke(doctor, []).exit_code == 5


def test_outside_demo_it_says_what_signing_still_lacks(tmp_path: Path) -> None:
    bare = found(Config(data=tmp_path, port=0, env="production"))
    for name in ("HOSO_PUBLIC_URL", "keys", "trust"):
        assert bare[name].state is State.MISSING and bare[name].next_vi and bare[name].next_en, name
    assert bare["HOSO_TSA"].state is State.WARNING


def test_what_is_set_up_for_signing_is_named(tmp_path: Path) -> None:
    from signing.demo import Authority

    for folder in ("keys", "trust"):
        (tmp_path / folder).mkdir()
    (tmp_path / "keys" / "can.bo.p12").write_bytes(b"")
    (tmp_path / "trust" / "root.cer").write_bytes(Authority(tmp_path / "pki").root)
    with socket.socket() as tsa:
        tsa.bind(("127.0.0.1", 0))
        tsa.listen()
        url = f"http://127.0.0.1:{tsa.getsockname()[1]}/"
        result = found(Config(data=tmp_path, port=0, env="production", public_url="https://mc.example.vn", tsa=url))
    assert {result[name].state for name in ("HOSO_PUBLIC_URL", "keys", "trust", "HOSO_TSA")} == {State.OK}
    assert "can.bo" in result["keys"].found and "DEMO" in result["trust"].found


def test_a_wrong_file_among_the_roots_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "root.cer").write_bytes(b"no certificate")
    check = found(Config(data=tmp_path, port=0, env="production"))["trust"]
    assert check.state is State.MISSING and "root.cer" in check.found and "signing.trust_store" in check.found


def test_wrong_dates_of_algorithms_are_told_of_in_demo_too(tmp_path: Path) -> None:
    (tmp_path / "trust").mkdir()
    own = tmp_path / "trust" / "algorithms.toml"
    own.write_text("[rsa]\n2048 = 2028-12-31\n", encoding="utf-8")
    assert found(Config(data=tmp_path))["algorithms"].found == str(own)
    own.write_text('[rsa]\n2048 = "soon"\n', encoding="utf-8")
    check = found(Config(data=tmp_path))["algorithms"]
    assert check.state is State.MISSING and "[rsa] 2048 = soon" in check.found and "signing.trust_store" in check.found


def test_a_wrong_signing_profile_is_told_of_in_demo_too(tmp_path: Path) -> None:
    folder = tmp_path / "profiles" / "H26.01.02"
    folder.mkdir(parents=True)
    (folder / "sao_y.toml").write_text("font_size = 11", encoding="utf-8")
    assert found(Config(data=tmp_path))["profiles"].found == "H26.01.02/sao_y.toml"
    (folder / "sao_y.toml").write_text('level = "B-X"', encoding="utf-8")
    check = found(Config(data=tmp_path))["profiles"]
    assert check.state is State.MISSING and "sao_y.toml" in check.found and "signing.bad_profile" in check.found
