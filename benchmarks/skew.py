"""Print how far off `measure_skew` is on drawn and on real pages, how sure it is without text, and what it costs.

Run as `python -m benchmarks.skew [folder with sample pages]`. Two runs differ in their times only.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.skew_pages import DPI, PAGES, WEAR, Picture, noisy, prose, textless, turned, worn
from pipeline.image.blank import ink_share, is_blank
from pipeline.image.letters import small_copy
from pipeline.image.skew import RANGE_DEGREES, THRESHOLD, measure_skew, text_axis

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
ANGLES = (-13.7, -6.31, -2.05, -0.43, 0.17, 0.88, 3.6, 9.42)
A4_INCHES = 11.7  # most samples do not say their resolution; they are about that long


def sample_pages(folder: Path) -> Iterator[tuple[str, Picture, float | None]]:
    """Yield name, grey picture and skew of the human base lines, where known, of each real scan."""
    for listed in ("ehri", "nubis", "tapus"):
        rows = (folder / listed / "sources.tsv").read_text(encoding="utf-8").splitlines()
        known = {row.split("\t")[0]: row.rpartition("skew_deg_ccw=")[2] for row in rows}
        for path in sorted((folder / listed).glob("*.jp*g")):
            yield path.stem, grey(path), float(known[path.stem]) if known.get(path.stem) else None
    rows = (folder / "skew" / "angles.csv").read_text(encoding="utf-8").splitlines()
    for name, angle, _ in (row.split(",", 2) for row in rows[1:]):
        yield name, grey(folder / "skew" / name), float(angle)
    for other in ("en", "fr", "vn"):
        for path in sorted(p for p in (folder / other).iterdir() if p.suffix in {".jpg", ".png"}):
            yield path.stem, grey(path), None


def grey(path: Path) -> Picture:
    """Read a picture as grey."""
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def row(name: str, errors: list[float], confidences: list[float], angles: list[float] | None = None) -> None:
    """Print one row: errors in degrees, how many pages fall below the threshold, how many would end up more askew."""
    off = np.abs(errors)
    low = sum(confidence < THRESHOLD for confidence in confidences)
    judged = zip(off, confidences, angles or [], strict=False)
    wrong = sum(error > abs(angle) and confidence >= THRESHOLD for error, confidence, angle in judged)
    print(
        f"{name:34}{len(off):5}{off.mean():8.3f}{np.percentile(off, 95):8.3f}{off.max():8.3f}"
        f"{min(confidences):9.2f}{low:7}{wrong if angles else '-':>7}"
    )


def drawn_table() -> None:
    """Print the errors on drawn pages, by kind of page and wear."""
    every: list[float] = []
    sure: list[float] = []
    by: list[float] = []
    for page in PAGES:
        straight = page()
        for wear in WEAR:
            angles = ANGLES[len(every) % len(ANGLES) // 4 :: 2]  # every other one, and the rest for the next wear
            found = [(measure_skew(worn(straight, wear, angle), DPI), angle) for angle in angles]
            errors, confidences = [m.value - angle for m, angle in found], [m.confidence for m, _ in found]
            row(f"{page.__name__}, {wear.__name__}", errors, confidences, list(angles))
            every, sure, by = every + errors, sure + confidences, [*by, *angles]
    row("all drawn", every, sure, by)


def real_table(folder: Path) -> None:
    """Print the errors on real pages: against people's base lines, and against the angle they were turned by."""
    against_people: list[float] = []
    against_turn: list[float] = []
    as_is: list[float] = []
    when_turned: list[float] = []
    turned_by: list[float] = []
    for name, scan, known in sample_pages(folder):
        gray = small_copy(scan, round(A4_INCHES * DPI))
        dpi = max(gray.shape) / A4_INCHES
        before = measure_skew(gray, dpi)
        as_is.append(before.confidence)
        against_people += [] if known is None else [before.value - known]
        for angle in ANGLES[1::3]:
            after = measure_skew(turned(gray, angle, int(np.median(gray))), dpi)
            if abs(before.value + angle) < RANGE_DEGREES:
                against_turn.append(after.value - before.value - angle)
                when_turned.append(after.confidence)
                turned_by.append(before.value + angle)
        if before.confidence < THRESHOLD or is_blank(ink_share(gray, dpi)):
            print(f"  {name}: {before}, blank: {is_blank(ink_share(gray, dpi))}")
    row("real, against base lines", against_people, as_is)
    row("real, turned by known angles", against_turn, when_turned, turned_by)


def textless_table() -> None:
    """Print how often pictures without text reach the threshold, and which confidences they reach."""
    found: dict[str, list[float]] = {}
    for name, picture in textless():
        found.setdefault(name, []).append(measure_skew(picture, DPI).confidence)
    for name, confidences in found.items():
        wrong = sum(confidence >= THRESHOLD for confidence in confidences)
        print(f"{name:34}{len(confidences):5}   above threshold {wrong}, highest {max(confidences):.2f}")


def speed_table() -> None:
    """Print the time of one measurement of A4 at 300 dpi, and as a ratio to a 5 x 5 median of the same page."""
    page = cv2.resize(noisy(prose(), np.random.default_rng(0)), (2480, 3508), interpolation=cv2.INTER_CUBIC)
    gray = np.asarray(page, dtype=np.uint8)
    median = fastest(lambda: cv2.medianBlur(gray, 5))
    for name, call in (("measure_skew", measure_skew), ("text_axis", text_axis), ("ink_share", ink_share)):
        spent = fastest(lambda call=call: call(gray, 300.0))  # type: ignore[misc]
        print(f"{name:34}{spent * 1000:7.1f} ms{spent / median:7.1f} x a 5 x 5 median")


def fastest(call: Callable[[], object]) -> float:
    """Return the least processor time, in seconds, of seven calls."""
    times = []
    for _ in range(7):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print all tables."""
    cv2.setNumThreads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    print(f"{'degrees of error':34}{'n':>5}{'mean':>8}{'95 %':>8}{'worst':>8}{'least c.':>9}{'below':>7}{'wrong':>7}")
    drawn_table()
    if folder.is_dir():
        real_table(folder)
    else:
        print(f"no real pages at {folder}")
    textless_table()
    speed_table()


if __name__ == "__main__":
    main()
