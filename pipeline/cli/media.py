"""The commands `sohoa media ...`: give media their codes, say where they are, take them out of use."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import click

from pipeline.cli import clock
from pipeline.cli.custody import by_option, open_register, person, register_option
from pipeline.cli.exit_codes import combine
from pipeline.cli.help import Command, Group
from pipeline.cli.show import tell
from pipeline.copies.keeping import add_medium, known_medium, move_medium, retire_medium
from pipeline.copies.medium import MEDIUM_KINDS, Medium, new_medium, read_identity
from pipeline.copies.mending import mend_history
from pipeline.copies.presence import Present, present_media
from pipeline.copies.register import Register
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.messages import marked, recorded, translate

_EXAMPLES = marked("""\b
Examples:
  sohoa media add /media/disk-1 --code HDD-2026-01 --kind hdd --place "Kho A, tủ 3" --until 2031-12
  sohoa media list
  sohoa media move HDD-2026-01 --place "Kho B, tủ 1"
  sohoa media retire HDD-2026-01
""")
_ADD_EXAMPLES = marked("""\b
Examples:
  sohoa media add /media/disk-1 --code HDD-2026-01 --kind hdd --place "Kho A, tủ 3" --until 2031-12
""")
_LIST_EXAMPLES = marked("""\b
Examples:
  sohoa media list
  sohoa media list --json
""")
_SHOW_EXAMPLES = marked("""\b
Examples:
  sohoa media show HDD-2026-01
  sohoa media show /media/disk-1
""")
_MOVE_EXAMPLES = marked("""\b
Examples:
  sohoa media move HDD-2026-01 --place "Kho B, tủ 1"
""")
_MEND_EXAMPLES = marked("""\b
Examples:
  sohoa media mend HDD-2026-01 --dry-run
  sohoa media mend HDD-2026-01
""")
_RETIRE_EXAMPLES = marked("""\b
Examples:
  sohoa media retire HDD-2026-01
""")
_json_option = click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
_dry_option = click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
_at_option = click.option(
    "--at", metavar="DIR", type=click.Path(path_type=Path, readable=False),
    help="Where the medium is plugged in, if it is not found by itself.",
)  # fmt: skip


@click.group(cls=Group, epilog=_EXAMPLES)
def media() -> None:
    """Give the media that hold copies their codes, and know them again when they are plugged in."""


@media.command("add", cls=Command, epilog=_ADD_EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, readable=False))
@click.option("--code", required=True, help="The code on the medium's label [mã phương tiện lưu trữ].")
@click.option("--kind", required=True, type=click.Choice(MEDIUM_KINDS), help="What kind of medium it is.")
@click.option("--place", required=True, help="Where it is kept, in the office's own words.")
@click.option("--until", default="", help="End of its durability: year, month or day, such as 2031-12.")
@register_option
@_dry_option
@_json_option
def add(
    *,
    folder: Path,
    code: str,
    kind: str,
    place: str,
    until: str,
    register_path: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Give the medium at DIR a code and take it into the register.

    DIR is usually the mount point. A small file, sohoa-medium.json, is written there; nothing else is touched. A medium
    that has this code already is taken in with all its copies and their history.
    """
    wanted = new_medium(medium_id=clock.fresh_id(), code=code, kind=kind, place=place, until=until, now=clock.now)
    with open_register(register_path, create=not dry_run) as register:
        medium = add_medium(register, folder, wanted, dry_run=dry_run)
        copies = len(register.copies(medium_id=medium.id))
    if as_json:
        _print_json({"medium": dataclasses.asdict(medium), "copies": copies, "dry_run": dry_run})
    elif dry_run:
        tell("{path} would become the medium {code}", path=folder, code=medium.code)
    else:
        tell("{path} is the medium {code}, {number} copies", path=folder, code=medium.code, number=copies)
    return ExitCode.WHOLE


@media.command("list", cls=Command, epilog=_LIST_EXAMPLES)
@register_option
@_json_option
def list_media(register_path: Path | None, as_json: bool) -> int:
    """List all media: code, kind, place, end of durability, copies, and where those plugged in stand."""
    with open_register(register_path, create=False) as register:
        known, present = register.media(), present_media(register)
        counts: dict[str, int] = {}
        for copy in register.copies():
            counts[copy.medium_id] = counts.get(copy.medium_id, 0) + 1
    places = {medium.id: str(path) for medium, path in present.media}
    if as_json:
        rows = [{**dataclasses.asdict(medium), "copies": counts.get(medium.id, 0), "at": places.get(medium.id, "")}
                for medium in known]  # fmt: skip
        _print_json({"media": rows, "problems": _problems(present), "exit_code": int(_code(present))})
    else:
        for medium in known:
            _tell_medium(medium, counts.get(medium.id, 0), places.get(medium.id, ""))
        _tell_problems(present)
    return _code(present)


