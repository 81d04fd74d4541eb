"""The commands `sohoa register ...`: what there is, what is due, given out and made again."""

import json
from pathlib import Path

import click

from pipeline import config
from pipeline.cli import clock
from pipeline.cli.custody import open_register, register_option
from pipeline.cli.help import Command, Group
from pipeline.cli.register_text import (
    SHOWN,
    copy_values,
    due_lines,
    rebuilt_values,
    standing_line,
    standing_values,
    tell_set,
)
from pipeline.cli.show import plain, tell
from pipeline.copies.due import Task, due
from pipeline.copies.policy import Standing, standings
from pipeline.copies.register import Register
from pipeline.copies.registering import event_values, export, rebuild
from pipeline.copies.stock_sheet import write_workbook
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.files import part_of, write_atomic
from pipeline.messages import marked, recorded

_EXAMPLES = marked("""\b
Examples:
  sohoa register list
  sohoa register due
  sohoa register show dot-2026-01
  sohoa register export register.xlsx
  sohoa register rebuild /media/disk-1 /media/disk-2
""")
_LIST_EXAMPLES = marked("""\b
Examples:
  sohoa register list
  sohoa register list --json
""")
_SHOW_EXAMPLES = marked("""\b
Examples:
  sohoa register show dot-2026-01
""")
_DUE_EXAMPLES = marked("""\b
Examples:
  sohoa register due
  sohoa register due --all --config office.toml
""")
_EXPORT_EXAMPLES = marked("""\b
Examples:
  sohoa register export register.json
  sohoa register export register.xlsx
""")
_REBUILD_EXAMPLES = marked("""\b
Examples:
  sohoa register rebuild /media/disk-1 /media/disk-2
  sohoa register rebuild --replace /media/disk-1 /media/disk-2
""")
_json_option = click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
_config_option = click.option(
    "--config", "config_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, readable=False),
    help="Settings; the table [copies] says how many copies a set needs.",
)  # fmt: skip


@click.group(cls=Group, epilog=_EXAMPLES)
def register() -> None:
    """Show the register of sets, media, copies and checks, and what is to be done."""


@register.command("list", cls=Command, epilog=_LIST_EXAMPLES)
@_config_option
@register_option
@_json_option
def list_sets(config_path: Path | None, register_path: Path | None, as_json: bool) -> int:
    """List all sets, and whether each is insured [đã dự phòng] under the policy."""
    policy = config.load(config_path).copies
    with open_register(register_path, create=False) as opened:
        found = standings(opened, policy)
    if as_json:
        click.echo(json.dumps({"sets": [standing_values(item) for item in found]}, ensure_ascii=False))
    else:
        click.echo("\n".join(plain(standing_line(item)) for item in found))
    return ExitCode.WHOLE


@register.command("show", cls=Command, epilog=_SHOW_EXAMPLES)
@click.argument("name", metavar="SET")
@_config_option
@register_option
@_json_option
def show(name: str, config_path: Path | None, register_path: Path | None, as_json: bool) -> int:
    """Show one set, by its name or seal: its copies, and all that was done to them."""
    policy = config.load(config_path).copies
    with open_register(register_path, create=False) as opened:
        entries = opened.sets(name=name) or opened.sets(seal=name)
        if not entries:
            raise UsageError("the register knows no set {name}", name=name)
        seals = {entry.seal for entry in entries}
        found = [standing for standing in standings(opened, policy) if standing.seal in seals]
        values = {
            "sets": [{**entry._asdict(), "description": dict(entry.description)} for entry in entries],
            "standings": [standing_values(standing) for standing in found],
            "copies": copy_values(opened, entries[0].name),
            "events": [event_values(record) for record in opened.events(name=entries[0].name)],
        }
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        tell_set(found, values)
    return ExitCode.WHOLE


