"""The guide in the template: each column, what may stand in it, and the article that asks for it."""

from collections.abc import Iterator

from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Field, Kind
from pipeline.catalogue.rules.row_rules import REQUIRED_DOCUMENT, REQUIRED_DOSSIER

HEADINGS = ("Mục lục", "Cột", "Trường (phần tử)", "Kiểu", "Độ dài", "Cách ghi", "Căn cứ")
_KINDS = {Kind.TEXT: "Chữ", Kind.NUMBER: "Số", Kind.DATE: "Ngày", Kind.CODE: "Mã", Kind.CODES: "Một hoặc nhiều mã",
          Kind.BOOLEAN: "1/0"}  # fmt: skip
_WAYS = {
    "fileCode": "Mã định danh cơ quan (phông đóng: mã phông) + năm hình thành + số và ký hiệu hồ sơ; giữ nguyên chữ, "
    "dấu, gạch chéo. Chữ ngoài A-Z (như Đ) phải được xác nhận trong batch.toml.",
    "startDate": "DD/MM/YYYY; MM/YYYY hoặc YYYY khi không rõ (khi nộp lưu phải đủ ngày).",
    "endDate": "Như thời gian bắt đầu; không sớm hơn thời gian bắt đầu.",
    "issuedDate": "DD/MM/YYYY; MM/YYYY hoặc YYYY khi không rõ (khi nộp lưu phải đủ ngày). Không rõ thì để trống.",
    "totalDoc": "Để trống thì chương trình đếm.",
    "numberOfPaper": "Bắt buộc với hồ sơ số hóa.",
    "paperFileCode": "[Mã cơ quan lưu trữ].[Số kho/giá/hộp].[Số hồ sơ giấy]. Bắt buộc với hồ sơ số hóa.",
    "confidenceLevel": "Để trống là 02 (số hóa).",
    "riskRecovery": "Để trống là 1 (có).",
    "riskRecoveryStatus": "Bắt buộc khi chế độ dự phòng là 1.",
    "maintenance": "Nộp lưu chỉ nhận 01. Văn bản để trống thì lấy của hồ sơ.",
    "mode": "03 (Mật): không đưa vào đợt số hóa thông thường. Văn bản để trống thì lấy của hồ sơ.",
    "docCode": "Mã hồ sơ + dấu chấm + số thứ tự 7 chữ số; để trống thì chương trình tự lập.",
    "codeNumber": "Phần trước dấu gạch chéo; không có số thì để trống.",
    "codeNotation": "Phần sau dấu gạch chéo đầu tiên, ví dụ QĐ-UBND.",
    "process": "Chỉ với tài liệu điện tử (01, 03).",
    "language": "Nhiều mã cách nhau bằng dấu phẩy.",
    "description": "Tên người lập hồ sơ và những điều cần làm rõ.",
    "folder": "Thư mục quét của hồ sơ, khi tên thư mục không phải là mã hồ sơ.",
    "file": "Tệp hoặc thư mục quét của văn bản, khi tên không cho biết số thứ tự.",
    "treatment": "02: chưa được quét cho đến khi xử lý xong (03) và có biên bản.",
    "treatmentRecord": "Số, ngày của biên bản xử lý; bắt buộc khi cột trước là 03.",
    "riskClass": "D: không được số hóa.",
    "ordinal": "Số thứ tự; của văn bản là số thứ tự trong hồ sơ.",
}
_OURS = {
    "treatment": "Thông tư 05/2025/TT-BNV Đ6.4", "treatmentRecord": "Thông tư 05/2025/TT-BNV Đ6.4",
    "riskClass": "Công văn 7197/BKHCN-CĐSQG", "reason": "Nghị định 113/2025/NĐ-CP Đ30; Quyết định 71/QĐ-TTg",
    "numberOfPaper": "Thông tư 05/2025/TT-BNV Đ4.1.c", "ordinal": "Thông tư 05/2025/TT-BNV Đ8.1.d",
}  # fmt: skip


def guide_rows() -> Iterator[tuple[str, ...]]:
    """Give the guide's rows, its headings first."""
    yield HEADINGS
    for name, table, required in (("Hồ sơ", DOSSIER, REQUIRED_DOSSIER), ("Văn bản", DOCUMENT, REQUIRED_DOCUMENT)):
        for each in table.values():
            yield name, *_row(each, is_required=required.get(each.name) == "missing")


def _row(each: Field, *, is_required: bool) -> tuple[str, ...]:
    codes = "; ".join(f"{code} {words}" for code, words in each.codes.items())
    ways = ["Bắt buộc.", _WAYS.get(each.name, ""), f"Nhận: {codes}." if codes else ""]
    article = f"Thông tư 05/2025/TT-BNV, Phụ lục I, III, {each.pages}" if each.pages else _OURS.get(each.name, "")
    return (each.label, "–" if each.is_ours else each.name, _KINDS[each.kind], str(each.most_letters or ""),
            " ".join(way for way in ways[not is_required :] if way), article)  # fmt: skip
