"""Rows of a sheet -> records: what is no record is left out, what stands in several columns is put together."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from pipeline.catalogue.codes import canonical
from pipeline.catalogue.fields import Field
from pipeline.catalogue.folding import folded
from pipeline.catalogue.reading.cells import spoiled, text_of
from pipeline.catalogue.reading.grid import Grid
from pipeline.catalogue.reading.headings import TABLES, ListKind
from pipeline.catalogue.reading.layout import Layout, dossier_named
from pipeline.catalogue.reading.legacy import taken_apart
from pipeline.catalogue.values import Entry, ListFinding

# What stands below the last record: sums, the closing line of Nghị định 30/2020/NĐ-CP, place, date and signature.
_CLOSING = re.compile(r"(?:tong cong|(?:tong|cong)$|(?:muc luc|danh muc|danh sach) nay|viet bang chu|bang chu)\b.*")
_FEW_CELLS = 2
_MOST_MEMORY = 50_000  # distinct cells whose meaning is remembered


@dataclass(slots=True)
class Rows:
    """Reads the records of one sheet.

    Attributes:
        findings: What was noticed on the way; complete when all records were read.
    """

    grid: Grid
    layout: Layout
    first_rows: Sequence[tuple[Any, ...]]
    findings: list[ListFinding] = field(default_factory=list)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _ended: bool = False
    _dossier: str = ""
    _nameless: set[int] = field(default_factory=set)

    def entries(self, rest: Iterable[tuple[Any, ...]]) -> Iterator[Entry]:
        """Give the records, those among the rows that were read for the headings first."""
        self._dossier = self.layout.dossier
        start = self.layout.first_row
        rows = (row for part in (self.first_rows[start:], rest) for row in part)
        for index, cells in enumerate(self._with_joined(rows, start), start):
            values = self._values(index, cells)
            if values:
                yield Entry(index + 1, values)
        for column in sorted(self._nameless):
            letter = get_column_letter(column + 1)
            self._find("column-without-heading", 0, letter, letter, {"letter": letter})

    def _with_joined(self, rows: Iterable[tuple[Any, ...]], start: int) -> Iterator[tuple[Any, ...]]:
        """Give each of the cells that are joined downwards the value of the first."""
        areas = {(item.first_row, item.column): item.last_row for item in self.grid.merged}
        open_areas: dict[int, tuple[Any, int]] = {}
        for index, cells in enumerate(rows, start):
            for column, (value, last) in tuple(open_areas.items()):
                if index > last:
                    del open_areas[column]
                elif column < len(cells) and cells[column] is None:
                    cells = (*cells[:column], value, *cells[column + 1 :])  # noqa: PLW2901 - the row as it is meant
            if areas:
                open_areas |= {
                    column: (value, areas[index, column])
                    for column, value in enumerate(cells)
                    if (index, column) in areas
                }
            yield cells

    def _values(self, index: int, cells: tuple[Any, ...]) -> dict[str, str]:
        """Give the record of a row by field name; nothing where the row is none."""
        texts = {column: text for column, cell in enumerate(cells) if cell is not None and (text := text_of(cell))}
        if not texts or self._is_no_record(index, texts):
            return {}
        named = {column: name for column, name in self.layout.fields.items() if column in texts}
        self._nameless |= {column for column in texts if column not in self.layout.headings}
        for column, name in named.items():
            rule = spoiled(cells[column], name)
            if rule:
                self._find_cell(rule, index, column, texts[column])
        for row, column in self.grid.unknown & {(index, column) for column in self.layout.fields}:
            self._find_cell("formula-without-result", row, column, "")
        values = self._put_together({name: texts[column] for column, name in named.items()})
        if self._dossier and values and self.layout.kind is ListKind.DOCUMENTS:
            values.setdefault("fileCode", self._dossier)
        return values

    def _put_together(self, texts: Mapping[str, str]) -> dict[str, str]:
        parts = {name: text for name, text in texts.items() if name.startswith("+")}
        values = taken_apart(parts) if parts else {}
        for name, text in texts.items():
            if not name.startswith("+"):
                both = name == "description" and name in values
                values[name] = f"{values[name]}; {text}" if both else text
        table = TABLES[self.layout.kind]
        return {name: self._canonical(table[name], text) for name, text in values.items()}

    def _canonical(self, of: Field, text: str) -> str:
        """Give the canonical value; the same few codes and words come again in every row."""
        key = (of.name, text)
        if key not in self._known:
            if len(self._known) > _MOST_MEMORY:
                self._known.clear()
            self._known[key] = canonical(of, text)
        return self._known[key]

    def _is_no_record(self, index: int, texts: Mapping[int, str]) -> bool:
        """Tell whether a row is a sum, the closing line, what stands below it, or a heading within the list."""
        filled = [text for column, text in texts.items() if column in self.layout.fields]
        if _CLOSING.fullmatch(folded(next(iter(texts.values())))) and len(filled) <= len(self.layout.fields) / 2:
            self._ended = True
            return True
        if self._ended and len(texts) <= _FEW_CELLS:
            return True
        return len(texts) == 1 and len(self.layout.fields) > _FEW_CELLS + 1 and self._is_heading(index, texts)

    def _is_heading(self, index: int, texts: Mapping[int, str]) -> bool:
        """Take a row with one text for a heading within the list; it may name the dossier of what follows."""
        column, text = next(iter(texts.items()))
        code = dossier_named(text)
        is_code = self.layout.fields.get(column) in {"fileCode", "+FileNotation"}
        if self.layout.kind is ListKind.DOCUMENTS and (code or is_code):
            self._dossier = code or text
            return True
        if is_code or text.isdigit():
            return False
        self._find("row-not-read", index + 1, "", text, {"text": text})
        return True

    def _find_cell(self, rule: str, index: int, column: int, text: str) -> None:
        subject = f"{self.grid.name}:{index + 1}"
        self._find(rule, index + 1, self.layout.headings[column], subject, {"value": text})

    def _find(self, rule: str, row: int, column: str, subject: str, details: Mapping[str, Any]) -> None:
        self.findings.append(ListFinding(rule, self.grid.name, row, column, subject, details))
