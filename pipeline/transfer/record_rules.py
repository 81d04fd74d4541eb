"""Hold one record of a dossier or document against the annexes' fields, as they must be when it is handed over."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.catalogue.codes import is_canonical
from pipeline.catalogue.dates import is_full
from pipeline.catalogue.fields import BORN_DIGITAL, DOCUMENT, DOSSIER, PERMANENT, SECRET, Field, Kind
from pipeline.transfer.values import TransferFinding

Record = Mapping[str, str]
# Without these nothing can be listed, found or counted; what else may be empty is the matter of the lists' own rules.
_DOSSIER_NEEDS = ("fileCode", "title", "maintenance", "mode", "startDate", "endDate")
_DOCUMENT_NEEDS = ("docCode", "maintenance", "mode", "numberOfPage")
_DIGITIZED_NEEDS = ("numberOfPaper", "paperFileCode")
_NOT_OF_FORM = {Kind.NUMBER: "no-number", Kind.DATE: "no-date"}
_DIGITS = re.compile(r"\d+")


def of_dossier(record: Record, *, sip: bool) -> Iterator[TransferFinding]:
    """Give what is wrong with a dossier's record.

    Args:
        record: Values by field name.
        sip: It is for a SIP, whose dates are whole (p.214); an AIP also knows months and years (p.72).
    """
    code = record.get("fileCode", "")
    for rule, details in _found(record, DOSSIER, _DOSSIER_NEEDS, sip=sip):
        yield TransferFinding(rule, code, details=details)
    if record.get("confidenceLevel") not in {"", None, BORN_DIGITAL}:
        for name in _DIGITIZED_NEEDS:
            if not record.get(name):
                details = {"field": name, "label": DOSSIER[name].label, "pages": _pages(DOSSIER[name])}
                yield TransferFinding("digitized-field-missing", code, details=details)


def of_document(record: Record, dossier: Record, *, sip: bool) -> Iterator[TransferFinding]:
    """Give what is wrong with a document's record; what it only takes over from its dossier is said there once."""
    code = dossier.get("fileCode", ""), record.get("docCode", "")
    for rule, details in _found(record, DOCUMENT, _DOCUMENT_NEEDS, sip=sip):
        name = details["field"]
        if name in {"maintenance", "mode"} and record.get(name, "") == dossier.get(name, ""):
            continue
        yield TransferFinding(rule, *code, details=details)


def _found(
    record: Record, fields: Mapping[str, Field], needs: tuple[str, ...], *, sip: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give one rule at most for each field."""
    for name, field in fields.items():
        value = record.get(name, "")
        if field.is_ours:
            continue
        rule, more = _of_value(field, value, sip=sip) if value else _of_nothing(name, record, needs)
        if rule:
            yield rule, {"field": name, "label": field.label, "pages": _pages(field), **more}


def _of_nothing(name: str, record: Record, needs: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    if name in needs:
        return "field-missing", {}
    if name == "riskRecoveryStatus" and record.get("riskRecovery") == "1":
        return "backup-state-missing", {}
    return "", {}


def _of_value(field: Field, value: str, *, sip: bool) -> tuple[str, dict[str, Any]]:
    if field.most_letters and len(value) > field.most_letters:
        return "value-too-long", {"letters": len(value), "most": field.most_letters}
    if not _is_of_form(field, value):
        return _NOT_OF_FORM.get(field.kind, "code-unknown"), {"value": value}
    if field.kind is Kind.DATE and not is_full(value):
        return ("date-not-full" if sip else ""), {"value": value}
    if field.name == "maintenance" and value != PERMANENT:
        return "not-permanent", {"value": value}
    return ("secret", {}) if field.name == "mode" and value == SECRET else ("", {})


def _is_of_form(field: Field, value: str) -> bool:
    """Tell whether a value is what its field holds; other programs may write a number with zeros before it."""
    return bool(_DIGITS.fullmatch(value)) if field.kind is Kind.NUMBER else is_canonical(field, value)


def _pages(field: Field) -> str:
    return field.pages.removeprefix("tr. ")
