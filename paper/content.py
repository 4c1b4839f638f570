"""The parts of a paper's data that every template reads: the agency, the dossier, the codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from paper.errors import MissingFields
from paper.model import Case, Issuer, System
from paper.qr import DataQr, data_qr, lookup_url, svg
from paper.wording import clean, day, local_time, stamp

_NEEDED = ("dossier_code", "procedure_code", "procedure_name", "applicant")


def agency_block(issuer: Issuer, system: System, title: str, printed_at: datetime) -> dict[str, Any]:
    """The header's data. Raises `MissingFields`, `BadField`."""
    if not issuer.name.strip():
        raise MissingFields(fields="issuer.name")
    return {
        "title": title,
        "demo": system.demo,
        "system": clean(system.name, "system"),
        "author": clean(issuer.name, "issuer"),
        "issuer": {
            "superior": clean(issuer.superior, "issuer"),
            "name": clean(issuer.name, "issuer"),
            "locality": clean(issuer.locality, "issuer"),
        },
        "published": stamp(printed_at, "printed_at"),
        "printed_on": day(local_time(printed_at, "printed_at").date()),
    }


def case_block(case: Case, title: str) -> dict[str, Any]:
    """The header's data and the dossier's. Raises `MissingFields`, `BadField`."""
    absent = [name for name in _NEEDED if not getattr(case, name).strip()]
    if absent:
        raise MissingFields(fields=", ".join(absent))
    texts = ("dossier_code", "procedure_code", "procedure_name", "applicant", "address", "phone", "email", "officer")
    return agency_block(case.issuer, case.system, title, case.printed_at) | {
        name: clean(getattr(case, name), name) for name in texts
    }


def codes(case: Case, qr: DataQr) -> dict[str, str]:
    """Both codes as SVG, and in words the look-up address and the code of the dossier or result.

    Raises `BadField`, `BadPublicUrl`, `Overfull`.
    """
    url = lookup_url(case.system.public_url, case.token)
    return {"data_qr": svg(data_qr(qr)), "lookup_qr": svg(url), "lookup_url": url, "reference": qr.dossier_code}
