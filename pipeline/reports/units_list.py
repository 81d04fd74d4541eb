"""The office's list of units that must report: units.csv, .xlsx or .toml."""

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.catalogue.folding import folded
from pipeline.errors import NoVerdict, UsageError
from pipeline.reports.values import Unit
from pipeline.toml_values import overlay, read_toml

# Headings as offices write them, without marks -> field.
_HEADINGS: Mapping[str, str] = {
    "code": "code", "ma": "code", "ma don vi": "code", "ma co quan": "code", "ma dinh danh": "code",
    "name": "name", "unit": "name", "ten": "name", "ten don vi": "name", "don vi": "name", "co quan don vi": "name",
    "ten co quan": "name", "ten co quan don vi": "name",
    "agency": "agency", "co quan chu quan": "agency",
}  # fmt: skip
_LOOKED_AT = 20  # rows in which the headings may stand, below a title
_DELIMITERS = ",;\t"
_SUMS = re.compile(r"(?:tong (?:cong|so)|cong)(?: \d.*)?")  # a row below the list that counts it
# Two ways to write one name: "UBND" and "Ủy ban nhân dân"; "uỷ", "hoà" and "ủy", "hòa".
_SHORT_FORMS: Mapping[str, str] = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân"}
_TONE_ON_THE_LAST = re.compile("(?<!q)(o(?=[ae])|u(?=y))([aey])([\u0300\u0301\u0303\u0309\u0323])(?!\\w)")


def read_units(path: Path) -> tuple[Unit, ...]:
    """Read the list.

    Raises:
        UsageError: It is no such list, is empty, or names a unit twice.
        NoVerdict: It cannot be read.
    """
    readers = {".csv": _from_csv, ".xlsx": _from_workbook, ".toml": _from_toml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UsageError("{path}: a list of units is a .csv, .xlsx or .toml file", path=path)
    try:
        units = reader(path)
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=path, reason=error.strerror or str(error)) from error
    if not units:
        raise UsageError("{path} names no unit", path=path)
    for part in (lambda unit: code_key(unit.code), lambda unit: name_key(unit.name)):
        doubled = [key for key, count in Counter(filter(None, map(part, units))).items() if count > 1]
        if doubled:
            raise UsageError("{path} names the unit '{name}' twice", path=path, name=doubled[0])
    return units


def name_key(name: str) -> str:
    """Give what tells units apart by name: marks count, since communes differ by them; case, blanks, "UBND" do not."""
    words = unicodedata.normalize("NFC", name).casefold().split()
    whole = unicodedata.normalize("NFD", " ".join(_SHORT_FORMS.get(word, word) for word in words))
    return unicodedata.normalize("NFC", _TONE_ON_THE_LAST.sub(r"\1\3\2", whole))


def bare_key(name: str) -> str:
    """Give a name without marks and punctuation: it points to a unit, but does not tell units apart."""
    return folded(name_key(name))


def code_key(code: str) -> str:
    """Give what tells units apart by code."""
    return "".join(unicodedata.normalize("NFC", code).split()).casefold()


def _from_toml(path: Path) -> tuple[Unit, ...]:
    values = read_toml(path)
    tables = values.get("unit", [])
    if set(values) - {"unit"} or not isinstance(tables, list):
        raise UsageError("{path}: write [[unit]] with 'name' and 'code' below, once for each unit", path=path)
    return tuple(_named(overlay(Unit(""), _table(table, path), str(path), "unit."), path) for table in tables)


def _table(value: Any, path: Path) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError("{path}: write [[unit]] with 'name' and 'code' below, once for each unit", path=path)
    return value


def _from_csv(path: Path) -> tuple[Unit, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("{path} is not in UTF-8; save it as 'CSV UTF-8'", path=path) from error
    heads = {delimiter: list(_columns_found(csv.reader(io.StringIO(text), delimiter=delimiter)))
             for delimiter in _DELIMITERS}  # fmt: skip
    delimiter = max(_DELIMITERS, key=lambda each: max(heads[each], default=0))
    return _from_rows(csv.reader(io.StringIO(text), delimiter=delimiter), path)


def _columns_found(rows: Iterable[Sequence[str]]) -> Iterator[int]:
    """Count the headings that each of the first rows would have."""
    for _, row in zip(range(_LOOKED_AT + 1), rows, strict=False):
        yield sum(folded(text) in _HEADINGS for text in row)


def _from_workbook(path: Path) -> tuple[Unit, ...]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError("{path} is no workbook (.xlsx)", path=path) from error
    try:
        cells = book.worksheets[0].iter_rows(values_only=True)
        return _from_rows(([_text(value) for value in row] for row in cells), path)
    finally:
        book.close()


def _from_rows(rows: Iterable[Sequence[str]], path: Path) -> tuple[Unit, ...]:
    """Read the rows below the headings; a row without a name and a code is passed over."""
    columns: dict[int, str] = {}
    units = []
    for number, row in enumerate(rows):
        if not columns:
            found = {place: _HEADINGS[folded(text)] for place, text in enumerate(row) if folded(text) in _HEADINGS}
            columns = found if "name" in found.values() else {}
            if number > _LOOKED_AT and not columns:
                break
            continue
        values = {name: row[place].strip() for place, name in columns.items() if place < len(row) and row[place]}
        if values and not _is_sum(values):
            units.append(_named(Unit(**{"name": "", **values}), path))
    if not columns:
        raise UsageError("{path}: no column is headed 'Tên đơn vị'", path=path)
    return tuple(units)


def _is_sum(values: Mapping[str, str]) -> bool:
    return "code" not in values and _SUMS.fullmatch(folded(values.get("name", ""))) is not None


def _named(unit: Unit, path: Path) -> Unit:
    if not unit.name.strip():
        raise UsageError("{path}: the unit with the code '{code}' has no name", path=path, code=unit.code)
    return unit


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
