"""What of a sealed set can be handed over, in which order, and everything that stands against it, in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.messages import Sentence, sentence
from pipeline.packages.values import EadProfile
from pipeline.transfer import attachments
from pipeline.transfer.declaring import declare, faults
from pipeline.transfer.doubles import doubled_codes
from pipeline.transfer.incomplete import why_incomplete
from pipeline.transfer.packable import why_no_sip
from pipeline.transfer.record_rules import of_document, of_dossier
from pipeline.transfer.rows import code_of, title_of
from pipeline.transfer.rules import say
from pipeline.transfer.source import SealedSet, SetDocument, SetDossier
from pipeline.transfer.values import Declaration, FailedRow, TransferFinding
from pipeline.transfer.waivable_rules import open_findings


@dataclass(frozen=True, slots=True)
class Asked:
    """What the call asks for.

    Attributes:
        number: Number of the transfer; None for that of batch.toml.
        aip: Hand over the set's AIPs: both sides share a System (Đ17.1.a).
        leave_out_failed: Hand over the rest where something stands against some dossiers.
        schema_dossier, schema_document: The receiving archive's own XSDs; None for those shipped.
    """

    out: Path
    number: int | None = None
    aip: bool = False
    leave_out_failed: bool = False
    zipped: bool = True
    ead: EadProfile = EadProfile.TABLE
    schema_dossier: Path | None = None
    schema_document: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be handed over.

    Attributes:
        dossiers: In the order of the transfer's list.
        findings: Everything that stands against handing over the whole set.
        failed: What is left out, with its reasons.
        stops: Something stands against the batch as it was asked for: nothing is written.
    """

    source: SealedSet
    asked: Asked
    declaration: Declaration
    dossiers: tuple[SetDossier, ...]
    findings: tuple[TransferFinding, ...]
    failed: tuple[FailedRow, ...]
    stops: bool
    attached: list[attachments.Wanted] = field(default_factory=list)
    notes: tuple[Sentence, ...] = ()


def plan(source: SealedSet, asked: Asked) -> Plan:
    """Judge the set; nothing is written."""
    declaration = declare(source.batch, source.transfer, asked.number)
    attached, absent, notes = attachments.wanted(source)
    of_batch = [*faults(declaration), *absent]
    dossiers = ordered(source.dossiers)
    of_dossiers = _judged(source, dossiers, asked)
    if not asked.aip and not of_batch:  # what the batch lacks would be found at every dossier again
        _without_sip(source, dossiers, of_dossiers, declaration)
    good = tuple(one for one, found in zip(dossiers, of_dossiers, strict=True) if not found)
    if not any(dossier.record for dossier in dossiers):
        of_batch, of_dossiers = [*of_batch, TransferFinding("set-without-lists")], []
    elif not good and asked.leave_out_failed:
        of_batch.append(TransferFinding("nothing-left"))
    failed = tuple(row for one, found in zip(dossiers, of_dossiers, strict=False) for row in _failed_rows(one, found))
    everything = [*of_batch, *(each for found in of_dossiers for each in found)]
    return Plan(
        source=source,
        asked=asked,
        declaration=declaration,
        dossiers=good,
        findings=_without_repeats(everything),
        failed=failed,
        stops=bool(of_batch) or (bool(everything) and not asked.leave_out_failed),
        attached=attached,
        notes=tuple(notes),
    )


def ordered(dossiers: tuple[SetDossier, ...]) -> list[SetDossier]:
    """Put dossiers in the order of the office's list, where it numbers all of them; else as the set has them."""
    numbers = [dossier.record.get("ordinal", "") for dossier in dossiers]
    if all(number.isascii() and number.isdigit() for number in numbers) and len(set(numbers)) == len(numbers):
        return sorted(dossiers, key=lambda dossier: int(dossier.record["ordinal"]))
    return list(dossiers)


def _judged(source: SealedSet, dossiers: list[SetDossier], asked: Asked) -> list[list[TransferFinding]]:
    """Give the findings of each dossier, in the same order."""
    found = [list(_of_dossier(dossier, source, asked)) for dossier in dossiers]
    for place, doubled in doubled_codes(dossiers):
        found[place].append(doubled)
    return found


def _without_sip(
    source: SealedSet, dossiers: list[SetDossier], found: list[list[TransferFinding]], declaration: Declaration
) -> None:
    """Add where no package can be made of a dossier that nothing else was found about."""
    for dossier, own in zip(dossiers, found, strict=True):
        why = None if own else why_no_sip(source.root, dossier, declaration)
        if why:
            own.append(TransferFinding("dossier-failed", code_of(dossier), details={"why": why}))


def _of_dossier(dossier: SetDossier, source: SealedSet, asked: Asked) -> Iterator[TransferFinding]:
    """Give what stands against one dossier; where it has no package or no record, its cause alone."""
    code, failed = code_of(dossier), source.failed.get(dossier.name, [])
    known = {row.document: row.reasons for row in failed if row.document}
    incomplete = [each for each in dossier.documents if not each.is_complete or each.code in known]
    if not dossier.documents:
        yield TransferFinding("no-documents", code)
    elif not dossier.record:
        yield TransferFinding("no-list", code)
    elif incomplete:
        for document in incomplete:
            for why in why_incomplete(document, known.get(document.code, ())):
                yield TransferFinding("document-incomplete", code, document.code, {"why": why})
    elif failed:
        for why in dict.fromkeys(reason for row in failed for reason in row.reasons):
            yield TransferFinding("dossier-failed", code, details={"why": why})
    elif asked.aip and not dossier.package:
        yield TransferFinding("no-aip", code)
    else:
        yield from _of_records(dossier, sip=not asked.aip)
        yield from open_findings(dossier, source.waived)


def _of_records(dossier: SetDossier, *, sip: bool) -> Iterator[TransferFinding]:
    yield from of_dossier(dossier.record, sip=sip)
    for document in dossier.documents:
        if document.record:
            yield from of_document(document.record, dossier.record, sip=sip)
        else:
            yield TransferFinding("document-without-list", code_of(dossier), document.code)


def _failed_rows(dossier: SetDossier, found: list[TransferFinding]) -> Iterator[FailedRow]:
    """Give a row for a dossier that is left out, and one for each of its documents that something was found about."""
    if not found:
        return
    titles = {_document_code(each): each.record.get("subject", "") or each.title for each in dossier.documents}
    titles |= {each.code: each.title for each in dossier.documents if each.code not in titles}
    of_documents = list(dict.fromkeys(finding.document for finding in found if finding.document))
    own = tuple(say(finding) for finding in found if not finding.document)
    by_documents = sentence("{number} of its documents cannot be handed over", number=len(of_documents))
    yield FailedRow(code_of(dossier), title_of(dossier), own or (by_documents,))
    for document in of_documents:
        reasons = tuple(say(finding) for finding in found if finding.document == document)
        yield FailedRow(code_of(dossier), titles.get(document, ""), reasons, document)


def _document_code(document: SetDocument) -> str:
    return document.record.get("docCode", "") or document.code


def _without_repeats(findings: list[TransferFinding]) -> tuple[TransferFinding, ...]:
    seen: dict[str, TransferFinding] = {}
    for finding in findings:
        seen.setdefault(repr(finding), finding)
    return tuple(seen.values())
