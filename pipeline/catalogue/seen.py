"""What the work folder knows of a batch's pages: which are blank, and which bear a secrecy stamp."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.catalogue.matching.counting import Pages
from pipeline.catalogue.secrecy import Level, may_hold_stamp, stamps
from pipeline.catalogue.values import ListFinding
from pipeline.journal import Journal
from pipeline.model import Batch, Document, Page
from pipeline.records.words import from_bytes


def pages_seen(batch: Batch, journal: Journal, uncounted: frozenset[str], *, settled: bool) -> Pages:
    """Give what is known of the pages: all that there will be, or what an unfinished run has found so far."""
    entries = ((page.unit, journal.entry(page.unit, "examine")) for each in batch.documents for page in each.pages)
    blank = {unit: bool(entry.result.facts.get("blank")) for unit, entry in entries if entry}
    return Pages(uncounted, blank, settled)


def stamps_seen(batch: Batch, journal: Journal, work: Path) -> Iterator[ListFinding]:
    """Tell of documents whose pages bear a secrecy stamp, as far as their words were recognised.

    A document that bears "GIẢI MẬT" as well is secret no longer; that is told and holds nothing up.
    """
    for document in batch.documents:
        found = _of_document(document, journal, work)
        levels = {level for its in found.values() for level in its}
        if levels:
            rule = "declassified" if Level.DECLASSIFIED in levels else "secrecy-stamp"
            shown = [level for level in (Level.DECLASSIFIED, Level.TOP, Level.HIGH, Level.LOW) if level in levels]
            pages = ", ".join(found)
            yield ListFinding(rule, "", 0, "", document.path, {"stamp": shown[0].value, "pages": pages})


def _of_document(document: Document, journal: Journal, work: Path) -> dict[str, tuple[Level, ...]]:
    found = {page.unit: _of_page(page, journal, work) for page in document.pages}
    return {unit: levels for unit, levels in found.items() if levels}


def _of_page(page: Page, journal: Journal, work: Path) -> tuple[Level, ...]:
    """Look at the plain text first: few pages have the word at all, and it is quickly read."""
    entry = journal.entry(page.unit, "ocr")
    files = {path.name: path for each in entry.result.artifacts if (path := work / each.path)} if entry else {}
    try:
        if "text.txt" not in files or not may_hold_stamp(files["text.txt"].read_text(encoding="utf-8")):
            return ()
        return stamps(from_bytes(files["words.json"].read_bytes()))
    except OSError:  # the work folder lost it: the page is done again by the next run
        return ()
