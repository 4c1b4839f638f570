"""Bad input on the command line: a stable code, two languages, a next step and an exit code; never a trace."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hoso.cli import main
from hoso.objectstore import ObjectStore
from signing.demo import Authority
from tests import hostile
from tests.hoso.test_folder import Desk
from tests.servers import free_port
from tests.workers.conftest import Office

BLIND = """
class Blind:
    name, version, cleaning = "blind", "1", ()
    def recognise(self, page, dpi):
        return []
"""
"""A recogniser for a process of its own: what is tested here is what happens before letters are read."""

DIGITIZE = {
    "zero-byte": "digitize.empty",
    "encrypted": "digitize.encrypted",
    "cut at 30 %": "digitize.damaged",
    "10,000 pages": "digitize.too_many_pages",
    "picture bomb in a PDF": "digitize.page_too_large",
    "picture bomb": "digitize.page_too_large",
    "zip named pdf": "digitize.unknown_format",
    "no pages": "digitize.no_pages",
}
READ = ["jpeg named pdf", "script and PDF", "JavaScript", "XFA"]
"""Strange, yet whole papers: their page is read and kept, what they would run is not run."""

SIGN = {
    "zero-byte": "signing.unreadable",
    "encrypted": "signing.encrypted",
    "cut at 30 %": "signing.unreadable",
    "zip named pdf": "signing.unreadable",
    "no pages": "signing.unreadable",
}
VERIFY = {
    "zero-byte": "unreadable",
    "encrypted": "encrypted",
    "restricted": "no_signature",
    "cut at 30 %": "unreadable",
    "10,000 pages": "no_signature",
    "zip named pdf": "unreadable",
}


@dataclass
class Said:
    """How a process ended and what it said."""

    code: int
    out: str
    err: str

    def errors(self) -> list[dict[str, str]]:
        """The errors of a run with `--json`, each whole: a code, two languages, a next step in both."""
        found = [json.loads(line)["error"] for line in self.err.splitlines() if line.startswith("{")]
        for error in found:
            whole(error)
        return found


def whole(error: dict[str, str]) -> None:
    """An error says everything that a person needs."""
    for member in ("code", "message_vi", "message_en", "next", "next_en"):
        assert error[member], f"{error['code']} has no {member}"


class Hoso:
    """Runs the command on a throw-away HOSO_DATA: in this process, or in one of its own with nothing of ours."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, screen: pytest.CaptureFixture[str]) -> None:
        self._folder, self._patch, self._screen = folder, patch, screen
        (folder / "blind.py").write_text(BLIND)

    def __call__(self, *arguments: str | Path, room: int = 0, **settings: str) -> Said:
        with self._patch.context() as patch, small_files(room):
            for name in [name for name in os.environ if name.startswith("HOSO_")]:
                patch.delenv(name)
            for name, value in {"HOSO_DATA": str(self._folder / "data"), **settings}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main([str(argument) for argument in arguments])
        out, err = self._screen.readouterr()
        return self._checked(Said(ended.value.code if isinstance(ended.value.code, int) else 0, out, err))

    def process(self, *arguments: str | Path, **settings: str) -> Said:
        """The same as a process."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOSO_", "DJANGO_"))}
        environment |= {"HOSO_DATA": str(self._folder / "data"), "PYTHONPATH": str(self._folder)}
        done = subprocess.run(
            [sys.executable, "-m", "hoso", *map(str, arguments)],
            env=environment | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        return self._checked(Said(done.returncode, done.stdout, done.stderr))

    @staticmethod
    def _checked(said: Said) -> Said:
        assert "Traceback" not in said.err + said.out, said.err
        assert hostile.NUMBER not in said.err
        return said


@pytest.fixture
def hoso(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hoso:
    return Hoso(tmp_path, monkeypatch, capsys)


@contextmanager
def small_files(room: int) -> Iterator[None]:
    """Stands in for a full disk: no file grows beyond `room` bytes (0: no limit). The system says EFBIG, not ENOSPC."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def laid(folder: Path, *names: str) -> dict[str, Path]:
    """The hostile files of those names, each under a name that ends in .pdf whatever it is."""
    folder.mkdir(exist_ok=True)
    files = {name: folder / f"{number:02d}.pdf" for number, name in enumerate(names)}
    for name, path in files.items():
        path.write_bytes(hostile.content(name))
    return files


def plain(said: Said, code: str) -> None:
    """An error in words: two languages, two arrows, its code in brackets."""
    lines = said.err.splitlines()
    assert f"[{code}]" in lines, said.err
    at = lines.index(f"[{code}]")
    assert [line[:2] for line in lines[at - 2 : at]] == ["→ ", "→ "] and lines[at - 4] and lines[at - 3]


