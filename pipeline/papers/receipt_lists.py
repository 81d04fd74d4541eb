"""Lists of what did not pass, and of what is held already: Thông tư 05/2025/TT-BNV Đ24.1.b, Đ25.1.a."""

from collections.abc import Iterable

from pipeline.papers.listing import Cell, Column, Listing
from pipeline.papers.numbers_in_words import grouped, in_words
from pipeline.papers.receipt_amounts import failed_rows, with_reasons_said
from pipeline.papers.sheet import Paper
from pipeline.papers.transfer_amounts import number_and_notation, one_line, type_and_subject
from pipeline.papers.transfer_lists import MAKER, SIGNED_WITH_POSITION, of_batch
from pipeline.papers.values import Letterhead
from pipeline.papers.word_table import CENTRE, LEFT
from pipeline.transfer.values import Declaration, DocumentRow, Doubled, FailedRow, Manifest, Received

FAILED = (
    Column("STT", 1.3, centred=True), Column("Mã hồ sơ", 4.6), Column("Mã tài liệu", 5.2),
    Column("Tiêu đề hồ sơ/ Trích yếu nội dung tài liệu", 5.8), Column("Lý do không đạt", 6.3), Column("Ghi chú", 2.0),
)  # fmt: skip
_DOUBLED = (
    Column("STT", 1.3, centred=True), Column("Mã hồ sơ/ Mã tài liệu nộp", 5.2), Column("Tiêu đề nộp", 4.5),
    Column("Tiêu đề đã có trong lưu trữ", 4.5), Column("Nơi đang lưu", 2.9), Column("Nội dung tệp", 2.2, centred=True),
    Column("Quyết định (tiếp nhận/ không tiếp nhận)", 2.6), Column("Lý do", 2.0),
)  # fmt: skip
_SHARED = {"code": "trùng mã hồ sơ", "document code": "trùng mã tài liệu", "document id": "trùng mã định danh tài liệu",
           "content": "trùng nội dung tệp", "number": "trùng số, ký hiệu và cơ quan ban hành"}  # fmt: skip
_SIDES = (
    ("STT", *("Hồ sơ nộp",) * 3, *("Hồ sơ đã có trong lưu trữ",) * 3),
    ("", *("Số, ký hiệu", "Ngày tháng năm", "Tên loại và trích yếu") * 2),
)
_SIDES_CM = (1.2, 2.8, 2.4, 6.8, 2.8, 2.4, 6.8)


def left_out(manifest: Manifest) -> Listing:
    """Make the sender's list of what is not handed over, with every reason."""
    head = Letterhead(manifest.declaration.agency_name)
    return _failed(with_reasons_said(manifest.failed), manifest.declaration, head)


def not_passed(received: Received) -> Listing:
    """Make Danh sách hồ sơ, tài liệu không đạt of the receiving archive (Đ25.1.a)."""
    said = received.manifest.declaration
    return _failed(failed_rows(received), said, Letterhead(said.archive_name))


def failed_cells(rows: Iterable[FailedRow]) -> tuple[tuple[Cell, ...], ...]:
    """Give the rows of such a list."""
    return tuple(
        (number, row.code, row.document, one_line(row.title), "; ".join(map(one_line, row.reasons)), "")
        for number, row in enumerate(rows, 1)
    )


def doubled(received: Received) -> Listing:
    """Make the list of records that the archive holds already, for a person to decide on each (Đ24.1.b)."""
    said = received.manifest.declaration
    rows = tuple(
        (number, row.document or row.code, one_line(row.title), _held_title(row), one_line(row.held_in),
         "Giống hệt" if row.same_content else "Khác", "", _SHARED.get(row.by, row.by))
        for number, row in enumerate(received.doubled, 1)
    )  # fmt: skip
    return Listing(
        "danh-sach-trung-lap", "Trùng lặp", ("DANH SÁCH HỒ SƠ, TÀI LIỆU TRÙNG LẶP",), _DOUBLED, rows,
        below=("Với hồ sơ, tài liệu đã có trong lưu trữ", *of_batch(said)), closing=(_length(len(rows)),),
        head=Letterhead(said.archive_name), signers=("", "Viên chức xử lý nghiệp vụ"), how=SIGNED_WITH_POSITION,
        dated=True,
    )  # fmt: skip


def side_by_side(paper: Paper, rows: Iterable[Doubled]) -> None:
    """Write the lists of documents of both dossiers next to each other, as Đ24.1.b asks."""
    for row in rows:
        if not (row.documents or row.held_documents):
            continue
        paper.heading(f"Mục lục văn bản, tài liệu: {row.code} - {row.held_code or row.held_title} ({row.held_in})")
        longest = max(len(row.documents), len(row.held_documents))
        sides = (_padded(row.documents, longest), _padded(row.held_documents, longest))
        cells = ((str(number), *one, *other) for number, (one, other) in enumerate(zip(*sides, strict=True), 1))
        paper.table(_SIDES, cells, _SIDES_CM, (CENTRE, LEFT, CENTRE, LEFT, LEFT, CENTRE, LEFT))


def _failed(rows: tuple[FailedRow, ...], said: Declaration, head: Letterhead) -> Listing:
    return Listing(
        "danh-sach-khong-dat", "Không đạt", ("DANH SÁCH HỒ SƠ, TÀI LIỆU KHÔNG ĐẠT",), FAILED, failed_cells(rows),
        below=of_batch(said), closing=(_length(len(rows)),), head=head, signers=MAKER, how=SIGNED_WITH_POSITION,
        dated=True,
    )  # fmt: skip


def _length(number: int) -> str:
    return f"Danh sách này gồm: {grouped(number)} mục (viết bằng chữ: {in_words(number)} mục)."


def _held_title(row: Doubled) -> str:
    return one_line(" - ".join(part for part in (row.held_code, row.held_title) if part))


def _padded(documents: tuple[DocumentRow, ...], length: int) -> list[tuple[str, ...]]:
    cells: list[tuple[str, ...]] = [(number_and_notation(row), row.date, type_and_subject(row)) for row in documents]
    return cells + [("", "", "")] * (length - len(cells))
