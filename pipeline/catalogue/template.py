"""The lists as a file for the office to fill in, empty or with rows: what `reading` takes back exactly.

All columns of Thông tư 05/2025/TT-BNV (Phụ lục I, III) and those of ours, with Vietnamese headings, lists of codes to
choose from, and cells of text where a spreadsheet would drop zeros or turn codes into dates.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Field, Kind
from pipeline.catalogue.reading.lists import CODE_LISTS, GUIDE
from pipeline.catalogue.template_guide import guide_rows

DOSSIERS, DOCUMENTS = "Hồ sơ", "Văn bản"
_BEYOND = 2000  # rows below the last one that are prepared for typing
# The workbook carries no date of its own making: same rows, same bytes.
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_FIRST = {"dossier": ("ordinal", "folder"), "document": ("fileCode", "ordinal", "file")}
_WIDE = {"title": 50, "subject": 50, "organName": 30, "description": 30, "fileCode": 24, "docCode": 32, "docId": 24,
         "autograph": 24, "folder": 22, "file": 26, "originalPlace": 24, "treatmentRecord": 24, "typeName": 20,
         "paperFileCode": 24, "mode": 24, "maintenance": 16, "reason": 24, "confidenceLevel": 16}  # fmt: skip
_WIDTH, _MORE_WIDTH, _GUIDE_WIDTHS = 13, 18, (12, 30, 18, 18, 10, 60, 44)
_LINE_POINTS = 15
_MOST_POINTS = 409  # Excel's highest row
_LOOK = {"text_wrap": True, "valign": "top", "font_name": "Times New Roman", "font_size": 11}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row to be written.

    Attributes:
        values: Field name -> canonical value.
        comments: Field name -> a remark on that cell, such as how sure a suggestion is.
        marked: Fields whose cells are coloured, since a person must look at them.
        more: Values of the further columns (`write_lists`), in their order.
    """

    values: Mapping[str, str]
    comments: Mapping[str, str] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()
    more: Sequence[str] = ()


