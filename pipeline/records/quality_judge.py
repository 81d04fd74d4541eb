"""Judge a page's quality against a profile. What no rule gives a number for is flagged for a look only."""

from collections.abc import Iterator

from pipeline.config import QualityParams
from pipeline.records.quality import BELOW, LOOK, Flag, PageQuality

# A resolution in pixels per centimetre, or a page rounded to whole points, misses the number by less.
_TOLERANCE = 0.01
# Half of the letters on any page for reading are higher than those of 6 point and lower than those of 36 point.
_LETTER_MM = (1.2, 9.0)
_ENOUGH_LETTERS = 200
# A fifth of the light; paper browned by age gives back twice that.
_DARKEST_PAPER = 120
_ENOUGH_WORDS = 20
_FEWEST_ODDITIES = 3
# Formats that may hold a scan without loss, and how its data must not be coded then.
_LOSSLESS, _LOSSY_CODING = ("TIFF", "PNG"), ("jpeg", "jpx")


def judge(page: PageQuality, profile: QualityParams) -> Iterator[Flag]:
    """Give what falls short of the profile, then what a person should look at."""
    yield from _resolution(page, profile)
    yield from _pixels(page, profile)
    yield from _look(page, profile)
    yield from _text(page, profile)


def _resolution(page: PageQuality, profile: QualityParams) -> Iterator[Flag]:
    least = profile.least_dpi_maps if profile.kind == "map" else profile.least_dpi
    enough = least * (1 - _TOLERANCE)
    if page.dpi is None:
        yield Flag("no-scan", LOOK)
        return
    assumed = page.dpi_source == "assumed"
    if page.dpi < enough:  # an assumption proves nothing
        yield Flag("dpi", LOOK if assumed else BELOW, {"dpi": round(page.dpi, 1), "least": least, "rule": profile.rule})
    if page.colour_dpi is not None and page.colour_dpi < min(enough, page.dpi):
        values = {"dpi": round(page.colour_dpi, 1), "text_dpi": round(page.dpi, 1), "least": least}
        yield Flag("colour-dpi", BELOW if profile.layers == "all" else LOOK, {**values, "rule": profile.rule})
    if assumed:
        yield Flag("dpi-assumed", LOOK, {"dpi": round(page.dpi, 1)})
    height = page.letter_mm
    if height is not None and page.letters >= _ENOUGH_LETTERS and not _LETTER_MM[0] <= height <= _LETTER_MM[1]:
        yield Flag("scale", LOOK, {"height": height, "dpi": round(page.dpi, 1)})


def _pixels(page: PageQuality, profile: QualityParams) -> Iterator[Flag]:
    scanned = page.dpi is not None
    if scanned and page.bits < profile.least_bits:
        yield Flag("bits", BELOW, {"bits": page.bits, "least": profile.least_bits, "rule": profile.rule})
    if profile.colours == "black-and-white" and page.tones == "colour":
        yield Flag("colours", BELOW, {"rule": profile.rule})
    if profile.masters == "tiff" and page.format != "TIFF":
        yield Flag("format", BELOW, {"format": page.format, "rule": profile.rule})
    elif profile.masters != "any" and (page.format not in _LOSSLESS or page.compression in _LOSSY_CODING):
        values = {"format": page.format, "compression": page.compression, "rule": profile.rule}
        yield Flag("lossy", BELOW, values)
    if scanned and page.bits > 1 and page.tones == "bilevel":
        yield Flag("bilevel-only", LOOK, {"bits": page.bits})
    if scanned and page.bits >= 24 and page.tones == "grey" and profile.colours == "any":
        yield Flag("grey-only", LOOK, {"bits": page.bits})


def _look(page: PageQuality, profile: QualityParams) -> Iterator[Flag]:
    if page.turn_unsure:
        yield Flag("turn", LOOK)
    if page.spread:
        yield Flag("spread", LOOK)
    if page.edge_um is not None and page.edge_um > profile.most_edge_um:
        yield Flag("blurred", LOOK, {"edge": page.edge_um, "most": profile.most_edge_um})
    if page.contrast is not None and page.contrast < profile.least_contrast:
        percent = {"contrast": round(100 * page.contrast), "least": round(100 * profile.least_contrast)}
        yield Flag("faint", LOOK, percent)
    if page.paper is not None and page.paper < _DARKEST_PAPER:
        yield Flag("dark", LOOK, {"paper": page.paper})
    if page.burnt_out is not None and page.blocked is not None and page.tones in ("grey", "colour"):
        clipped = page.burnt_out + page.blocked
        if clipped > profile.most_clipped:
            yield Flag("clipped", LOOK, {"clipped": round(100 * clipped, 1)})


def _text(page: PageQuality, profile: QualityParams) -> Iterator[Flag]:
    if not page.words or page.words < _ENOUGH_WORDS:
        return
    if page.confidence is not None and page.confidence < profile.least_confidence:
        yield Flag("confidence", LOOK, {"confidence": page.confidence, "least": profile.least_confidence})
    if page.outside_share is not None and page.outside_share > profile.most_outside:
        yield Flag("outside", LOOK, {"outside": round(100 * page.outside_share)})
    if page.oddities and page.oddities >= max(_FEWEST_ODDITIES, profile.most_oddities * page.words):
        yield Flag("oddities", LOOK, {"number": page.oddities, "examples": ", ".join(page.odd_words)})
