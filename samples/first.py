"""Dossier 1: an invented woman asks for a confirmation of her marital status (1.004873)."""

from __future__ import annotations

from papers import (
    COMMUNE,
    HIS_HOME,
    HOME,
    MAN,
    MAN_ID,
    OLD_HOME,
    PROVINCE,
    WOMAN,
    WOMAN_ID,
    Dossier,
    Scan,
    Sheet,
    choice,
    digits,
    gap,
    head,
    line,
    para,
    row,
    signer,
    signers,
    table,
)

APPLICATION = Sheet(
    kind="to_khai",
    title="TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    dated="Ví Dụ, ngày 05 tháng 11 năm 2026",
    hand=True,
    blocks=(
        para(f"Kính gửi: Ủy ban nhân dân {COMMUNE}, {PROVINCE}", center=True),
        gap(2),
        line("Họ, chữ đệm, tên người yêu cầu", WOMAN),
        line("Nơi cư trú", HOME),
        digits("Số định danh cá nhân", WOMAN_ID),
        line("Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân", "bản thân"),
        para("Đề nghị cấp Giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây:", bold=True),
        line("Họ, chữ đệm, tên", WOMAN),
        row(("Ngày, tháng, năm sinh", "01/01/1990", 1.5), ("Giới tính", "Nữ", 0.8)),
        row(("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam")),
        line("Nơi cư trú", HOME),
        digits("Số định danh cá nhân", WOMAN_ID),
        line("Tình trạng hôn nhân", "đã ly hôn năm 2024, hiện chưa đăng ký kết hôn với ai"),
        line("Mục đích sử dụng Giấy xác nhận tình trạng hôn nhân", "để kết hôn"),
        line("với ông", f"{MAN}, số định danh {MAN_ID}"),
        line("Nơi dự định đăng ký kết hôn", f"UBND {COMMUNE}, {PROVINCE}"),
        para(
            "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam "
            "đoan của mình.",
            indent=True,
        ),
        signers(
            signer("", name="", signature=False),
            signer("Người yêu cầu", note="(Ký, ghi rõ họ, chữ đệm, tên)", name="Nguyễn Thị Mẫu"),
        ),
    ),
    fields={
        "owner_id": WOMAN_ID,
        "owner_name": WOMAN,
        "title": "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
        "issued_on": "2026-11-05",
    },
)

