"""Stage: how good the scan and its text are, measured and held against the profile; flags are for a person."""

import functools
from dataclasses import asdict, dataclass
from typing import Any

import cv2

from pipeline.config import Config, QualityParams
from pipeline.errors import BadScan
from pipeline.image.geometry import page_dpi
from pipeline.image.quality import Look, measure
from pipeline.model import Facts, Geometry, StageResult, State, TextState
from pipeline.pdf.source_document import SourcePdf
from pipeline.pdf.source_layers import colour_dpi, layers, text_dpi
from pipeline.records.quality import PageQuality, facts_of, sheet_of
from pipeline.records.quality_judge import judge
from pipeline.records.spelling import judge as judge_spelling
from pipeline.stages.artifact import read_artifact
from pipeline.stages.examine import facts_of as examined
from pipeline.stages.page import PageView
from pipeline.stages.scan import Source
from pipeline.stages.stage import Level, Stage

_MM_PER_INCH = 25.4
_TEXT_FILE = "text.txt"
_SIDEWAYS_TAGS = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class _Params:
    """The profile, and the languages that a text is in where its own stage does not say."""

    profile: QualityParams
    languages: str


def _params(config: Config) -> _Params:
    return _Params(config.quality, config.ocr.languages)


def _tools(_: _Params) -> dict[str, str]:
    return {"opencv": cv2.__version__}


def _perform(view: PageView, params: _Params) -> StageResult:
    try:
        return _judged(view, params)
    except BadScan as error:  # a page that was decoded and read is not put into quarantine for this
        return StageResult(State.FAILED, notes=(f"{error.code}: {error.detail}",))


def _judged(view: PageView, params: _Params) -> StageResult:
    facts = examined(view.results["examine"])
    raster, gray = view.scan().raster, view.scan().gray
    look, scanned = measure(raster.pixels, gray, facts.dpi_x, facts.dpi_y), _scanned(view, facts)
    if scanned["dpi"] is None:  # how sharp PDFium draws says nothing of a scan
        look = Look(look.letters, look.letter_mm)
    page = PageQuality(**scanned, **_sheet(view, facts), **asdict(look), **_read(view, params.languages))
    return StageResult(State.DONE, facts_of(page, judge(page, params.profile)))


def _scanned(view: PageView, facts: Facts) -> dict[str, Any]:
    """Give resolution and depth; of a PDF's page that had to be drawn, those of its layers."""
    known: dict[str, Any] = {"format": facts.format, "compression": facts.compression}
    if facts.compression != "rendered":
        return {**known, "dpi": min(facts.dpi_x, facts.dpi_y), "dpi_source": facts.dpi_source,
                "bits": facts.bits_per_pixel}  # fmt: skip
    found = layers(_opened(view.source), view.page.frame)
    known |= {"dpi": text_dpi(found), "dpi_source": "layers" if found else "drawn"}
    if len(found) > 1:
        known["colour_dpi"] = colour_dpi(found)
    known["layers"] = tuple(asdict(layer) for layer in found)
    return {**known, "bits": max((layer.bits for layer in found), default=facts.bits_per_pixel)}


@functools.lru_cache(maxsize=1)
def _opened(source: Source) -> SourcePdf:
    """Hold one PDF open for its consecutive pages."""
    return SourcePdf(source.data)


def _sheet(view: PageView, facts: Facts) -> dict[str, Any]:
    """Give the sheet's size as it is read, upright: that of the picture, or of the sheet found on the bed."""
    inches = facts.width / facts.dpi_x, facts.height / facts.dpi_y
    turned = _facts(view, "deskew").get("turn_degrees", 0) % 180 == 90
    width, height = inches[::-1] if turned != (facts.tag in _SIDEWAYS_TAGS) else inches
    found = _facts(view, "borders").get("found")
    if found:
        dpi = page_dpi(Geometry(facts.width, facts.height, facts.dpi_x, facts.dpi_y))
        width, height = (found[2] - found[0]) / dpi, (found[3] - found[1]) / dpi
    width_mm, height_mm = width * _MM_PER_INCH, height * _MM_PER_INCH
    name, percent = ("", None) if facts.dpi_source == "assumed" else sheet_of(width_mm, height_mm)
    size = {"width_mm": round(width_mm, 1), "height_mm": round(height_mm, 1)}
    return {**size, "sheet": name, "scale_percent": percent}


def _read(view: PageView, languages: str) -> dict[str, Any]:
    """Give what the straightening and the reading say; nothing of a text that was not read."""
    straight, borders = (_facts(view, name) for name in ("deskew", "borders"))
    found: dict[str, Any] = {
        "skew_degrees": straight.get("skew_found"),
        "turn_unsure": bool(straight.get("turn_unsure")),
        "spread": bool(borders.get("spread")) and borders.get("parts", 1) == 1,
    }
    ocr = view.results.get("ocr")
    if ocr is None or ocr.state is not State.DONE or ocr.facts.get("text") != TextState.TEXT:
        return found
    count = ocr.facts["words"]
    spelling = judge_spelling(_plain_text(view, ocr), ocr.facts.get("languages", languages))
    if spelling.outside is not None and spelling.words:
        found["outside_share"] = round(spelling.outside / spelling.words, 4)
    found |= {"words": count, "oddities": spelling.oddities, "odd_words": spelling.examples}
    prepared = ocr.facts.get("prepared", {})
    brought = any(how.get("existing") for how in prepared.get("parts", [prepared]))
    if count and not brought:  # of words that came with a PDF nothing is known
        found |= {"confidence": ocr.facts["confidence"], "low_share": round(ocr.facts["low_words"] / count, 4)}
    return found


def _facts(view: PageView, stage: str) -> dict[str, Any]:
    result = view.results.get(stage)
    return result.facts if result is not None else {}


def _plain_text(view: PageView, ocr: StageResult) -> str:
    parts = [artifact for artifact in ocr.artifacts if artifact.path.rsplit("/", 1)[-1] == _TEXT_FILE]
    return "\n".join(read_artifact(view.work, artifact).decode() for artifact in parts)


_NEEDS = ("examine", "deskew", "borders", "ocr")
QUALITY = Stage("quality", 1, Level.PAGE, _NEEDS, _params, _tools, _perform)
