"""`hoso sign-agent`: runs on the officer's PC and signs for the server with the USB token that is plugged in there."""

from __future__ import annotations

from pathlib import Path

import click

from hoso.commands.verify import no_file
from signing import Agent, Pkcs11Signer, TokenKey


@click.command("sign-agent", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--server", required=True, help="Address of the desk, as https://motcua.example.vn.")
@click.option("--ticket-file", type=click.Path(path_type=Path), help="Holds the desk's ticket; else asked.")
@click.option("--module", required=True, help="PKCS#11 module of the token (.so, .dll).")
@click.option("--token", required=True, help="Label or serial number of the token.")
@click.option("--key", default="", help="Label or hex id of the key; none: the only one on the token.")
@click.option("--pkcs1", is_flag=True, help="RSA PKCS#1 v1.5, for tokens that cannot do PSS.")
@click.option("--pin-file", type=click.Path(path_type=Path), help="Holds the PIN; else asked.")
@click.option("--ca", type=click.Path(path_type=Path), help="Certificate of the server's own authority (PEM).")
def sign_agent(
    server: str,
    ticket_file: Path | None,
    module: str,
    token: str,
    key: str,
    pkcs1: bool,
    pin_file: Path | None,
    ca: Path | None,
) -> None:
    """Sign what the desk sends, until the desk ends the session. The PIN and the key stay on this PC."""
    where = TokenKey(module, token, key, legacy_padding=pkcs1)
    ticket = _secret(ticket_file, "Vé / Ticket")
    with Pkcs11Signer(where, _secret(pin_file, "PIN")) as signer:
        ca_file = str(no_file(ca)) if ca else ""
        agent = Agent(server, ticket, signer, ca_file=ca_file, say=_say)
        click.echo("Sẵn sàng ký. / Ready to sign.")
        click.echo(f"Đã ký / Signed: {agent.run()}")


def _say(number: int) -> None:
    click.echo(f"+{number}")


def _secret(path: Path | None, name: str) -> str:
    if path is None:
        return str(click.prompt(name, hide_input=True, err=True))
    return no_file(path).read_text(encoding="utf-8").strip()
