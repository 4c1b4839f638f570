"""What the pages say: sentences of our own, invented people and places, numbers; none of it is training's."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
_FAMILIES, _MIDDLES, _GIVENS = (_WORDS[name].split() for name in ("families", "middles", "givens"))
_PLACES = _WORDS["places"].splitlines()

SENTENCES = (
    "Nước uống tại sảnh được thay mỗi sáng; người dân cứ tự nhiên dùng và bỏ cốc giấy vào đúng thùng.",
    "Hễ mất điện quá nửa giờ, bộ phận trực chuyển sang ghi sổ tay rồi nhập lại khi máy chạy.",
    "Ông bà cao tuổi được mời vào quầy ưu tiên, không phải lấy số, có ghế tựa và người dẫn.",
    "Bức tường phía đông đã ẩm mốc, lớp vữa phồng rộp từng mảng, cần trát lại trước mùa mưa.",
    "Việc đo vẽ lại thửa ruộng bậc thang phải có chủ hộ liền kề chứng kiến và ký tên xác nhận.",
    "Tổ công tác đã gõ cửa từng nhà, hỏi thăm sức khỏe và ghi lại những điều bà con còn vướng.",
    "Số tiền quyên góp còn dư được gửi vào quỹ khuyến học của thôn, có bảng kê dán ở nhà văn hóa.",
    "Đề nghị quý cơ quan xem xét, trả lời bằng văn bản trước ngày mười lăm của tháng sau.",
    "Cây đa đầu làng nghiêng dần sau bão; nếu gãy đổ sẽ chắn lối vào trạm y tế và trường mẫu giáo.",
    "Người được ủy quyền có quyền nhận, ký và lưu giữ toàn bộ giấy tờ liên quan đến căn nhà nói trên.",
    "Trẻ em dưới sáu tuổi, phụ nữ mang thai và người khuyết tật nặng được khám trước.",
    "Sau khi nghe ý kiến của hai bên, hòa giải viên đề nghị mỗi bên nhường một phần lối đi chung.",
    "Cửa hàng chỉ bán lẻ xăng dầu từ năm giờ sáng đến mười giờ đêm, ngày lễ vẫn mở.",
    "Đoạn mương dài khoảng 350 m bị bồi lấp, nước tràn lên ruộng của bảy hộ ở xóm Dưới.",
    "Tôi xin chịu hoàn toàn trách nhiệm về những lời khai trên; nếu sai, tôi xin nhận mọi hình thức xử lý.",
    "Giấy này lập thành bốn bản có giá trị như nhau, mỗi bên giữ hai bản.",
    "Chiếc xe gắn máy màu xám, yên sau rách, gương phải vỡ, được gửi tại bãi từ chiều thứ Sáu.",
    "Kinh phí sửa chữa lấy từ nguồn thu phí chợ quý III; phần thiếu do xã hội hóa, không vượt quá 18,5 triệu đồng.",
    "Khu vực này thường ngập sâu 0,6 m; vì thế nền nhà mới phải cao hơn mặt đường ít nhất 80 cm.",
    "Mọi thắc mắc xin gọi số máy thường trực hoặc viết vào sổ góp ý treo cạnh cửa ra vào.",
    "“Đúng hẹn, đúng việc, đúng người” là khẩu hiệu được cả phòng thống nhất chọn cho năm nay.",
    "Thân nhân mang theo ảnh thờ, sổ tang và giấy ra viện (nếu có) để đối chiếu họ tên.",
    "Nhà trường cho phép em nghỉ học một tuần để chữa bệnh; bài vở sẽ được bạn cùng bàn chép giúp.",
    "Hội đồng bỏ phiếu kín: 9 phiếu thuận, 2 phiếu trắng, không có phiếu chống.",
    "Ghe thuyền neo đậu phải cách chân cầu tối thiểu 50 m và treo đèn suốt đêm.",
    "Chị nộp thiếu ảnh cỡ 3 × 4 nền trắng; bộ phận tiếp nhận hẹn bổ sung trong buổi chiều.",
    "Giá đất ở nông thôn vùng này dao động từ 1.200.000 đến 1.750.000 đồng mỗi mét vuông.",
    "Ai nhặt được chùm chìa khóa có móc hình con ốc, xin gửi lại phòng bảo vệ, rất cảm ơn!",
    "Đàn vịt chạy đồng chưa tiêm phòng, chủ nuôi phải nhốt riêng cho tới khi có kết quả xét nghiệm.",
    "Bà cụ kể rằng ngôi miếu có từ thời ông nội cụ, mái ngói âm dương, cột gỗ lim nguyên khối.",
)


class Content:
    """Draws what a page needs from one generator of chance."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def person(self) -> str:
        middles = self.rng.sample(_MIDDLES, self.rng.choice((1, 1, 2)))
        return " ".join([self.rng.choice(_FAMILIES), *middles, self.rng.choice(_GIVENS)])

    def place(self) -> str:
        return self.rng.choice(_PLACES)

    def address(self) -> str:
        house = f"Số {self.rng.randint(1, 480)}{self.rng.choice(('', 'A', 'B', '/7', '/12'))}, đường {self.place()}"
        start = self.rng.choice(
            (house, f"Thôn {self.place()}", f"Tổ {self.rng.randint(1, 19)}, khu phố {self.rng.randint(1, 9)}")
        )
        commune = f"{self.rng.choice(('xã', 'phường'))} {self.place()}"
        return f"{start}, {commune}, {self.rng.choice(('tỉnh', 'thành phố'))} {self.place()}"

    def digits(self, count: int) -> str:
        return "".join(self.rng.choices("0123456789", k=count))

    def citizen_id(self) -> str:
        return "0" + self.digits(11)

    def date(self, first: int = 1940, last: int = 2026) -> str:
        return f"{self.rng.randint(1, 28):02d}/{self.rng.randint(1, 12):02d}/{self.rng.randint(first, last)}"

    def long_date(self) -> str:
        day, month, year = self.date(2019).split("/")
        return f"ngày {day} tháng {month} năm {year}"

    def number(self, symbol: str) -> str:
        return f"{self.rng.randint(1, 4999)}/{symbol}"

    def phone(self) -> str:
        return f"0{self.digits(3)} {self.digits(3)} {self.digits(3)}"

    def money(self) -> str:
        return f"{self.rng.randint(1, 899)}.{self.digits(3)}.000 đồng"

    def prose(self, sentences: int) -> str:
        return " ".join(self.rng.sample(SENTENCES, sentences))
