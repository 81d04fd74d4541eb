"""Rules on codes [mã]: made as the annexes say, no longer than they allow, none twice, no two with one file name.

Thông tư 05/2025/TT-BNV p.70, 75-76, 213, 217-218; Đ8.1.d; agency codes: Quyết định 20/2020/QĐ-TTg Đ4.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalogue.dates import earliest, latest
from pipeline.catalogue.folding import folded
from pipeline.catalogue.rules.judged import BATCH_FILE, Row
from pipeline.catalogue.values import ListFinding
from pipeline.records.names import ORDINAL_DIGITS, document_code, safe_name

AGENCY_LETTERS = 35
CODE_LETTERS = 100
_AGENCY = re.compile(r"[A-Z][0-9]+(?:\.[A-Z0-9]+)*")
_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose codes stand in the batch's codes; empty where `batch.toml` does not say."""

    agency_code: str = ""
    fonds_code: str = ""
    archive_code: str = ""


def on_owners(owners: Owners) -> Iterator[ListFinding]:
    """Judge the codes of agency and archive."""
    for column, value in (("batch.agency_code", owners.agency_code), ("transfer.archive_code", owners.archive_code)):
        if value and (len(value) > AGENCY_LETTERS or not _AGENCY.fullmatch(value)):
            details = {"value": value, "most": AGENCY_LETTERS}
            yield ListFinding("agency-code-form", BATCH_FILE, 0, column, column, details)


def on_dossier_codes(rows: Sequence[Row], owners: Owners) -> Iterator[ListFinding]:
    """Judge the dossiers' codes, each by itself and beside the others."""
    coded = [row for row in rows if "fileCode" in row.good]
    yield from _on_agency(coded, owners)
    doubled = [*_doubled(coded, "fileCode", "doubled-code", lambda row: not _is_other_year(row, owners))]
    known = {(finding.sheet, finding.row) for finding in doubled}
    for row in coded:
        yield from _on_dossier_code(row, row.good["fileCode"], owners)
        if (row.sheet.name_of(row.entry), row.entry.row) not in known:
            yield from _on_year(row, owners)
    yield from doubled
    yield from _colliding(coded)


def on_document_codes(rows: Sequence[Row]) -> Iterator[ListFinding]:
    """Judge the documents' codes and ids."""
    doubled = [
        *_doubled(rows, "docCode", "doubled-code", _agrees_with_code),
        *_doubled(rows, "docId", "doubled-id", lambda _: True),
    ]
    yield from doubled
    known = {(finding.sheet, finding.row) for finding in doubled}
    for row in rows:
        if (row.sheet.name_of(row.entry), row.entry.row) not in known:
            yield from _on_document_code(row)
    yield from _same_documents([row for row in rows if (row.sheet.name_of(row.entry), row.entry.row) not in known])


def _on_dossier_code(row: Row, code: str, owners: Owners) -> Iterator[ListFinding]:
    before = f"{owners.archive_code}." if owners.archive_code else ""
    longest = f"{before}{document_code(code, 1)}"
    if len(code) <= CODE_LETTERS < len(longest):
        yield row.find("code-too-long", "fileCode", letters=len(longest), most=CODE_LETTERS, code=longest)
    if before and owners.archive_code != owners.agency_code and code.startswith(before):
        yield row.find("code-with-archive", "fileCode", code=owners.archive_code)


def _on_year(row: Row, owners: Owners) -> Iterator[ListFinding]:
    """Judge the year after the agency's code: a wrong one is the mistake seen most in packages."""
    year = _is_other_year(row, owners)
    if year:
        yield row.find("code-year", "fileCode", year=year, start=row.good["startDate"], end=row.good["endDate"])


