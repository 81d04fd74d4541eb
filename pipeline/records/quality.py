"""What is known of a page's quality, and the flags raised for a person: each a sentence with its figure."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.messages import marked, vietnamese

# Below the profile, or a reason for a person to look at the page.
BELOW, LOOK = "below", "look"
FLAGS = {
    "dpi": marked("{dpi:g} dpi; at least {least:g} dpi is asked ({rule})"),
    "colour-dpi": marked("the colour layer has {dpi:g} dpi, the text {text_dpi:g}; {least:g} dpi is asked ({rule})"),
    "bits": marked("{bits} bit per pixel; at least {least} are asked ({rule})"),
    "colours": marked("the scan is in colour; black and white is asked ({rule})"),
    "lossy": marked("the scan is {format} ({compression}); TIFF or PNG without loss is asked ({rule})"),
    "format": marked("the scan is {format}; TIFF is asked ({rule})"),
    "dpi-assumed": marked("the file does not say its resolution: {dpi:g} dpi, which make it A4, were assumed"),
    "scale": marked("letters are {height:g} mm high at {dpi:g} dpi: is the resolution right, and the scale 100 %?"),
    "no-scan": marked("this page of the PDF is drawn, not scanned; its resolution cannot be judged"),
    "turn": marked("which way up the page belongs could not be told for certain; it was left as it is"),
    "spread": marked("the scan shows two facing pages; they were kept as one"),
    "grey-only": marked("{bits} bits per pixel, but all pixels are grey: was it scanned in colour?"),
    "bilevel-only": marked("{bits} bits per pixel, but only black and white: it was scanned as 1 bit"),
    "blurred": marked("the letters' edges are {edge:g} µm wide; more than {most:g} µm is hard to read"),
    "faint": marked("ink keeps back {contrast} % of the paper's light; under {least} % is hard to read"),
    "dark": marked("the paper's grey level is {paper} of 255: the scan is dark"),
    "clipped": marked("{clipped:g} % of the pixels are pure white or black: the paper's own tone is lost"),
    "confidence": marked("the words' mean confidence is {confidence:g} of 100; under {least:g} a person should look"),
    "outside": marked("{outside} % of the words are no Vietnamese syllables: misread, or in another language"),
    "oddities": marked("{number} words have Vietnamese marks that cannot be right: {examples}"),
}  # fmt: skip
# The same in a few words, for counts.
HEADINGS = {
    "dpi": marked("resolution too low"),
    "colour-dpi": marked("resolution of the colour layer too low"),
    "bits": marked("too few bits per pixel"),
    "colours": marked("in colour"),
    "lossy": marked("scan not without loss"),
    "format": marked("scan not in TIFF"),
    "dpi-assumed": marked("resolution not stated"),
    "scale": marked("size of letters doubtful"),
    "no-scan": marked("drawn, not scanned"),
    "turn": marked("way up not certain"),
    "spread": marked("two facing pages"),
    "grey-only": marked("grey in a colour file"),
    "bilevel-only": marked("black and white in a file of more bits"),
    "blurred": marked("blurred"),
    "faint": marked("faint"),
    "dark": marked("dark"),
    "clipped": marked("without tones"),
    "confidence": marked("low confidence of the text"),
    "outside": marked("many words outside the language"),
    "oddities": marked("impossible Vietnamese marks"),
}
_A4_MM = (210.0, 297.0)
_SAME_SIZE = 0.08


@dataclass(frozen=True, slots=True)
class PageQuality:
    """What is known of a page's quality; None is "not measured".

    Attributes:
        dpi: Resolution at which the text shows; of a PDF with layers, that of the text's.
        dpi_source: "file", "assumed", "layers" or "drawn".
        colour_dpi: Resolution of the colour layer of a PDF with layers.
        layers: The layers of such a PDF as plain values.
        format, compression, bits: As the examination gives them; bits of the richest layer.
        tones: "bilevel", "grey" or "colour": what the pixels hold, whatever the file says.
        width_mm, height_mm: Size of the sheet at the resolution used.
        sheet: "A0" to "A6" where it has that size, within 8 %.
        scale_percent: Its size in percent of that sheet.
        letters, letter_mm, edge_um, contrast, paper, ink, burnt_out, blocked: As `pipeline.image.quality.Look`.
        skew_degrees: As found on the scan.
        turn_unsure: Which way up it belongs could not be told.
        spread: It shows two facing pages that were kept as one.
        words, confidence, low_share: Words of the text, their mean confidence 0 to 100, share of those below 60.
        outside_share: Share of the judged words that are no Vietnamese syllable.
        oddities: Words with Vietnamese marks that no syllable has; `odd_words` are some of them.
    """

    dpi: float | None
    dpi_source: str
    format: str
    compression: str
    bits: int
    colour_dpi: float | None = None
    layers: tuple[dict[str, Any], ...] = ()
    tones: str | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    sheet: str = ""
    scale_percent: float | None = None
    letters: int = 0
    letter_mm: float | None = None
    edge_um: int | None = None
    contrast: float | None = None
    paper: int | None = None
    ink: int | None = None
    burnt_out: float | None = None
    blocked: float | None = None
    skew_degrees: float | None = None
    turn_unsure: bool = False
    spread: bool = False
    words: int | None = None
    confidence: float | None = None
    low_share: float | None = None
    outside_share: float | None = None
    oddities: int | None = None
    odd_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that a person should know of a page.

    Attributes:
        code: A key of `FLAGS`.
        level: `BELOW` the profile, or `LOOK`.
        values: The figures of the sentence.
    """

    code: str
    level: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return FLAGS[self.code].format(**self.values)


