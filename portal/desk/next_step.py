"""The one thing to do next with a dossier, worked out from where it stands; pages show it first and largest."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.models import Dossier
from dossiers.states import Act, ComponentState, Decision, ResultState, State
from portal.desk.contents import Contents


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, why, and the button that does it: a link, or a form to post. No button: there is nothing to press.

    `tone` is the colour of the note; `busy` says that the machine works and nobody need wait.
    """

    title: str
    text: str = ""
    label: str = ""
    link: str = ""
    post: str = ""
    tone: str = "blue"
    busy: bool = False


def of(dossier: Dossier, contents: Contents, may: dict[str, bool]) -> NextStep:
    """The next step of this dossier for somebody who may do these acts."""
    state = State(dossier.state)
    if state is State.REGISTERED:
        return _act(dossier, Act.ACCEPT, may, _("Tiếp nhận hồ sơ này"), _("Giờ hẹn trả tính từ lúc tiếp nhận."))
    if state is State.RECEIVED:
        return _received(dossier, contents, may)
    if state is State.SUPPLEMENT:
        return _act(
            dossier,
            Act.SUPPLEMENT_RECEIVED,
            may,
            _("Đang chờ người nộp bổ sung"),
            _("Thời hạn giải quyết đang tạm dừng. Khi nhận đủ giấy tờ, bấm ghi nhận để tính tiếp."),
            tone="amber",
        )
    if state is State.PROCESSING:
        return _processing(dossier, contents, may)
    if state is State.DONE:
        return _act(dossier, Act.HAND_OVER, may, _("Trả kết quả cho người nộp"), _("Kết quả đã được ký và đóng dấu."))
    return NextStep(_("Hồ sơ đã kết thúc"), _("Không còn việc gì phải làm."), tone="green")


def _received(dossier: Dossier, contents: Contents, may: dict[str, bool]) -> NextStep:
    if contents.failed:
        return NextStep(
            _("Có tệp máy không đọc được"), _("Xem lỗi ở mục Tệp quét bên dưới, quét lại hoặc thử lại."),
            _("Quét giấy tờ"), link=reverse("desk:scan", args=[dossier.id]), tone="red",
        )  # fmt: skip
    if contents.unsorted:
        title = ngettext("Xếp %(n)d giấy tờ máy chưa phân loại được", "Xếp %(n)d giấy tờ máy chưa phân loại được",
                         len(contents.unsorted))  # fmt: skip
        link = reverse("desk:place", args=[dossier.id, contents.unsorted[0].id])
        return NextStep(title % {"n": len(contents.unsorted)}, _("Xem các trang rồi chọn thành phần hồ sơ tương ứng."),
                        _("Xem và xếp"), link=link)  # fmt: skip
    reuse = [c for c in contents.components if c.row.decision == Decision.REUSE and not c.row.reused]
    if reuse:
        title = ngettext("Hỏi người nộp: dùng lại %(n)d giấy tờ trong kho?",
                         "Hỏi người nộp: dùng lại %(n)d giấy tờ trong kho?", len(reuse))  # fmt: skip
        text = _("Cho người nộp xem rồi bấm “Dùng lại” ở từng giấy tờ.")
        return NextStep(title % {"n": len(reuse)}, text, _("Xem giấy tờ"), link="#components")
    shown = [c for c in contents.components if c.row.decision == Decision.SHOWN and not c.settled]
    if shown:
        title = ngettext("Đối chiếu %(n)d giấy tờ xuất trình", "Đối chiếu %(n)d giấy tờ xuất trình", len(shown))
        text = _("Xem bản chính rồi bấm “Đã đối chiếu”; không chụp, không lưu ảnh.")
        return NextStep(title % {"n": len(shown)}, text, _("Xem giấy tờ"), link="#components")
    if contents.to_check:
        title = ngettext("Kiểm tra %(n)d giấy tờ máy đã đọc", "Kiểm tra %(n)d giấy tờ máy đã đọc",
                         len(contents.to_check))  # fmt: skip
        link = reverse("desk:check", args=[dossier.id, contents.to_check[0]])
        return NextStep(title % {"n": len(contents.to_check)}, _("Chỉ cần xem những ô máy đọc chưa chắc chắn."),
                        _("Kiểm tra"), link=link)  # fmt: skip
    missing = [c for c in contents.components if c.row.decision == Decision.SCAN
               and c.row.state == ComponentState.WAITING and c.row.required]  # fmt: skip
    if missing and not contents.working:
        title = ngettext("Quét %(n)d giấy tờ", "Quét %(n)d giấy tờ", len(missing))
        text = _("Thả tệp vào trang quét; máy đọc ngay, không phải chờ.")
        return NextStep(
            title % {"n": len(missing)}, text, _("Quét giấy tờ"), link=reverse("desk:scan", args=[dossier.id])
        )
    if contents.working:
        return NextStep(
            _("Máy đang làm việc"),
            _("Bạn không phải chờ: làm hồ sơ khác, hồ sơ này sẽ hiện lại ở Việc của tôi."),
            busy=True,
        )
    if contents.to_certify:
        title = ngettext("Ký số %(n)d bản sao đã kiểm tra", "Ký số %(n)d bản sao đã kiểm tra", len(contents.to_certify))
        return NextStep(title % {"n": len(contents.to_certify)}, _("Bấm một lần để ký tất cả."), _("Ký số tất cả"),
                        post=reverse("desk:certify", args=[dossier.id]))  # fmt: skip
    open_ = [c for c in contents.components if c.row.required and not c.settled]
    if open_:
        title = ngettext("Hoàn tất %(n)d thành phần còn lại", "Hoàn tất %(n)d thành phần còn lại", len(open_))
        return NextStep(title % {"n": len(open_)}, "; ".join(c.row.title for c in open_), _("Xem giấy tờ"),
                        link="#components")  # fmt: skip
    return _act(dossier, Act.START_PROCESSING, may, _("Đủ giấy tờ: chuyển xử lý"), "", tone="green")


