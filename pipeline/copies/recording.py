"""Write down what was done to a copy: on its medium, and in the register.

The medium comes first. A kill between the two leaves the medium ahead, and the next record brings the register up to
it. Where the medium cannot be written to, the register alone keeps the record until it can.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.copies.clock import Clock
from pipeline.copies.comparing import Comparison, compare
from pipeline.copies.history import append, beside, history_folder, holding, later, make_durable, write
from pipeline.copies.medium import Medium, write_identity
from pipeline.copies.record import Event, Record, following, subject_of
from pipeline.copies.register import Register
from pipeline.copies.seal import describe
from pipeline.errors import NoVerdict
from pipeline.messages import Sentence


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a record.

    Attributes:
        on_medium: It stands beside the copy.
        in_register: It stands in the register.
        findings: What was wrong with the history before, in English.
        problem: Why it does not stand beside the copy, in English; "" where it does.
    """

    record: Record
    on_medium: bool
    in_register: bool
    findings: tuple[Sentence, ...] = ()
    problem: str = ""


def record_event(
    copy: Path,
    event: Event,
    details: Mapping[str, Any],
    *,
    medium: Medium | None,
    register: Register | None,
    seal: str,
    by: str,
    now: Clock,
) -> Recorded:
    """Write down one event of a copy.

    Args:
        copy: Folder of the copy, `DIR/<set>`; it need not be there any more.
        event: What was done.
        details: Plain JSON, as the event asks for.
        medium: Identity of the medium; None for a plain folder, whose copies the register does not count.
        register: None where there is none.
        seal: SHA-256 of the set's tag manifest.
        by: The person.
        now: The clock.

    Raises:
        NoVerdict: It could be written neither beside the copy nor into the register.
        FolderBusy: Another program writes there for too long.
    """
    before = compare(copy, medium, register)
    counted = register if register and medium and register.medium(medium.id) else None
    if counted:
        catch_up(copy, before, medium, counted)
        after = compare(copy, medium, counted) if before.to_register or before.to_medium else before
    else:
        after = before
    subject = subject_of(medium, copy.name, seal)
    details = json.loads(json.dumps(details))  # what is recorded is what will be read again
    problem = _in_the_way(copy, after)
    if not problem:
        try:
            record = append(history_folder(copy), event, details, subject, by=by, now=now, known=after.known)
        except OSError as error:
            problem = error.strerror or str(error)
    if problem:
        if counted is None:
            raise NoVerdict("the history of {path} could not be written: {reason}", path=copy, reason=problem)
        head = after.known if after.apart else later(after.history.head, after.known)
        record = following(head, event, details, subject, by=by, now=now)
    if counted:
        counted.note((record,), on_medium=not problem, description=describe(copy) or None)
    return Recorded(record, not problem, counted is not None, before.findings, problem)


def is_linked(copy: Path) -> bool:
    """Tell whether the folder beside a copy, or its history, is a link: what is written there would go elsewhere."""
    return beside(copy).is_symlink() or history_folder(copy).is_symlink()


def _in_the_way(copy: Path, found: Comparison) -> str:
    """Say why nothing may be written beside the copy; "" where it may."""
    if is_linked(copy):
        return "a link stands where the history should be"
    return "the history beside the copy is not the register's; mend it first" if found.apart else ""


def catch_up(copy: Path, found: Comparison, medium: Medium | None, register: Register) -> None:
    """Give the register what only the medium has, and the medium what only the register has kept.

    Raises:
        NoVerdict, FolderBusy: The register cannot be written to.
    """
    if found.to_register:
        register.note(found.to_register, description=describe(copy) or None)
    if found.to_medium and not is_linked(copy) and _hand_over(copy, found.to_medium, medium):
        register.note(found.to_medium)


def _hand_over(copy: Path, records: tuple[Record, ...], medium: Medium | None) -> bool:
    """Write records that waited for the medium; False where it still cannot be written to."""
    folder = history_folder(copy)
    places = [record.details.get("place_after") for record in records if record.event == Event.MOVED]
    try:
        make_durable(folder)
        with holding(folder):
            for record in records:
                write(folder, record)
        if medium and places and isinstance(places[-1], str):
            write_identity(copy.parent, dataclasses.replace(medium, place=places[-1]))
    except OSError:
        return False
    return True


def only_in_register(
    register: Register, medium: Medium, name: str, event: Event, details: Mapping[str, Any], *, by: str, now: Clock
) -> Record:
    """Write down an event of a copy on a medium that is not at hand; the medium gets it when it is.

    Raises:
        NoVerdict: The register knows no such copy, or cannot be written to.
    """
    known = register.copy(medium.id, name)
    if known is None:
        raise NoVerdict("the register knows no copy of {name} on {code}", name=name, code=medium.code)
    record = following(
        register.head(medium.id, name), event, details, subject_of(medium, name, known.seal), by=by, now=now
    )
    register.note((record,), on_medium=False)
    return record
