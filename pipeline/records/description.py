"""What the folder cannot say: `batch.toml` in the scan folder.

[batch]                      code, title, agency and fonds, number of the transfer, date (of the batch, for the files)
[dossier."folder name"]      code [mã hồ sơ], title, languages of its text
[document."path in folder"]  title, languages of its text
[transfer]                   what is declared when the batch is handed over
[defaults.dossier]           field = value for every dossier whose row in the lists leaves the field empty
[defaults.document]          the same for documents
[[waiver]]                   rule, subject, by, reason: a finding on the lists that a person answers for
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import UsageError
from pipeline.model import Document, Dossier
from pipeline.records.names import document_code, safe_name
from pipeline.toml_values import overlay, read_toml

_TABLES = ("batch", "dossier", "document", "transfer", "defaults", "waiver")


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """The batch as a whole (a subset of Thông tư 05/2025/TT-BNV Đ20.3).

    Attributes:
        date: ISO date to be written into the files; without it they carry none, so that a later run gives the same
            bytes.
    """

    code: str = ""
    title: str = ""
    agency_code: str = ""
    agency_name: str = ""
    fonds_code: str = ""
    fonds_name: str = ""
    transfer_number: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class DossierInfo:
    """One dossier: its code [mã hồ sơ] and title [tiêu đề], and the languages of its text, such as "vie+fra"."""

    code: str = ""
    title: str = ""
    languages: str = ""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """One document: its title [trích yếu], and the languages of its text."""

    title: str = ""
    languages: str = ""


@dataclass(frozen=True, slots=True)
class TransferInfo:
    """What is declared when the batch is handed over (Thông tư 05/2025/TT-BNV Đ20.3, Đ22.1); the rest is counted.

    Attributes:
        summary, period_start, period_end: Content and time span of the records (e).
        paper_transferred: Whether the paper was handed over already: "đã nộp" or "chưa nộp" (d).
        way: "trực tiếp" or "trực tuyến" (m).
        unit_history, fonds_history, classification_file, appraisal_guide: Files in the scan folder that go with it.
    """

    archive_code: str = ""
    archive_name: str = ""
    summary: str = ""
    period_start: str = ""
    period_end: str = ""
    paper_transferred: str = ""
    planned: str = ""
    way: str = ""
    contact_name: str = ""
    contact_position: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    classification: str = ""
    note: str = ""
    unit_history: str = ""
    fonds_history: str = ""
    classification_file: str = ""
    appraisal_guide: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A difference between lists and folders that a person answers for: which rule, of what, who, and why."""

    rule: str = ""
    subject: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """All of `batch.toml`, and the lists' records; what neither says has a default from the folders' names.

    Attributes:
        defaults_dossier, defaults_document: Values of fields for every row of the lists that leaves them empty.
        dossier_records: Folder of the dossier -> its complete record by field name (`pipeline.catalogue.fields`).
        document_records: Path of the document -> its complete record.
        waived: Findings on the lists that a waiver answers for, as plain values; the set keeps them.
    """

    batch: BatchInfo = field(default_factory=BatchInfo)
    dossiers: Mapping[str, DossierInfo] = field(default_factory=dict)
    documents: Mapping[str, DocumentInfo] = field(default_factory=dict)
    transfer: TransferInfo = field(default_factory=TransferInfo)
    defaults_dossier: Mapping[str, str] = field(default_factory=dict)
    defaults_document: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    dossier_records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    document_records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    waived: tuple[Mapping[str, Any], ...] = ()

    def dossier_record(self, dossier: Dossier) -> Mapping[str, str]:
        """Give the dossier's complete record; empty where no list names it."""
        return self.dossier_records.get(_nfc(dossier.name), {})

    def document_record(self, document: Document) -> Mapping[str, str]:
        """Give the document's complete record; empty where no list names it."""
        return self.document_records.get(_nfc(document.path), {})

    def dossier_code(self, dossier: Dossier) -> str:
        """Give the dossier's code: the list's, else that of `batch.toml`, else the name of its folder."""
        said = self.dossiers.get(_nfc(dossier.name), DossierInfo()).code
        return self.dossier_record(dossier).get("fileCode") or said or _nfc(dossier.name)

    def dossier_title(self, dossier: Dossier) -> str:
        """Give the dossier's title: the list's, else that of `batch.toml`, else the name of its folder."""
        said = self.dossiers.get(_nfc(dossier.name), DossierInfo()).title
        return self.dossier_record(dossier).get("title") or said or _nfc(dossier.name)

    def document_title(self, document: Document) -> str:
        """Give the document's title: the list's, else that of `batch.toml`, else the name of its folder or file."""
        default = PurePosixPath(document.path)
        name = default.stem if default.suffix.lower() in {".pdf", ".tif", ".tiff"} else default.name
        said = self.documents.get(_nfc(document.path), DocumentInfo()).title
        return self.document_record(document).get("subject") or said or _nfc(name)

    def languages(self, dossier: Dossier, document: Document) -> str:
        """Give the languages that are named for the document, else for its dossier; nothing where neither is said."""
        own = self.documents.get(_nfc(document.path), DocumentInfo()).languages
        return own or self.dossiers.get(_nfc(dossier.name), DossierInfo()).languages

    def of_document(self, dossier: Dossier, document: Document) -> dict[str, str]:
        """Give the fields for the metadata of the document's PDF; empty ones stay empty."""
        code = document_code(self.dossier_code(dossier), document.ordinal)
        fonds = " ".join(part for part in (self.batch.fonds_code, self.batch.fonds_name) if part)
        return {
            "title": self.document_title(document),
            "identifier": code,
            "publisher": self.batch.agency_name,
            "source": fonds,
            "relation": self.dossier_title(dossier),
            "date": self.batch.date,
        }


