"""The forms of TT 03/2025/TT-VPCP, Annex I: what the desk hands out about a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paper.compiler import compile_paper
from paper.content import agency_block, case_block, codes
from paper.errors import MissingFields, UnknownForm
from paper.model import BookEntry, ControlSlip, Notice, Paper, Receipt, Step, TrackingBook
from paper.qr import DataQr
from paper.wording import clean, local_time, moment


@dataclass(frozen=True, slots=True)
class _Wording:
    """What sets one letter to the applicant apart from the others."""

    title: str
    opening: str
    closing: str
    items_lead: str = ""
    due_label: str = ""
    items_needed: bool = False
    due_needed: bool = False


_CONTACT = " liên hệ với {contact} để được hướng dẫn./."

_NOTICES = {
    "02": _Wording(
        title="Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        opening="Đề nghị ông/bà bổ sung, hoàn thiện hồ sơ gồm những nội dung sau:",
        due_label="Thời hạn bổ sung",
        closing="Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, ông/bà" + _CONTACT,
        items_needed=True,
    ),
    "03": _Wording(
        title="Phiếu từ chối tiếp nhận giải quyết hồ sơ",
        opening="Qua xem xét, {issuer} thông báo không tiếp nhận, giải quyết hồ sơ này.",
        items_lead="Giấy tờ trả lại cho ông/bà:",
        closing="Xin thông báo để ông/bà được biết và thực hiện. Nếu có vướng mắc, ông/bà" + _CONTACT,
    ),
    "04": _Wording(
        title="Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        opening="{issuer} chưa trả được kết quả giải quyết hồ sơ đúng thời gian đã hẹn. "
        "{issuer} xin lỗi ông/bà vì sự chậm trễ này.",
        due_label="Thời gian hẹn lại để trả kết quả",
        closing="Mong ông/bà thông cảm. Nếu có vướng mắc, ông/bà" + _CONTACT,
        due_needed=True,
    ),
    "05": _Wording(
        title="Thông báo dừng giải quyết hồ sơ",
        opening="{issuer} thông báo dừng giải quyết hồ sơ nêu trên.",
        items_lead="Giấy tờ trả lại cho ông/bà:",
        closing="Xin thông báo để ông/bà được biết. Nếu có vướng mắc, ông/bà" + _CONTACT,
    ),
}

_RECEIPT_TITLE = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
_SLIP_TITLE = "Phiếu kiểm soát quá trình giải quyết hồ sơ"
_BOOK_TITLE = "Sổ theo dõi hồ sơ"


def receipt(data: Receipt) -> Paper:
    """Form 01, the receipt with the appointment. Places: `person` (the officer), `applicant`, the codes.

    Raises `MissingFields` without components, `BadField`, `BadPublicUrl`, `Overfull`.
    """
    if not data.items:
        raise MissingFields(fields="items")
    case = data.case
    content = case_block(case, _RECEIPT_TITLE) | {
        "number": f"{clean(data.serial, 'serial')}/TNHS" if data.serial else "……/TNHS",
        "items": [
            {
                "title": clean(item.title, "items"),
                "originals": _count(item.originals),
                "copies": _count(item.copies),
                "note": clean(item.note, "items"),
            }
            for item in data.items
        ],
        "sets": f"{data.sets:02d}",
        "time_limit": clean(data.time_limit, "time_limit"),
        "received_at": moment(data.received_at, "received_at"),
        "due_at": moment(data.due_at, "due_at"),
        "collect_at": clean(data.collect_at, "collect_at"),
        "book": clean(data.book, "book"),
        "serial": clean(data.serial, "serial"),
    }
    qr = DataQr(
        type="T",
        dossier_code=case.dossier_code,
        procedure_code=case.procedure_code,
        owner_id=case.owner_id,
        title=_RECEIPT_TITLE,
        system=case.system.name,
        published_at=case.printed_at,
        due_at=data.due_at,
    )
    return compile_paper("form01.typ", content | codes(case, qr), at=case.printed_at)


def form(number: str, data: Notice | ControlSlip | TrackingBook) -> Paper:
    """Form 02 to 07: 02 supplement, 03 refusal, 04 apology, 05 stop (`Notice`); 06 `ControlSlip`; 07 `TrackingBook`.

    Places: `person`, and `applicant` or `seal` by who signs. Raises `UnknownForm`, `MissingFields`, `BadField`.
    """
    if isinstance(data, Notice) and number in _NOTICES:
        return _notice(number, data)
    if isinstance(data, ControlSlip) and number == "06":
        return _slip(data)
    if isinstance(data, TrackingBook) and number == "07":
        return _book(data)
    raise UnknownForm(number=number, data=type(data).__name__)


def _notice(number: str, data: Notice) -> Paper:
    words, case = _NOTICES[number], data.case
    absent = [
        name
        for name, needed in (("reason", True), ("items", words.items_needed), ("due_at", words.due_needed))
        if needed and not getattr(data, name)
    ]
    if absent:
        raise MissingFields(fields=", ".join(absent))
    issuer = clean(case.issuer.name, "issuer")
    phone = f", số điện thoại {case.issuer.phone}" if case.issuer.phone else ""
    contact = clean(data.contact or f"{issuer}{phone}", "contact")
    content = case_block(case, words.title) | {
        "number": clean(data.number, "number") or None,
        "received_at": moment(data.received_at, "received_at") if data.received_at else None,
        "opening": words.opening.format(issuer=issuer),
        "items_lead": words.items_lead,
        "items": [clean(item, "items") for item in data.items],
        "reason": clean(data.reason, "reason"),
        "due_label": words.due_label or "Thời hạn",
        "due_at": moment(data.due_at, "due_at") if data.due_at else None,
        "closing": words.closing.format(contact=contact),
        "signer": {
            "capacity": [clean(line, "signer") for line in data.signer.capacity],
            "name": clean(data.signer.name, "signer"),
        }
        if data.signer
        else None,
    }
    qr = _plain_qr(data, words.title)
    return compile_paper("notice.typ", content | codes(case, qr), at=case.printed_at)


def _slip(data: ControlSlip) -> Paper:
    if not data.steps:
        raise MissingFields(fields="steps")
    content = case_block(data.case, _SLIP_TITLE) | {
        "received_at": moment(data.received_at, "received_at"),
        "due_at": moment(data.due_at, "due_at"),
        "steps": [_step(step) for step in data.steps],
    }
    qr = _plain_qr(data, _SLIP_TITLE)
    return compile_paper("form06.typ", content | codes(data.case, qr), at=data.case.printed_at)


def _step(step: Step) -> dict[str, str]:
    return {
        "sender": clean(step.sender, "steps"),
        "receiver": clean(step.receiver, "steps"),
        "at": moment(step.at, "steps"),
        "outcome": clean(step.outcome, "steps"),
        "note": clean(step.note, "steps"),
    }


def _book(data: TrackingBook) -> Paper:
    content = agency_block(data.issuer, data.system, _BOOK_TITLE, data.printed_at) | {
        "subtitle": clean(data.title, "title"),
        "entries": [_entry(entry) for entry in data.entries],
    }
    return compile_paper("form07.typ", content, at=data.printed_at)


def _entry(entry: BookEntry) -> dict[str, Any]:
    times = {
        name: f"{local_time(value, name):%H:%M %d/%m/%Y}" if value else ""
        for name, value in (
            ("received_at", entry.received_at),
            ("due_at", entry.due_at),
            ("done_at", entry.done_at),
        )
    }
    return times | {
        "dossier_code": clean(entry.dossier_code, "entries"),
        "procedure_name": clean(entry.procedure_name, "entries"),
        "applicant": clean(entry.applicant, "entries"),
        "sets": f"{entry.sets:02d}",
        "delivery": clean(entry.delivery, "entries"),
        "note": clean(entry.note, "entries"),
    }


def _plain_qr(data: Notice | ControlSlip, title: str) -> DataQr:
    case = data.case
    return DataQr(
        type="P",
        dossier_code=case.dossier_code,
        procedure_code=case.procedure_code,
        owner_id=case.owner_id,
        title=title,
        system=case.system.name,
        published_at=case.printed_at,
    )


def _count(number: int) -> str:
    return f"{number:02d}" if number else ""
