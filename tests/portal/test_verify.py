"""The verification page: what it says of files and codes, what it never tells, and that it keeps nothing."""

from __future__ import annotations

import hashlib
import io
import json
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.utils import timezone

import signing
import storage
import workers
from dossiers import services
from dossiers.models import Result
from dossiers.states import EndCause
from hoso.objectstore import ObjectStore
from portal.api.models import CodedDocument
from portal.limits import Limit, address
from portal.verify import intake, report, views
from portal.verify import status as status_service
from signing.demo import Authority
from storage import VersionRole
from storage.models import Document, Intake
from storage.running import make_buckets
from tests.portal.people import AGENCY, NAME, World, blank, signed, work
from workers import Job

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


@pytest.fixture(scope="module")
def bucket_name() -> str:
    return f"t{uuid4().hex[:12]}"


@pytest.fixture(autouse=True)
def _store(store: ObjectStore, db: None, bucket_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": bucket_name}))
    make_buckets()
    cache.clear()


@pytest.fixture
def world() -> World:
    return World.make()


def upload(content: bytes, client: Client | None = None, token: str = "", csrf: str = "") -> HttpResponseBase:
    """Sends a file as the form does."""
    given = SimpleUploadedFile("van-ban.pdf", content, "application/pdf")
    form = {"file": given, "token": token, "csrfmiddlewaretoken": csrf}
    return (client or Client()).post("/verify/files", form)


def told(content: bytes, token: str = "") -> tuple[str, Any]:
    """The page of a finished check, and what it was made from."""
    answer = upload(content, token=token)
    assert answer.status_code == 302
    work("verify")
    page = Client().get(answer.headers["Location"])
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    return page.content.decode(), page.context


def test_a_sound_result_is_told_in_four_lines_and_as_demo(world: World) -> None:
    dossier = world.receive()
    world.settle(dossier)
    world.issue(dossier, signed(seal=False), signed())
    page, context = told(signed())
    lines = {line.name: line for line in context["told"].lines}
    assert list(lines) == ["Toàn vẹn", "Chữ ký và chứng thư", "Thời điểm ký và mức", "Hiệu lực hiện tại"]
    assert {line.tone for line in lines.values()} == {"green"}
    assert "Lê Văn Mẫu" in lines["Chữ ký và chứng thư"].said[0]
    assert "B-LTA" in " ".join(lines["Thời điểm ký và mức"].said)
    assert "Còn hiệu lực" in lines["Hiệu lực hiện tại"].said[0]
    assert "không có giá trị pháp lý" in context["told"].next_step
    assert NAME not in page


def test_a_signed_file_that_is_not_ours_says_whom_to_ask() -> None:
    _page, context = told(signed())
    assert context["told"].tone == "green"
    assert "không có bản này" in context["told"].lines[3].said[0]


def test_the_report_in_xml_can_be_fetched_for_ten_minutes() -> None:
    where = upload(signed()).headers["Location"]
    assert Client().get(f"{where}/report.xml").status_code == 404
    work("verify")
    page = Client().get(where).content.decode()
    assert f"{where}/report.xml" in page
    answer = Client().get(f"{where}/report.xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert b"urn:etsi:019102:mainindication:total-passed" in answer.content
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert Client().get(f"{where}/report.xml").status_code == 404


def test_a_file_without_signature_says_so_and_what_to_do() -> None:
    page, context = told(blank())
    assert context["told"].headline == "Tệp không có chữ ký số"
    assert "quét mã QR" in page


def test_a_changed_file_is_never_called_whole() -> None:
    content = bytearray(signed())
    at = content.index(b"stream\n") + 20
    content[at] ^= 1
    _page, context = told(bytes(content))
    assert context["told"].tone == "red"
    assert context["told"].lines[0].tone == "red"


def test_a_signer_of_an_unknown_authority_is_not_believed(tmp_path: Any) -> None:
    other = Authority(tmp_path)
    signer = other.issue("Kẻ Mạo Danh", "leader", organisation="UBND xã Mẫu")
    made = signing.sign(blank(), profile="ket_qua_nguoi_ky", signer=signer, services=other.services)
    _page, context = told(made.pdf)
    assert context["told"].tone != "green"
    assert "không được tin cậy" in context["told"].headline
    assert context["told"].lines[0].tone == "green"
    found = context["job"].result
    for one in found["signatures"]:
        assert one["texts"]
        one["texts"] *= 2
    assert report.tell(found, None, None).lines == context["told"].lines, "a reason of two certificates is said once"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "portal.verify.no_file"),
        (b"PK\x03\x04 a letter in another format", 415, "portal.verify.not_pdf"),
        (b"%PDF-1.7\n" + bytes(intake.LARGEST + intake.FORM), 413, "portal.verify.too_large"),
    ],
    ids=["empty", "no PDF", "too large"],
)
def test_what_cannot_be_checked_is_refused_on_the_form_with_a_next_step(content: bytes, status: int, code: str) -> None:
    answer = upload(content)
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == status
    assert code in page
    assert 'type="file"' in page
    assert not Job.objects.exists()


