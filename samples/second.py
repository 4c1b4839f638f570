"""Dossier 2: the same woman and an invented man register their marriage (1.000894); the result of "
"dossier 1 is reused."""

from __future__ import annotations

from papers import (
    COMMUNE,
    HIS_HOME,
    HOME,
    MAN,
    MAN_ID,
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
    photo,
    row,
    signer,
    signers,
    table,
)

HIS_OLD_HOME = "tổ 5, phường Giả Cũ, thị xã Mô Hình, tỉnh Thử Nghiệm"

APPLICATION = Sheet(
    kind="to_khai",
    title="TỜ KHAI ĐĂNG KÝ KẾT HÔN",
    hand=True,
    size=12.5,
    blocks=(
        para(f"Kính gửi: Ủy ban nhân dân {COMMUNE}, {PROVINCE}", center=True),
        para("BÊN NỮ", bold=True),
        line("Họ, chữ đệm, tên", WOMAN),
        row(("Ngày, tháng, năm sinh", "01/01/1990", 1.4), ("Dân tộc", "Kinh", 0.8), ("Quốc tịch", "Việt Nam", 1)),
        line("Nơi cư trú", HOME),
        digits("Số định danh cá nhân", WOMAN_ID),
        line("Kết hôn lần thứ mấy", "hai"),
        gap(1),
        para("BÊN NAM", bold=True),
        line("Họ, chữ đệm, tên", MAN),
        row(("Ngày, tháng, năm sinh", "02/02/1988", 1.4), ("Dân tộc", "Tày", 0.8), ("Quốc tịch", "Việt Nam", 1)),
        line("Nơi cư trú", HIS_HOME),
        digits("Số định danh cá nhân", MAN_ID),
        line("Kết hôn lần thứ mấy", "nhất"),
        para(
            "Chúng tôi cam đoan những nội dung khai trên đây là đúng sự thật, việc kết hôn của chúng tôi là tự nguyện, "
            "không vi phạm quy định của Luật Hôn nhân và gia đình Việt Nam.",
            indent=True,
        ),
        choice("Đề nghị cấp bản sao", ("Có", True), ("Không", False)),
        row(("Số lượng", "02 bản", 1), ("Làm tại", "xã Ví Dụ, ngày 16 tháng 11 năm 2026", 2)),
        signers(
            signer("Bên nữ", note="(Ký, ghi rõ họ, chữ đệm, tên)", name="Nguyễn Thị Mẫu"),
            signer("Bên nam", note="(Ký, ghi rõ họ, chữ đệm, tên)", name="Trần Văn Ví Dụ"),
        ),
    ),
    fields={
        "owner_id": (WOMAN_ID, MAN_ID),
        "owner_name": (WOMAN, MAN),
        "title": "TỜ KHAI ĐĂNG KÝ KẾT HÔN",
        "issued_on": "2026-11-16",
    },
)

