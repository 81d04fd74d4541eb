"""What is counted for the papers of a transfer, and said in their words: amounts, time spans, codes."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.catalogue.fields import MAINTENANCE, MODE, OTHER_TYPE, TYPE_NAME
from pipeline.papers.numbers_in_words import grouped, in_words
from pipeline.transfer.values import DocumentRow, DossierRow, Manifest

ALREADY_TRANSFERRED = "đã nộp"
_DATE_PARTS = 3


@dataclass(frozen=True, slots=True)
class Amount:
    """Numbers of dossiers [hồ sơ] and of documents [văn bản, tài liệu]."""

    dossiers: int = 0
    documents: int = 0

    def __str__(self) -> str:
        """Say both."""
        return f"{grouped(self.dossiers)} hồ sơ; {grouped(self.documents)} văn bản, tài liệu"


def amount(dossiers: Iterable[DossierRow]) -> Amount:
    """Count dossiers and their documents."""
    counts = [len(dossier.documents) for dossier in dossiers]
    return Amount(len(counts), sum(counts))


def closing(number: int, what: str) -> str:
    """Give the sentence under a list: its length in figures and in words."""
    return f"Mục lục này gồm: {grouped(number)} {what} (viết bằng chữ: {in_words(number)} {what})."


def one_line(text: str) -> str:
    """Give text without line ends, as a cell shows it."""
    return " ".join(text.split())


def maintenance(code: str) -> str:
    """Say a retention in words."""
    return MAINTENANCE.get(code, code)


def mode(code: str) -> str:
    """Say a mode of access in words."""
    return MODE.get(code, code)


def type_and_subject(document: DocumentRow) -> str:
    """Give tên loại và trích yếu, as the list of documents has them in one column."""
    kind = "" if document.type_name == OTHER_TYPE else TYPE_NAME.get(document.type_name, document.type_name)
    subject = one_line(document.subject)
    if not kind or subject.casefold().startswith(kind.casefold()):
        return subject
    return f"{kind}: {subject}" if subject else kind


def number_and_notation(document: DocumentRow) -> str:
    """Give số, ký hiệu; the number of a document that bears none stays empty, as it is on the page."""
    if not document.notation:
        return document.number
    return f"{document.number}/{document.notation.removeprefix('/')}"


def time_span(start: str, end: str) -> str:
    """Give a time span, or one date where both are the same."""
    return start if start == end else " - ".join(part for part in (start, end) if part)


def period(manifest: Manifest) -> tuple[str, str]:
    """Give the first and the last date of the records: as declared, else as the dossiers have them."""
    said = manifest.declaration
    starts = sorted((dossier.start for dossier in manifest.dossiers if dossier.start), key=_from)
    ends = sorted((dossier.end for dossier in manifest.dossiers if dossier.end), key=_to)
    return said.period_start or (starts[0] if starts else ""), said.period_end or (ends[-1] if ends else "")


def years(start: str, end: str) -> str:
    """Give the years of a time span, such as "1998 - 2005"."""
    return time_span(start[-4:], end[-4:])


def boxes(dossiers: Iterable[DossierRow]) -> int | None:
    """Count boxes and bundles; None where one is not known."""
    named = [dossier.box for dossier in dossiers]
    return len(set(named)) if named and all(named) else None


def files(dossiers: Iterable[DossierRow]) -> int:
    """Count the files of all documents."""
    return sum(1 for dossier in dossiers for document in dossier.documents if document.file)


def _parts(date: str) -> list[int]:
    """Give year, month and day of DD/MM/YYYY, MM/YYYY, YYYY or an ISO date, as many as it has."""
    parts = date.split("-") if "-" in date else date.split("/")[::-1]
    return [int(part) if part.isdigit() else 0 for part in parts]


def _from(date: str) -> list[int]:
    parts = _parts(date)
    return [*parts, *[0] * (_DATE_PARTS - len(parts))]


def _to(date: str) -> list[int]:
    parts = _parts(date)
    return [*parts, *[99] * (_DATE_PARTS - len(parts))]
