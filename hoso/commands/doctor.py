"""`hoso doctor`: what is installed, what is missing, what to do about it."""

from __future__ import annotations

import json

import click

from catalogue import ExitCode
from hoso.checks import State, run_all
from portal.config import load

_MARKS = {State.OK: "✓", State.WARNING: "!", State.MISSING: "✗"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def doctor(as_json: bool) -> None:
    """Look at this machine and this installation; exit 5 when something needed is missing."""
    found = run_all(load())
    if as_json:
        checks = [check.as_dict() for check in found]
        click.echo(json.dumps({"schema": "hoso.doctor/1", "checks": checks}, ensure_ascii=False, indent=1))
    else:
        for check in found:
            click.echo(f"{_MARKS[check.state]} {check.name:<22} {check.found}")
            if check.next_vi:
                click.echo(f"    → {check.next_vi}\n    → {check.next_en}")
    if any(check.state is State.MISSING for check in found):
        raise SystemExit(int(ExitCode.UNAVAILABLE))
