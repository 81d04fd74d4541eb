# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH108, PTH115, PTH208 - a file system makes the system's own calls
"""A disk with faults for tests: a folder seen through FUSE, with read errors, lies on read-back, and a plug to pull.

Started as a program it serves one mount: `faulty_disk.py SOURCE MOUNT CONTROL`. CONTROL is a small JSON file that is
looked at again whenever it changes.
"""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WAIT_SECONDS = 10.0


class FaultyDisk:
    """A mounted faulty disk.

    Attributes:
        root: Where it is mounted.
        source: The folder behind it, always readable.
    """

    def __init__(self, root: Path, source: Path, control: Path) -> None:
        """Begin without faults."""
        self.root, self.source, self._control = root, source, control
        self._faults: dict[str, Any] = {}

    def set(self, **faults: Any) -> None:
        """Set the faults.

        Args:
            faults: eio, lie, denied: ends of paths whose reading fails, gives other bytes, or is not allowed;
                unplugged: everything fails; unplug_after: bytes that may be read before that; full: no byte can be
                written any more; read_only: nothing can be written.
        """
        self._faults = faults
        part = self._control.with_suffix(".part")
        part.write_text(json.dumps(faults))
        part.replace(self._control)


@contextmanager
def faulty_disk(folder: Path) -> Iterator[FaultyDisk]:
    """Mount a faulty disk over an empty folder below `folder`; skip loudly where that is not allowed."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("LOUD: /dev/fuse cannot be used; faulty disks are not tested")
    root, source, control = folder / "disk", folder / "behind", folder / "faults.json"
    for place in (root, source):
        place.mkdir(parents=True, exist_ok=True)
    disk = FaultyDisk(root, source, control)
    disk.set()
    call = [sys.executable, __file__, str(source), str(root), str(control)]
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as server:
        try:
            _wait_for_mount(root, server)
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", str(root)], check=False, capture_output=True)
            server.terminate()


def _wait_for_mount(root: Path, server: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and server.poll() is None:
        if os.path.ismount(root):
            return
        time.sleep(0.02)
    server.kill()
    said = server.stderr.read() if server.stderr else ""
    pytest.skip(f"LOUD: no FUSE file system could be mounted; faulty disks are not tested: {said}")


def _serve(source: Path, root: Path, control: Path) -> None:  # noqa: C901 - one small method for each call
    import mfusepy  # noqa: PLC0415 - only the program needs libfuse

    class Disk(mfusepy.Operations):  # type: ignore[misc]
        """Passes every call on, unless a fault says otherwise."""

        use_ns = True

        def __init__(self) -> None:
            self.faults: dict[str, Any] = {}
            self.seen: tuple[int, int] = (0, 0)
            self.read_bytes = 0

        def look(self, path: str) -> str:
            """Give the place behind a path, unless the plug is pulled."""
            status = control.stat()
            if (status.st_mtime_ns, status.st_ino) != self.seen:
                self.seen = status.st_mtime_ns, status.st_ino
                self.faults, self.read_bytes = json.loads(control.read_text()), 0
            after = self.faults.get("unplug_after")
            if self.faults.get("unplugged") or (after is not None and self.read_bytes >= after):
                raise mfusepy.FuseOSError(errno.ENODEV)
            return f"{source}{path}"

        def writable(self, path: str) -> str:
            place = self.look(path)
            if self.faults.get("read_only"):
                raise mfusepy.FuseOSError(errno.EROFS)
            return place

        def hit(self, fault: str, path: str) -> bool:
            return any(path.endswith(end) for end in self.faults.get(fault, ()))

        def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:  # noqa: ARG002
            status = os.lstat(self.look(path))
            names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_ino")
            times = {f"st_{name}time": getattr(status, f"st_{name}time_ns") for name in "amc"}
            return {name: getattr(status, name) for name in names} | times

        def readdir(self, path: str, fh: int) -> list[str]:  # noqa: ARG002
            place = self.look(path)
            if self.hit("eio", path):
                raise mfusepy.FuseOSError(errno.EIO)
            return [".", "..", *os.listdir(place)]

        def open(self, path: str, flags: int) -> int:
            place = self.look(path)
            if self.hit("denied", path):
                raise mfusepy.FuseOSError(errno.EACCES)
            return os.open(place, flags)

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            self.look(path)
            if self.hit("eio", path):
                raise mfusepy.FuseOSError(errno.EIO)
            data = os.pread(fh, size, offset)
            self.read_bytes += len(data)
            if self.hit("lie", path) and data:
                return bytes([data[0] ^ 1]) + data[1:]
            return data

        def create(self, path: str, mode: int, fi: Any = None) -> int:  # noqa: ARG002
            return os.open(self.writable(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

        def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
            self.writable(path)
            if self.faults.get("full"):
                raise mfusepy.FuseOSError(errno.ENOSPC)
            return os.pwrite(fh, data, offset)

        def truncate(self, path: str, length: int, fh: int | None = None) -> int:  # noqa: ARG002
            os.truncate(self.writable(path), length)
            return 0

        def fsync(self, path: str, datasync: int, fh: int) -> int:  # noqa: ARG002
            self.look(path)
            os.fsync(fh)
            return 0

        def release(self, path: str, fh: int) -> int:  # noqa: ARG002
            os.close(fh)
            return 0

        def statfs(self, path: str) -> dict[str, int]:
            space = os.statvfs(self.look(path))
            names = ("bsize", "frsize", "blocks", "bfree", "bavail", "files", "ffree", "favail", "namemax")
            values = {f"f_{name}": getattr(space, f"f_{name}") for name in names}
            return values | ({"f_bavail": 0, "f_bfree": 0} if self.faults.get("full") else {})

        def readlink(self, path: str) -> str:
            return os.readlink(self.look(path))

        def mkdir(self, path: str, mode: int) -> int:
            os.mkdir(self.writable(path), mode)
            return 0

        def unlink(self, path: str) -> int:
            os.unlink(self.writable(path))
            return 0

        def rmdir(self, path: str) -> int:
            os.rmdir(self.writable(path))
            return 0

        def rename(self, old: str, new: str, flags: int = 0) -> int:  # noqa: ARG002
            os.rename(self.writable(old), self.writable(new))
            return 0

        def chmod(self, path: str, mode: int) -> int:
            os.chmod(self.writable(path), mode)
            return 0

        def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
            os.utime(self.writable(path), ns=times)
            return 0

    mfusepy.FUSE(Disk(), str(root), foreground=True, nothreads=True, kernel_cache=True,
                 attr_timeout=0, entry_timeout=0)  # fmt: skip


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
