"""The program par2: which one is used, and how it is called. The only module that starts it.

Old versions of the program (0.8) are some twenty times slower than par2cmdline-turbo, and otherwise the same.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import NoVerdict, ToolMissing

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """A par2 that answered.

    Attributes:
        name: Its own name and version, for the record.
    """

    path: Path
    name: str


def find_program(search: str | None = None) -> Program:
    """Find par2: the one on the path, else the one inside the Python package par2cmdline-turbo.

    Args:
        search: Folders as in PATH; None for PATH itself.

    Raises:
        ToolMissing: There is none that answers.
    """
    found = shutil.which("par2", path=search)
    # The package's own command is a wrapper in Python that takes apart what the program writes.
    candidates = [Path(found)] if found and not _is_script(Path(found)) else []
    for path in (*candidates, *_in_package()):
        try:
            done = _call([str(path), "--version"], Path.cwd())
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.strip():
            return Program(path, done.stdout.strip().splitlines()[0])
    raise ToolMissing(
        "the program par2 is not installed; install the Debian package par2 or the Python package par2cmdline-turbo"
    )


def create(program: Program, root: Path, files: Sequence[str], target: Path, *, block: int, recovery: int) -> None:
    """Write recovery data for files.

    Args:
        program: The program.
        root: Folder that the names are relative to.
        files: Names of files that are not empty.
        target: `NAME.par2`, in a folder that is there; one more file is written beside it.
        block: Size of a block in bytes, a multiple of four.
        recovery: Number of recovery blocks.

    Raises:
        NoVerdict: The program failed, for want of room for example.
    """
    options = ["create", "-qq", "-n1", f"-s{block}", f"-c{recovery}", f"-B{root}", str(target), "--"]
    done = _call([str(program.path), *options, *(f"{root}/{name}" for name in files)], root)
    if done.returncode:
        raise NoVerdict(
            "par2 could not make recovery data: {reason}", reason=_last_line(done) or f"exit code {done.returncode}"
        )


def repair(program: Program, root: Path, index: Path, more: Sequence[Path] = ()) -> bool:
    """Put the files below a folder right from recovery data; tell whether par2 says that all are.

    Args:
        program: The program.
        root: The folder; good files may be links, the others are put there.
        index: One of the files of recovery data.
        more: Other files below the folder that may hold blocks.

    Raises:
        OSError: The program cannot be started.
    """
    call = [str(program.path), "repair", "-qq", f"-B{root}", str(index), "--", *map(str, more)]
    return _call(call, root).returncode == 0


def _call(call: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the program; it ends with us, or what a killed run started would write into what the next one does."""
    return subprocess.run(
        call,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=partial(_die_with, os.getpid()) if _LIBC is not None else None,
    )


def _die_with(parent: int) -> None:
    """Ask Linux, in the new process, to kill it when the thread that started it ends."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before it could be asked
        os._exit(1)


def _in_package() -> list[Path]:
    spec = find_spec("par2")
    places = [] if spec is None else spec.submodule_search_locations or []
    found = [Path(place, "binaries", name) for place in places for name in ("par2", "par2.exe")]
    return [path for path in found if path.is_file()]


def _is_script(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return True


def _last_line(done: "subprocess.CompletedProcess[str]") -> str:
    lines = (done.stderr + "\n" + done.stdout).strip().splitlines()
    return lines[-1].strip() if lines else ""
