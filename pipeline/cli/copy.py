"""The command `sohoa copy`: a sealed set onto media, read back before it is called a copy."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bars

from pipeline.cli.clock import now
from pipeline.cli.custody import by_option, open_register, person, register_option
from pipeline.cli.help import Command
from pipeline.cli.show import plain, tell
from pipeline.copies.copy_plan import CopyPlan, Standing, Target, plan_copies
from pipeline.copies.copying import Copied, Done, Outcome, Progress, Setting, copy_set
from pipeline.errors import ExitCode
from pipeline.messages import marked, recorded, translate, translated

_EXAMPLES = marked("""\b
Examples:
  sohoa copy sets/dot-2026-01 --to /media/HDD-2026-01 --to /media/HDD-2026-02
  sohoa copy sets/dot-2026-01 --to /media/HDD-2026-01 --dry-run
  sohoa copy /media/HDD-2021-07/dot-2021-03 --to /media/HDD-2026-01 --old-medium HDD-2021-07

The same command again goes on where an interrupted copy stopped; what is already there is left as it is.
""")
_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)
_DONE = {
    Done.COPIED: marked("{name}: whole, {way}; {path}"),
    Done.THERE: marked("{name}: already there; 'sohoa verify {path}' tells whether it is whole"),
    Done.FAILED: marked("{name}: NOT copied: {why}"),
}
_WAYS = {
    "past the page cache": marked("every byte read back from the medium, past the page cache"),
    "perhaps from memory: the page cache cannot be dropped here": marked(
        "every byte read back, but perhaps from memory: verify it again after re-plugging the medium"
    ),
}
_STANDING = {
    Standing.NOTHING: marked("{name}: would be written to {path}"),
    Standing.PART: marked("{name}: an interrupted copy would be finished at {path}"),
    Standing.UNRECORDED: marked("{name}: {path} is there without its record; it would be read and recorded"),
    Standing.THERE: marked("{name}: already there at {path}; nothing would be done"),
    Standing.UNUSABLE: marked("{name}: cannot be used: {why}"),
}


@click.command(cls=Command, epilog=_EXAMPLES)
@click.argument("source", metavar="SET", type=_FOLDER)
@click.option("--to", "roots", metavar="MEDIUM", multiple=True, required=True, type=_FOLDER,
              help="Folder where a medium is plugged in; once for each medium.")  # fmt: skip
@click.option("--old-medium", metavar="CODE", default="",
              help="Code of the medium that this copy takes over from, for the minutes.")  # fmt: skip
@click.option("--force-same-device", is_flag=True,
              help="Let two sets stand on one physical device; such copies do not count as independent.")  # fmt: skip
@click.option("--unregistered", is_flag=True, help="Also take folders that have no medium's code; they do not count.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and whether there is room; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
@by_option
@register_option
def copy(  # noqa: PLR0917 - click hands every option over by name
    source: Path,
    roots: tuple[Path, ...],
    old_medium: str,
    force_same_device: bool,
    unregistered: bool,
    dry_run: bool,
    as_json: bool,
    by: str | None,
    register_path: Path | None,
) -> int:
    """Copy the sealed SET to one or more media.

    The set is read once for all media. Each copy is written under a temporary name, read back from its medium, and
    gets its name only when every byte agrees; then its history and the register say so. A medium that fails does not
    stop the others.
    """
    with open_register(register_path) as register:
        plan = plan_copies(source, roots, register, unregistered=unregistered, force_same_device=force_same_device)
        if dry_run:
            return _show_plan(plan, as_json=as_json)
        with _watching(plan) as progress:
            copied = copy_set(plan, Setting(register, person(by), now, old_medium), progress)
    if as_json:
        click.echo(json.dumps(_as_json(copied), ensure_ascii=False, indent=2))
    else:
        _tell(copied)
    return copied.exit_code


def _tell(copied: Copied) -> None:
    for finding in copied.damage:
        tell("{path} in the set is {kind}: {detail}", path=finding.path, kind=finding.kind.value,
             detail=translated(recorded(finding.detail or finding.found)))  # fmt: skip
    for outcome in copied.outcomes:
        way = translate(_WAYS[outcome.read_back]) if outcome.read_back in _WAYS else ""
        tell(_DONE[outcome.done], name=outcome.target.name, path=outcome.target.copy, way=way, why=_said(outcome.why))
        if outcome.done is Done.COPIED and not outcome.in_register:
            tell("{name}: the register does not count this copy", name=outcome.target.name)
    if copied.damage:
        tell("The set itself is not as it was sealed; nothing was copied. Repair it first: sohoa repair --help")


def _show_plan(plan: CopyPlan, *, as_json: bool) -> int:
    unusable = any(target.problem for target in plan.targets)
    code = ExitCode.NO_VERDICT if unusable else ExitCode.WHOLE
    if as_json:
        values = {**_plan_values(plan), "targets": [_target_values(target) for target in plan.targets]}
        click.echo(json.dumps({"dry_run": True, **values, "exit_code": int(code)}, ensure_ascii=False, indent=2))
        return code
    tell(
        "{path}: {files} files, {size} bytes for each medium", path=plan.source, files=plan.files, size=plan.size_bytes
    )
    for target in plan.targets:
        template = _STANDING[Standing.UNUSABLE if target.problem else target.standing]
        tell(template, name=target.name, path=target.copy, why=_said(target.problem))
    return code


def _as_json(copied: Copied) -> dict[str, Any]:
    return {
        **_plan_values(copied.plan),
        "targets": [_outcome_values(outcome) for outcome in copied.outcomes],
        "damage": [{"kind": found.kind.value, "path": found.path, "expected": found.expected, "found": found.found,
                    "detail": found.detail} for found in copied.damage],
        "counts": {done.value: sum(outcome.done is done for outcome in copied.outcomes) for done in Done},
        "exit_code": int(copied.exit_code),
    }  # fmt: skip


def _plan_values(plan: CopyPlan) -> dict[str, Any]:
    return {
        "source": str(plan.source),
        "seal": plan.seal,
        "files": plan.files,
        "bytes": plan.size_bytes,
        "same_device": [list(pair) for pair in plan.same_device],
    }


def _target_values(target: Target) -> dict[str, Any]:
    code = target.medium.code if target.medium else None
    return {"medium": code, "copy": str(target.copy), "standing": target.standing.value, "problem": str(target.problem)}


def _outcome_values(outcome: Outcome) -> dict[str, Any]:
    return {
        **_target_values(outcome.target),
        "outcome": outcome.done.value,
        "why": str(outcome.why),
        "read_back": outcome.read_back,
        "history": outcome.recorded,
        "register": outcome.in_register,
    }


def _said(text: str) -> str:
    return plain(translated(recorded(text) if type(text) is str else text))


@contextmanager
def _watching(plan: CopyPlan) -> Iterator[Progress]:
    """Lend a progress: bars for the writing and each reading back on a terminal, lines elsewhere, on standard error."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bars(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bars:
        yield _Drawn(bars, plan)


