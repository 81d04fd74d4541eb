"""The rows of a batch's lists, made from the records of dossiers and documents."""

from collections.abc import Mapping

from pipeline.transfer.source import SetDocument, SetDossier
from pipeline.transfer.values import DocumentRow, DossierRow

Record = Mapping[str, str]


def dossier_row(
    dossier: SetDossier,
    documents: tuple[DocumentRow, ...],
    *,
    ordinal: int = 0,
    object_id: str = "",
    package: str = "",
    size_bytes: int = 0,
    sha256: str = "",
) -> DossierRow:
    """Give the row of a dossier; what its record does not say is empty, pages are then counted."""
    record = dossier.record
    counted = sum(document.pages for document in documents)
    return DossierRow(
        ordinal=ordinal,
        code=code_of(dossier),
        title=title_of(dossier),
        start=record.get("startDate", ""),
        end=record.get("endDate", ""),
        maintenance=record.get("maintenance", ""),
        mode=record.get("mode", ""),
        pages=_number(record, "numberOfPage", counted),
        sheets=_number(record, "numberOfPaper", 0) if record.get("numberOfPaper") else None,
        paper_code=record.get("paperFileCode", ""),
        box=record.get("box", ""),
        note=record.get("description", ""),
        object_id=object_id,
        package=package,
        size_bytes=size_bytes,
        sha256=sha256,
        documents=documents,
    )


def code_of(dossier: SetDossier) -> str:
    """Give the dossier's code: of its record, else of the set."""
    return dossier.record.get("fileCode", "") or dossier.code


def title_of(dossier: SetDossier) -> str:
    """Give the dossier's title: of its record, else of the set."""
    return dossier.record.get("title", "") or dossier.title


def document_rows(dossier: SetDossier) -> tuple[DocumentRow, ...]:
    """Give the rows of a dossier's documents, in order."""
    return tuple(_document_row(number, document) for number, document in enumerate(dossier.documents, start=1))


def file_name(document: SetDocument) -> str:
    """Name a document's file in a package as in the set: `<mã hồ sơ>.<7 digits>.pdf` (Đ8.1.d)."""
    return document.path.rsplit("/", 1)[-1]


def _document_row(number: int, document: SetDocument) -> DocumentRow:
    record = document.record
    return DocumentRow(
        ordinal=number,
        code=record.get("docCode", "") or document.code,
        doc_id=record.get("docId", ""),
        type_name=record.get("typeName", ""),
        number=record.get("codeNumber", ""),
        notation=record.get("codeNotation", ""),
        date=record.get("issuedDate", ""),
        author=record.get("organName", ""),
        subject=record.get("subject", "") or document.title,
        pages=_number(record, "numberOfPage", document.pages),
        sheet_numbers=record.get("sheetNumbers", ""),
        mode=record.get("mode", ""),
        note=record.get("description", ""),
        file=file_name(document),
        size_bytes=document.size_bytes,
        sha256=document.sha256,
    )


def _number(record: Record, name: str, otherwise: int) -> int:
    text = record.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else otherwise