HIS_STATUS = Sheet(
    kind="giay_xn_tthn",
    title="GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    bigger=1,
    header=head(
        "Tỉnh Thử Nghiệm",
        "Ủy ban nhân dân xã Giả Định",
        "204/UBND-XNTTHN",
        "Giả Định, ngày 26 tháng 10 năm 2026",
    ),
    blocks=(
        para(f"Xét đề nghị của ông {MAN}, về việc cấp Giấy xác nhận tình trạng hôn nhân,", indent=True),
        para("XÁC NHẬN:", bold=True, center=True),
        line("Họ, chữ đệm, tên", MAN),
        row(("Ngày, tháng, năm sinh", "02/02/1988", 1.4), ("Giới tính", "Nam", 0.8)),
        row(("Dân tộc", "Tày"), ("Quốc tịch", "Việt Nam")),
        line("Số định danh cá nhân", MAN_ID),
        line("Nơi cư trú", HIS_HOME),
        line("Tình trạng hôn nhân", "chưa đăng ký kết hôn với ai"),
        para(
            f"Giấy này được cấp để sử dụng vào mục đích: đăng ký kết hôn với bà {WOMAN}, sinh ngày 01/01/1990, số định "
            f"danh cá nhân {WOMAN_ID}, tại Ủy ban nhân dân {COMMUNE}, {PROVINCE}.",
            indent=True,
        ),
        para("Giấy này có giá trị sử dụng 6 tháng, kể từ ngày cấp.", indent=True),
        signers(
            signer("", name="", signature=False),
            signer("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name="Hoàng Thị Minh Họa", seal=True),
        ),
    ),
    fields={
        "owner_id": MAN_ID,
        "owner_name": MAN,
        "title": "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
        "number": "204/UBND-XNTTHN",
        "notation": "UBND-XNTTHN",
        "issued_on": "2026-10-26",
        "issuer_name": "ỦY BAN NHÂN DÂN XÃ GIẢ ĐỊNH",
        "valid_to": "2027-04-26",
        "full_name": MAN,
        "born": "1988-02-02",
        "marital_status": "chưa đăng ký kết hôn với ai",
    },
)

HEALTH = Sheet(
    kind="giay_kham_sk",
    title="GIẤY KHÁM SỨC KHỎE",
    font="DejaVu Serif",
    size=10.5,
    head_size=9,
    bigger=1,
    header=head("Sở Y tế tỉnh Thử Nghiệm", "Bệnh viện Đa khoa Mô Hình", "77/GKSK-BVMH", ""),
    blocks=(
        photo("Ảnh 4 × 6 cm"),
        line("Họ và tên", MAN),
        row(("Giới", "Nam", 0.7), ("Ngày sinh", "02/02/1988", 1.2), ("Số định danh", MAN_ID, 1.6)),
        line("Chỗ ở hiện tại", HIS_HOME),
        line("Lý do khám sức khỏe", "đăng ký kết hôn"),
        para("TIỀN SỬ BỆNH CỦA ĐỐI TƯỢNG KHÁM SỨC KHỎE", bold=True, center=True),
        choice("1. Tiền sử gia đình có bệnh truyền nhiễm, tim mạch", ("Có", False), ("Không", True)),
        choice("2. Bản thân đang điều trị bệnh", ("Có", False), ("Không", True)),
        para("I. KHÁM THỂ LỰC", bold=True),
        row(("Chiều cao", "170 cm"), ("Cân nặng", "65 kg"), ("Chỉ số BMI", "22,5")),
        row(("Mạch", "72 lần/phút"), ("Huyết áp", "120/80 mmHg")),
        para("II. KHÁM LÂM SÀNG", bold=True),
        table(
            (2.2, 2, 1.6),
            ("Nội dung khám", "Kết quả", "Bác sĩ khám"),
            ("Tuần hoàn, hô hấp", "Bình thường", "Đã ký"),
            ("Tiêu hóa, thận - tiết niệu", "Bình thường", "Đã ký"),
            ("Thần kinh, tâm thần", "Bình thường", "Đã ký"),
            ("Mắt (phải, trái)", "10/10, 10/10", "Đã ký"),
        ),
        {"type": "pagebreak"},
        para("III. KHÁM CẬN LÂM SÀNG", bold=True),
        table(
            (2.4, 1.2, 1.6),
            ("Xét nghiệm", "Kết quả", "Trị số bình thường"),
            ("Số lượng hồng cầu", "4,9 T/L", "4,0 - 5,8 T/L"),
            ("Số lượng bạch cầu", "6,8 G/L", "4,0 - 10,0 G/L"),
            ("Đường máu", "5,1 mmol/L", "3,9 - 6,4 mmol/L"),
            ("Nước tiểu", "Âm tính", "Âm tính"),
        ),
        para("IV. KẾT LUẬN", bold=True),
        line("1. Phân loại sức khỏe", "Loại I"),
        line("2. Các bệnh, tật (nếu có)", "không"),
        para("Giấy này có giá trị 12 tháng kể từ ngày ký kết luận."),
        para("Mô Hình, ngày 20 tháng 10 năm 2026", italic=True),
        signers(
            signer("", name="", signature=False),
            signer(
                "NGƯỜI KẾT LUẬN", note="(Ký, ghi rõ họ, tên và đóng dấu)", name="BS. Đặng Thị Tưởng Tượng", seal=True
            ),
        ),
    ),
    fields={
        "owner_id": MAN_ID,
        "owner_name": MAN,
        "title": "GIẤY KHÁM SỨC KHỎE",
        "number": "77/GKSK-BVMH",
        "notation": "GKSK-BVMH",
        "issued_on": "2026-10-20",
        "issuer_name": "BỆNH VIỆN ĐA KHOA MÔ HÌNH",
        "valid_to": "2027-10-20",
    },
)

RESIDENCE = Sheet(
    kind="ct07",
    title="XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",
    form="Mẫu CT07 ban hành theo TT số 66/2023/TT-BCA",
    font="Noto Sans",
    size=11,
    header=head("Công an tỉnh Thử Nghiệm", "Công an xã Giả Định", "342/XN", "Giả Định, ngày 21 tháng 10 năm 2026"),
    blocks=(
        para("I. Theo đề nghị của Ông/Bà:", bold=True),
        line("1. Họ, chữ đệm và tên", MAN),
        row(("2. Ngày, tháng, năm sinh", "02/02/1988", 1.4), ("3. Giới tính", "Nam", 0.8)),
        digits("4. Số định danh cá nhân", MAN_ID),
        row(("5. Dân tộc", "Tày"), ("6. Tôn giáo", "Không"), ("7. Quốc tịch", "Việt Nam", 1.3)),
        line("8. Quê quán", HIS_OLD_HOME),
        para("II. Công an xã Giả Định xác nhận thông tin về cư trú của Ông/Bà có tên tại mục I như sau:", bold=True),
        line("1. Nơi thường trú", HIS_HOME),
        line("2. Nơi tạm trú", "Không"),
        line("3. Nơi ở hiện tại", HIS_HOME),
        line("4. Họ, chữ đệm và tên chủ hộ", MAN),
        line("5. Quan hệ với chủ hộ", "Chủ hộ"),
        line("6. Nội dung xác nhận khác", "Không"),
        para("Xác nhận này có giá trị đến hết ngày 21 tháng 10 năm 2027.", italic=True),
        signers(
            signer("", name="", signature=False),
            signer("TRƯỞNG CÔNG AN XÃ", name="Vũ Văn Giả Định", seal=True),
        ),
    ),
    fields={
        "owner_id": MAN_ID,
        "owner_name": MAN,
        "title": "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ",
        "number": "342/XN",
        "notation": "XN",
        "issued_on": "2026-10-21",
        "issuer_name": "CÔNG AN XÃ GIẢ ĐỊNH",
        "valid_to": "2027-10-21",
    },
)

BIRTH = Sheet(
    kind="giay_khai_sinh",
    title="TRÍCH LỤC KHAI SINH",
    subtitle="(BẢN SAO)",
    bigger=2,
    font="Noto Serif",
    size=11.5,
    header=head(
        "Thị xã Mô Hình, tỉnh Thử Nghiệm",
        "Ủy ban nhân dân phường Giả Cũ",
        "86/2021/TLKS-BS",
        "Giả Cũ, ngày 09 tháng 02 năm 2021",
    ),
    blocks=(
        line("Họ, chữ đệm, tên", MAN),
        row(("Ngày, tháng, năm sinh", "02/02/1988", 1.3), ("Giới tính", "Nam", 0.7)),
        line("Ghi bằng chữ", "Ngày mồng hai tháng hai năm một nghìn chín trăm tám mươi tám"),
        row(("Dân tộc", "Tày"), ("Quốc tịch", "Việt Nam")),
        line("Nơi sinh", "Bệnh viện Đa khoa Mô Hình, tỉnh Thử Nghiệm"),
        line("Quê quán", HIS_OLD_HOME),
        line("Số định danh cá nhân", MAN_ID),
        line("Họ, chữ đệm, tên người mẹ", "ĐẶNG THỊ TƯỞNG TƯỢNG"),
        row(("Năm sinh", "1964", 0.7), ("Dân tộc", "Tày", 0.7), ("Quốc tịch", "Việt Nam", 1)),
        line("Nơi cư trú", HIS_OLD_HOME),
        line("Họ, chữ đệm, tên người cha", "BÙI VĂN MÔ PHỎNG"),
        row(("Năm sinh", "1960", 0.7), ("Dân tộc", "Kinh", 0.7), ("Quốc tịch", "Việt Nam", 1)),
        line("Nơi cư trú", HIS_OLD_HOME),
        para(
            "Đăng ký khai sinh tại Ủy ban nhân dân phường Giả Cũ, số 15, quyển số 01/1988, ngày 10 tháng 02 năm 1988."
        ),
        para("Trích lục này được thực hiện từ Cơ sở dữ liệu hộ tịch điện tử.", italic=True),
        signers(
            signer("", name="", signature=False),
            signer("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", name="Phạm Văn Thí Dụ", seal=True),
        ),
    ),
    fields={
        "owner_id": MAN_ID,
        "owner_name": MAN,
        "title": "TRÍCH LỤC KHAI SINH",
        "number": "86/2021/TLKS-BS",
        "notation": "TLKS-BS",
        "issued_on": "2021-02-09",
        "issuer_name": "ỦY BAN NHÂN DÂN PHƯỜNG GIẢ CŨ",
    },
)

CORRECTION = Sheet(
    kind="trich_luc_cai_chinh",
    title="TRÍCH LỤC CẢI CHÍNH HỘ TỊCH",
    header=head(
        "Tỉnh Thử Nghiệm",
        "Ủy ban nhân dân thị xã Mô Hình",
        "31/2019/TLCCHT",
        "Mô Hình, ngày 17 tháng 9 năm 2019",
    ),
    blocks=(
        line("Họ, chữ đệm, tên", MAN),
        row(("Ngày, tháng, năm sinh", "02/02/1988", 1.3), ("Giới tính", "Nam", 0.7)),
        row(("Dân tộc", "Tày"), ("Quốc tịch", "Việt Nam")),
        line("Số định danh cá nhân", MAN_ID),
        line("Nơi cư trú", HIS_OLD_HOME),
        line("Đã cải chính", "chữ đệm và tên của người cha trong Giấy khai sinh"),
        table(
            (1.4, 2, 2),
            ("Nội dung", "Trước khi cải chính", "Sau khi cải chính"),
            ("Họ, chữ đệm, tên cha", "BÙI VĂN MÔ", "BÙI VĂN MÔ PHỎNG"),
            ("Năm sinh của cha", "1961", "1960"),
        ),
        line("Giấy tờ hộ tịch liên quan", "Giấy khai sinh số 15, quyển số 01/1988"),
        para("Đã ghi vào Sổ đăng ký thay đổi, cải chính, bổ sung hộ tịch.", indent=True),
        signers(
            signer("NGƯỜI THỰC HIỆN", name="Lê Thị Thử Nghiệm"),
            signer("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG TƯ PHÁP", name="Đỗ Văn Không Thật", seal=True),
        ),
    ),
    fields={
        "owner_id": MAN_ID,
        "owner_name": MAN,
        "title": "TRÍCH LỤC CẢI CHÍNH HỘ TỊCH",
        "number": "31/2019/TLCCHT",
        "notation": "TLCCHT",
        "issued_on": "2019-09-17",
        "issuer_name": "ỦY BAN NHÂN DÂN THỊ XÃ MÔ HÌNH",
    },
)

TRANSFER = Sheet(
    kind="quyet_dinh",
    title="QUYẾT ĐỊNH",
    subtitle="Về việc điều động và bổ nhiệm viên chức",
    header=head(
        "Tỉnh Thử Nghiệm",
        "Ủy ban nhân dân huyện Mô Phỏng",
        "1024/QĐ-UBND",
        "Mô Phỏng, ngày 22 tháng 3 năm 2023",
    ),
    blocks=(
        para("CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN MÔ PHỎNG", bold=True, center=True),
        para("Căn cứ Luật Tổ chức chính quyền địa phương;", italic=True, indent=True),
        para("Căn cứ Luật Viên chức và các văn bản hướng dẫn thi hành;", italic=True, indent=True),
        para("Theo đề nghị của Trưởng phòng Nội vụ huyện.", italic=True, indent=True),
        para("QUYẾT ĐỊNH:", bold=True, center=True),
        para(
            f"Điều 1. Điều động ông {MAN}, sinh ngày 02 tháng 02 năm 1988, số định danh cá nhân {MAN_ID}, viên chức "
            "Trung tâm Văn hóa huyện Mô Phỏng, đến công tác tại Trung tâm Y tế huyện Mô Phỏng kể từ ngày "
            "01 tháng 4 năm "
            "2023.",
            indent=True,
        ),
        para(
            "Điều 2. Lương và các chế độ khác của ông Trần Văn Ví Dụ được giữ nguyên theo quy định hiện hành.",
            indent=True,
        ),
        para(
            "Điều 3. Chánh Văn phòng, Trưởng phòng Nội vụ, Giám đốc Trung tâm Văn hóa, Giám đốc Trung "
            "tâm Y tế huyện và "
            "ông Trần Văn Ví Dụ chịu trách nhiệm thi hành Quyết định này kể từ ngày ký./.",
            indent=True,
        ),
        signers(
            signer("Nơi nhận:", name="", note="- Như Điều 3; - Lưu: VT, NV.", signature=False),
            signer("CHỦ TỊCH", name="Phạm Văn Thí Dụ", seal=True),
        ),
    ),
    fields={
        "owner_id": MAN_ID,
        "owner_name": MAN,
        "title": "QUYẾT ĐỊNH",
        "number": "1024/QĐ-UBND",
        "notation": "QĐ-UBND",
        "issued_on": "2023-03-22",
        "issuer_name": "ỦY BAN NHÂN DÂN HUYỆN MÔ PHỎNG",
        "summary": "Về việc điều động và bổ nhiệm viên chức",
    },
)

SECOND = Dossier(
    folder="2-ket-hon",
    procedure="1.000894",
    procedure_name="Đăng ký kết hôn",
    applicant={"scheme": "citizen_id", "value": WOMAN_ID, "name": WOMAN, "born": "1990-01-01", "address": HOME},
    others=({"scheme": "citizen_id", "value": MAN_ID, "name": MAN, "born": "1988-02-02", "address": HIS_HOME},),
    scans=(
        Scan("01-to-khai.pdf", "to_khai", APPLICATION, "pdf", ("noisy",), quality=50),
        Scan(
            "02-xac-nhan-tinh-trang-hon-nhan-nam.pdf",
            "tinh_trang_hon_nhan_ben_kia",
            HIS_STATUS,
            "pdf",
            ("skewed",),
            dpi=300,
            quality=45,
        ),
        Scan("03-giay-kham-suc-khoe.pdf", None, HEALTH, "pdf", ("born_digital", "clean"), quality=65),
        Scan("04-xac-nhan-cu-tru-nam.png", None, RESIDENCE, "png", ("clean",), grey=True),
        Scan("05-trich-luc-khai-sinh-nam.tif", None, BIRTH, "tiff", ("noisy",), quality=50),
        Scan("06-trich-luc-cai-chinh.pdf", None, CORRECTION, "pdf", ("noisy",), quality=50, grey=True),
        Scan("07-quyet-dinh-dieu-dong.jpg", None, TRANSFER, "jpeg", ("photographed",), quality=70),
    ),
    results=("giay_cn_ket_hon",),
    reuses=(
        {"component": "tinh_trang_hon_nhan", "kind": "giay_xn_tthn", "from": "1-tinh-trang-hon-nhan"},
        {"component": "noi_cu_tru", "kind": "ct07", "from": "1-tinh-trang-hon-nhan"},
    ),
)
