"""The lists of a transfer batch: Thông tư 05/2025/TT-BNV Đ20.3.k, Đ20.4.b; Nghị định 30/2020/NĐ-CP, Phụ lục V."""

from collections.abc import Iterator

from pipeline.catalogue.fields import CONDITIONAL
from pipeline.papers.listing import Cell, Column, Listing
from pipeline.papers.numbers_in_words import grouped, in_words
from pipeline.papers.transfer_amounts import (
    closing,
    maintenance,
    mode,
    number_and_notation,
    one_line,
    period,
    time_span,
    type_and_subject,
    years,
)
from pipeline.papers.values import Letterhead
from pipeline.transfer.values import Declaration, DocumentRow, DossierRow, Manifest

SIGNED_WITH_POSITION = "(Ký và ghi rõ họ và tên, chức vụ)"
MAKER = ("", "Người lập")
# A workbook takes at most 1,023 pages that are begun by hand.
DOSSIERS_PER_SHEET = 1_000

_DOSSIERS = (
    Column("STT", 1.3, centred=True), Column("Mã hồ sơ", 5.2), Column("Tiêu đề hồ sơ", 7.0),
    Column("Thời gian bắt đầu", 2.5, centred=True), Column("Thời gian kết thúc", 2.5, centred=True),
    Column("Số trang", 1.5, centred=True), Column("Mức độ tiếp cận", 2.5), Column("Ghi chú", 2.7),
)  # fmt: skip
_PACKAGES = (
    Column("STT", 1.3, centred=True), Column("Mã gói tài liệu", 5.6), Column("Tiêu đề gói tài liệu", 8.4),
    Column("Nguồn gốc", 4.2), Column("Tổng số tài liệu trong gói", 2.6, centred=True), Column("Ghi chú", 3.1),
)  # fmt: skip
_PAPER_DOSSIERS = (
    Column("Số TT", 1.3, centred=True), Column("Số, ký hiệu hồ sơ", 5.2), Column("Tiêu đề hồ sơ", 7.3),
    Column("Thời gian tài liệu", 3.1, centred=True), Column("Thời hạn bảo quản", 2.4, centred=True),
    Column("Số tờ/ Số trang", 2.4, centred=True), Column("Ghi chú", 3.5),
)  # fmt: skip
_DOCUMENTS = (
    Column("STT", 1.3, centred=True), Column("Số, ký hiệu văn bản", 4.0),
    Column("Ngày tháng năm văn bản", 2.6, centred=True), Column("Tên loại và trích yếu nội dung văn bản", 8.2),
    Column("Tác giả văn bản", 4.2), Column("Tờ số/ Trang số", 2.1, centred=True), Column("Ghi chú", 2.8),
)  # fmt: skip
_CONDITIONAL = (
    Column("STT", 1.3, centred=True), Column("Mã hồ sơ", 4.6), Column("Mã tài liệu", 5.2),
    Column("Tiêu đề hồ sơ/ Trích yếu nội dung tài liệu", 6.9), Column("Thời gian", 2.7, centred=True),
    Column("Mức độ tiếp cận", 2.5), Column("Ghi chú", 2.0),
)  # fmt: skip


def dossiers_handed_over(manifest: Manifest) -> Listing:
    """Make Mục lục hồ sơ nộp, with the eight columns of Thông tư 05/2025/TT-BNV Đ20.3.k."""
    rows = tuple(
        (row.ordinal, row.code, one_line(row.title), row.start, row.end, row.pages, mode(row.mode), one_line(row.note))
        for row in manifest.dossiers
    )
    return Listing(
        "muc-luc-ho-so-nop", "Mục lục hồ sơ nộp", ("MỤC LỤC HỒ SƠ NỘP",), _DOSSIERS, rows,
        below=of_batch(manifest.declaration), closing=(closing(len(rows), "hồ sơ"),),
        head=Letterhead(manifest.declaration.agency_name), signers=MAKER, how=SIGNED_WITH_POSITION, dated=True,
    )  # fmt: skip


def packages_handed_over(manifest: Manifest) -> Listing:
    """Make Mục lục tài liệu nộp, a row for each package (Đ20.3.k, second list); its source is the fonds."""
    rows = tuple(
        (row.ordinal, row.object_id, _package_title(row), manifest.declaration.fonds_name, len(row.documents),
         one_line(row.note))
        for row in manifest.dossiers
    )  # fmt: skip
    count = manifest.document_count
    total = (
        f"Mục lục này gồm: {grouped(len(rows))} gói (viết bằng chữ: {in_words(len(rows))} gói), "
        f"{grouped(count)} tài liệu (viết bằng chữ: {in_words(count)} tài liệu)."
    )
    return Listing(
        "muc-luc-tai-lieu-nop", "Mục lục tài liệu nộp", ("MỤC LỤC TÀI LIỆU NỘP",), _PACKAGES, rows,
        below=of_batch(manifest.declaration), closing=(total,),
        head=Letterhead(manifest.declaration.agency_name), signers=MAKER, how=SIGNED_WITH_POSITION, dated=True,
    )  # fmt: skip


