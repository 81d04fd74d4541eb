"""Find what there is to check: the copies on a medium, and on all known media that are plugged in."""

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies.medium import NAME, Medium, read_identity
from pipeline.copies.presence import Problem, cloned, copies_on, present_media
from pipeline.copies.register import Register
from pipeline.errors import NoVerdict, SohoaError
from pipeline.messages import sentence


@dataclass(frozen=True, slots=True)
class Stock:
    """What is at hand.

    Attributes:
        copies: Folders of copies, those that should be on a medium and are not there included.
        absent: Media in use that are not plugged in.
        problems: Places where a medium stands that cannot be used.
    """

    copies: tuple[Path, ...]
    absent: tuple[Medium, ...] = ()
    problems: tuple[Problem, ...] = ()


def find_copies(register: Register | None, roots: Iterable[Path] = ()) -> Stock:
    """Look for known media in the folders given, where they were last seen, and at all mount points.

    Without a register every medium that is found counts as known. A folder given that is no medium is a copy.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    roots = tuple(roots)
    present = present_media(register, roots)
    places = {medium.id: root for medium, root in present.media}
    named = named_copies(register, (root for root in roots if not _is_medium(root)), places)
    copies: dict[Path, None] = dict.fromkeys(named.copies)
    found = set()
    for medium, root in present.media:
        if register is None or register.medium(medium.id) or root in roots:
            found.add(medium.id)
            copies |= dict.fromkeys(root / name for name in _names(register, medium, root))
    media = register.media() if register else ()
    absent = tuple(medium for medium in media if not medium.retired and medium.id not in found)
    return Stock(tuple(copies), absent, (*present.problems, *named.problems))


def named_copies(register: Register | None, paths: Iterable[Path], places: Mapping[str, Path] | None = None) -> Stock:
    """Take each folder for a copy, or for a medium with all copies that stand there or that the register knows there.

    Args:
        register: None where there is none.
        paths: Folders of copies and of media.
        places: Where media are known to stand: id -> folder.
    """
    copies: dict[Path, None] = {}
    problems: dict[Path, Problem] = {}
    stand = dict(places or {})
    for path in paths:
        whole = _is_medium(path)
        root = path if whole else path.absolute().parent
        try:
            medium = read_identity(root)
        except NoVerdict as error:
            if whole:
                problems[root] = Problem("unreadable", root, sentence(error.template, **error.values))
                continue
            medium = None
        twin = _twin(register, medium, root, stand) if medium else None
        if medium and twin:
            problems[root] = Problem("cloned", root, cloned(medium, twin, root))
            continue
        if medium:
            stand.setdefault(medium.id, root)
        copies |= dict.fromkeys(
            [root / name for name in _names(register, medium, root)] if medium and whole else [path]
        )
    return Stock(tuple(copies), problems=tuple(problems.values()))


def _is_medium(path: Path) -> bool:
    """Tell whether an identity stands there, damaged or not; a bag that holds such a file is a bag."""
    try:
        (path / NAME).lstat()
        return not (path / "bagit.txt").is_file() or bool(copies_on(path))
    except OSError:
        return False


def _twin(register: Register | None, medium: Medium, root: Path, stand: Mapping[str, Path]) -> Path | None:
    """Find another place that says it is the same medium: one is a clone of the other."""
    places = [stand[medium.id]] if medium.id in stand else []
    with contextlib.suppress(SohoaError):  # what is wrong with the register is said where the copies are checked
        places += [path for path in [register.paths().get(medium.id) if register else None] if path]
    return next((place for place in places if _stands_too(medium, place, root)), None)


def _stands_too(medium: Medium, place: Path, root: Path) -> bool:
    try:
        other = read_identity(place)
        return other is not None and other.id == medium.id and not (place / NAME).samefile(root / NAME)
    except (OSError, NoVerdict):
        return False


def copies_at(root: Path) -> tuple[Path, ...]:
    """Give the copies on a medium; none where the folder is no medium, or is a copy itself."""
    try:
        medium = read_identity(root)
        return tuple(root / name for name in copies_on(root)) if medium else ()
    except (OSError, NoVerdict):
        return ()


def _names(register: Register | None, medium: Medium, root: Path) -> list[str]:
    try:
        known = {copy.name for copy in register.copies(medium_id=medium.id)} if register else set()
    except SohoaError:  # said where the copies are checked
        known = set()
    try:
        return sorted({*copies_on(root), *_links(root), *known})
    except OSError:
        return sorted(known)


def _links(root: Path) -> set[str]:
    """Find links that stand where copies should, so that they are told and not passed over."""
    with os.scandir(root) as entries:
        linked = [Path(entry.path) for entry in entries if entry.is_symlink() and not entry.name.startswith(".")]
    names = {path.name for path in linked if (path / "bagit.txt").is_file()}
    return names | {path.name.removesuffix(".sohoa") for path in linked if path.name.endswith(".sohoa")}
