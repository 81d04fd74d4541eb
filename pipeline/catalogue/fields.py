"""The fields of dossiers [hồ sơ] and documents [văn bản]: names, lengths, code lists, as the annexes' tables have them.

Thông tư 05/2025/TT-BNV, Phụ lục I (AIP, p.69-81) and Phụ lục III (SIP, p.212-222). A field of ours is kept in the
lists and in the set's own manifest, and is no element of a package.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a value is; the canonical form of each stands in `Field`."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    CODES = "codes"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Canonical values are text in NFC: numbers in digits without leading zeros; dates DD/MM/YYYY, MM/YYYY or YYYY; a code
    of `codes`; several codes joined by ","; "1" or "0" for a boolean.

    Attributes:
        name: The element of the SIP; the AIP calls `fileCode` arcFileCode and `docCode` arcDocCode.
        label: The annex's Vietnamese name.
        most_letters: Longest value, in letters; 0 where the annex sets no length.
        codes: Code -> what it means in the annex's words.
        pages: Where the annexes have it.
        is_ours: It is no element of any package.
    """

    name: str
    label: str
    kind: Kind
    most_letters: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)
    pages: str = ""
    is_ours: bool = False


MAINTENANCE = {"01": "Vĩnh viễn", "02": "70 năm", "03": "50 năm", "04": "30 năm", "05": "20 năm", "06": "10 năm",
               "07": "Khác"}  # fmt: skip
PERMANENT = "01"
MODE = {"01": "Công khai", "02": "Sử dụng có điều kiện", "03": "Mật"}
CONDITIONAL, SECRET = "02", "03"
LANGUAGE = {"01": "Tiếng Việt", "02": "Tiếng Anh", "03": "Tiếng Pháp", "04": "Tiếng Nga", "05": "Tiếng Trung",
            "06": "Việt Anh", "07": "Việt Nga", "08": "Việt Pháp", "09": "Hán Nôm", "10": "Việt Trung",
            "11": "Khác"}  # fmt: skip
FORMAT = {"01": "Tốt", "02": "Bình thường", "03": "Hỏng"}
CONFIDENCE = {"01": "Gốc điện tử", "02": "Số hóa", "03": "Hỗn hợp"}
BORN_DIGITAL, DIGITIZED, MIXED = "01", "02", "03"
RISK_RECOVERY = {"1": "Có", "0": "Không"}
RISK_STATUS = {"01": "Đã dự phòng", "02": "Chưa dự phòng"}
BACKED_UP, NOT_BACKED_UP = "01", "02"
TYPE_NAME = {
    "01": "Nghị quyết", "02": "Quyết định", "03": "Chỉ thị", "04": "Quy chế", "05": "Quy định", "06": "Thông cáo",
    "07": "Thông báo", "08": "Hướng dẫn", "09": "Chương trình", "10": "Kế hoạch", "11": "Phương án", "12": "Đề án",
    "13": "Dự án", "14": "Báo cáo", "15": "Tờ trình", "16": "Giấy ủy quyền", "17": "Phiếu gửi", "18": "Phiếu chuyển",
    "19": "Phiếu báo", "20": "Biên bản", "21": "Hợp đồng", "22": "Công văn", "23": "Công điện", "24": "Bản ghi nhớ",
    "25": "Bản thỏa thuận", "26": "Giấy mời", "27": "Giấy giới thiệu", "28": "Giấy nghỉ phép", "29": "Thư công",
    "30": "Bản đồ", "31": "Bản vẽ kỹ thuật", "32": "Khác",
}  # fmt: skip
MAP, DRAWING, OTHER_TYPE = "30", "31", "32"
# Why a dossier qualifies for an insurance copy (QĐ 71/QĐ-TTg as the units' letters quote it; NĐ 113/2025/NĐ-CP Đ30).
REASON = {"01": "Tài liệu quý, hiếm", "02": "Giá trị vĩnh viễn, hư hỏng nặng", "03": "Giá trị đặc biệt được công nhận",
          "04": "Khác"}  # fmt: skip
# Thông tư 05/2025/TT-BNV Đ6.4: what is stuck, torn or faded is treated before it is scanned.
TREATMENT = {"01": "Không cần xử lý", "02": "Cần xử lý trước", "03": "Đã xử lý"}
TREATMENT_NEEDED, TREATED = "02", "03"
# Công văn 7197/BKHCN-CĐSQG: A normal, B close supervision, C special equipment, D must not be digitized.
RISK_CLASS = {"A": "Thấp", "B": "Trung bình", "C": "Cao", "D": "Rất cao"}
NOT_TO_BE_SCANNED = "D"


def _text(name: str, label: str, most: int, pages: str = "", *, ours: bool = False) -> Field:
    return Field(name, label, Kind.TEXT, most, pages=pages, is_ours=ours)


def _number(name: str, label: str, most: int, pages: str = "", *, ours: bool = False) -> Field:
    return Field(name, label, Kind.NUMBER, most, pages=pages, is_ours=ours)


def _code(name: str, label: str, most: int, codes: Mapping[str, str], pages: str = "", *, ours: bool = False) -> Field:
    return Field(name, label, Kind.CODE, most, codes, pages, ours)


