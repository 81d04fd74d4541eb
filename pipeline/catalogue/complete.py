"""Complete records: what the row says, else the defaults, else what can be counted; nothing else is ever added.

A number, a date, an abstract that the list does not give stays empty. Counted are documents and pages; a scan is
digitized (confidenceLevel 02); this program makes insurance copies, so records are to be backed up and are not yet.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.catalogue.fields import DIGITIZED, NOT_BACKED_UP
from pipeline.catalogue.matching.counting import Pages, Paired
from pipeline.catalogue.matching.grouping import Home
from pipeline.model import Dossier
from pipeline.records.names import document_code

# A document has these from its dossier unless it says otherwise (Thông tư 05/2025/TT-BNV p.218: maintenance).
_FROM_DOSSIER = ("maintenance", "mode", "language", "riskRecovery", "riskRecoveryStatus")


def dossier_record(home: Home, dossier: Dossier, defaults: Mapping[str, str], pages: Pages) -> dict[str, str]:
    """Give the complete record of a dossier."""
    own = home.entry.values if home.entry else {}
    counted = {"totalDoc": str(len(dossier.documents)), "numberOfPage": _page_count(dossier, pages)}
    record = {**counted, "confidenceLevel": DIGITIZED, "riskRecovery": "1", **defaults, **own}
    if home.entry is None and home.rows:
        record["fileCode"] = home.rows[0].values.get("fileCode", "")
    return _with_status(record)


def document_record(pair: Paired, code: str, dossier: Mapping[str, str], defaults: Mapping[str, str],
                    pages: Pages) -> dict[str, str]:  # fmt: skip
    """Give the complete record of a document.

    Args:
        pair: Its row, if it has one, and the document.
        code: The dossier's code.
        dossier: The dossier's complete record.
        defaults: Values for documents that leave a field empty.
        pages: What is known of its pages.
    """
    assert pair.document is not None
    own = pair.entry.values if pair.entry else {}
    inherited = {name: dossier[name] for name in _FROM_DOSSIER if name in dossier}
    counted = "" if pages.uncounted_file(pair.document) else str(len(pair.document.pages))
    fixed = {"fileCode": code, "ordinal": str(pair.ordinal)}
    record = {"docCode": document_code(code, pair.ordinal), "numberOfPage": counted, "confidenceLevel": DIGITIZED,
              **inherited, **defaults, **own, **fixed}  # fmt: skip
    return _with_status(record)


def _page_count(dossier: Dossier, pages: Pages) -> str:
    """Count the dossier's pages; nothing where one of its files could not be counted."""
    if any(pages.uncounted_file(document) for document in dossier.documents):
        return ""
    return str(sum(len(document.pages) for document in dossier.documents))


def _with_status(record: Mapping[str, Any]) -> dict[str, str]:
    """Add that the copy is still to be made, where one is to be made and nobody has said how it stands."""
    status = {"riskRecoveryStatus": NOT_BACKED_UP} if record.get("riskRecovery") == "1" else {}
    return {name: value for name, value in {**status, **record}.items() if value}


def said_twice(said: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str, str]]:
    """Give those of (subject, what batch.toml says, what the list says) that differ; an empty word says nothing."""
    return ((subject, one, other) for subject, one, other in said if one and other and one != other)
