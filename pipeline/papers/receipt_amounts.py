"""What the receiving side counts in a batch: handed over, đạt, không đạt, without a result (Đ22.2.d, Đ24.4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.papers.saying import in_vietnamese
from pipeline.papers.transfer_amounts import Amount, amount
from pipeline.transfer.values import CheckedRow, FailedRow, Received

NO_PACKAGE = "Thiếu: không có gói tin của hồ sơ trong đợt nộp."
NO_DOCUMENT = "Thiếu: không có tài liệu trong gói tin."


@dataclass(frozen=True, slots=True)
class Counted:
    """Amounts of a received batch.

    Attributes:
        registered: As the list of the transfer has them.
        delivered: Without what is missing.
        failed: What is missing, and what did not pass.
        open: What could not be judged.
        returned: What did not pass and is there: what is missing cannot be given back.
        size_bytes: Of the packages that are there, by the list.
    """

    registered: Amount
    missing: Amount
    delivered: Amount
    passed: Amount
    failed: Amount
    open: Amount
    returned: Amount
    size_bytes: int


def counted(received: Received) -> Counted:
    """Count; a dossier has passed when each of its items has, and has failed when one has."""
    registered = amount(received.manifest.dossiers)
    missing = _missing(received)
    bad = {row.code for row in _failed_rows(received)}
    good = {row.code for row in received.rows} - bad
    passed = Amount(len(good), sum(1 for row in received.rows if row.document and row.passed))
    failed_documents = sum(1 for row in received.rows if row.document and not row.passed)
    unsaid = missing.documents - _said_of_missing(received)
    failed = Amount(len(bad), failed_documents + unsaid)
    absent = set(received.missing)
    return Counted(
        registered=registered,
        missing=missing,
        delivered=_less(registered, missing),
        passed=passed,
        failed=failed,
        open=_less(_less(registered, passed), failed),
        returned=_less(failed, missing),
        size_bytes=sum(row.size_bytes for row in received.manifest.dossiers if row.code not in absent),
    )


def returned_rows(received: Received) -> tuple[FailedRow, ...]:
    """Give what did not pass and can be given back, reasons in Vietnamese."""
    absent, without_file = set(received.missing), set(received.missing_documents)
    rows = (row for row in _failed_rows(received) if row.code not in absent and row.document not in without_file)
    return with_reasons_said(rows)


def failed_rows(received: Received) -> tuple[FailedRow, ...]:
    """Give what did not pass and what is missing, each once, in the order of the list, reasons in Vietnamese."""
    return with_reasons_said(_failed_rows(received))


def _failed_rows(received: Received) -> list[FailedRow]:
    rows = [*_not_passed(received.rows), *_without_package(received), *_without_file(received)]
    places = {dossier.code: place for place, dossier in enumerate(received.manifest.dossiers)}
    rows.sort(key=lambda row: places.get(row.code, len(places)))
    return rows


def with_reasons_said(rows: Iterable[FailedRow]) -> tuple[FailedRow, ...]:
    """Say the reasons of rows in Vietnamese; each different one is looked up once."""
    rows = tuple(rows)
    said = {reason: in_vietnamese(reason) for reason in {reason for row in rows for reason in row.reasons}}
    return tuple(
        FailedRow(row.code, row.title, tuple(said[reason] for reason in row.reasons), row.document) for row in rows
    )


def _not_passed(rows: Iterable[CheckedRow]) -> Iterator[FailedRow]:
    for row in rows:
        if not row.passed:
            yield FailedRow(row.code, row.title, row.reasons, row.document)


def _without_package(received: Received) -> Iterator[FailedRow]:
    said = {row.code for row in received.rows if not row.passed and not row.document}
    titles = {dossier.code: dossier.title for dossier in received.manifest.dossiers}
    for code in received.missing:
        if code not in said:
            yield FailedRow(code, titles.get(code, ""), (NO_PACKAGE,))


def _without_file(received: Received) -> Iterator[FailedRow]:
    said = {row.document for row in received.rows if not row.passed}
    absent = set(received.missing_documents) - said
    for dossier in received.manifest.dossiers:
        for document in dossier.documents:
            if document.code in absent:
                yield FailedRow(dossier.code, document.subject, (NO_DOCUMENT,), document.code)


def _missing(received: Received) -> Amount:
    absent = set(received.missing)
    of_dossiers = amount(dossier for dossier in received.manifest.dossiers if dossier.code in absent)
    return Amount(of_dossiers.dossiers, of_dossiers.documents + len(received.missing_documents))


def _said_of_missing(received: Received) -> int:
    """Count the documents that are missing and have a row of their own that did not pass."""
    absent, without_file = set(received.missing), set(received.missing_documents)
    rows = (row for row in received.rows if row.document and not row.passed)
    return sum(1 for row in rows if row.code in absent or row.document in without_file)


def _less(one: Amount, other: Amount) -> Amount:
    return Amount(max(one.dossiers - other.dossiers, 0), max(one.documents - other.documents, 0))


def reasons_counted(rows: Iterable[FailedRow]) -> Mapping[str, int]:
    """Count how often each reason is given."""
    counts: dict[str, int] = {}
    for row in rows:
        for reason in row.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    return counts
