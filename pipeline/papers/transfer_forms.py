"""The sender's papers of a transfer batch: letter of request, registration, minutes of hand-over and of transfer.

Thông tư 05/2025/TT-BNV Đ20, Đ22; Nghị định 30/2020/NĐ-CP, Phụ lục I, III (mẫu 1.5, 1.9) and V (mẫu V). What only the
pen can say stays dotted: days, numbers of letters, devices, who signs.
"""

from collections.abc import Mapping

from pipeline.catalogue.fields import CONDITIONAL
from pipeline.papers.numbers_in_words import grouped, size_text
from pipeline.papers.sheet import SHORT_DOTS, Paper
from pipeline.papers.transfer_amounts import ALREADY_TRANSFERRED, Amount, amount, boxes, files, period, time_span
from pipeline.papers.values import Letterhead
from pipeline.transfer.values import Declaration, Manifest

DECREE_30 = "Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"
CIRCULAR_5 = (
    "Thông tư số 05/2025/TT-BNV ngày 14 tháng 5 năm 2025 của Bộ trưởng Bộ Nội vụ quy định nghiệp vụ lưu trữ tài liệu "
    "lưu trữ số"
)
SIGNED_FULL_NAME = "(Ký và ghi rõ họ và tên)"
SIGNED_WITH_SEAL = "(Quyền hạn, chức vụ; chữ ký, dấu; họ và tên)"
FEW_DOTS = "." * 12
ATTACHED: Mapping[str, str] = {
    "unit_history": "Lịch sử đơn vị hình thành phông",
    "fonds_history": "Lịch sử phông, khối tài liệu",
    "classification_file": "Phương án phân loại",
    "appraisal_guide": "Hướng dẫn xác định giá trị tài liệu",
}


def request_letter(manifest: Manifest) -> Paper:
    """Make Văn bản đề nghị nộp hồ sơ, tài liệu (Đ20.4.a), laid out as an official letter [công văn]."""
    said = manifest.declaration
    head = Letterhead(said.agency_name, number="Số: ........./.............", dated=True,
                      about="đề nghị nộp hồ sơ, tài liệu vào lưu trữ lịch sử")  # fmt: skip
    paper = Paper("Văn bản đề nghị nộp hồ sơ, tài liệu vào lưu trữ lịch sử", head)
    paper.addressed(*(name for name in (said.archive_name,) if name))
    paper.text(
        f"Căn cứ {CIRCULAR_5}, {said.agency_name or SHORT_DOTS} đề nghị {said.archive_name or SHORT_DOTS} thu hồ sơ, "
        "tài liệu lưu trữ số vào lưu trữ lịch sử như sau:"
    )
    for number, (label, value) in enumerate(_request_lines(manifest), 1):
        paper.text(f"{number}. {label}:", value or SHORT_DOTS)
    paper.text(f"Hồ sơ kèm theo: {'; '.join(_enclosed(manifest))}.")
    paper.text(f"{said.agency_name or SHORT_DOTS} đề nghị {said.archive_name or SHORT_DOTS} xem xét, trả lời./.")
    paper.sent_off(("Như trên", "." * 24, "Lưu: VT, ........"), "", SIGNED_WITH_SEAL)
    return paper


def registration(manifest: Manifest) -> Paper:
    """Make the registration with the fields a to q of Đ20.3, in the letters of the circular."""
    said = manifest.declaration
    paper = Paper("Phiếu đăng ký nộp hồ sơ, tài liệu lưu trữ số", Letterhead(said.agency_name, dated=True))
    paper.title("PHIẾU ĐĂNG KÝ")
    paper.abstract("Nộp hồ sơ, tài liệu lưu trữ số vào lưu trữ lịch sử")
    if said.archive_name:
        paper.addressed(said.archive_name)
    for letter, label, value in _registered(manifest):
        paper.text(f"{letter}) {label}:", value or SHORT_DOTS)
    paper.signatures("NGƯỜI LẬP", "ĐẠI DIỆN CƠ QUAN, TỔ CHỨC NỘP", how=SIGNED_FULL_NAME)
    return paper


