"""`hoso client add / list / remove`: the systems that may call the API."""

from __future__ import annotations

import json

import click

from catalogue import ExitCode


@click.group(help=__doc__)
def client() -> None:
    """The commands of `hoso client`."""
    from django.core.management import call_command

    from hoso.running import set_up
    from portal.config import load

    set_up(load())
    call_command("migrate", interactive=False, verbosity=0)


@client.command()
@click.argument("name")
@click.option("--agency", required=True, help="Code of the agency that the system acts for; those below it too.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="evidence.search, evidence.read, documents.read, …"
)
@click.option("--kinds", multiple=True, help="Kind of document that it may read; once for each. None: every kind.")
@click.option(
    "--procedure", "procedures", multiple=True, help="Procedure that it may state as purpose. None: every one."
)
@click.option("--basis", "bases", multiple=True, default=("TTHC",), show_default=True, help="TTHC, LAW, CONSENT, …")
@click.option("--webhook", "hooks", multiple=True, help="Address that it may subscribe: https, or http on loopback.")
@click.option("--clearance", type=click.IntRange(1, 4), default=2, show_default=True, help="Highest sensitivity label.")
@click.option("--json", "as_json", is_flag=True, help="Print the client as JSON.")
def add(
    name: str,
    agency: str,
    scopes: tuple[str, ...],
    kinds: tuple[str, ...],
    procedures: tuple[str, ...],
    bases: tuple[str, ...],
    hooks: tuple[str, ...],
    clearance: int,
    as_json: bool,
) -> None:
    """Registers the system NAME. Its secret is shown this once; it is kept hashed."""
    from portal.api import clients

    made = clients.register(
        name,
        agency=agency,
        scopes=scopes,
        kinds=kinds,
        procedures=procedures,
        bases=bases,
        hooks=hooks,
        clearance=clearance,
    )
    if as_json:
        click.echo(json.dumps({"client_id": made.client_id, "client_secret": made.secret}))
        return
    click.echo(f"client_id      {made.client_id}\nclient_secret  {made.secret}")
    click.echo("Giữ kỹ: mã bí mật chỉ hiện một lần này. / Keep it: the secret is shown this once.", err=True)


@client.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the clients as JSON.")
def list_clients(as_json: bool) -> None:
    """Lists the systems that may call."""
    from portal.api import clients

    rows = [
        {
            "client_id": found.application.client_id,
            "name": found.application.name,
            "agency": found.agency,
            "scopes": found.scopes,
            "kinds": found.kinds,
            "procedures": found.procedures,
            "clearance": found.clearance,
        }
        for found in clients.listed()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['client_id']}  {row['agency']}  {row['name']}  {' '.join(row['scopes'])}")


@client.command()
@click.argument("client_id")
def remove(client_id: str) -> None:
    """Forgets a system: its tokens end at once and it is told nothing more."""
    from portal.api import clients

    if not clients.remove(client_id):
        click.echo("Không có hệ thống này. / There is no such client.", err=True)
        raise SystemExit(int(ExitCode.NOT_FOUND))
