"""`hoso account add / list / close / reopen / password`: the people who sign in, from the machine itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from hoso.commands.archive import archive_at_hand

if TYPE_CHECKING:
    from portal.people.services import Made

ROLES = ("officer", "leader", "seal_clerk", "auditor", "admin", "citizen")


@click.group(help=__doc__)
def account() -> None:
    """The commands of `hoso account`."""


@account.command()
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Full name, family name first.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Once for each role.")
@click.option("--agency", "agencies", multiple=True, help="Code of the agency that they work for; once for each.")
@click.option("--desk", default="", help="Counter, as printed on receipts.")
@click.option("--clearance", type=click.IntRange(1, 4), default=1, show_default=True, help="Highest sensitivity label.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def add(
    username: str,
    full_name: str,
    roles: tuple[str, ...],
    agencies: tuple[str, ...],
    desk: str,
    clearance: int,
    as_json: bool,
) -> None:
    """Opens the account USERNAME. Its password is shown this once and is changed at the first sign-in.

    For a citizen the citizen ID is asked for, or read from standard input, never taken from the command line.
    """
    citizen_id = click.prompt("Số định danh / citizen ID", hide_input=True, err=True) if "citizen" in roles else ""
    with archive_at_hand():
        from accounts import Role
        from portal.people import services

        details = services.Details(full_name, tuple(Role(role) for role in roles), agencies, desk, clearance)
        _say(services.make(username, details, services.OPERATOR, citizen_id=citizen_id), as_json)


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the accounts as JSON.")
def list_accounts(as_json: bool) -> None:
    """Lists the accounts."""
    rows = []
    with archive_at_hand():
        from portal.people import services

        after = ""
        while found := services.people(after=after):
            rows += [
                {
                    "username": user.username,
                    "name": user.full_name,
                    "roles": user.roles,
                    "agencies": user.agencies,
                    "clearance": user.clearance,
                    "active": user.is_active,
                }
                for user in found
            ]
            after = found[-1].username
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        closed = "" if row["active"] else "  (đã khóa / closed)"
        click.echo(
            f"{row['username']:<20} {','.join(row['roles']):<24} {','.join(row['agencies'])}  {row['name']}{closed}"
        )


@account.command()
@click.argument("username")
def close(username: str) -> None:
    """Lets nobody sign in with USERNAME any more and ends its sessions."""
    with archive_at_hand():
        from portal.people import services

        services.close(services.named(username).pk, services.OPERATOR)


@account.command()
@click.argument("username")
def reopen(username: str) -> None:
    """Opens the closed account USERNAME again."""
    with archive_at_hand():
        from portal.people import services

        services.reopen(services.named(username).pk, services.OPERATOR)


@account.command()
@click.argument("username")
@click.option("--json", "as_json", is_flag=True, help="Print the password as JSON.")
def password(username: str, as_json: bool) -> None:
    """Gives USERNAME a new password, shown this once."""
    with archive_at_hand():
        from portal.people import services

        _say(services.give_password(services.named(username).pk, services.OPERATOR), as_json)


def _say(made: Made, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"username": made.user.username, "password": made.password}))
        return
    click.echo(f"{made.user.username}  {made.password}")
    click.echo("Mật khẩu chỉ hiện một lần này. / The password is shown this once.", err=True)