class _Drawn(Progress):
    def __init__(self, bars: Bars, plan: CopyPlan) -> None:
        self._bars, self._lock = bars, threading.Lock()
        self._writing = bars.add_task(translate("writing"), total=plan.size_bytes)
        self._reading = {
            target.root: bars.add_task(
                translate("reading back {name}", name=plain(target.name)), total=None, visible=False
            )
            for target in plan.targets
        }

    def writing(self, done_bytes: int, total_bytes: int) -> None:
        """Draw how much was written."""
        self._bars.update(self._writing, completed=done_bytes, total=total_bytes)

    def reading_back(self, target: Target, done_bytes: int, total_bytes: int) -> None:
        """Draw how much was read back."""
        self._bars.update(self._reading[target.root], completed=done_bytes, total=total_bytes, visible=True)


class _Lines(Progress):
    """Writes a line for each tenth where there is no terminal."""

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}
        self._lock = threading.Lock()

    def writing(self, done_bytes: int, total_bytes: int) -> None:
        """Say how much was written."""
        self._say(translate("writing"), done_bytes, total_bytes)

    def reading_back(self, target: Target, done_bytes: int, total_bytes: int) -> None:
        """Say how much was read back."""
        self._say(translate("reading back {name}", name=target.name), done_bytes, total_bytes)

    def _say(self, name: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 10
        with self._lock:
            if tenth > self._shown.get(name, 0):
                self._shown[name] = tenth
                tell("{name}: {percent} %, {done} of {total} bytes",
                     err=True, name=name, percent=10 * tenth, done=done, total=total)  # fmt: skip
