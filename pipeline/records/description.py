"""What the folder cannot say: `batch.toml` in the scan folder.

[batch]                      code, title, agency and fonds, number of the transfer, date (of the batch, for the files)
[dossier."folder name"]      code [mã hồ sơ], title, languages of its text
[document."path in folder"]  title, languages of its text
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import UsageError
from pipeline.model import Document, Dossier
from pipeline.records.names import document_code, safe_name
from pipeline.toml_values import overlay, read_toml


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
class Description:
    """All of `batch.toml`; what it does not say has a default from the folders' names."""

    batch: BatchInfo = field(default_factory=BatchInfo)
    dossiers: Mapping[str, DossierInfo] = field(default_factory=dict)
    documents: Mapping[str, DocumentInfo] = field(default_factory=dict)

    def dossier_code(self, dossier: Dossier) -> str:
        """Give the dossier's code, by default the name of its folder."""
        return self.dossiers.get(_nfc(dossier.name), DossierInfo()).code or _nfc(dossier.name)

    def dossier_title(self, dossier: Dossier) -> str:
        """Give the dossier's title, by default the name of its folder."""
        return self.dossiers.get(_nfc(dossier.name), DossierInfo()).title or _nfc(dossier.name)

    def document_title(self, document: Document) -> str:
        """Give the document's title, by default the name of its folder or file."""
        default = PurePosixPath(document.path)
        name = default.stem if default.suffix.lower() in {".pdf", ".tif", ".tiff"} else default.name
        return self.documents.get(_nfc(document.path), DocumentInfo()).title or _nfc(name)

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
    unknown = set(values) - {"batch", "dossier", "document"}
    if unknown:
        name = min(unknown)
        raise UsageError("{path}: unknown table '{name}'; known: batch, dossier, document", path=path, name=name)
    batch = overlay(BatchInfo(), _plain(values.get("batch", {})), str(path), "batch.")
    _check_date(batch.date, path)
    dossiers = {_nfc(name): overlay(DossierInfo(), _plain(entry), str(path), f"dossier.{name}.")
                for name, entry in _table(values, "dossier", path).items()}  # fmt: skip
    documents = {_nfc(name): overlay(DocumentInfo(), _plain(entry), str(path), f"document.{name}.")
                 for name, entry in _table(values, "document", path).items()}  # fmt: skip
    return Description(batch, dossiers, documents)


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
