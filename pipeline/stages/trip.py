"""One page's trip through all page-level stages: read once, decoded once, in the worker."""

import functools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import BadScan, NoVerdict
from pipeline.executors import time_limit
from pipeline.journal import Entry
from pipeline.model import Fault, Page, StageResult, State
from pipeline.stages import PAGE_STAGES
from pipeline.stages.artifact import STOPPING_ERRORS
from pipeline.stages.page import PageView
from pipeline.stages.scan import read_source
from pipeline.stages.stage import Level, Stage, Tools, failure, parts, result_digest, still_good, unit_folder


@dataclass(frozen=True, slots=True)
class PageJob:
    """All that a worker needs for one page.

    Attributes:
        scans, work: Folders, absolute.
        stages: Names of the page-level stages to go through: all, or those that a page which ends its worker survives.
        recorded: Earlier results of this page by stage.
        tools: Identity of the tools by stage as the parent sees them.
        seconds: Time limit of the whole trip.
    """

    scans: str
    work: str
    page: Page
    stages: frozenset[str]
    config: Config
    tools: Tools
    recorded: Mapping[str, Entry] = field(default_factory=dict)
    seconds: float = 180.0


@dataclass(frozen=True, slots=True)
class Trip:
    """What came of it: one entry for each stage that was reached, and which of them were taken over."""

    page: Page
    entries: tuple[Entry, ...]
    taken_over: frozenset[str]

    @property
    def results(self) -> dict[str, StageResult]:
        """Results by stage."""
        return {entry.stage: entry.result for entry in self.entries}


def travel(job: PageJob) -> Trip:
    """Take one page through its stages; bad scans and failures become results.

    Raises:
        OSError: The work folder's disk is full or gone: nothing that the next page would survive.
        NoVerdict: This worker's tools are not those of the parent.
    """
    with time_limit(job.seconds):
        try:
            source = read_source(Path(job.scans), job.page.path)
        except OSError as error:
            return _refused(job, {}, BadScan("unreadable", error.strerror or str(error)))
        limit = job.config.examine.limit_megapixels
        view = PageView(source, job.page, limit, Path(job.work), unit_folder(Level.PAGE, job.page.unit))
        steps = list(_walk(job, view))
    return Trip(job.page, tuple(entry for entry, _ in steps), frozenset(entry.stage for entry, old in steps if old))


def _walk(job: PageJob, view: PageView) -> Iterator[tuple[Entry, bool]]:
    """Give each stage's entry and whether it was taken over; stop after one that quarantines the page."""
    for stage in _stages(job):
        wanted = wanted_parts(stage, job.config, job.tools[stage.name], view.source.sha256, view.results)
        recorded = job.recorded.get(stage.name)
        if recorded is not None and still_good(recorded, wanted) and view.has(recorded.result.artifacts):
            entry, old = recorded, True
        else:
            _same_tools(stage, job)
            entry, old = _performed(stage, job.config, view, wanted), False
        view.results[stage.name] = entry.result
        yield entry, old
        if entry.result.state is State.QUARANTINED:
            return


def wanted_parts(
    stage: Stage, config: Config, tools: Mapping[str, str], scan: str, results: Mapping[str, StageResult]
) -> dict[str, object]:
    """Give what decides this stage's result for a page, from the scan's digest and the stages before."""
    needed = {name: result_digest(results[name]) for name in stage.needs if name in results}
    return parts(stage, config, {"scan": scan, **needed}, tools)


def _stages(job: PageJob) -> list[Stage]:
    return [stage for stage in PAGE_STAGES if stage.name in job.stages]


def _performed(stage: Stage, config: Config, view: PageView, wanted: dict[str, object]) -> Entry:
    start = time.monotonic()
    try:
        result = stage.perform(view.for_stage(stage.needs), stage.params(config))
    except BadScan as error:
        fault = Fault(view.page.path, view.page.frame, error.code, error.detail)
        result = StageResult(State.QUARANTINED, fault=fault)
    except OSError as error:
        if error.errno in STOPPING_ERRORS:
            raise
        result = failure(error)
    except Exception as error:  # noqa: BLE001 - one bad page never stops the others; the record says what happened
        result = failure(error)
    return Entry(view.page.unit, stage.name, wanted, result, round(time.monotonic() - start, 3))


def _refused(job: PageJob, inputs: Mapping[str, str], error: BadScan) -> Trip:
    """Record a page whose file could not even be read."""
    stage = _stages(job)[0]
    fault = Fault(job.page.path, job.page.frame, error.code, error.detail)
    made_from = parts(stage, job.config, inputs, job.tools[stage.name])
    entry = Entry(job.page.unit, stage.name, made_from, StageResult(State.QUARANTINED, fault=fault))
    return Trip(job.page, (entry,), frozenset())


def _same_tools(stage: Stage, job: PageJob) -> None:
    """Refuse to work with other tools than the parent's: the result would depend on where a page happened to go."""
    here = _tools_here(stage, job.config)
    if here != dict(job.tools[stage.name]):
        raise NoVerdict(
            "a worker has other tools for '{stage}' than the machine that started the run: {tools}",
            stage=stage.name, tools=str(here),
        )  # fmt: skip


@functools.lru_cache(maxsize=32)
def _tools_here(stage: Stage, config: Config) -> dict[str, str]:
    return stage.tools(stage.params(config))
