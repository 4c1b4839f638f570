"""The child that opens files is bounded, holds no secrets, and is replaced when a file kills it."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pikepdf
import pytest

from signing import Level, Status, Trust, sign, verify
from signing import child as child_module
from signing.demo import Authority
from signing.errors import TooCostly, Unreadable


def bomb() -> bytes:
    """A page that unfolds to gigabytes."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        packed = zlib.compress(b"0 0 m 1 1 l S\n" * 30_000_000, 9)
        packed = zlib.compress(packed, 9)
        stream = document.make_stream(b"")
        stream.write(packed, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * 2))
        document.pages[0].Contents = stream
        document.save(out, compress_streams=False)
    return out.getvalue()


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_not(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, letter: bytes
) -> None:
    monkeypatch.setattr(child_module, "SECONDS", 3.0)
    signer = authority.issue("Nguyễn Văn Mẫu", "officer")
    with pytest.raises(TooCostly):
        sign(bomb(), profile="thanh_phan", signer=signer, services=authority.services, level=Level.B_B)
    monkeypatch.setattr(child_module, "SECONDS", 60.0)
    sign(letter, profile="thanh_phan", signer=signer, services=authority.services, level=Level.B_B)


def test_verification_of_what_takes_too_long_is_indeterminate(
    monkeypatch: pytest.MonkeyPatch, signed_files: dict[str, Path], offline: Trust
) -> None:
    monkeypatch.setattr(child_module, "SECONDS", 0.0)
    report = verify(signed_files["luu_tru"].read_bytes(), trust=offline)
    assert (report.verdict, [one.code for one in report.reasons]) == (Status.INDETERMINATE, ["too_costly"])


def test_the_child_has_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_MASTER_KEY", "secret-of-the-house")
    made = child_module._Child()
    try:
        environment = Path(f"/proc/{made._process.pid}/environ").read_bytes()
        assert b"secret-of-the-house" not in environment and b"HOSO_" not in environment
    finally:
        made.kill()


def test_the_child_goes_when_its_parent_does() -> None:
    made = child_module._Child()
    assert made._process.stdin is not None and made._process.stdout is not None
    made._process.stdin.close()
    assert made._process.wait(timeout=20) == 0
    made._process.stdout.close()


def test_memory_is_bounded() -> None:
    made = child_module._Child()
    try:
        made.run({"op": "survey", "page": "first", "words": ""}, b"junk", None)
        limits = Path(f"/proc/{made._process.pid}/limits").read_text()
        row = next(line for line in limits.splitlines() if line.startswith("Max address space"))
        assert "unlimited" not in row
        assert next(line for line in limits.splitlines() if line.startswith("Max file size")).split()[3] == "0"
    finally:
        made.kill()


def test_too_many_bytes_are_not_even_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "MOST_BYTES", 10)
    with pytest.raises(TooCostly):
        child_module.ask({"op": "survey", "page": "first", "words": ""}, b"x" * 11)


def test_no_such_page(letter: bytes) -> None:
    with pytest.raises(Unreadable):
        child_module.ask({"op": "survey", "page": "7", "words": ""}, letter)


def test_the_child_imports_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: bytes
) -> None:
    (tmp_path / "signing").mkdir()
    (tmp_path / "signing" / "__init__.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    made = child_module._Child()
    try:
        head, _ = made.run({"op": "survey", "page": "first", "words": ""}, letter, None)
        assert head["pages"] == 1
    finally:
        made.kill()
