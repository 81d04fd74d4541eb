"""A copy's history put right from the register: records that are gone or were changed on the medium come back."""

import errno
import re
from pathlib import Path

from pipeline.copies.clock import Clock
from pipeline.copies.comparing import compare
from pipeline.copies.history import beside, chain_breaks, history_folder, holding, make_durable, write
from pipeline.copies.medium import Medium
from pipeline.copies.record import Event, Record, to_bytes
from pipeline.copies.recording import catch_up, is_linked, record_event
from pipeline.copies.register import Register
from pipeline.errors import NoVerdict
from pipeline.files import rename_durable, sha256_file


def mend_history(
    copy: Path, medium: Medium, register: Register, *, by: str, now: Clock, dry_run: bool = False
) -> tuple[int, ...]:
    """Bring a copy's history on the medium into agreement with the register, and write down that this was done.

    What stood there goes to quarantine. A history that agrees already is left alone.

    Returns:
        Numbers of the records that were, or would be, put back.

    Raises:
        NoVerdict: The register's own chain is not whole, or the medium cannot be written to.
        FolderBusy: Another program writes there.
    """
    catch_up(copy, compare(copy, medium, register), medium, register)
    records = [record for record, _ in register.chain(medium.id, copy.name)]
    if chain_breaks(records, {record.number: record.digest for record in records}):
        raise NoVerdict("the register's own history of {name} on {code} is not whole", name=copy.name, code=medium.code)
    folder = history_folder(copy)
    if is_linked(copy):
        raise NoVerdict("the history of {path} could not be written: {reason}",
                        path=copy, reason="a link stands where the history should be")  # fmt: skip
    lacking = [record for record in records if not _stands(folder, record)]
    strange = _strange(folder, {record.number for record in records}) if records else []
    if not (lacking or strange) or dry_run:
        return tuple(record.number for record in lacking)
    try:
        _put_back(copy, folder, lacking, strange)
    except OSError as error:
        raise NoVerdict("the history of {path} could not be written: {reason}",
                        path=copy, reason=error.strerror or str(error)) from error  # fmt: skip
    register.note(records)
    numbers = tuple(record.number for record in lacking)
    record_event(copy, Event.MENDED, {"records": list(numbers)}, medium=medium, register=register,
                 seal=records[-1].seal, by=by, now=now)  # fmt: skip
    return numbers


def _strange(folder: Path, known: set[int]) -> list[Path]:
    """Find records that the register's chain has no place for."""
    try:
        names = sorted(path for path in folder.iterdir() if re.fullmatch(r"[0-9]{6,}\.json", path.name))
    except OSError:
        return []
    return [path for path in names if int(path.stem) not in known]


def _stands(folder: Path, record: Record) -> bool:
    try:
        return (folder / f"{record.number:06}.json").read_bytes() == to_bytes(record)
    except OSError:
        return False


def _put_back(copy: Path, folder: Path, records: list[Record], strange: list[Path]) -> None:
    make_durable(folder)
    with holding(folder):
        for path in strange:
            _put_aside(path, beside(copy) / "quarantine")
        for record in records:
            path = folder / f"{record.number:06}.json"
            if path.exists():
                _put_aside(path, beside(copy) / "quarantine")
            write(folder, record)


def _put_aside(path: Path, quarantine: Path) -> None:
    """Keep what stood there, under a name with its digest; what cannot be read keeps its number only."""
    quarantine.mkdir(parents=True, exist_ok=True)
    try:
        digest = sha256_file(path)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise
        digest = "unreadable"
    rename_durable(path, quarantine / f"{digest}--history~{path.name}")