def hand_over_minutes(manifest: Manifest, delivered: Amount | None = None, file_count: int | None = None,
                      condition: str = "") -> Paper:  # fmt: skip
    """Make Biên bản giao nhận hồ sơ, tài liệu (Nghị định 30/2020/NĐ-CP, Phụ lục V, mẫu V).

    Args:
        manifest: What is handed over.
        delivered: What the receiving side counted; None for what the list has.
        file_count: Computer files [tệp tin] of the documents; None to count those of the list.
        condition: Of what was handed over; empty for the pen.
    """
    said = manifest.declaration
    paper = Paper("Biên bản giao nhận hồ sơ, tài liệu", Letterhead(said.agency_name, dated=True))
    paper.title("BIÊN BẢN")
    paper.abstract("Giao nhận hồ sơ, tài liệu")
    paper.bases(f"Căn cứ {DECREE_30};", f"Căn cứ {CIRCULAR_5};", f"Căn cứ {'.' * 70},")
    paper.text("Chúng tôi gồm:")
    party(paper, "BÊN GIAO", said.agency_name, said.contact_name, said.contact_position)
    party(paper, "BÊN NHẬN", said.archive_name)
    paper.text("Thống nhất lập biên bản giao nhận tài liệu với những nội dung như sau:")
    paper.text("1. Tên khối tài liệu giao nộp:", block(said) or SHORT_DOTS)
    paper.text("2. Thời gian của hồ sơ, tài liệu:", time_span(*period(manifest)) or SHORT_DOTS)
    paper.text("3. Số lượng tài liệu:")
    _paper_amounts(paper, manifest)
    count = delivered or amount(manifest.dossiers)
    paper.text("b) Đối với hồ sơ, tài liệu điện tử")
    paper.text("- Tổng số hồ sơ:", f"{grouped(count.dossiers)} hồ sơ.")
    total = files(manifest.dossiers) if file_count is None else file_count
    paper.text("- Tổng số tệp tin trong hồ sơ:", f"{grouped(total)} tệp tin.")
    paper.text("4. Tình trạng tài liệu giao nộp:", condition or SHORT_DOTS)
    paper.text("5. Mục lục hồ sơ, tài liệu nộp lưu kèm theo.")
    paper.text("Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản./.")
    paper.signatures("ĐẠI DIỆN BÊN GIAO", "ĐẠI DIỆN BÊN NHẬN", how=SIGNED_FULL_NAME)
    return paper


def direct_transfer_minutes(
    manifest: Manifest, delivered: Amount | None = None, size_bytes: int | None = None
) -> Paper:
    """Make Biên bản thu nộp hồ sơ, tài liệu of a direct hand-over, with what Đ22.2.đ names.

    Args:
        manifest: What was registered.
        delivered: What the receiving side counted; None for the pen: both sides count it together.
        size_bytes: Of what was delivered; None for what the list has.
    """
    said = manifest.declaration
    paper = transfer_minutes_head(said, "(Thu nộp trực tiếp)")
    handed = str(delivered) if delivered else f"{FEW_DOTS} hồ sơ; {FEW_DOTS} văn bản, tài liệu"
    lines = (
        *said_of_transfer(said),
        ("Tổng số hồ sơ, tài liệu nộp theo đăng ký", str(amount(manifest.dossiers))),
        ("Tổng số hồ sơ, tài liệu giao nhận", handed),
        ("Tổng số dung lượng", size_in_full(manifest.size_bytes if size_bytes is None else size_bytes)),
        ("Tổng số thiết bị", ""),
        ("Tình trạng thiết bị", ""),
        ("Mô tả chi tiết thiết bị", ""),
        ("Thời gian giao nhận", ""),
        ("Người giao", named(said.contact_name, said.contact_position)),
        ("Người nhận", ""),
        ("Ghi chú khác", said.note),
    )
    numbered(paper, lines)
    end_of_minutes(paper)
    return paper


def transfer_minutes_head(said: Declaration, kind: str) -> Paper:
    """Begin Biên bản thu nộp; it is the archive's paper."""
    paper = Paper("Biên bản thu nộp hồ sơ, tài liệu", Letterhead(said.archive_name, dated=True))
    paper.title("BIÊN BẢN")
    paper.abstract("Thu nộp hồ sơ, tài liệu vào lưu trữ lịch sử", ruled=False)
    paper.centred(kind, italic=True)
    paper.bases(f"Căn cứ {CIRCULAR_5};")
    return paper


def said_of_transfer(said: Declaration) -> tuple[tuple[str, str], ...]:
    """Give the first lines of both kinds of Biên bản thu nộp."""
    return (
        ("Mã đăng ký yêu cầu", said.request_code),
        ("Mã cơ quan, tổ chức nộp", said.agency_code),
        ("Tên cơ quan, tổ chức nộp", said.agency_name),
        ("Số lần nộp", said.transfer_number),
    )


def numbered(paper: Paper, lines: tuple[tuple[str, str], ...]) -> None:
    """Write numbered lines of a form."""
    for number, (label, value) in enumerate(lines, 1):
        paper.text(f"{number}. {label}:", value or SHORT_DOTS)


def end_of_minutes(paper: Paper) -> None:
    """End minutes of two parties."""
    paper.text("Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản./.")
    paper.signatures("NGƯỜI GIAO", "NGƯỜI NHẬN", how=SIGNED_FULL_NAME)


def party(paper: Paper, role: str, name: str, person: str = "", position: str = "") -> None:
    """Write one of the two parties of minutes."""
    paper.text(f"{role}:", name or SHORT_DOTS, bold=True)
    paper.text("Ông (bà):", person or SHORT_DOTS)
    paper.text("Chức vụ công tác:", position or SHORT_DOTS)


