"""Find what there is to check: the copies on a medium, and on all known media that are plugged in."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies.medium import Medium, read_identity
from pipeline.copies.presence import Problem, copies_on, present_media
from pipeline.copies.register import Register
from pipeline.errors import NoVerdict


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
    copies: dict[Path, None] = dict.fromkeys(root for root in roots if not copies_at(root))
    found = set()
    for medium, root in present.media:
        if register is None or register.medium(medium.id) or root in roots:
            found.add(medium.id)
            copies |= dict.fromkeys(root / name for name in _names(register, medium, root))
    media = register.media() if register else ()
    absent = tuple(medium for medium in media if not medium.retired and medium.id not in found)
    return Stock(tuple(copies), absent, present.problems)


def copies_at(root: Path) -> tuple[Path, ...]:
    """Give the copies on a medium; none where the folder is no medium, or is a copy itself."""
    try:
        medium = read_identity(root)
        return tuple(root / name for name in copies_on(root)) if medium else ()
    except (OSError, NoVerdict):
        return ()


def _names(register: Register | None, medium: Medium, root: Path) -> list[str]:
    known = {copy.name for copy in register.copies(medium_id=medium.id)} if register else set()
    try:
        return sorted({*copies_on(root), *known})
    except OSError:
        return sorted(known)
