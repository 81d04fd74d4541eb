"""Look at a scan folder without changing anything: what is there, what cannot be used, what looks odd."""

import functools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline import executors
from pipeline.catalogue.assessment import Told, assess, lists_of
from pipeline.catalogue.matching.counting import Pages
from pipeline.config import Config
from pipeline.flow import Crew, Lost, Task, work_through
from pipeline.inventory import BATCH_FILE, folders_without_scans, gaps_in_numbering, require_scans, survey
from pipeline.model import Batch, Document, Fault, StageResult, State
from pipeline.records.description import Description, check_names, read_description
from pipeline.settings import SettingsOf
from pipeline.stages.examine import EXAMINE
from pipeline.stages.trip import PageJob, Trip, travel


@dataclass(slots=True)
class Check:
    """What was found.

    Attributes:
        faults: Scans that would go to quarantine.
        notices: Sentences on what looks odd and stops nothing: gaps in the numbering, the same scan twice.
        results: The examination of each page that can be used, by page name.
        findings: What is wrong with the lists, or between them and the folder, and what each holds up.
    """

    batch: Batch
    description: Description
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    results: dict[str, StageResult] = field(default_factory=dict)
    findings: tuple[Told, ...] = ()


def check_batch(scans: Path, config: Config, jobs: int, told: Callable[[int, int], None]) -> Check:
    """Examine every page of a scan folder as a run would.

    Args:
        scans: The folder.
        config: Settings of the examination.
        jobs: Worker processes.
        told: Called with pages done and pages in all.

    Raises:
        UsageError: The folder or its batch.toml is not as it must be.
    """
    description = read_description(scans / BATCH_FILE)
    stock = survey(scans)
    batch = stock.batch
    require_scans(batch, scans)
    check_names(description, batch.dossiers)
    SettingsOf(config, description).require_all(batch)
    catalogue = lists_of(scans, config.lists)
    check = Check(batch, description, list(batch.faults))
    same: dict[str, list[str]] = defaultdict(list)

    def done(task: Task, result: Any) -> None:
        _note(check, same, task, result)
        told(len(check.results) + len(check.faults) - len(batch.faults), batch.page_count)

    crew = Crew(functools.partial(executors.local, jobs), max(1, 2 * jobs))
    work_through(crew, _tasks(batch, scans, config), done)
    check.faults.sort(key=_order(batch))
    blank = {unit: bool(result.facts["blank"]) for unit, result in check.results.items()}
    packages = config.aip.form != "none"
    listed = assess(
        catalogue,
        batch,
        description,
        config.lists,
        pages=Pages(stock.uncounted, blank, settled=True),
        packages=packages,
    )
    check.batch, check.description, check.findings = listed.batch, listed.description, listed.findings
    check.notices += [f"{name}: the folder holds no scans" for name in folders_without_scans(scans, batch)]
    check.notices += [notice for document in batch.documents for notice in _gaps(document)]
    check.notices += [f"the same scan comes {len(places)} times: {', '.join(places)}"
                      for places in same.values() if len(places) > 1]  # fmt: skip
    return check


def blank_pages(
    scans: Path,
    batch: Batch,
    documents: Collection[str],
    config: Config,
    *,
    jobs: int,
    told: Callable[[int, int], None],
) -> dict[str, bool]:
    """Look at all pages of some documents: page name -> whether it is blank; one that cannot be read is not.

    Args:
        scans: The scan folder.
        batch: What it holds.
        documents: Paths of the documents.
        config: Settings of the examination.
        jobs: Worker processes.
        told: Called with pages done and pages in all.
    """
    blank: dict[str, bool] = {}
    total = sum(len(document.pages) for document in batch.documents if document.path in documents)

    def done(task: Task, result: Any) -> None:
        page, facts = task.subject, {} if isinstance(result, Lost) else result.entries[0].result.facts
        blank[page.unit] = bool(facts.get("blank"))
        told(len(blank), total)

    crew = Crew(functools.partial(executors.local, jobs), max(1, 2 * jobs))
    work_through(crew, _tasks(batch, scans, config, documents), done)
    return blank


def _tasks(batch: Batch, scans: Path, config: Config, only: Collection[str] | None = None) -> Iterator[Task]:
    tools = {EXAMINE.name: EXAMINE.tools(config.examine)}
    for document in batch.documents:
        for page in document.pages if only is None or document.path in only else ():
            job = PageJob(
                str(scans), "", page, frozenset({EXAMINE.name}), config, tools, seconds=config.run.page_seconds
            )
            yield Task(page, travel, job, job.seconds)


def _note(check: Check, same: dict[str, list[str]], task: Task, result: Trip | Lost) -> None:
    page = task.subject
    if isinstance(result, Lost):
        check.faults.append(Fault(page.path, page.frame, "kills-worker", result.value))
        return
    entry = result.entries[0]
    if entry.result.state is State.DONE:
        check.results[page.unit] = entry.result
    elif entry.result.fault:
        check.faults.append(entry.result.fault)
    else:
        check.faults.append(Fault(page.path, page.frame, "corrupt", "; ".join(entry.result.notes)))
    if page.frame == 0 and "scan" in entry.parts["inputs"]:
        same[entry.parts["inputs"]["scan"]].append(page.path)


def _order(batch: Batch) -> Callable[[Fault], tuple[int, int]]:
    """Sort faults as the pages lie, whatever order the workers finished in."""
    place: dict[str, int] = {}
    for document in batch.documents:
        for page in document.pages:
            place.setdefault(page.path, len(place))
    return lambda fault: (place.get(fault.path, -1), fault.frame or 0)


def _gaps(document: Document) -> Iterator[str]:
    names = {PurePosixPath(page.path).name for page in document.pages}
    missing = gaps_in_numbering(names)
    if missing:
        yield f"{document.path}: the numbering leaves out {', '.join(missing)}"
