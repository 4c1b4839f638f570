"""`hoso digitize` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from catalogue import ExitCode
from hoso.commands.digitize import digitize, free_stem

BLIND = "tests.digitize.test_pipeline:EngineThatIsBlind"


def run(*args: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(digitize, [str(arg) for arg in args])
    return result.exit_code, result.stdout, result.stderr


def test_one_json_pdf_and_text_a_scan_and_no_clash(tmp_path: Path, scan: Path) -> None:
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / "SCAN.jpeg"
    twin.write_bytes(scan.read_bytes())
    out = tmp_path / "out"
    code, said, _ = run(scan, twin, "--out", out, "--engine", BLIND)
    assert code == 0
    assert sorted(file.name for file in out.iterdir()) == [
        "SCAN-2.json", "SCAN-2.pdf", "SCAN-2.txt", "scan.json", "scan.pdf", "scan.txt",
    ]  # fmt: skip
    assert "PDF/A-2b" in said
    told = json.loads((out / "SCAN-2.json").read_text(encoding="utf-8"))
    assert told["source"]["name"] == "SCAN.jpeg" and told["documents"][0]["pdf"] == "SCAN-2.pdf"


def test_a_bad_scan_says_so_and_the_others_go_on(tmp_path: Path, scan: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()
    out = tmp_path / "out"
    code, said, complained = run(empty, tmp_path / "none.pdf", scan, "--out", out, "--engine", BLIND, "--json")
    assert code == ExitCode.NOT_FOUND, "the worst class of error"
    error = json.loads((out / "empty.json").read_text(encoding="utf-8"))
    assert error["schema"] == "hoso.digitize/1" and error["source"]["name"] == "empty.pdf"
    assert error["error"]["code"] == "digitize.empty"
    assert {"code", "message_vi", "message_en", "next"} <= set(error["error"])
    assert json.loads(said)["source"]["name"] == scan.name
    assert [json.loads(line)["error"]["code"] for line in complained.splitlines()] == [
        "digitize.empty",
        "digitize.no_file",
    ]


def test_an_output_folder_that_takes_nothing(tmp_path: Path, scan: Path) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("a file")
    code, _, _ = run(scan, "--out", blocked, "--engine", BLIND)
    assert code != 0


def test_stems_do_not_clash_with_one_another() -> None:
    taken: set[str] = set()
    assert [free_stem(stem, taken) for stem in ("a", "A", "a-2", "a")] == ["a", "A-2", "a-2-2", "a-3"]
