"""What is still to be done for the pages and documents of a batch, and what becomes of each result."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.errors import RunStopped
from pipeline.files import sha256_file
from pipeline.flow import Lost, Task, alone
from pipeline.journal import Entry, Journal
from pipeline.model import Batch, Document, Dossier, Fault, Page, StageResult, State
from pipeline.records.account import is_shown
from pipeline.records.description import Description
from pipeline.settings import Chosen, SettingsOf
from pipeline.stages import PAGE_STAGES
from pipeline.stages.artifact import has_artifacts
from pipeline.stages.ocr import OCR
from pipeline.stages.pdfa import PDFA, DocumentJob, PageInput, assemble, document_parts
from pipeline.stages.quality import QUALITY
from pipeline.stages.stage import still_good
from pipeline.stages.trip import PageJob, Trip, travel, wanted_parts

_ALL = frozenset(stage.name for stage in PAGE_STAGES)
BAD = frozenset({State.QUARANTINED, State.FAILED, State.TIMED_OUT})


@dataclass(slots=True)
class Tally:
    """What was done and what was taken over from an earlier run."""

    pages_done: int = 0
    pages_taken_over: int = 0
    pages_bad: int = 0
    documents_done: int = 0
    documents_taken_over: int = 0


@dataclass(slots=True)
class Plan:
    """The pages and documents of one run; the only writer of the journal while they are done.

    Attributes:
        scans, work: Folders, absolute.
        settings: Gives each document's settings and tools.
        told: Called for each finished page with its results and whether all were taken over.
    """

    scans: Path
    work: Path
    batch: Batch
    description: Description
    settings: SettingsOf
    journal: Journal
    told: Callable[[Page, Mapping[str, StageResult], bool], None]
    tally: Tally = field(default_factory=Tally)
    _waiting: dict[str, int] = field(default_factory=dict)
    _ready: deque[Document] = field(default_factory=deque)
    _digest: tuple[str, str] = ("", "")
    _dossier_of: dict[str, Dossier] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note which dossier each document belongs to."""
        for dossier in self.batch.dossiers:
            self._dossier_of.update((document.path, dossier) for document in dossier.documents)

    def units(self) -> set[str]:
        """Name all units of the batch, the batch itself included."""
        pages = {page.unit for document in self.batch.documents for page in document.pages}
        return pages | {document.path for document in self.batch.documents} | {""}

    def tasks(self) -> Iterator[Task | None]:
        """Give the tasks in order: pages, and between them each document whose pages are all there."""
        for document in self.batch.documents:
            self._waiting[document.path] = len(document.pages)
            for page in document.pages:
                yield from self._ready_documents()
                task = self._page_task(document, page)
                if task is not None:
                    yield task
        while self._waiting or self._ready:
            yield from self._ready_documents()
            if self._waiting:
                yield None

    def done(self, task: Task, result: Any) -> None:
        """Record a task's result, or what became of it when its worker was lost.

        Raises:
            RunStopped: Too many pages cannot be used.
        """
        if isinstance(task.argument, PageJob):
            document, page = task.subject
            trip = self._lost_page(task, result) if isinstance(result, Lost) else result
            self._page_done(document, page, trip)
        else:
            self._document_done(task, result)

    # Pages

    def _page_task(self, document: Document, page: Page) -> Task | None:
        """Give the page's task, or take its recorded results over."""
        recorded = self.journal.entries(page.unit)
        chosen = self.settings.document(self._dossier_of[document.path], document)
        if recorded and self._page_is_done(page, recorded, chosen):
            results = {name: entry.result for name, entry in recorded.items()}
            self.tally.pages_taken_over += 1
            self._count(document, page, results, taken_over=True)
            return None
        seconds = self.settings.config.run.page_seconds
        job = PageJob(str(self.scans), str(self.work), page, _ALL, chosen.config, chosen.tools, recorded, seconds)
        return Task((document, page), travel, job, seconds)

    def _page_is_done(self, page: Page, recorded: Mapping[str, Entry], chosen: Chosen) -> bool:
        """Tell whether each recorded result was made from what would go in now."""
        try:
            scan = self._scan_digest(page.path)
        except OSError:
            return False
        results: dict[str, StageResult] = {}
        for stage in PAGE_STAGES:
            wanted = wanted_parts(stage, chosen.config, chosen.tools[stage.name], scan, results)
            entry = recorded.get(stage.name)
            if entry is None or not still_good(entry, wanted) or not has_artifacts(self.work, entry.result.artifacts):
                return False
            results[stage.name] = entry.result
            if entry.result.state is State.QUARANTINED:
                break
        return True

    def _scan_digest(self, path: str) -> str:
        """Hash a scan, once for consecutive pages of one file."""
        if self._digest[0] != path:
            self._digest = (path, sha256_file(self.scans / path))
        return self._digest[1]

    def _page_done(self, document: Document, page: Page, trip: Trip) -> None:
        self.journal.record([entry for entry in trip.entries if entry.stage not in trip.taken_over])
        for stage in PAGE_STAGES[len(trip.entries) :]:  # what an earlier scan in this place had led to
            self.journal.forget(page.unit, stage.name)
        self.tally.pages_done += 1
        self._count(document, page, trip.results, taken_over=False)

    def _count(self, document: Document, page: Page, results: Mapping[str, StageResult], *, taken_over: bool) -> None:
        self._waiting[document.path] -= 1
        if not self._waiting[document.path]:
            del self._waiting[document.path]
            self._ready.append(document)
        self.tally.pages_bad += any(result.state in BAD for result in results.values())
        self.told(page, results, taken_over)
        if not taken_over:
            self._check_ceiling()

    def _check_ceiling(self) -> None:
        limits, bad = self.settings.config.run, self.tally.pages_bad
        seen = self.tally.pages_done + self.tally.pages_taken_over
        if bad >= limits.failed_count and bad > limits.failed_share * seen:
            raise RunStopped(
                "{bad} of the first {seen} pages cannot be used; something is wrong with the folder, the disk or the "
                "settings. Look at the reasons with 'sohoa status', or raise [run] failed_share to go on regardless",
                bad=bad, seen=seen,
            )  # fmt: skip

    def _lost_page(self, task: Task, how: Lost) -> Trip:
        """Take a page that ended its worker twice through all stages but the recognition of text and what follows."""
        job: PageJob = task.argument
        trip: Trip | Lost = alone(replace(task, argument=replace(job, stages=job.stages - {OCR.name, QUALITY.name})))
        if isinstance(trip, Lost):
            return self._quarantined(job, how)
        if any(entry.result.state is State.QUARANTINED for entry in trip.entries):
            return trip
        scan = trip.entries[0].parts["inputs"]["scan"]
        wanted = wanted_parts(OCR, job.config, job.tools[OCR.name], scan, trip.results)
        timed_out = how is Lost.TIMED_OUT
        state = State.TIMED_OUT if timed_out else State.FAILED
        note = f"not finished within {job.seconds:g} seconds" if timed_out else "the program that read it ended itself"
        entry = Entry(job.page.unit, OCR.name, wanted, StageResult(state, notes=(note,)))
        return replace(trip, entries=(*trip.entries, entry))

    def _quarantined(self, job: PageJob, how: Lost) -> Trip:
        stage = PAGE_STAGES[0]
        detail = f"no answer within {job.seconds:g} seconds" if how is Lost.TIMED_OUT else ""
        fault = Fault(job.page.path, job.page.frame, "kills-worker", detail)
        wanted = wanted_parts(stage, job.config, job.tools[stage.name], self._scan_digest(job.page.path), {})
        result = StageResult(State.QUARANTINED, fault=fault)
        return Trip(job.page, (Entry(job.page.unit, stage.name, wanted, result),), frozenset())

    # Documents

    def _ready_documents(self) -> Iterator[Task]:
        while self._ready:
            task = self._document_task(self._ready.popleft())
            if task is not None:
                yield task

    def _document_task(self, document: Document) -> Task | None:
        """Give the document's task, or take its recorded result over; None also where it has no page to show."""
        pages = (PageInput(page, results) for page in document.pages if (results := self._usable(page)))
        dossier = self._dossier_of[document.path]
        config, tools = (chosen := self.settings.document(dossier, document)).config, chosen.tools
        described = self.description.of_document(dossier, document)
        job = DocumentJob(
            str(self.scans),
            str(self.work),
            document.path,
            tuple(pages),
            described,
            config.pdfa,
            config.examine.limit_megapixels,
            config.run.document_seconds,
        )
        if not job.pages:
            for stage in ("pdfa", "validate"):
                self.journal.forget(document.path, stage)
            return None
        wanted = document_parts(job, config, tools[PDFA.name])
        recorded = self.journal.entry(document.path, PDFA.name)
        if recorded and still_good(recorded, wanted) and has_artifacts(self.work, recorded.result.artifacts):
            self.tally.documents_taken_over += 1
            return None
        return Task((document, wanted), assemble, job, job.seconds)

    def _usable(self, page: Page) -> dict[str, StageResult]:
        """Give a page's results if it can be shown: decoded, and with a picture for the PDF."""
        results = {name: entry.result for name, entry in self.journal.entries(page.unit).items()}
        return results if is_shown(results) else {}

    def _document_done(self, task: Task, result: Any) -> None:
        document, wanted = task.subject
        if isinstance(result, Lost):
            what = (
                f"took longer than {task.seconds:g} seconds" if result is Lost.TIMED_OUT else "ended its program twice"
            )
            result = StageResult(State.FAILED, notes=(f"putting the document together {what}",))
        self.journal.record([Entry(document.path, PDFA.name, wanted, result)])
        self.tally.documents_done += 1
