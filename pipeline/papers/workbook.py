"""Lists as workbooks that print as the office's paper does: A4, Times New Roman, headings on every page."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipeline.files import replacing
from pipeline.papers.letterhead import MOTTO, NAME_DOTS, place_and_date
from pipeline.papers.listing import NOTHING, Cell, Listing
from pipeline.papers.text_width import line_count, lines
from pipeline.papers.values import Letterhead
from pipeline.papers.word import FONT, writable

_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)  # same list, same bytes
_OPTIONS: Mapping[str, Any] = {  # XlsxWriter writes into what it is given
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": FONT, "font_size": 12},
}
_INCH_CM = 2.54
_MARGINS_CM = {"left": 3.0, "right": 1.5, "top": 2.0, "bottom": 1.8}
_PAGE_NUMBER = f'&C&"{FONT},Regular"&13&P'
_PIXELS_PER_CM, _DIGIT_PIXELS, _EDGE_PIXELS = 96 / _INCH_CM, 8, 5
_CELL_EDGES_CM = 0.35
# Of a line in relation to its letters; Excel shows no row that is higher than 409 points.
_LINE_HEIGHT, _MOST_POINTS = 1.32, 400
_TEXT_PT, _HALVES_PT, _TITLE_PT = 12, 13, 14
_MOST_LINES = int(_MOST_POINTS / _LINE_HEIGHT / _TEXT_PT)
_HEAD_SHARE = 0.45
_SIGNING_ROWS = 4


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose first page bears no number, which the library cannot ask for."""

    def _write_header_footer(self) -> None:
        self._xml_start_tag("headerFooter", [("differentFirst", 1)])
        self._write_odd_header()
        self._xml_end_tag("headerFooter")


def write_workbook(path: Path, title: str, listings: Iterable[Listing], *, new_pages: bool = False) -> None:
    """Write lists into one workbook, a sheet for each.

    Args:
        path: The file; its folder exists.
        title: Of the file, for those who look at its properties.
        listings: With different names of sheets.
        new_pages: Begin a new page at each row that goes over all columns; at most 1,000 of them in a list.
    """
    with (
        replacing(path, durable=True) as descriptor,
        os.fdopen(os.dup(descriptor), "wb") as file,
        xlsxwriter.Workbook(file, deepcopy(_OPTIONS)) as book,
    ):
        book.set_properties({"created": _CREATED, "title": title[:255], "author": "sohoa"})
        looks = _looks(book)
        for listing in listings:
            _Page(book, looks, listing).write(new_pages=new_pages)


def _looks(book: Any) -> dict[str, Any]:
    """Make the formats that the sheets use."""
    plain = {"font_name": FONT, "font_size": 12, "valign": "top", "text_wrap": True}
    middle = {**plain, "align": "center"}
    ruled = {"border": 1}
    looks = {
        "agency": {**middle, "bold": True}, "superior": middle, "motto": {**middle, "bold": True},
        "motto2": {**middle, "bold": True, "underline": 1, "font_size": 13}, "number": {**middle, "font_size": 13},
        "title": {**middle, "bold": True, "font_size": 14}, "below": {**middle, "bold": True, "font_size": 13},
        "heading": {**middle, **ruled, "bold": True, "valign": "vcenter"}, "left": {**plain, **ruled},
        "middle": {**middle, **ruled}, "count": {**middle, **ruled, "num_format": "#,##0"},
        "over": {**plain, **ruled, "bold": True}, "closing": {**plain, "font_size": 13},
        "signer": {**middle, "bold": True, "font_size": 13}, "how": {**middle, "italic": True, "font_size": 13},
    }  # fmt: skip
    return {name: book.add_format(look) for name, look in looks.items()}