def block(said: Declaration) -> str:
    """Name the block of records."""
    return said.title or said.summary or said.fonds_name


def named(person: str, position: str) -> str:
    """Name a person with the position."""
    return ", ".join(part for part in (person, position) if part)


def size_in_full(size_bytes: int) -> str:
    """Give a size in the largest unit and in bytes."""
    return f"{size_text(size_bytes)} ({grouped(size_bytes)} byte)"


def _paper_amounts(paper: Paper, manifest: Manifest) -> None:
    """Write what is known of the paper; whether it goes along is for both sides to say."""
    paper.text("a) Đối với hồ sơ, tài liệu giấy")
    said = manifest.declaration.paper_transferred
    if said == ALREADY_TRANSFERRED:
        paper.text("- Tài liệu giấy đã nộp vào lưu trữ trước đợt này.")
        return
    count = boxes(manifest.dossiers) if said else None
    dossiers = sum(1 for row in manifest.dossiers if row.paper_code) if said else 0
    paper.text("- Tổng số hộp (cặp):", f"{grouped(count)}." if count else FEW_DOTS)
    paper.text(
        f"- Tổng số hồ sơ (đơn vị bảo quản): {grouped(dossiers) if dossiers else FEW_DOTS}. "
        f"Quy ra mét giá: {FEW_DOTS} mét."
    )


def _request_lines(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    said = manifest.declaration
    limited = Amount(
        sum(row.mode == CONDITIONAL for row in manifest.dossiers),
        sum(document.mode == CONDITIONAL for row in manifest.dossiers for document in row.documents),
    )
    return (
        ("Mã yêu cầu", said.request_code),
        ("Phông lưu trữ", _joined(said.fonds_code, said.fonds_name)),
        ("Số lần nộp", said.transfer_number),
        ("Nội dung và thời gian của khối tài liệu nộp", _content(manifest)),
        ("Tổng số hồ sơ, tài liệu nộp", f"{_amounts(manifest)}; {size_in_full(manifest.size_bytes)}"),
        ("Hồ sơ, tài liệu tiếp cận có điều kiện", "Không có" if limited == Amount() else str(limited)),
        ("Tài liệu giấy", said.paper_transferred),
        ("Dự kiến thời gian nộp", said.planned),
        ("Cách thức nộp", said.way),
        ("Người đại diện thực hiện", _contact(said)),
    )


def _registered(manifest: Manifest) -> tuple[tuple[str, str, str], ...]:
    said = manifest.declaration
    listed = amount(manifest.dossiers)
    return (
        ("a", "Mã yêu cầu", said.request_code),
        ("b", "Tên cơ quan, tổ chức, cá nhân nộp", said.agency_name),
        ("c", "Mã cơ quan, tổ chức, cá nhân nộp", said.agency_code),
        ("d", "Tài liệu giấy đã hoặc chưa nộp vào lưu trữ", said.paper_transferred),
        ("đ", "Số lần nộp tài liệu lưu trữ số vào lưu trữ", said.transfer_number),
        ("e", "Tóm tắt nội dung và thời gian của khối tài liệu nộp", _content(manifest)),
        ("g", "Tổng số hồ sơ, tài liệu nộp", str(listed)),
        ("h", "Tổng số trang", f"{grouped(manifest.page_count)} trang"),
        ("i", "Tổng số dung lượng", size_in_full(manifest.size_bytes)),
        ("k", "Mục lục hồ sơ, tài liệu nộp", f"kèm theo ({listed})"),
        ("l", "Dự kiến thời gian tiến hành nộp", said.planned),
        ("m", "Cách thức nộp", said.way),
        ("n", "Địa chỉ liên hệ", _contact(said)),
        ("o", "Ghi chú đặc biệt", said.note or "Không có"),
        ("p", "Phông lưu trữ", _joined(said.fonds_code, said.fonds_name)),
        ("q", "Phương án phân loại", said.classification),
    )


def _enclosed(manifest: Manifest) -> list[str]:
    names = ["Mục lục hồ sơ, tài liệu nộp", "Danh sách hồ sơ, tài liệu tiếp cận có điều kiện"]
    return names + [ATTACHED.get(paper.kind, paper.kind) for paper in manifest.attachments]


def _content(manifest: Manifest) -> str:
    said = manifest.declaration
    span = time_span(*period(manifest))
    return "; ".join(part for part in (said.summary or said.title, f"thời gian: {span}" if span else "") if part)


def _amounts(manifest: Manifest) -> str:
    return f"{amount(manifest.dossiers)}; {grouped(manifest.page_count)} trang"


def _contact(said: Declaration) -> str:
    ways = (f"điện thoại: {said.contact_phone}" if said.contact_phone else "",
            f"thư điện tử: {said.contact_email}" if said.contact_email else "")  # fmt: skip
    return "; ".join(part for part in (named(said.contact_name, said.contact_position), *ways) if part)


def _joined(*parts: str) -> str:
    return " - ".join(part for part in parts if part)
