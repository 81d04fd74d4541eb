"""Make lost files again out of recovery data and of what is left of them, in a scratch folder; no copy is touched."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies import par2
from pipeline.copies.recovery import Recovery, division, is_empty
from pipeline.copies.reference import Reference, Wanted
from pipeline.files import copy_hashed

_MORE = ".more"  # where other damaged versions of files lie, for the blocks they still hold


@dataclass(frozen=True, slots=True)
class Remains:
    """What there is of a set.

    Attributes:
        good: Gives the place of a whole file; None for one that is lost.
        versions: Lost file -> damaged versions of it, in all copies.
    """

    reference: Reference
    good: Callable[[str], Path | None]
    versions: Mapping[str, Sequence[Path]]


def rescue(remains: Remains, recovery: Recovery, scratch: Path, program: par2.Program) -> dict[str, Path]:
    """Make lost files again.

    Args:
        remains: What there is.
        recovery: Recovery data of this set.
        scratch: Empty folder; what was made lies in it.
        program: The par2 to use.

    Returns:
        Path in the set -> the file, for those that came out with the digest that is wanted.

    Raises:
        OSError: The scratch folder cannot be written to, or the program cannot be started.
    """
    lost = set(remains.versions)
    for number, paths in enumerate(division(remains.reference, recovery.parts), 1):
        index = recovery.index(number)
        if index is not None and not lost.isdisjoint(paths):
            root = scratch / str(number)
            more = _lay_out(remains, paths, root)
            par2.repair(program, root, index, more)
    found = {}
    for path in sorted(lost):
        wanted = remains.reference.files[path]
        if is_empty(wanted):
            (scratch / "empty").write_bytes(b"")
            found[path] = scratch / "empty"
        elif made := _made(scratch, path, wanted):
            found[path] = made
    return found


def _lay_out(remains: Remains, paths: Sequence[str], root: Path) -> list[Path]:
    """Lay out the files of a part under their names; give the further versions of the lost ones."""
    root.mkdir()
    more: list[Path] = []
    for path in paths:
        good = remains.good(path)
        versions = [good] if good else list(remains.versions.get(path, ()))
        for number, version in enumerate(versions):
            place = root / path if not number else root / _MORE / f"{len(more)}"
            place.parent.mkdir(parents=True, exist_ok=True)
            if number:
                copy_hashed(version, place)  # par2 passes over further files that are links
            else:
                lend(version, place)
            more += [place] if number else []
    return more


def lend(file: Path, place: Path) -> None:
    """Put a file at a place for reading: a link, or a copy on a file system that knows no links.

    Raises:
        OSError: None of these can be had.
    """
    for way in (os.symlink, os.link):
        with suppress(OSError, NotImplementedError):
            way(file, place)
            return
    copy_hashed(file, place)


def _made(scratch: Path, path: str, wanted: Wanted) -> Path | None:
    """Find a file that was made, whole and right."""
    for root in sorted(scratch.iterdir()):
        place = root / path
        if os.path.lexists(place) and wanted.fits(place.resolve()):
            return place.resolve()
    return None
