"""The validation report of a file as XML (ETSI TS 119 102-2): for courts, archives, other validators."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

from signing.child import ask
from signing.errors import Encrypted, TooCostly, Unreadable
from signing.etsi import write
from signing.model import Report
from signing.services import Trust

__all__ = ["report_here", "validation_report"]


def validation_report(pdf: bytes, report: Report, *, trust: Trust, at: datetime | None = None) -> bytes:
    """The report on `pdf` that verification gave against `trust` at `at` (by default: just now), as UTF-8 XML.

    Values, digests, certificates, time-stamps and revocation data are taken from the file in a child with limits. A
    file that cannot be opened has a report all the same, with the verdict alone.
    """
    moment, anchors = at or datetime.now(UTC), [root.certificate for root in trust.roots]
    head = {
        "op": "report",
        "report": report.to_json(),
        "at": moment.isoformat(),
        "anchors": [b64encode(one).decode() for one in anchors],
    }
    try:
        return ask(head, pdf)[1]
    except (Encrypted, TooCostly, Unreadable):
        return write(report, {}, anchors, moment)


def report_here(head: dict[str, Any], pdf: bytes) -> bytes:
    """The same in this process: what the child runs. Raises what parsers raise on a file that is none."""
    from signing.material import material

    anchors = [b64decode(one) for one in head["anchors"]]
    return write(Report.from_json(head["report"]), material(pdf), anchors, datetime.fromisoformat(head["at"]))
