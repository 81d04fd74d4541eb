"""Tell a medium that is not plugged in from a copy that is damaged: on the bare folder below nothing may be written."""

from pathlib import Path

from pipeline.copies.history import history_folder
from pipeline.copies.medium import Medium
from pipeline.copies.register import Register
from pipeline.copies.surroundings import is_folder
from pipeline.errors import NoVerdict


def require_copy(copy: Path, medium: Medium | None, register: Register | None) -> None:
    """Make sure that a copy stands where it is said to stand, be it damaged, and that its medium is plugged in.

    Args:
        copy: The folder of the bag; on a medium with its identity it may be empty.
        medium: Whose identity stands beside the copy; None where none does.
        register: Tells which media were last seen there.

    Raises:
        NoVerdict: It does not, or the register cannot be read.
    """
    code = _known_there(copy, register) if register and medium is None else ""
    if code:
        raise NoVerdict("{path} is a copy on the medium {code}, which is not there: is it plugged in?",
                        path=copy, code=code)  # fmt: skip
    bare = medium is None and is_folder(copy) and not is_folder(history_folder(copy)) and _is_empty(copy)
    if bare or not is_folder(copy):
        raise NoVerdict("{path} is not there: is the medium plugged in?", path=copy)


def _known_there(copy: Path, register: Register) -> str:
    """Give the code of the medium with a copy of this name that the register last saw in this place; "" for none."""
    paths, here = register.paths(), copy.absolute().parent
    for entry in register.copies(name=copy.name):
        place, medium = paths.get(entry.medium_id), register.medium(entry.medium_id)
        if medium and place and here in {place, place.resolve()}:
            return medium.code
    return ""


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None
