"""Places that nothing may be written into: sealed sets and batches, which one file more would break."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.transfer.manifest import NAME

_MARKS = ("bagit.txt", NAME)


def refuse_sealed(folders: Iterable[Path], path: Path) -> None:
    """Refuse to write where one of the folders is a sealed set or a batch.

    Args:
        folders: Those that would hold what is written.
        path: What was asked for, for the sentence.

    Raises:
        UsageError: One of them is sealed.
    """
    for folder in folders:
        if any((folder / mark).is_file() for mark in _MARKS):
            raise UsageError(
                "{path} lies in {folder}, which is sealed and must not be changed; choose a place outside it",
                path=path, folder=folder,
            )  # fmt: skip
