"""A system finds what the archive holds of a person, fetches it for a purpose, and each step is seen by that person."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest
from django.http import StreamingHttpResponse

import storage
from catalogue import Identifier
from storage import VersionRole
from tests.portal.api.conftest import CASE, ELSEWHERE, OFFICER, PDF, MakeSystem, Person, System


def test_the_second_dossier_of_a_person_finds_the_first_ones_valid_result(
    system_of: MakeSystem, person: Person
) -> None:
    """Another agency's system asks for a marriage: the certificate of the first dossier needs no paper any more."""
    document = person.result()
    other = system_of(agency=ELSEWHERE)
    found = other.search(person.identifier, "giay_xn_tthn").json()
    assert [item["id"] for item in found["items"]] == [str(document)]
    assert found["items"][0]["reusable"] == {"reusable": True, "reasons": []}
    assert found["next"] is None
    assert not {"fields", "owner", "owners", "text", "summary"} & set(found["items"][0])
    told = other.send("GET", f"/evidence/{document}").json()
    assert told["number"] == "12/UBND-XNTTHN"
    content = other.send("GET", f"/evidence/{document}/content")
    assert isinstance(content, StreamingHttpResponse)
    assert b"".join(content.streaming_content) == PDF  # type: ignore[arg-type]
    assert content.headers["Cache-Control"] == "no-store"
    assert other.send("GET", f"/evidence/{document}/status").json()["status"] == "active"
    actions = [event.action for event in person.events()][:4]
    assert actions == ["document.status", "document.open", "document.metadata", "archive.search"]
    event = person.events()[0]
    assert (event.on_behalf_of, event.dossier, event.legal_basis) == ("can.bo.07", CASE, "TTHC:1.000894")
    assert event.actor == f"client:{other.client_id}" and event.channel == "api"


def test_identifiers_leave_the_archive_masked(system: System, person: Person) -> None:
    answer = system.send("GET", f"/evidence/{person.result()}")
    assert person.identifier.value not in answer.content.decode()
    assert {"owner_id", "ho_ten"} == {field["name"] for field in answer.json()["fields"]}


@pytest.mark.parametrize("header", ["X-Purpose", "X-Case", "X-Officer", "X-Agency"])
def test_without_one_header_nothing_is_read_and_the_person_sees_the_attempt(
    system: System, person: Person, header: str
) -> None:
    document = person.result()
    before = len(person.events())
    left_out = {header.replace("-", "_"): None}
    for answer in (
        system.search(person.identifier, "giay_xn_tthn", **left_out),
        system.send("GET", f"/evidence/{document}", **left_out),
        system.send("GET", f"/evidence/{document}/content", **left_out),
        system.send("GET", f"/evidence/{document}/status", **left_out),
    ):
        assert answer.status_code == 403
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "api.purpose_header"
        assert header in answer.json()["message_en"]
    events = person.events()[: len(person.events()) - before]
    assert [event.result for event in events] == ["api.purpose_header"] * 4


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("X_Purpose", "vì cần", "api.purpose_header"),
        ("X_Purpose", "TTHC:9.999999", "api.purpose"),
        ("X_Purpose", "LAW:91/2025/QH15", "api.purpose"),
        ("X_Case", "hồ sơ số 1", "api.purpose_header"),
        ("X_Officer", "001190000018", "api.purpose_header"),
        ("X_Agency", ELSEWHERE, "api.agency"),
        ("X_Agency", "H26.01.021", "api.agency"),
    ],
)
def test_malformed_or_foreign_headers_are_refused_and_recorded(
    system: System, person: Person, header: str, value: str, code: str
) -> None:
    person.result()
    quoted = value if value.isascii() else "v%C3%AC c%E1%BA%A7n"
    answer = system.search(person.identifier, "giay_xn_tthn", **{header: quoted})
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert person.events()[0].result == code


def test_a_vietnamese_officer_comes_percent_encoded(system: System, person: Person) -> None:
    person.result()
    assert system.search(person.identifier, X_Officer="Tr%E1%BA%A7n%20Th%E1%BB%8B%20M%E1%BA%ABu").status_code == 200
    assert person.events()[0].on_behalf_of == "Trần Thị Mẫu"


