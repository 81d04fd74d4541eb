"""The command `sohoa repair`: put a damaged copy right from others, the plan first."""

import json
import sys
from collections.abc import Callable, Iterable
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
from pipeline.copies.reference import read_reference
from pipeline.copies.repair_plan import Bad, RepairPlan, plan_repair
from pipeline.copies.repairing import Repaired, Setting, repair
from pipeline.copies.staging import PAR2, LostFiles
from pipeline.copies.surroundings import is_folder
from pipeline.errors import ExitCode, NoVerdict
from pipeline.messages import marked, translate

_EXAMPLES = marked("""\b
Examples:
  sohoa repair /media/HDD-1/dot-2026-01 --from /media/HDD-2/dot-2026-01
  sohoa repair /media/HDD-1/dot-2026-01 --from /media/HDD-2/dot-2026-01 --apply
  sohoa repair /media/HDD-1/dot-2026-01 --from /media/HDD-2/dot-2026-01 --from /media/HDD-3/dot-2026-01 --json

Without --apply nothing is changed: the plan says which file would come from where.
""")
_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)
_VOUCHED = {
    "register": marked("The lists that are believed: those whose seal the register knows."),
    "history": marked("The lists that are believed: those whose seal the history beside the copy names."),
    "copies": marked("The lists that are believed: those that all copies given agree on; no record names a seal."),
}
_WORDS = {
    "missing": marked("missing"),
    "unreadable": marked("unreadable"),
    "link": marked("link"),
    "folder": marked("folder"),
    "no file": marked("no file"),
}


@click.command("repair", cls=Command, epilog=_EXAMPLES)
@click.argument("copy", type=_FOLDER)
@click.option("--from", "sources", metavar="COPY", multiple=True, type=_FOLDER,
              help="Another copy of the set, or its medium; once for each. Each file is checked first.")  # fmt: skip
