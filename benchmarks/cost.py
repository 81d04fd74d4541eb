"""Measure where the time of the whole job goes: a table of every step's share, in processor time.

The job runs once in this process, page after page, with a clock around each step; the recognition calls alone, which
nothing can do without, are the measure: the whole job should cost at most 1.35 times as much. Starting Python, loading
the program in parent and workers, and veraPDF's Java are measured in processes of their own. Processor time is little
disturbed by what else the machine does; wall clocks are not, and are only given for the command as a whole.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from unittest import mock

import cv2

from benchmarks.against_ocrmypdf import prepare
from benchmarks.taken import children_seconds
from pipeline import executors, runner
from pipeline.config import Config
from pipeline.runner import Order, Progress
from pipeline.stages import PAGE_STAGES
from samples import scan, store
from samples.page import blank_page

AIM_RATIO, AIM_BLANK_SHARE = 1.35, 0.10
JOBS = 2
_START = "from pipeline.cli.entry import main; main()"


@dataclass(slots=True)
class Clock:
    """Processor seconds by step; what runs inside another step is counted there only once, under its own name."""

    taken: Counter[str] = field(default_factory=Counter)
    _open: list[float] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Charge what happens inside to a step."""
        begun, children = time.process_time(), children_seconds()
        self._open.append(0.0)
        try:
            yield
        finally:
            whole = time.process_time() - begun + children_seconds() - children
            self.taken[name] += whole - self._open.pop()  # type: ignore[assignment]
            if self._open:
                self._open[-1] += whole

    def around(self, call: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        """Give the same call with the clock around it."""

        @wraps(call)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.step(name(*args)):
                return call(*args, **kwargs)

        return timed


@contextmanager
def clocked(clock: Clock) -> Iterator[None]:
    """Put the clock around every step of the job while it runs in this process."""
    places: tuple[tuple[str, Callable[..., str]], ...] = (
        ("pipeline.stages.trip._performed", lambda stage, *_: f"page: {stage.name}"),
        ("pipeline.stages.trip.read_source", lambda *_: "page: read and hash the scan"),
        ("pipeline.tesseract.in_process.InProcess.read", lambda *_: "page: recognition calls"),
        ("pipeline.stages.page.write_artifact", lambda *_: "page: write results"),
        ("pipeline.plan.assemble", lambda *_: "document: write and check the PDF"),
        ("pipeline.runner._Run._validate", lambda *_: "batch: veraPDF"),
        ("pipeline.runner._Run._set", lambda *_: "batch: lay out and seal the set"),
        ("pipeline.runner.close_set", lambda *_: "batch: write the lists, flush to disk"),
        ("pipeline.journal.Journal.record", lambda *_: "journal"),
    )
    with mock.patch.dict(os.environ, executors.ONE_THREAD):
        patches = [mock.patch(place, clock.around(_named(place), name)) for place, name in places]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


def _named(place: str) -> Callable[..., Any]:
    """Find a function by its full name."""
    head, _, last = place.rpartition(".")
    try:
        return getattr(sys.modules[head], last)  # type: ignore[no-any-return]
    except KeyError:
        return getattr(_named(head), last)  # type: ignore[no-any-return]


def whole_job(scans: Path, out: Path, clock: Clock) -> None:
    """Take a folder to a sealed set in this process."""
    with clocked(clock), clock.step("batch: all else"):
        runner.run(Order(scans, out, out / "work", Config(), 0), Progress())


def started(words: str, times: int = 3) -> float:
    """Give the least processor time of a Python that runs these words."""
    spent = []
    for _ in range(times):
        before = children_seconds()
        subprocess.run([sys.executable, "-c", words], check=True, capture_output=True)
        spent.append(children_seconds() - before)
    return min(spent)


def command(scans: Path, out: Path) -> tuple[float, float]:
    """Run the installed command with its workers; give its wall clock and processor seconds."""
    before, begun = children_seconds(), time.perf_counter()
    given = ["run", str(scans), "--out", str(out), "--jobs", str(JOBS)]
    subprocess.run([sys.executable, "-c", _START, *given], check=True, capture_output=True)
    return time.perf_counter() - begun, children_seconds() - before


def show(taken: Counter[str], page_count: int) -> None:
    """Print the table and the two ratios."""
    recognition, total = taken["page: recognition calls"], sum(taken.values())
    print(f"  {'step':40} {'ms/page':>8} {'share':>7} {'of recognition':>15}")
    for name, seconds in sorted(taken.items(), key=lambda item: (item[0].split(":")[0], -item[1])):
        share, times = seconds / total, seconds / recognition
        print(f"  {name:40} {1000 * seconds / page_count:8.1f} {share:7.1%} {times:15.3f}")
    print(f"  {'total':40} {1000 * total / page_count:8.1f} {1:7.0%} {total / recognition:15.3f}")
    of_pages = sum(seconds for name, seconds in taken.items() if name.startswith("page: "))
    print(f"  page work is {of_pages / recognition:.3f} times the recognition calls")
    print(f"  the whole job is {total / recognition:.3f} times the recognition calls; the aim is {AIM_RATIO}")


def blank_share(root: Path, text_page_seconds: float) -> float:
    """Give the cost of a blank page as a share of a text page's."""
    folder = root / "blank" / "HS01" / "01"
    folder.mkdir(parents=True)
    for number in range(4):
        page = scan.office_colour(blank_page().pixels, number)
        store.save_jpeg(folder / f"{number + 1:04d}.jpg", [page], 300)
    clock = Clock()
    whole_job(root / "blank", root / "blank-out", clock)
    of_pages = sum(seconds for name, seconds in clock.taken.items() if name.startswith("page: "))
    return of_pages / 4 / text_page_seconds


def main() -> None:
    """Draw the pages, take the times, print the table."""
    parser = argparse.ArgumentParser(description="Measure where the time of the whole job goes.")
    parser.add_argument("--no-command", action="store_true", help="leave the run with worker processes out")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        root, clock = Path(folder), Clock()
        work = prepare(root)
        whole_job(work.folder, root / "serial", clock)
        loading = {
            "start: load the program": "import pipeline.cli.main",
            "start: a worker": "import pipeline.stages.trip",
        }
        clock.taken.update({name: started(words) for name, words in loading.items()})
        print(
            f"{work.page_count} pages in {len(work.truth)} documents, stages {', '.join(s.name for s in PAGE_STAGES)}"
        )
        show(clock.taken, work.page_count)
        page_seconds = sum(s for name, s in clock.taken.items() if name.startswith("page: ")) / work.page_count
        share = blank_share(root, page_seconds)
        print(f"  a blank page costs {share:.1%} of a text page; the aim is under {AIM_BLANK_SHARE:.0%}")
        if not given.no_command:
            wall, spent = command(work.folder, root / "command")
            ratio = spent / clock.taken["page: recognition calls"]
            print(
                f"  the command with {JOBS} workers: {wall:.1f} s, {spent:.1f} s of processor, {ratio:.3f} times",
                flush=True,
            )


if __name__ == "__main__":
    main()
