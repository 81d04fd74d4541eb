"""The listed files of a copy read and their digests compared, in threads.

Each file is read once, whatever the number of digests; only a mismatch is read a second time, past the page cache.
"""

import errno
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

from pipeline.files import can_drop_cache, digest_file, sha256_file
from pipeline.verify.found import Found, reason
from pipeline.verify.medium import Medium
from pipeline.verify.names import Names
from pipeline.verify.rows import Tree
from pipeline.verify.verdict import Finding, Kind

Progress = Callable[[int, int], None]  # bytes read so far, bytes to read; called in the caller's thread
TICK_SECONDS = 0.2


class _Stopped(Exception):
    """Ends the reading of a file; never leaves this module."""


class Contents:
    """The reading of one copy's files.

    Attributes:
        seal: Tag manifest -> its SHA-256.
        files_read, payload_read: Files whose digests were compared; of these, files of the payload.
        bytes_read: What was read for it, second reads not counted.
    """

    def __init__(self, root: Path, names: Names, found: Found, medium: Medium, *, past_cache: bool) -> None:
        """Note what is to be read; nothing is read yet."""
        self.seal: dict[str, str] = {}
        self.files_read = self.payload_read = self.bytes_read = 0
        self._root, self._names, self._found, self._medium = root, names, found, medium
        self._past_cache = past_cache
        self._lock, self._stop = threading.Lock(), threading.Event()

    def read(self, jobs: int, progress: Progress | None, *, quick: bool) -> None:
        """Compare digests in threads that draw from one queue of rows; only what differs is kept."""
        self._read_seal()
        trees = (self._names.tags,) if quick else (self._names.tags, self._names.payload)
        total = sum(tree.sizes[row] for tree in trees for row in tree.order())
        queue = ((tree, row) for tree in trees for row in tree.order())
        read = [0] * jobs
        with ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self._draw, queue, read, number) for number in range(jobs)}
            try:
                while running:
                    ended, running = wait(running, timeout=TICK_SECONDS, return_when=FIRST_EXCEPTION)
                    if progress:
                        progress(sum(read), total)
                    for future in ended:
                        future.result()
            finally:
                self._stop.set()
        self.bytes_read = sum(read)

    def _draw(self, queue: Iterator[tuple[Tree, int]], read: list[int], number: int) -> None:
        """Compare one file after the other until the queue is empty or the check is stopped."""

        def seen(count: int) -> None:
            read[number] += count
            if self._stop.is_set():
                raise _Stopped

        with suppress(_Stopped):
            while not self._stop.is_set():
                with self._lock:
                    item = next(queue, None)
                if item is None:
                    return
                self._compare(*item, seen)

    def _compare(self, tree: Tree, row: int, seen: Callable[[int], None]) -> None:
        """Read one file once and compare all digests that are listed for it."""
        path = tree.paths[row]
        listings = (listing for listing in tree.lists if listing.width and listing.listed[row])
        wanted = {listing.algorithm: listing.digest(row) for listing in listings}
        if not wanted:
            return
        try:
            # A string, since making a million Path objects costs more than hashing small files.
            found = digest_file(f"{self._root}/{path}", wanted, past_cache=self._past_cache, seen=seen)
        except OSError as error:
            self._unread(path, error)
            return
        with self._lock:
            self.files_read += 1
            self.payload_read += tree is self._names.payload
        if found != wanted:
            self._differs(path, wanted, found)

    def _differs(self, path: str, wanted: dict[str, str], found: dict[str, str]) -> None:
        """Note a file whose bytes are not those listed."""
        wrong = [name for name in wanted if found[name] != wanted[name]]
        expected, actual = (" ".join(f"{name}:{side[name]}" for name in wrong) for side in (wanted, found))
        agreeing = [name for name in wanted if name not in wrong]
        repeated, detail = self._read_again(path, wanted, found)
        detail += f"; {' and '.join(agreeing)} agrees" if agreeing else ""
        self._found.note(Finding(Kind.DAMAGED, path, expected, actual, detail, repeated))

    def _read_again(self, path: str, wanted: dict[str, str], found: dict[str, str]) -> tuple[bool | None, str]:
        """Read a file that differs a second time, so that a fault of memory or cable is told from a bad medium."""
        way = (
            "past the page cache" if can_drop_cache() else "perhaps from memory: the page cache cannot be dropped here"
        )
        try:
            second = digest_file(self._root / path, wanted, past_cache=True)
        except OSError as error:
            return None, f"a second read ({way}) failed: {reason(error)}"
        if second == wanted:
            return False, f"a second read ({way}) agreed with the list: suspect drive, cable or memory"
        same = second == found
        return same, f"a second read ({way}) gave {'the same' if same else 'yet another value'}"

    def _unread(self, path: str, error: OSError) -> None:
        """Note a file that cannot be read, unless the medium as a whole went away, which ends the reading."""
        if self._medium.gone():
            self._stop.set()
        elif error.errno == errno.ENOENT:
            self._found.find(Kind.MISSING, path, "it went away during the check")
        elif error.errno in {errno.EINVAL, errno.ELOOP}:
            self._found.find(Kind.DAMAGED, path, "it was replaced by something else during the check")
        else:
            self._found.find(Kind.UNREADABLE, path, reason(error))

    def _read_seal(self) -> None:
        """Digest the tag manifests, which no list in the copy can vouch for."""
        for listing in self._names.tags.lists:
            with suppress(OSError):
                self.seal[listing.name] = sha256_file(self._root / listing.name)
