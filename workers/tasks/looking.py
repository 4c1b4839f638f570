"""`page-images` and `verify`: what pages show of files, none of it the archive, all of it gone after ten minutes."""

from __future__ import annotations

from uuid import UUID

import signing
import storage
from workers import keys
from workers.context import actor_of, dossier_of, purpose_for, spill, workspace
from workers.drawing import draw
from workers.errors import Vanished
from workers.ledger import Run
from workers.registry import task


@task("page-images")
def page_images(run: Run) -> None:
    """Payload: `document`, `version`, `actor`, `dossier`. Result: `pages` as `[number, width, height]`."""
    actor, dossier = actor_of(run.payload["actor"]), dossier_of(run.payload.get("dossier") or run.dossier)
    run.stage("fetch")
    opened = storage.open(UUID(run.payload["document"]), actor, purpose_for(dossier), run.payload.get("version"))
    with workspace(run) as folder:
        run.remember(pages=draw(run, spill(opened, folder / "document")))


@task("verify")
def verify_upload(run: Run) -> None:
    """Payload: `upload`. Result: the report of `hoso.verify/1`; the row goes after ten minutes, as the file does."""
    content = storage.stashed(verify_key(run.payload["upload"]))
    if content is None:
        raise Vanished(what="upload")
    run.stage("verify")
    report = signing.verify(content, trust=keys.trust())
    with run.finish(**report.to_json()):
        pass


def verify_key(upload: str) -> str:
    """Where the verification page puts the file."""
    return f"verify/{upload}"
