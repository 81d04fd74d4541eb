"""The manifest as a workbook that a person reads: summary, dossiers, documents, pages, quality, quarantine."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.model import Batch
from pipeline.records.account import Accounts
from pipeline.records.description import Description
from pipeline.records.manifest import NO_PACKAGES, Packages, Totals, quarantine, totals
from pipeline.records.quality_rows import QUALITY, quality_row
from pipeline.records.sheet_rows import (
    BATCH,
    DOCUMENTS,
    DOSSIERS,
    PACKAGES,
    PAGES,
    QUARANTINE,
    TOTALS,
    Column,
    document_row,
    dossier_row,
    package_row,
    page_row,
    refused_row,
)

NAME = "danh-muc.xlsx"
QUALITY_SHEET = "Chất lượng"
# Excel's limits: rows of a sheet, one of them the heading; letters of a cell, where XlsxWriter writes nothing at all.
ROWS_PER_SHEET = 1_048_576 - 1
CELL_LETTERS = 32_767
# The workbook carries no date of its own making: same batch, same bytes.
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


def write_sheet(
    target: Path,
    batch: Batch,
    description: Description,
    accounts: Accounts,
    scratch: Path,
    *,
    packages: Packages = NO_PACKAGES,
    rows_per_sheet: int = ROWS_PER_SHEET,
) -> None:
    """Write the workbook; rows are written as they come, through files in `scratch`, so memory stays flat."""
    options = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": _CREATED, "title": batch.name, "author": "sohoa"})
        _summary(book, batch, description, totals(batch, accounts))
        tables = _Tables(book, rows_per_sheet)
        tables.write("Hồ sơ", DOSSIERS, (dossier_row(*item, description) for item in enumerate(batch.dossiers, 1)))
        if packages.rows or packages.problems:
            numbered = enumerate(batch.dossiers, 1)
            tables.write("Gói tin", PACKAGES, (package_row(*item, description, packages) for item in numbered))
        tables.write("Văn bản", DOCUMENTS, (document_row(*item) for item in enumerate(accounts, 1)))
        pages = (page_row(document, page) for document in accounts for page in document.pages)
        tables.write("Trang", PAGES, pages)
        judged = (quality_row(document, page) for document in accounts for page in document.pages)
        tables.write(QUALITY_SHEET, QUALITY, judged)
        tables.write("Cách ly", QUARANTINE, map(refused_row, quarantine(batch, accounts)))


def _summary(book: Any, batch: Batch, description: Description, counts: Totals) -> None:
    sheet = book.add_worksheet("Tóm tắt")
    bold, left = book.add_format({"bold": True}), book.add_format({"align": "left", "text_wrap": True})
    sheet.set_column(0, 0, 54)
    sheet.set_column(1, 1, 60)
    sheet.write(0, 0, "Danh mục đợt số hóa / Manifest of the batch", book.add_format({"bold": True, "font_size": 14}))
    rows = [
        (label, batch.name if name == "name" else getattr(description.batch, name)) for name, label in BATCH.items()
    ]
    rows += [(label, getattr(counts, name)) for name, label in TOTALS.items()]
    for number, (label, value) in enumerate(rows, 2):
        sheet.write(number, 0, label, bold)
        sheet.write(number, 1, _fitting(value), left)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


class _Tables:
    """The workbook's tables, each on as many sheets as its rows need."""

    def __init__(self, book: Any, rows_per_sheet: int) -> None:
        self._book, self._rows_per_sheet = book, rows_per_sheet
        look = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"}
        self._heading = book.add_format(look)
        self._plain, self._wrapped = (book.add_format({"valign": "top", "text_wrap": wraps}) for wraps in (False, True))

    def write(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
        """Write one table; what does not fit on its sheet goes on to "name (2)" and so on."""
        left, number = iter(rows), 1
        self._write_sheet(name, columns, islice(left, self._rows_per_sheet))
        for row in left:
            number += 1
            self._write_sheet(f"{name} ({number})", columns, chain([row], islice(left, self._rows_per_sheet - 1)))

    def _write_sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
        """Write one sheet: a heading row that stays in sight, with filters, and A4 landscape for the printer."""
        sheet = self._book.add_worksheet(name)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            sheet.write(0, index, column.heading, self._heading)
        formats = [self._wrapped if column.wraps else self._plain for column in columns]
        count = 0
        for count, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                sheet.write(count, index, _fitting(value), formats[index])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, count, sum(column.printed for column in columns) - 1)


def _fitting(value: Any) -> Any:
    """Shorten a text that no cell can hold; `batch.json` has all of it."""
    if isinstance(value, str) and len(value) > CELL_LETTERS:
        return value[: CELL_LETTERS - 1] + "…"
    return value
