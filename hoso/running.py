"""What `hoso serve` and `hoso demo` share: signals, the demo accounts, the samples fed beside the supervisor."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from hoso.errors import DemoFailed
from hoso.objectstore import write_private
from portal.config import Config

if TYPE_CHECKING:
    from hoso.demo import Summary

ACCOUNTS = "demo-accounts.json"


def install_stop() -> threading.Event:
    """Ctrl-C and SIGTERM set the event, once each; what was begun is stopped in order."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return stop


def set_up(config: Config) -> None:
    """Makes Django ready in this process, on the same settings as the children."""
    for name, value in config:
        os.environ[f"HOSO_{name.upper()}"] = str(value)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import logging

    import django

    django.setup()
    logging.getLogger().setLevel(logging.ERROR)  # the terminal is for people; the children's logs are in files


def demo_accounts(config: Config) -> list[dict[str, str]]:
    """The demo accounts with their passwords: made at the first call, then read from a file of mode 0600."""
    from accounts import make_demo_accounts

    path = config.data / ACCOUNTS
    known = {entry["username"]: entry for entry in json.loads(path.read_text("utf-8"))} if path.exists() else {}
    made = make_demo_accounts(config.agency)
    if any(account.password is None and account.username not in known for account in made):
        made = make_demo_accounts(config.agency, reset=True)
    for account in made:
        if account.password is not None:
            known[account.username] = {
                "username": account.username,
                "name": account.full_name,
                "role": str(account.role),
                "password": account.password,
            }
    write_private(path, json.dumps(list(known.values()), ensure_ascii=False, indent=1))
    return list(known.values())


def say_accounts(config: Config) -> None:
    """Prints the demo accounts at the first start; later only where they stand."""
    path = config.data / ACCOUNTS
    first = not path.exists()
    set_up(config)
    accounts = demo_accounts(config)
    if first:
        click.echo("Tài khoản trình diễn (chỉ in một lần) / demo accounts (printed once):")
        for account in accounts:
            click.echo(f"  {account['username']:<10} {account['password']:<22} {account['role']:<11} {account['name']}")
    click.echo(f"Tài khoản trình diễn / demo accounts: {path}")


class Feeding(threading.Thread):
    """Feeds the samples while the supervisor watches its processes from the main thread."""

    def __init__(self, config: Config) -> None:
        super().__init__(name="demo", daemon=True)
        self.config = config
        self.summary: Summary | None = None
        self.error: BaseException | None = None
        self._over = threading.Event()
        self._go = threading.Event()

    def go(self) -> None:
        """Everything is up: the samples may be fed. Until then this thread only loads what it needs."""
        self._go.set()

    @property
    def over(self) -> bool:
        """Whether the samples are through, well or badly."""
        return self._over.is_set()

    def run(self) -> None:
        """Does it all; what went wrong is kept for `result`."""
        try:
            set_up(self.config)
            from django.db import connection

            from hoso import demo

            self._go.wait()
            try:
                demo_accounts(self.config)
                with click.progressbar(
                    length=demo.units(), label="Hồ sơ mẫu / samples", file=sys.stderr, item_show_func=_said
                ) as bar:
                    self.summary = demo.run(self.config.agency, lambda what, done: bar.update(done, what))
            finally:
                connection.close()
        except BaseException as error:
            self.error = error
        finally:
            self._over.set()

    def result(self, *, stopped: bool) -> Summary:
        """The summary. Raises what went wrong."""
        if self.error is not None:
            raise self.error
        if self.summary is None:
            raise DemoFailed(what="Ctrl-C" if stopped else "?", code="stopped")
        return self.summary


def _said(what: Any) -> str:
    return str(what or "")


def say_summary(summary: Summary) -> None:
    """What was archived, reused and signed, on standard output."""
    levels = ", ".join(f"{count} × {level}" for level, count in sorted(summary.certified.items()))
    click.echo(f"Hồ sơ / dossiers: {', '.join(summary.dossiers)}")
    click.echo(
        f"Lưu trữ / archived: {summary.documents} giấy tờ từ {summary.files} tệp, {summary.pages} trang đính kèm "
        f"({summary.documents} documents from {summary.files} files, {summary.pages} pages attached)"
    )
    if summary.fields_agreed or summary.fields_corrected:
        click.echo(
            f"Kiểm tra / checked: {summary.fields_agreed} trường đọc đúng, {summary.fields_corrected} trường được sửa; "
            "đáp án của dữ liệu mẫu thay cho cán bộ (the samples' truth stood in for the officer)"
        )
    click.echo(f"Ký số bản sao / certified: {levels}")
    for code, acts in summary.results.items():
        told = ", ".join(f"{act} {level}" for act, level in acts.items())
        click.echo(f"Kết quả / result: {code}: {told}")
    for code, title in summary.reused:
        click.echo(f"Dùng lại / reused: {code}: {title}")
    click.echo("Chữ ký của cơ quan trình diễn, không có giá trị pháp lý. / Signatures of the DEMO authority.")