DECISION = Sheet(
    kind="ban_an_ly_hon",
    title="QUYẾT ĐỊNH CÔNG NHẬN THUẬN TÌNH LY HÔN",
    subtitle="VÀ SỰ THỎA THUẬN CỦA CÁC ĐƯƠNG SỰ",
    font="Noto Serif",
    size=14.5,
    header=head(
        "",
        "Tòa án nhân dân huyện Mô Phỏng, tỉnh Thử Nghiệm",
        "27/2024/QĐST-HNGĐ",
        "Mô Phỏng, ngày 05 tháng 6 năm 2024",
    ),
    blocks=(
        para("TÒA ÁN NHÂN DÂN HUYỆN MÔ PHỎNG, TỈNH THỬ NGHIỆM", bold=True, center=True),
        para("Căn cứ vào Điều 212 và Điều 213 của Bộ luật Tố tụng dân sự;", indent=True),
        para("Căn cứ vào Điều 55, Điều 57, Điều 81 và Điều 82 của Luật Hôn nhân và gia đình;", indent=True),
        para(
            "Căn cứ vào Nghị quyết số 326/2016/UBTVQH14 quy định về mức thu, miễn, giảm, thu, nộp, quản lý và sử dụng "
            "án phí và lệ phí Tòa án;",
            indent=True,
        ),
        para(
            "Sau khi nghiên cứu hồ sơ việc dân sự thụ lý số 51/2024/TLST-HNGĐ ngày 02 tháng 5 năm 2024 về việc yêu cầu "
            "công nhận thuận tình ly hôn, gồm những người tham gia tố tụng sau đây:",
            indent=True,
        ),
        para("Người yêu cầu giải quyết việc dân sự:", bold=True),
        para(f"1. Bà {WOMAN}, sinh ngày 01 tháng 01 năm 1990; số định danh cá nhân: {WOMAN_ID}."),
        para(f"Nơi cư trú: {OLD_HOME}.", indent=True),
        para("2. Ông BÙI VĂN MÔ PHỎNG, sinh ngày 03 tháng 3 năm 1986; số định danh cá nhân: 001086000003."),
        para("Nơi cư trú: thôn Thử Thách, xã Mẫu Cũ, huyện Mô Phỏng, tỉnh Thử Nghiệm.", indent=True),
        para("NHẬN ĐỊNH CỦA TÒA ÁN:", bold=True, center=True),
        para(
            "[1] Việc thuận tình ly hôn và thỏa thuận của các đương sự được ghi trong Biên bản ghi nhận "
            "sự tự nguyện ly "
            "hôn và hòa giải thành ngày 28 tháng 5 năm 2024 là hoàn toàn tự nguyện, không vi phạm điều cấm của luật và "
            "không trái đạo đức xã hội.",
            indent=True,
        ),
        para(
            "[2] Đã hết thời hạn 07 ngày, kể từ ngày lập biên bản nói trên, không có đương sự nào thay "
            "đổi ý kiến về sự "
            "thỏa thuận đó.",
            indent=True,
        ),
        para("QUYẾT ĐỊNH:", bold=True, center=True),
        para(
            f"1. Công nhận sự thuận tình ly hôn giữa bà {WOMAN} và ông BÙI VĂN MÔ PHỎNG.",
            indent=True,
        ),
        para("2. Công nhận sự thỏa thuận của các đương sự, cụ thể như sau:", indent=True),
        para("- Về quan hệ hôn nhân: bà Mẫu và ông Mô Phỏng thuận tình ly hôn.", indent=True),
        para("- Về con chung: không có, không yêu cầu Tòa án giải quyết.", indent=True),
        para("- Về tài sản chung và nợ chung: các bên tự thỏa thuận, không yêu cầu Tòa án giải quyết.", indent=True),
        para(
            "- Về lệ phí: mỗi bên tự nguyện chịu 150.000 đồng lệ phí việc hôn nhân và gia đình, được trừ "
            "vào số tiền tạm "
            "ứng lệ phí đã nộp theo Biên lai thu số 0000123 ngày 02 tháng 5 năm 2024 của Chi cục Thi hành án dân sự "
            "huyện Mô Phỏng.",
            indent=True,
        ),
        para(
            "3. Quyết định này có hiệu lực pháp luật ngay sau khi được ban hành và không bị kháng cáo, kháng nghị theo "
            "thủ tục phúc thẩm.",
            indent=True,
        ),
        para(
            "4. Trường hợp quyết định được thi hành theo quy định tại Điều 2 Luật Thi hành án dân sự thì "
            "người được thi "
            "hành án, người phải thi hành án có quyền thỏa thuận thi hành án, quyền yêu cầu thi hành án, tự nguyện thi "
            "hành án hoặc bị cưỡng chế thi hành án theo quy định của pháp luật.",
            indent=True,
        ),
        para(
            "5. Cơ quan đăng ký hộ tịch nơi đã đăng ký kết hôn ghi việc ly hôn vào Sổ hộ tịch theo quy "
            "định tại khoản 2 "
            "Điều 30 Luật Hộ tịch.",
            indent=True,
        ),
        table(
            (0.4, 2.4, 1.2, 1.6),
            ("TT", "Tài liệu kèm theo hồ sơ vụ việc", "Số tờ", "Ghi chú"),
            ("1", "Đơn yêu cầu công nhận thuận tình ly hôn", "02", "bản chính"),
            ("2", "Giấy chứng nhận kết hôn số 15/2012", "01", "bản sao"),
            ("3", "Biên bản ghi nhận sự tự nguyện ly hôn", "03", "bản chính"),
        ),
        signers(
            signer("Nơi nhận:", name="", note="- Các đương sự; - UBND xã Mẫu Cũ; - Lưu: HS, VP.", signature=False),
            signer("THẨM PHÁN", name="Vũ Văn Giả Định", seal=True),
        ),
    ),
    fields={
        "owner_id": WOMAN_ID,
        "owner_name": WOMAN,
        "title": "QUYẾT ĐỊNH CÔNG NHẬN THUẬN TÌNH LY HÔN",
        "number": "27/2024/QĐST-HNGĐ",
        "notation": "QĐST-HNGĐ",
        "issued_on": "2024-06-05",
        "issuer_name": "TÒA ÁN NHÂN DÂN HUYỆN MÔ PHỎNG, TỈNH THỬ NGHIỆM",
    },
)