def paper_dossiers(manifest: Manifest) -> Listing:
    """Make Mục lục hồ sơ, tài liệu nộp lưu (Nghị định 30/2020/NĐ-CP, Phụ lục V, mẫu III)."""
    rows = tuple(
        (row.ordinal, row.code, one_line(row.title), time_span(row.start, row.end), maintenance(row.maintenance),
         _sheets_and_pages(row), _paper_note(row))
        for row in manifest.dossiers
    )  # fmt: skip
    what = "hồ sơ (đơn vị bảo quản)"
    words = in_words(len(rows)).capitalize()
    return Listing(
        "muc-luc-ho-so-tai-lieu-nop-luu", "Mục lục nộp lưu", ("MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU",),
        _PAPER_DOSSIERS, rows,
        below=(_fonds(manifest.declaration), f"Năm {years(*period(manifest)) or '..........'}"),
        closing=(f"Mục lục này gồm: {grouped(len(rows))} {what}.", f"Viết bằng chữ: {words} {what}."),
        head=Letterhead(manifest.declaration.agency_name), signers=MAKER, how=SIGNED_WITH_POSITION, dated=True,
        numbered=True,
    )  # fmt: skip


def documents_of(dossier: DossierRow) -> Listing:
    """Make Mục lục văn bản, tài liệu of one dossier (Nghị định 30/2020/NĐ-CP, Phụ lục V, mẫu IV)."""
    return Listing(
        "muc-luc-van-ban", "Mục lục văn bản", ("MỤC LỤC VĂN BẢN, TÀI LIỆU",), _DOCUMENTS,
        tuple(map(_document_row, dossier.documents)),
        below=(f"Số, ký hiệu hồ sơ: {dossier.code}", one_line(dossier.title),
               f"Năm {years(dossier.start, dossier.end) or '..........'}"),
        numbered=True,
    )  # fmt: skip


def documents_of_all(manifest: Manifest) -> Iterator[Listing]:
    """Make the same list for all dossiers below each other, each under its code and title; in parts for a workbook."""
    dossiers = manifest.dossiers
    for start in range(0, max(len(dossiers), 1), DOSSIERS_PER_SHEET):
        rows: list[tuple[Cell, ...]] = []
        for dossier in dossiers[start : start + DOSSIERS_PER_SHEET]:
            rows.append((f"Số, ký hiệu hồ sơ: {dossier.code}. {one_line(dossier.title)}",))
            rows += map(_document_row, dossier.documents)
        name = "Mục lục văn bản" if start == 0 else f"Mục lục văn bản ({start // DOSSIERS_PER_SHEET + 1})"
        yield Listing("muc-luc-van-ban", name, ("MỤC LỤC VĂN BẢN, TÀI LIỆU",), _DOCUMENTS, tuple(rows), numbered=True)


def conditional_access(manifest: Manifest) -> Listing:
    """Make the list of what may be used on conditions only (Đ20.4.b): whole dossiers, and documents of others."""
    rows = tuple((number, *row) for number, row in enumerate(_conditional_rows(manifest), 1))
    return Listing(
        "danh-sach-tiep-can-co-dieu-kien", "Tiếp cận có điều kiện",
        ("DANH SÁCH HỒ SƠ, TÀI LIỆU TIẾP CẬN CÓ ĐIỀU KIỆN",), _CONDITIONAL, rows,
        below=of_batch(manifest.declaration), closing=(_length(len(rows)),),
        head=Letterhead(manifest.declaration.agency_name), signers=MAKER, how=SIGNED_WITH_POSITION, dated=True,
    )  # fmt: skip


def of_batch(declaration: Declaration) -> tuple[str, ...]:
    """Give the lines under a list's name: fonds, code of the request and number of the transfer."""
    number = declaration.transfer_number or "......"
    code = declaration.request_code or "...................."
    return _fonds(declaration), f"Mã yêu cầu: {code}; nộp lần thứ: {number}"


def _length(number: int) -> str:
    return closing(number, "mục").replace("Mục lục", "Danh sách")


def _fonds(declaration: Declaration) -> str:
    named = " - ".join(part for part in (declaration.fonds_code, declaration.fonds_name) if part)
    return f"Phông: {named or '.' * 40}"


def _package_title(row: DossierRow) -> str:
    span = time_span(row.start, row.end)
    return f"{one_line(row.title)} ({span})" if span else one_line(row.title)


def _sheets_and_pages(row: DossierRow) -> str:
    return f"{'......' if row.sheets is None else grouped(row.sheets)}/{grouped(row.pages)}"


def _paper_note(row: DossierRow) -> str:
    box = f"Hộp/cặp số: {row.box}" if row.box else ""
    paper = f"Mã hồ sơ giấy: {row.paper_code}" if row.paper_code else ""
    return "; ".join(part for part in (box, paper, one_line(row.note)) if part)


def _document_row(row: DocumentRow) -> tuple[Cell, ...]:
    return (
        row.ordinal, number_and_notation(row), row.date, type_and_subject(row), one_line(row.author),
        row.sheet_numbers, one_line(row.note),
    )  # fmt: skip


def _conditional_rows(manifest: Manifest) -> Iterator[tuple[Cell, ...]]:
    for row in manifest.dossiers:
        whole = row.mode == CONDITIONAL
        limited = [document for document in row.documents if document.mode == CONDITIONAL]
        if whole:
            yield row.code, "", one_line(row.title), time_span(row.start, row.end), mode(row.mode), "Hồ sơ"
        if not whole or len(limited) < len(row.documents):
            for document in limited:
                yield row.code, document.code, type_and_subject(document), document.date, mode(document.mode), ""
