"""The command `sohoa verify`: check copies, show what was found, exit with one code."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

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

from pipeline import config
from pipeline.cli.amounts import PartType, RateType, SpanType
from pipeline.cli.clock import now
from pipeline.cli.custody import by_option, person, register_if_any, register_option
from pipeline.cli.exit_codes import combine
from pipeline.cli.help import Command
from pipeline.cli.show import plain, tell
from pipeline.cli.verify_text import render
from pipeline.copies.checking import Checked, Office, Request, check_copy
from pipeline.copies.finding import Stock, find_copies, named_copies
from pipeline.copies.schedule import Part
from pipeline.errors import ExitCode, UsageError
from pipeline.messages import marked

LINE_PERCENT = 10

_EXAMPLES = marked("""\b
Examples:
  sohoa verify /media/disk-1/batch-2026-01
  sohoa verify --quick /media/disk-1/batch-2026-01 /media/disk-2/batch-2026-01
  sohoa verify --all-present --max-time 2h
  sohoa verify --part 2/12 /media/disk-1/batch-2026-01
  sohoa verify --resume /media/disk-1/batch-2026-01
  sohoa verify --json /media/disk-1/batch-2026-01 > check.json
""")


@click.command(cls=Command, epilog=_EXAMPLES)
@click.argument("copies", nargs=-1, metavar="COPY...", type=click.Path(path_type=Path, readable=False))
@click.option("--all-present", is_flag=True, help="Check all copies on all known media that are plugged in.")
@click.option("--quick", is_flag=True, help="Compare names, total size and tag files only; do not read the contents.")
@click.option("--part", type=PartType(), help="Read part K of N parts of like size; each byte is in one part.")
@click.option(
    "--max-time", type=SpanType(),
    help="Begin no file after this time (2h, 90m); what was not read for longest is read first.",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a check that was interrupted.")
@click.option("--throttle", type=RateType(), help="Read no faster than this, such as 50MB/s.")
@click.option(
    "--cached", is_flag=True,
    help="Take bytes from the system's memory where it has them: quicker, but no proof of the medium.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Files read at the same time.")
@click.option(
    "--config", "config_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, readable=False),
    help="Settings; the table [copies] says how many copies a set needs.",
)  # fmt: skip
@by_option
@register_option
@click.pass_context
def verify(  # noqa: PLR0917 - one for each option
           context: click.Context, copies: tuple[Path, ...], all_present: bool, quick: bool, part: Part | None,
           max_time: float | None, resume: bool, throttle: float | None, cached: bool, as_json: bool, jobs: int,
           by: str | None, config_path: Path | None, register_path: Path | None) -> None:  # fmt: skip
    """Check that stored copies are still what was sealed.

    Every file of each COPY is read from the medium and compared with the lists in the copy. Damaged, missing, moved,
    unexpected and unreadable files, a wrong medium and one that is not there are told apart. A COPY can also be a
    medium: all copies on it are checked. Checks of copies on coded media are recorded.
    """
    if not copies and not all_present:
        raise UsageError("Name at least one COPY, or --all-present.")
    if quick and (part or max_time is not None or resume):
        raise UsageError("--quick reads no contents: --part, --max-time and --resume say nothing with it.")
    asked = Request(quick=quick, part=part, seconds=max_time, resume=resume, past_cache=not cached,
                    bytes_per_second=throttle, jobs=jobs)  # fmt: skip
    with register_if_any(register_path) or nullcontext() as register:
        office = Office(register, person(by), now, config.load(config_path).copies.full_check_months)
        stock = find_copies(register, copies) if all_present else named_copies(register, copies)
        checked = tuple(_check_all(stock.copies, asked, office, as_json=as_json))
    code = combine([*(one.verdict.exit_code for one in checked), *_stock_codes(stock, checked)])
    if as_json:
        click.echo(json.dumps(_to_json(checked, stock, code), indent=2))
    else:
        _tell_stock(stock, checked)
    context.exit(code)


def _check_all(copies: tuple[Path, ...], asked: Request, office: Office, *, as_json: bool) -> Iterator[Checked]:
    for copy in copies:
        with _progress(str(copy)) as progress:
            checked = check_copy(copy, asked, office, progress=progress)
        if not as_json:
            click.echo("\n".join(render(checked)) + "\n")
        yield checked


def _stock_codes(stock: Stock, checked: tuple[Checked, ...]) -> Iterator[ExitCode]:
    """Give no verdict where a medium could not be used, or nothing was there to check."""
    if stock.problems or not checked:
        yield ExitCode.NO_VERDICT


def _to_json(checked: tuple[Checked, ...], stock: Stock, code: ExitCode) -> dict[str, Any]:
    return {
        "copies": [one.to_json() for one in checked],
        "media_absent": [{"id": medium.id, "code": medium.code, "place": medium.place} for medium in stock.absent],
        "media_problems": [
            {"kind": problem.kind, "path": str(problem.path), "detail": str(problem.detail)}
            for problem in stock.problems
        ],
        "exit_code": int(code),
    }


def _tell_stock(stock: Stock, checked: tuple[Checked, ...]) -> None:
    for problem in stock.problems:
        tell("{path}: {problem}", path=problem.path, problem=problem.detail)
    for medium in stock.absent:
        tell("not plugged in, not checked: {code} ({place})", code=medium.code, place=medium.place)
    if not checked:
        tell("No copy was found: nothing was checked.")


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