RESIDENCE = Sheet(
    kind="ct07",
    title="XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",
    form="Mẫu CT07 ban hành theo TT số 66/2023/TT-BCA",
    size=12.5,
    dotted=False,
    strong=True,
    header=head("Công an tỉnh Thử Nghiệm", "Công an xã Ví Dụ", "118/XN", "Ví Dụ, ngày 02 tháng 11 năm 2026"),
    blocks=(
        para("I. Theo đề nghị của Ông/Bà:", bold=True),
        line("1. Họ, chữ đệm và tên", WOMAN),
        row(("2. Ngày, tháng, năm sinh", "01/01/1990", 1.4), ("3. Giới tính", "Nữ", 0.8)),
        line("4. Số định danh cá nhân", WOMAN_ID),
        row(("5. Dân tộc", "Kinh"), ("6. Tôn giáo", "Không"), ("7. Quốc tịch", "Việt Nam", 1.3)),
        line("8. Quê quán", OLD_HOME),
        para("II. Công an xã Ví Dụ xác nhận thông tin về cư trú của Ông/Bà có tên tại mục I như sau:", bold=True),
        line("1. Nơi thường trú", HOME),
        line("2. Nơi tạm trú", "Không"),
        line("3. Nơi ở hiện tại", HOME),
        line("4. Họ, chữ đệm và tên chủ hộ", "LÊ THỊ THỬ NGHIỆM"),
        row(("5. Quan hệ với chủ hộ", "Con"), ("6. Số định danh của chủ hộ", "001165000004", 1.6)),
        para("7. Thông tin các thành viên khác trong hộ gia đình:"),
        table(
            (0.4, 2.2, 1.2, 0.8, 1.5, 1.2),
            ("TT", "Họ, chữ đệm và tên", "Ngày sinh", "Giới tính", "Số định danh cá nhân", "Quan hệ với chủ hộ"),
            ("1", "LÊ THỊ THỬ NGHIỆM", "04/04/1965", "Nữ", "001165000004", "Chủ hộ"),
            ("2", "NGUYỄN THỊ MẪU", "01/01/1990", "Nữ", "001190000001", "Con"),
        ),
        line("8. Nội dung xác nhận khác", "Đăng ký thường trú từ ngày 15/8/2024"),
        para("Xác nhận này có giá trị đến hết ngày 02 tháng 11 năm 2027.", italic=True),
        signers(
            signer("", name="", signature=False),
            signer("TRƯỞNG CÔNG AN XÃ", name="Đỗ Văn Không Thật", signature=False, note="(Đã ký số)"),
        ),
    ),
    fields={
        "owner_id": WOMAN_ID,
        "owner_name": WOMAN,
        "title": "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",
        "number": "118/XN",
        "notation": "XN",
        "issued_on": "2026-11-02",
        "issuer_name": "CÔNG AN XÃ VÍ DỤ",
        "valid_to": "2027-11-02",
    },
)

