"""Measure how much memory a worker takes for large scans, and that they go through.

Each case is one really drawn file of its own batch, digitized by the command with one worker, veraPDF off: A4 at 600
dpi in colour, and a map of A0 at 300 dpi (9933 x 14043 pixels, 418 MB of colour once decoded). What counts is VmHWM,
the most resident memory that a process has held, of the worker; the parent's stands beside it.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from samples import scan, text
from samples.page import draw_text_page
from samples.sheet import Pixels

A0_SIZE, A0_DPI, A4_DPI = (9933, 14043), 300, 600
A4_LIMIT_MB = 600
_POLL_SECONDS = 0.02
_GRID = 700


@dataclass(frozen=True, slots=True)
class Taken:
    """What one batch took.

    Attributes:
        worker_mb, parent_mb: Most resident memory of any worker, and of the process that was started.
        seconds: Processor time of all processes.
        shown, failed: Pages in a PDF, and pages or texts that failed.
    """

    worker_mb: float
    parent_mb: float
    seconds: float
    shown: int
    failed: int


def office_page() -> Pixels:
    """Draw A4 in colour at 600 dpi, with the grain of a scanner."""
    return scan.office_colour(draw_text_page(text.prose(14, 6), dpi=A4_DPI, page_number=2).pixels, 6, 0.7)


def map_sheet() -> Pixels:
    """Draw a cadastral map of A0 at 300 dpi: contours, parcels with numbers, a legend, on tinted and grainy paper."""
    width, height = A0_SIZE
    grain = np.random.default_rng(7).normal(0, 3, (512, 512, 1))
    tile = np.clip(np.array([236, 232, 218]) + grain, 0, 255).astype(np.uint8)
    sheet = np.tile(tile, (height // 512 + 1, width // 512 + 1, 1))[:height, :width].copy()
    _contours(sheet)
    _parcels(sheet)
    legend = draw_text_page(text.prose(12, 3), dpi=A0_DPI).pixels
    shown = sheet[height - legend.shape[0] : height, width - legend.shape[1] : width]
    shown[legend[..., None].repeat(3, axis=2) < 128 if legend.ndim == 2 else legend < 128] = 20
    return sheet


def _contours(sheet: Pixels) -> None:
    """Draw contour lines in brown."""
    height, width = sheet.shape[:2]
    along = np.arange(0, width, 40)
    for number, top in enumerate(range(200, height, 130)):
        across = top + 180 * np.sin(along / 900 + number / 5) + 70 * np.sin(along / 310 + number / 3)
        cv2.polylines(sheet, [np.stack([along, across], 1).astype(np.int32)], False, (150, 100, 60), 3, cv2.LINE_AA)


def _parcels(sheet: Pixels) -> None:
    """Draw the borders and numbers of parcels in black."""
    height, width = sheet.shape[:2]
    for row, top in enumerate(range(300, height - _GRID, _GRID)):
        for column, left in enumerate(range(300, width - _GRID, _GRID)):
            cv2.rectangle(sheet, (left, top), (left + _GRID - 90, top + _GRID - 120), (20, 20, 20), 5)
            label = f"{row * 100 + column}  {(row * 37 + column * 11) % 900 + 100}.{column} m2"
            cv2.putText(
                sheet, label, (left + 60, top + 300), cv2.FONT_HERSHEY_DUPLEX, 1.8, (20, 20, 20), 3, cv2.LINE_AA
            )


def save(kind: str, path: Path, page: Pixels, dpi: int) -> None:
    """Write a page as "jpeg", or as TIFF in "lzw", "deflate" or "raw"."""
    picture = Image.fromarray(page)
    if kind == "jpeg":
        picture.save(path.with_suffix(".jpg"), "JPEG", quality=85, dpi=(dpi, dpi))
        return
    packed = {"lzw": "tiff_lzw", "deflate": "tiff_adobe_deflate", "raw": None}[kind]
    picture.save(path.with_suffix(".tif"), "TIFF", compression=packed, dpi=(dpi, dpi))


def digitized(scans: Path, out: Path) -> Taken:
    """Run the command over a folder with one worker, and watch how much memory its processes take.

    Raises:
        SystemExit: It ended with an error of its own.
    """
    settings = out.with_suffix(".toml")
    settings.write_text('[validate]\nverapdf = "off"\n', encoding="utf-8")
    command = [sys.executable, "-c", "from pipeline.cli.entry import main; main()", "run", str(scans)]
    command += ["--out", str(out), "--jobs", "1", "--json", "--config", str(settings)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    peaks: dict[int, float] = {}
    told, log = out.with_suffix(".json"), out.with_suffix(".log")
    with told.open("w") as said, log.open("w") as errors, subprocess.Popen(command, stdout=said, stderr=errors) as job:
        while job.poll() is None:
            peaks |= {pid: max(size, peaks.get(pid, 0.0)) for pid, size in _sizes(job.pid)}
            time.sleep(_POLL_SECONDS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if job.returncode not in (0, 1):
        sys.exit(f"sohoa ended with {job.returncode}:\n{log.read_text()[-2000:]}")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    parent = peaks.pop(job.pid, 0.0)
    totals = json.loads(told.read_text())["totals"]
    failed = sum(totals[name] for name in ("pages_quarantined", "pages_failed", "text_failed", "text_timed_out"))
    return Taken(max(peaks.values(), default=0.0), parent, seconds, totals["pages_shown"], failed)


def _sizes(pid: int) -> Iterator[tuple[int, float]]:
    """Give a process and all below it, with the most memory that each has held so far, in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        below = [
            number for task in Path(f"/proc/{pid}/task").iterdir() for number in (task / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return
    yield pid, next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)
    for number in below:
        yield from _sizes(int(number))


def measure(root: Path, name: str, page: Pixels, dpi: int, kind: str) -> Taken:
    """Digitize one file and print what it took."""
    place = f"{name}-{kind}".replace(" ", "-")
    folder = root / place / "HS01" / "01"
    folder.mkdir(parents=True)
    save(kind, folder / "0001", page, dpi)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    taken = digitized(root / place, root / f"{place}-out")
    print(
        f"  {name:18} {kind:8} {size:7.1f} MB   worker {taken.worker_mb:6.0f} MB   parent {taken.parent_mb:4.0f} MB   "
        f"{taken.seconds:6.1f} s of processor   {'whole' if taken.shown == 1 and not taken.failed else 'NOT WHOLE'}",
        flush=True,
    )
    return taken


def main() -> None:
    """Measure all cases, or those named."""
    parser = argparse.ArgumentParser(description="Measure the memory of a worker on large scans.")
    parser.add_argument("--kinds", nargs="*", default=["jpeg", "lzw", "deflate", "raw"])
    parser.add_argument("--pages", nargs="*", default=["a4", "a0"], choices=["a4", "a0"])
    given = parser.parse_args()
    if not Path("/proc/self/status").exists():
        print("memory is read from /proc, which this system does not have")
        return
    wanted: dict[str, tuple[str, Callable[[], Pixels], int]] = {
        "a4": ("A4 600 dpi colour", office_page, A4_DPI),
        "a0": ("A0 300 dpi map", map_sheet, A0_DPI),
    }
    with tempfile.TemporaryDirectory() as folder:
        for key in given.pages:
            name, draw, dpi = wanted[key]
            _cases(Path(folder), name, draw(), dpi, given.kinds)


def _cases(root: Path, name: str, page: Pixels, dpi: int, kinds: Sequence[str]) -> None:
    """Measure one page in several formats."""
    taken = [measure(root, name, page, dpi, kind) for kind in kinds]
    if dpi == A4_DPI:
        most = max(item.worker_mb for item in taken)
        print(f"  A worker took {most:.0f} MB at most for {name}; the aim is under {A4_LIMIT_MB} MB", flush=True)


if __name__ == "__main__":
    main()