@media.command("show", cls=Command, epilog=_SHOW_EXAMPLES)
@click.argument("medium", metavar="CODE-OR-DIR")
@register_option
@_json_option
def show(medium: str, register_path: Path | None, as_json: bool) -> int:
    """Show one medium and the copies on it."""
    with open_register(register_path, create=False) as register:
        known = _named(register, medium)
        present = present_media(register, [Path(medium)] if Path(medium).is_dir() else [])
        copies = register.copies(medium_id=known.id)
    at = next((str(path) for item, path in present.media if item.id == known.id), "")
    if as_json:
        _print_json({"medium": dataclasses.asdict(known), "at": at, "copies": [copy._asdict() for copy in copies],
                     "problems": _problems(present), "exit_code": int(_code(present))})  # fmt: skip
        return _code(present)
    _tell_medium(known, len(copies), at)
    for copy in copies:
        tell("  {name}: {state}, last read whole {day}", name=copy.name, state=translate(STATES[copy.state]),
             day=copy.last_full_check[:10] or "-")  # fmt: skip
    _tell_problems(present)
    return _code(present)


@media.command("move", cls=Command, epilog=_MOVE_EXAMPLES)
@click.argument("code", metavar="CODE")
@click.option("--place", required=True, help="Where it is kept from now on.")
@_at_option
@by_option
@register_option
@_dry_option
@_json_option
def move(
    *,
    code: str,
    place: str,
    at: Path | None,
    by: str | None,
    register_path: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Note that a medium is kept at another place from now on.

    Where it is plugged in, it learns of it at once, else the next time it is.
    """
    with open_register(register_path, create=False) as register:
        before = known_medium(register, code)
        root = _found(register, before, at)
        after = move_medium(register, code, place, root=root, by=person(by), now=clock.now, dry_run=dry_run)
    if as_json:
        _print_json({"medium": dataclasses.asdict(after), "place_before": before.place, "dry_run": dry_run})
    else:
        tell("{code}: from {before} to {after}", code=after.code, before=before.place, after=after.place)
    return ExitCode.WHOLE


@media.command("mend", cls=Command, epilog=_MEND_EXAMPLES)
@click.argument("code", metavar="CODE")
@_at_option
@by_option
@register_option
@_dry_option
@_json_option
def mend(
    *, code: str, at: Path | None, by: str | None, register_path: Path | None, dry_run: bool, as_json: bool
) -> int:
    """Put the history on a medium right from the register, where a check found its chain broken.

    Records that are gone or were changed come back; what stood there goes to quarantine. The copies are not touched.
    """
    with open_register(register_path, create=False) as register:
        medium = known_medium(register, code)
        root = _found(register, medium, at)
        if root is None:
            raise NoVerdict("the medium {code} is not plugged in", code=code)
        mended = {
            copy.name: mend_history(root / copy.name, medium, register, by=person(by), now=clock.now, dry_run=dry_run)
            for copy in register.copies(medium_id=medium.id)
        }
    if as_json:
        _print_json({"mended": {name: list(numbers) for name, numbers in mended.items()}, "dry_run": dry_run})
        return ExitCode.WHOLE
    for name, numbers in mended.items():
        tell("{name}: {number} records put back", name=name, number=len(numbers))
    return ExitCode.WHOLE


@media.command("retire", cls=Command, epilog=_RETIRE_EXAMPLES)
@click.argument("code", metavar="CODE")
@_at_option
@register_option
@_dry_option
@_json_option
def retire(*, code: str, at: Path | None, register_path: Path | None, dry_run: bool, as_json: bool) -> int:
    """Take a medium out of use: its copies no longer count. Nothing on it is removed."""
    with open_register(register_path, create=False) as register:
        root = _found(register, known_medium(register, code), at)
        medium = retire_medium(register, code, root=root, now=clock.now, dry_run=dry_run)
    if as_json:
        _print_json({"medium": dataclasses.asdict(medium), "dry_run": dry_run})
    else:
        tell("{code}: out of use since {time}", code=medium.code, time=medium.retired)
    return ExitCode.WHOLE


STATES = {
    "whole": marked("whole"),
    "unproved": marked("not read back yet"),
    "faulty": marked("not as it was sealed"),
    "in-doubt": marked("not all of it could be read"),
}


def _named(register: Register, name: str) -> Medium:
    """Find a medium by code, id or the folder it stands at."""
    here = read_identity(Path(name))
    return known_medium(register, here.id if here else name)


def _found(register: Register, medium: Medium, at: Path | None) -> Path | None:
    """Find where a medium is plugged in; None where it is not.

    Raises:
        UsageError: It does not stand where the call says.
    """
    present = present_media(register, [at] if at else [])
    root = next((path for item, path in present.media if item.id == medium.id), None)
    if at and (root is None or not root.samefile(at)):
        raise UsageError("{path} is not the medium {code}", path=at, code=medium.code)
    return root


def _tell_medium(medium: Medium, copies: int, at: str) -> None:
    tell("{code}  {kind}  {place}  until {until}  {number} copies", code=medium.code, kind=medium.kind,
         place=medium.place, until=medium.until or "-", number=copies)  # fmt: skip
    if medium.retired:
        tell("  out of use since {time}", time=medium.retired)
    if at:
        tell("  plugged in at {path}", path=at)


def _tell_problems(present: Present) -> None:
    for problem in present.problems:
        tell("! {path}: {problem}", path=problem.path, problem=recorded(problem.detail))


def _problems(present: Present) -> list[dict[str, str]]:
    return [{"kind": item.kind, "path": str(item.path), "detail": item.detail} for item in present.problems]


def _code(present: Present) -> ExitCode:
    kinds = {problem.kind for problem in present.problems}
    codes = [ExitCode.NO_VERDICT] if "unreadable" in kinds else []
    return combine([*codes, *([ExitCode.FINDINGS] if kinds - {"unreadable"} else [])])


def _print_json(values: Any) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))
