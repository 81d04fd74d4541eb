"""Write a set's files to several targets while each is read once; a target that fails drops out, the others go on."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.filenames import is_junk
from pipeline.files import open_regular, read_blocks
from pipeline.verify.found import Found
from pipeline.verify.names import Names
from pipeline.verify.rows import Tree
from pipeline.verify.verdict import Finding, Kind

JOBS = 2  # one reads and hashes while the other writes
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)

Told = Callable[[int], None]  # called with the bytes of each block that was written to all targets


@dataclass(slots=True)
class Part:
    """A copy that is being written.

    Attributes:
        folder: Where it grows.
        problem: Why it dropped out; "" while all is well.
    """

    folder: Path
    problem: str = ""

    def has_failed(self) -> bool:
        """Tell whether it dropped out."""
        return bool(self.problem)


@dataclass(slots=True)
class Source:
    """The set that is read, with what its lists say of each file."""

    root: Path
    names: Names
    damage: list[Finding] = field(default_factory=list)

    def files(self) -> Iterator[tuple[Tree, int]]:
        """Give all files that belong to the set, tag files first, so that an interrupted part says what it is."""
        for tree in (self.names.tags, self.names.payload):
            yield from ((tree, row) for row, path in enumerate(tree.paths) if not is_junk(path))


def open_source(root: Path) -> tuple[Source, tuple[Finding, ...]]:
    """Read the lists of a set; give it with what its names show to be wrong."""
    found = Found()
    names = Names(root, found)
    names.read()
    return Source(root, names), found.findings


def write_parts(source: Source, parts: Sequence[Part], *, only: frozenset[str] | None = None, told: Told) -> None:
    """Write the files to every part that lacks them; what is there in full size is left to the reading back.

    Args:
        source: The set; damage found while it is read is noted there.
        parts: The targets; a failure is noted in each.
        only: Write just these, even where a file of the size is there; all files without it.
        told: Called in several threads.
    """
    queue, lock = source.files(), threading.Lock()

    def work() -> None:
        while any(not part.problem for part in parts):
            with lock:
                item = next(queue, None)
            if item is None:
                return
            path = item[0].paths[item[1]]
            if only is None or path in only:
                _write_file(source, *item, parts, told, again=only is not None)

    with ThreadPoolExecutor(JOBS) as pool:
        for future in [pool.submit(work) for _ in range(JOBS)]:
            future.result()


def _write_file(source: Source, tree: Tree, row: int, parts: Sequence[Part], told: Told, *, again: bool) -> None:
    """Copy one file to all parts that lack it, in one read; compare what was read with the lists."""
    path, size_bytes = tree.paths[row], tree.sizes[row]
    lacking = [part for part in parts if not part.problem and (again or _lacks(part, path, size_bytes))]
    if not lacking:
        told(size_bytes)
        return
    wanted = {item.algorithm: item.digest(row) for item in tree.lists if item.width and item.listed[row]}
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in wanted}
    with ExitStack() as stack:
        try:
            descriptor = open_regular(f"{source.root}/{path}")
            stack.callback(os.close, descriptor)
            times = os.fstat(descriptor)
            outs = [(part, out) for part in lacking if (out := _opened(part, path, stack)) is not None]
            for block in read_blocks(descriptor):
                for digest in hashes.values():
                    digest.update(block)
                for part, out in outs:
                    _put(part, out, block)
                told(len(block))
            for _, out in outs:
                with suppress(OSError):  # some network shares refuse it; the bytes are what counts
                    os.utime(out, ns=(times.st_atime_ns, times.st_mtime_ns))
        except OSError as error:
            source.damage.append(Finding(Kind.UNREADABLE, path, detail=error.strerror or str(error)))
            return
    found = {name: digest.hexdigest() for name, digest in hashes.items()}
    if found != wanted:
        expected, actual = (" ".join(f"{name}:{side[name]}" for name in wanted) for side in (wanted, found))
        source.damage.append(Finding(Kind.DAMAGED, path, expected, actual))


def _lacks(part: Part, path: str, size_bytes: int) -> bool:
    try:
        return os.lstat(part.folder / path).st_size != size_bytes
    except OSError:
        return True


def _opened(part: Part, path: str, stack: ExitStack) -> int | None:
    """Open a file of the part for writing; a part that cannot have it drops out."""
    target = part.folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        out = os.open(target, _WRITE_FLAGS, 0o666)
    except OSError as error:
        part.problem = error.strerror or str(error)
        return None
    stack.callback(_close, part, out)
    return out


def _put(part: Part, out: int, block: memoryview) -> None:
    if part.problem:
        return
    try:
        left = block
        while left:
            left = left[os.write(out, left) :]
    except OSError as error:
        part.problem = error.strerror or str(error)


def _close(part: Part, out: int) -> None:
    """Close a written file: some file systems tell only here that there was no room."""
    try:
        os.close(out)
    except OSError as error:
        part.problem = part.problem or error.strerror or str(error)


def remove_strangers(source: Source, part: Path) -> None:
    """Remove from an interrupted copy what does not belong to the set, such as files of an older state of it."""
    for place, folders, files in os.walk(part):
        inside = Path(place).relative_to(part)
        for name in files:
            path = (inside / name).as_posix()
            tree = source.names.payload if path.startswith("data/") else source.names.tags
            if path not in tree.rows or is_junk(path):
                (part / path).unlink()
        for name in folders:
            if (part / inside / name).is_symlink():
                (part / inside / name).unlink()
    with suppress(OSError):
        for place, _, _ in os.walk(part, topdown=False):
            if not os.listdir(place):  # noqa: PTH208
                Path(place).rmdir()
