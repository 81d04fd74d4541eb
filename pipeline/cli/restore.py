"""The command `sohoa restore`: a set out of a copy, back into a folder."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from pipeline.cli.clock import now
from pipeline.cli.custody import by_option, person, register_if_any, register_option
from pipeline.cli.help import Command
from pipeline.cli.show import tell
from pipeline.copies.absence import require_copy
from pipeline.copies.medium import read_identity
from pipeline.copies.restoring import Restored, RestorePlan, Setting, plan_restore, restore
from pipeline.errors import ExitCode
from pipeline.messages import marked, recorded, translate, translated

_EXAMPLES = marked("""\b
Examples:
  sohoa restore /media/HDD-2026-01/dot-2026-01 --to phuc-hoi
  sohoa restore /media/HDD-2026-01/dot-2026-01 --to phuc-hoi --reason "Kiểm tra định kỳ quý IV" --json
  sohoa restore /media/HDD-2026-01/dot-2026-01 --to phuc-hoi --dry-run
""")
_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)
_STEPS = {"written": marked("writing"), "read back": marked("reading back")}


@click.command("restore", cls=Command, epilog=_EXAMPLES)
@click.argument("copy", type=_FOLDER)
@click.option("--to", "folder", metavar="FOLDER", required=True, type=_FOLDER, help="Where the set is to stand.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the minutes.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and whether there is room; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
@by_option
@register_option
def restore_set(  # noqa: PLR0917 - click hands every option over by name
    copy: Path, folder: Path, reason: str, dry_run: bool, as_json: bool, by: str | None, register_path: Path | None
) -> int:
    """Restore the set of a COPY into a folder.

    Every file is compared with the lists while it is read, and read back from where it was written; only then does the
    set get its name. The copy's history says that it was restored from: this is also the regular test of a copy.
    """
    medium = read_identity(copy.parent)
    with register_if_any(register_path) or nullcontext() as register:
        require_copy(copy, medium, register)
        plan = plan_restore(copy, folder, medium, register)
        if dry_run:
            return _show_plan(plan, as_json=as_json)
        done = restore(plan, Setting(medium, register, person(by), now, reason), _lines())
    if as_json:
        click.echo(json.dumps(_as_json(done), ensure_ascii=False, indent=2))
    else:
        _tell(done)
    return done.exit_code


def _show_plan(plan: RestorePlan, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"dry_run": True, **_plan_values(plan), "exit_code": 0}, ensure_ascii=False, indent=2))
    elif plan.is_there:
        tell("{path}: already there; it would be read, and nothing written", path=plan.target)
    else:
        tell("{path}: {files} files, {size} bytes would be written",
             path=plan.target, files=len(plan.reference.files), size=plan.size_bytes)  # fmt: skip
    return ExitCode.WHOLE


def _tell(done: Restored) -> None:
    for finding in done.damage:
        tell("{path} in the copy is {kind}: {detail}", path=finding.path, kind=finding.kind.value,
             detail=translated(recorded(finding.detail or finding.found)))  # fmt: skip
    if done.damage:
        tell("The copy is not as it was sealed; nothing was restored. Repair it first: sohoa repair --help")
        return
    tell("{path}: restored; every byte was read back and agrees with the lists", path=done.plan.target)
    if done.recorded and done.recorded.problem:
        tell("The history beside the copy could not be written: {reason}", reason=done.recorded.problem)


def _as_json(done: Restored) -> dict[str, Any]:
    return {
        **_plan_values(done.plan),
        "payload": {"files": done.files, "bytes": done.size_bytes},
        "damage": [{"kind": found.kind.value, "path": found.path, "expected": found.expected, "found": found.found,
                    "detail": found.detail} for found in done.damage],
        "counts": {"damage": len(done.damage)},
        "recorded": done.recorded is not None,
        "exit_code": int(done.exit_code),
    }  # fmt: skip


def _plan_values(plan: RestorePlan) -> dict[str, Any]:
    return {
        "copy": str(plan.copy),
        "target": str(plan.target),
        "seal": plan.reference.seal,
        "files": len(plan.reference.files),
        "bytes": plan.size_bytes,
        "there": plan.is_there,
    }


def _lines() -> Callable[[str, int, int], None]:
    """Lend a callback that writes a line for each fifth of a step on standard error."""
    shown: dict[str, int] = {}

    def show(step: str, done: int, total: int) -> None:
        fifth = 5 * done // total if total else 5
        if fifth > shown.get(step, 0):
            shown[step] = fifth
            tell("{name}: {percent} %, {done} of {total} bytes",
                 err=True, name=translate(_STEPS[step]), percent=20 * fifth, done=done, total=total)  # fmt: skip

    return show
