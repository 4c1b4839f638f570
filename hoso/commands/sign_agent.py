"""`hoso sign-agent`: runs on the officer's PC and signs for the server with the USB token that is plugged in there."""

from __future__ import annotations

from pathlib import Path

import click

from hoso.commands.verify import no_file
from signing import Agent, Connected, Offer, Pkcs11Signer, TokenKey

SHOWN = 20
"""Titles of a batch that are shown; the others are counted."""


@click.command("sign-agent", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("server")
@click.option("--ticket", help="The one-time ticket that the page shows; else asked.")
@click.option("--ticket-file", type=click.Path(path_type=Path), help="Holds that ticket.")
@click.option("--module", required=True, envvar="HOSO_TOKEN_MODULE", help="PKCS#11 module of the token (.so, .dll).")
@click.option("--token", required=True, envvar="HOSO_TOKEN", help="Label or serial number of the token.")
@click.option("--key", default="", help="Label or hex id of the key; none: the only one on the token.")
@click.option("--pkcs1", is_flag=True, help="RSA PKCS#1 v1.5, for tokens that cannot do PSS.")
@click.option("--pin-file", type=click.Path(path_type=Path), help="Holds the PIN; else asked.")
@click.option("--ca", type=click.Path(path_type=Path), help="Certificate of the server's own authority (PEM).")
@click.option("--yes", is_flag=True, help="Agree to every batch without being asked.")
def sign_agent(
    server: str,
    ticket: str | None,
    ticket_file: Path | None,
    module: str,
    token: str,
    key: str,
    pkcs1: bool,
    pin_file: Path | None,
    ca: Path | None,
    yes: bool,
) -> None:
    """Sign what the desk at SERVER (https://motcua.example.vn) sends, until it ends the session.

    Each batch is shown before it is signed. The PIN and the key stay on this PC.
    """
    where = TokenKey(module, token, key, legacy_padding=pkcs1)
    told = ticket or _secret(ticket_file, "Mã dùng một lần / Ticket")
    with Pkcs11Signer(where, _secret(pin_file, "PIN")) as signer:
        ca_file = str(no_file(ca)) if ca else ""
        agent = Agent(server, told, signer, ask=_agreed if yes else _asked, ca_file=ca_file, say=_say)
        click.echo(f"Đã ký / Signed: {agent.run()}")


def _asked(offer: Offer) -> bool:
    """Shows a batch and waits for the officer's word."""
    _show(offer)
    return click.confirm("Đồng ý ký? / Sign?", default=False)


def _agreed(offer: Offer) -> bool:
    _show(offer)
    return True


def _show(offer: Offer) -> None:
    more = " thêm / more" if offer.more else ""
    click.echo(f"\nChờ ký{more} / To sign{more}: {offer.count}")
    for title in offer.titles[:SHOWN]:
        click.echo(f"  - {''.join(letter for letter in title if letter.isprintable())}")
    if offer.titles and offer.count > SHOWN:
        click.echo(f"  … +{offer.count - SHOWN}")


def _say(news: int | Connected) -> None:
    if isinstance(news, Connected):
        minutes = round(news.seconds / 60)
        click.echo(f"Đã kết nối: {news.name}, {minutes} phút. / Connected for {minutes} minutes. Ctrl-C: dừng / stop.")
    else:
        click.echo(f"+{news}")


def _secret(path: Path | None, name: str) -> str:
    if path is None:
        return str(click.prompt(name, hide_input=True, err=True))
    return no_file(path).read_text(encoding="utf-8").strip()
