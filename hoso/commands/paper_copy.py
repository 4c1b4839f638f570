"""`hoso paper-copy`: an electronic document as a PDF to print, with the mark that says where to look it up."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from catalogue import ExitCode, HosoError
from hoso.commands.verify import no_file, own_trust
from paper import Conversion, System
from paper import paper_copy as made_of
from portal.config import Config, load
from signing import Status
from signing import verify as verify_pdf


class NotConverted(HosoError):
    code = "hoso.not_converted"
    message_vi = "Không lập bản giấy của “{name}”: {why_vi}"
    message_en = "No paper copy is made of “{name}”: {why_en}"
    next_vi = "Lấy lại đúng tệp đã ban hành từ kho rồi thử lại."
    next_en = "Fetch the file as it was issued from the archive, then try again."
    exit_code = ExitCode.REFUSED
    status = 409


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--code", required=True, help="The look-up code that stands on the result.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--system", default="hoso", show_default=True, help="Name of the system, as the mark says it.")
@click.option("--converter", default="", help="Full name of who converts it; the code alone suffices too.")
def paper_copy(file: Path, code: str, out: Path, system: str, converter: str) -> None:
    """Make a paper copy of the signed PDF FILE. A file whose signatures are not all valid is refused, and so is the
    code of another document. Where HOSO_DATA holds an installation, it is told whether its archive has the file."""
    config = load()
    pdf = no_file(file).read_bytes()
    report = verify_pdf(pdf, trust=own_trust(config))
    if report.verdict is not Status.VALID:
        raise NotConverted(name=file.name, why_vi=report.lines("vi")[0], why_en=report.lines("en")[0])
    said = archive_says(pdf, code, file.name) if _at_hand(config) else ()
    base = config.public_url or f"http://127.0.0.1:{config.port}"
    told = System(name=system, public_url=base, demo=config.env == "demo")
    content = made_of(pdf, Conversion(told, code, datetime.now(UTC), converter))
    fresh = out.with_name(f"{out.name}.{os.getpid()}.new")
    fresh.write_bytes(content)
    fresh.replace(out)
    for line in said:
        click.echo(line, err=True)
    click.echo(str(out))


def _at_hand(config: Config) -> bool:
    """Whether there is an installation whose index can be asked."""
    return bool(config.db_url) or (config.data / "hoso.sqlite3").is_file()


def archive_says(pdf: bytes, code: str, name: str) -> tuple[str, ...]:
    """What this installation's archive knows of the file, in Vietnamese and English; the asking is an event there.

    Raises NotConverted where the code is known and leads to another document.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.utils.translation import override

    from dossiers import queries
    from dossiers.errors import PartNotFound
    from portal.people.services import OPERATOR
    from portal.verify import intake, standing
    from storage import recognize

    known = recognize(hashlib.sha256(pdf).hexdigest(), OPERATOR)
    with suppress(PartNotFound):
        document = queries.result_by_token(code).document
        if known is None or document != known.document:
            why_vi = "mã tra cứu dẫn đến văn bản khác trong kho này."
            raise NotConverted(name=name, why_vi=why_vi, why_en="its look-up code leads to another document here.")
    if known is None:
        return "Tệp này không có trong kho của hệ thống này.", "This file is not in this archive."
    words = []
    for language in ("vi", "en"):
        with override(language):
            words.append(standing.of_document(known.document, intake.form_of(known)).word)
    return (
        f"Tệp đúng là bản đã ký trong kho này: {words[0]}.",
        f"The file is a signed version in this archive: {words[1]}.",
    )