def write_lists(
    dossiers: Sequence[ListRow] = (),
    documents: Sequence[ListRow] = (),
    *,
    notes: Sequence[str] = (),
    more_dossier: Sequence[str] = (),
    more_document: Sequence[str] = (),
) -> bytes:
    """Write both lists, the guide and the code lists as one workbook.

    Args:
        dossiers: Rows of the list of dossiers; none for an empty one.
        documents: Rows of the list of documents.
        notes: Lines above the table of the guide.
        more_dossier: Headings of further columns for dossiers; `reading` tells that it does not read them.
        more_document: The same for documents.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _CREATED, "author": "sohoa", "title": "Mục lục"})
        lists = _Lists(book)
        lists.write(DOSSIERS, columns("dossier"), dossiers, more_dossier)
        lists.write(DOCUMENTS, columns("document"), documents, more_document)
        lists.write_guide(notes)
        lists.write_codes()
    return target.getvalue()


def write_csv(of: str, rows: Sequence[ListRow] = ()) -> bytes:
    """Write one list as text: UTF-8 with the mark that Excel looks for, commas.

    Args:
        of: "dossier" or "document".
        rows: What is filled in.
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    fields = columns(of)
    writer.writerow([each.label for each in fields])
    writer.writerows([_shown(each, row.values.get(each.name, "")) for each in fields] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def columns(of: str) -> tuple[Field, ...]:
    """Give the fields in the order of the columns: what finds the record first, then as the annex has them."""
    table = DOSSIER if of == "dossier" else DOCUMENT
    return (*(table[name] for name in _FIRST[of]), *(each for each in table.values() if each.name not in _FIRST[of]))


class _Lists:
    """The workbook's sheets, with the looks that they share."""

    def __init__(self, book: Any) -> None:
        self._book = book
        look = {**_LOOK, "bold": True, "bottom": 1, "align": "center", "valign": "vcenter"}
        self._heading = book.add_format({**look, "bg_color": "#DCE6F1"})
        self._ours = book.add_format({**look, "bg_color": "#EDEDED"})
        self._text = book.add_format({**_LOOK, "num_format": "@"})
        self._number = book.add_format({**_LOOK, "num_format": "0", "align": "center"})
        self._marked = book.add_format({**_LOOK, "num_format": "@", "bg_color": "#FFF2CC"})
        self._plain = book.add_format(_LOOK)
        self._code_columns: dict[str, tuple[int, Field]] = {}

    def write(self, name: str, fields: Sequence[Field], rows: Sequence[ListRow], more: Sequence[str]) -> None:
        """Write one list."""
        sheet = self._book.add_worksheet(name)
        for place, each in enumerate(fields):
            look = self._number if each.kind is Kind.NUMBER else self._text
            sheet.set_column(place, place, _WIDE.get(each.name, _WIDTH), look)
            sheet.write_string(0, place, each.label, self._ours if each.is_ours else self._heading)
            self._offer_codes(sheet, place, each, len(rows) + _BEYOND)
        for place, heading in enumerate(more, len(fields)):
            sheet.set_column(place, place, _MORE_WIDTH, self._text)
            sheet.write_string(0, place, heading, self._ours)
        for number, row in enumerate(rows, 1):
            self._write_row(sheet, number, fields, row)
        sheet.set_row(0, 3 * _LINE_POINTS)
        sheet.freeze_panes(1, 3)
        sheet.repeat_columns(0, 2)
        sheet.autofilter(0, 0, max(len(rows), 1), len(fields) + len(more) - 1)
        _on_paper(sheet, wide=3)

    def _write_row(self, sheet: Any, number: int, fields: Sequence[Field], row: ListRow) -> None:
        shown = [(_shown(each, row.values.get(each.name, "")), _WIDE.get(each.name, _WIDTH)) for each in fields]
        sheet.set_row(number, _height_points([*shown, *((value, _MORE_WIDTH) for value in row.more)]))
        for place, each in enumerate(fields):
            value = row.values.get(each.name, "")
            look = self._marked if each.name in row.marked else None
            if value and each.kind is Kind.NUMBER and value.isdigit():
                sheet.write_number(number, place, int(value), look or self._number)
            elif value:
                sheet.write_string(number, place, _shown(each, value), look or self._text)
            elif look:
                sheet.write_blank(number, place, None, look)
            if each.name in row.comments:
                sheet.write_comment(number, place, row.comments[each.name], {"author": "sohoa", "x_scale": 2})
        for place, value in enumerate(row.more, len(fields)):
            sheet.write_string(number, place, value, self._text)

    def _offer_codes(self, sheet: Any, place: int, each: Field, last_row: int) -> None:
        """Let codes be chosen from a list; others, such as several languages, can still be typed."""
        if not each.codes:
            return
        if each.name not in self._code_columns:
            self._code_columns[each.name] = (len(self._code_columns), each)
        column = xlsxwriter.utility.xl_col_to_name(self._code_columns[each.name][0])
        source = f"='{CODE_LISTS}'!${column}$2:${column}${len(each.codes) + 1}"
        sheet.data_validation(1, place, last_row, place,
                              {"validate": "list", "source": source, "show_error": False})  # fmt: skip

    def write_guide(self, notes: Sequence[str]) -> None:
        """Write what each column is for, with lengths, codes and articles."""
        sheet = self._book.add_worksheet(GUIDE)
        for number, note in enumerate(notes):
            sheet.merge_range(number, 0, number, len(_GUIDE_WIDTHS) - 1, note, self._plain)
            sheet.set_row(number, _height_points([(note, sum(_GUIDE_WIDTHS))]))
        first = len(notes) + bool(notes)
        for place, width in enumerate(_GUIDE_WIDTHS):
            sheet.set_column(place, place, width, self._plain)
        for number, cells in enumerate(guide_rows(), first):
            sheet.set_row(number, _height_points(zip(cells, _GUIDE_WIDTHS, strict=True)))
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell, self._heading if number == first else self._plain)
        sheet.freeze_panes(first + 1, 0)
        _on_paper(sheet)

    def write_codes(self) -> None:
        """Write the lists that codes are chosen from."""
        sheet = self._book.add_worksheet(CODE_LISTS)
        for place, each in self._code_columns.values():
            sheet.set_column(place, place, 28, self._plain)
            sheet.write_string(0, place, each.label, self._heading)
            for number, code in enumerate(each.codes, 1):
                sheet.write_string(number, place, _shown(each, code), self._plain)
        _on_paper(sheet)


def _shown(each: Field, value: str) -> str:
    """Write a code with its words, as the cell's own list has it."""
    return f"{value} - {each.codes[value]}" if value in each.codes else value


def _height_points(cells: Iterable[tuple[str, int]]) -> int:
    """Give the height of a row whose texts are wrapped in columns of these widths; not every program finds it out."""
    lines = max(1 + int(len(text) / (1.1 * width)) for text, width in cells)
    return min(lines * _LINE_POINTS, _MOST_POINTS)


def _on_paper(sheet: Any, wide: int = 1) -> None:
    sheet.set_landscape()
    sheet.hide_gridlines(0)
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(wide, 0)
    sheet.repeat_rows(0)
