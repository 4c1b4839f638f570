"""`hoso sign`: signs files or a folder of files with a profile, on the DEMO authority unless a key is named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from catalogue import ExitCode, HosoError
from hoso.commands.verify import no_file, trust_of
from portal.config import load
from signing import (
    HttpTransport,
    Job,
    Level,
    Mark,
    Outcome,
    Pkcs12Signer,
    Profile,
    Services,
    Signer,
    profile,
    profiles,
    require_public_address,
    sign_many,
)
from signing.demo import Authority, home

PERSON, AGENCY = "Người Ký Mẫu", "Cơ quan Mẫu"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", "profile_name", required=True, help=f"One of: {', '.join(profiles())}.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A .pdf for one file, else a folder.")
@click.option("--level", type=click.Choice([str(one) for one in Level if one is not Level.NONE]), default=None)
@click.option("--name", default="", help="Who signs, as the mark shows it; names the DEMO certificate too.")
@click.option("--agency", default="", help="The agency, as the mark shows it.")
@click.option("--form", default="", help="Form of a copy: SAO Y, SAO LỤC, TRÍCH SAO.")
@click.option("--image", type=click.Path(path_type=Path), help="PNG of the signature or seal, transparent background.")
@click.option("--p12", type=click.Path(path_type=Path), help="PKCS#12 key instead of the DEMO authority.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Holds the key's passphrase; else asked.")
@click.option("--tsa", multiple=True, help="Time-stamp authority (RFC 3161); several are tried in order.")
@click.option("--trust", "roots", multiple=True, type=click.Path(path_type=Path), help="Trusted roots, PEM or DER.")
@click.option("--allow", multiple=True, help="OCSP and CRL addresses that may be asked, as http://host/path.")
@click.option("-j", "at_once", default=4, show_default=True, help="Documents signed at the same time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document on standard output.")
def sign(files: tuple[Path, ...], profile_name: str, out: Path, level: str | None, as_json: bool, **given: Any) -> None:
    """Sign PDF FILES (or the PDFs of folders) and write them to --out."""
    chosen = profile(profile_name)
    signer, services = _keys(chosen, given)
    targets = _targets(files, out)
    mark = Mark(given["name"], given["agency"], given["form"], given["image"].read_bytes() if given["image"] else None)
    jobs = (Job(str(source), source.read_bytes(), mark) for source in targets)
    wanted = Level(level) if level else None
    worst = asyncio.run(_all(jobs, targets, chosen, signer, services, wanted, given["at_once"], as_json))
    raise SystemExit(int(worst))


async def _all(
    jobs: Iterator[Job],
    targets: dict[Path, Path],
    chosen: Profile,
    signer: Signer,
    services: Services,
    level: Level | None,
    at_once: int,
    as_json: bool,
) -> ExitCode:
    worst = ExitCode.OK
    signing = sign_many(jobs, profile=chosen, signer=signer, services=services, level=level, concurrency=at_once)
    async for outcome in signing:
        target = targets[Path(outcome.key)]
        if outcome.signed is not None:
            _keep(outcome.signed.pdf, target)
        else:
            assert outcome.error is not None
            worst = worst or outcome.error.exit_code
        _say(outcome, target, as_json)
    return worst


def _keys(chosen: Profile, given: dict[str, Any]) -> tuple[Signer, Services]:
    config = load()
    if given["p12"] is None:
        authority = Authority(home(config.data), env=config.env)
        if chosen.signer == "agency":
            agency = given["agency"] or given["name"] or AGENCY
            return authority.issue(agency, "agency", organisation=agency), authority.services
        return authority.issue(given["name"] or PERSON, "officer"), authority.services
    require_public_address(config.public_url)
    signer = Pkcs12Signer.load(no_file(given["p12"]), _passphrase(given["passphrase_file"]))
    transport = HttpTransport((*given["allow"], *given["tsa"]))
    trust = trust_of(given["roots"], transport=transport, others=signer.chain, data=None)
    return signer, Services(trust, given["tsa"], transport)


def _passphrase(path: Path | None) -> bytes:
    if path is None:
        return str(click.prompt("PIN", hide_input=True, err=True)).encode()
    return no_file(path).read_bytes().rstrip(b"\r\n")


def _targets(files: tuple[Path, ...], out: Path) -> dict[Path, Path]:
    """Input → output; a folder stands for its PDFs, and two inputs of one name do not meet in one output."""
    sources: list[Path] = []
    for file in files:
        sources += sorted(file.glob("*.pdf")) if file.is_dir() else [no_file(file)]
    if len(files) == 1 and not files[0].is_dir() and out.suffix.lower() == ".pdf" and not out.is_dir():
        return {sources[0]: out}
    taken: set[str] = set()
    targets = {}
    for source in dict.fromkeys(sources):
        name, number = source.stem, 1
        while name in taken:
            number += 1
            name = f"{source.stem}-{number}"
        taken.add(name)
        targets[source] = out / f"{name}.pdf"
    return targets


def _keep(pdf: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(pdf)
    fresh.replace(target)


def _say(outcome: Outcome, target: Path, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": outcome.key, **_told(outcome, target)}, ensure_ascii=False))
    elif outcome.signed is None:
        assert isinstance(outcome.error, HosoError)
        click.echo(f"{outcome.key}: {outcome.error.vi} / {outcome.error.en} [{outcome.error.code}]", err=True)
    else:
        signed = outcome.signed
        why = "" if signed.complete else " — " + " ".join(reason.vi for reason in signed.reasons)
        click.echo(f"{target}: {signed.level} — {signed.signer}{why}")


def _told(outcome: Outcome, target: Path) -> dict[str, object]:
    if outcome.signed is None:
        assert outcome.error is not None
        return {"error": outcome.error.as_dict()}
    signed = outcome.signed
    place = signed.mark_box
    return {
        "out": str(target),
        "signer": signed.signer,
        "level": str(signed.level),
        "wanted": str(signed.wanted),
        "signed_at": signed.signed_at.isoformat() if signed.signed_at else None,
        "claimed_at": signed.claimed_at.isoformat(),
        "reasons": [reason.code for reason in signed.reasons],
        "mark": {"page": place.page, "box": list(place.box)} if place else None,
        "demo": signed.demo,
    }
