"""`hoso signing renew`: archive time-stamps renewed before they age, of plain files or of the whole archive."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from catalogue import ExitCode, HosoError
from hoso.cli import tell
from hoso.commands.archive import archive_at_hand
from hoso.commands.sign import paired, write_whole
from hoso.commands.verify import trust_of
from hoso.faults import told
from portal.config import load
from signing import HttpTransport, Lapse, Services, Signed, lapse, renew
from signing.demo import Authority, home
from signing.renewal_errors import NothingToRenew


@click.group(help=__doc__)
def signing() -> None:
    """The commands of `hoso signing`."""


@signing.command("renew")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Where renewed files go: a .pdf for one, else a folder.")
@click.option("--before", default=None, type=click.IntRange(min=0), help="Renew what lapses within so many days.")
@click.option("--dry-run", is_flag=True, help="Say what would be renewed, and renew nothing.")
@click.option(
    "--tsa", multiple=True, help="Time-stamp authority (RFC 3161); several are tried in order. Default: DEMO."
)
@click.option("--trust", "roots", multiple=True, type=click.Path(path_type=Path), help="Trusted roots, PEM or DER.")
@click.option("--allow", multiple=True, help="OCSP and CRL addresses that may be asked, as http://host/path.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file on standard output.")
def renew_files(
    files: tuple[Path, ...],
    out: Path | None,
    before: int | None,
    dry_run: bool,
    tsa: tuple[str, ...],
    roots: tuple[Path, ...],
    allow: tuple[str, ...],
    as_json: bool,
) -> None:
    """Renew the archive time-stamps of FILES (or of the PDFs of folders); without FILES those of the archive."""
    if not files:
        if out is not None or tsa or roots or allow:
            raise click.UsageError("The archive is renewed with its own settings (HOSO_TSA, HOSO_TRUST, …).")
        raise SystemExit(int(_archive(before, dry_run=dry_run, as_json=as_json)))
    if out is None and not dry_run:
        raise click.UsageError("--out is needed where files are renewed.")
    days = load().renew_before if before is None else before
    until = datetime.now(UTC) + timedelta(days=days)
    services = _services(tsa, roots, allow)
    worst = ExitCode.OK
    for source, target in paired(files, out or Path()).items():
        worst = worst or _one(source, target, until, services, dry_run=dry_run, as_json=as_json)
    raise SystemExit(int(worst))


def _archive(before: int | None, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Looks at what is new, then renews what is due, here and now; a running server may do some of it meanwhile."""
    with archive_at_hand():
        import storage
        from workers import renewal, runner

        looked = renewal.look(fresh=True)
        until = renewal.horizon(before)
        held = storage.lapses_before(until).held
        lines = []
        for one in storage.lapsing(until):
            line = {"document": str(one.document), "version": one.version, "lapses_at": _day(one.lapses_at)}
            if not dry_run:
                job = renewal.demand(one)
                runner.run(job.id)
                job.refresh_from_db()
                line |= {"state": str(job.state), "error": job.error_code}
            lines.append(line)
    if as_json:
        told = {"schema": "hoso.renewal/1", "looked": looked, "held": held, "due": lines}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(" ".join(str(part) for part in line.values() if part != ""))
        click.echo(
            f"Đến hạn / due: {len(lines)} · đang bị hạn chế / restricted: {held} · mới xem / looked at: {looked}"
        )
    return ExitCode.UNAVAILABLE if any(line.get("state", "done") != "done" for line in lines) else ExitCode.OK


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment is not None else ""


def _one(source: Path, target: Path, until: datetime, services: Services, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Renews one file if it is time; a failure is its own."""
    try:
        pdf = source.read_bytes()
        found = lapse(pdf, strength=services.trust.strength)
        if found.at is None:
            raise NothingToRenew
        due = found.at <= until
        renewed = renew(pdf, services=services) if due and not dry_run else None
        if renewed is not None and renewed.complete:
            write_whole(renewed.pdf, target)
    except (HosoError, OSError) as raised:
        error = told(raised)
        if as_json:
            click.echo(json.dumps({"file": str(source), "error": error.as_dict()}, ensure_ascii=False))
        else:
            click.echo(f"{source}:", err=True)
            tell(error)
        return error.exit_code
    _say(source, target, found, due, renewed, as_json)
    return ExitCode.UNAVAILABLE if renewed is not None and not renewed.complete else ExitCode.OK


def _say(source: Path, target: Path, found: Lapse, due: bool, renewed: Signed | None, as_json: bool) -> None:
    assert found.at is not None
    done = renewed is not None and renewed.complete
    if as_json:
        line = {
            "file": str(source),
            "lapses_at": found.at.isoformat(),
            "why": found.why,
            "due": due,
            "out": str(target) if done else None,
            "level": str(renewed.level) if renewed is not None and done else None,
            "reasons": [reason.code for reason in renewed.reasons] if renewed is not None else [],
        }
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    words = f"đáng tin đến / can be believed until {found.at:%Y-%m-%d} ({found.why})"
    if done:
        words += f" → {target}"
    elif renewed is not None:
        words += " — " + " ".join(reason.vi for reason in renewed.reasons)
    elif due:
        words += " — đến hạn / due"
    click.echo(f"{source}: {words}")


def _services(tsa: tuple[str, ...], roots: tuple[Path, ...], allow: tuple[str, ...]) -> Services:
    """The named ones; without any those of the DEMO authority. Raises `NoFile`, `AuthorityRefused`."""
    if not (tsa or roots):
        config = load()
        return Authority(home(config.data), env=config.env).services
    transport = HttpTransport((*allow, *tsa))
    return Services(trust_of(roots, transport=transport), tsa, transport)
