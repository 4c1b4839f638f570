"""What the documents of a batch share."""

from __future__ import annotations

from typing import Any

import pytest

from dossiers import services
from dossiers.models import Dossier, Result
from signing import child
from tests.workers.conftest import Office

pytestmark = pytest.mark.s3


def test_results_that_we_typeset_share_a_confined_process(
    office: Office, dossier: Dossier, drafted: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins: list[str] = []

    def seen(*told: Any, origin: str = "") -> Any:
        origins.append(origin)
        return child.ask(*told, origin=origin)

    monkeypatch.setattr("signing.room.ask", seen)
    services.start_signing(drafted.id, office.leader)
    assert office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id))).state == "done"
    services.start_sealing(drafted.id, office.clerk)
    assert office.do(office.ask("seal-result", dossier, office.clerk, result=str(drafted.id))).state == "done"
    assert origins == ["typeset", "typeset"]