def _is_other_year(row: Row, owners: Owners) -> str:
    """Give the year in the code where the dossier's dates do not hold it; empty where they do or cannot be judged."""
    start, end, code = row.good.get("startDate"), row.good.get("endDate"), row.good["fileCode"]
    owner = next((each for each in _owning(owners) if code.startswith(f"{each}.")), "")
    year = code[len(owner) + 1 :].partition(".")[0] if owner else ""
    if not (start and end and _YEAR.fullmatch(year) and earliest(start) <= latest(end)):
        return ""
    return "" if earliest(start)[0] <= int(year) <= latest(end)[0] else year


def _on_agency(rows: Sequence[Row], owners: Owners) -> Iterator[ListFinding]:
    """Tell codes that do not begin with the agency's or the closed fonds' code; all of them at once if none does."""
    known = _owning(owners)
    if not known or not _AGENCY.fullmatch(owners.agency_code or owners.fonds_code):
        return
    other = [row for row in rows if not row.good["fileCode"].startswith(tuple(f"{each}." for each in known))]
    if len(other) == len(rows) > 1:
        other = other[:1]
    for row in other:
        yield row.find("code-without-agency", "fileCode", code=", ".join(known))


def _owning(owners: Owners) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in (owners.agency_code, owners.fonds_code) if code))


def _doubled(rows: Sequence[Row], name: str, rule: str, fits: Callable[[Row], bool]) -> Iterator[ListFinding]:
    """Tell the rows that have another row's value: all but the first, or but the first that it fits."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if name in row.own and name in row.good:
            groups.setdefault(row.good[name], []).append(row)
    for group in groups.values():
        owner = next(filter(fits, group), group[0]) if len(group) > 1 else group[0]
        yield from (row.find(rule, name, other=_place(owner, row)) for row in group if row is not owner)


def _agrees_with_code(row: Row) -> bool:
    """Tell whether the document's code is the one that its dossier and ordinal make."""
    dossier, ordinal = row.good.get("fileCode", ""), row.good.get("ordinal", "")
    return not ordinal or row.good.get("docCode") == document_code(dossier, int(ordinal))


def _colliding(rows: Sequence[Row]) -> Iterator[ListFinding]:
    """Refuse codes that differ only in what some file systems do not tell apart."""
    first: dict[str, Row] = {}
    for row in rows:
        code = row.good["fileCode"]
        other = first.setdefault(safe_name(code).casefold(), row)
        if other.good["fileCode"] != code:
            yield row.find("code-collision", "fileCode", code=other.good["fileCode"], other=_place(other, row))


def _on_document_code(row: Row) -> Iterator[ListFinding]:
    """Judge whether the code is the dossier's, a dot and the ordinal in seven digits (p.76, 218)."""
    code, dossier = row.good.get("docCode", ""), row.good.get("fileCode", "")
    if not code or not dossier or len(code) > CODE_LETTERS:
        return
    ordinal = row.good.get("ordinal", "")
    place = re.fullmatch(rf"{re.escape(dossier)}\.([0-9]{{{ORDINAL_DIGITS}}})", code)
    if not place:
        expected = document_code(dossier, int(ordinal)) if ordinal else f"{dossier}.0000001"
        yield row.find("document-code-form", "docCode", expected=expected)
    elif ordinal and int(place[1]) != int(ordinal):
        yield row.find("document-code-ordinal", "docCode", found=place[1], ordinal=ordinal)


def _same_documents(rows: Sequence[Row]) -> Iterator[ListFinding]:
    """Tell documents with the same number, symbol, date and agency: NĐ30's systems warn of them."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = _identity(row.good)
        other = first.setdefault(key, row) if key else row
        if other is not row:
            yield row.find("same-document", "codeNumber", other=_place(other, row))


def _identity(values: Mapping[str, str]) -> tuple[str, ...]:
    names = ("codeNumber", "codeNotation", "issuedDate", "organName")
    return tuple(folded(values[name]) for name in names) if all(name in values for name in names) else ()


def _place(other: Row, row: Row) -> str:
    """Name a row, with its sheet where that is another one."""
    sheet = other.sheet.name_of(other.entry)
    return str(other.entry.row) if sheet == row.sheet.name_of(row.entry) else f"{sheet}:{other.entry.row}"
