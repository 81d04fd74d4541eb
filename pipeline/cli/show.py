"""Progress and plain text for people: a bar on a terminal, lines elsewhere, always on standard error."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from pipeline import runner
from pipeline.model import Batch, Page, StageResult
from pipeline.records.sentences import fault_sentence

_LINE_SECONDS = 10.0
_STEPS = {"validate": "asking veraPDF", "package": "packing the set", "seal": "sealing the set"}


class _Rate(ProgressColumn):
    """Pages per minute."""

    def render(self, task: Task) -> Text:
        """Show the rate of the last pages."""
        return Text(f"{task.speed * 60:.0f} pages/min" if task.speed else "")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("pages"),
               _Rate(), TimeRemainingColumn())  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Lend a callback (done, total) that shows how far a piece of work has come."""
    if sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    yield _Lines(what).count


class _Lines:
    """One line every few seconds, for logs."""

    def __init__(self, what: str) -> None:
        self._what, self._start, self._last = what, time.monotonic(), time.monotonic()

    def count(self, done: int, total: int) -> None:
        """Write a line if the last one is some time ago."""
        now = time.monotonic()
        if not total or (now - self._last < _LINE_SECONDS and done < total):
            return
        self._last = now
        rate = done / max(now - self._start, 0.001) * 60
        left = (total - done) / rate if rate else 0
        click.echo(f"{self._what}: {done} of {total} pages, {rate:.0f} pages/min, {left:.0f} min left", err=True)


class RunProgress(runner.Progress):
    """Shows a run; a page that cannot be used is named at once."""

    def __init__(self, count: Callable[[int, int], None]) -> None:
        """Show through a callback of `counting`."""
        self._count, self._done, self._total, self._taken_over = count, 0, 0, 0

    def started(self, batch: Batch) -> None:
        """Learn how many pages there are."""
        self._total = batch.page_count
        for fault in batch.faults:
            click.echo(f"refused {plain(fault_sentence(fault))}", err=True)

    def page(self, page: Page, results: Mapping[str, StageResult], taken_over: bool) -> None:
        """Count a page; say what is wrong with it."""
        self._done += 1
        self._taken_over += taken_over
        for stage, result in results.items():
            if result.fault:
                click.echo(f"quarantined {plain(fault_sentence(result.fault))}", err=True)
            elif result.state.value != "done":
                click.echo(f"{stage} {result.state.value}: {page.unit}: {'; '.join(result.notes)}", err=True)
        # Pages taken over cost nothing: counted as pages to do, they would make the rate and the time left untrue.
        self._count(self._done - self._taken_over, self._total - self._taken_over)

    def step(self, name: str) -> None:
        """Say that a step for the whole batch begins."""
        click.echo(_STEPS.get(name, name), err=True)


def plain(text: str) -> str:
    """Write what would drive a terminal, or cannot be encoded, as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
