"""Rules of the lists that hold up nothing but a transfer, and that a person may answer for in `batch.toml`.

The set was sealed in spite of them; a waiver by rule and record lets it be handed over as it is.
"""

from collections.abc import Container, Iterator, Mapping

from pipeline.catalogue.fields import CONDITIONAL, DOCUMENT
from pipeline.catalogue.rules.row_rules import REQUIRED_DOCUMENT
from pipeline.transfer.source import SetDossier
from pipeline.transfer.values import TransferFinding

_MISSING, _EVERYWHERE = "missing-for-transfer", "missing-everywhere-for-transfer"
_TOO_OPEN = "mode-too-open"
_PUBLIC = "01"


def open_findings(dossier: SetDossier, waived: Container[tuple[str, str]]) -> Iterator[TransferFinding]:
    """Give what nobody answers for.

    Args:
        dossier: One with a record.
        waived: Rule and subject of each waiver that the set has.
    """
    code = dossier.record.get("fileCode", "")
    for document in dossier.documents:
        yield from _of_document(code, document.record, waived)
    closer = sum(document.record.get("mode") == CONDITIONAL for document in dossier.documents)
    if dossier.record.get("mode") == _PUBLIC and closer and (_TOO_OPEN, code) not in waived:
        yield TransferFinding(_TOO_OPEN, code, details={"documents": closer})


def _of_document(code: str, record: Mapping[str, str], waived: Container[tuple[str, str]]) -> Iterator[TransferFinding]:
    own = record.get("docCode", "")
    for name, rule in REQUIRED_DOCUMENT.items():
        if rule != _MISSING or record.get(name) or not record:
            continue
        if (_MISSING, own) not in waived and (_EVERYWHERE, name) not in waived:
            field = DOCUMENT[name]
            details = {"field": name, "label": field.label, "pages": field.pages.removeprefix("tr. ")}
            yield TransferFinding(_MISSING, code, own, details)
