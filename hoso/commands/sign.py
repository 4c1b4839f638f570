"""`hoso sign`: signs files or a folder of files with a profile, on the DEMO authority unless a key is named."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from catalogue import ExitCode, HosoError
from hoso.cli import tell
from hoso.commands.verify import no_file, trust_of
from hoso.faults import told
from portal.config import load
from signing import (
    HttpTransport,
    Job,
    Level,
    Mark,
    Outcome,
    Profile,
    Services,
    Signer,
    open_key,
    profile,
    profiles,
    require_public_address,
    sign_many,
)
from signing.demo import Authority, home

PERSON, AGENCY = "Người Ký Mẫu", "Cơ quan Mẫu"
MOST_PIXELS = 25_000_000
"""No picture of a signature or a seal is larger."""


class BadImage(HosoError):
    code = "signing.bad_image"
    message_vi = "Ảnh chữ ký hoặc con dấu không phải PNG đọc được, hoặc lớn hơn 25 triệu điểm ảnh."
    message_en = "The picture of the signature or seal is no readable PNG, or has more than 25 megapixels."
    next_vi = "Lưu lại ảnh thành PNG nền trong suốt rồi ký lại."
    next_en = "Save the picture as PNG with a transparent background, then sign again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", "profile_name", required=True, help=f"One of: {', '.join(profiles())}, or one's own.")
@click.option(
    "--profiles",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of signing profiles of one's own (TOML); else HOSO_PROFILES.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A .pdf for one file, else a folder.")
@click.option("--level", type=click.Choice([str(one) for one in Level if one is not Level.NONE]), default=None)
@click.option("--name", default="", help="Who signs, as the mark shows it; names the DEMO certificate too.")
@click.option("--agency", default="", help="The agency, as the mark shows it.")
@click.option("--form", default="", help="Form of a copy: SAO Y, SAO LỤC, TRÍCH SAO.")
@click.option("--image", type=click.Path(path_type=Path), help="PNG of the signature or seal, transparent background.")
@click.option("--p12", type=click.Path(path_type=Path), help="PKCS#12 key instead of the DEMO authority.")
@click.option("--key", type=click.Path(path_type=Path), help="A key's settings (TOML): token, remote service, file.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Holds the passphrase or PIN; else asked.")
@click.option("--tsa", multiple=True, help="Time-stamp authority (RFC 3161); several are tried in order.")
@click.option("--trust", "roots", multiple=True, type=click.Path(path_type=Path), help="Trusted roots, PEM or DER.")
@click.option("--allow", multiple=True, help="OCSP and CRL addresses that may be asked, as http://host/path.")
@click.option("-j", "at_once", default=4, show_default=True, help="Documents signed at the same time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document on standard output.")
def sign(files: tuple[Path, ...], profile_name: str, out: Path, level: str | None, as_json: bool, **given: Any) -> None:
    """Sign PDF FILES (or the PDFs of folders) and write them to --out."""
    config = load()
    chosen = profile(profile_name, given["folder"] or config.profiles_folder, config.agency)
    signer, services = _keys(chosen, given)
    targets = paired(files, out)
    image = _image(given["image"]) if given["image"] else None
    mark = Mark(given["name"], given["agency"], given["form"], image)
    wanted = Level(level) if level else None
    worst = asyncio.run(_all(mark, targets, chosen, signer, services, wanted, given["at_once"], as_json))
    raise SystemExit(int(worst))


async def _all(
    mark: Mark,
    targets: dict[Path, Path],
    chosen: Profile,
    signer: Signer,
    services: Services,
    level: Level | None,
    at_once: int,
    as_json: bool,
) -> ExitCode:
    worst = ExitCode.OK
    unread: list[Outcome] = []
    jobs = _jobs(targets, mark, unread)
    signing = sign_many(jobs, profile=chosen, signer=signer, services=services, level=level, concurrency=at_once)
    async for outcome in signing:
        kept = _kept(outcome, targets[Path(outcome.key)])
        worst = worst or _code(kept)
        _say(kept, targets[Path(outcome.key)], as_json)
    for outcome in unread:
        worst = worst or _code(outcome)
        _say(outcome, targets[Path(outcome.key)], as_json)
    return worst


def _jobs(targets: dict[Path, Path], mark: Mark, unread: list[Outcome]) -> Iterator[Job]:
    """The documents; one that cannot be read goes to `unread` and stops nobody."""
    for source in targets:
        try:
            yield Job(str(source), source.read_bytes(), mark)
        except OSError as error:
            unread.append(Outcome(str(source), error=told(error)))


def _code(outcome: Outcome) -> ExitCode:
    return outcome.error.exit_code if outcome.error is not None else ExitCode.OK


def _kept(outcome: Outcome, target: Path) -> Outcome:
    """The outcome once the signed file is on the disk, or why it is not."""
    if outcome.signed is None:
        return outcome
    try:
        write_whole(outcome.signed.pdf, target)
    except OSError as error:
        return Outcome(outcome.key, error=told(error))
    return outcome


def _keys(chosen: Profile, given: dict[str, Any]) -> tuple[Signer, Services]:
    config = load()
    named = given["key"] or given["p12"]
    if named is None:
        authority = Authority(home(config.data), env=config.env)
        if chosen.signer == "agency":
            agency = given["agency"] or given["name"] or AGENCY
            return authority.issue(agency, "agency", organisation=agency), authority.services
        return authority.issue(given["name"] or PERSON, "officer"), authority.services
    require_public_address(config.public_url)
    signer = open_key(no_file(named), _passphrase(given["passphrase_file"]))
    transport = HttpTransport((*given["allow"], *given["tsa"]))
    trust = trust_of(given["roots"], transport=transport, others=signer.chain, data=None)
    return signer, Services(trust, given["tsa"], transport)


def _image(path: Path) -> bytes:
    """The picture for a mark. Raises `BadImage`."""
    from PIL import Image

    content = no_file(path).read_bytes()
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            small = picture.width * picture.height <= MOST_PIXELS
            picture.verify()
    except Exception as error:  # Pillow raises many kinds, for damage and for pictures made to fill the memory
        raise BadImage from error
    if not small:
        raise BadImage
    return content


def _passphrase(path: Path | None) -> str:
    if path is None:
        return str(click.prompt("PIN", hide_input=True, err=True))
    return no_file(path).read_text(encoding="utf-8").rstrip("\r\n")


def paired(files: tuple[Path, ...], out: Path) -> dict[Path, Path]:
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


def write_whole(pdf: bytes, target: Path) -> None:
    """Writes a file whole or not at all. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_bytes(pdf)
        fresh.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def _say(outcome: Outcome, target: Path, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": outcome.key, **_told(outcome, target)}, ensure_ascii=False))
    elif outcome.signed is None:
        assert outcome.error is not None
        click.echo(f"{outcome.key}:", err=True)
        tell(outcome.error)
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
