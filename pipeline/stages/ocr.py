"""Stage: the words of the page that the scan shows; "blank" and "not read" are different answers."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.config import OcrParams
from pipeline.image.geometry import clip_box, page_dpi, straighten
from pipeline.model import Artifact, Geometry, Line, Part, Reading, StageResult, State, TextState
from pipeline.records import words
from pipeline.records.alto import to_alto
from pipeline.records.names import safe_path
from pipeline.stages.borders import geometry_of, part_geometries
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
    geometry = geometry_of(view.results)
    if facts_of(view.results["examine"]).blank:
        reading, summary = _reading(geometry, ()), {"text": TextState.BLANK.value, "words": 0}
    else:
        parts = part_geometries(view.results)
        read = [_lines(view, params, part) for part in parts]
        reading = _reading(geometry, [(part, lines) for part, (lines, _) in zip(parts, read, strict=True)])
        summary = {
            **_summary(reading),
            "prepared": read[0][1] if len(read) == 1 else {"parts": [how for _, how in read]},
        }
    return StageResult(State.DONE, summary, _files(view, params, geometry, reading))


def _reading(whole: Geometry, parts: Sequence[tuple[Geometry, tuple[Line, ...]]]) -> Reading:
    """Put the lines of the parts together, with their boxes on the page that the scan shows."""
    x0, y0, x1, y1 = clip_box(whole)
    placed: list[Line] = []
    split: list[Part] = []
    for part, lines in parts:
        left, _, right, _ = clip_box(part)
        first = placed[-1].block + 1 if placed else 0
        placed += [replace(words.shifted(line, left - x0, 0), block=line.block + first) for line in lines]
        split.append(Part(left - x0, right - x0, len(lines)))
    return Reading(x1 - x0, y1 - y0, page_dpi(whole), tuple(placed), tuple(split) if len(split) > 1 else ())


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
    """Recognise one page, or take over the text that a scanned PDF brought there if that was asked for."""
    if params.existing_text == "keep":
        kept = _existing(view, geometry)
        if kept:
            return kept, {"existing": True}
    lines, how = read_page(straighten(view.scan().colour, geometry), page_dpi(geometry), _settings(params))
    return lines, {
        "scale": round(how.scale, 4),
        "x_height": round(how.type.x_height, 1),
        "stroke": round(how.type.stroke, 2),
        "bleached": len(how.bleached),
        "evened": how.evened,
        "thickened": how.thickened,
        "turned_black": how.turned_black,
        "cleared": how.cleared,
        "smoothed": how.smoothed,
        "reread": how.reread,
        "bettered": how.bettered,
    }


def _existing(view: PageView, geometry: Geometry) -> tuple[Line, ...]:
    """Give the file's own lines that lie on a page; of facing pages, a word is on the one where its middle is."""
    x0, y0, x1, _ = clip_box(geometry)
    lines = tuple(words.shifted(line, -x0, -y0) for line in view.scan().existing_lines(replace(geometry, clip=None)))
    if geometry.clip is None:
        return lines
    kept = (replace(line, words=tuple(w for w in line.words if 0 <= (w.x0 + w.x1) / 2 < x1 - x0)) for line in lines)
    return tuple(line for line in kept if line.words)


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


OCR = Stage("ocr", 2, Level.PAGE, ("examine", "deskew", "borders"), lambda config: config.ocr, _tools, _perform)
