"""The second dossier of a person needs no paper for what the first one gave: on the real archive."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.conf import settings

import storage
from accounts import WORKER
from catalogue import Identifier, Procedure, procedure
from dossiers import reuse, services
from dossiers.models import Component
from dossiers.states import ComponentState, Decision
from hoso.objectstore import ObjectStore
from storage.running import make_buckets
from tests.dossiers.conftest import HERE, MARRIAGE, MONDAY, OFFICER, SINGLE, Desk


def marriage() -> Procedure:
    return procedure(MARRIAGE, MONDAY.date())


def test_a_requirement_says_kinds_purpose_age_owner_and_day() -> None:
    component = marriage().component("tinh_trang_hon_nhan")
    assert component is not None
    owner = uuid.uuid4()
    asked = reuse.requirement(component, owner=owner, on=MONDAY.date())
    assert (asked.owner, asked.on, asked.kinds) == (owner, MONDAY.date(), ("giay_xn_tthn",))
    assert asked.purpose == "đăng ký kết hôn"
    assert asked.max_age_days is not None
    assert asked.max_age_days >= 184, "six months are at most 184 days; the archive judges the printed end exactly"
    assert asked.certified


def test_forms_and_what_the_procedure_excludes_are_never_reused() -> None:
    form = marriage().component("to_khai")
    paper = marriage().component("tinh_trang_hon_nhan")
    assert form is not None
    assert paper is not None
    assert reuse.reusable_kinds(form) == ()
    assert reuse.reusable_kinds(replace(paper, reusable=False)) == ()
    assert reuse.reusable_kinds(replace(paper, kinds=("to_khai", "giay_xn_tthn"))) == ("giay_xn_tthn",)


@pytest.fixture
def person(store: ObjectStore, db: None, monkeypatch: pytest.MonkeyPatch) -> uuid.UUID:
    """A person of the archive, in a bucket of our own on the real object store."""
    bucket = f"t{uuid.uuid4().hex[:12]}"
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": bucket}))
    make_buckets()
    identifier = Identifier("citizen_id", f"001099{uuid.uuid4().int % 10**6:06d}")
    return storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu")


@pytest.mark.s3
@pytest.mark.parametrize(
    ("scope", "reused"), [("để đăng ký kết hôn với bà Lê Thị Thử", True), ("để vay vốn ngân hàng", False)]
)
def test_the_result_of_the_first_dossier_is_the_second_ones_component(
    person: uuid.UUID, scope: str, reused: bool
) -> None:
    desk = Desk(person)
    first = desk.processing(SINGLE)
    result = desk.issue(desk.draft(first))
    assert result.document is not None
    deposit = storage.Deposit(
        document=result.document,
        owners=(person,),
        role=storage.VersionRole.ISSUED,
        media_type="application/pdf",
        key=f"result:{result.pk}",
        metadata=storage.Metadata(
            kind="giay_xn_tthn",
            title=result.title,
            issued_on=MONDAY.date(),
            valid_to=date(2027, 5, 16),
            scope=scope,
            result_type="KQ.G15.000038",
        ),
        dossier=first.code,
        agency=HERE,
        signature=storage.SignatureNote("B-LTA", "Lê Văn Mẫu", datetime(2026, 11, 16, tzinfo=UTC), sealed=True),
    )
    storage.deposit(deposit, b"%PDF-1.7 a signed result\n", WORKER)
    second = desk.receive(MARRIAGE)
    component = Component.objects.get(dossier=second, catalogue_id="tinh_trang_hon_nhan")
    assert component.decision == (Decision.REUSE if reused else Decision.SCAN)
    if reused:
        settled = services.choose_reuse(component.id, OFFICER, document=result.document, at=MONDAY)
        assert settled.state == ComponentState.SETTLED
        assert not settled.attachments.exists()
