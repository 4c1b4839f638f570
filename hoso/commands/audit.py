"""`hoso audit verify`: proves the event log complete and unaltered."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from hoso.cli import tell
from hoso.commands.archive import archive_at_hand


@click.group(help=__doc__)
def audit() -> None:
    """The commands of `hoso audit`."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report, or the error, as JSON.")
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Follows the chain of hashes from the first event to the last and compares it with the anchors in the store.

    A log that is whole gets a new anchor, so that what is proven now cannot be cut away later.
    """
    with archive_at_hand():
        import storage

        try:
            report = storage.verify_log()
        except storage.LogBroken as error:
            tell(error, as_json)
            ctx.exit(int(error.exit_code))
        storage.anchor()
    if as_json:
        click.echo(json.dumps({"schema": "hoso.audit-verify/1", **asdict(report)}))
    else:
        click.echo(
            f"Nhật ký nguyên vẹn / the log is whole: {report.events} sự kiện / events, "
            f"{report.anchors} mốc / anchors\n{report.head}"
        )
