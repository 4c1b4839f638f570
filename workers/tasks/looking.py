"""`page-images` and `verify`: what pages show of files, none of it the archive, all of it gone after ten minutes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import signing
import storage
from accounts import Purpose
from workers import keys
from workers.context import actor_of, dossier_of, purpose_for, spill, workspace
from workers.drawing import draw
from workers.errors import Vanished
from workers.incoming import MOST_REPORT
from workers.ledger import Run
from workers.registry import task

OWN = Purpose("OWNER")
REPORT_LIFE = timedelta(minutes=10)


@task("page-images")
def page_images(run: Run) -> None:
    """Payload: `document`, `version`, `actor`, `dossier`. Result: `pages` as `[number, width, height]`.

    Without a dossier it is a citizen who looks at a document of their own.
    """
    actor, dossier = actor_of(run.payload["actor"]), run.payload.get("dossier") or run.dossier
    purpose = purpose_for(dossier_of(dossier)) if dossier else OWN
    run.stage("fetch")
    opened = storage.open(UUID(run.payload["document"]), actor, purpose, run.payload.get("version"))
    with workspace(run) as folder:
        run.remember(pages=draw(run, spill(opened, folder / "document")))


@task("verify")
def verify_upload(run: Run) -> None:
    """Payload: `upload`. Result: the report of `hoso.verify/1`; its XML for ten minutes. The file goes at once,
    the row after ten minutes."""
    content = storage.stashed(verify_key(run.payload["upload"]))
    if content is None:
        raise Vanished(what="upload")
    run.stage("verify")
    trust = keys.trust()
    report = signing.verify(content, trust=trust)
    xml = signing.validation_report(content, report, trust=trust)
    if len(xml) <= MOST_REPORT:
        storage.stash(verify_report_key(run.payload["upload"]), xml, ttl=REPORT_LIFE)
    with run.finish(**report.to_json()):
        pass
    storage.unstash(verify_key(run.payload["upload"]))


def verify_key(upload: str) -> str:
    """Where the verification page puts the file."""
    return f"verify/{upload}"


def verify_report_key(upload: str) -> str:
    """Where the verification page finds the report as XML; apart from the file's key, under which all goes at once."""
    return f"verify-report/{upload}"
