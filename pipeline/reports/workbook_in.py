"""Take a report's workbook back: the visible sheet rules, since a person may have corrected its numbers by hand."""

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.messages import sentence
from pipeline.reports import tables
from pipeline.reports.plain import MOST, NotAReport, from_plain
from pipeline.reports.values import NOTHING, Amount, Line, Measure, Unit, UnitReport

_KINDS = {label: kind for kind, label in tables.KIND_LABELS.items()}
_FIRST_AMOUNT = tables.NUMBER_HEADINGS.index(tables.AMOUNTS[0])
_COLUMNS = len(tables.NUMBER_HEADINGS)
_NEEDED = (tables.NUMBERS, tables.DATA)  # the others may be long
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0 ]\d{3})+")


class FromWorkbook(NamedTuple):
    """A report out of a workbook, and whether its numbers differ from those that the program wrote."""

    report: UnitReport
    is_corrected: bool


def read_workbook(path: Path) -> FromWorkbook:
    """Read a report's workbook.

    Raises:
        NotAReport: It is none, or a number in it cannot be read.
        OSError: It cannot be read.
    """
    sheets = _sheets(path)
    written = _written(sheets.get(tables.DATA, ()))
    numbers = _numbers(sheets)
    if numbers is None:
        if written is None:
            raise NotAReport(sentence("it is no yearly report of this program"))
        # What nobody sees must not be counted instead of what a person may have corrected and lost.
        raise NotAReport(sentence("the sheet '{sheet}' is gone", sheet=tables.NUMBERS), written.unit)
    shown = _shown(numbers)
    if written is None:
        return FromWorkbook(shown, is_corrected=True)
    whole = UnitReport(shown.kind, shown.year, shown.unit, shown.lines, shown.total, shown.difficulties,
                       notes=written.notes)  # fmt: skip
    same = (written.kind, written.year, written.unit, written.lines, written.total) == (
        shown.kind, shown.year, shown.unit, shown.lines, shown.total,
    )  # fmt: skip
    return FromWorkbook(whole, is_corrected=not same)


def _sheets(path: Path) -> Mapping[str, Sequence[Sequence[Any]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return {
                name: [(*row, *(None,) * (_COLUMNS - len(row))) for row in book[name].iter_rows(values_only=True)]
                for name in (_NEEDED if tables.NUMBERS in book.sheetnames else book.sheetnames)
                if name in book.sheetnames
            }
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise NotAReport(sentence("it is no workbook (.xlsx), or it is damaged")) from error


def _numbers(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Sequence[Sequence[Any]] | None:
    """Find the visible sheet, also one that got another name: its headings tell it."""
    if tables.NUMBERS in sheets:
        return sheets[tables.NUMBERS]
    return next((rows for rows in sheets.values() if any(map(_is_heading, rows))), None)


def _written(rows: Sequence[Sequence[Any]]) -> UnitReport | None:
    """Read what the program wrote for machines; None where it is gone or damaged: the visible sheet is enough."""
    try:
        return from_plain(json.loads("".join(str(row[0]) for row in rows if row and row[0] is not None)))
    except (ValueError, RecursionError):
        return None


def _shown(rows: Sequence[Sequence[Any]]) -> UnitReport:
    """Read the visible sheet."""
    head = {str(row[0]).strip(): row[1] for row in rows if len(row) > 1 and row[0] in tables.HEAD}
    start = next((number for number, row in enumerate(rows) if _is_heading(row)), None)
    if start is None or not set(tables.HEAD) <= set(head):
        raise NotAReport(sentence("the sheet '{sheet}' lacks its headings", sheet=tables.NUMBERS))
    unit = Unit(_text(head[tables.NAME]), _text(head[tables.CODE]), _text(head[tables.AGENCY]))
    kind = _KINDS.get(_text(head[tables.KIND]))
    year = _whole(head[tables.YEAR])
    if kind is None or year is None:
        raise NotAReport(sentence("the sheet '{sheet}' does not say the kind of report and its year",
                                  sheet=tables.NUMBERS), unit)  # fmt: skip
    amounts, labels = _amounts(rows, start + 1, unit)
    total = amounts.pop("", NOTHING)
    lines = tuple(Line(reason, labels[reason], amounts[reason]) for reason in amounts)
    difficulties = tuple(filter(None, _text(head[tables.DIFFICULTIES]).split("\n")))
    return UnitReport(kind, year, unit, lines, total, difficulties)


def _is_heading(row: Sequence[Any]) -> bool:
    return tuple(row[: len(tables.NUMBER_HEADINGS)]) == tables.NUMBER_HEADINGS


def _amounts(
    rows: Sequence[Sequence[Any]], start: int, unit: Unit
) -> tuple[dict[str, dict[Measure, Amount]], dict[str, str]]:
    """Read the rows of numbers: reason -> measure -> amount, the total under "", and the reasons' labels."""
    amounts: dict[str, dict[Measure, Amount]] = {}
    labels: dict[str, str] = {}
    for number, row in enumerate(rows[start:], start + 1):
        if _is_beside_the_numbers(row):
            continue
        measure, reason = _measure(row), _reason(row)
        if measure is None or measure in amounts.get(reason, {}):
            raise NotAReport(sentence("row {row} of the sheet '{sheet}' is not one that was handed out, or is doubled",
                                      row=number, sheet=tables.NUMBERS), unit)  # fmt: skip
        amounts.setdefault(reason, {})[measure] = _amount(row, number, unit)
        labels.setdefault(reason, _text(row[3]))
    for reason, found in amounts.items():
        if len(found) < len(Measure):
            raise NotAReport(sentence("the sheet '{sheet}' lacks rows of '{name}'", sheet=tables.NUMBERS,
                                      name=labels[reason]), unit)  # fmt: skip
    if "" not in amounts:
        raise NotAReport(sentence("the sheet '{sheet}' lacks rows of '{name}'", sheet=tables.NUMBERS,
                                  name=tables.TOTAL), unit)  # fmt: skip
    return amounts, labels


def _is_beside_the_numbers(row: Sequence[Any]) -> bool:
    """Tell an empty row, or a remark that a person wrote below: it has neither a code nor a number."""
    return all(not _text(row[place]) for place in (0, *range(_FIRST_AMOUNT, _COLUMNS)))


def _measure(row: Sequence[Any]) -> Measure | None:
    text = _text(row[0])
    return Measure(text) if text in set(Measure) else None


def _reason(row: Sequence[Any]) -> str:
    """Read a reason's code; Excel makes a number of 01 where a person types it again."""
    code = _text(row[2])
    return code.zfill(2) if code.isdigit() else code


def _amount(row: Sequence[Any], number: int, unit: Unit) -> Amount:
    found = []
    for column in range(_FIRST_AMOUNT, _FIRST_AMOUNT + len(tables.AMOUNTS)):
        value = _whole(row[column] if column < len(row) else None)
        if value is None:
            cell = f"{get_column_letter(column + 1)}{number}"
            raise NotAReport(sentence("cell {cell} of the sheet '{sheet}' holds no whole number",
                                      cell=cell, sheet=tables.NUMBERS), unit)  # fmt: skip
        found.append(value)
    return Amount(*found)


def _whole(value: Any) -> int | None:
    """Read a whole number, also one that was typed as text, in groups of three digits or not."""
    if isinstance(value, str):
        text = value.strip()
        if _GROUPED.fullmatch(text):
            text = re.sub(r"\D", "", text)
        value = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(MOST)) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= MOST else None


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
