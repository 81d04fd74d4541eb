"""Print how often the deskew stage turns a page the right way, and what the stage costs beside reading the page.

Run as `python -m benchmarks.orientation [folder with sample pages] [how many real pages]`. Every page is laid down all
four ways, some with a tilt of up to 14 degrees; pictures without text are laid down as they are. The real pages are a
random choice, always the same. Two runs differ in their times only.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np

from benchmarks.skew import A4_INCHES, SHARED, sample_pages
from benchmarks.skew_pages import DPI, PAGES, Picture, noisy, textless
from pipeline.config import DeskewParams
from pipeline.image.geometry import straighten
from pipeline.model import Geometry, StageResult, State
from pipeline.stages.deskew import DESKEW
from pipeline.stages.page import PageView
from pipeline.tesseract.engine import Settings, read_page

TURNS = (0, 90, 180, 270)
TILTS = (0.0, 4.0, -3.0, 0.0, 12.0, -14.0)
# Reading a page costs more than all else here; this many tell the ratio.
READ = 6
REAL_PAGES = 20


def laid(page: Picture, dpi: float, turn: int, tilt: float) -> Picture:
    """Lay a page down so that it needs a clockwise turn and its lines rise by a tilt."""
    quarters = np.ascontiguousarray(np.rot90(page, turn // 90))
    height, width = quarters.shape
    return straighten(quarters, Geometry(width, height, dpi, dpi, skew_degrees=-tilt), int(np.median(page)))


def deskewed(page: Picture, dpi: float) -> tuple[dict[str, Any], float]:
    """Run the stage on a page; give its facts and the processor time in seconds."""
    height, width = page.shape
    facts = {"width": width, "height": height, "dpi_x": dpi, "dpi_y": dpi, "dpi_source": "file", "mode": "L"}
    facts |= {"bits_per_pixel": 8, "format": "PNG", "compression": "raw", "tag": 1, "blank": False, "ink_share": 0.1}
    view = SimpleNamespace(results={"examine": StageResult(State.DONE, facts)}, scan=lambda: SimpleNamespace(gray=page))
    start = time.process_time()
    found = DESKEW.perform(cast("PageView", view), DeskewParams())
    return found.facts, time.process_time() - start


def judged(facts: dict[str, Any], wanted: int) -> str:
    """Say how a page came out; one left as it is counts as right only where that was meant."""
    if facts["turn_degrees"] == wanted:
        return "right" if wanted or not facts["turn_unsure"] else "right, but flagged"
    if facts["turn_degrees"]:
        return "WRONG"
    return "left, flagged" if facts["turn_unsure"] else "left, not flagged"


def pages(folder: Path, real_pages: int) -> list[tuple[str, Picture, float]]:
    """Give drawn and real pages with their resolutions."""
    drawn = [(page.__name__, noisy(page(), np.random.default_rng(1)), float(DPI)) for page in PAGES]
    if not folder.is_dir():
        print(f"no real pages at {folder}")
        return drawn
    real = [(name, gray, max(gray.shape) / A4_INCHES) for name, gray, _ in sample_pages(folder)]
    chosen = np.random.default_rng(1).permutation(len(real))[:real_pages]
    return drawn + [real[number] for number in sorted(chosen.tolist())]


def turn_table(every: list[tuple[str, Picture, float]]) -> None:
    """Print how the pages came out, and the share of a recognition that the stage costs."""
    came_out: Counter[str] = Counter()
    shares: dict[str, list[float]] = {"upright": [], "turned": []}
    for number, (name, page, dpi) in enumerate(every):
        reading = read_seconds(page, dpi) if number % max(1, len(every) // READ) == 0 else 0.0
        for turn in TURNS:
            tilt = TILTS[(number + turn // 90) % len(TILTS)]
            facts, seconds = deskewed(laid(page, dpi, turn, tilt), dpi)
            came_out[verdict := judged(facts, turn)] += 1
            if reading:
                shares["turned" if turn else "upright"].append(seconds / reading)
            if verdict != "right":
                print(f"  {name}, {turn} degrees, tilt {tilt}: {verdict}")
    for verdict, count in sorted(came_out.items()):
        print(f"{verdict:34}{count:5} of {came_out.total()}")
    for kind, found in shares.items():
        print(f"{'cost, ' + kind:34}{np.median(found):7.1%} of one recognition (median of {len(found)})")


def read_seconds(page: Picture, dpi: float) -> float:
    """Give the processor time of recognising the page once, the engine warm."""
    read_page(page[:200], dpi, Settings())
    start = time.process_time()
    read_page(page, dpi, Settings())
    return time.process_time() - start


def textless_table() -> None:
    """Print how many pictures without text were turned or straightened."""
    found = [deskewed(picture, DPI)[0] for _, picture in textless()]
    touched = sum(bool(facts["turn_degrees"] or facts["skew_degrees"]) for facts in found)
    print(f"{'without text, turned or straightened':34}{touched:5} of {len(found)}")


def main() -> None:
    """Print all tables."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    turn_table(pages(folder, int(sys.argv[2]) if len(sys.argv) > 2 else REAL_PAGES))
    textless_table()


if __name__ == "__main__":
    main()
