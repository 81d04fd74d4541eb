"""Rules between the fields of one row, and between a document and its dossier.

Thông tư 05/2025/TT-BNV, Phụ lục I p.69-81, Phụ lục III p.212-222.
"""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.catalogue.dates import earliest, is_full, latest
from pipeline.catalogue.fields import (
    BORN_DIGITAL,
    CONDITIONAL,
    DIGITIZED,
    MIXED,
    PERMANENT,
    SECRET,
    TREATED,
)
from pipeline.catalogue.rules.cell_rules import on_retention
from pipeline.catalogue.rules.judged import Row
from pipeline.catalogue.values import ListFinding

# The annexes' tables mark with "(nếu có)" what may be absent; the AIP's does so for number and symbol (p.78), and what
# scans and folders tell is counted. What the SIP asks for and an old paper may not have holds up the transfer only.
REQUIRED_DOSSIER: Mapping[str, str] = {
    "fileCode": "missing", "title": "missing", "maintenance": "missing", "mode": "missing", "language": "missing",
    "startDate": "missing", "endDate": "missing",
}  # fmt: skip
REQUIRED_DOCUMENT: Mapping[str, str] = {
    "fileCode": "missing", "typeName": "missing", "subject": "missing", "issuedDate": "missing-for-transfer",
    "organName": "missing-for-transfer", "docId": "missing-told",
}  # fmt: skip
_DATES = ("startDate", "endDate", "issuedDate")


def lacking_in_dossier(row: Row) -> Iterator[tuple[str, str]]:
    """Give rule and field of what the dossier's row lacks."""
    yield from ((rule, name) for name, rule in REQUIRED_DOSSIER.items() if row.lacks(name))
    # Scans are digitized paper where nothing else is said.
    if row.good.get("confidenceLevel", DIGITIZED) in {DIGITIZED, MIXED}:
        yield from (("digitized-needs", name) for name in ("numberOfPaper", "paperFileCode") if row.lacks(name))
    yield from _lacking_status(row)


def lacking_in_document(row: Row, dossier: Row | None) -> Iterator[tuple[str, str]]:
    """Give rule and field of what the document's row lacks."""
    yield from ((rule, name) for name, rule in REQUIRED_DOCUMENT.items() if row.lacks(name))
    if _confidence(row, dossier) in {BORN_DIGITAL, MIXED} and row.lacks("process"):
        yield "process-needed", "process"
    yield from _lacking_status(row)


def on_dossier(row: Row) -> Iterator[ListFinding]:
    """Judge the fields of a dossier beside each other."""
    good = row.good
    yield from on_retention(row)
    yield from _on_fields(row)
    if good.get("treatment") == TREATED and row.lacks("treatmentRecord"):
        yield row.find("treatment-without-record", "treatmentRecord")
    start, end = good.get("startDate"), good.get("endDate")
    if start and end and latest(end) < earliest(start):
        yield row.find("dates-reversed", "endDate", start=start, end=end)


def on_document(row: Row, dossier: Row | None) -> Iterator[ListFinding]:
    """Judge the fields of a document beside each other and beside those of its dossier."""
    yield from _on_fields(row)
    confidence = _confidence(row, dossier)
    if "process" in row.own and confidence == DIGITIZED and row.good.get("process") == "1":
        yield row.find("process-not-needed", "process")
    of_dossier = dossier.good if dossier else {}
    if row.own.get("mode") == SECRET and of_dossier.get("mode") != SECRET:
        yield row.find("secret", "mode")
    yield from _on_retention(row, of_dossier.get("maintenance", ""))
    yield from _on_date(row, of_dossier)


def on_dossier_and_documents(dossier: Row, documents: Sequence[Row]) -> Iterator[ListFinding]:
    """Judge a dossier's use and retention beside those of its documents.

    It must be kept at least as close as each of them: the texts do not say so, but a dossier is packed and handed out
    as a whole, with every document in it.
    """
    closer = [row for row in documents if row.good.get("mode") == CONDITIONAL]
    if dossier.good.get("mode") == "01" and closer:
        yield dossier.find("mode-too-open", "mode", documents=len(closer), first=closer[0].entry.row)
    years = dossier.good.get("maintenance", "")
    longer = [row for row in documents if _is_longer(row.good.get("maintenance", ""), years)]
    # Where most documents are kept longer, the dossier's own row is what is wrong, which a transfer tells.
    for row in longer if 2 * len(longer) < len(documents) else ():
        yield row.find("retention-longer", "maintenance", value=row.good["maintenance"], dossier=years)


def _is_longer(value: str, other: str) -> bool:
    return bool(value and other) and value < other != "07"


def _confidence(row: Row, dossier: Row | None) -> str:
    """Give the document's level: its own, else that of an electronic dossier, else digitized as scans are."""
    of_dossier = dossier.good.get("confidenceLevel", "") if dossier else ""
    return row.good.get("confidenceLevel") or (BORN_DIGITAL if of_dossier == BORN_DIGITAL else DIGITIZED)


def _lacking_status(row: Row) -> Iterator[tuple[str, str]]:
    if row.good.get("riskRecovery") == "1" and row.lacks("riskRecoveryStatus"):
        yield "status-needed", "riskRecoveryStatus"


def _on_fields(row: Row) -> Iterator[ListFinding]:
    """Judge what dossiers and documents have alike."""
    if row.good.get("riskRecovery") == "0" and "riskRecoveryStatus" in row.own:
        yield row.find("status-not-needed", "riskRecoveryStatus")
    told: set[tuple[str, str]] = set()
    for name in _DATES:
        value = row.good.get(name, "")
        # "1998" in one cell for beginning and end is one thing to complete.
        cell = (row.sheet.columns.get(name, name), value)
        if name in row.own and value and not is_full(value) and cell not in told:
            told.add(cell)
            yield row.find("partial-date", name, value=value)


def _on_retention(row: Row, of_dossier: str) -> Iterator[ListFinding]:
    """Judge a document's retention: 01 too where its dossier is handed over (p.76, 218)."""
    if of_dossier in {"", PERMANENT}:
        yield from on_retention(row)


def _on_date(row: Row, of_dossier: Mapping[str, str]) -> Iterator[ListFinding]:
    date, start, end = row.good.get("issuedDate"), of_dossier.get("startDate"), of_dossier.get("endDate")
    if not date or not start or not end or latest(end) < earliest(start):
        return
    if latest(date) < earliest(start) or earliest(date) > latest(end):
        yield row.find("date-outside-dossier", "issuedDate", value=date, start=start, end=end)
