"""An invented dossier, and papers seen as a scanner or a phone sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pdfplumber
import pypdfium2
import pytest
import zxingcpp

from paper import Case, Issuer, Paper, ResultData, Signer, System

OWNER = "001190000001"


@pytest.fixture
def case() -> Case:
    return Case(
        issuer=Issuer("Ủy ban nhân dân xã Ví Dụ", superior="Tỉnh Thử Nghiệm", locality="Ví Dụ", phone="0000 000 000"),
        system=System("Hệ thống giải quyết TTHC DEMO", "https://motcua.demo.example"),
        dossier_code="H99.01.02-261105-0001",
        procedure_code="1.004873",
        procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
        owner_id=OWNER,
        applicant="NGUYỄN THỊ MẪU",
        printed_at=datetime(2026, 11, 5, 2, 30, 15, tzinfo=UTC),
        token="Xk3fP0aT-9qLw2",
        address="Thôn Minh Họa, xã Ví Dụ",
        officer="LÊ THỊ THỬ NGHIỆM",
    )


@pytest.fixture
def single(case: Case) -> ResultData:
    return ResultData(
        case=case,
        code="H99.01.02-261105-0001-KQ1",
        number="12/UBND-XNTTHN",
        issued_on=date(2026, 2, 5),
        signer=Signer(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Phạm Văn Thí Dụ"),
        fields={
            "name": "Nguyễn Thị Mẫu",
            "born": date(1990, 1, 1),
            "sex": "Nữ",
            "ethnicity": "Kinh",
            "nationality": "Việt Nam",
            "identifier": OWNER,
            "residence": "Thôn Minh Họa, xã Ví Dụ",
            "status": "Chưa đăng ký kết hôn với ai",
            "purpose": "để kết hôn với ông Trần Văn Ví Dụ",
        },
        valid_to=date(2026, 8, 5),
        scope="Toàn quốc",
    )


@pytest.fixture
def text_of() -> Callable[[Paper], str]:
    """The paper's words on one line, as a copy from a reader gives them."""

    def read(paper: Paper) -> str:
        with pdfplumber.open(BytesIO(paper.pdf)) as pdf:
            return " ".join(" ".join((page.extract_text() or "").split()) for page in pdf.pages)

    return read


@pytest.fixture
def codes_of() -> Callable[[Paper, int], dict[str, tuple[float, float]]]:
    """The QR codes of page 1 printed at a resolution: text to the code's centre in points from the lower left."""

    def read(paper: Paper, dpi: int) -> dict[str, tuple[float, float]]:
        document = pypdfium2.PdfDocument(paper.pdf)
        page = document[0]
        height = page.get_height()
        image = page.render(scale=dpi / 72).to_pil().convert("L")
        found = {}
        for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
            corners = (code.position.top_left, code.position.bottom_right)
            x, y = (sum(getattr(c, axis) for c in corners) / 2 * 72 / dpi for axis in ("x", "y"))
            found[code.text] = (x, height - y)
        document.close()
        return found

    return read
