"""The default criteria, reasons, chain, deadlines and wording, as far as texts at hand say them.

The letter of the People's Committee that this program serves, Nghị định 113/2025/NĐ-CP Đ30, Thông tư 05/2025/TT-BNV.
The criteria of Kế hoạch 214/KH-UBND (Mục 1 Phần II) are quoted by their place: their text is not at hand.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.catalogue.fields import PERMANENT, REASON
from pipeline.reports.values import Wording

CRITERIA = "Mục 1 Phần II Kế hoạch số 214/KH-UBND ngày 04/12/2023 của Ủy ban nhân dân tỉnh"
_DAMAGED = "03"
REASONS: tuple[Mapping[str, Any], ...] = (
    {"code": "01", "label": REASON["01"], "maintenance": (PERMANENT,)},
    {"code": "02", "label": REASON["02"], "maintenance": (PERMANENT,), "condition": (_DAMAGED,)},
    {"code": "03", "label": REASON["03"]},
    {"code": "04", "label": REASON["04"]},
)
LEVELS: tuple[Mapping[str, str], ...] = (
    {"key": "unit", "name": "Phòng, ban, đơn vị; Ủy ban nhân dân xã, phường",
     "reports_to": "Ủy ban nhân dân thành phố", "through": "Phòng Nội vụ thành phố"},
    {"key": "city", "name": "Ủy ban nhân dân thành phố", "reports_to": "Sở Nội vụ", "through": ""},
)  # fmt: skip
DEADLINES: tuple[Mapping[str, Any], ...] = (
    {"key": "insurance-report", "name": "Báo cáo kết quả lập bản sao bảo hiểm (không có tài liệu cũng báo cáo)",
     "day": 30, "month": 11, "before": True, "watched": True,
     "recipient": "Ủy ban nhân dân thành phố (qua Phòng Nội vụ thành phố)",
     "source": "Công văn triển khai Kế hoạch số 214/KH-UBND, Mục 1"},
    {"key": "backup-statistics", "name": "Thống kê tài liệu cần lập dự phòng",
     "recipient": "Cơ quan quản lý tài liệu lưu trữ dự phòng",
     "source": "Nghị định 113/2025/NĐ-CP, Điều 30 (hằng năm; chưa có văn bản nêu ngày)"},
    {"key": "backup-test", "name": "Báo cáo kiểm tra hệ thống sao lưu hằng quý", "day": 31, "month": 3,
     "every_months": 3, "recipient": "Cơ quan quản lý", "source": "Thông tư 05/2025/TT-BNV, Điều 30.2"},
    {"key": "sector-statistics", "name": "Thống kê công tác văn thư, lưu trữ (số liệu từ 01/01 đến 31/12)",
     "day": 10, "month": 2, "after_years": 1, "recipient": "Sở Nội vụ",
     "source": "Biểu thống kê ngành 0801 đến 0813 (theo nguồn thứ ba, cần đối chiếu văn bản)"},
)  # fmt: skip

_PLAN = (
    "Thực hiện Kế hoạch số 214/KH-UBND ngày 04/12/2023 của Ủy ban nhân dân tỉnh về việc triển khai thực hiện "
    "Quyết định số 71/QĐ-TTg;"
)
_DECISION = (
    "Thực hiện Quyết định số 71/QĐ-TTg ngày 10/02/2023 của Thủ tướng Chính phủ về phê duyệt các nhiệm vụ, giải pháp "
    "bảo hiểm tài liệu lưu trữ quốc gia giai đoạn II;"
)
_BASES = (_DECISION, _PLAN)
_AS_OF = "Số liệu tính đến ngày lập báo cáo."
_ONCE = "Mỗi hồ sơ chỉ tính một lần theo mã hồ sơ, dù nằm trong nhiều bộ dữ liệu."
_TREATED = "Đã xử lý nghiệp vụ: hồ sơ ghi mã 03; năm lấy theo ngày ghi trong biên bản xử lý nghiệp vụ."
_DIGITIZED = (
    "Đã số hóa: mọi văn bản của hồ sơ có tệp hoàn chỉnh trong bộ dữ liệu đã niêm phong; năm lấy theo ngày của đợt "
    "số hóa."
)
_INSURED = (
    "Đã lập bản sao bảo hiểm: theo sổ đăng ký, đủ số bản sao đã đọc lại nguyên vẹn trên các phương tiện độc lập (Thông "
    "tư 05/2025/TT-BNV, Điều 27.1); năm lấy theo ngày đạt đủ số bản sao lần đầu."
)
_UNDATED = "Hồ sơ không rõ ngày chỉ tính vào số lũy kế, không tính vào số trong năm."
_COPIES_TO = ("Như trên;", "Lưu: VT.")
UNIT = Wording(
    title=("BÁO CÁO", "Kết quả lập bản sao bảo hiểm tài liệu lưu trữ năm {year}"),
    bases=_BASES,
    statement="{unit} báo cáo kết quả lập bản sao bảo hiểm tài liệu lưu trữ năm {year} như sau:",
    counting=(_AS_OF, _ONCE, _TREATED, _DIGITIZED, _INSURED, _UNDATED),
    copies_to=_COPIES_TO,
    signer="THỦ TRƯỞNG ĐƠN VỊ",
)
NIL = Wording(
    title=("BÁO CÁO", "Về việc không có tài liệu thuộc diện lập bản sao bảo hiểm năm {year}"),
    bases=_BASES,
    statement=(
        "Qua rà soát, tính đến năm {year}, {unit} không có tài liệu lưu trữ đáp ứng tiêu chí nêu tại {criteria}. "
        "{unit} gửi văn bản này để tổng hợp, báo cáo cấp trên theo quy định."
    ),
    copies_to=_COPIES_TO,
    signer="THỦ TRƯỞNG ĐƠN VỊ",
)
CONSOLIDATED = Wording(
    title=("BÁO CÁO", "Tổng hợp kết quả lập bản sao bảo hiểm tài liệu lưu trữ năm {year}"),
    bases=_BASES,
    statement="{unit} tổng hợp, báo cáo kết quả lập bản sao bảo hiểm tài liệu lưu trữ năm {year} như sau:",
    counting=("Số liệu cộng từ báo cáo của các đơn vị nêu trong danh sách kèm theo.",),
    copies_to=_COPIES_TO,
    signer="CHỦ TỊCH",
)
STATISTICS = Wording(
    title=("THỐNG KÊ", "Tài liệu lưu trữ cần lập dự phòng năm {year}"),
    bases=("Thực hiện Điều 30 Nghị định 113/2025/NĐ-CP ngày 03/6/2025 của Chính phủ;",),
    statement="{unit} thống kê tài liệu lưu trữ cần lập dự phòng năm {year} như sau:",
    counting=(_AS_OF, _ONCE, _INSURED),
    copies_to=_COPIES_TO,
    signer="THỦ TRƯỞNG ĐƠN VỊ",
)
