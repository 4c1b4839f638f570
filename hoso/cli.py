"""The `hoso` command: finds the small module that holds a subcommand and imports it only when it is called."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence

import click

from catalogue import HosoError

COMMANDS = {
    "account": "hoso.commands.account:account",
    "archive": "hoso.commands.archive:archive",
    "audit": "hoso.commands.audit:audit",
    "client": "hoso.commands.client:client",
    "digitize": "hoso.commands.digitize:digitize",
    "sign": "hoso.commands.sign:sign",
    "signing": "hoso.commands.signing:signing",
    "sign-agent": "hoso.commands.sign_agent:sign_agent",
    "verify": "hoso.commands.verify:verify",
    "demo": "hoso.commands.demo:demo",
    "doctor": "hoso.commands.doctor:doctor",
    "intake": "hoso.commands.intake:intake",
    "paper-copy": "hoso.commands.paper_copy:paper_copy",
    "serve": "hoso.commands.serve:serve",
}
"""Name of a subcommand → `module:attribute`; a package that adds a command adds one line here."""


class LazyCommands(click.Group):
    """A group whose commands live in modules that are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hoso")
def cli() -> None:
    """hoso: paper in at the counter, a signed and reusable record out."""


def tell(error: HosoError, as_json: bool = False) -> None:
    """Says an error on standard error: Vietnamese, English, the next step, the code."""
    if as_json:
        click.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False), err=True)
        return
    told = error.as_dict()
    click.echo(f"{told['message_vi']}\n{told['message_en']}\n→ {told['next']}\n→ {told['next_en']}", err=True)
    click.echo(f"[{error.code}]", err=True)


def main(args: Sequence[str] | None = None) -> None:
    """Runs the command line; every error becomes a message with a next step, and its exit code."""
    given = sys.argv[1:] if args is None else list(args)
    try:
        cli.main(args=given, prog_name="hoso", standalone_mode=True)
    except Exception as error:
        if not isinstance(error, HosoError) and os.environ.get("HOSO_DEBUG", "").lower() in ("1", "true"):
            raise
        from hoso.faults import told

        found = told(error)
        tell(found, as_json="--json" in given)
        sys.exit(int(found.exit_code))
