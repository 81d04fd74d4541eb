"""A row as the rules see it: its own values, the defaults below them, and which of both can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.catalogue.codes import canonical_values, is_canonical
from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Field
from pipeline.catalogue.reading.cells import ERRORS
from pipeline.catalogue.reading.legacy import SHEETS_OR_PAGES
from pipeline.catalogue.values import Entry, ListFinding, Sheet
from pipeline.records.names import document_code

BATCH_FILE = "batch.toml"


@dataclass(frozen=True, slots=True)
class Row:
    """One record.

    Attributes:
        own: What the row says; `values` has the defaults below it.
        good: Those of `values` that are of their field's form.
        subject: What a waiver names: the record's code, or sheet and row where it has none.
    """

    sheet: Sheet
    entry: Entry
    table: Mapping[str, Field]
    own: Mapping[str, str]
    values: Mapping[str, str]
    good: Mapping[str, str]
    subject: str

    def find(self, rule: str, name: str, /, **details: Any) -> ListFinding:
        """Make a finding on one of the row's fields."""
        field = self.table[name]
        column = self.sheet.columns.get(name, field.label)
        more = {"label": field.label, "pages": field.pages, **details}
        return ListFinding(rule, self.sheet.name_of(self.entry), self.entry.row, column, self.subject, more)

    def lacks(self, name: str) -> bool:
        """Tell whether a field is empty, and not because its half of a joined cell could not be told from the other."""
        if self.values.get(name):
            return False
        heading = self.sheet.columns.get(name)
        others = [other for other, its in self.sheet.columns.items() if its == heading and other != name]
        return not any(other in self.own and other not in self.good for other in others)


def dossier_rows(sheet: Sheet, defaults: Mapping[str, str]) -> list[Row]:
    """Give the rows of the list of dossiers."""
    return [
        _row(sheet, entry, DOSSIER, defaults, entry.values.get("fileCode") or f"{sheet.name_of(entry)}:{entry.row}")
        for entry in sheet.entries
    ]


def document_rows(sheet: Sheet, defaults: Mapping[str, str]) -> list[Row]:
    """Give the rows of the list of documents; one without a code gets the one that it will have."""
    rows, places = [], dict[str, int]()
    for entry in sheet.entries:
        code = entry.values.get("fileCode", "")
        places[code] = places.get(code, 0) + 1
        ordinal = entry.values.get("ordinal", "")
        made = document_code(code, int(ordinal) if ordinal.isascii() and ordinal.isdigit() else places[code])
        subject = entry.values.get("docCode") or (made if code else f"{sheet.name_of(entry)}:{entry.row}")
        rows.append(_row(sheet, entry, DOCUMENT, defaults, subject))
    return rows


def defaults_row(name: str, table: Mapping[str, Field], defaults: Mapping[str, str]) -> Row:
    """Give the defaults as a row of their own, so that each mistake in them is found once, there."""
    sheet = Sheet(BATCH_FILE, {field: f"[defaults.{name}] {field}" for field in table}, ())
    return _row(sheet, Entry(0, canonical_values(table, defaults)), table, {}, f"defaults.{name}")


def is_good(field: Field, value: str) -> bool:
    """Tell whether a value is of its field's form."""
    return value not in ERRORS and not value.endswith(SHEETS_OR_PAGES) and is_canonical(field, value)


def _row(sheet: Sheet, entry: Entry, table: Mapping[str, Field], defaults: Mapping[str, str], subject: str) -> Row:
    values = {**defaults, **entry.values} if defaults else entry.values
    good = {name: value for name, value in values.items() if is_good(table[name], value)}
    return Row(sheet, entry, table, entry.values, values, good, subject)


def given_somewhere(rows: Sequence[Row], name: str) -> bool:
    """Tell whether any row has its own value of a field."""
    return any(name in row.own for row in rows)
