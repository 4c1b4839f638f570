"""The child that opens a file is bounded, holds no secrets, and opens no other."""

from __future__ import annotations

import io
import os
import signal
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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


@pytest.fixture
def nursery() -> Iterator[child_module._Nursery]:
    made = child_module._Nursery()
    yield made
    made.end()


def test_the_child_has_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_MASTER_KEY", "secret-of-the-house")
    nursery = child_module._Nursery()
    born = nursery.bear()
    try:
        for pid in (nursery.process.pid, born.pid):
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            assert b"secret-of-the-house" not in environment and b"HOSO_" not in environment
    finally:
        born.kill()
        nursery.end()


def test_what_opens_files_goes_when_nobody_asks_any_more(nursery: child_module._Nursery) -> None:
    nursery._link.close()
    assert nursery.process.wait(timeout=60) == 0


def test_each_file_has_a_process_of_its_own_that_ends_with_it(
    nursery: child_module._Nursery, monkeypatch: pytest.MonkeyPatch, letter: bytes
) -> None:
    born: list[child_module._Child] = []

    def bear() -> child_module._Child:
        born.append(nursery.bear())
        pids.append(born[-1].pid)
        return born[-1]

    pids: list[int] = []
    monkeypatch.setattr(child_module, "_bear", bear)
    for _ in range(2):
        child_module.ask({"op": "survey", "page": "first", "words": ""}, letter)
    assert len({*pids, nursery.process.pid}) == 3
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_child_that_is_killed_costs_its_own_file_only(
    nursery: child_module._Nursery, monkeypatch: pytest.MonkeyPatch, letter: bytes
) -> None:
    monkeypatch.setattr(child_module, "_bear", nursery.bear)
    lost = nursery.bear()
    os.kill(lost.pid, signal.SIGKILL)
    with pytest.raises((OSError, EOFError)):
        lost.run({"op": "survey", "page": "first", "words": ""}, letter, None)
    lost.kill()
    head, _ = child_module.ask({"op": "survey", "page": "first", "words": ""}, letter)
    assert head["pages"] == 1


SURVEY = {"op": "survey", "page": "", "words": ""}


@pytest.fixture
def born(nursery: child_module._Nursery, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[child_module._Child]]:
    """The children that were needed, in order; none is left over from before, none stays."""
    made: list[child_module._Child] = []

    def bear() -> child_module._Child:
        made.append(nursery.bear())
        return made[-1]

    monkeypatch.setattr(child_module, "_bear", bear)
    monkeypatch.setattr(child_module, "_idle", [])
    yield made
    for _, child in child_module._idle:
        child.kill()


def test_files_of_one_origin_follow_one_another_and_others_never_meet_them(
    born: list[child_module._Child], letter: bytes
) -> None:
    for origin in ("ours", "ours", "", "theirs", "ours", ""):
        assert child_module.ask(SURVEY, letter, origin=origin)[0] == {"pages": 1}
    assert [child.files for child in born] == [3, 1, 1, 1]
    assert [origin for origin, _ in child_module._idle] == ["theirs", "ours"]


def test_a_child_that_dies_with_a_file_in_hand_loses_nothing_of_its_origin(
    born: list[child_module._Child], letter: bytes
) -> None:
    child_module.ask(SURVEY, letter, origin="ours")
    os.kill(born[0].pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        at_hand = pool.submit(child_module.ask, SURVEY, letter, origin="ours")
        deadline = time.monotonic() + 60
        while child_module._idle and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(born[0].pid, signal.SIGKILL)
        assert at_hand.result(60)[0] == {"pages": 1}
    assert [child.files for child in born] == [2, 1]


def test_a_child_that_died_while_it_waited_is_not_missed(born: list[child_module._Child], letter: bytes) -> None:
    child_module.ask(SURVEY, letter, origin="ours")
    os.kill(born[0].pid, signal.SIGKILL)
    assert child_module.ask(SURVEY, letter, origin="ours")[0] == {"pages": 1}
    assert len(born) == 2


def test_a_file_that_takes_too_long_in_every_child_is_given_up(
    born: list[child_module._Child], monkeypatch: pytest.MonkeyPatch, letter: bytes
) -> None:
    child_module.ask(SURVEY, letter, origin="ours")
    monkeypatch.setattr(child_module, "SECONDS", 0.2)
    bear = child_module._bear

    def stopped() -> child_module._Child:
        child = bear()
        os.kill(child.pid, signal.SIGSTOP)
        return child

    monkeypatch.setattr(child_module, "_bear", stopped)
    os.kill(born[0].pid, signal.SIGSTOP)
    with pytest.raises(TooCostly):
        child_module.ask(SURVEY, letter, origin="ours")
    assert len(born) == 2 and not child_module._idle


def test_a_child_is_replaced_after_so_many_files(
    born: list[child_module._Child], monkeypatch: pytest.MonkeyPatch, letter: bytes
) -> None:
    monkeypatch.setattr(child_module, "MOST_FILES", 2)
    for _ in range(5):
        child_module.ask(SURVEY, letter, origin="ours")
    assert [child.files for child in born] == [2, 2, 1]


def test_a_child_is_replaced_after_a_file_that_it_could_not_open(
    born: list[child_module._Child], letter: bytes
) -> None:
    child_module.ask(SURVEY, letter, origin="ours")
    with pytest.raises(Unreadable):
        child_module.ask(SURVEY, b"not a PDF", origin="ours")
    child_module.ask(SURVEY, letter, origin="ours")
    assert [child.files for child in born] == [2, 1]


def test_a_child_is_replaced_after_a_file_that_made_it_swell(born: list[child_module._Child]) -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Large = document.make_stream(bytes(80 << 20))
        document.save(out, compress_streams=False)
    for pdf in (out.getvalue(), out.getvalue()):
        child_module.ask(SURVEY, pdf, origin="ours")
    assert [child.files for child in born] == [1, 1]


def test_memory_is_bounded(nursery: child_module._Nursery) -> None:
    born = nursery.bear()
    try:
        rows = Path(f"/proc/{born.pid}/limits").read_text().splitlines()
        assert "unlimited" not in next(row for row in rows if row.startswith("Max address space"))
        assert next(row for row in rows if row.startswith("Max file size")).split()[3] == "0"
    finally:
        born.kill()


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
    nursery = child_module._Nursery()
    born = nursery.bear()
    try:
        head, _ = born.run({"op": "survey", "page": "first", "words": ""}, letter, None)
        assert head["pages"] == 1
    finally:
        born.kill()
        nursery.end()
