"""Small sealed sets with a manifest written by hand, a register with their copies, and workbooks of reports."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from sealed_copies import seal_set

from pipeline.catalogue.values import Catalogue, Entry, Sheet
from pipeline.copies.clock import VIETNAM
from pipeline.copies.medium import Medium, new_medium
from pipeline.copies.record import Event, Head, Record, following, subject_of
from pipeline.copies.register import Register
from pipeline.copies.seal import read_seal
from pipeline.reports.tables import unit_tables
from pipeline.reports.values import Table, UnitReport

READ_BACK = {"read_back": "past the page cache", "files": 1, "bytes": 1}
UNREAD = {"read_back": "", "files": 1, "bytes": 1}


@dataclass
class Folder:
    """A dossier of a set: its folder's name, the pages of its documents, its record."""

    name: str
    pages: Sequence[int] = (3,)
    record: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    complete: bool = True


def sealed(root: Path, dossiers: Iterable[Folder], **batch: str) -> Path:
    """Seal a set of these dossiers and give its folder."""
    chosen = list(dossiers)
    contents = root.name.encode()
    manifest = {
        "format": 1,
        "software": {"name": "sohoa", "version": "1", "tools": {}},
        "batch": {"name": root.name, "agency_name": "UBND xã Trà Giang", "fonds_code": "12", "fonds_name": "UBND xã",
                  **batch},
        "dossiers": [_dossier(each) for each in chosen],
        "documents": [row for each in chosen for row in _documents(each, len(contents))],
        "quarantine": [], "other_files": [], "failed": [],
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False).encode()
    return seal_set(root, {"data/batch.json": text, "data/access/1.pdf": contents})


def _dossier(each: Folder) -> dict[str, Any]:
    code = each.record.get("fileCode", "") or each.code or each.name
    row: dict[str, Any] = {"name": each.name, "code": code, "title": f"Hồ sơ {each.name}",
                           "documents": len(each.pages), "pages": sum(each.pages)}  # fmt: skip
    return {**row, "record": dict(each.record)} if each.record else row


def _documents(each: Folder, size_bytes: int) -> Iterable[dict[str, Any]]:
    for number, pages in enumerate(each.pages, 1):
        access = {"path": "data/access/1.pdf", "size_bytes": size_bytes, "sha256": "0" * 64} if each.complete else None
        yield {"dossier": each.name, "source": f"{each.name}/{number}", "ordinal": number, "code": f"{number}",
               "title": "", "complete": each.complete, "access": access,
               "pages": [{"number": page} for page in range(1, pages + 1)]}  # fmt: skip


@dataclass
class Copies:
    """A register to which copies are added on days of one's choice."""

    register: Register
    heads: dict[tuple[str, str], Head] = field(default_factory=dict)

    def medium(self, number: int, retired: str = "") -> Medium:
        """Give medium number so and so."""
        made = new_medium(medium_id=f"{number:032x}", code=f"HDD-{number}", kind="hdd", place=f"Kho {number}",
                          until="2035", now=lambda: dt.datetime(2024, 1, 1, tzinfo=VIETNAM))  # fmt: skip
        made = Medium(made.id, made.code, made.kind, made.place, made.until, made.created, retired)
        self.register.put_medium(made)
        return made

    def note(self, root: Path, number: int, day: str, details: Mapping[str, Any] = READ_BACK,
             event: Event = Event.CREATED) -> Record:  # fmt: skip
        """Record what was done to the copy of a set on a medium."""
        medium = self.medium(number)
        seal = read_seal(root)
        place = medium.id, root.name
        moment = dt.datetime.fromisoformat(f"{day}T08:00:00+07:00")
        record = following(self.heads.get(place, Head()), event, details, subject_of(medium, root.name, seal), by="Lan",
                           now=lambda: moment)  # fmt: skip
        self.heads[place] = record.head
        self.register.note([record])
        return record

    def insured(self, root: Path, day: str) -> None:
        """Record two good copies of a set on that day."""
        self.note(root, 1, day)
        self.note(root, 2, day)


def listing(*rows: Mapping[str, str], documents: Sequence[Mapping[str, str]] = ()) -> Catalogue:
    """Give a list of dossiers."""
    dossiers = Sheet("Hồ sơ", {}, tuple(Entry(number, row) for number, row in enumerate(rows, 2)))
    below = Sheet("Văn bản", {}, tuple(Entry(number, row) for number, row in enumerate(documents, 2)))
    return Catalogue("muc-luc.xlsx", dossiers, below)


def save(path: Path, report: UnitReport) -> Path:
    """Write the workbook of a report, cell by cell."""
    return save_tables(path, unit_tables(report))


def save_tables(path: Path, tables: Iterable[Table]) -> Path:
    """Write sheets, cell by cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.sheet_state = "hidden" if table.hidden else "visible"
        for row, values in enumerate(table.rows, 1):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
