"""What became of each document and page, put together from the journal: the one source of every list and manifest."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.journal import Journal
from pipeline.model import Artifact, Batch, Document, Dossier, Fault, Page, StageResult, State, TextState
from pipeline.records.description import Description
from pipeline.records.names import access_name, document_code, page_name, safe_name, safe_path

MASTERS = "data/masters"
QUARANTINE = "data/quarantine"
# Files refused for these go into the set all the same; the others (links, pipes ...) have no bytes to keep.
KEPT_REFUSED = frozenset({"same-name", "bad-name", "unsupported"})


def is_shown(results: Mapping[str, StageResult]) -> bool:
    """Tell from a page's results whether it can be shown: decoded, laid straight, and with a picture for the PDF."""
    needed = ("examine", "deskew", "borders", "picture")
    return all(name in results and results[name].state is State.DONE for name in needed)


@dataclass(frozen=True)
class PageAccount:
    """One page: its scan, where that lies in the set, and what each stage found.

    Attributes:
        master: Path of the scan in the set.
        scan_sha256: Digest of the scan file; empty where it could not be read.
        results: By stage; only what is true of the scan as it is now.
        place: Name of the page's text files in the set, without ending.
    """

    page: Page
    master: str
    scan_sha256: str
    results: dict[str, StageResult]
    place: str

    @property
    def fault(self) -> Fault | None:
        """Why the page is in quarantine, if it is."""
        return next((result.fault for result in self.results.values() if result.fault), None)

    @property
    def is_shown(self) -> bool:
        """Whether the page's picture is in the document's PDF."""
        return is_shown(self.results)

    @property
    def text_state(self) -> TextState | None:
        """What is known of the text; None for a page that never came that far."""
        result = self.results.get("ocr")
        if result is None:
            return None
        if result.state is State.DONE:
            return TextState(result.facts["text"])
        return TextState.TIMED_OUT if result.state is State.TIMED_OUT else TextState.FAILED

    @property
    def quality(self) -> dict[str, Any] | None:
        """How good scan and text are, with the flags; None for a page that is not shown or was not measured."""
        result = self.results.get("quality")
        return result.facts if self.is_shown and result is not None and result.state is State.DONE else None

    @property
    def problem(self) -> str:
        """One word for what is wrong with the page, or nothing."""
        if self.fault:
            return "quarantined"
        if not self.is_shown:
            return "failed"
        if self.text_state in (TextState.TEXT, TextState.BLANK):
            return ""
        return f"text-{self.text_state or TextState.FAILED}"


@dataclass(frozen=True)
class DocumentAccount:
    """One document: its pages and its PDF.

    Attributes:
        code: The document's code: dossier code and ordinal.
        access_path: Where its PDF lies in the set; empty where there is none.
        pdf: Result of putting it together, if that was tried.
        verdict: veraPDF's result, if it was asked.
    """

    dossier: Dossier
    document: Document
    dossier_code: str
    dossier_title: str
    code: str
    title: str
    pages: tuple[PageAccount, ...]
    access_path: str
    pdf: StageResult | None
    verdict: StageResult | None

    @property
    def access(self) -> Artifact | None:
        """The PDF's file in the work folder."""
        return self.pdf.artifacts[0] if self.pdf and self.pdf.artifacts else None

    @cached_property
    def gaps(self) -> tuple[PageAccount, ...]:
        """Pages that are not as they should be: not shown, or text not read."""
        return tuple(page for page in self.pages if page.problem)

    @property
    def pdf_is_good(self) -> bool:
        """Whether the PDF is there and passed all checks."""
        checked = self.pdf is not None and self.pdf.state is State.DONE
        return checked and (self.verdict is None or self.verdict.state is State.DONE)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing: every page shown and read, the PDF good."""
        return not self.gaps and self.pdf_is_good


class Accounts:
    """All documents of a batch, read from the journal one after the other, as often as asked."""

    def __init__(self, batch: Batch, description: Description, journal: Journal) -> None:
        """Note where to read from, and which files lie in quarantine."""
        self._batch, self._description, self._journal = batch, description, journal
        self._quarantined = self._files_in_quarantine()

    def __iter__(self) -> Iterator[DocumentAccount]:
        """Give the documents in the batch's order."""
        for dossier in self._batch.dossiers:
            unsplit = len(dossier.documents) == 1
            for document in dossier.documents:
                yield self._document(dossier, document, unsplit=unsplit)

    def place_of(self, path: str) -> str:
        """Give a scan's place in the set: with the masters, or in quarantine if any of its frames is bad."""
        folder = QUARANTINE if path in self._quarantined else MASTERS
        return f"{folder}/{safe_path(path)}"

    def _files_in_quarantine(self) -> frozenset[str]:
        found = {fault.path for fault in self._batch.faults}
        for entry in self._journal.not_done():
            if entry.result.fault is not None:
                found.add(entry.result.fault.path)
        return frozenset(found)

    def _document(self, dossier: Dossier, document: Document, *, unsplit: bool) -> DocumentAccount:
        code = self._description.dossier_code(dossier)
        place = f"{safe_name(code)}/{safe_name(document_code(code, document.ordinal))}"
        pdf = self._journal.entry(document.path, "pdfa")
        verdict = self._journal.entry(document.path, "validate")
        has_file = pdf is not None and bool(pdf.result.artifacts)
        name = access_name(code, document.ordinal, unsplit=unsplit)
        return DocumentAccount(
            dossier,
            document,
            code,
            self._description.dossier_title(dossier),
            document_code(code, document.ordinal),
            self._description.document_title(document),
            tuple(self._page(page, place) for page in document.pages),
            f"data/access/{safe_name(code)}/{name}" if has_file else "",
            pdf.result if pdf else None,
            verdict.result if verdict and has_file else None,
        )

    def _page(self, page: Page, place: str) -> PageAccount:
        entries = self._journal.entries(page.unit)
        scan = entries["examine"].parts["inputs"].get("scan", "") if "examine" in entries else ""
        results = {name: entry.result for name, entry in entries.items()}
        return PageAccount(page, self.place_of(page.path), scan, results, f"data/ocr/{place}/{page_name(page.number)}")


def others(batch: Batch) -> Iterator[tuple[str, str]]:
    """Give what else goes into the set: (path in the scan folder, path in the set)."""
    for path in batch.others:
        yield path, f"{MASTERS}/{safe_path(path)}"
    for fault in batch.faults:
        if fault.code in KEPT_REFUSED:
            yield fault.path, refused_name(fault.path)


def refused_name(path: str) -> str:
    """Name a file that was refused for its name or kind: one that no other file of the set can have."""
    mark = f"~{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}"
    return f"{QUARANTINE}/{safe_path(path, spare_bytes=len(mark))}{mark}"
