"""The two codes that papers carry: the data QR of TT 01/2023 Điều 26 and the look-up QR."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from catalogue.text import nfc
from paper.errors import BadField, BadPublicUrl, BadQr, Overfull

_MAGIC = "HOSO"
_VERSION = "1"
_TIME = "%Y%m%dT%H%MZ"
_DAY = "%Y%m%d"
_OPEN = "-"
_MAX_BYTES = 600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")

PaperType = Literal["T", "P", "K"]


@dataclass(frozen=True, slots=True)
class DataQr:
    """The fields that TT 01/2023/TT-VPCP Điều 26 asks for.

    `type` is T (receipt, giấy tiếp nhận), P (any other form, phiếu) or K (result, kết quả). Receipts carry `due_at`;
    results carry `valid_to` (None: without limit) and `scope`. Times are aware and whole minutes.
    """

    type: PaperType
    dossier_code: str
    procedure_code: str
    owner_id: str
    title: str
    system: str
    published_at: datetime
    due_at: datetime | None = None
    valid_to: date | None = None
    scope: str = ""


def data_qr(fields: DataQr) -> str:
    """The payload of the data QR, NFC text.

    Version 1 is `HOSO1|<type>|<dossier code>|<procedure code>|<owner id>|<title>|<system>|<published>`, then for type
    T `|<due>`, for type K `|<valid to>|<scope>`. Times are UTC `YYYYMMDDTHHMMZ`, days `YYYYMMDD`, a missing day `-`.
    `%`, `|` and control characters inside a field are percent-encoded as in RFC 3986. Version numbers only grow;
    a reader refuses one that it does not know.

    Raises `BadField` for a field that the type demands or forbids and for a time without zone, `Overfull` above 600
    bytes (a code of 20 mm is not read safely beyond).
    """
    _check(fields)
    parts = [
        f"{_MAGIC}{_VERSION}",
        fields.type,
        _escape(fields.dossier_code),
        _escape(fields.procedure_code),
        _escape(fields.owner_id),
        _escape(fields.title),
        _escape(fields.system),
        _time(fields.published_at),
    ]
    if fields.due_at is not None:
        parts.append(_time(fields.due_at))
    if fields.type == "K":
        parts += [_day(fields.valid_to), _escape(fields.scope)]
    text = "|".join(parts)
    if len(text.encode()) > _MAX_BYTES:
        raise Overfull(what_vi="mã QR dữ liệu", what_en="the data QR")
    return text


def read_data_qr(text: str) -> DataQr:
    """The fields of a payload that `data_qr` made. Raises `BadQr`."""
    parts = text.split("|")
    if not parts[0].startswith(_MAGIC):
        raise BadQr(reason_vi="không phải mã của hệ thống này", reason_en="not a code of this system")
    if parts[0] != f"{_MAGIC}{_VERSION}":
        raise BadQr(reason_vi="phiên bản chưa được hỗ trợ", reason_en="a version that is not known")
    if len(parts) < 2 or len(parts) != {"T": 9, "P": 8, "K": 10}.get(parts[1]):
        raise BadQr(reason_vi="sai số trường", reason_en="the wrong number of fields")
    kind = parts[1]
    try:
        fields = DataQr(
            type="T" if kind == "T" else "P" if kind == "P" else "K",
            dossier_code=unquote(parts[2], errors="strict"),
            procedure_code=unquote(parts[3], errors="strict"),
            owner_id=unquote(parts[4], errors="strict"),
            title=unquote(parts[5], errors="strict"),
            system=unquote(parts[6], errors="strict"),
            published_at=_read_time(parts[7]),
            due_at=_read_time(parts[8]) if kind == "T" else None,
            valid_to=_read_day(parts[8]) if kind == "K" else None,
            scope=unquote(parts[9], errors="strict") if kind == "K" else "",
        )
    except ValueError as error:
        raise BadQr(reason_vi="có trường sai định dạng", reason_en="a field is malformed") from error
    try:
        canonical = data_qr(fields) == text
    except (BadField, Overfull):
        canonical = False
    if not canonical:
        raise BadQr(reason_vi="không ở dạng chuẩn", reason_en="not in canonical form")
    return fields


def lookup_url(public_url: str, token: str) -> str:
    """`<public_url>/verify/<token>`. The token is random and names no person. Raises `BadPublicUrl`, `BadField`."""
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadPublicUrl(url=public_url)
    if not _TOKEN.fullmatch(token):
        raise BadField(field="token")
    return f"{public_url.rstrip('/')}/verify/{token}"


def svg(text: str) -> str:
    """A QR code (ISO/IEC 18004, level M, no quiet zone) as SVG, for a template that leaves the quiet zone itself."""
    import segno

    out = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode()


def _check(fields: DataQr) -> None:
    for name in ("dossier_code", "procedure_code", "owner_id", "title", "system", "scope"):
        value = getattr(fields, name)
        if not value and name not in {"owner_id", "scope"}:
            raise BadField(field=name)
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise BadField(field=name)
    if (fields.type == "T") != (fields.due_at is not None):
        raise BadField(field="due_at")
    if fields.type != "K" and (fields.valid_to is not None or fields.scope):
        raise BadField(field="valid_to")


def _escape(text: str) -> str:
    return "".join(quote(c, safe="") if c in "%|" or not c.isprintable() else c for c in nfc(text))


def _time(at: datetime) -> str:
    if at.tzinfo is None:
        raise BadField(field="published_at")
    utc = at.astimezone(UTC)
    return f"{utc.year:04d}{utc:%m%dT%H%MZ}"


def _day(day: date | None) -> str:
    return f"{day.year:04d}{day:%m%d}" if day else _OPEN


def _read_time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


def _read_day(text: str) -> date | None:
    return None if text == _OPEN else datetime.strptime(text, _DAY).replace(tzinfo=UTC).date()
