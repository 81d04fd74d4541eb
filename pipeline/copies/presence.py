"""Which media are plugged in: known ones, strangers, impostors and clones."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies.device import mounts
from pipeline.copies.medium import NAME, Medium, read_identity
from pipeline.copies.register import Register
from pipeline.errors import NoVerdict
from pipeline.messages import Sentence, sentence

_BESIDE = ".sohoa"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with what stands at a place; `kind` is "unreadable", "wrong-medium" or "cloned"."""

    kind: str
    path: Path
    detail: Sentence


@dataclass(frozen=True, slots=True)
class Present:
    """What was found.

    Attributes:
        media: Each medium with the folder it stands at, by code.
        problems: What a person must look into.
    """

    media: tuple[tuple[Medium, Path], ...]
    problems: tuple[Problem, ...] = ()


def present_media(register: Register | None, roots: Iterable[Path] = (), *, search: bool = True) -> Present:
    """Look for media in the folders given and, where asked, at all mount points and where they were last seen.

    Args:
        register: Tells where media were last seen, and whether a code belongs to another medium.
        roots: Folders to look in first.
        search: Look at other places than `roots` too.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    found: dict[str, tuple[Medium, Path]] = {}
    problems: list[Problem] = []
    for place in _places(register, roots, search=search):
        try:
            medium = read_identity(place)
        except NoVerdict as error:
            problems.append(Problem("unreadable", place, sentence(error.template, **error.values)))
            continue
        if medium is None:
            continue
        wrong = wrong_medium(register, medium)
        if wrong:
            problems.append(Problem("wrong-medium", place, wrong))
        elif medium.id in found:
            problems.append(Problem("cloned", place, cloned(medium, found[medium.id][1], place)))
        else:
            found[medium.id] = medium, place
    return Present(tuple(sorted(found.values(), key=lambda item: (item[0].code, item[0].id))), tuple(problems))


def wrong_medium(register: Register | None, medium: Medium) -> Sentence | None:
    """Say that a medium only bears the code of a known one, or that its code was changed; None where all is well.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    if register is None:
        return None
    known, bearer = register.medium(medium.id), register.medium(medium.code)
    if bearer is not None and bearer.id != medium.id:
        return sentence("this is not the medium {code} of the register: it only bears its code", code=medium.code)
    if known is not None and known.code != medium.code:
        return sentence("this medium says that it is {code}; in the register it is {known}",
                        code=medium.code, known=known.code)  # fmt: skip
    return None


def copies_on(root: Path) -> tuple[str, ...]:
    """Give the names of the copies that stand on a medium or of which records stand there, in order.

    Raises:
        OSError: The folder cannot be listed.
    """
    names = set()
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                continue
            if entry.name.endswith(_BESIDE):
                names |= {entry.name.removesuffix(_BESIDE)} if Path(entry.path, "history").is_dir() else set()
            elif Path(entry.path, "bagit.txt").is_file():
                names.add(entry.name)
    return tuple(sorted(names - {""}))


def _places(register: Register | None, roots: Iterable[Path], *, search: bool) -> list[Path]:
    """Give the folders to look in, each once, however it is written or mounted a second time."""
    wanted = list(roots)
    if search:
        wanted += register.paths().values() if register else ()
        # Looking at a point that mounts by itself would wake a disk or wait for a server that is away.
        wanted += [Path(mount.point) for mount in mounts() if mount.filesystem != "autofs"]
    places: dict[tuple[int, int], Path] = {}
    for place in wanted:
        try:
            status = (place / NAME).stat()
        except OSError:
            continue
        places.setdefault((status.st_dev, status.st_ino), place)
    return list(places.values())


def cloned(medium: Medium, one: Path, other: Path) -> Sentence:
    """Say that two places claim to be the same medium."""
    return sentence("{path} and {other} both say that they are the medium {code}: one is a clone of the other",
                    path=one, other=other, code=medium.code)  # fmt: skip
