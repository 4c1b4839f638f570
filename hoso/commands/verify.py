"""`hoso verify`: says of PDF files whether they are whole, who signed them, when, how; exit code by verdict."""

from __future__ import annotations

import json
from pathlib import Path

import click
from asn1crypto import pem

from catalogue import ExitCode, HosoError
from portal.config import Config, load
from signing import HttpTransport, Report, Status, Strength, Transport, Trust, TrustRoot, trust_store, validation_report
from signing import verify as verify_pdf
from signing.demo import Authority, home


class NoFile(HosoError):
    code = "signing.no_file"
    message_vi = "Không tìm thấy tệp “{name}”."
    message_en = "There is no file “{name}”."
    next_vi = "Kiểm tra lại đường dẫn."
    next_en = "Check the path."
    exit_code = ExitCode.NOT_FOUND
    status = 404


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="hoso.verify/1; several files: one object a line.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--trust",
    "roots",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Trusted roots, PEM or DER, or a folder of them with trust.toml. Default: HOSO_TRUST.",
)
@click.option("--allow", multiple=True, help="OCSP and CRL addresses that may be asked; none: offline.")
@click.option("--report", "xml", type=click.Path(path_type=Path), help="ETSI TS 119 102-2 report; several: a folder.")
def verify(
    files: tuple[Path, ...], as_json: bool, lang: str, roots: tuple[Path, ...], allow: tuple[str, ...], xml: Path | None
) -> None:
    """Verify PDF FILES. Exits 0 if all are valid, 1 if one is invalid, 2 if one cannot be decided."""
    config = load()
    transport = HttpTransport(allow) if allow else None
    trust = own_trust(config, roots, transport)
    targets = _reports(files, xml) if xml is not None else {}
    verdicts = []
    for file in files:
        content = no_file(file).read_bytes()
        report = verify_pdf(content, trust=trust)
        verdicts.append(report.verdict)
        if file in targets:
            targets[file].write_bytes(validation_report(content, report, trust=trust))
        _say(file, report, as_json, lang, several=len(files) > 1)
    worst = next(one for one in (Status.INVALID, Status.INDETERMINATE, Status.VALID) if one in verdicts)
    raise SystemExit(worst.exit_code)


def own_trust(config: Config, roots: tuple[Path, ...] = (), transport: Transport | None = None) -> Trust:
    """The roots named, else those of the installation; outside production its DEMO authority too."""
    roots = roots or tuple(folder for folder in (config.trust_folder,) if folder.is_dir())
    return trust_of(roots, transport=transport, data=None if config.env == "production" else config.data)


def trust_of(
    roots: tuple[Path, ...],
    *,
    transport: Transport | None = None,
    others: tuple[bytes, ...] = (),
    data: Path | None = None,
) -> Trust:
    """The roots of files and of folders, which say when each is believed (`trust.toml`), and the DEMO authority of an
    installation if it has one; its services are in this process. Raises `NoFile`, `BadTrustStore`."""
    found: list[TrustRoot] = []
    strength = Strength.default()
    for path in roots:
        if path.is_dir():
            store = trust_store(path)
            found, others, strength = [*found, *store.roots], (*others, *store.others), store.strength
        else:
            found += [TrustRoot(der, name=path.stem) for der in _certificates(no_file(path).read_bytes())]
    if data is not None and home(data).exists():
        demo = Authority(home(data)).trust
        found += demo.roots
        others = (*others, *demo.others)
        transport = transport or demo.transport
    return Trust(tuple(found), transport=transport, others=others, strength=strength)


def _reports(files: tuple[Path, ...], out: Path) -> dict[Path, Path]:
    """Where the report of each file goes: to `out`, or into that folder, where files of one name do not meet."""
    if len(files) == 1 and not out.is_dir():
        out.parent.mkdir(parents=True, exist_ok=True)
        return {files[0]: out}
    out.mkdir(parents=True, exist_ok=True)
    targets: dict[Path, Path] = {}
    for file in files:
        number = sum(other.stem == file.stem for other in targets) + 1
        targets.setdefault(file, out / (f"{file.stem}.xml" if number == 1 else f"{file.stem}-{number}.xml"))
    return targets


def no_file(path: Path) -> Path:
    """The path, if a file is there; raises `NoFile`."""
    if not path.is_file():
        raise NoFile(name=path.name or str(path))
    return path


def _certificates(data: bytes) -> list[bytes]:
    if not pem.detect(data):
        return [data]
    return [der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"]


def _say(file: Path, report: Report, as_json: bool, lang: str, *, several: bool) -> None:
    if as_json:
        told = {**report.to_json(), "file": file.name}
        click.echo(json.dumps(told, ensure_ascii=False, indent=None if several else 2))
        return
    if several:
        click.echo(f"== {file.name}")
    for line in report.lines(lang):
        click.echo(line)
    if not report.signatures:
        for reason in report.reasons:
            click.echo(f"→ {reason.next_en if lang == 'en' else reason.next_vi}\n[{reason.code}]", err=True)