_DOSSIER = (
    _text("fileCode", "Mã hồ sơ", 100, "tr. 70, 213"),
    _text("title", "Tiêu đề hồ sơ", 1000, "tr. 70, 213"),
    _code("maintenance", "Thời hạn lưu trữ", 100, MAINTENANCE, "tr. 70, 213"),
    _code("mode", "Chế độ sử dụng", 30, MODE, "tr. 71, 213"),
    Field("language", "Ngôn ngữ", Kind.CODES, 100, LANGUAGE, "tr. 71, 214"),
    Field("startDate", "Thời gian bắt đầu", Kind.DATE, pages="tr. 72, 214"),
    Field("endDate", "Thời gian kết thúc", Kind.DATE, pages="tr. 72, 214"),
    _text("keyword", "Từ khóa", 100, "tr. 72, 214"),
    _number("totalDoc", "Tổng số tài liệu trong hồ sơ", 10, "tr. 72, 215"),
    _number("numberOfPaper", "Số lượng tờ", 10, "tr. 72"),
    _number("numberOfPage", "Số lượng trang", 10, "tr. 73, 215"),
    _code("format", "Tình trạng vật lý", 50, FORMAT, "tr. 73, 215"),
    _text("inforSign", "Ký hiệu thông tin", 30, "tr. 73, 215"),
    _code("confidenceLevel", "Mức độ tin cậy", 40, CONFIDENCE, "tr. 73, 215"),
    _text("paperFileCode", "Mã hồ sơ gốc giấy", 100, "tr. 73, 215"),
    Field("riskRecovery", "Chế độ dự phòng", Kind.BOOLEAN, 1, RISK_RECOVERY, "tr. 73, 216"),
    _code("riskRecoveryStatus", "Tình trạng dự phòng", 2, RISK_STATUS, "tr. 74, 216"),
    _text("description", "Ghi chú", 2000, "tr. 74, 216"),
)
_DOSSIER_OURS = (
    _text("folder", "Thư mục", 0, ours=True),
    _number("ordinal", "STT", 10, ours=True),
    _code("reason", "Lý do lập bản sao bảo hiểm", 2, REASON, ours=True),
    _text("carrier", "Vật mang tin", 100, ours=True),
    _text("originalPlace", "Nơi bảo quản bản gốc", 300, ours=True),
    _code("treatment", "Xử lý nghiệp vụ trước số hóa", 2, TREATMENT, ours=True),
    _text("treatmentRecord", "Biên bản xử lý nghiệp vụ", 300, ours=True),
    _code("riskClass", "Mức rủi ro", 1, RISK_CLASS, ours=True),
    _text("box", "Hộp/cặp số", 50, ours=True),
)
_DOCUMENT = (
    _text("docId", "Mã định danh tài liệu", 25, "tr. 75, 217"),
    _text("docCode", "Mã lưu trữ tài liệu", 100, "tr. 75, 217"),
    _code("maintenance", "Thời hạn lưu trữ", 100, MAINTENANCE, "tr. 76, 218"),
    _code("typeName", "Tên loại", 10, TYPE_NAME, "tr. 76, 218"),
    _text("codeNumber", "Số", 11, "tr. 78, 219"),
    _text("codeNotation", "Ký hiệu", 30, "tr. 78, 219"),
    Field("issuedDate", "Ngày, tháng, năm", Kind.DATE, pages="tr. 78, 219"),
    _text("organName", "Tên cơ quan, tổ chức, cá nhân ban hành", 200, "tr. 78, 220"),
    _text("subject", "Trích yếu nội dung", 500, "tr. 78, 220"),
    Field("language", "Ngôn ngữ", Kind.CODES, 100, LANGUAGE, "tr. 78, 220"),
    _number("numberOfPage", "Số lượng trang", 4, "tr. 79, 220"),
    _text("inforSign", "Ký hiệu thông tin", 30, "tr. 79, 221"),
    _text("keyword", "Từ khóa", 100, "tr. 79, 221"),
    _code("mode", "Chế độ sử dụng", 20, MODE, "tr. 79, 221"),
    _code("confidenceLevel", "Mức độ tin cậy", 30, CONFIDENCE, "tr. 79, 221"),
    _text("autograph", "Bút tích", 2000, "tr. 80, 221"),
    _code("format", "Tình trạng vật lý", 50, FORMAT, "tr. 80, 221"),
    Field("process", "Quy trình xử lý", Kind.BOOLEAN, 1, RISK_RECOVERY, "tr. 80, 222"),
    Field("riskRecovery", "Chế độ dự phòng", Kind.BOOLEAN, 1, RISK_RECOVERY, "tr. 80, 222"),
    _code("riskRecoveryStatus", "Tình trạng dự phòng", 2, RISK_STATUS, "tr. 81, 222"),
    _text("description", "Ghi chú", 500, "tr. 81, 222"),
)
_DOCUMENT_OURS = (
    _text("fileCode", "Mã hồ sơ", 100, ours=True),
    _number("ordinal", "STT", 7, ours=True),
    _text("file", "Tệp/Thư mục", 0, ours=True),
    # Đ4.1.c counts the sheets of a digitized document; the annex's table has no such element.
    _number("numberOfPaper", "Số lượng tờ", 4, ours=True),
    _text("sheetNumbers", "Tờ số/Trang số", 50, ours=True),
)

DOSSIER: Mapping[str, Field] = {each.name: each for each in (*_DOSSIER, *_DOSSIER_OURS)}
DOCUMENT: Mapping[str, Field] = {each.name: each for each in (*_DOCUMENT, *_DOCUMENT_OURS)}
