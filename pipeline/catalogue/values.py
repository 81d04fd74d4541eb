"""What flows out of the lists: rows, findings on them, waivers. Values without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list.

    Attributes:
        row: As the spreadsheet numbers it: the sheet's first row is 1, headings are counted.
        values: By field name, canonical where the cell could be understood, else as written; empty cells have none.
        sheet: The sheet it stands on where a list has several of its kind (one of documents for each dossier); empty
            where it has one.
    """

    row: int
    values: Mapping[str, str]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a list.

    Attributes:
        name: As the file has it; for CSV the file's name; empty where there is no such list.
        columns: Field name -> heading as written; two fields have the same one where a column holds both.
    """

    name: str
    columns: Mapping[str, str]
    entries: tuple[Entry, ...]

    def name_of(self, entry: Entry) -> str:
        """Give the name of the sheet that the row stands on."""
        return entry.sheet or self.name


class Effect(StrEnum):
    """What a finding holds up until it is put right, or waived by name."""

    SCANNING = "scanning"  # no page of the batch is worked on
    SEALING = "sealing"
    TRANSFER = "transfer"  # the set may be sealed and kept; it cannot be handed over
    NOTHING = "nothing"  # is only told


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule on the lists.

    Attributes:
        sentence: What is wrong, in English, with a placeholder in braces for each detail; shown in translation.
        source: Article or clause that it rests on, in Vietnamese.
        can_be_waived: Whether a person may answer for an exception in `batch.toml`.
    """

    sentence: str
    source: str
    effect: Effect = Effect.SEALING
    can_be_waived: bool = True


@dataclass(frozen=True, slots=True)
class ListFinding:
    """One thing that is wrong with one cell, row, folder or file.

    Attributes:
        rule: Key of the rule.
        sheet, row, column: Where in the list; row 0 and empty names where no row is meant (a file without one).
        subject: Code of the row, or path of the folder or file: what a waiver names.
        details: What the sentence's placeholders stand for.
    """

    rule: str
    sheet: str
    row: int
    column: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The lists of a batch [mục lục hồ sơ, mục lục văn bản].

    Attributes:
        path: The file, or both joined by ", ".
        findings: What was wrong while it was read (a cell that is no date, a heading that stands twice ...).
    """

    path: str
    dossiers: Sheet
    documents: Sheet
    findings: tuple[ListFinding, ...] = ()