def test_digitize_names_what_is_wrong_with_each_file_and_reads_the_others(hoso: Hoso, tmp_path: Path) -> None:
    files = laid(tmp_path / "in", *DIGITIZE, *READ)
    arguments: tuple[str | Path, ...] = (
        "digitize",
        *files.values(),
        "--out",
        tmp_path / "out",
        "--json",
        "--engine",
        "blind:Blind",
    )
    said = hoso.process(*arguments)
    assert said.code == 3, said.err
    assert [error["code"] for error in said.errors()] == list(DIGITIZE.values())
    for name, path in files.items():
        told = json.loads((tmp_path / "out" / f"{path.stem}.json").read_text("utf-8"))
        assert told["schema"] == "hoso.digitize/1"
        if name in READ:
            kept = (tmp_path / "out" / told["documents"][0]["pdf"]).read_bytes()
            assert b"/JavaScript" not in kept and b"/Launch" not in kept and b"/XFA" not in kept, name
        else:
            assert told["error"]["code"] == DIGITIZE[name], name
            assert not (tmp_path / "out" / f"{path.stem}.pdf").exists(), f"{name} left half a result"
    assert not Path("/tmp/hoso-was-run").exists()


def test_digitize_says_it_in_words_too(hoso: Hoso, tmp_path: Path) -> None:
    files = laid(tmp_path / "in", "encrypted")
    said = hoso("digitize", *files.values(), "--out", tmp_path / "out")
    assert said.code == 3 and said.out == ""
    plain(said, "digitize.encrypted")


