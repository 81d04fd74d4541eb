"""A transfer batch as values: what Thông tư 05/2025/TT-BNV Đ20.3 and Đ22.3.c ask; `transfer.json` holds the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Ways of handing over, as they are declared (Đ20.3.m).
DIRECT, ONLINE = "trực tiếp", "trực tuyến"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of a transferred dossier, in the words of the lists (codes are resolved where they are shown)."""

    ordinal: int
    code: str
    doc_id: str
    type_name: str
    number: str
    notation: str
    date: str
    author: str
    subject: str
    pages: int
    sheet_numbers: str
    mode: str
    note: str
    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One dossier of the transfer and its package (Đ22.3.c).

    Attributes:
        ordinal: Place in the list of the transfer [Mục lục hồ sơ nộp], from 1.
        sheets: Number of paper sheets [số tờ]; None where it is not known.
        package: Path of the package in the transfer folder.
        paper_code: Mã hồ sơ gốc giấy.
        box: Box or bundle of the paper dossier [hộp/cặp]; empty where not known.
    """

    ordinal: int
    code: str
    title: str
    start: str
    end: str
    maintenance: str
    mode: str
    pages: int
    sheets: int | None
    paper_code: str
    box: str
    note: str
    object_id: str
    package: str
    size_bytes: int
    sha256: str
    documents: tuple[DocumentRow, ...]


@dataclass(frozen=True, slots=True)
class FailedRow:
    """What is not handed over, or did not pass: a dossier, or one document of it, with every reason."""

    code: str
    title: str
    reasons: tuple[str, ...]
    document: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared of the batch (Đ20.3), but for what is counted.

    Attributes:
        paper_transferred: "đã nộp" or "chưa nộp" (d).
        way: "trực tiếp" or "trực tuyến" (m).
    """

    request_code: str = ""
    agency_code: str = ""
    agency_name: str = ""
    archive_code: str = ""
    archive_name: str = ""
    fonds_code: str = ""
    fonds_name: str = ""
    transfer_number: str = ""
    title: str = ""
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
    date: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper that goes with the batch (Đ22.1.a): histories, classification scheme, guide to appraisal."""

    kind: str
    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TransferFinding:
    """One thing that stands against handing over a batch, a dossier or a document.

    Attributes:
        rule: Key of `pipeline.transfer.rules.RULES`.
        dossier: Its code [mã hồ sơ]; empty for the batch as a whole.
        document: Its code; empty for the dossier as a whole.
        details: What the sentence's placeholders stand for.
    """

    rule: str
    dossier: str = ""
    document: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of one transfer batch.

    Attributes:
        set_seal: SHA-256 of the set's list of lists, that the batch was made from.
        package_type: "SIP", or "AIP" where both sides share a System (Đ17.1.a).
        ead: Form of the descriptions: "table" or "printed-xsd" (`pipeline.packages.values.EadProfile`).
        zipped: Each package is one ZIP.
    """

    declaration: Declaration
    dossiers: tuple[DossierRow, ...]
    failed: tuple[FailedRow, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())
    set_name: str = ""
    set_seal: str = ""
    software: str = ""
    package_type: str = "SIP"
    ead: str = "table"
    zipped: bool = True

    @property
    def document_count(self) -> int:
        """Number of documents of all dossiers."""
        return sum(len(dossier.documents) for dossier in self.dossiers)

    @property
    def page_count(self) -> int:
        """Number of pages of all dossiers."""
        return sum(dossier.pages for dossier in self.dossiers)

    @property
    def size_bytes(self) -> int:
        """Size of all packages (i)."""
        return sum(dossier.size_bytes for dossier in self.dossiers)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One item of a received batch: đạt, or không đạt with every reason (Đ24.2)."""

    code: str
    title: str
    document: str
    passed: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubled:
    """A record that is in the archive already (Đ24.1.b): shown side by side, for a person to decide.

    Attributes:
        same_content: Every file of it is held, byte for byte.
        by: What both share: "code" (of a dossier), "document code", "document id", "content" or "number".
        document: Code of the one document that is meant; empty for a dossier.
        documents, held_documents: The lists of documents of both, to be shown side by side.
    """

    code: str
    title: str
    held_title: str
    held_in: str
    same_content: bool
    by: str = "code"
    document: str = ""
    held_code: str = ""
    documents: tuple[DocumentRow, ...] = ()
    held_documents: tuple[DocumentRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """What the receiving side found (Đ22.2.d, Đ24).

    Attributes:
        missing: Dossiers of the list that no package was found for.
        problems: What is wrong with the batch as a whole, such as a file that the manifest does not name.
        missing_documents: Documents of the list that lack in a package that is there.
        unread: What could not be read, and so has no result.
        notes: What is no fault but should be known.
        seal: SHA-256 of manifest-sha256.txt: the one number that stands for all of the batch.
        virus: Result of the search for viruses: "none found", "found", "not searched" (Đ22.2.d).
        has_list: There is a list that can be used: without one, nothing can be called complete.
    """

    manifest: Manifest
    rows: tuple[CheckedRow, ...]
    missing: tuple[str, ...]
    doubled: tuple[Doubled, ...] = ()
    problems: tuple[str, ...] = ()
    missing_documents: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seal: str = ""
    virus: str = "not searched"
    has_list: bool = True

    @property
    def is_complete(self) -> bool:
        """Whether there is a list, and all that it names is there: "đủ"."""
        return self.has_list and not self.missing and not self.missing_documents

    @property
    def passed(self) -> bool:
        """Whether nothing is missing and every item is "đạt"."""
        clean = not self.problems and not self.unread and self.virus != "found"
        return self.is_complete and clean and all(row.passed for row in self.rows)