def test_a_kind_that_the_procedure_does_not_ask_for_is_refused(system: System, person: Person) -> None:
    document = person.result(kind="gcn_qsdd", scope="")
    assert system.search(person.identifier, "gcn_qsdd").json()["code"] == "api.kind"
    assert system.send("GET", f"/evidence/{document}").json()["code"] == "api.kind"
    assert system.send("GET", f"/evidence/{document}/content").json()["code"] == "api.kind"
    assert [event.result for event in person.events()[:3]] == ["api.kind"] * 3
    assert system.search(person.identifier).json()["items"] == []


def test_a_client_reads_only_the_kinds_and_procedures_it_was_granted(system_of: MakeSystem, person: Person) -> None:
    document = person.result()
    narrow = system_of(kinds=["ct07"], procedures=["1.000894"])
    assert narrow.send("GET", f"/evidence/{document}").status_code == 403
    assert narrow.search(person.identifier).json()["items"] == []
    assert narrow.search(person.identifier, X_Purpose="TTHC:1.004873").json()["code"] == "api.purpose"


def test_clearance_and_restriction_hide_a_document(system_of: MakeSystem, person: Person) -> None:
    document = person.result()
    low = system_of(clearance=2)
    assert low.search(person.identifier).json()["items"] == []
    assert low.send("GET", f"/evidence/{document}").status_code == 403
    high = system_of(agency=ELSEWHERE)
    storage.restrict(document, OFFICER, "theo yêu cầu của công dân")
    assert high.search(person.identifier).json()["items"] == []
    assert high.send("GET", f"/evidence/{document}/content").status_code == 403


def test_what_is_out_of_force_is_found_with_the_reason(system: System, person: Person) -> None:
    document = person.result()
    storage.revoke(document, OFFICER, "cấp sai")
    (item,) = system.search(person.identifier).json()["items"]
    assert item["status"] == "revoked" and not item["reusable"]["reusable"]
    assert [reason["code"] for reason in item["reusable"]["reasons"]] == ["revoked"]
    assert system.send("GET", f"/evidence/{document}/status").json() == {"id": str(document), "status": "revoked"}


def test_a_purpose_bound_paper_does_not_do_for_another_purpose(system: System, person: Person) -> None:
    person.result(scope="để vay vốn ngân hàng")
    (item,) = system.search(person.identifier).json()["items"]
    assert [reason["code"] for reason in item["reusable"]["reasons"]] == ["wrong_purpose"]


def test_a_search_is_paged_by_key(system: System, person: Person) -> None:
    made = [str(person.result()) for _ in range(3)]
    body = {"owner": {"scheme": "citizen_id", "value": person.identifier.value}, "limit": 2}
    first = system.send("POST", "/evidence/search", body).json()
    second = system.send("POST", "/evidence/search", {**body, "after": first["next"]}).json()
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert system.send("POST", "/evidence/search", {**body, "limit": 201}).status_code == 422


def test_somebody_the_archive_does_not_know_gives_an_empty_page(system: System, person: Person) -> None:
    stranger = Identifier("citizen_id", "001190999991")
    assert system.search(stranger).json() == {"items": [], "next": None}


def test_a_wrong_number_is_not_repeated(system: System, db: None) -> None:
    body = {"owner": {"scheme": "citizen_id", "value": "00119000001"}}
    answer = system.send("POST", "/evidence/search", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "catalogue.citizen_id")
    strange = system.send("POST", "/evidence/search", {"owner": {"scheme": "x", "value": "001190000018"}})
    assert strange.status_code == 422 and "001190000018" not in strange.content.decode()
    assert strange.json()["errors"][0]["where"].endswith("owner.scheme")


def test_a_nul_character_is_refused_before_any_database_sees_it(system: System) -> None:
    body = {"owner": {"scheme": "passport", "value": "B\x001234567"}, "purpose_of_use": "\x00"}
    answer = system.send("POST", "/evidence/search", body)
    assert answer.status_code == 422
    assert {error["where"].rsplit(".")[-1] for error in answer.json()["errors"]} == {"value", "purpose_of_use"}


def test_the_digest_of_the_answer_is_the_deposits(system: System, person: Person) -> None:
    document = person.result()
    (version,) = system.send("GET", f"/evidence/{document}").json()["versions"]
    assert version["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert version["role"] == VersionRole.ISSUED


def test_a_document_that_is_not_there(system: System, person: Person) -> None:
    answer = system.send("GET", f"/evidence/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "storage.not_found")
    assert storage.history(actor=f"client:{system.client_id}")[0].result == "storage.not_found"
