"""How far a run or a look at a scan folder is: a bar on a terminal, lines elsewhere, always on standard error."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from pipeline import runner
from pipeline.catalogue.assessment import Told
from pipeline.catalogue.values import Effect
from pipeline.cli.list_findings import tell_findings
from pipeline.cli.show import noted, tell
from pipeline.messages import marked, translate
from pipeline.model import Batch, Page, StageResult
from pipeline.records.sentences import fault_sentence

_LINE_SECONDS = 10.0
_MOST_FINDINGS = 20
_STEPS = {
    "validate": marked("asking veraPDF"),
    "package": marked("packing the set"),
    "seal": marked("sealing the set"),
}
STAGES = {
    "examine": marked("examine"),
    "deskew": marked("deskew"),
    "borders": marked("borders"),
    "picture": marked("picture"),
    "ocr": marked("ocr"),
    "quality": marked("quality"),
    "pdfa": marked("pdfa"),
    "validate": marked("validate"),
    "package": marked("package"),
    "seal": marked("seal"),
}
STATES = {
    "done": marked("done"),
    "quarantined": marked("quarantined"),
    "failed": marked("failed"),
    "timed-out": marked("timed-out"),
}


class _Rate(ProgressColumn):
    """Pages per minute."""

    def __init__(self, template: str) -> None:
        """Take the words over: the bar is drawn by a thread that knows nothing of the chosen language."""
        super().__init__()
        self._template = template

    def render(self, task: Task) -> Text:
        """Show the rate of the last pages."""
        return Text(f"{task.speed * 60:.0f} {self._template}" if task.speed else "")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
               TextColumn(translate("pages")), _Rate(translate("pages/min")), TimeRemainingColumn())  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def counting_pages() -> Iterator[Callable[[int, int], None]]:
    """Lend a callback (done, total) that shows how many pages are done."""
    if sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task(translate("pages"), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    yield _Lines().count


class _Lines:
    """One line every few seconds, for logs."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()

    def count(self, done: int, total: int) -> None:
        """Write a line if the last one is some time ago."""
        now = time.monotonic()
        if not total or (now - self._last < _LINE_SECONDS and done < total):
            return
        self._last = now
        rate = done / max(now - self._start, 0.001) * 60
        left = (total - done) / rate if rate else 0
        tell("pages: {done} of {total} pages, {rate:.0f} pages/min, {left:.0f} min left",
             err=True, done=done, total=total, rate=rate, left=left)  # fmt: skip


class RunProgress(runner.Progress):
    """Shows a run; a page that cannot be used is named at once."""

    def __init__(self, count: Callable[[int, int], None]) -> None:
        """Show through a callback of `counting_pages`."""
        self._count, self._done, self._total, self._taken_over = count, 0, 0, 0
        self.findings: tuple[Told, ...] = ()

    def started(self, batch: Batch) -> None:
        """Learn how many pages there are."""
        self._total = batch.page_count
        for fault in batch.faults:
            tell("refused {problem}", err=True, problem=fault_sentence(fault))

    def told(self, findings: Sequence[Told]) -> None:
        """Say at once what will keep the set from being sealed; the pages take hours."""
        self.findings = tuple(findings)
        held = [finding for finding in findings if finding[1] is Effect.SEALING]
        if held and not any(effect is Effect.SCANNING for _, effect in findings):
            tell_findings(held, err=True, most=_MOST_FINDINGS)
            tell("The pages will be done, but nothing will be sealed until this is put right or waived.", err=True)

    def page(self, page: Page, results: Mapping[str, StageResult], taken_over: bool) -> None:
        """Count a page; say what is wrong with it."""
        self._done += 1
        self._taken_over += taken_over
        for stage, result in results.items():
            if result.fault:
                tell("quarantined {problem}", err=True, problem=fault_sentence(result.fault))
            elif result.state.value != "done":
                tell("{stage} {state}: {unit}: {notes}", err=True, stage=translate(STAGES[stage]), unit=page.unit,
                     state=translate(STATES[result.state.value]), notes=noted(result.notes))  # fmt: skip
        # Pages taken over cost nothing: counted as pages to do, they would make the rate and the time left untrue.
        self._count(self._done - self._taken_over, self._total - self._taken_over)

    def step(self, name: str) -> None:
        """Say that a step for the whole batch begins."""
        tell(_STEPS.get(name, name), err=True)