@register.command("due", cls=Command, epilog=_DUE_EXAMPLES)
@click.option("--all", "show_all", is_flag=True, help="Name every set, however many there are.")
@_config_option
@register_option
@_json_option
def list_due(show_all: bool, config_path: Path | None, register_path: Path | None, as_json: bool) -> int:
    """List what is to be done until the end of this month, the most urgent first.

    The exit code is 1 where the register knows of damage, or where a clock must have been wrong.
    """
    policy = config.load(config_path).copies
    with open_register(register_path, create=False) as opened:
        found = due(opened, policy, clock.now().date())
    code = ExitCode.FINDINGS if {item.task for item in found} & {Task.REPAIR, Task.CLOCK} else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps({"due": [item._asdict() for item in found], "exit_code": int(code)}, ensure_ascii=False))
    elif not found:
        tell("Nothing is due this month.")
    else:
        click.echo("\n".join(due_lines(found, len(found) if show_all else SHOWN)))
    return code


@register.command("export", cls=Command, epilog=_EXPORT_EXAMPLES)
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, readable=False))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@_config_option
@register_option
@_json_option
def export_to(*, target: Path, force: bool, config_path: Path | None, register_path: Path | None, as_json: bool) -> int:
    """Write the whole register to FILE: JSON or a workbook, by the ending .json or .xlsx."""
    if target.suffix.lower() not in {".json", ".xlsx"}:
        raise UsageError("{path}: the name must end in .json or .xlsx", path=target)
    if target.exists() and not force:
        raise UsageError("{path} is there already; --force replaces it", path=target)
    policy = config.load(config_path).copies
    with open_register(register_path, create=False) as opened:
        judged = standings(opened, policy)
        try:
            _write_export(target, opened, judged)
        except OSError as error:
            raise NoVerdict("{path} could not be written: {reason}",
                            path=target, reason=error.strerror or str(error)) from error  # fmt: skip
    if as_json:
        click.echo(json.dumps({"written": str(target), "exit_code": 0}, ensure_ascii=False))
    else:
        tell("written: {path}", path=target)
    return ExitCode.WHOLE


@register.command("rebuild", cls=Command, epilog=_REBUILD_EXAMPLES)
@click.argument("roots", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--replace", is_flag=True, help="Replace a register that holds something; it is kept beside the new one.")
@register_option
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@_json_option
def make_again(
    *, roots: tuple[Path, ...], replace: bool, register_path: Path | None, dry_run: bool, as_json: bool
) -> int:
    """Make the register again from the media at DIR... alone.

    Name all media that are to be in it: what no medium tells is not in the new register.
    """
    kept = None
    if dry_run:
        made = rebuild(None, roots)
    else:
        with open_register(register_path) as opened:
            kept = _put_aside(opened, replace=replace)
            made = rebuild(opened, roots)
    code = ExitCode.FINDINGS if made.findings else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps(rebuilt_values(made, kept, code), ensure_ascii=False, indent=2))
        return code
    for remark in made.findings:
        tell("! {path}: {problem}", path=remark.path, problem=recorded(remark.detail))
    tell("{media} media, {copies} copies, {records} records", media=len(made.media), copies=made.copies,
         records=made.records)  # fmt: skip
    if kept:
        tell("the register as it was: {path}", path=kept)
    return code


def _put_aside(opened: Register, *, replace: bool) -> Path | None:
    """Keep what a register holds in a file beside it.

    Raises:
        UsageError: It holds something and the call does not allow to replace it.
    """
    if not opened.media():
        return None
    if not replace:
        raise UsageError("the register {path} holds something; --replace makes it anew and keeps the old one beside it",
                         path=opened.path)  # fmt: skip
    time = clock.now().strftime("%Y%m%d-%H%M%S-%f")
    kept = opened.path.with_name(f"{opened.path.stem}.{time}{opened.path.suffix}")
    opened.save_copy(kept)
    return kept


def _write_export(target: Path, opened: Register, judged: tuple[Standing, ...]) -> None:
    if target.suffix.lower() == ".json":
        values = {**export(opened), "standings": [standing_values(item) for item in judged]}
        text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
        write_atomic(target, text.encode(errors="backslashreplace"), durable=True)
        return
    part = part_of(target)
    part.unlink(missing_ok=True)
    try:
        write_workbook(part, opened, judged)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
