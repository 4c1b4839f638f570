"""Fourteen forms, each a function from chance to a sheet: applications, decisions, certificates, tables, letters."""

from __future__ import annotations

from collections.abc import Callable

from papers import Block, Sheet, choice, digits, gap, head, line, para, row, signer, signers, table

from bench.pages.content import Content


def _signed(c: Content, *capacity: str) -> Block:
    blank = signer("", name="", signature=False)
    return signers(blank, signer(*capacity, note="(Ký, ghi rõ họ tên)", name=c.person(), seal=len(capacity) > 1))


def _head(c: Content, symbol: str) -> dict[str, str]:
    return head(f"Tỉnh {c.place()}", f"UBND xã {c.place()}", c.number(symbol), f"{c.place()}, {c.long_date()}")


def _sheet(title: str, *blocks: Block, header: dict[str, str] | None = None, dated: str = "", **looks: object) -> Sheet:
    return Sheet(kind="khac", title=title, blocks=blocks, fields={}, header=header, dated=dated, **looks)  # type: ignore[arg-type]


def declaration(c: Content) -> Sheet:
    return _sheet(
        "TỜ KHAI ĐĂNG KÝ KHAI SINH",
        para(f"Kính gửi: Ủy ban nhân dân xã {c.place()}, tỉnh {c.place()}", center=True),
        line("Họ, chữ đệm, tên người yêu cầu", c.person()),
        digits("Số định danh cá nhân", c.citizen_id()),
        line("Nơi cư trú", c.address()),
        para("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:", bold=True),
        line("Họ, chữ đệm, tên", c.person().upper()),
        row(("Sinh ngày", c.date(2024)), ("Giới tính", c.rng.choice(("Nam", "Nữ"))), ("Dân tộc", "Kinh")),
        line("Nơi sinh", f"Trạm y tế {c.place()}, {c.address()}"),
        line("Họ, chữ đệm, tên người mẹ", c.person()),
        digits("Số định danh của người mẹ", c.citizen_id()),
        line("Họ, chữ đệm, tên người cha", c.person()),
        digits("Số định danh của người cha", c.citizen_id()),
        para(c.prose(1), indent=True),
        _signed(c, "Người yêu cầu"),
        dated=f"{c.place()}, {c.long_date()}",
        hand=True,
    )


def marriage(c: Content) -> Sheet:
    return _sheet(
        "TỜ KHAI ĐĂNG KÝ KẾT HÔN",
        table(
            (1.3, 2, 2),
            ("Thông tin", "Bên nữ", "Bên nam"),
            ("Họ, chữ đệm, tên", c.person(), c.person()),
            ("Ngày sinh", c.date(1970, 2006), c.date(1970, 2006)),
            ("Số định danh", c.citizen_id(), c.citizen_id()),
            ("Nơi cư trú", c.address(), c.address()),
            ("Kết hôn lần thứ", str(c.rng.randint(1, 3)), str(c.rng.randint(1, 3))),
            ("Điện thoại", c.phone(), c.phone()),
        ),
        para(c.prose(2), indent=True),
        signers(signer("Bên nữ", name=c.person()), signer("Bên nam", name=c.person())),
        dated=f"{c.place()}, {c.long_date()}",
        strong=True,
    )


