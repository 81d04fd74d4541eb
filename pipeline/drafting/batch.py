"""Draft the lists of a batch: look at the first page of every document, in worker processes."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import executors
from pipeline.config import Config
from pipeline.drafting.first_page import NEEDED, FirstPage, FirstPageJob, read_first_page
from pipeline.flow import Crew, Lost, Task, work_through
from pipeline.inventory import BATCH_FILE, require_scans, take_stock
from pipeline.journal import Entry, Journal
from pipeline.model import Batch, Document
from pipeline.records.description import Description, check_names, read_description
from pipeline.settings import SettingsOf, documents_of

# A first page that is blank is the back of another sheet, or a cover: the next one is looked at, no more.
MOST_PAGES = 2
_TASKS_PER_WORKER = 2
_WORKER_MODULES = ("pipeline.drafting.first_page", "tesserocr")


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """What is to be drafted.

    Attributes:
        scans: The folder, absolute.
        work: Work folder of a run whose readings are taken over, or None.
        jobs: Worker processes; 0 works in this process.
    """

    scans: Path
    work: Path | None
    config: Config
    jobs: int


@dataclass(slots=True)
class Draft:
    """What was found.

    Attributes:
        found: Path of each document -> what its first page suggests.
    """

    batch: Batch
    description: Description
    found: dict[str, FirstPage] = field(default_factory=dict)

    @property
    def problems(self) -> Mapping[str, str]:
        """Path of each document whose first page could not be read -> why."""
        return {path: each.problem for path, each in self.found.items() if each.problem}

    @property
    def lumped(self) -> Mapping[str, int]:
        """Folder of each dossier whose single pictures were taken for one document -> how many there are."""
        loose = {dossier.name: document for dossier in self.batch.dossiers for document in dossier.documents[:1]
                 if document.path == dossier.name}  # fmt: skip
        counts = {name: len({page.path for page in document.pages}) for name, document in loose.items()}
        return {name: count for name, count in counts.items() if count > 1}


def draft_batch(order: DraftOrder, told: Callable[[int, int], None]) -> Draft:
    """Look at all documents of a scan folder; nothing in it is changed.

    Args:
        order: What is to be done.
        told: Called with documents done and documents in all.

    Raises:
        UsageError: The folder, its batch.toml or the work folder is not as it must be.
        NoVerdict: A program or language data is missing, or the folder cannot be listed.
    """
    description = read_description(order.scans / BATCH_FILE)
    batch = take_stock(order.scans)
    require_scans(batch, order.scans)
    check_names(description, batch.dossiers)
    settings = SettingsOf(order.config, description)
    settings.require_all(batch)
    draft = Draft(batch, description)

    def done(task: Task, result: Any) -> None:
        draft.found[task.subject.path] = _of_lost(task, result) if isinstance(result, Lost) else result
        told(len(draft.found), len(batch.documents))

    crew = Crew(functools.partial(executors.local, order.jobs, _WORKER_MODULES), max(1, _TASKS_PER_WORKER * order.jobs))
    work_through(crew, _tasks(order, batch, settings), done)
    draft.found = {document.path: draft.found[document.path] for document in batch.documents}
    return draft


def _tasks(order: DraftOrder, batch: Batch, settings: SettingsOf) -> Iterator[Task]:
    if order.work is None:
        yield from (_task(order, document, chosen, {}) for document, chosen in _chosen(batch, settings))
        return
    with Journal(order.work, create=False) as journal:
        for document, chosen in _chosen(batch, settings):
            recorded = {page.unit: journal.entries(page.unit) for page in document.pages[:MOST_PAGES]}
            yield _task(order, document, chosen, recorded)


def _chosen(batch: Batch, settings: SettingsOf) -> Iterator[tuple[Document, Any]]:
    return ((document, settings.document(dossier, document)) for dossier, document in documents_of(batch))


def _task(order: DraftOrder, document: Document, chosen: Any, recorded: Mapping[str, Mapping[str, Entry]]) -> Task:
    tools = {stage.name: chosen.tools[stage.name] for stage in NEEDED}
    work = str(order.work) if order.work else ""
    job = FirstPageJob(str(order.scans), work, document.pages[:MOST_PAGES], chosen.config, tools, recorded)
    return Task(document, read_first_page, job, job.seconds)


def _of_lost(task: Task, how: Lost) -> FirstPage:
    page = task.subject.pages[0].unit
    if how is Lost.TIMED_OUT:
        return FirstPage(page=page, problem=f"not finished within {task.seconds:g} seconds")
    return FirstPage(page=page, problem="the program that read it ended itself")
