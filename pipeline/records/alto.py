"""ALTO 4 for one scan (Library of Congress, alto-4-4.xsd): words with boxes and confidence on the page it shows.

A scan that is parted into facing pages has a `Page` for each, with boxes counted from that page's own corner.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.sax.saxutils import quoteattr

from pipeline.image.geometry import clip_box
from pipeline.model import Geometry, Line, Reading, Word
from pipeline.records.words import pages_of

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"


def to_alto(reading: Reading, *, scan: str, geometry: Geometry, engine: str, languages: str) -> bytes:
    """Write a page's words as ALTO 4.

    Args:
        reading: Words on the page that the scan shows; coordinates stay in that page's pixels.
        scan: The master's path in the set, for `fileName`.
        geometry: How the scan was laid straight and clipped; stated, so that a box can be found on the master too.
        engine: Name and version of the recognising program.
        languages: Its language setting.
    """
    return "\n".join(_document(reading, scan, geometry, engine, languages)).encode() + b"\n"


def _document(reading: Reading, scan: str, geometry: Geometry, engine: str, languages: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<alto xmlns="{_NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_NAMESPACE} {_SCHEMA}">'
    yield "<Description><MeasurementUnit>pixel</MeasurementUnit>"
    yield f"<sourceImageInformation><fileName>{_text(scan)}</fileName></sourceImageInformation>"
    yield '<Processing ID="straighten"><processingStepDescription>coordinates are those of the straightened page'
    yield f"</processingStepDescription><processingStepSettings>{_text(_settings(geometry))}</processingStepSettings>"
    yield "<processingSoftware><softwareName>sohoa</softwareName></processingSoftware></Processing>"
    yield f'<Processing ID="ocr"><processingStepSettings>languages={_text(languages)}</processingStepSettings>'
    yield f"<processingSoftware><softwareName>{_text(engine)}</softwareName></processingSoftware></Processing>"
    yield "</Description>"
    yield "<Layout>"
    for number, page in enumerate(pages_of(reading), 1):
        yield from _page(page, f"p{number}" if reading.parts else "")
    yield "</Layout></alto>"


def _page(reading: Reading, prefix: str) -> Iterator[str]:
    """Give one page; `prefix` keeps the names of several pages' blocks apart."""
    size = f'WIDTH="{reading.width}" HEIGHT="{reading.height}"'
    yield f'<Page ID="{prefix or "page"}" PHYSICAL_IMG_NR="1" {size}{_confidence(reading)}>'
    yield f'<PrintSpace HPOS="0" VPOS="0" {size}>'
    for number, (_, lines) in enumerate(groupby(reading.lines, key=lambda line: line.block), 1):
        yield from _block(f"{prefix}b{number}", tuple(lines))
    yield "</PrintSpace></Page>"


def _settings(g: Geometry) -> str:
    laid = f"orientation-tag={g.tag} turn-clockwise={g.turn_degrees} skew={g.skew_degrees} dpi={g.dpi_x}x{g.dpi_y}"
    return laid if g.clip is None else f"{laid} clip={','.join(str(edge) for edge in clip_box(g))}"


def _confidence(reading: Reading) -> str:
    words = reading.words
    if not words:
        return ""
    return f' PC="{sum(word.confidence for word in words) / len(words) / 100:.4f}"'


def _block(name: str, lines: tuple[Line, ...]) -> Iterator[str]:
    words = [word for line in lines for word in line.words]
    yield f'<TextBlock ID="{name}" {_box(words)}>'
    for index, line in enumerate(lines, 1):
        yield f'<TextLine ID="{name}l{index}" {_box(line.words)} BASELINE="{round(line.baseline)}">'
        yield from _strings(f"{name}l{index}", line.words)
        yield "</TextLine>"
    yield "</TextBlock>"


def _strings(line: str, words: tuple[Word, ...]) -> Iterator[str]:
    previous: Word | None = None
    for index, word in enumerate(words, 1):
        if previous is not None:
            gap = max(0, round(word.x0 - previous.x1))
            yield f'<SP HPOS="{round(previous.x1)}" VPOS="{round(word.y0)}" WIDTH="{gap}"/>'
        content = quoteattr(_clean(word.text))
        yield f'<String ID="{line}s{index}" {_box([word])} CONTENT={content} WC="{word.confidence / 100:.2f}"/>'
        previous = word


def _box(words: Iterable[Word]) -> str:
    boxes = list(words)
    x0, y0 = round(min(word.x0 for word in boxes)), round(min(word.y0 for word in boxes))
    x1, y1 = round(max(word.x1 for word in boxes)), round(max(word.y1 for word in boxes))
    return f'HPOS="{x0}" VPOS="{y0}" WIDTH="{x1 - x0}" HEIGHT="{y1 - y0}"'


def _text(text: str) -> str:
    return _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clean(text: str) -> str:
    """Drop what XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