BIRTH = Sheet(
    kind="giay_khai_sinh",
    title="GIẤY KHAI SINH",
    subtitle="(BẢN SAO)",
    bigger=4,
    header=head("Huyện Mô Phỏng, tỉnh Thử Nghiệm", "Ủy ban nhân dân xã Mẫu Cũ", "12/2016", ""),
    blocks=(
        line("Họ, chữ đệm, tên", WOMAN),
        row(("Ngày, tháng, năm sinh", "01/01/1990", 1.3), ("Giới tính", "Nữ", 0.7)),
        line("Ghi bằng chữ", "Ngày mồng một tháng một năm một nghìn chín trăm chín mươi"),
        row(("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam")),
        line("Nơi sinh", "Trạm y tế xã Mẫu Cũ, huyện Mô Phỏng, tỉnh Thử Nghiệm"),
        line("Quê quán", OLD_HOME),
        digits("Số định danh cá nhân", WOMAN_ID),
        gap(2),
        line("Họ, chữ đệm, tên người mẹ", "LÊ THỊ THỬ NGHIỆM"),
        row(("Năm sinh", "1965", 0.7), ("Dân tộc", "Kinh", 0.7), ("Quốc tịch", "Việt Nam", 1)),
        line("Nơi cư trú", OLD_HOME),
        line("Họ, chữ đệm, tên người cha", "PHẠM VĂN THÍ DỤ"),
        row(("Năm sinh", "1963", 0.7), ("Dân tộc", "Kinh", 0.7), ("Quốc tịch", "Việt Nam", 1)),
        line("Nơi cư trú", OLD_HOME),
        gap(2),
        line("Họ, chữ đệm, tên người đi khai sinh", "LÊ THỊ THỬ NGHIỆM"),
        line("Nơi đăng ký khai sinh", "Ủy ban nhân dân xã Mẫu Cũ, huyện Mô Phỏng"),
        row(
            ("Ngày, tháng, năm đăng ký", "20/01/1990"),
        ),
        para("Sao từ Sổ đăng ký khai sinh ngày 14 tháng 3 năm 2016", italic=True, center=True),
        signers(
            signer("NGƯỜI THỰC HIỆN", name="Đặng Thị Tưởng Tượng", signature=True),
            signer("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", name="Đỗ Văn Không Thật", seal=True),
        ),
    ),
    fields={
        "owner_id": WOMAN_ID,
        "owner_name": WOMAN,
        "title": "GIẤY KHAI SINH",
        "number": "12/2016",
        "issued_on": "2016-03-14",
        "issuer_name": "ỦY BAN NHÂN DÂN XÃ MẪU CŨ",
    },
)

AUTHORITY = Sheet(
    kind="giay_uy_quyen",
    title="GIẤY ỦY QUYỀN",
    font="Arimo",
    size=12.5,
    bigger=2,
    dated="Ví Dụ, ngày 04 tháng 11 năm 2026",
    blocks=(
        para("Căn cứ Bộ luật Dân sự số 91/2015/QH13 và các quy định hiện hành,", italic=True),
        para("I. BÊN ỦY QUYỀN", bold=True),
        line("Họ và tên", WOMAN),
        row(("Ngày sinh", "01/01/1990"), ("Số định danh", WOMAN_ID, 1.3)),
        line("Nơi cư trú", HOME),
        para("II. BÊN ĐƯỢC ỦY QUYỀN", bold=True),
        line("Họ và tên", "HOÀNG THỊ MINH HỌA"),
        row(("Ngày sinh", "05/5/1992"), ("Số định danh", "001192000005", 1.3)),
        line("Nơi cư trú", f"Số 3, thôn Minh Họa, {COMMUNE}, {PROVINCE}"),
        para("III. NỘI DUNG ỦY QUYỀN", bold=True),
        para(
            "Bên ủy quyền giao cho bên được ủy quyền thay mặt mình nộp hồ sơ và nhận kết quả thủ tục cấp Giấy xác nhận "
            f"tình trạng hôn nhân tại Trung tâm Phục vụ hành chính công {COMMUNE}.",
            indent=True,
        ),
        line("Thời hạn ủy quyền", "đến hết ngày 31 tháng 12 năm 2026"),
        para("IV. CAM KẾT", bold=True),
        para(
            "Hai bên chịu hoàn toàn trách nhiệm trước pháp luật về mọi thông tin ủy quyền ở trên. Mọi tranh chấp phát "
            "sinh giữa hai bên do hai bên tự giải quyết.",
            indent=True,
        ),
        signers(
            signer("BÊN ỦY QUYỀN", note="(Ký, họ tên)", name="Nguyễn Thị Mẫu"),
            signer("BÊN ĐƯỢC ỦY QUYỀN", note="(Ký, họ tên)", name="Hoàng Thị Minh Họa"),
        ),
        choice("Hình thức nhận kết quả", ("Trực tiếp", True), ("Bưu chính", False), ("Điện tử", True)),
    ),
    fields={
        "owner_id": WOMAN_ID,
        "owner_name": WOMAN,
        "title": "GIẤY ỦY QUYỀN",
        "issued_on": "2026-11-04",
        "valid_to": "2026-12-31",
    },
)

