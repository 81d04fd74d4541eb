"""Take media into use, note where they are kept, and take them out of use [mã hóa, di chuyển, thay phương tiện]."""

import dataclasses
from pathlib import Path

from pipeline.copies.clock import Clock, stamp
from pipeline.copies.comparing import compare
from pipeline.copies.device import device_of
from pipeline.copies.medium import NAME, Medium, checked, read_identity, write_identity
from pipeline.copies.presence import copies_on, wrong_medium
from pipeline.copies.record import Event
from pipeline.copies.recording import catch_up, only_in_register, record_event
from pipeline.copies.register import Register
from pipeline.copies.stock import CopyEntry
from pipeline.errors import NoVerdict, UsageError


def add_medium(register: Register, root: Path, medium: Medium, *, dry_run: bool = False) -> Medium:
    """Give a folder the identity of a medium and take it into the register; one that has it already is taken as it is.

    Args:
        register: Takes it in.
        root: The folder, usually the mount point.
        medium: The identity for a medium that has none.
        dry_run: Only say what would be the medium's identity.

    Raises:
        UsageError: There is no such folder, it is another medium already, or the code belongs to another medium.
        NoVerdict: It cannot be written to, or its identity cannot be read.
    """
    if not root.is_dir():
        raise UsageError("{path} is not a folder; plug the medium in first", path=root)
    here = read_identity(root)
    if here and here.code != medium.code:
        raise UsageError("{path} is the medium {code} already", path=root, code=here.code)
    medium = here or checked(medium)
    wrong = wrong_medium(register, medium)
    if wrong:
        raise UsageError("{path}: {problem}", path=root, problem=wrong)
    if dry_run:
        return medium
    if here is None:
        _give(register, root, medium)
    else:
        take_over(register, root, here)
    return medium


def _give(register: Register, root: Path, medium: Medium) -> None:
    """Write the identity, then the register: killed in between, the next call finds a medium to take over."""
    _write(root, medium)
    try:
        register.put_medium(medium, root)
    except UsageError:
        (root / NAME).unlink()  # another program gave the code away at the same moment
        raise


def take_over(register: Register, root: Path, medium: Medium) -> None:
    """Take a medium that has its identity already, with all its copies, into the register.

    Raises:
        UsageError: Another medium has its code.
        NoVerdict, FolderBusy: The medium cannot be read, or the register cannot be written to.
    """
    register.put_medium(medium, root)
    for name in names_on(root):
        catch_up(root / name, compare(root / name, medium, register), medium, register)


def move_medium(
    register: Register, code: str, place: str, *, root: Path | None, by: str, now: Clock, dry_run: bool = False
) -> Medium:
    """Note that a medium is kept at another place from now on, in the history of each of its copies.

    Args:
        register: Knows the medium.
        code: Of the medium.
        place: The new place.
        root: Where it is plugged in; None where it is not: it learns of it when it is.
        by: The person.
        now: The clock.
        dry_run: Only say what the medium's identity would be.

    Raises:
        UsageError: There is no such medium.
        NoVerdict, FolderBusy: Something cannot be read or written.
    """
    before = known_medium(register, code)
    after = dataclasses.replace(before, place=place.strip())
    if dry_run or before == after:
        return after
    details = {"place_before": before.place, "place_after": after.place}
    if root is not None:
        _write(root, after)
        take_over(register, root, before)
    for copy in register.copies(medium_id=before.id):
        if _told(register, copy, details):
            continue
        if root is None:
            only_in_register(register, before, copy.name, Event.MOVED, details, by=by, now=now)
        else:
            record_event(root / copy.name, Event.MOVED, details, medium=after, register=register, seal=copy.seal,
                         by=by, now=now)  # fmt: skip
    register.put_medium(after, root)
    return after


def _told(register: Register, copy: CopyEntry, details: dict[str, str]) -> bool:
    """Tell whether the newest record of a copy is this very move: a call before this one was cut short."""
    last = register.chain(copy.medium_id, copy.name)[-1][0]
    return last.event == Event.MOVED and last.details == details


def retire_medium(register: Register, code: str, *, root: Path | None, now: Clock, dry_run: bool = False) -> Medium:
    """Take a medium out of use: its copies no longer count; nothing on it is removed.

    Raises:
        UsageError: There is no such medium, or it is out of use already.
        NoVerdict, FolderBusy: Something cannot be written.
    """
    medium = known_medium(register, code)
    if medium.retired:
        raise UsageError("the medium {code} was taken out of use already ({time})", code=code, time=medium.retired)
    retired = dataclasses.replace(medium, retired=stamp(now))
    if not dry_run:
        if root is not None:
            _write(root, retired)
        register.put_medium(retired, root)
    return retired


def known_medium(register: Register, code: str) -> Medium:
    """Find a medium by its code or id.

    Raises:
        UsageError: The register knows none.
    """
    medium = register.medium(code)
    if medium is None:
        raise UsageError("the register knows no medium {code}; known are: {known}",
                         code=code, known=", ".join(item.code for item in register.media()) or "-")  # fmt: skip
    return medium


def names_on(root: Path) -> tuple[str, ...]:
    """Give the names of the copies on a medium.

    Raises:
        NoVerdict: The medium cannot be listed.
    """
    try:
        return copies_on(root)
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=root, reason=error.strerror or "") from error


def _write(root: Path, medium: Medium) -> None:
    try:
        if device_of(root).read_only and read_identity(root):
            return  # a finished disc keeps the identity it has; the register knows better
        write_identity(root, medium)
    except OSError as error:
        raise NoVerdict("the medium at {path} could not be written to: {reason}",
                        path=root, reason=error.strerror or "") from error  # fmt: skip
