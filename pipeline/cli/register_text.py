"""What the commands `sohoa register ...` show: lines for people, plain values for JSON."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from pipeline.cli.media import STATES
from pipeline.cli.show import plain, tell
from pipeline.copies.due import Due
from pipeline.copies.policy import Standing
from pipeline.copies.register import Register
from pipeline.copies.registering import Rebuilt
from pipeline.errors import ExitCode
from pipeline.messages import marked, translate, translated

SHOWN = 10  # names of one kind and medium that are listed where not all are asked for
_TASKS = {
    "clock": marked("look at the clock"),
    "repair": marked("repair"),
    "copy": marked("write another copy"),
    "verify": marked("check"),
    "finish-check": marked("finish the check"),
    "renew": marked("replace the medium"),
    "backup-test": marked("restore a copy on trial"),
}

_EVENTS = {
    "created": marked("written"),
    "verified": marked("checked"),
    "repaired": marked("repaired"),
    "moved": marked("moved"),
    "protected": marked("protected"),
    "restored": marked("restored"),
    "mended": marked("history mended"),
}


def due_lines(found: tuple[Due, ...], most: int) -> Iterable[str]:
    """Yield the lines of what is due: one for each kind and medium, the names under it."""
    for (task, code), items in groupby(found, key=lambda item: (item.task, item.medium_code)):
        group = list(items)
        head = f"{translate(_TASKS[task])}  {code}".rstrip()
        late = sum(item.overdue for item in group)
        overdue = f", {translate('{number} overdue', number=late)}" if late else ""
        yield plain(f"{head}: {len(group)}{overdue}")
        for item in group[:most]:
            yield plain("  " + "  ".join(text for text in (item.by, item.name, translated(item.detail)) if text))
        if len(group) > most:
            yield plain("  " + translate("and {number} more; --all names them", number=len(group) - most))


def standing_line(item: Standing) -> str:
    """Say in one line how a set stands."""
    state = translate("insured (01)") if item.insured else translate("not insured (02)")
    older = [translate("a later generation is known")] if item.superseded else []
    reasons = "; ".join([*map(translated, item.reasons), *older])
    counts = translate("{good} of {copies} copies good", good=item.good, copies=item.copies)
    return f"{item.name}  {state}  {counts}" + (f"  {reasons}" if reasons else "")


def standing_values(item: Standing) -> dict[str, Any]:
    """Give a set's standing as plain JSON values."""
    return {**item._asdict(), "reasons": list(item.reasons), "insured": item.insured}


def copy_values(opened: Register, name: str) -> list[dict[str, Any]]:
    """Give the copies of a set as plain JSON values."""
    codes = {medium.id: medium.code for medium in opened.media()}
    return [{"medium_code": codes.get(copy.medium_id, ""), **copy._asdict(), "shared_device": bool(copy.shared_device)}
            for copy in opened.copies(name=name)]  # fmt: skip


def tell_set(found: list[Standing], values: dict[str, Any]) -> None:
    """Show one set: how it stands, its copies, and all that was done to them."""
    for item in found:
        click.echo(plain(standing_line(item)))
    for copy in values["copies"]:
        tell("  {code}: {state}, last read whole {day}", code=copy["medium_code"],
             state=translate(STATES[copy["state"]]), day=copy["last_full_check"][:10] or "-")  # fmt: skip
    for event in values["events"]:
        done = translate(_EVENTS[event["event"]]) if event["event"] in _EVENTS else event["event"]
        click.echo(plain(f"  {event['time']}  {event['medium_code']}  {done}  {event['by']}"))


def rebuilt_values(made: Rebuilt, kept: Path | None, code: ExitCode) -> dict[str, Any]:
    """Give what a register was made from as plain JSON values."""
    return {
        "media": [{"code": medium.code, "id": medium.id, "at": str(path)} for medium, path in made.media],
        "copies": made.copies,
        "records": made.records,
        "findings": [{"path": str(item.path), "detail": item.detail} for item in made.findings],
        "kept": str(kept) if kept else "",
        "exit_code": int(code),
    }