def read_description(path: Path) -> Description:
    """Read `batch.toml`; without the file everything has its default.

    Raises:
        UsageError: It cannot be read, or says something unknown.
    """
    if not path.exists():
        return Description()
    values = read_toml(path)
    unknown = set(values) - set(_TABLES)
    if unknown:
        raise UsageError(
            "{path}: unknown table '{name}'; known: {known}", path=path, name=min(unknown), known=", ".join(_TABLES)
        )
    batch = overlay(BatchInfo(), _plain(values.get("batch", {})), str(path), "batch.")
    _check_date(batch.date, path)
    dossiers = {_nfc(name): overlay(DossierInfo(), _plain(entry), str(path), f"dossier.{name}.")
                for name, entry in _table(values, "dossier", path).items()}  # fmt: skip
    documents = {_nfc(name): overlay(DocumentInfo(), _plain(entry), str(path), f"document.{name}.")
                 for name, entry in _table(values, "document", path).items()}  # fmt: skip
    transfer = overlay(TransferInfo(), _one_table(values.get("transfer", {}), "transfer", path), str(path), "transfer.")
    of_dossier, of_document = _defaults(values.get("defaults", {}), path)
    waivers = _waivers(values.get("waiver", []), path)
    return Description(batch, dossiers, documents, transfer, of_dossier, of_document, waivers)


def check_names(description: Description, dossiers: tuple[Dossier, ...]) -> None:
    """Hold `batch.toml` against the folder.

    Raises:
        UsageError: It names a dossier or document that is not there (most often a typing error), or gives two
            dossiers codes that would get the same name in the set.
    """
    known = {_nfc(dossier.name) for dossier in dossiers}
    paths = {_nfc(document.path) for dossier in dossiers for document in dossier.documents}
    lost = [f'[dossier."{name}"]' for name in description.dossiers if name not in known]
    lost += [f'[document."{name}"]' for name in description.documents if name not in paths]
    if lost:
        raise UsageError("batch.toml describes what is not in the folder: {names}", names=", ".join(lost))
    codes: dict[str, str] = {}
    for dossier in dossiers:
        name = safe_name(description.dossier_code(dossier)).casefold()
        if name in codes:
            raise UsageError(
                "the dossiers '{first}' and '{second}' have the same code; change batch.toml",
                first=codes[name], second=dossier.name,
            )  # fmt: skip
        codes[name] = dossier.name


def _one_table(table: Any, name: str, path: Path) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise UsageError("{where}: '{name}' must be a table: [{name}]", where=path, name=name)
    return _plain(table)


def _defaults(tables: Any, path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Give the values for rows that leave a field empty; which fields there are, the lists' part knows."""
    if not isinstance(tables, Mapping) or not set(tables) <= {"dossier", "document"}:
        raise UsageError("{path}: write [defaults.dossier] or [defaults.document] and the fields below", path=path)
    found = [_one_table(tables.get(kind, {}), f"defaults.{kind}", path) for kind in ("dossier", "document")]
    for kind, table in zip(("dossier", "document"), found, strict=True):
        for name, value in table.items():
            if not isinstance(value, str):
                raise UsageError(
                    "{where}: '{name}' must be a text in quotes", where=path, name=f"defaults.{kind}.{name}"
                )
    return found[0], found[1]


def _waivers(tables: Any, path: Path) -> tuple[Waiver, ...]:
    """Read the waivers; one that does not say all of what, who and why is none."""
    if not isinstance(tables, list):
        raise UsageError("{path}: write each waiver as [[waiver]] with rule, subject, by and reason", path=path)
    waivers = tuple(
        overlay(Waiver(), _one_table(table, "waiver", path), str(path), f"waiver {number}.")
        for number, table in enumerate(tables, 1)
    )
    for number, waiver in enumerate(waivers, 1):
        for name, value in asdict(waiver).items():
            if not value.strip():
                raise UsageError(
                    "{path}: waiver {number} does not say '{name}'; each needs rule, subject, by and reason",
                    path=path, number=number, name=name,
                )  # fmt: skip
    return waivers


def _table(values: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = values.get(name, {})
    if not isinstance(table, Mapping) or not all(isinstance(entry, Mapping) for entry in table.values()):
        raise UsageError('{path}: write [{name}."its name"] and its settings below', path=path, name=name)
    return table


def _plain(table: Any) -> dict[str, Any]:
    """Turn TOML's dates and numbers into text and text into NFC; all that is written down is text."""
    if not isinstance(table, Mapping):
        raise UsageError("batch.toml: [batch] must be a table")
    plain = {key: _nfc(str(value)) if isinstance(value, (str, int, dt.date)) else value for key, value in table.items()}
    return plain | {key: value for key, value in table.items() if isinstance(value, bool)}


def _check_date(date: str, path: Path) -> None:
    """Take one form only: others that ISO 8601 has (20260131, 2026-W05-6) are refused by readers of the files."""
    with suppress(ValueError):
        if not date or dt.date.fromisoformat(date).isoformat() == date:
            return
    raise UsageError("{path}: 'batch.date' is '{date}'; write it as 2026-01-31", path=path, date=date)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
