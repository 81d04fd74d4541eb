"""The manifest as a workbook that a person reads: summary, dossiers, documents, pages, quarantine."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.model import FAULTS, Batch, TextState
from pipeline.records.account import Accounts, DocumentAccount, PageAccount
from pipeline.records.description import Description
from pipeline.records.manifest import Totals, quarantine, totals

NAME = "danh-muc.xlsx"
# The workbook carries no date of its own making: same batch, same bytes.
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)

_PROBLEMS = {
    "": "",
    "quarantined": "cách ly / quarantined",
    "failed": "không xử lý được / failed",
    "text-failed": "chưa nhận dạng được chữ / text not read",
    "text-timed-out": "nhận dạng chữ quá thời gian / text timed out",
}
_TEXT = {TextState.TEXT: "có chữ / text", TextState.BLANK: "trang trắng / blank"}
REASONS = {
    "empty": "Tệp rỗng (0 byte).",
    "truncated": "Tệp bị cắt ngắn: dữ liệu ảnh không đủ.",
    "corrupt": "Dữ liệu ảnh bị hỏng.",
    "not-a-picture": "Không phải là ảnh, dù tên tệp ghi như vậy.",
    "unsupported": "Loại ảnh mà chương trình không đọc được.",
    "too-large": "Ảnh khai kích thước quá giới hạn; có thể là tệp nén độc hại.",
    "encrypted": "Tệp PDF được bảo vệ bằng mật khẩu.",
    "unreadable": "Không đọc được tệp từ ổ đĩa.",
    "changed": "Tệp đã thay đổi trong khi chạy.",
    "link": "Đây là liên kết, không phải tệp.",
    "not-a-file": "Không phải tệp, cũng không phải thư mục.",
    "bad-name": "Tên tệp có ký tự không lưu được.",
    "same-name": "Tên tệp trùng với tệp khác (chỉ khác chữ hoa hoặc dạng Unicode).",
    "kills-worker": "Đọc trang này làm chương trình dừng hai lần.",
}
_TOTALS = {
    "dossiers": "Số hồ sơ / Dossiers",
    "documents": "Số văn bản / Documents",
    "documents_incomplete": "Văn bản chưa đủ / Documents incomplete",
    "documents_without_pdf": "Văn bản không có PDF / Documents without PDF",
    "pages": "Số trang / Pages",
    "pages_shown": "Trang có trong PDF / Pages in a PDF",
    "pages_quarantined": "Trang cách ly / Pages in quarantine",
    "pages_failed": "Trang không xử lý được / Pages failed",
    "pages_blank": "Trang trắng / Blank pages",
    "text_failed": "Trang chưa nhận dạng được chữ / Text not read",
    "text_timed_out": "Trang quá thời gian nhận dạng / Text timed out",
    "other_files": "Tệp khác / Other files",
    "files_refused": "Tệp bị từ chối / Files refused",
}
_BATCH = {
    "name": "Đợt / Batch",
    "code": "Mã đợt / Code",
    "title": "Tên / Title",
    "agency_code": "Mã cơ quan / Agency code",
    "agency_name": "Cơ quan / Agency",
    "fonds_code": "Mã phông / Fonds code",
    "fonds_name": "Phông / Fonds",
    "transfer_number": "Đợt nộp lưu số / Transfer number",
    "date": "Ngày / Date",
}


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    width: int


_DOSSIERS = (_Column("STT", 6), _Column("Mã hồ sơ / Code", 30), _Column("Tiêu đề / Title", 60),
             _Column("Thư mục / Folder", 30), _Column("Số văn bản / Documents", 12),
             _Column("Số trang / Pages", 12))  # fmt: skip
_DOCUMENTS = (_Column("STT", 6), _Column("Mã văn bản / Code", 36), _Column("Tên / Title", 50),
              _Column("Nguồn / Source", 36), _Column("Số trang / Pages", 10),
              _Column("Trang có trong PDF / In PDF", 12),
              _Column("Đủ / Complete", 12), _Column("Thiếu, lỗi / Gaps", 40), _Column("Tệp PDF/A / File", 50),
              _Column("veraPDF", 12), _Column("SHA-256", 68))  # fmt: skip
_PAGES = (_Column("Mã văn bản / Document", 36), _Column("Trang / Page", 8), _Column("Tệp quét / Scan", 50),
          _Column("Khung / Frame", 8), _Column("Rộng / Width px", 10), _Column("Cao / Height px", 10),
          _Column("dpi", 8), _Column("Kiểu màu / Mode", 10), _Column("Bit", 6), _Column("Nén / Compression", 14),
          _Column("Xoay / Turn °", 8), _Column("Nghiêng / Skew °", 10), _Column("Chữ / Text", 18),
          _Column("Số từ / Words", 8),
          _Column("Độ tin cậy / Confidence", 12), _Column("Lỗi / Problem", 34), _Column("SHA-256", 68))  # fmt: skip
_QUARANTINE = (_Column("Tệp / File", 50), _Column("Khung / Frame", 8), _Column("Lý do", 60), _Column("Reason", 60),
               _Column("Chi tiết / Detail", 60), _Column("Nơi lưu / Kept at", 50), _Column("SHA-256", 68))  # fmt: skip


def write_sheet(target: Path, batch: Batch, description: Description, accounts: Accounts, scratch: Path) -> None:
    """Write the workbook; rows are written as they come, through files in `scratch`, so memory stays flat."""
    options = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": _CREATED, "title": batch.name, "author": "sohoa"})
        _summary(book, batch, description, totals(batch, accounts))
        _table(book, "Hồ sơ", _DOSSIERS, (_dossier(*item, description) for item in enumerate(batch.dossiers, 1)))
        _table(book, "Văn bản", _DOCUMENTS, (_document(*item) for item in enumerate(accounts, 1)))
        pages = (_page(document, page) for document in accounts for page in document.pages)
        _table(book, "Trang", _PAGES, pages)
        rows = ([item.fault.path, (item.fault.frame or 0) + 1, REASONS[item.fault.code], FAULTS[item.fault.code],
                 item.fault.detail, item.path, item.sha256] for item in quarantine(batch, accounts))  # fmt: skip
        _table(book, "Cách ly", _QUARANTINE, rows)


def _summary(book: Any, batch: Batch, description: Description, counts: Totals) -> None:
    sheet = book.add_worksheet("Tóm tắt")
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 70)
    sheet.write(0, 0, "Danh mục đợt số hóa / Manifest of the batch", book.add_format({"bold": True, "font_size": 14}))
    rows = [
        (label, batch.name if name == "name" else getattr(description.batch, name)) for name, label in _BATCH.items()
    ]
    rows += [(label, getattr(counts, name)) for name, label in _TOTALS.items()]
    for number, (label, value) in enumerate(rows, 2):
        sheet.write(number, 0, label, bold)
        sheet.write(number, 1, value)


def _table(book: Any, name: str, columns: Sequence[_Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet: a heading row that stays in sight, with filters, and A4 landscape for the printer."""
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"})
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write(0, index, column.heading, heading)
    count = 0
    for count, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            sheet.write(count, index, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _dossier(number: int, dossier: Any, description: Description) -> list[Any]:
    pages = sum(len(document.pages) for document in dossier.documents)
    code, title = description.dossier_code(dossier), description.dossier_title(dossier)
    return [number, code, title, dossier.name, len(dossier.documents), pages]


def _document(number: int, account: DocumentAccount) -> list[Any]:
    gaps = "; ".join(f"{page.page.number}: {_PROBLEMS[page.problem]}" for page in account.gaps)
    shown = sum(page.is_shown for page in account.pages)
    complete = "đủ / yes" if account.is_complete else "chưa đủ / NO"
    verdict = account.verdict.facts["verdict"] if account.verdict else ""
    digest = account.access.sha256 if account.access else ""
    pages = len(account.pages)
    return [number, account.code, account.title, account.document.path, pages, shown, complete, gaps,
            account.access_path, verdict, digest]  # fmt: skip


def _page(document: DocumentAccount, account: PageAccount) -> list[Any]:
    results = account.results
    scan = results["examine"].facts if "examine" in results else {}
    laid = results["deskew"].facts if account.is_shown else {}
    text = results["ocr"].facts if account.is_shown and "ocr" in results else {}
    state = _TEXT.get(account.text_state, "") if account.is_shown and account.text_state else ""
    facts = [scan.get(name, "") for name in ("width", "height", "dpi_x", "mode", "bits_per_pixel", "compression")]
    straight = [laid.get(name, "") for name in ("turn_degrees", "skew_degrees")]
    read = [state, text.get("words", ""), text.get("confidence", "")]
    return [document.code, account.page.number, account.page.path, account.page.frame + 1, *facts, *straight, *read,
            _PROBLEMS[account.problem], account.scan_sha256]  # fmt: skip
