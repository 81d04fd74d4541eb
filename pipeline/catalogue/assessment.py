"""A batch with its lists: read, judged, matched with the folder; what comes out is what the run goes on with."""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.catalogue.codes import canonical_values
from pipeline.catalogue.complete import document_record, dossier_record, said_twice
from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Field
from pipeline.catalogue.matching.counting import Pages
from pipeline.catalogue.matching.reconciling import Reconciled, reconcile
from pipeline.catalogue.reading.lists import lists_in, read
from pipeline.catalogue.rules.checking import check
from pipeline.catalogue.rules.rulebook import RULES, effect_of
from pipeline.catalogue.values import Catalogue, Effect, ListFinding
from pipeline.catalogue.waivers import apply, without_effect
from pipeline.config import ListParams
from pipeline.errors import UsageError
from pipeline.model import Batch
from pipeline.records.description import Description

_HOLDING = frozenset({Effect.SCANNING, Effect.SEALING})
# What the two lists say of each other is judged with the folder beside them: it often tells which of them is wrong.
_BETWEEN_LISTS = frozenset({
    "dossier-not-listed", "dossier-mistyped", "dossier-without-documents", "total-differs", "ordinal-doubled",
    "ordinals-missing",
})  # fmt: skip


# A finding and what it holds up: of stamps, the settings say.
Told = tuple[ListFinding, Effect]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A batch as its lists describe it, and what is wrong with them.

    Attributes:
        batch: With the list's order and ordinals, where there is one.
        description: With complete records and the findings that were waived.
        findings: Each with what it holds up; those that nobody answers for.
        doubtful: Paths of documents whose counts agree only if pages that nobody has looked at are blank.
    """

    batch: Batch
    description: Description
    findings: tuple[Told, ...] = ()
    doubtful: frozenset[str] = frozenset()

    def holding(self, *effects: Effect) -> tuple[ListFinding, ...]:
        """Give the findings that hold up one of these."""
        return tuple(finding for finding, effect in self.findings if effect in effects)


def lists_of(scans: Path, params: ListParams) -> Catalogue | None:
    """Read the lists of a scan folder, if they are to be used and there are any.

    Raises:
        UsageError: They cannot be read, or are required and missing.
    """
    paths = lists_in(scans) if params.use != "off" else ()
    if paths:
        return read(paths)
    if params.use == "require":
        raise UsageError(
            "{path} holds no muc-luc.xlsx or muc-luc.csv, which [lists] use = 'require' asks for; 'sohoa list "
            "template' writes an empty one, 'sohoa list draft' one filled from the folders",
            path=scans,
        )
    return None


def assess(
    catalogue: Catalogue | None,
    batch: Batch,
    description: Description,
    params: ListParams,
    *,
    pages: Pages,
    stamps: Sequence[ListFinding] = (),
    packages: bool = False,
) -> Assessment:
    """Judge lists and folder together.

    Args:
        catalogue: The lists; None where there are none or they are not used.
        batch: What the scan folder holds.
        description: What `batch.toml` says.
        params: Settings of the lists.
        pages: What is known of the pages.
        stamps: Findings on the pages themselves.
        packages: The set is to hold packages, which carry the date of the batch.

    Raises:
        UsageError: `[defaults]` names a field that does not exist.
    """
    _require_known("dossier", description.defaults_dossier, DOSSIER)
    _require_known("document", description.defaults_document, DOCUMENT)
    field_findings = _on_fields(catalogue, description) if catalogue else ()
    # A finding that is waived explains nothing away: what it would have hidden is told.
    left = apply(field_findings, description.waivers, RULES).open
    reconciled, findings = None, [*field_findings]
    if catalogue:
        told = [finding for finding in left if effect_of(finding) in _HOLDING]
        reconciled = reconcile(catalogue, batch, pages, told)
        findings += reconciled.findings
        batch, described = reconciled.batch, _with_records(reconciled, description, pages)
        findings += _contradictions(described)
        if packages and not description.batch.date:
            findings.append(ListFinding("batch-date-missing", "batch.toml", 0, "batch.date", "batch.date"))
        description = described
    judged = apply([*findings, *stamps], description.waivers, RULES)
    shown = [*judged.open, *without_effect(description.waivers, judged.used, RULES)]
    return Assessment(
        batch,
        replace(description, waived=judged.waived),
        tuple((finding, _effect(finding, params)) for finding in shown),
        reconciled.doubtful if reconciled else frozenset(),
    )


def _effect(finding: ListFinding, params: ListParams) -> Effect:
    """Give what a finding holds up; of stamps, the settings say."""
    if finding.rule == "secrecy-stamp" and params.secrecy == "report":
        return Effect.NOTHING
    return effect_of(finding)


def _on_fields(catalogue: Catalogue, description: Description) -> tuple[ListFinding, ...]:
    found = check(
        catalogue,
        defaults_dossier=description.defaults_dossier,
        defaults_document=description.defaults_document,
        agency_code=description.batch.agency_code,
        fonds_code=description.batch.fonds_code,
        archive_code=description.transfer.archive_code,
    )
    return tuple(finding for finding in found if finding.rule not in _BETWEEN_LISTS)


def _with_records(reconciled: Reconciled, description: Description, pages: Pages) -> Description:
    """Give the description with the complete record of each dossier and document that a list names."""
    for_dossier = canonical_values(DOSSIER, description.defaults_dossier)
    for_document = canonical_values(DOCUMENT, description.defaults_document)
    described = replace(description, dossier_records={}, document_records={})
    dossiers: dict[str, Mapping[str, str]] = {}
    documents: dict[str, Mapping[str, str]] = {}
    for home, pairs in zip(reconciled.homes, reconciled.pairs, strict=True):
        # What no row describes has no record: a package of it would say what nobody has said.
        if home.dossier is None or not (home.entry or home.rows):
            continue
        record = dossier_record(home, home.dossier, for_dossier, pages)
        code = record.get("fileCode") or described.dossier_code(home.dossier)
        dossiers[_nfc(home.dossier.name)] = record
        for pair in pairs:
            if pair.document and pair.entry:
                documents[_nfc(pair.document.path)] = document_record(pair, code, record, for_document, pages)
    return replace(description, dossier_records=dossiers, document_records=documents)


def _contradictions(description: Description) -> Iterator[ListFinding]:
    """Tell where `batch.toml` and the list give one dossier or document different codes or titles."""
    records: list[tuple[str, str, str]] = []
    for name, said in description.dossiers.items():
        record = description.dossier_records.get(name, {})
        records += [(name, said.code, record.get("fileCode", "")), (name, said.title, record.get("title", ""))]
    for path, info in description.documents.items():
        records.append((path, info.title, description.document_records.get(path, {}).get("subject", "")))
    for subject, one, other in said_twice(records):
        details: dict[str, Any] = {"subject": subject, "said": one, "listed": other}
        yield ListFinding("said-twice", "batch.toml", 0, "", subject, details)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _require_known(kind: str, defaults: Mapping[str, str], table: Mapping[str, Field]) -> None:
    for name in defaults:
        if name not in table:
            close = difflib.get_close_matches(name, table, n=1)
            raise UsageError(
                "batch.toml: there is no field '{name}' for [defaults.{kind}]; the nearest is '{close}'",
                name=name, kind=kind, close=close[0] if close else next(iter(table)),
            )  # fmt: skip
