"""The register as a workbook that a person reads: media, sets, copies, records."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from pipeline.copies.policy import Standing
from pipeline.copies.record import Record
from pipeline.copies.register import Register

# Excel's limits: rows of a sheet, one of them the heading; letters of a cell.
_ROWS, _LETTERS = 1_048_576 - 1, 32_767
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)  # same register, same bytes


class _Column(NamedTuple):
    heading: str
    width: int


_MEDIA = (
    _Column("Mã phương tiện lưu trữ", 24), _Column("Loại", 10), _Column("Nơi bảo quản", 40),
    _Column("Thời hạn bền vững", 14), _Column("Ngày mã hóa", 26), _Column("Ngày ngừng sử dụng", 26),
    _Column("Số bản sao", 10), _Column("Định danh", 36),
)  # fmt: skip
_SETS = (
    _Column("Bộ dữ liệu", 40), _Column("Đã dự phòng (01/02)", 12), _Column("Số bản sao nguyên vẹn", 12),
    _Column("Số bản sao", 10), _Column("Lý do", 50), _Column("Số tệp", 12), _Column("Dung lượng (byte)", 18),
    _Column("Ghi nhận lần đầu", 26), _Column("Đơn vị", 30), _Column("Niêm phong (SHA-256)", 68),
)  # fmt: skip
_COPIES = (
    _Column("Bộ dữ liệu", 40), _Column("Mã phương tiện lưu trữ", 24), _Column("Tình trạng", 14),
    _Column("Ngày sao", 26), _Column("Đọc toàn bộ lần cuối", 26), _Column("Đã đọc hết kể từ", 26),
    _Column("Kết quả lần cuối", 18), _Column("Phần đã kiểm tra", 12), _Column("Số bản ghi", 10),
    _Column("Niêm phong (SHA-256)", 68),
)  # fmt: skip
_EVENTS = (
    _Column("Thời gian", 26), _Column("Việc", 12), _Column("Bộ dữ liệu", 40), _Column("Mã phương tiện lưu trữ", 24),
    _Column("Số", 8), _Column("Người thực hiện", 24), _Column("Chương trình", 16), _Column("Chi tiết", 80),
    _Column("SHA-256", 68),
)  # fmt: skip


def write_workbook(target: Path, register: Register, standings: Sequence[Standing]) -> None:
    """Write the register's workbook to a file that is not there yet.

    Raises:
        OSError: It cannot be written.
        NoVerdict, FolderBusy: The register cannot be read.
    """
    codes = {medium.id: medium.code for medium in register.media()}
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    # XlsxWriter answers a place that cannot be written to with an error of its own, when all is done.
    with target.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _CREATED, "title": "Sổ đăng ký bản sao bảo hiểm", "author": "sohoa"})
        for name, columns, rows in (
            ("Phương tiện", _MEDIA, _media_rows(register)),
            ("Bộ dữ liệu", _SETS, _set_rows(register, standings)),
            ("Bản sao", _COPIES, _copy_rows(register, codes)),
            ("Nhật ký", _EVENTS, map(_event_row, register.events())),
        ):
            _write_table(book, name, columns, rows)


def _write_table(book: Any, name: str, columns: Sequence[_Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write one table; what does not fit on its sheet goes on to "name (2)" and so on."""
    look = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"}
    heading, plain = book.add_format(look), book.add_format({"valign": "top"})
    left = iter(rows)
    for number in count(1):
        first = list(islice(left, 1))
        if not first and number > 1:
            return
        sheet = book.add_worksheet(name if number == 1 else f"{name} ({number})")
        _write_sheet(sheet, columns, chain(first, islice(left, _ROWS - 1)), heading, plain)


def _write_sheet(
    sheet: Any, columns: Sequence[_Column], rows: Iterable[Sequence[Any]], heading: Any, plain: Any
) -> None:
    """Write one sheet: a heading row that stays in sight, with filters, and A4 landscape for the printer."""
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write(0, index, column.heading, heading)
    last = 0
    for last, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            sheet.write(last, index, value[:_LETTERS] if isinstance(value, str) else value, plain)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _media_rows(register: Register) -> Iterable[Sequence[Any]]:
    counts: dict[str, int] = {}
    for copy in register.copies():
        counts[copy.medium_id] = counts.get(copy.medium_id, 0) + 1
    for medium in register.media():
        yield (medium.code, medium.kind, medium.place, medium.until, medium.created, medium.retired,
               counts.get(medium.id, 0), medium.id)  # fmt: skip


def _set_rows(register: Register, standings: Sequence[Standing]) -> Iterable[Sequence[Any]]:
    by_seal = {standing.seal: standing for standing in standings}
    for entry in register.sets():
        standing = by_seal[entry.seal]
        yield (entry.name, standing.status, standing.good, standing.copies, "; ".join(standing.reasons),
               entry.payload_files, entry.payload_bytes, entry.first_seen,
               entry.description.get("Source-Organization", ""), entry.seal)  # fmt: skip


def _copy_rows(register: Register, codes: Mapping[str, str]) -> Iterable[Sequence[Any]]:
    for copy in register.copies():
        yield (copy.name, codes.get(copy.medium_id, ""), copy.state, copy.created, copy.last_full_check,
               copy.covered_since, copy.last_outcome, copy.last_part, copy.head_number, copy.seal)  # fmt: skip


def _event_row(record: Record) -> Sequence[Any]:
    details = json.dumps(record.details, ensure_ascii=True, sort_keys=True)
    return (record.time, record.event, record.set, record.medium_code, record.number, record.by, record.program,
            details, record.digest)  # fmt: skip
