"""Stage: one PDF/A for each document, from the pages that there are; read back and checked after it is written."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from pipeline.config import Config, PdfaParams
from pipeline.errors import BadScan
from pipeline.executors import time_limit
from pipeline.files import sha256_file
from pipeline.model import Artifact, Page, Reading, StageResult, State, TextState
from pipeline.pdf.check import ExpectedPage, check_document
from pipeline.pdf.picture import Picture
from pipeline.pdf.write import Flavour, PdfPage, write_document
from pipeline.pdf.xmp import Description
from pipeline.records import words
from pipeline.stages.artifact import STOPPING_ERRORS, read_artifact
from pipeline.stages.borders import part_geometries
from pipeline.stages.scan import open_scan, read_source
from pipeline.stages.stage import Level, Stage, digest, failure, parts, result_digest, unit_folder

FILE = "access.pdf"
_USED = ("examine", "deskew", "borders", "picture", "ocr")


@dataclass(frozen=True, slots=True)
class PageInput:
    """One page for its document: which scan, and the results that go into the PDF."""

    page: Page
    results: Mapping[str, StageResult]


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """All that a worker needs to put one document together.

    Attributes:
        scans, work: Folders, absolute.
        unit: The document's path.
        described: Fields for the PDF's metadata; empty ones are left out.
    """

    scans: str
    work: str
    unit: str
    pages: tuple[PageInput, ...]
    described: Mapping[str, str]
    params: PdfaParams
    limit_megapixels: float
    seconds: float


def document_parts(job: DocumentJob, config: Config, tools: Mapping[str, str]) -> dict[str, Any]:
    """Give what decides the document's result: its pages' results in order and its description."""
    pages = [{name: result_digest(page.results[name]) for name in _USED if name in page.results} for page in job.pages]
    inputs = {"pages": digest(pages), "description": digest(dict(job.described))}
    return parts(PDFA, config, inputs, tools)


def assemble(job: DocumentJob) -> StageResult:
    """Write the document's PDF and check the finished file."""
    target = Path(job.work) / unit_folder(Level.DOCUMENT, job.unit) / FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with time_limit(job.seconds):
        try:
            problems = _written(job, part)
        except BadScan as error:
            return StageResult(State.FAILED, notes=(f"{error.code}: {error.detail}",))
        except OSError as error:
            if error.errno in STOPPING_ERRORS:
                raise
            return failure(error)
        except Exception as error:  # noqa: BLE001 - one bad document never stops the others; the record says what happened
            return failure(error)
        part.replace(target)
    size, sha256 = target.stat().st_size, sha256_file(target)
    artifact = Artifact(target.relative_to(job.work).as_posix(), size, sha256)
    facts = {"pages": len(job.pages), "flavour": job.params.flavour, "checks": list(problems)}
    state = State.FAILED if problems else State.DONE
    return StageResult(state, facts, (artifact,), tuple(problems))


def _written(job: DocumentJob, part: Path) -> Sequence[str]:
    flavour = cast("Flavour", job.params.flavour)
    expected: list[ExpectedPage] = []
    write_document(part, _pages(job, expected), _description(job.described), flavour)
    return check_document(part, expected, flavour)


def _pages(job: DocumentJob, expected: list[ExpectedPage]) -> Iterator[PdfPage]:
    """Give the pages one after the other, and note what the finished file must hold of each.

    Facing pages that are split share the scan's one picture, and each shows its part of it.
    """
    for page in job.pages:
        picture = _picture(job, page)
        geometries = part_geometries(page.results)
        reading = _reading(job, page)
        readings = (None,) * len(geometries) if reading is None else words.pages_of(reading)
        for geometry, part in zip(geometries, readings, strict=True):
            expected.append(ExpectedPage.of(picture, part))
            yield PdfPage(picture, geometry, part)


def _picture(job: DocumentJob, page: PageInput) -> Picture:
    """Give the page's picture: the encoded one from the work folder, or the codestream out of the scan.

    Raises:
        BadScan: It is not what the page's own stage saw.
    """
    result = page.results["picture"]
    if result.artifacts:
        return Picture.from_bytes(read_artifact(Path(job.work), result.artifacts[0]))
    source = read_source(Path(job.scans), page.page.path)
    picture = open_scan(source, page.page.frame, job.limit_megapixels).codestream(int(job.params.flavour[0]))
    if picture is None or picture.sha256 != result.facts["sha256"]:
        raise BadScan("changed", f"{page.page.path} is not what it was when the page was read")
    return picture


def _reading(job: DocumentJob, page: PageInput) -> Reading | None:
    result = page.results.get("ocr")
    if result is None or result.facts.get("text") != TextState.TEXT:
        return None
    return words.from_bytes(read_artifact(Path(job.work), result.artifacts[0]))


def _description(described: Mapping[str, str]) -> Description:
    values: dict[str, Any] = {name: value for name, value in described.items() if name != "date"}
    if described.get("date"):
        zone = dt.timezone(dt.timedelta(hours=7))  # Vietnam; the law's times carry +07:00
        values["create_date"] = dt.datetime.fromisoformat(described["date"]).replace(tzinfo=zone)
    return Description(**values)


def _tools(_: PdfaParams) -> dict[str, str]:
    return {name: version(name) for name in ("pikepdf", "fonttools")}


PDFA = Stage("pdfa", 1, Level.DOCUMENT, (), lambda config: config.pdfa, _tools, assemble)
