"""What the check page asks and what becomes of the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounts import Actor
from catalogue import FieldType
from portal.desk.fields import SURE, answers, asked, corrected, kept, shown
from storage import FieldValue, Metadata

OFFICER = Actor("officer-1", "Cán Bộ Mẫu")
BOX = (100.0, 200.0, 400.0, 230.0)


def field(name: str, value: str, confidence: float | None = 0.99, **more: object) -> FieldValue:
    made = FieldValue(name, value, "ocr", confidence, page=1, box=None)
    return replace(made, **more)  # type: ignore[arg-type]


def described(*fields: FieldValue) -> Metadata:
    return Metadata(kind="to_khai", title="Tờ khai", fields=fields)


def test_doubtful_fields_come_first_and_sure_ones_are_not_asked() -> None:
    found = asked(described(field("residence", "Xã Mẫu", 0.999), field("applicant_name", "Nguyễn Văn Mẫu", 0.5)))
    assert [f.name for f in found if f.doubtful] == ["applicant_name"]
    assert found[0].name == "applicant_name"


def test_a_required_field_that_was_not_found_is_asked() -> None:
    missing = next(f for f in asked(described()) if f.name == "applicant_name")
    assert missing.doubtful
    assert missing.value == ""


def test_what_an_officer_confirmed_is_not_asked_again() -> None:
    before = described(field("applicant_name", "Nguyễn Văn Mấu", 0.5))
    after = corrected(before, {"applicant_name": "Nguyễn Văn Mẫu"}, OFFICER)
    assert not any(f.doubtful for f in asked(after))


def test_fields_of_one_place_are_one_question_with_one_answer() -> None:
    same: dict[str, Any] = {"box": BOX, "confidence": 0.5}
    before = described(field("applicant_name", "Nguyễn Văn Mấu", **same), field("owner_name", "Nguyễn Văn Mấu", **same))
    found = [f for f in asked(before) if f.doubtful]
    assert [f.names for f in found] == [("applicant_name", "owner_name")]
    changed, checks = answers(found, {"f-applicant_name": "Nguyễn Văn Mẫu"})
    assert changed == {"applicant_name": "Nguyễn Văn Mẫu", "owner_name": "Nguyễn Văn Mẫu"}
    assert all(check.corrected for check in checks)


def test_days_are_shown_as_written_and_kept_as_they_were_read() -> None:
    before = described(field("born", "1990-06-15", 0.5))
    found = [f for f in asked(before) if f.name == "born"]
    assert found[0].value == "15/06/1990"
    assert answers(found, {"f-born": "15/06/1990"})[0] == {}
    assert answers(found, {"f-born": "16/06/1990"})[0] == {"born": "1990-06-16"}


def test_a_correction_keeps_who_when_and_where() -> None:
    after = corrected(described(field("applicant_name", "Mấu", 0.5, box=BOX)), {"applicant_name": "Mẫu"}, OFFICER)
    (value,) = after.fields
    assert (value.value, value.origin, value.confidence, value.verified_by) == ("Mẫu", "manual", None, "officer-1")
    assert value.verified_at is not None
    assert value.box == BOX


def test_a_corrected_day_of_issue_is_the_documents_day_of_issue() -> None:
    after = corrected(described(field("issued_on", "2026-11-05", 0.5)), {"issued_on": "2026-11-06"}, OFFICER)
    assert after.issued_on == date(2026, 11, 6)


def test_an_identity_number_stays_marked_as_one() -> None:
    after = corrected(described(), {"citizen_id": "001190000018"}, OFFICER)
    assert after.fields[0].personal_id


def test_an_untouched_document_changes_nothing() -> None:
    before = described(field("applicant_name", "Nguyễn Văn Mẫu", 0.4), field("attachments", "một\nhai", 0.4))
    found = asked(before)
    posted = {f"f-{f.name}": f.value.replace("\n", "\r\n") for f in found}
    changed, checks = answers(found, posted)
    assert changed == {}
    assert [check.filled for check in checks if check.name == "applicant_name"] == [True]


@given(st.dates())
def test_every_day_survives_the_way_there_and_back(day: date) -> None:
    assert kept(shown(day.isoformat(), FieldType.DATE), FieldType.DATE) == day.isoformat()


def test_the_threshold_is_what_the_page_promises() -> None:
    at, below = field("residence", "x", SURE), field("residence", "x", SURE - 0.001)
    assert not next(f for f in asked(described(at)) if f.name == "residence").doubtful
    assert next(f for f in asked(described(below)) if f.name == "residence").doubtful
