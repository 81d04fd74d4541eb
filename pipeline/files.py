"""Write files whole or not at all, hash them in one read, copy them while hashing, and walk a tree.

Contents are only ever taken from regular files: a link is not followed, a pipe or a device is not opened.
Errors of the system (`OSError`: disk full, no permission) pass through as they are.
"""

import ctypes
import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pipeline.model import Artifact

BLOCK_BYTES = 1 << 20
NAME_LIMIT_BYTES = 255  # of one name on ext4, XFS, APFS and, counted in letters, NTFS

# Missing on Windows, where links and pipes do not stand in folders in the same way.
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

_KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
}


def part_of(target: Path) -> Path:
    """Name the temporary sibling `.<name>.part` under which the target is written."""
    name = f".{target.name}.part"
    if len(os.fsencode(name)) > NAME_LIMIT_BYTES:
        name = f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()}.part"
    return target.with_name(name)


@contextmanager
def replacing(target: Path, *, durable: bool = False) -> Iterator[int]:
    """Lend a descriptor to write the target's part; rename it when all went well, remove it when not."""
    part = part_of(target)
    with suppress(FileNotFoundError):
        part.unlink()  # what a killed run left may be anything, a pipe or a second name of another file included
    descriptor = os.open(part, _WRITE_FLAGS, 0o666)
    try:
        try:
            yield descriptor
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    if durable:
        sync_folder(target.parent)


def write_atomic(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write the file under a temporary name and rename it, so that it is there whole or not at all.

    Args:
        path: The file; its folder exists.
        data: All of its content.
        durable: Also flush file and folder to the medium before returning.
    """
    with replacing(path, durable=durable) as descriptor:
        _write_all(descriptor, memoryview(data))


def open_regular(path: Path | str) -> int:
    """Open a regular file for reading and give its descriptor.

    Raises:
        OSError: With EINVAL where the name stands for a link, pipe, device or folder; none of these is opened.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    descriptor = os.open(path, _READ_FLAGS)
    # The name may have been given to something else since it was looked at.
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    return descriptor


def read_blocks(descriptor: int) -> Iterator[memoryview]:
    """Yield what is left to read, block by block, in one buffer that is used again for each block."""
    buffer = memoryview(bytearray(max(1, min(os.fstat(descriptor).st_size + 1, BLOCK_BYTES))))
    with io.FileIO(descriptor, closefd=False) as file:
        while count := file.readinto(buffer):
            yield buffer[:count]


def digest_file(
    path: Path | str,
    algorithms: Iterable[str],
    *,
    past_cache: bool = False,
    seen: Callable[[int], None] | None = None,
) -> dict[str, str]:
    """Compute several digests of a regular file in one read: algorithm -> lower-case hexadecimal.

    Args:
        path: The file.
        algorithms: Names that `hashlib` knows.
        past_cache: Ask the system first to forget what it holds of the file in memory (`can_drop_cache`). What still
            waits to be written is not forgotten: `settle` comes before.
        seen: Called with the size of each block in bytes; may raise to end the reading.
    """
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    descriptor = open_regular(path)
    try:
        if past_cache:
            _drop_cache(descriptor)
        _read_ahead(descriptor)
        for block in read_blocks(descriptor):
            for digest in hashes.values():
                digest.update(block)
            if seen:
                seen(len(block))
    finally:
        os.close(descriptor)
    return {name: digest.hexdigest() for name, digest in hashes.items()}


def can_drop_cache() -> bool:
    """Tell whether this system can be asked to forget what it holds of a file in memory (posix_fadvise)."""
    return hasattr(os, "posix_fadvise")


def settle(folder: Path) -> None:
    """Have everything written out that waits in memory for the file system of this folder, so that it can be dropped.

    Once for all files: a flush for each would make a disk with a million small files wait for hours. A file system
    that cannot do it is left as it is: reading it will show what it holds.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            ctypes.CDLL(None).syncfs(descriptor)
        finally:
            os.close(descriptor)


def sha256_file(path: Path) -> str:
    """Compute the SHA-256 of a regular file as lower-case hexadecimal."""
    return digest_file(path, ("sha256",))["sha256"]


def copy_hashed(source: Path, target: Path, *, durable: bool = False) -> Artifact:
    """Copy a regular file under a temporary name, hashing it in the same read, then rename it.

    Returns:
        Size and SHA-256 of what was read, under the target's bare name; the time of last change is copied too.
    """
    digest, size_bytes = hashlib.sha256(), 0
    descriptor = open_regular(source)
    try:
        with replacing(target, durable=durable) as out:
            for block in read_blocks(descriptor):
                _write_all(out, block)
                digest.update(block)
                size_bytes += len(block)
            times = os.fstat(descriptor)
            with suppress(OSError):  # some network shares refuse it; the bytes are what counts
                os.utime(
                    out if os.utime in os.supports_fd else part_of(target), ns=(times.st_atime_ns, times.st_mtime_ns)
                )
    finally:
        os.close(descriptor)
    return Artifact(target.name, size_bytes, digest.hexdigest())


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the medium, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and FUSE file systems know no flush for folders; there is nothing more to ask of them.
        if error.errno not in {errno.EINVAL, errno.EBADF, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush every regular file and every folder below and including this one, from the bottom up."""
    for place, _, names in os.walk(folder, topdown=False, onerror=_raise):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118  a million Path objects are worth saving
            if stat.S_ISREG(os.lstat(path).st_mode):
                _sync_file(path)
        sync_folder(Path(place))


def rename_durable(source: Path, target: Path) -> None:
    """Rename a file or folder and flush the folders concerned; a file of the target's name is replaced."""
    source.replace(target)
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def remove_parts(folder: Path) -> tuple[str, ...]:
    """Remove the temporary files that a killed run left straight in this folder, and give their names."""
    with os.scandir(folder) as entries:
        names = sorted(
            entry.name
            for entry in entries
            if entry.name.startswith(".") and entry.name.endswith(".part") and entry.is_file(follow_symlinks=False)
        )
    for name in names:
        (folder / name).unlink()
    return tuple(names)


class Entry(NamedTuple):
    """What stands at a place below a folder.

    Attributes:
        path: Relative, separated by "/".
        kind: "file", "folder", "link", "pipe", "socket", "device", or "unreadable" with the reason as detail.
    """

    path: str
    kind: str
    size_bytes: int = 0
    detail: str = ""


def walk_tree(root: Path, start: str = "", *, leave_out: Container[str] = ()) -> Iterator[Entry]:
    """Yield everything below `root/start` in the order of names, never following a link.

    A folder that cannot be listed is yielded a second time, as unreadable. Folders in `leave_out` are not entered.
    """
    stack = [start]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Entry(folder, "unreadable", detail=error.strerror or str(error))
            continue
        below = [_look(entry, f"{folder}/{entry.name}" if folder else entry.name) for entry in found]
        yield from below
        stack.extend(entry.path for entry in reversed(below) if entry.kind == "folder" and entry.path not in leave_out)


def _look(entry: "os.DirEntry[str]", path: str) -> Entry:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Entry(path, "unreadable", detail=error.strerror or str(error))
    return Entry(path, _KINDS.get(stat.S_IFMT(status.st_mode), "device"), status.st_size)


def _write_all(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _drop_cache(descriptor: int) -> None:
    if can_drop_cache():
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _read_ahead(descriptor: int) -> None:
    """Tell the system that the file is read from front to back, which doubles what it fetches ahead."""
    if can_drop_cache():
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)


def _sync_file(path: str) -> None:
    descriptor = os.open(path, _READ_FLAGS)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _raise(error: OSError) -> None:
    raise error
