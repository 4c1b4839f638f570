"""Receiving at the counter: finding the procedure, reading the card, the checklist, the dossier."""

from __future__ import annotations

import pytest
from django.test import Client

import storage
from catalogue import Identifier
from dossiers.models import Dossier
from hoso.objectstore import ObjectStore

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3]

CARD = "001190012346||TRẦN THỊ MẪU|15061990|Nữ|Thôn Mẫu, Xã Mẫu, Tỉnh Mẫu|25042021"
ID = "001190012346"
SINGLE = "1.004873"


def fill(client: Client, **fields: str) -> str:
    return client.post("/receive/fill", {k.replace("_", "-"): v for k, v in fields.items()}).content.decode()


def test_procedures_are_found_without_tone_marks(officer: Client) -> None:
    page = officer.get("/receive/procedures", {"q": "ket hon dang ky"}).content.decode()
    assert "Đăng ký kết hôn" in page
    assert "khai tử" not in page


def test_nothing_found_says_what_to_do(officer: Client) -> None:
    assert "Thử ít chữ hơn" in officer.get("/receive/procedures", {"q": "zzzz"}).content.decode()


def test_a_card_fills_the_form_and_says_that_it_proves_nothing(officer: Client) -> None:
    page = fill(officer, procedure=SINGLE, applicant_identifier=CARD)
    assert f'value="{ID}"' in page
    assert 'value="TRẦN THỊ MẪU"' in page
    assert 'value="15/06/1990"' in page
    assert "chưa xác thực" in page


@pytest.mark.parametrize("typed", ["00119001234", "abc", "a|b|c"])
def test_a_wrong_number_is_told_where_it_stands(officer: Client, typed: str) -> None:
    page = fill(officer, procedure=SINGLE, applicant_identifier=typed)
    assert 'aria-invalid="true"' in page
    assert 'id="applicant-wrong"' in page


def test_the_checklist_says_why_for_each_component(officer: Client) -> None:
    page = fill(officer, procedure=SINGLE, applicant_identifier=CARD)
    assert "Số hóa từ bản giấy." in page
    assert "Chỉ xuất trình" in page
    assert "NQ 66.7/2025" in page


def test_without_an_applicant_nothing_is_received(officer: Client) -> None:
    answer = officer.post("/receive", {"procedure": SINGLE})
    assert answer.status_code == 422
    assert Dossier.objects.count() == 0


def receive(client: Client, key: str = "k-1", **more: str) -> Dossier:
    posted = {
        "procedure": SINGLE,
        "applicant-identifier": ID,
        "applicant-name": "Trần Thị Mẫu",
        "applicant-born": "15/06/1990",
        "email": "mau@example.org",
        "key": key,
    }
    answer = client.post("/receive", posted | more)
    assert answer.status_code == 302, answer.content.decode()
    dossier = Dossier.objects.latest("registered_at")
    assert answer.headers["Location"] == f"/dossiers/{dossier.id}"
    return dossier


def test_a_dossier_is_received_for_the_person_of_the_number(officer: Client, store: ObjectStore) -> None:
    dossier = receive(officer)
    assert dossier.owner == storage.find_owner(Identifier("citizen_id", ID))
    assert dossier.applicant_name == "Trần Thị Mẫu"
    assert dossier.due_at is not None
    assert dossier.contact["email"] == "mau@example.org"


def test_pressing_twice_receives_once(officer: Client, store: ObjectStore) -> None:
    assert receive(officer).id == receive(officer).id
    assert Dossier.objects.count() == 1


def test_an_officers_other_decision_needs_its_reason(officer: Client, store: ObjectStore) -> None:
    posted = {"decision-to_khai": "skip", "applicant-name": "Trần Thị Mẫu", "applicant-identifier": ID}
    answer = officer.post("/receive", {"procedure": SINGLE, **posted})
    assert answer.status_code == 422
    assert "dossiers.reason_missing" in answer.content.decode()


def test_pages_that_were_counted_are_kept(officer: Client, store: ObjectStore) -> None:
    dossier = receive(officer, **{"pages-to_khai": "2"})
    assert dossier.components.get(catalogue_id="to_khai").pages_declared == 2


def test_the_number_is_in_no_address_of_the_way(officer: Client, store: ObjectStore) -> None:
    dossier = receive(officer)
    page = officer.get(f"/dossiers/{dossier.id}").content.decode()
    assert ID not in page
    assert ID not in str(dossier.id)