NOTE = Sheet(
    kind="trich_luc_ly_hon_gc",
    title="TRÍCH LỤC GHI CHÚ LY HÔN",
    bigger=1,
    header=head(
        "Tỉnh Thử Nghiệm", "Ủy ban nhân dân huyện Mô Phỏng", "09/2024/TLGCLH", "Mô Phỏng, ngày 12 tháng 8 năm 2024"
    ),
    blocks=(
        line("Họ, chữ đệm, tên", WOMAN),
        row(("Ngày, tháng, năm sinh", "01/01/1990", 1.3), ("Giới tính", "Nữ", 0.7)),
        row(("Dân tộc", "Kinh"), ("Quốc tịch", "Việt Nam")),
        line("Số định danh cá nhân", WOMAN_ID),
        line("Nơi cư trú", OLD_HOME),
        para("Đã ly hôn với:", bold=True),
        line("Họ, chữ đệm, tên", "BÙI VĂN MÔ PHỎNG"),
        row(("Ngày, tháng, năm sinh", "03/3/1986", 1.3), ("Quốc tịch", "Việt Nam", 0.9)),
        line("Theo Quyết định số", "27/2024/QĐST-HNGĐ ngày 05 tháng 6 năm 2024"),
        line("của", "Tòa án nhân dân huyện Mô Phỏng, tỉnh Thử Nghiệm"),
        para("Đã ghi vào Sổ hộ tịch theo quy định của pháp luật.", indent=True),
        signers(
            signer("", name="", signature=False),
            signer("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG TƯ PHÁP", name="Đặng Thị Tưởng Tượng", seal=True),
        ),
    ),
    fields={
        "owner_id": WOMAN_ID,
        "owner_name": WOMAN,
        "title": "TRÍCH LỤC GHI CHÚ LY HÔN",
        "number": "09/2024/TLGCLH",
        "notation": "TLGCLH",
        "issued_on": "2024-08-12",
        "issuer_name": "ỦY BAN NHÂN DÂN HUYỆN MÔ PHỎNG",
    },
)

FIRST = Dossier(
    folder="1-tinh-trang-hon-nhan",
    procedure="1.004873",
    procedure_name="Cấp Giấy xác nhận tình trạng hôn nhân",
    applicant={"scheme": "citizen_id", "value": WOMAN_ID, "name": WOMAN, "born": "1990-01-01", "address": HOME},
    others=({"scheme": "citizen_id", "value": MAN_ID, "name": MAN, "born": "1988-02-02", "address": HIS_HOME},),
    scans=(
        Scan("01-to-khai.pdf", "to_khai", APPLICATION, "pdf", ("clean",), quality=70),
        Scan("02-quyet-dinh-ly-hon.tif", "ly_hon", DECISION, "tiff", ("skewed", "noisy"), quality=55),
        Scan("03-xac-nhan-cu-tru.pdf", "noi_cu_tru", RESIDENCE, "pdf", ("born_digital",)),
        Scan("04-giay-khai-sinh.jpg", None, BIRTH, "jpeg", ("photographed",), quality=70),
        Scan("05-giay-uy-quyen.png", "uy_quyen", AUTHORITY, "png", ("skewed",), grey=True),
        Scan("06-trich-luc-ghi-chu-ly-hon.heic", "ghi_chu_ly_hon", NOTE, "heic", ("photographed",), quality=55),
    ),
    results=("giay_xn_tthn",),
)