def decision(c: Content) -> Sheet:
    articles = [para(f"Điều {n}. {c.prose(2)}", indent=True) for n in range(1, 5)]
    return _sheet(
        "QUYẾT ĐỊNH",
        para("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ", bold=True, center=True),
        para(f"Căn cứ Quyết định số {c.number('QĐ-UBND')} {c.long_date()};", indent=True, italic=True),
        para(f"Xét Tờ trình số {c.number('TTr-VHXH')} {c.long_date()},", indent=True, italic=True),
        para("QUYẾT ĐỊNH:", bold=True, center=True),
        *articles,
        _signed(c, "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        header=_head(c, "QĐ-UBND"),
        subtitle="Về việc sửa chữa công trình công cộng",
    )


def letter(c: Content) -> Sheet:
    return _sheet(
        "V/v trả lời đơn của công dân",
        para(f"Kính gửi: Ông (bà) {c.person()}", center=True),
        *(para(c.prose(3), indent=True) for _ in range(4)),
        para(f"Liên hệ: {c.person()}, điện thoại {c.phone()}, thư điện tử motcua{c.rng.randint(1, 9)}@example.gov.vn."),
        _signed(c, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        header=_head(c, "UBND-VP"),
    )


def residents(c: Content) -> Sheet:
    rows = [(str(n), c.person(), c.date(), c.citizen_id(), c.place()) for n in range(1, 17)]
    return _sheet(
        "DANH SÁCH HỘ NHẬN HỖ TRỢ",
        table((0.5, 2.4, 1.3, 1.7, 1.3), ("STT", "Họ và tên", "Ngày sinh", "Số định danh", "Thôn"), *rows),
        para(c.prose(1)),
        _signed(c, "Người lập biểu"),
        header=_head(c, "DS-UBND"),
    )


def budget(c: Content) -> Sheet:
    things = (
        "Xi măng",
        "Gạch ống",
        "Cát vàng",
        "Thép phi 10",
        "Ván khuôn",
        "Nhân công",
        "Vận chuyển",
        "Sơn chống thấm",
    )
    rows = [
        (str(n), thing, str(c.rng.randint(1, 400)), c.money().replace(" đồng", ""), c.money().replace(" đồng", ""))
        for n, thing in enumerate(things, start=1)
    ]
    return _sheet(
        "BẢNG DỰ TOÁN KINH PHÍ",
        table((0.5, 2, 1, 1.6, 1.6), ("TT", "Nội dung", "Số lượng", "Đơn giá", "Thành tiền"), *rows),
        para(f"Tổng cộng: {c.money()}. Thuế suất 8%; dự phòng 2,5%.", bold=True),
        para(c.prose(3), indent=True),
        _signed(c, "Kế toán"),
        header=_head(c, "BC-TCKT"),
    )


def receipt(c: Content) -> Sheet:
    return _sheet(
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        line("Mã hồ sơ", f"H{c.digits(2)}.{c.digits(2)}.{c.digits(2)}-{c.digits(6)}-{c.digits(4)}"),
        line("Tiếp nhận hồ sơ của", c.person()),
        line("Địa chỉ", c.address()),
        row(("Số điện thoại", c.phone()), ("Số bản", f"{c.rng.randint(1, 9):02d}")),
        *(para(f"{n}. {c.prose(1)}") for n in range(1, 6)),
        line("Thời gian nhận", f"{c.rng.randint(7, 16):02d} giờ {c.rng.randint(0, 59):02d} phút, {c.long_date()}"),
        line("Thời gian trả", f"{c.rng.randint(7, 16):02d} giờ {c.rng.randint(0, 59):02d} phút, {c.long_date()}"),
        signers(signer("Người nộp hồ sơ", name=c.person()), signer("Người tiếp nhận", name=c.person())),
        header=_head(c, "TNHS"),
        dotted=False,
    )


def land(c: Content) -> Sheet:
    return _sheet(
        "ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI",
        para(f"Kính gửi: Chi nhánh Văn phòng Đăng ký đất đai khu vực {c.place()}", center=True),
        line("1. Người sử dụng đất", c.person().upper()),
        row(("Số CCCD", c.citizen_id()), ("cấp ngày", c.date(2021))),
        line("2. Thửa đất số", f"{c.rng.randint(1, 900)}; tờ bản đồ số: {c.rng.randint(1, 90)}"),
        line("3. Diện tích", f"{c.rng.randint(40, 900)},{c.digits(1)} m²; loại đất: ở tại nông thôn"),
        line("4. Số phát hành giấy chứng nhận", f"CĐ {c.digits(6)}; số vào sổ: CS {c.digits(5)}"),
        choice("5. Hình thức", ("Chuyển nhượng", True), ("Tặng cho", False), ("Thừa kế", False)),
        para(c.prose(3), indent=True),
        _signed(c, "Người viết đơn"),
        dated=f"{c.place()}, {c.long_date()}",
        form="Mẫu số 18",
        hand=True,
    )


def confirmation(c: Content) -> Sheet:
    return _sheet(
        "GIẤY XÁC NHẬN",
        para(f"ỦY BAN NHÂN DÂN XÃ {c.place().upper()} XÁC NHẬN:", bold=True, center=True),
        line("Ông/bà", c.person().upper()),
        row(("Ngày sinh", c.date(), 1.2), ("Giới tính", "Nữ", 0.8), ("Quốc tịch", "Việt Nam", 1.0)),
        line("Giấy tờ tùy thân", f"Căn cước số {c.citizen_id()} cấp ngày {c.date(2021)}"),
        line("Nơi cư trú", c.address()),
        para(c.prose(2), indent=True),
        gap(4),
        _signed(c, "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        header=_head(c, "XN-UBND"),
    )


def authority(c: Content) -> Sheet:
    return _sheet(
        "GIẤY ỦY QUYỀN",
        para("BÊN ỦY QUYỀN (sau đây gọi là bên A):", bold=True),
        para(f"Họ và tên: {c.person()}, sinh ngày {c.date()}, căn cước số {c.citizen_id()}, cư trú tại {c.address()}."),
        para("BÊN ĐƯỢC ỦY QUYỀN (sau đây gọi là bên B):", bold=True),
        para(f"Họ và tên: {c.person()}, sinh ngày {c.date()}, căn cước số {c.citizen_id()}, cư trú tại {c.address()}."),
        para("NỘI DUNG ỦY QUYỀN", bold=True, center=True),
        *(para(f"{n}. {c.prose(2)}", indent=True) for n in range(1, 4)),
        signers(signer("BÊN A", name=c.person()), signer("BÊN B", name=c.person())),
        dated=f"{c.place()}, {c.long_date()}",
    )


def minutes(c: Content) -> Sheet:
    said = [para(f"- Ông {c.person()}: {c.prose(1)}") for _ in range(6)]
    return _sheet(
        "BIÊN BẢN HỌP THÔN",
        para(
            f"Hôm nay, hồi {c.rng.randint(7, 20)} giờ, {c.long_date()}, tại nhà văn hóa thôn {c.place()}.", italic=True
        ),
        para(f"Chủ trì: bà {c.person()}. Thư ký: ông {c.person()}."),
        para(f"Có mặt: {c.rng.randint(20, 95)}/{c.rng.randint(96, 140)} hộ."),
        para("I. Ý KIẾN", bold=True),
        *said,
        para("II. KẾT LUẬN", bold=True),
        para(c.prose(3), indent=True),
        signers(signer("THƯ KÝ", name=c.person()), signer("CHỦ TRÌ", name=c.person())),
        dated=f"{c.place()}, {c.long_date()}",
    )


def licence(c: Content) -> Sheet:
    return _sheet(
        "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
        para(f"Mã số hộ kinh doanh: {c.digits(12)}", center=True, bold=True),
        para(f"Đăng ký lần đầu: {c.long_date()}; thay đổi lần thứ {c.rng.randint(1, 9)}: {c.long_date()}", center=True),
        para(f"1. Tên hộ kinh doanh: {c.person().upper()}"),
        para(f"2. Địa chỉ trụ sở: {c.address()}. Điện thoại: {c.phone()}"),
        para("3. Ngành, nghề kinh doanh: bán lẻ lương thực, sửa xe máy, giải khát; mã ngành 4711, 9521, 5630."),
        para(f"4. Vốn kinh doanh: {c.money()}"),
        para(f"5. Chủ hộ: {c.person()}; số định danh: {c.citizen_id()}; cấp ngày {c.date(2021)}."),
        para(c.prose(2), indent=True),
        _signed(c, "TRƯỞNG PHÒNG", "KINH TẾ"),
        header=_head(c, "GCN-ĐKHKD"),
        strong=True,
    )


def petition(c: Content) -> Sheet:
    return _sheet(
        "ĐƠN ĐỀ NGHỊ",
        para(f"Kính gửi: Chủ tịch UBND phường {c.place()}", center=True),
        para(f"Tôi tên là: {c.person()}, sinh năm {c.rng.randint(1940, 2005)}, hiện ở {c.address()}."),
        *(para(c.prose(3), indent=True) for _ in range(3)),
        para("Tôi xin chân thành cảm ơn!", indent=True, italic=True),
        _signed(c, "Người làm đơn"),
        dated=f"{c.place()}, {c.long_date()}",
        dotted=False,
    )


def notice(c: Content) -> Sheet:
    return _sheet(
        "THÔNG BÁO",
        *(para(f"{n}. {c.prose(2)}", indent=True) for n in range(1, 6)),
        para("Nơi nhận:", bold=True, italic=True),
        para("- Như trên;"),
        para(f"- Phòng {c.place()};"),
        para("- Lưu: VT, HC (05b)."),
        _signed(c, "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
        header=_head(c, "TB-UBND"),
        subtitle="Về lịch làm việc và tiếp công dân",
    )


FORMS: tuple[Callable[[Content], Sheet], ...] = (
    declaration,
    marriage,
    decision,
    letter,
    residents,
    budget,
    receipt,
    land,
    confirmation,
    authority,
    minutes,
    licence,
    petition,
    notice,
)
