"""The report of a verification (`hoso.verify/1`) as four plain lines, a headline and a next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.templatetags.hoso import moment
from portal.verify.standing import Origin, Standing

QUIET = ("demo", "no_timestamp", "old_padding")
"""Reasons that stand elsewhere on the page, or change nothing for the reader."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of the four lines: what is asked, the answer's tone (green, amber, red) and the answer, part by part."""

    name: str
    tone: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the page shows of a verification."""

    tone: str
    headline: str
    next_step: str
    lines: tuple[Line, ...]
    demo: bool


def tell(report: Mapping[str, Any], standing: Standing | None, same: bool | None) -> Told:
    """The report in plain words. `same`: whether the file is the one that the code on the paper was issued with."""
    lines = (_whole(report), _signers(report), _times(report), _now(standing, same))
    tone, headline, next_step = _sum(report, standing, same)
    if report["demo"] and tone == "green":
        next_step = _("Chữ ký DEMO: chỉ để thử hệ thống, không có giá trị pháp lý.")
    return Told(tone, headline, next_step, lines, bool(report["demo"]))


def _broken(signatures: list[dict[str, Any]]) -> bool:
    return any(not one["intact"] or one["changes"] == "forbidden" for one in signatures)


def _whole(report: Mapping[str, Any]) -> Line:
    name, signatures = _("Toàn vẹn"), report["signatures"]
    if not signatures:
        damaged = "format_failure" in report["reasons"]
        if damaged:
            return Line(name, "red", (_("Tệp bị hỏng hoặc đã bị sửa nên không kiểm tra được."),))
        if "no_signature" not in report["reasons"]:
            return Line(name, "amber", (_("Chưa thể biết: không mở được tệp."),))
        return Line(name, "amber", (_("Chưa thể biết: tệp không có chữ ký số nên không có căn cứ đối chiếu."),))
    if _broken(signatures):
        return Line(name, "red", (_("Nội dung ĐÃ BỊ THAY ĐỔI sau khi ký."),))
    return Line(name, "green", (_("Nội dung không đổi từ khi ký."),))


def _signers(report: Mapping[str, Any]) -> Line:
    name, signatures = _("Chữ ký và chứng thư"), report["signatures"]
    if not signatures:
        return Line(name, "amber", tuple(_reasons(report["reasons"])) or (_("Tệp không có chữ ký số."),))
    words = {"valid": _("hợp lệ"), "invalid": _("KHÔNG hợp lệ"), "indeterminate": _("chưa kết luận được")}
    said = []
    for one in signatures:
        given = {
            "signer": one["signer"] or _("không rõ người ký"),
            "issuer": one["issuer"] or _("không rõ"),
            "verdict": words[one["status"]],
        }
        why = _texts(one) if one["status"] != "valid" else []
        said.append(" ".join([_("%(signer)s: %(verdict)s, chứng thư do %(issuer)s cấp.") % given, *why]))
    tones = {"valid": "green", "invalid": "red", "indeterminate": "amber"}
    return Line(name, tones[report["verdict"]], tuple(said))


def _times(report: Mapping[str, Any]) -> Line:
    name, signatures = _("Thời điểm ký và mức"), report["signatures"]
    if not signatures:
        none = "no_signature" in report["reasons"]
        return Line(name, "amber", (_("Không có.") if none else _("Chưa thể biết: không mở được tệp."),))
    said, tone = [], "amber" if _broken(signatures) else "green"
    for one in signatures:
        level = one["level"] if one["level"] != "none" else _("không theo chuẩn PAdES")
        given = {"signer": one["signer"], "level": level}
        if one["signed_at"]:
            given["at"] = _at(one["signed_at"])
            said.append(_("%(signer)s: %(at)s theo dấu thời gian, mức %(level)s.") % given)
        elif one["claimed_at"]:
            given["at"], tone = _at(one["claimed_at"]), "amber"
            said.append(
                _("%(signer)s: %(at)s theo đồng hồ máy của người ký (không có dấu thời gian), mức %(level)s.") % given
            )
        else:
            tone = "amber"
            said.append(_("%(signer)s: không rõ thời điểm, mức %(level)s.") % given)
    return Line(name, tone, tuple(said))


def _now(standing: Standing | None, same: bool | None) -> Line:
    name = _("Hiệu lực hiện tại")
    said = []
    if same is True:
        said.append(_("Tệp đúng là bản đã ban hành với mã trên giấy."))
    if same is False:
        said.append(_("Tệp KHÁC bản đã ban hành với mã trên giấy."))
    if standing is None:
        said.append(
            _("Kho của hệ thống này không có bản này. Hỏi cơ quan ghi trên văn bản để biết còn hiệu lực không.")
        )
        return Line(name, "red" if same is False else "amber", tuple(said))
    return Line(name, "red" if same is False else standing.tone, (f"{standing.word}. {standing.text}", *said))


def _sum(report: Mapping[str, Any], standing: Standing | None, same: bool | None) -> tuple[str, str, str]:
    signatures, reasons = report["signatures"], report["reasons"]
    if not signatures:
        return _unsigned(reasons)
    if _broken(signatures):
        step = _("Đừng dùng tệp này. Xin lại bản điện tử từ cơ quan ban hành, hoặc tải lại ở mục Giấy tờ của tôi.")
        return "red", _("Văn bản đã bị sửa sau khi ký"), step
    if same is False:
        step = _("Đừng dùng tệp này thay cho giấy có mã đó. Hỏi cơ quan ban hành.")
        return "red", _("Tệp không phải bản đã ban hành với mã này"), step
    if report["verdict"] == "invalid":
        return "red", _("Chữ ký không hợp lệ"), _("Đừng dùng tệp này. Hỏi cơ quan ghi trên văn bản.")
    if report["verdict"] == "indeterminate":
        return _undecided(signatures)
    if standing is not None and not standing.good:
        step = _("Chữ ký vẫn đúng, nhưng không nên dùng văn bản này. %(why)s") % {"why": standing.text}
        return standing.tone, standing.word, step
    return "green", *_sound(standing.origin if standing is not None else None)


def _sound(origin: Origin | None) -> tuple[str, str]:
    """Headline and next step of a sound file: only of what was issued here do we know whether it still counts."""
    if origin is Origin.ISSUED:
        return _("Nguyên vẹn, chữ ký hợp lệ, còn hiệu lực"), _("Bạn có thể dùng văn bản này.")
    if origin is Origin.CERTIFIED:
        step = _("Tệp đúng là bản sao lưu trong kho. Bản gốc còn hiệu lực hay không, hỏi cơ quan đã cấp.")
        return _("Nguyên vẹn, chữ ký xác nhận bản sao hợp lệ"), step
    step = _("Chữ ký đúng, nhưng chỉ cơ quan ban hành biết văn bản còn hiệu lực hay không.")
    return _("Nguyên vẹn, chữ ký hợp lệ"), step


def _unsigned(reasons: list[str]) -> tuple[str, str, str]:
    if "no_signature" in reasons:
        step = _("Xin cơ quan ban hành tệp gốc có chữ ký số, hoặc quét mã QR trên giấy để tra kết quả.")
        return "amber", _("Tệp không có chữ ký số"), step
    if "format_failure" in reasons:
        step = _("Đừng dùng tệp này. Tải lại từ nơi đã gửi cho bạn rồi kiểm tra lại.")
        return "red", _("Tệp có chữ ký nhưng đã hỏng"), step
    if "too_costly" in reasons:
        step = _("Mang tệp đến Bộ phận Một cửa để được kiểm tra.")
        return "amber", _("Tệp quá lớn hoặc quá phức tạp nên không mở an toàn được"), step
    if "encrypted" in reasons:
        step = _("Xin nơi gửi bản không đặt mật khẩu rồi kiểm tra lại, hoặc quét mã QR trên giấy.")
        return "amber", _("Tệp PDF bị đặt mật khẩu"), step
    step = _("Mở thử trên máy của bạn; nếu không mở được, hãy xin lại tệp.")
    return "amber", _("Không đọc được tệp PDF này"), step


def _undecided(signatures: list[dict[str, Any]]) -> tuple[str, str, str]:
    if any("untrusted" in one["reasons"] for one in signatures):
        step = _("Chưa thể tin chữ ký này. Hỏi cơ quan ghi trên văn bản, hoặc kiểm tra ở cổng chứng thực quốc gia.")
        return "amber", _("Người ký dùng chứng thư của tổ chức không được tin cậy"), step
    if any({"archive_timestamp_broken", "trailing_bytes"} & set(one["reasons"]) for one in signatures):
        step = _("Đừng dùng bản này. Xin lại bản điện tử từ cơ quan ban hành.")
        return "amber", _("Phần thêm vào sau chữ ký đã bị sửa"), step
    step = _("Thử lại sau ít phút; nếu vẫn vậy, hỏi cơ quan ghi trên văn bản.")
    return "amber", _("Chưa kết luận được về chữ ký"), step


def _texts(one: Mapping[str, Any]) -> list[str]:
    language = "en" if get_language() == "en" else "vi"
    # Two certificates may fail for one reason; said once, it is clear enough.
    return list(dict.fromkeys(text[language] for text in one["texts"] if text["code"] not in QUIET))


def _reasons(codes: list[str]) -> list[str]:
    known = {
        "no_signature": _("Tệp không có chữ ký số."),
        "format_failure": _("Cấu trúc tệp hoặc chữ ký bị hỏng."),
        "unreadable": _("Không đọc được tệp PDF này."),
        "encrypted": _("Tệp bị đặt mật khẩu nên chưa biết có chữ ký số hay không."),
        "too_costly": _("Tệp cần quá nhiều thời gian hoặc bộ nhớ nên đã bị dừng."),
    }
    return [known[code] for code in codes if code in known]


def _at(text: str) -> str:
    return moment(datetime.fromisoformat(text))