def test_a_file_that_no_reader_opens_ends_in_plain_words() -> None:
    _page, context = told(b"%PDF-1.7\nnothing behind the header")
    assert context["told"].tone == "amber"
    assert "Không đọc được" in context["told"].headline


def test_the_file_is_gone_when_it_was_read_and_was_never_in_the_archive() -> None:
    before = Document.objects.count(), Intake.objects.count()
    answer = upload(signed())
    job = Job.objects.get(kind="verify")
    key = workers.verify_key(job.payload["upload"])
    assert storage.stashed(key) == signed()
    work("verify")
    assert storage.stashed(key) is None
    assert (Document.objects.count(), Intake.objects.count()) == before
    assert Client().get(answer.headers["Location"]).status_code == 200


def test_a_file_that_nobody_read_is_gone_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    upload(signed())
    key = workers.verify_key(Job.objects.get(kind="verify").payload["upload"])
    now = time.time()
    monkeypatch.setattr("storage.transient.time.time", lambda: now + 599)
    assert storage.stashed(key) is not None
    monkeypatch.setattr("storage.transient.time.time", lambda: now + 601)
    assert storage.stashed(key) is None


def test_a_check_is_gone_after_ten_minutes() -> None:
    where = upload(blank()).headers["Location"]
    assert Client().get(where).status_code == 200
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    answer = Client().get(where)
    assert answer.status_code == 404
    assert "portal.verify.gone" in answer.content.decode()


