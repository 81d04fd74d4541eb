"""Read the first page of a document, or take over what a run has read of it, and look at its head again."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.draft.heading import find_heading
from pipeline.catalogue.draft.letterhead import find_letterhead
from pipeline.catalogue.draft.spots import spots
from pipeline.catalogue.draft.suggest import suggest
from pipeline.catalogue.draft.values import Looks, Suggestions
from pipeline.config import Config
from pipeline.drafting.looking import look_at
from pipeline.drafting.printed import Printed
from pipeline.errors import BadScan
from pipeline.executors import time_limit
from pipeline.image.geometry import straighten
from pipeline.image.tone import Picture
from pipeline.journal import Entry
from pipeline.model import Geometry, Page, Reading, StageResult, State
from pipeline.records import words
from pipeline.stages import PAGE_STAGES
from pipeline.stages.artifact import read_artifact
from pipeline.stages.borders import part_geometries
from pipeline.stages.ocr import OCR
from pipeline.stages.page import PageView
from pipeline.stages.scan import Source, read_source
from pipeline.stages.stage import Tools, still_good
from pipeline.stages.trip import PageJob, travel, wanted_parts
from pipeline.tesseract import Settings

# What the words of a page rest on; the picture for the PDF and the page's quality are not needed.
NEEDED = tuple(stage for stage in PAGE_STAGES if stage.name in {OCR.name, *OCR.needs})


@dataclass(frozen=True, slots=True)
class FirstPageJob:
    """All that a worker needs for one document.

    Attributes:
        scans, work: Folders, absolute; `work` is that of a run, or empty.
        pages: The pages to look at, in order; the next one where one is blank.
        recorded: Results of a run by page name and stage.
    """

    scans: str
    work: str
    pages: tuple[Page, ...]
    config: Config
    tools: Tools
    recorded: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Time limit for all its pages."""
        return self.config.run.page_seconds * max(1, len(self.pages))


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What came of it.

    Attributes:
        suggestions: By field name; empty where no page could be read, or all are blank.
        page: Name of the page that they are from.
        taken_over: It had been read by a run.
        problem: Why there are none, in English; empty where there is no fault.
    """

    suggestions: Suggestions = field(default_factory=dict)
    page: str = ""
    taken_over: bool = False
    problem: str = ""


def read_first_page(job: FirstPageJob) -> FirstPage:
    """Read the first page that is not blank, and say what it suggests."""
    last = FirstPage()
    for page in job.pages:
        last = _page(job, page)
        if last.suggestions or last.problem:
            break
    return last


def _page(job: FirstPageJob, page: Page) -> FirstPage:
    try:
        source = read_source(Path(job.scans), page.path)
    except OSError as error:
        return FirstPage(page=page.unit, problem=error.strerror or str(error))
    results = _taken_over(job, page, source)
    if results is not None:
        return _suggested(job, page, source, results, Path(job.work), taken_over=True)
    with tempfile.TemporaryDirectory(prefix="sohoa-draft-") as folder:
        stages = frozenset(stage.name for stage in NEEDED)
        trip = travel(
            PageJob(job.scans, folder, page, stages, job.config, job.tools, seconds=job.config.run.page_seconds)
        )
        return _suggested(job, page, source, trip.results, Path(folder), taken_over=False)


def _taken_over(job: FirstPageJob, page: Page, source: Source) -> dict[str, StageResult] | None:
    """Give a run's results of a page if they were made from what would go in now."""
    results: dict[str, StageResult] = {}
    for stage in NEEDED:
        entry = job.recorded.get(page.unit, {}).get(stage.name)
        wanted = wanted_parts(stage, job.config, job.tools[stage.name], source.sha256, results)
        if entry is None or not still_good(entry, wanted):
            return None
        results[stage.name] = entry.result
        if entry.result.state is State.QUARANTINED:
            break
    return results


def _suggested(
    job: FirstPageJob, page: Page, source: Source, results: Mapping[str, StageResult], folder: Path, *, taken_over: bool
) -> FirstPage:
    bad = next((result for result in results.values() if result.state is not State.DONE), None)
    if bad is not None:
        problem = bad.fault.code if bad.fault else "; ".join(bad.notes)
        return FirstPage(page=page.unit, taken_over=taken_over, problem=problem)
    try:
        with time_limit(job.config.run.page_seconds):  # the trip has its own
            return FirstPage(_suggestions(job, page, source, results, folder), page.unit, taken_over)
    except (BadScan, OSError) as error:
        return FirstPage(page=page.unit, taken_over=taken_over, problem=str(error))


def _suggestions(
    job: FirstPageJob, page: Page, source: Source, results: Mapping[str, StageResult], folder: Path
) -> Suggestions:
    """Say what a page that was read suggests, the first of facing ones that has a letterhead; nothing if it is blank.

    Raises:
        BadScan: The reading is not what the journal says, or the picture cannot be decoded.
        OSError: The reading is gone.
    """
    reading = words.from_bytes(read_artifact(folder, results[OCR.name].artifacts[0]))
    if not reading.words:
        return {}
    scan = PageView(source, page, job.config.examine.limit_megapixels, folder, "").scan().colour
    parts = zip(part_geometries(results), words.pages_of(reading), strict=True)
    found = [_part(scan, geometry, part, job.config) for geometry, part in parts]
    return next((each for each in found if each.keys() > {"language"}), found[0])


def _part(scan: NDArray[np.uint8], geometry: Geometry, reading: Reading, config: Config) -> Suggestions:
    """Say what one page of a scan suggests."""
    page = _gray(straighten(scan, geometry))
    return suggest(reading, looks_at_head(page, reading, config), Printed(page))


def looks_at_head(page: Picture, reading: Reading, config: Config) -> Looks:
    """Read the head of a straight grey page again; nothing where it has none."""
    head = find_letterhead(reading)
    if head is None:
        return {}
    boxes = spots(head, find_heading(head, reading.width, reading.height))
    settings = Settings(languages=config.ocr.languages, engine=config.ocr.engine)
    return look_at(page, head.motto.height, boxes, settings)


def _gray(pixels: NDArray[np.uint8]) -> Picture:
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
