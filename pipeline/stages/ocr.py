"""Stage: the words of the straightened page; "blank" and "not read" are different answers."""

from pipeline.config import OcrParams
from pipeline.image.geometry import page_dpi, straight_size, straighten
from pipeline.model import Artifact, Geometry, Line, Reading, StageResult, State, TextState
from pipeline.records import words
from pipeline.records.alto import to_alto
from pipeline.records.names import safe_path
from pipeline.stages.deskew import geometry_of
from pipeline.stages.examine import facts_of
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage
from pipeline.tesseract.engine import Settings, identity, read_page

_LOW_CONFIDENCE = 60.0


def _settings(params: OcrParams) -> Settings:
    return Settings(languages=params.languages, engine=params.engine)


def _tools(params: OcrParams) -> dict[str, str]:
    made_of = identity(_settings(params))
    data = made_of.pop("data")
    models = {f"data.{name}": digest for name, digest in data.items()} if isinstance(data, dict) else {}
    return {name: str(value) for name, value in {**made_of, **models}.items()}


def _perform(view: PageView, params: OcrParams) -> StageResult:
    geometry = geometry_of(view.results["examine"], view.results["deskew"])
    width, height = straight_size(geometry)
    blank = facts_of(view.results["examine"]).blank
    lines, how = ((), {}) if blank else _lines(view, params, geometry)
    reading = Reading(width, height, page_dpi(geometry), lines)
    summary = {"text": TextState.BLANK.value, "words": 0} if blank else {**_summary(reading), "prepared": how}
    return StageResult(State.DONE, summary, _files(view, params, geometry, reading))


def _files(view: PageView, params: OcrParams, geometry: Geometry, reading: Reading) -> tuple[Artifact, ...]:
    engine = " ".join((params.engine, _tools(params)["tesseract"]))
    scan = safe_path(view.page.path)
    alto = to_alto(reading, scan=scan, geometry=geometry, engine=engine, languages=params.languages)
    return (
        view.write("words.json", words.to_bytes(reading)),
        view.write("alto.xml", alto),
        view.write("text.txt", reading.text.encode()),
    )


def _lines(view: PageView, params: OcrParams, geometry: Geometry) -> tuple[tuple[Line, ...], dict[str, object]]:
    """Recognise the page, or take over the text that a scanned PDF brought if that was asked for."""
    if params.existing_text == "keep":
        kept = view.scan().existing_lines(geometry)
        if kept:
            return kept, {"existing": True}
    lines, how = read_page(straighten(view.scan().colour, geometry), page_dpi(geometry), _settings(params))
    return lines, {"scale": round(how.scale, 4), "bleached": len(how.bleached), "evened": bool(how.evened)}


def _summary(reading: Reading) -> dict[str, object]:
    found = reading.words
    if not found:
        return {"text": TextState.TEXT.value, "words": 0, "confidence": 0.0, "low_words": 0}
    return {
        "text": TextState.TEXT.value,
        "words": len(found),
        "confidence": round(sum(word.confidence for word in found) / len(found), 1),
        "low_words": sum(word.confidence < _LOW_CONFIDENCE for word in found),
    }


OCR = Stage("ocr", 1, Level.PAGE, ("examine", "deskew"), lambda config: config.ocr, _tools, _perform)
