"""The command `sohoa verify`: check copies, show what was found, exit with one code."""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from pipeline.cli.exit_codes import combine
from pipeline.cli.help import Command
from pipeline.cli.show import plain, tell
from pipeline.messages import marked, recorded, translate, translated
from pipeline.verify import Finding, Verdict, verify_copy

LINE_PERCENT = 10

_EXAMPLES = marked("""\b
Examples:
  sohoa verify /media/disk-1/batch-2026-01
  sohoa verify --quick /media/disk-1/batch-2026-01 /media/disk-2/batch-2026-01
  sohoa verify --json /media/disk-1/batch-2026-01 > check.json
""")
_SENTENCES = {
    "whole": marked("Whole: every listed file is there and every byte agrees with the lists."),
    "contents-not-read": marked("Nothing was found, but the contents were not read: this says nothing about them."),
    "findings": marked("Not as it was sealed."),
    "no-verdict": marked("No verdict: not everything could be judged."),
}
_COUNTED_SENTENCES = {
    "findings": marked("Not as it was sealed: {counts}."),
    "no-verdict": marked("No verdict: not everything could be judged: {counts}."),
}
_COUNTS = {
    "damaged": marked("{number} damaged"),
    "missing": marked("{number} missing"),
    "unexpected": marked("{number} unexpected"),
    "unreadable": marked("{number} unreadable"),
    "medium-absent": marked("{number} medium-absent"),
}
_HEADINGS = {
    "damaged": marked("damaged ({number})"),
    "missing": marked("missing ({number})"),
    "unexpected": marked("unexpected ({number})"),
    "unreadable": marked("unreadable ({number})"),
    "medium-absent": marked("medium-absent ({number})"),
    "notices": marked("notices ({number})"),
    "no verdict for": marked("no verdict for ({number})"),
}


@click.command(cls=Command, epilog=_EXAMPLES)
@click.argument("copies", nargs=-1, required=True, metavar="COPY...", type=click.Path(path_type=Path, readable=False))
@click.option("--quick", is_flag=True, help="Compare names, total size and tag files only; do not read the contents.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Files read at the same time.")
@click.pass_context
def verify(context: click.Context, copies: tuple[Path, ...], quick: bool, as_json: bool, jobs: int) -> None:
    """Check that stored copies are still what was sealed.

    Every file of each COPY is read and compared with the lists in the copy. Damaged, missing, unexpected and
    unreadable files, and a medium that is not there, are told apart.
    """
    verdicts = []
    for copy in copies:
        with _progress(str(copy)) as progress:
            verdicts.append(verify_copy(copy, quick=quick, jobs=jobs, progress=progress))
        if not as_json:
            click.echo("\n".join(render(verdicts[-1])) + "\n")
    code = combine(verdict.exit_code for verdict in verdicts)
    if as_json:
        result = {"copies": [verdict.to_json() for verdict in verdicts], "exit_code": int(code)}
        click.echo(json.dumps(result, indent=2))
    context.exit(code)


def render(verdict: Verdict) -> Iterator[str]:
    """Yield the lines that tell a person what one check found: class by class, every file on a line of its own."""
    yield plain(verdict.copy)
    classes: dict[str, list[str]] = defaultdict(list)
    for finding in verdict.findings:
        classes[finding.kind].append(_describe(finding))
    classes["notices"] = [f"{remark.path}: {_said(remark.detail)}" for remark in verdict.notices]
    classes["no verdict for"] = [f"{remark.path}: {_said(remark.detail)}" for remark in verdict.unjudged]
    for name, lines in classes.items():
        if lines:
            yield f"  {translate(_HEADINGS[name], number=len(lines))}"
            yield from (f"    {plain(line)}" for line in lines)
    yield f"  {_said(verdict.covered)}"
    yield f"  {_sentence(verdict)}"


def _said(text: str) -> str:
    return translated(recorded(text))


def _describe(finding: Finding) -> str:
    parts = [
        translate("expected {value}", value=_said(finding.expected)) if finding.expected else "",
        translate("found {value}", value=_said(finding.found)) if finding.found else "",
        _said(finding.detail),
    ]
    text = ", ".join(part for part in parts if part)
    return f"{finding.path}: {text}" if text else finding.path


def _sentence(verdict: Verdict) -> str:
    counts = ", ".join(translate(_COUNTS[name], number=count) for name, count in verdict.counts.items() if count)
    template = _COUNTED_SENTENCES.get(verdict.outcome)
    if template is None:
        return translate(_SENTENCES[verdict.outcome])
    sentence = translate(template, counts=counts) if counts else translate(_SENTENCES[verdict.outcome])
    return f"{sentence} {translate('The contents were not read.')}" if verdict.quick else sentence


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Lend a callback that draws a bar on a terminal and writes a line for each tenth elsewhere, on standard error."""
    if not sys.stderr.isatty():
        yield _line_writer(name)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(plain(name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _line_writer(name: str) -> Callable[[int, int], None]:
    shown = [0]

    def show(done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        if percent >= shown[0] + LINE_PERCENT:
            shown[0] = percent - percent % LINE_PERCENT
            tell("{name}: {percent} %, {done} of {total} bytes",
                 err=True, name=name, percent=percent, done=done, total=total)  # fmt: skip

    return show