def test_digitize_onto_a_full_disk_leaves_no_half_file(hoso: Hoso, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(hostile.sound(3))
    out = tmp_path / "out"
    said = hoso("digitize", tmp_path / "a.pdf", "--out", out, room=2_000)
    assert said.code == 5
    plain(said, "digitize.cannot_write")
    told = json.loads((out / "a.json").read_text("utf-8"))
    assert told["error"]["code"] == "digitize.cannot_write"
    assert not list(out.glob(".*"))
    assert hoso("digitize", tmp_path / "a.pdf", "--out", out).code == 0, "with room again, it is simply run again"


def test_digitize_into_a_folder_that_cannot_be(hoso: Hoso, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(hostile.sound())
    said = hoso("digitize", tmp_path / "a.pdf", "--out", "/proc/none")
    assert said.code == 5
    plain(said, "digitize.cannot_write")


def test_sign_refuses_each_and_signs_the_others(hoso: Hoso, tmp_path: Path) -> None:
    laid(tmp_path / "in", *SIGN, "10,000 pages", "JavaScript")
    said = hoso("sign", tmp_path / "in", "--profile", "luu_tru", "--level", "B-B", "--out", tmp_path / "out", "--json")
    assert said.code == 3
    told = {Path(line["file"]).stem: line for line in map(json.loads, said.out.splitlines())}
    for number, code in enumerate(SIGN.values()):
        whole(told[f"{number:02d}"]["error"])
        assert told[f"{number:02d}"]["error"]["code"] == code
    signed = sorted(path.stem for path in (tmp_path / "out").iterdir())
    assert signed == [f"{number:02d}" for number in (len(SIGN), len(SIGN) + 1)]


def test_sign_says_it_in_words_too(hoso: Hoso, tmp_path: Path) -> None:
    files = laid(tmp_path / "in", "encrypted")
    said = hoso("sign", *files.values(), "--profile", "luu_tru", "--out", tmp_path / "o.pdf")
    assert said.code == 3
    plain(said, "signing.encrypted")


def test_sign_onto_a_full_disk_and_with_a_picture_that_is_none(hoso: Hoso, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(hostile.sound())
    given = ("sign", tmp_path / "a.pdf", "--profile", "ket_qua_nguoi_ky", "--level", "B-B")
    hoso(*given, "--out", tmp_path / "first.pdf")
    said = hoso(*given, "--out", tmp_path / "out" / "b.pdf", room=2_000)
    assert said.code == 5
    plain(said, "run.no_space")
    assert list((tmp_path / "out").iterdir()) == []
    (tmp_path / "bomb.png").write_bytes(hostile.content("picture bomb"))
    bomb = hoso(*given, "--out", tmp_path / "c.pdf", "--image", tmp_path / "bomb.png")
    assert bomb.code == 3
    plain(bomb, "signing.bad_image")
    missing = hoso(*given, "--out", tmp_path / "c.pdf", "--image", tmp_path / "none.png")
    assert missing.code == 4
    plain(missing, "signing.no_file")


def test_verify_says_of_each_file_why_it_cannot_be_judged_and_what_to_do(hoso: Hoso, tmp_path: Path) -> None:
    files = laid(tmp_path / "in", *VERIFY)
    said = hoso("verify", *files.values(), "--json")
    assert said.code == 2
    told = [json.loads(line) for line in said.out.splitlines()]
    for name, report in zip(VERIFY, told, strict=True):
        assert (report["verdict"], report["reasons"]) == ("indeterminate", [VERIFY[name]]), name
        (text,) = report["texts"]
        assert all(text[member] for member in ("code", "vi", "en", "next", "next_en"))
    for language, word in (("vi", "mật khẩu"), ("en", "password")):
        worded = hoso("verify", files["encrypted"], "--lang", language)
        assert word in worded.out and "→ " in worded.err and "[encrypted]" in worded.err


def packed(authority: Authority, folder: Path, *, expired: bool) -> tuple[str | Path, ...]:
    """A key of its own as `hoso sign` takes it; the certificate may be over since yesterday."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    until = datetime.now(UTC) - timedelta(days=1)
    since = until - timedelta(days=365)
    signer = (
        authority.issue("Khóa đã hết hạn", "officer", valid_from=since, valid_until=until)
        if expired
        else authority.issue("Khóa riêng", "officer")
    )
    chain = [x509.load_der_x509_certificate(one) for one in signer.chain]
    own = x509.load_der_x509_certificate(signer.certificate)
    sealed = pkcs12.serialize_key_and_certificates(b"k", signer.key, own, chain, BestAvailableEncryption(b"123456"))
    (folder / "key.p12").write_bytes(sealed)
    (folder / "pin").write_text("123456\n")
    (folder / "root.cer").write_bytes(authority.root)
    return "--p12", folder / "key.p12", "--passphrase-file", folder / "pin", "--trust", folder / "root.cer"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_an_expired_certificate_signs_nothing(hoso: Hoso, tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "a.pdf").write_bytes(hostile.sound())
    key = packed(authority, tmp_path, expired=True)
    given = ("sign", tmp_path / "a.pdf", "--profile", "luu_tru", "--out", tmp_path / "o.pdf", *key)
    said = hoso(*given, HOSO_PUBLIC_URL="https://motcua.example.vn")
    assert said.code == 6
    plain(said, "signing.certificate_expired")
    assert not (tmp_path / "o.pdf").exists()


def test_without_a_time_stamp_authority_the_level_is_lower_and_said(
    hoso: Hoso, tmp_path: Path, authority: Authority
) -> None:
    paper = hostile.sound()
    (tmp_path / "a.pdf").write_bytes(paper)
    key = packed(authority, tmp_path, expired=False)
    tsa = ("--tsa", f"http://127.0.0.1:{free_port()}/tsa")
    given = ("sign", tmp_path / "a.pdf", "--profile", "luu_tru", "--out", tmp_path / "o.pdf", *key, *tsa)
    said = hoso(*given, "--json", HOSO_PUBLIC_URL="https://motcua.example.vn")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert (told["level"], told["wanted"], told["signed_at"]) == ("B-B", "B-LTA", None)
    assert "tsa_unavailable" in told["reasons"]
    assert (tmp_path / "o.pdf").read_bytes().startswith(paper)


def test_the_archives_commands_when_the_store_is_down(hoso: Hoso) -> None:
    away = {"HOSO_S3_ENDPOINT": f"127.0.0.1:{free_port()}", "HOSO_S3_ACCESS_KEY": "k", "HOSO_S3_SECRET_KEY": "geheim"}
    said = hoso.process("archive", "verify", "--json", **away)
    assert said.code == 5 and said.out == ""
    assert [error["code"] for error in said.errors()] == ["storage.store_down"]
    assert "geheim" not in said.err and len(said.err.splitlines()) == 1, "told once, in words"


def test_a_folder_a_setting_and_a_database_that_cannot_be_used(hoso: Hoso) -> None:
    cases: list[tuple[str, int, dict[str, str]]] = [
        ("run.file", 5, {"HOSO_DATA": "/proc/none"}),
        ("run.bad_setting", 2, {"HOSO_PORT": "geheim"}),
        ("run.database", 5, {"HOSO_DB_URL": f"postgresql://u:geheim@127.0.0.1:{free_port()}/x"}),
    ]
    for code, status, settings in cases:
        said = hoso.process("archive", "verify", **settings)
        assert said.code == status, said.err
        plain(said, code)
        assert "geheim" not in said.err, "what stands in a setting may be a secret"


def test_what_nobody_foresaw_has_a_code_too_and_its_trace_only_on_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from hoso import cli

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("001190000018")

    monkeypatch.setattr(cli.cli, "main", broken)
    monkeypatch.delenv("HOSO_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor"])
    said = capsys.readouterr().err
    assert ended.value.code == 1 and "[run.unexpected]" in said and hostile.NUMBER not in said
    monkeypatch.setenv("HOSO_DEBUG", "true")
    with pytest.raises(ZeroDivisionError):
        cli.main(["doctor"])


@pytest.mark.s3
def test_a_scan_folder_names_what_it_cannot_take_and_takes_the_rest(
    tmp_path: Path, transactional_db: None, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`hoso intake --once`: an empty file, a disk without room, then the same folder again with room."""
    office = Office()
    desk = Desk(tmp_path, office, office.receive())
    (tmp_path / "a-empty.pdf").touch()
    (tmp_path / "b-encrypted.pdf").write_bytes(hostile.content("encrypted"))
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 4096))
        desk.watch.run(threading.Event(), once=True)
    for code, words in (("storage.full", "giải phóng"), ("storage.empty", "Quét hoặc chọn lại")):
        (line,) = [one for one in desk.said if f"[{code}]" in one]
        assert words in line and " / " in line
    assert (tmp_path / "b-encrypted.pdf").exists() and desk.jobs() == 0
    os.utime(tmp_path / "b-encrypted.pdf")
    desk.rounds()
    assert desk.jobs() == 1, "its content is judged by the job, whose page says that it is encrypted"