def test_htmx_polls_the_inner_part_until_it_is_done() -> None:
    where = upload(blank()).headers["Location"]
    part = Client().get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every' in part
    work("verify")
    part = Client().get(where, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "Tệp không có chữ ký số" in part


def test_the_form_needs_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert upload(blank(), client).status_code == 403
    client.get("/verify/")
    assert upload(blank(), client, csrf=client.cookies["csrftoken"].value).status_code == 302


def test_one_address_may_not_send_without_end() -> None:
    sent = [upload(b"x").status_code for _ in range(views.FILES.most + 2)]
    assert sent == [415] * views.FILES.most + [429, 429]
    assert upload(b"x", Client(REMOTE_ADDR="203.0.113.9")).status_code == 415


def test_the_printed_code_tells_the_state_and_only_initials(world: World) -> None:
    result = world.whole()
    page = Client().get(f"/verify/{result.verify_token}")
    text = page.content.decode()
    assert page.status_code == 200
    for expected in ("Còn hiệu lực", "12/UBND-XNTTHN", "Ủy ban nhân dân xã Mẫu Đơn", "N. T. M.", result.code):
        assert expected in text
    for secret in (NAME, "Lê Văn Lãnh Đạo", str(world.owner), str(result.document), str(result.id)):
        assert secret not in text
    event = storage.events_for_owner(world.owner, limit=1)[0]
    assert (event.action, event.actor) == ("document.verify", "visitor")


def test_a_revoked_result_says_so_whatever_its_file_says(world: World) -> None:
    dossier = world.receive()
    world.settle(dossier)
    result = world.issue(dossier, signed(seal=False), signed())
    services.revoke_result(result.id, world.leader, reason="Cấp nhầm cho bà Nguyễn")
    work("tell-archive")
    page = Client().get(f"/verify/{result.verify_token}").content.decode()
    assert "Đã bị thu hồi" in page
    assert "Cấp nhầm" not in page
    _text, context = told(signed())
    assert [line.tone for line in context["told"].lines] == ["green", "green", "green", "red"]
    assert context["told"].headline == "Đã bị thu hồi"


def replaced(world: World) -> tuple[Result, Result]:
    """A result and the one that stands in its place, because of a mistake in the first."""
    dossier = world.receive()
    world.settle(dossier)
    old = world.issue(dossier, signed(seal=False), signed())
    why = "Ghi sai ngày sinh của bà Nguyễn"
    new = services.replace_result(old.id, world.leader, data={"number": "15"}, reason=why, cause=EndCause.ERROR)
    world.publish(new, b"%PDF-1.7 new signed", b"%PDF-1.7 new sealed")
    work("tell-archive")
    return Result.objects.get(pk=old.pk), Result.objects.get(pk=new.pk)


def status(where: str, code: int = 200) -> dict[str, Any]:
    """What the status service answers."""
    answer = Client().get(f"/verify/status/{where}")
    assert answer.status_code == code
    assert "no-store" in answer.headers["Cache-Control"]
    found: dict[str, Any] = answer.json()
    assert found["schema"] == "hoso.status/1"
    return found


def test_a_replaced_file_still_verifies_and_says_by_what_and_why(world: World) -> None:
    old, new = replaced(world)
    page, context = told(signed())
    assert context["job"].result["verdict"] == "valid"
    assert [line.tone for line in context["told"].lines] == ["green", "green", "green", "red"]
    assert context["told"].headline == "Đã bị thay thế"
    for text in (page, Client().get(f"/verify/{old.verify_token}").content.decode()):
        assert new.code in text and "có sai sót trong văn bản" in text
        assert "Ghi sai ngày sinh" not in text, "the reason in words may name somebody"


def test_programs_ask_for_the_status_by_code_and_by_file(world: World) -> None:
    old, new = replaced(world)
    by_code = status(f"code/{old.verify_token}")
    assert (by_code["status"], by_code["cause"], by_code["replaced_by"]) == ("replaced", "error", new.code)
    assert old.ended_at is not None and by_code["ended_at"] == old.ended_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    by_file = status(f"sha256/{hashlib.sha256(signed()).hexdigest()}")
    assert {**by_file, "as_of": ""} == {**by_code, "form": "newest", "as_of": ""}
    in_force = status(f"code/{new.verify_token}")
    assert (in_force["status"], in_force["code"], in_force["ended_at"]) == ("in_force", new.code, None)
    unsealed = status(f"sha256/{hashlib.sha256(b'%PDF-1.7 new signed').hexdigest()}")
    assert (unsealed["status"], unsealed["form"]) == ("not_issued", "unsealed")
    services.revoke_result(new.id, world.leader, reason="Cấp nhầm cho bà Nguyễn", cause=EndCause.DECISION)
    revoked = status(f"code/{new.verify_token}")
    assert (revoked["status"], revoked["cause"], revoked["replaced_by"]) == ("revoked", "decision", None)
    for answer in (by_code, by_file, in_force, revoked):
        words = json.dumps(answer, ensure_ascii=False)
        assert not any(secret in words for secret in (NAME, "Nguyễn", str(world.owner), str(old.document)))
    assert "document.verify" in {event.action for event in storage.events_for_owner(world.owner, limit=5)}


def test_who_asks_again_and_again_does_not_fill_the_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One event a document and address in ten minutes; what could not be written is due again."""
    dossier = world.receive()
    world.settle(dossier)
    result = world.issue(dossier, signed(seal=False), signed())
    digest = hashlib.sha256(signed()).hexdigest()

    def looked() -> int:
        return sum(event.action == "document.verify" for event in storage.events_for_owner(world.owner))

    def down(*given: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr("storage.record", down)
        Client().get(f"/verify/{result.verify_token}")
    assert looked() == 0
    for _ in range(5):
        assert Client().get(f"/verify/{result.verify_token}").status_code == 200
        status(f"code/{result.verify_token}")
        status(f"sha256/{digest}")
    assert looked() == 1
    assert Client(REMOTE_ADDR="203.0.113.9").get(f"/verify/status/sha256/{digest}").status_code == 200
    assert looked() == 2, "another address is somebody else"
    cache.clear()
    status(f"code/{result.verify_token}")
    assert looked() == 3, "ten minutes later it is told anew"


def test_a_restricted_document_says_so_and_no_more(world: World) -> None:
    dossier = world.receive()
    world.settle(dossier)
    result = world.issue(dossier, signed(seal=False), signed())
    assert result.document is not None
    storage.restrict(result.document, world.leader, "đang tranh chấp")
    found = status(f"code/{result.verify_token}")
    assert (found["status"], found["cause"], found["ended_at"]) == ("restricted", None, None)


def test_the_status_service_knows_only_what_was_issued_and_slows_those_who_guess(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = world.receive()
    world.settle(dossier)
    draft = world.draft(dossier)
    for where in (f"code/{draft.verify_token}", "code/khong-co-ma-nay", f"sha256/{'0' * 64}", "sha256/abc"):
        assert status(where, 404)["status"] == "unknown"
    monkeypatch.setattr(status_service, "MISSES", Limit("verify-status-test", most=1))
    status("sha256/abc", 404)
    assert status("sha256/abc", 429)["error"]["code"]
    assert Client().post("/verify/status/sha256/abc").status_code == 405


@pytest.mark.parametrize(("days", "word"), [(-1, "Hết hiệu lực"), (0, "Còn hiệu lực")])
def test_the_last_day_of_validity_still_counts(world: World, days: int, word: str) -> None:
    dossier = world.receive()
    world.settle(dossier)
    result = world.issue(dossier, b"%PDF-1.7 a", b"%PDF-1.7 b", days=days)
    assert Client().get(f"/verify/{result.verify_token}").context["standing"].word == word


def test_the_file_is_compared_with_what_was_issued_under_the_code(world: World) -> None:
    dossier = world.receive()
    world.settle(dossier)
    result = world.issue(dossier, signed(seal=False), signed())
    _page, right = told(signed(), token=result.verify_token)
    assert "đúng là bản đã ban hành" in " ".join(right["told"].lines[3].said)
    _page, early = told(signed(seal=False), token=result.verify_token)
    assert early["told"].tone == "red"
    assert "KHÁC" in " ".join(early["told"].lines[3].said)
    _page, wrong = told(signed() + b"\n", token=result.verify_token)
    assert wrong["told"].tone == "red"


def test_a_file_without_its_seal_is_not_called_issued(world: World) -> None:
    dossier = world.receive()
    world.settle(dossier)
    world.issue(dossier, signed(seal=False), signed())
    _page, context = told(signed(seal=False))
    assert context["told"].headline == "Bản chưa ban hành"


def test_a_scan_in_the_archive_is_not_owned_up_to(world: World) -> None:
    world.scan(world.receive(), blank())
    assert storage.recognize(hashlib.sha256(blank()).hexdigest(), world.officer) is None


def kept(world: World, *roles: VersionRole) -> str:
    """A signed file that is no result of ours lies in the archive, in these roles besides the one it came in."""
    document, dossier = uuid4(), world.receive()
    arrived = storage.receive(
        io.BytesIO(signed(seal=False)), name="a.pdf", media_type="application/pdf", actor=world.officer,
        dossier=dossier.code, agency=AGENCY, key=str(document),
    )  # fmt: skip
    source = storage.Source(arrived.id, arrived.sha256, (1,))
    described = storage.Metadata(kind="khac", title="Giấy tờ mẫu", issuer="Cơ quan khác")
    world.deposit(document, VersionRole.ORIGINAL, signed(seal=False), metadata=described, source=source)
    note = storage.SignatureNote("B-LT", "Lê Văn Mẫu", timezone.now(), demo=True)
    for role in roles:
        world.deposit(document, role, signed(seal=False), made_from=1, software="hoso", signature=note)
    return str(document)


def said_of_now() -> tuple[str, str]:
    _page, context = told(signed(seal=False))
    return context["told"].headline, " ".join(context["told"].lines[3].said)


def test_a_copy_that_an_officer_certified_is_not_called_issued_here(world: World) -> None:
    kept(world, VersionRole.CERTIFIED)
    headline, now = said_of_now()
    assert headline == "Nguyên vẹn, chữ ký xác nhận bản sao hợp lệ"
    assert "Bản sao điện tử do cán bộ một cửa ký xác nhận" in now
    assert "Do hệ thống này ban hành" not in now


def test_a_file_of_another_system_is_not_called_issued_here(world: World) -> None:
    document = kept(world, VersionRole.ISSUED)
    headline, now = said_of_now()
    assert headline == "Nguyên vẹn, chữ ký hợp lệ"
    assert "không có ghi nhận là do hệ thống này ban hành" in now
    given = {"code": "G06.01_CV_000021_V1", "agency": AGENCY, "key": "b", "digest": "", "client": ""}
    CodedDocument.objects.update_or_create(document=document, defaults=given)
    assert "không có ghi nhận là do hệ thống này ban hành" in said_of_now()[1]
    CodedDocument.objects.update(client="a system")
    headline, now = said_of_now()
    assert headline == "Nguyên vẹn, chữ ký hợp lệ"
    assert "Do hệ thống khác gửi đến" in now


def test_an_older_form_of_an_imported_file_is_not_said_to_lack_our_seal(world: World) -> None:
    document = UUID(kept(world, VersionRole.ISSUED))
    note = storage.SignatureNote("B-LTA", "Lê Văn Mẫu", timezone.now(), demo=True)
    renewed = signed(seal=False) + b"\n% renewed"
    world.deposit(document, VersionRole.RENEWED, renewed, made_from=2, software="hoso", signature=note)
    headline, now = said_of_now()
    assert headline == "Nguyên vẹn, chữ ký hợp lệ"
    assert "trong kho có bản mới hơn" in now


def test_a_result_of_a_dossier_is_called_issued_here(world: World) -> None:
    assert "Do hệ thống này ban hành" in Client().get(f"/verify/{world.whole().verify_token}").content.decode()


def test_the_code_of_a_receipt_leads_to_the_steps_without_names(world: World) -> None:
    dossier = world.receive()
    page = Client().get(f"/verify/{dossier.lookup_token}").content.decode()
    assert dossier.code in page
    assert "Tiếp nhận hồ sơ" in page
    for secret in (NAME, "Trần Thị Cán Bộ", "noi_cu_tru"):
        assert secret not in page


def test_drafts_and_made_up_codes_look_the_same_and_guessing_is_stopped(world: World) -> None:
    dossier = world.receive()
    world.settle(dossier)
    draft = world.draft(dossier)
    client = Client()
    pages = [client.get(f"/verify/{token}") for token in (draft.verify_token, "A" * 32)]
    assert [page.status_code for page in pages] == [404, 404]
    assert all("Không tìm thấy" in page.content.decode() for page in pages)
    rest = [client.get(f"/verify/{n:032d}").status_code for n in range(views.MISSES.most)]
    assert rest[: views.MISSES.most - 2] == [404] * (views.MISSES.most - 2)
    assert rest[-2:] == [429, 429]


def test_a_typed_address_finds_its_way(world: World) -> None:
    token = world.receive().lookup_token
    answer = Client().post("/verify/codes", {"code": f" http://127.0.0.1:8765/verify/{token} "})
    assert answer.headers["Location"] == f"/verify/{token}"
    assert Client().post("/verify/codes", {"code": "abc"}).status_code == 404


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "not an address", "127.0.0.1"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_a_proxy_on_this_machine_may_say_who_asks(peer: str, forwarded: str, found: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == found