def _processing(dossier: Dossier, contents: Contents, may: dict[str, bool]) -> NextStep:
    results = [r for r in contents.results if r.state not in (ResultState.REVOKED, ResultState.REPLACED)]
    if not results:
        if may[Act.DRAFT_RESULT]:
            return NextStep(_("Soạn kết quả"), _("Điền mẫu, lãnh đạo ký, văn thư đóng dấu."), _("Soạn kết quả"),
                            link=reverse("desk:draft", args=[dossier.id]))  # fmt: skip
        return NextStep(_("Đang xử lý"), _("Cơ quan có thẩm quyền đang giải quyết."))
    result = results[-1]
    link = reverse("desk:result", args=[result.id])
    texts = {
        ResultState.DRAFT: (_("Chờ lãnh đạo ký"), _("Dự thảo đã sẵn sàng để ký số.")),
        ResultState.SIGNED: (_("Chờ văn thư đóng dấu"), _("Lãnh đạo đã ký; còn con dấu của cơ quan.")),
    }
    title, text = texts.get(ResultState(result.state), (_("Kết quả đang được ký, đóng dấu"), ""))
    return NextStep(title, text, _("Mở kết quả"), link=link)


def _act(dossier: Dossier, act: Act, may: dict[str, bool], title: str, text: str, *, tone: str = "blue") -> NextStep:
    if not may[act]:
        return NextStep(title, text, tone=tone)
    labels = {
        Act.ACCEPT: _("Tiếp nhận"),
        Act.SUPPLEMENT_RECEIVED: _("Đã nhận đủ bổ sung"),
        Act.START_PROCESSING: _("Chuyển xử lý"),
        Act.HAND_OVER: _("Đã trả kết quả"),
    }
    return NextStep(title, text, labels[act], post=reverse("desk:act", args=[dossier.id, act.value]), tone=tone)
