"""The rules run over a batch's lists, all in one pass: one finding for each mistake."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pipeline.catalogue.codes import canonical_values
from pipeline.catalogue.fields import DOCUMENT, DOSSIER, SECRET
from pipeline.catalogue.reading.cells import SPOILING
from pipeline.catalogue.rules.cell_rules import on_columns, on_retention, on_values
from pipeline.catalogue.rules.code_rules import Owners, on_document_codes, on_dossier_codes, on_owners
from pipeline.catalogue.rules.judged import Row, defaults_row, document_rows, dossier_rows, given_somewhere
from pipeline.catalogue.rules.link_rules import linked, on_links
from pipeline.catalogue.rules.row_rules import (
    lacking_in_document,
    lacking_in_dossier,
    on_document,
    on_dossier,
    on_dossier_and_documents,
)
from pipeline.catalogue.rules.rulebook import effect_of, holding_up
from pipeline.catalogue.values import Catalogue, Effect, ListFinding, Sheet

_NOTHING: Mapping[str, str] = {}
# The same lack, told once where no row at all has the field.
# Rows that are told one by one; more are told together where the field is given nowhere, or need not be given.
_FEW = 3
_EVERYWHERE = {"missing-for-transfer": "missing-everywhere-for-transfer", "missing-told": "missing-everywhere-told"}


def check(
    catalogue: Catalogue,
    *,
    defaults_dossier: Mapping[str, str] = _NOTHING,
    defaults_document: Mapping[str, str] = _NOTHING,
    agency_code: str = "",
    fonds_code: str = "",
    archive_code: str = "",
    alone: bool = True,
) -> tuple[ListFinding, ...]:
    """Judge the lists by every rule of `FIELD_RULES`; what was found while they were read comes first.

    Args:
        catalogue: The lists.
        defaults_dossier: Values for dossiers that leave a field empty, as `batch.toml` has them.
        defaults_document: The same for documents.
        agency_code: With which codes begin, or ...
        fonds_code: ... that of a closed fonds; not judged where both are empty.
        archive_code: What the packages put before each code.
        alone: No scan folder is held against the lists: the rules between the two sheets are judged here too. Else
            `pipeline.catalogue.matching.reconciling` judges them, with the files.
    """
    owners = Owners(agency_code, fonds_code, archive_code)
    by_default = canonical_values(DOSSIER, defaults_dossier), canonical_values(DOCUMENT, defaults_document)
    dossiers = dossier_rows(catalogue.dossiers, by_default[0])
    documents = document_rows(catalogue.documents, by_default[1])
    found = [
        *_empty(catalogue.dossiers), *_empty(catalogue.documents), *on_owners(owners),
        *_on_defaults("dossier", by_default[0]), *_on_defaults("document", by_default[1]),
        *_on_dossiers(dossiers, owners), *_on_documents(documents, dossiers),
    ]  # fmt: skip
    if alone and dossiers and documents:
        found += on_links(dossiers, linked(dossiers, documents))
    return (*catalogue.findings, *_news(found, catalogue.findings))


def _news(findings: Sequence[ListFinding], told: Iterable[ListFinding]) -> Iterator[ListFinding]:
    """Leave out what follows from another finding on the cell: its value is lost, or a mere note on a wrong value."""
    spoiled = {_cell(found) for found in told if found.rule in SPOILING}
    wrong = {_cell(found) for found in holding_up(findings)}
    for found in findings:
        is_note = effect_of(found) is Effect.NOTHING
        if not found.row or (_cell(found) not in spoiled and not (is_note and _cell(found) in wrong)):
            yield found


def _cell(finding: ListFinding) -> tuple[str, int, str]:
    return finding.sheet, finding.row, finding.column


def _on_dossiers(rows: Sequence[Row], owners: Owners) -> Iterator[ListFinding]:
    for row in rows:
        yield from on_values(row)
        yield from on_dossier(row)
    yield from on_columns(rows)
    yield from _lacking(rows, lacking_in_dossier)
    yield from on_dossier_codes(rows, owners)


def _on_documents(rows: Sequence[Row], dossiers: Sequence[Row]) -> Iterator[ListFinding]:
    by_code = {row.own["fileCode"]: row for row in dossiers if "fileCode" in row.own}
    within: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        code = row.own.get("fileCode", "")
        within[code].append(row)
        yield from on_values(row)
        yield from on_document(row, by_code.get(code))
    yield from on_columns(rows)
    yield from _lacking(rows, lambda row: lacking_in_document(row, by_code.get(row.own.get("fileCode", ""))))
    yield from on_document_codes(rows)
    for code, dossier in by_code.items():
        yield from on_dossier_and_documents(dossier, within.get(code, []))


def _on_defaults(name: str, defaults: Mapping[str, str]) -> Iterator[ListFinding]:
    """Judge the defaults once, not in each row that takes them."""
    row = defaults_row(name, DOSSIER if name == "dossier" else DOCUMENT, defaults)
    yield from on_values(row)
    yield from on_retention(row)
    if name == "document" and row.own.get("mode") == SECRET:
        yield row.find("secret", "mode")


def _lacking(rows: Sequence[Row], lacks: Callable[[Row], Iterable[tuple[str, str]]]) -> Iterator[ListFinding]:
    """Tell what rows lack: each row, or all at once where no row of the list has the field."""
    lacking: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for rule_and_name in lacks(row):
            lacking[rule_and_name].append(row)
    for (rule, name), those in lacking.items():
        if rule == "missing-told" and len(those) > _FEW and given_somewhere(rows, name):
            yield _nowhere(those[0], "missing-often-told", name, len(those))
        elif given_somewhere(rows, name) or len(those) == 1 or _FEW >= len(those) < len(rows):
            yield from (row.find(rule, name) for row in those)
        else:
            yield _nowhere(those[0], _EVERYWHERE.get(rule, "missing-everywhere"), name, len(those))


def _nowhere(row: Row, rule: str, name: str, rows: int) -> ListFinding:
    found = row.find(rule, name, rows=rows, first=row.entry.row)
    return ListFinding(rule, found.sheet, 0, found.column, name, found.details)


def _empty(sheet: Sheet) -> Iterator[ListFinding]:
    if sheet.columns and not sheet.entries:
        yield ListFinding("empty-list", sheet.name, 0, "", sheet.name)