def facts_of(page: PageQuality, flags: Iterator[Flag]) -> dict[str, Any]:
    """Give a page's quality and flags as plain JSON values."""
    rows = [{**asdict(flag), "text": flag.text} for flag in flags]
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(page).items()}
    return {**facts, "flags": rows}


def vietnamese_text(flag: Mapping[str, Any]) -> str:
    """Give the sentence of a recorded flag in Vietnamese."""
    return vietnamese(FLAGS[flag["code"]]).format(**flag["values"])


def is_below(facts: Mapping[str, Any]) -> bool:
    """Tell from recorded facts whether a page is below its profile."""
    return any(flag["level"] == BELOW for flag in facts.get("flags", ()))


@dataclass(slots=True)
class Sums:
    """What is known of a batch's quality as a whole; None where no page says anything.

    Attributes:
        pages_measured: Pages whose quality was measured.
        lowest_dpi: Of the pages whose resolution is known.
        words: Recognised words; `confidence` is their mean, `low_share` the share of those below 60.
        outside_share: Mean over the pages of the share of words that are no Vietnamese syllables, by their words.
        oddities: Words with impossible Vietnamese marks.
    """

    pages_measured: int = 0
    lowest_dpi: float | None = None
    words: int = 0
    confidence: float | None = None
    low_share: float | None = None
    outside_share: float | None = None
    oddities: int = 0


def sums(pages: Iterable[Mapping[str, Any] | None]) -> Sums:
    """Add up what the pages' facts say."""
    result, weighed = Sums(), {"confidence": [0, 0.0], "low_share": [0, 0.0], "outside_share": [0, 0.0]}
    for facts in pages:
        if facts is None:
            continue
        words = facts["words"] or 0
        result.pages_measured += 1
        result.words += words
        result.oddities += facts["oddities"] or 0
        if facts["dpi"] is not None:
            result.lowest_dpi = min(facts["dpi"], result.lowest_dpi or facts["dpi"])
        for name, counted in weighed.items():
            if facts[name] is not None:
                counted[0] += words
                counted[1] += words * facts[name]
    for name, (count, total) in weighed.items():
        setattr(result, name, round(total / count, 4) if count else None)
    return result


def sheet_of(width_mm: float, height_mm: float) -> tuple[str, float | None]:
    """Name the A size of a sheet (ISO 216) and its size in percent of that; nothing where it is none of them."""
    short, long = sorted((width_mm, height_mm))
    for number in range(7):
        factor = math.sqrt(2) ** (4 - number)
        shares = short / (_A4_MM[0] * factor), long / (_A4_MM[1] * factor)
        if all(abs(share - 1) <= _SAME_SIZE for share in shares):
            return f"A{number}", round(100 * math.sqrt(shares[0] * shares[1]), 1)
    return "", None