class _Page:
    """One sheet that grows from top to bottom, as `constant_memory` asks."""

    def __init__(self, book: Any, looks: dict[str, Any], listing: Listing) -> None:
        self._looks, self._listing = looks, listing
        self._sheet = book.add_worksheet(listing.sheet, worksheet_class=_Sheet)
        self._widths_cm = tuple(column.width_cm for column in listing.columns)
        self._last = len(self._widths_cm) - 1
        self._row = 0
        for index, width in enumerate(self._widths_cm):
            self._sheet.set_column(index, index, (width * _PIXELS_PER_CM - _EDGE_PIXELS) / _DIGIT_PIXELS)

    def write(self, *, new_pages: bool) -> None:
        """Write all of the list, and how it is printed."""
        if self._listing.head is not None:
            self._head(self._listing.head)
        for text in self._listing.title:
            self._over_all(text, "title")
        for text in self._listing.below:
            self._over_all(text, "below")
        self._row += 1
        first = self._row
        for texts in self._listing.headings:
            self._cells(texts, ["heading"] * len(texts), bold=True)
        self._set_up(first)
        breaks = self._rows()
        if new_pages:
            self._sheet.set_h_pagebreaks(breaks[1:])
        self._end()
        self._sheet.print_area(0, 0, self._row, self._last)

    def _rows(self) -> list[int]:
        """Write the rows; give the places of those that go over all columns."""
        over = []
        for row in self._listing.rows or ((NOTHING,),):
            if len(row) == 1:
                over.append(self._row)
                self._over_all(str(row[0]), "over" if self._listing.rows else "middle")
                continue
            for part in _in_parts(row, self._widths_cm):
                self._cells(part, self._row_looks(part))
        return over

    def _row_looks(self, row: Sequence[Cell]) -> list[str]:
        return [
            "count" if isinstance(cell, int) else "middle" if column.centred else "left"
            for cell, column in zip(row, self._listing.columns, strict=True)
        ]

    def _head(self, head: Letterhead) -> None:
        agency = head.agency.upper() or NAME_DOTS
        rule = "_" * max(len(agency) // 3, 5)
        left = [(head.superior.upper(), "superior")] if head.superior else []
        left += [(agency, "agency"), (rule, "superior")]
        right = [(MOTTO[0], "motto"), (MOTTO[1], "motto2"), ("", "motto")]
        for one, other in zip(left, right, strict=False):
            self._halves(*one, *other)
        if head.number or head.dated:
            self._halves(head.number, "number", place_and_date(head.place) if head.dated else "", "how")
        self._row += 1

    def _end(self) -> None:
        self._row += 1
        for sentence in self._listing.closing:
            self._over_all(sentence, "closing")
        signers = self._listing.signers
        if not signers:
            return
        self._row += 1
        if self._listing.place:
            self._halves("", "how", self._listing.place, "how")
        left, right = (*signers, "")[:2]
        self._halves(left, "signer", right, "signer")
        self._halves(self._listing.how if left else "", "how", self._listing.how if right else "", "how")
        self._row += _SIGNING_ROWS

    def _halves(self, left: str, left_look: str, right: str, right_look: str) -> None:
        """Write one row of two texts side by side."""
        middle = _middle(self._widths_cm)
        rooms = sum(self._widths_cm[:middle]), sum(self._widths_cm[middle:])
        self._height((left, right), rooms, _TEXT_PT if right_look == "motto" else _HALVES_PT)
        self._over(0, middle - 1, left, left_look)
        self._over(middle, self._last, right, right_look)
        self._row += 1

    def _over_all(self, text: str, look: str) -> None:
        self._height((text,), (sum(self._widths_cm),), _TITLE_PT if look == "title" else _HALVES_PT, bold=True)
        self._over(0, self._last, text, look)
        self._row += 1

    def _over(self, first: int, last: int, text: str, look: str) -> None:
        if first == last:
            self._sheet.write_string(self._row, first, writable(text), self._looks[look])
        else:
            self._sheet.merge_range(self._row, first, self._row, last, writable(text), self._looks[look])

    def _height(self, texts: Sequence[Cell], rooms_cm: Sequence[float], size_pt: int, *, bold: bool = False) -> None:
        """Make the row as high as the longest text needs; not every program does that by itself."""
        most = max(
            line_count(cell, room - _CELL_EDGES_CM, size_pt, bold=bold) if isinstance(cell, str) else 1
            for cell, room in zip(texts, rooms_cm, strict=True)
        )
        self._sheet.set_row(self._row, most * size_pt * _LINE_HEIGHT)

    def _cells(self, row: Sequence[Cell], looks: Sequence[str], *, bold: bool = False) -> None:
        self._height(row, self._widths_cm, _TEXT_PT, bold=bold)
        for index, (cell, look) in enumerate(zip(row, looks, strict=True)):
            if isinstance(cell, int):
                self._sheet.write_number(self._row, index, cell, self._looks[look])
            else:
                self._sheet.write_string(self._row, index, writable(cell), self._looks[look])
        self._row += 1

    def _set_up(self, heading_row: int) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(**{side: width / _INCH_CM for side, width in _MARGINS_CM.items()})
        sheet.set_header(_PAGE_NUMBER, {"margin": 1.0 / _INCH_CM})
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(heading_row, self._row - 1)
        sheet.hide_gridlines(2)


def _middle(widths_cm: Sequence[float]) -> int:
    """Give the first column of the right half; both halves have one at least."""
    half, done = sum(widths_cm) * _HEAD_SHARE, 0.0
    for index, width in enumerate(widths_cm):
        done += width
        if done >= half:
            return min(max(index if done - half > width / 2 else index + 1, 1), len(widths_cm) - 1)
    return 1


def _in_parts(row: Sequence[Cell], widths_cm: Sequence[float]) -> Iterator[tuple[Cell, ...]]:
    """Give a row in as many rows as its longest text needs."""
    pieces = [_pieces(cell, width) for cell, width in zip(row, widths_cm, strict=True)]
    for number in range(max(map(len, pieces))):
        yield tuple(cell[number] if number < len(cell) else "" for cell in pieces)


def _pieces(cell: Cell, width_cm: float) -> list[Cell]:
    """Part a text that needs more lines than a row can show."""
    if isinstance(cell, int) or len(cell) <= _MOST_LINES:
        return [cell]
    broken = list(lines(cell, width_cm - _CELL_EDGES_CM, _TEXT_PT))
    if len(broken) <= _MOST_LINES:
        return [cell]
    return [" ".join(broken[start : start + _MOST_LINES]) for start in range(0, len(broken), _MOST_LINES)]