@click.option("--plan/--apply", "only_plan", default=True, help="Show what would be done (the default), or do it.")
@click.option("--partial", is_flag=True, help="Put right what can be put right although some files are lost.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
@by_option
@register_option
def repair_copy(  # noqa: PLR0917 - click hands every option over by name
    copy: Path,
    sources: tuple[Path, ...],
    only_plan: bool,
    partial: bool,
    as_json: bool,
    by: str | None,
    register_path: Path | None,
) -> int:
    """Put a damaged COPY right from other copies of the same set.

    Every file is held against lists that somebody vouches for. Good files are staged and read back, bad ones go to
    quarantine beside the copy with their digest, then the copy is checked as a whole and its history says what was
    done. What no copy has whole is made out of recovery data ('sohoa protect') where there is any. Where that fails
    too, nothing is changed and the files are named. A repair that was cut short is finished by the same call.
    """
    sources = tuple(_copy_at(source, copy.name) for source in sources)
    _require_there(copy.parent, *sources)
    if not is_folder(copy):
        raise NoVerdict("{path} is not there: is the medium plugged in? New copies are made by 'sohoa copy'", path=copy)
    medium = read_identity(copy.parent)
    with register_if_any(register_path) or nullcontext() as register:
        require_copy(copy, medium, register)
        reference = read_reference(copy, sources, medium, register)
        plan = plan_repair(copy, reference, sources, told=_counting(marked("judged")))
        if only_plan or not plan.has_work:
            return _show_plan(plan, as_json=as_json)
        names = {source: _name(source) for source in (copy, *sources)}
        try:
            done = repair(plan, Setting(medium, register, person(by), now, partial), names, _counting(marked("staged")))
        except LostFiles as error:
            return _show_lost(plan, error, as_json=as_json)
    if as_json:
        click.echo(json.dumps(_as_json(plan, done), ensure_ascii=False, indent=2))
    else:
        _tell_done(done)
    return done.exit_code


def _copy_at(source: Path, name: str) -> Path:
    """Take a medium for the copy on it."""
    return source / name if source.name != name and (source / name).is_dir() else source


def _require_there(*folders: Path) -> None:
    """Make sure that media are plugged in, so that nothing is called lost that only is not at hand.

    Raises:
        NoVerdict: One is not.
    """
    for folder in folders:
        if not folder.is_dir():
            raise NoVerdict("{path} is not there: is the medium plugged in?", path=folder)


def _show_lost(plan: RepairPlan, error: LostFiles, *, as_json: bool) -> int:
    """Name all files that are lost; nothing was changed."""
    if not as_json:
        _tell_lost(error.lost)
        raise error
    values = _plan_values(plan)
    values["counts"]["lost"] = len(error.lost)
    values |= {"lost": [_bad_values(bad) for bad in error.lost], "applied": False, "error": str(error)}
    click.echo(json.dumps({**values, "exit_code": int(error.exit_code)}, ensure_ascii=False, indent=2))
    return error.exit_code


def _tell_lost(lost: Iterable[Bad]) -> None:
    for bad in lost:
        tell("! {path}: LOST: {found}, and no copy given has it whole", path=bad.path, found=_found(bad))


def _show_plan(plan: RepairPlan, *, as_json: bool) -> int:
    hopeless = plan.lost and not plan.recoveries
    code = ExitCode.NOT_REPAIRABLE if hopeless else ExitCode.FINDINGS if plan.has_work else ExitCode.WHOLE
    if as_json:
        click.echo(
            json.dumps({**_plan_values(plan), "applied": False, "exit_code": int(code)}, ensure_ascii=False, indent=2)
        )
        return code
    _tell_plan(plan)
    if not plan.has_work:
        tell("{path}: every file is what was sealed; nothing is to be repaired", path=plan.copy)
    elif hopeless:
        tell("Nothing was changed. Name more copies with --from, or put right the others with --apply --partial.")
    else:
        tell("Nothing was changed. The same command with --apply does this.")
    return code


def _tell_plan(plan: RepairPlan) -> None:
    if plan.has_work:
        tell(_VOUCHED[plan.reference.vouched_by])
    if plan.unfinished:
        tell("A repair of this copy was cut short; --apply finishes it.")
    for step in plan.steps:
        tell("{path}: {found} -> {wanted} from {source}",
             path=step.bad.path, found=_found(step.bad), wanted=step.bad.wanted, source=step.source)  # fmt: skip
    for path in plan.strangers:
        tell("{path}: no list names it; it goes to quarantine", path=path)
    if not plan.recoveries:
        _tell_lost(plan.lost)
        return
    for bad in plan.lost:
        tell("! {path}: {found}, and no copy given has it whole; --apply tries to make it out of the recovery data",
             path=bad.path, found=_found(bad))  # fmt: skip


def _tell_done(done: Repaired) -> None:
    tell(_VOUCHED[done.plan.reference.vouched_by])
    for step in done.steps:
        tell("{path}: {found} -> {wanted} from {source}", path=step.bad.path, found=_found(step.bad),
             wanted=step.bad.wanted, source=PAR2 if step.origin == Path(PAR2) else step.source)  # fmt: skip
    _tell_lost(done.lost)
    for path, place in done.set_aside.items():
        tell("{path}: what stood there lies in {place}", path=path, place=place)
    if done.recorded.problem:
        tell("The history beside the copy could not be written: {reason}", reason=done.recorded.problem)
    if done.is_whole:
        tell("Whole again: every byte of {path} was read and agrees with the lists.", path=done.plan.copy)
    else:
        tell("Not whole: 'sohoa verify {path}' says what is wrong.", path=done.plan.copy)


def _as_json(plan: RepairPlan, done: Repaired) -> dict[str, Any]:
    return {
        **_plan_values(plan),
        "applied": True,
        "counts": {"repaired": len(done.steps), "lost": len(done.lost), "strangers": len(plan.strangers)},
        "steps": [dict(row) for row in done.recorded.record.details.get("files", ())],
        "lost": [_bad_values(bad) for bad in done.lost],
        "set_aside": done.set_aside,
        "whole": done.is_whole,
        "verdict": done.verdict.to_json(),
        "exit_code": int(done.exit_code),
    }


def _plan_values(plan: RepairPlan) -> dict[str, Any]:
    steps = [
        {"path": step.bad.path, "found": step.bad.found, "wanted": str(step.bad.wanted), "source": str(step.source)}
        for step in plan.steps
    ]
    return {
        "copy": str(plan.copy),
        "seal": plan.reference.seal,
        "vouched_by": plan.reference.vouched_by,
        "counts": {"repairable": len(plan.steps), "lost": len(plan.lost), "strangers": len(plan.strangers)},
        "steps": steps,
        "lost": [_bad_values(bad) for bad in plan.lost],
        "strangers": list(plan.strangers),
        "recovery_data": [str(found.folder) for found in plan.recoveries],
        "unfinished_repair": plan.unfinished is not None,
    }


def _bad_values(bad: Bad) -> dict[str, str]:
    return {"path": bad.path, "found": bad.found, "wanted": str(bad.wanted)}


def _found(bad: Bad) -> str:
    """Give the digest of what was found, or a word for it in the chosen language."""
    return translate(_WORDS[bad.found]) if bad.found in _WORDS else bad.found


def _name(copy: Path) -> str:
    """Give the code of a copy's medium, or its folder where it has none."""
    medium = read_identity(copy.parent)
    return medium.code if medium else str(copy)


def _counting(what: str) -> Callable[[int, int], None]:
    """Lend a callback that writes a line for each tenth on standard error."""
    shown = [0]

    def show(done: int, total: int) -> None:
        tenth = 10 * done // total if total else 10
        if tenth > shown[0] and not (sys.stderr.isatty() and tenth < 10):
            shown[0] = tenth
            tell("{what}: {done} of {total} files", err=True, what=translate(what), done=done, total=total)

    return show
