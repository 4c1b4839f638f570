"""Copies of many dossiers certified by one press and one PIN: each document is a job and fails by itself."""

from __future__ import annotations

from uuid import UUID

import pytest

import storage
import workers
from dossiers import queries, services
from dossiers.models import Attachment, Component
from signing.demo import Authority
from storage import VersionRole
from tests.workers.conftest import SCAN, Office
from tests.workers.test_production import PIN
from tests.workers.test_production import office_at_work as office_at_work
from tests.workers.test_production import pki as pki
from workers import bulk, runner
from workers.models import Job

pytestmark = [pytest.mark.s3, pytest.mark.timeout(600)]


def checked(office: Office) -> Attachment:
    """A scan of a dossier of its own, read and looked at."""
    read = office.do(office.hand_in(office.receive(), SCAN))
    assert read.state == "done", read.error
    row = Attachment.objects.get(document=read.result["documents"][0])
    services.confirm_fields(row.component_id, office.officer, document=row.document, checks=[])
    return Attachment.objects.select_related("component__dossier").get(pk=row.pk)


def certified(row: Attachment, office: Office) -> int:
    """How many certified versions the archive has of a copy."""
    return [one.role for one in storage.versions(row.document, office.officer)].count(VersionRole.CERTIFIED)


def test_one_pin_certifies_the_copies_of_many_dossiers_and_one_failure_is_its_own(
    office_at_work: Office, pki: Authority
) -> None:
    office = office_at_work
    rows = [checked(office) for _ in range(3)]
    assert {row.document for row in queries.copies_waiting(office.officer).items} == {row.document for row in rows}
    items = [
        bulk.Item(str(row.document), {"documents": [str(row.document)]}, row.component.dossier.code) for row in rows
    ]
    batch = bulk.begin("certify", items, office.officer, key="form-1")
    gone = rows[1]
    services.detach(gone.component_id, office.officer, document=gone.document, reason="Xếp nhầm")
    first = Job.objects.filter(batch=batch).exclude(payload__documents=[str(gone.document)]).first()
    assert first is not None
    runner.run(first.id)
    (waiting,) = workers.waiting(office.officer)
    assert bulk.progress(batch).locked == 2
    workers.give_pin(waiting.id, office.officer, PIN)
    runner.run(waiting.id)
    told = bulk.progress(batch)
    assert (told.total, told.done, told.failed, told.over) == (3, 2, 1, True)
    failed = Job.objects.get(batch=batch, state="failed")
    assert (UUID(failed.payload["documents"][0]), failed.error_code) == (gone.document, "workers.vanished")
    assert [certified(row, office) for row in rows] == [1, 0, 1]
    settled = [Component.objects.get(pk=row.component_id).state for row in rows]
    assert (settled[0], settled[2]) == ("settled", "settled")
    assert queries.copies_waiting(office.officer).items == ()


def test_a_copy_that_was_certified_meanwhile_is_not_signed_again(office: Office) -> None:
    row = checked(office)
    items = [bulk.Item(str(row.document), {"documents": [str(row.document)]}, row.component.dossier.code)]
    batches = [bulk.begin("certify", items, office.officer, key=key) for key in ("form-1", "form-2")]
    for batch in batches:
        assert office.do(Job.objects.get(batch=batch)).state == "done"
    assert certified(row, office) == 1
