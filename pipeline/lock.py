"""One run at a time in a work folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import FolderBusy

NAME = "lock"


@contextmanager
def held(work: Path) -> Iterator[None]:
    """Hold the work folder; the kernel lets go of it however the process ends.

    Raises:
        FolderBusy: Another process holds it.
    """
    with (work / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "?"
            raise FolderBusy(
                "another run (process {holder}) holds {path}; wait for it or stop it", holder=holder, path=work
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
