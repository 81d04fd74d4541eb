"""Hold a target while a copy is written to it, and look again at what stands there once it is held.

The lock is on the part's folder and goes with it when it gets the copy's name, so a second run of the same set waits
at the one or the other, and then finds what the first has done.
"""

import os
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from pipeline.copies.copy_plan import Standing, Target, look_again
from pipeline.copies.history import holding
from pipeline.copies.register import Register
from pipeline.copies.writing import Source, remove_strangers
from pipeline.errors import FolderBusy

_TRIES = 20  # each is lost only where another run ends, or begins, at that very moment


def claim(target: Target, seal: str, source: Source, register: Register | None, stack: ExitStack) -> Target:
    """Hold a target until the stack is closed; give it as it stands then, unusable where it cannot be held.

    Raises:
        FolderBusy: Another run writes there.
    """
    if target.problem or target.standing in (Standing.THERE, Standing.UNUSABLE):
        return target
    for _ in range(_TRIES):
        with ExitStack() as attempt:
            try:
                found = _attempt(target, seal, source, register, attempt)
            except OSError as error:
                return replace(target, standing=Standing.UNUSABLE, problem=error.strerror or str(error))
            if found:
                stack.enter_context(attempt.pop_all())
                return found
    raise FolderBusy("another run writes to {path}; wait for it or stop it", path=target.part)


def _attempt(target: Target, seal: str, source: Source, register: Register | None, stack: ExitStack) -> Target | None:
    """Hold what is there; None where it was renamed or removed while this waited."""
    is_named = os.path.lexists(target.copy)
    folder = target.copy if is_named else target.part
    if not is_named:
        folder.mkdir(exist_ok=True)
    if not _held(folder, stack):
        return None
    if is_named:
        return look_again(target, seal, register)
    if os.path.lexists(target.copy):
        with suppress(OSError):  # empty, made here: the run that held the copy has just named it
            folder.rmdir()
        return None
    found = look_again(target, seal, register)
    if not found.is_open:
        return found
    if any(folder.iterdir()):
        remove_strangers(source, folder)  # may leave nothing, not even the folder that is held
    return target if folder.is_dir() else None


def _held(folder: Path, stack: ExitStack) -> bool:
    """Hold a folder; False where that is no longer the folder of this name."""
    try:
        before = folder.lstat()
        stack.enter_context(holding(folder))
        return os.path.samestat(before, folder.lstat())
    except FileNotFoundError:
        return False
