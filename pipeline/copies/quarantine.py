"""What a repair takes out of a copy: where it goes, and under which name; nothing is ever deleted.

The names are settled before the first change, so that a repair that was killed ends with the same ones.
"""

import os
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.copies.history import beside
from pipeline.files import rename_durable, sync_folder

_NAME_BYTES = 120  # of a path that stays readable in a name in quarantine


def quarantine_folder(copy: Path) -> Path:
    """Name the folder beside a copy for what was taken out of it."""
    return beside(copy) / "quarantine"


def kept_under(copy: Path, digest: str) -> Iterator[Path]:
    """Yield what lies in quarantine under a digest."""
    with suppress(OSError):
        yield from sorted(quarantine_folder(copy).glob(f"{digest}--*"))


def settled_names(copy: Path, removals: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Say where each path of the copy will lie, relative to the medium: path -> place.

    Args:
        copy: The copy.
        removals: Path in the copy and digest of what stands there, or a word for it.
    """
    folder = quarantine_folder(copy)
    try:
        taken = set(os.listdir(folder))  # noqa: PTH208
    except OSError:
        taken = set()
    places = {}
    for path, digest in removals:
        name = _free_name(digest, _flat(path), taken)
        taken.add(name)
        places[path] = (folder / name).relative_to(copy.parent).as_posix()
    return places


def _free_name(digest: str, flat: str, taken: Container[str]) -> str:
    name, number = f"{digest}--{flat}", 1
    while name in taken:
        number += 1
        name = f"{digest}--{number}--{flat}"
    return name


def set_aside(copy: Path, path: str, place: str) -> None:
    """Move something out of the copy to its place in quarantine; what is not there any more was moved before.

    Raises:
        OSError: The medium cannot be written to.
    """
    source, target = copy / path, copy.parent / place
    if not os.path.lexists(source):
        return
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True)
        sync_folder(target.parent.parent)
    rename_durable(source, target)


def remove_empty(copy: Path, paths: Iterable[str]) -> None:
    """Remove the folders that were left empty where these paths stood."""
    for path in paths:
        with suppress(OSError):  # a folder that is still in use stays
            for above in Path(path).parents[:-1]:
                (copy / above).rmdir()


def _flat(path: str) -> str:
    """Bring a path into one name, its end kept."""
    data = os.fsencode(re.sub(r"[/\\\0]", "~", path))[-_NAME_BYTES:]
    return data.decode("utf-8", "ignore") or "name"
