"""The command `sohoa protect`: recovery data beside a copy, proved by a damage drill."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from pipeline.cli.clock import now
from pipeline.cli.custody import by_option, person, register_if_any, register_option
from pipeline.cli.help import Command
from pipeline.cli.show import tell
from pipeline.copies.absence import require_copy
from pipeline.copies.medium import read_identity
from pipeline.copies.protecting import Protected, ProtectPlan, Setting, Told, plan_protect, protect
from pipeline.errors import ExitCode
from pipeline.messages import marked, translate

_EXAMPLES = marked("""\b
Examples:
  sohoa protect /media/HDD-2026-01/dot-2026-01
  sohoa protect /media/HDD-2026-01/dot-2026-01 --redundancy 20% --json
  sohoa protect /media/HDD-2026-01/dot-2026-01 --dry-run
""")
_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)
_PERCENT = re.compile(r"([0-9]{1,3})\s*%?")
NOT_A_PERCENT = marked("'{value}' is no redundancy: write a percentage from 1% to 100%")
_STEPS = {"read": marked("reading the copy"), "made": marked("making and proving recovery data")}


class PercentType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A whole percentage from 1 to 100."""

    name = "PERCENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        match = _PERCENT.fullmatch(str(value).strip())
        if not match or not 1 <= int(match[1]) <= 100:
            self.fail(translate(NOT_A_PERCENT, value=value), param, ctx)
        return int(match[1])


@click.command("protect", cls=Command, epilog=_EXAMPLES)
@click.argument("copy", type=_FOLDER)
@click.option("--redundancy", "percent", type=PercentType(), default="10%", show_default=True,
              help="How much recovery data, as a share of the copy: about as much damage can be repaired.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done, and whether there is room; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
@by_option
@register_option
def protect_copy(  # noqa: PLR0917 - click hands every option over by name
    copy: Path, percent: int, dry_run: bool, as_json: bool, by: str | None, register_path: Path | None
) -> int:
    """Put recovery data beside a COPY, by which damage can be repaired when no other copy has a file whole.

    The copy is read as a whole first. The data is made by the program par2, lies outside the sealed set, and is
    proved: files are damaged in a scratch folder, repaired, and compared by their digests. 'sohoa repair' uses it.
    """
    medium = read_identity(copy.parent)
    with register_if_any(register_path) or nullcontext() as register:
        require_copy(copy, medium, register)
        plan = plan_protect(copy, percent, medium, register)
        if dry_run:
            return _show_plan(plan, as_json=as_json)
        with _watching() as told:
            done = protect(plan, Setting(medium, register, person(by), now), told)
    if as_json:
        click.echo(json.dumps(_as_json(done), ensure_ascii=False, indent=2))
    else:
        _tell(done)
    return done.exit_code


def _show_plan(plan: ProtectPlan, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"dry_run": True, **_plan_values(plan), "exit_code": 0}, ensure_ascii=False, indent=2))
        return ExitCode.WHOLE
    _tell_stale(plan)
    if plan.there:
        tell("{path}: recovery data is there; it would be read, and made anew where it is damaged",
             path=plan.there.folder)  # fmt: skip
    else:
        tell("{path}: {files} files, {size} bytes; recovery data would take about {room} bytes",
             path=plan.copy, files=len(plan.reference.files), size=plan.size_bytes,
             room=plan.recovery_bytes)  # fmt: skip
    return ExitCode.WHOLE


def _tell(done: Protected) -> None:
    _tell_stale(done.plan)
    values = done.recovery.description
    if done.made:
        tell("{path}: recovery data of {percent} % made by {program}; the drill restored {blocks} damaged blocks",
             path=done.recovery.folder, percent=done.recovery.redundancy_percent,
             program=values.get("program", ""), blocks=values.get("drill_blocks", 0))  # fmt: skip
    else:
        tell("{path}: recovery data is there and as it was made", path=done.recovery.folder)
    for old in done.plan.other:
        tell("{path}: recovery data with another redundancy was removed", path=old.folder)
    if done.recorded and done.recorded.problem:
        tell("The history beside the copy could not be written: {reason}", reason=done.recorded.problem)


def _tell_stale(plan: ProtectPlan) -> None:
    for old in plan.stale:
        tell("{path}: recovery data of another generation of the set; it is of no use for this copy", path=old.folder)


def _as_json(done: Protected) -> dict[str, Any]:
    kept = {name: value for name, value in done.recovery.description.items() if name not in {"format", "sums"}}
    return {
        **_plan_values(done.plan),
        "made": done.made,
        "recovery": {"folder": str(done.recovery.folder), **kept},
        "recorded": done.recorded is not None,
        "exit_code": int(done.exit_code),
    }


def _plan_values(plan: ProtectPlan) -> dict[str, Any]:
    return {
        "copy": str(plan.copy),
        "seal": plan.reference.seal,
        "redundancy_percent": plan.redundancy_percent,
        "files": len(plan.reference.files),
        "bytes": plan.size_bytes,
        "room_bytes": plan.recovery_bytes,
        "there": plan.there is not None,
        "stale": [str(old.folder) for old in plan.stale],
        "other": [str(old.folder) for old in plan.other],
    }


@contextmanager
def _watching() -> Iterator[Told]:
    """Lend a callback that draws a bar for each step on a terminal, and writes a line when one is done elsewhere."""
    if not sys.stderr.isatty():
        yield _tell_when_done
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {step: bars.add_task(translate(text), total=None, visible=False) for step, text in _STEPS.items()}
        yield lambda step, done, total: bars.update(tasks[step], completed=done, total=total, visible=True)


def _tell_when_done(step: str, done: int, total: int) -> None:
    if done == total:
        tell("{what}: done", err=True, what=translate(_STEPS[step]))
