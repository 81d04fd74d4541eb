"""Measure how well and at what cost pages are read, against plain Tesseract on the same pages in the same run.

    python -m benchmarks.reading SAMPLES [GROUP ...]

SAMPLES is a folder of groups (vn, en, fr ...) of pages, each with its text beside it in NAME.gt.txt; for a PDF the name
is STEM_pN.gt.txt or STEM__pN.gt.txt. A group may be given as GROUP@DPI (PDF pages drawn at that resolution) and as
GROUP/N (every Nth page). Three figures for each page and side: the character error where each true line is taken from
its best place (order does not count), the same over the whole text in order, and the cost relative to plain
Tesseract, by processor time. Lines of the truth that start with %% are optional, text in ⟦⟧ or ~~ is handwritten:
neither is asked for, nor are the dotted leaders of forms.
"""

import functools
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import cv2
import numpy as np
import pypdfium2
import tesserocr
from PIL import Image

from pipeline import tesseract
from pipeline.image.tone import Picture
from pipeline.model import Reading

LANGUAGES = {"en": "eng", "ehri": "eng", "fr": "fra", "tapus": "fra", "nubis": "fra"}
DEFAULT_DPI = 300.0
A4_LONG_INCH = 11.7
# Marks that differ only by the taste of who typed the truth.
ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "."})


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and the pieces of text that stand on it, in order."""

    name: str
    pixels: Picture
    dpi: float
    languages: str
    truth: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How one side read one page: errors per true character, and seconds of processor time."""

    free: float
    ordered: float
    seconds: float


def main(arguments: list[str]) -> None:
    """Measure the groups and print a line for each page and group."""
    folder = Path(arguments[0])
    groups = arguments[1:] or sorted(path.name for path in folder.iterdir() if any(path.glob("*.gt.txt")))
    cv2.setNumThreads(1)
    for group in groups:
        pairs = []
        for sample in samples(folder, group):
            theirs, mine = compared(sample)
            print(row(sample.name, [theirs], [mine]), flush=True)
            pairs.append((theirs, mine))
        print(row(f"== {group} ({len(pairs)})", [pair[0] for pair in pairs], [pair[1] for pair in pairs]))


def compared(sample: Sample) -> tuple[Score, Score]:
    """Read a page plainly and the pipeline's way."""
    return _score(plain, sample), _score(ours, sample)


def plain(sample: Sample) -> str:
    """Read a page as it is with a warm Tesseract, grey, whole, nothing prepared."""
    gray = sample.pixels if sample.pixels.ndim == 2 else cv2.cvtColor(sample.pixels, cv2.COLOR_RGB2GRAY)
    api: Any = _plain_engine(sample.languages)
    kept = gray.tobytes()
    api.SetImageBytes(kept, gray.shape[1], gray.shape[0], 1, gray.shape[1])
    api.SetSourceResolution(round(sample.dpi))
    text: str = api.GetUTF8Text()
    api.Clear()
    return text


def ours(sample: Sample) -> str:
    """Read a page the way the pipeline does."""
    lines, _ = tesseract.read_page(sample.pixels, sample.dpi, tesseract.Settings(languages=sample.languages))
    height, width = sample.pixels.shape[:2]
    return Reading(width, height, sample.dpi, lines).text


def samples(folder: Path, group: str) -> Iterator[Sample]:
    """Open the pages of a group that have a truth."""
    name, _, every = group.partition("/")
    name, _, dpi = name.partition("@")
    for path in sorted((folder / name).glob("*.gt.txt"))[:: int(every or 1)]:
        pixels, resolution = _page(path, float(dpi or DEFAULT_DPI))
        stem = path.name.removesuffix(".gt.txt")
        yield Sample(stem, pixels, resolution, LANGUAGES.get(name, "vie"), pieces(path.read_text("utf-8")))


def _page(truth: Path, dpi: float) -> tuple[Picture, float]:
    """Open the picture or draw the PDF page that a truth belongs to."""
    stem = truth.name.removesuffix(".gt.txt")
    for suffix in (".jpg", ".jpeg", ".png", ".tif"):
        if (path := truth.with_name(stem + suffix)).exists():
            return _picture(path)
    stem, number = re.fullmatch(r"(.+?)__?p(\d+)", stem).groups()  # type: ignore[union-attr]
    with pypdfium2.PdfDocument(truth.with_name(stem + ".pdf")) as document:
        drawn = document[int(number) - 1].render(scale=dpi / 72)
        return cv2.cvtColor(drawn.to_numpy()[..., :3], cv2.COLOR_BGR2RGB).astype(np.uint8), dpi


def _picture(path: Path) -> tuple[Picture, float]:
    """Open a picture; where its resolution is not believable, its long side is taken for that of an A4 page."""
    with Image.open(path) as image:
        dpi = float(image.info.get("dpi", (0, 0))[0])
        pixels = np.asarray(image if image.mode == "L" else image.convert("RGB"))
    return pixels, dpi if dpi >= 150 else max(pixels.shape) / A4_LONG_INCH


def pieces(truth: str) -> tuple[str, ...]:
    """Cut a truth into the runs of print that must be found, one or more for each line."""
    lines = (line for line in truth.splitlines() if not line.startswith("%%"))
    parts = (part for line in lines for part in re.split(r"⟦[^⟧]*⟧|~[^~]*~|\s{3,}|…{2,}|(?:[.…]\s?){4,}", line))
    return tuple(text for part in parts if (text := normal(part.translate({ord("_"): None, ord("^"): None}))))


def normal(text: str) -> str:
    """Bring text to one form: NFC, plain quotes and dashes, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(ALIKE).split())


def _score(read: Callable[[Sample], str], sample: Sample) -> Score:
    """Read a page and compare with its truth."""
    start = time.process_time()
    text = read(sample)
    seconds = time.process_time() - start
    found, size = normal(text), sum(map(len, sample.truth))
    free = sum(distance(piece, found, anywhere=True) for piece in sample.truth)
    return Score(free / size, distance(" ".join(sample.truth), found, anywhere=False) / size, seconds)


def distance(wanted: str, found: str, *, anywhere: bool) -> int:
    """Count the edits that make `found`, or its best stretch where `anywhere`, out of `wanted`."""
    letters = np.array([ord(letter) for letter in found], np.int32)
    place = np.arange(len(found) + 1)
    before = np.zeros_like(place) if anywhere else place
    for number, letter in enumerate(wanted, 1):
        row = np.empty_like(place)
        row[0] = number
        row[1:] = np.minimum(before[:-1] + (letters != ord(letter)), before[1:] + 1)
        before = np.minimum.accumulate(row - place) + place
    return int(before.min() if anywhere else before[-1])


def row(name: str, theirs: list[Score], mine: list[Score]) -> str:
    """Write a line of the table; costs are the mean of the pages' ratios."""
    ratio = mean(b.seconds / a.seconds for a, b in zip(theirs, mine, strict=True))
    free = f"{mean(s.free for s in theirs):.4f} -> {mean(s.free for s in mine):.4f}"
    ordered = f"{mean(s.ordered for s in theirs):.3f} -> {mean(s.ordered for s in mine):.3f}"
    return f"{name:32} order-free {free}   in order {ordered}   cost {ratio:.2f}"


@functools.cache
def _plain_engine(languages: str) -> Any:
    """Start a plain Tesseract once for each language set."""
    folder = f"{tesseract.find_tessdata()}/"
    return tesserocr.PyTessBaseAPI(path=folder, lang=languages, oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.AUTO)


if __name__ == "__main__":
    main(sys.argv[1:])
