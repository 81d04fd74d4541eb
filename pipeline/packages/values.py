"""What a package is made from: values, all known before a byte is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class PackageType(StrEnum):
    """Kind of package (`csip:OAISPACKAGETYPE`)."""

    AIP = "AIP"
    SIP = "SIP"


class EadProfile(StrEnum):
    """Which of the two forms of EAD is written: the annex's tables and the printed XSDs contradict each other."""

    TABLE = "table"
    PRINTED_XSD = "printed-xsd"


@dataclass(frozen=True, slots=True)
class Content:
    """One document's file.

    Attributes:
        source: Where its bytes are now.
        name: Its name in `data/`.
        sha256: Lower-case hexadecimal; the bytes are held against it while they are copied.
        flavour: PDF/A part and level such as "2u"; empty for other files or where it is not known.
        validator: Program and version that found the file valid; empty where none was asked.
    """

    source: Path
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    flavour: str = ""
    validator: str = ""


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """One document: the values of its fields by name (`pipeline.catalogue.fields.DOCUMENT`), and its file."""

    values: Mapping[str, str]
    content: Content


@dataclass(frozen=True, slots=True)
class PackedDossier:
    """One dossier: the values of its fields by name (`pipeline.catalogue.fields.DOSSIER`), documents in order."""

    values: Mapping[str, str]
    documents: tuple[PackedDocument, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose package it is and when it was made.

    Attributes:
        time: ISO 8601 with milliseconds and +07:00, as the annex writes it (p.39): no clock is read for it.
        request_code: Mã yêu cầu of the transfer (`altRecordID`), SIP only.
        archive_code: Mã định danh of the archive, with which an AIP's codes begin.
    """

    agency_code: str
    agency_name: str
    fonds_code: str
    archive_code: str
    request_code: str
    time: str
    archive_name: str = ""


@dataclass(frozen=True, slots=True)
class PackageForm:
    """How packages are written.

    Attributes:
        schema_dossier, schema_document: The receiving archive's own XSDs for EAD and EAD_doc; None for those shipped.
        zipped: One ZIP without compression and with the same bytes each time, or a folder.
    """

    type: PackageType
    profile: EadProfile
    zipped: bool
    schema_dossier: Path | None = None
    schema_document: Path | None = None


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """A package that was written.

    Attributes:
        object_id: OBJID of its root METS.
        path: Folder or ZIP.
        size_bytes: Of all its files, or of the ZIP.
        sha256: Of the ZIP; of the root METS.xml for a folder.
        files: For a folder, each file's path relative to the folder's parent, size, digest; empty for a ZIP.
    """

    object_id: str
    path: Path
    size_bytes: int
    sha256: str
    files: tuple[tuple[str, int, str], ...] = ()
