"""Results from templates: a Typst file beside a JSON description of what it needs (`paper/typst/results/`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from paper.compiler import compile_paper
from paper.content import case_block, codes
from paper.errors import BadField, MissingFields, UnknownFields, UnknownTemplate
from paper.model import Paper, ResultData, Template, TemplateField, Value
from paper.qr import DataQr
from paper.wording import clean, day

_FOLDER = Path(__file__).with_name("typst") / "results"


@cache
def templates() -> Mapping[str, Template]:
    """The result templates by id, each with the fields that it takes."""
    found = {}
    for path in sorted(_FOLDER.glob("*.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        fields = tuple(TemplateField(**item) for item in described["fields"])
        found[path.stem] = Template(
            id=path.stem,
            title=described["title"],
            result_type=described["result_type"],
            limited=described["limited"],
            fields=fields,
        )
    return MappingProxyType(found)


def result(template: str, data: ResultData) -> Paper:
    """A result as PDF/A-2b, ready for signature and seal. Places: `person`, `seal`, the codes, and per template
    (`wife`, `husband` on the marriage certificate).

    Raises `UnknownTemplate`, `MissingFields`, `UnknownFields`, `BadField`, `BadPublicUrl`, `Overfull`.
    """
    chosen = templates().get(template)
    if chosen is None:
        raise UnknownTemplate(template=template, known=", ".join(templates()))
    fields = _fields(chosen, data)
    case = data.case
    content = case_block(case, chosen.title) | {
        "number": clean(data.number, "number"),
        "issued_on": day(data.issued_on),
        "fields": fields,
        "valid_to": day(data.valid_to) if data.valid_to else None,
        "scope": clean(data.scope, "scope"),
        "signer": {
            "capacity": [clean(line, "signer") for line in data.signer.capacity],
            "name": clean(data.signer.name, "signer"),
        },
    }
    qr = DataQr(
        type="K",
        dossier_code=data.code,
        procedure_code=case.procedure_code,
        owner_id=case.owner_id,
        title=chosen.title,
        system=case.system.name,
        published_at=case.printed_at,
        valid_to=data.valid_to,
        scope=clean(data.scope, "scope"),
    )
    return compile_paper(f"results/{chosen.id}.typ", content | codes(case, qr), at=case.printed_at)


def _fields(template: Template, data: ResultData) -> dict[str, str]:
    known = {item.name: item for item in template.fields}
    unknown = sorted(set(data.fields) - set(known))
    if unknown:
        raise UnknownFields(template=template.id, fields=", ".join(unknown))
    shown = {name: _shown(known[name], value) for name, value in data.fields.items()}
    missing = [item.name for item in template.fields if item.required and not shown.get(item.name)]
    missing += [name for name in ("code", "number") if not getattr(data, name).strip()]
    if template.limited and data.valid_to is None:
        missing.append("valid_to")
    if not data.signer.name.strip() or not data.signer.capacity:
        missing.append("signer")
    if missing:
        raise MissingFields(fields=", ".join(missing))
    return {name: shown.get(name, "") for name in known}


def _shown(field: TemplateField, value: Value) -> str:
    if field.type == "text":
        if not isinstance(value, str):
            raise BadField(field=field.name)
        return clean(value, field.name)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadField(field=field.name)
    return day(value)
