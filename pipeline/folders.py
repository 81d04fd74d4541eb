"""The folders a run works in: refused before anything is written where that would do harm, explained when they fail."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import NoVerdict, RunStopped, UsageError
from pipeline.journal import Journal
from pipeline.stages.artifact import STOPPING_ERRORS
from pipeline.stages.seal import SEAL


def require_folder(scans: Path) -> None:
    """Refuse a scan folder that is none.

    Raises:
        UsageError: It is not there, or a file.
        NoVerdict: It cannot be listed.
    """
    try:
        if not scans.is_dir():
            raise UsageError(
                "{path} is not a folder; name the folder that the scanner wrote the batch into", path=scans
            )
        next(scans.iterdir(), None)
    except OSError as error:
        raise NoVerdict("{path} cannot be read: {reason}", path=scans, reason=error.strerror) from error


def refuse_inside(option: str, folder: Path, scans: Path) -> None:
    """Refuse a place for results that is a file, lies among the scans, or in a sealed set.

    Raises:
        UsageError: It does.
    """
    if folder.is_relative_to(scans):
        raise UsageError(
            "{option} {path} lies inside the scan folder; choose a place outside it", option=option, path=folder
        )
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise UsageError("{option}: {path} is a file, not a folder", option=option, path=place)
        if (place / "bagit.txt").is_file():
            raise UsageError(
                "{option} {path} lies inside a sealed set, which must not be changed; choose a place outside it",
                option=option, path=folder,
            )  # fmt: skip


def check_owner(journal: Journal, scans: Path, final: Path) -> None:
    """Refuse to take the place of another batch: two communes may both have a "Đợt 1".

    Raises:
        UsageError: The work folder belongs to other scans that are still there, or the set was made by another one.
    """
    about = journal.about()
    owner = Path(about["scans"]) if "scans" in about else scans
    if owner != scans and owner.is_dir():
        raise UsageError(
            "the work folder belongs to the batch in {owner}; choose another --out or --work for {path}",
            owner=owner, path=scans,
        )  # fmt: skip
    entry = journal.entry("", SEAL.name)
    if final.exists() and (entry is None or entry.result.facts["set"] != str(final)):
        raise UsageError(
            "{path} is there already and was not made from this work folder; move it away or choose another --out",
            path=final,
        )


@contextmanager
def stopping(scans: Path, places: tuple[Path, ...]) -> Iterator[None]:
    """Turn a full disk, a lost folder or a missing permission into one sentence.

    Raises:
        RunStopped: That.
    """
    try:
        yield
    except OSError as error:
        if not scans.is_dir():
            raise RunStopped("{path} is gone; connect it again and start the same command", path=scans) from error
        where = error.filename if isinstance(error.filename, str) else str(min(places, key=_free_bytes))
        if error.errno in STOPPING_ERRORS:
            raise RunStopped(
                "nothing more can be written ({reason}: {path}); make room and start the same command again: what is "
                "finished is kept",
                reason=error.strerror, path=where,
            ) from error  # fmt: skip
        if isinstance(error, PermissionError) and any(
            Path(where).is_relative_to(place) for place in _with_parents(places)
        ):
            raise RunStopped("{path} cannot be written: {reason}", path=where, reason=error.strerror) from error
        raise


def _free_bytes(place: Path) -> int:
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    return shutil.disk_usage(there).free


def _with_parents(places: tuple[Path, ...]) -> set[Path]:
    return {*places, *(place.parent for place in places)}
