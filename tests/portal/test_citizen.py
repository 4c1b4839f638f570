"""What a citizen sees: their own, all of it, and nothing of anybody else."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

import storage
from accounts import Actor, Purpose
from dossiers import services
from hoso.objectstore import ObjectStore
from storage.running import make_buckets
from tests.portal.people import NAME, World, citizen, work

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


@pytest.fixture(scope="module")
def bucket_name() -> str:
    return f"t{uuid4().hex[:12]}"


@pytest.fixture
def world(store: ObjectStore, db: None, bucket_name: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": bucket_name}))
    make_buckets()
    cache.clear()
    return World.make()


def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def stranger() -> Client:
    """A citizen with papers of their own elsewhere."""
    client = Client()
    client.force_login(citizen(uuid4(), "Người Khác"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def reads(world: World) -> list[tuple[str, str]]:
    return [(event.action, event.actor) for event in storage.events_for_owner(world.owner, limit=200)]


def test_a_dossier_tells_its_state_in_plain_words_and_what_is_asked(world: World) -> None:
    dossier = world.receive()
    page = text(browser(world), "/citizen/")
    assert dossier.code in page
    assert "Cán bộ đã nhận hồ sơ" in page
    assert "Bạn cần" in page
    services.request_supplement(dossier.id, world.officer, reason="Thiếu bản chính", items=("Bản chính giấy cư trú",))
    page = text(browser(world), f"/citizen/dossiers/{dossier.id}")
    assert "Bản chính giấy cư trú" in page
    assert "tạm dừng" in page


def test_the_receipt_and_the_signed_result_can_be_fetched(world: World) -> None:
    result = world.whole()
    work("form")
    client = browser(world)
    page = text(client, f"/citizen/dossiers/{result.dossier_id}")
    assert "Giấy tiếp nhận và hẹn trả kết quả" in page
    assert f"/citizen/documents/{result.document}/file" in page
    answer = client.get(f"/citizen/documents/{result.document}/file")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 signed and sealed"  # type: ignore[attr-defined]
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_fetching_is_an_event_of_the_citizens_own(world: World) -> None:
    result = world.whole()
    b"".join(browser(world).get(f"/citizen/documents/{result.document}/file").streaming_content)  # type: ignore[attr-defined]
    event = storage.events_for_owner(world.owner, limit=1)[0]
    assert (event.action, event.legal_basis, event.document) == ("document.open", "OWNER", result.document)
    assert event.actor == str(world.user.id)


def test_another_citizen_finds_nothing_at_any_address(world: World) -> None:
    result = world.whole()
    client = stranger()
    for address in (
        f"/citizen/dossiers/{result.dossier_id}",
        f"/citizen/documents/{result.document}",
        f"/citizen/documents/{result.document}/file",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/citizen/documents/{result.document}/draw").status_code == 404
    assert result.dossier.code not in text(client, "/citizen/")
    assert str(result.document) not in text(client, "/citizen/documents")
    assert NAME not in text(client, "/citizen/events")


def test_an_officer_who_is_a_citizen_too_sees_only_their_own_here(world: World) -> None:
    result = world.whole()
    world.user.roles = ["citizen", "officer"]
    world.user.agencies, world.user.clearance, world.user.owner = ["H26.01.02"], 4, uuid4()
    world.user.save()
    client = browser(world)
    assert client.get(f"/dossiers/{result.dossier_id}").status_code == 200
    assert client.get(f"/citizen/dossiers/{result.dossier_id}").status_code == 404
    assert client.get(f"/citizen/documents/{result.document}").status_code == 404


def test_documents_are_sorted_and_say_how_they_stand(world: World) -> None:
    result = world.whole()
    work("form")
    page = text(browser(world), "/citizen/documents")
    assert page.index("Kết quả điện tử") < page.index("Bản số hóa giấy tờ đã nộp") < page.index("Phiếu của hồ sơ")
    assert "12/UBND-XNTTHN" in page
    assert "Còn hiệu lực" in page
    services.revoke_result(result.id, world.leader, reason="Cấp nhầm người")
    work("tell-archive")
    page = text(browser(world), f"/citizen/documents/{result.document}")
    assert "Đã bị thu hồi" in page


def test_a_result_that_waits_for_its_seal_is_not_shown_yet(world: World) -> None:
    dossier = world.receive()
    world.scan(dossier)
    world.settle(dossier)
    result = world.draft(dossier)
    document = uuid4()
    services.start_signing(result.id, world.leader)
    note = storage.SignatureNote("B-LT", "Lê Văn Lãnh Đạo", dossier.registered_at, demo=True)
    described = storage.Metadata(kind="giay_xn_tthn", title="Giấy chưa đóng dấu")
    world.deposit(
        document, storage.VersionRole.ISSUED, b"%PDF-1.7 signed", metadata=described, signature=note, software="hoso",
        dossier=dossier.code, agency="H26.01.02",
    )  # fmt: skip
    services.mark_signed(result.id, world.leader, document=document, level="B-LT")
    assert str(document) not in text(browser(world), "/citizen/documents")
    assert str(document) not in text(browser(world), f"/citizen/dossiers/{dossier.id}")


def test_a_document_says_who_signed_it(world: World) -> None:
    page = text(browser(world), f"/citizen/documents/{world.whole().document}")
    for expected in ("Lê Văn Lãnh Đạo", "UBND xã Mẫu Đơn", "B-LTA", "DEMO"):
        assert expected in page


def test_pages_are_drawn_for_the_owner_and_for_nobody_else(world: World) -> None:
    dossier = world.receive()
    document = world.scan(dossier)
    client = browser(world)
    job = client.post(f"/citizen/documents/{document}/draw").context["job"]
    work("page-images")
    job.refresh_from_db()
    assert job.state == "done", job.error
    image = client.get(f"/citizen/drawings/{job.id}/1.png")
    assert image.content.startswith(b"\x89PNG")
    assert stranger().get(f"/citizen/drawings/{job.id}/1.png").status_code == 404
    assert ("document.open", str(world.user.id)) in reads(world)


def test_every_read_by_an_officer_is_told_with_agency_and_reason(world: World) -> None:
    dossier = world.receive()
    document = world.scan(dossier)
    storage.open(document, world.officer, services.purpose_of(dossier.procedure, dossier.code)).close()
    page = text(browser(world), "/citizen/events")
    for expected in ("Mở xem giấy tờ", "Trần Thị Cán Bộ", dossier.code, "Xác nhận thông tin về cư trú"):
        assert expected in page
    assert "Giải quyết thủ tục" in page


def test_a_refused_read_is_told_too(world: World) -> None:
    dossier = world.receive()
    document = world.scan(dossier)
    with pytest.raises(storage.NotAllowed):
        storage.open(document, stranger_actor(), Purpose("LAW:x", dossier.code))
    assert "bị từ chối" in text(browser(world), "/citizen/events")


def stranger_actor() -> Actor:
    return citizen(uuid4(), "Người Tò Mò").actor("test")


def test_own_looks_stand_apart_and_the_list_is_paged_by_number(world: World) -> None:
    client = browser(world)
    for _ in range(3):
        text(client, "/citizen/documents")
    assert "Tìm trong giấy tờ" not in text(client, "/citizen/events")
    assert "Tìm trong giấy tờ" in text(client, "/citizen/events?all=yes")
    why = Purpose("TTHC:1.004873", "H26.01.02-261121-0009")
    for _ in range(30):
        storage.search(storage.Query(owner=world.owner), world.officer, why)
    first = client.get("/citizen/events").context
    second = client.get(f"/citizen/events?before={first['before']}").context
    shown = [seen.event.seq for seen in (*first["events"], *second["events"])]
    assert len(shown) == len(set(shown)) == 30
    assert shown == sorted(shown, reverse=True)
    assert second["before"] is None


def test_an_account_that_is_tied_to_nobody_says_what_to_do(world: World) -> None:
    world.user.owner = None
    world.user.save()
    for address in ("/citizen/", "/citizen/documents", "/citizen/events"):
        assert "chưa gắn với giấy tờ" in text(browser(world), address)


def test_following_needs_both_codes_and_tells_no_name(world: World) -> None:
    dossier = world.receive()
    client = Client()
    answer = client.post("/citizen/follow", {"code": dossier.code.lower(), "token": dossier.lookup_token})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Tiếp nhận hồ sơ" in page
    for secret in (NAME, "Trần Thị Cán Bộ", str(world.owner)):
        assert secret not in page
    wrong = client.post("/citizen/follow", {"code": "H26.01.02-261121-9999", "token": dossier.lookup_token})
    assert wrong.status_code == 404
    assert "Không tìm thấy hồ sơ" in wrong.content.decode()


def test_guessing_at_following_is_stopped(world: World) -> None:
    client = Client()
    tries = [client.post("/citizen/follow", {"code": "X", "token": f"x{n}"}).status_code for n in range(17)]
    assert tries[:15] == [404] * 15
    assert tries[15:] == [429, 429]


def test_no_address_or_page_holds_an_identity_number(world: World) -> None:
    result = world.whole()
    officer = services.purpose_of(result.dossier.procedure, result.dossier.code)
    number = storage.owner_profile(world.owner, world.officer, officer).identifiers[0].value
    client = browser(world)
    for address in ("/citizen/", "/citizen/documents", f"/citizen/dossiers/{result.dossier_id}", "/citizen/events"):
        assert number not in text(client, address)
    assert isinstance(result.document, UUID)
