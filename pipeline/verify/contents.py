"""The listed files of a copy read and their digests compared, in threads.

Each file is read once, whatever the number of digests; only a mismatch is read a second time, past the page cache.
"""

import errno
import hashlib
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

from pipeline.files import can_drop_cache, digest_file, sha256_file
from pipeline.verify.found import Found, reason
from pipeline.verify.medium import Medium
from pipeline.verify.names import Names
from pipeline.verify.rows import Tree
from pipeline.verify.scope import Reading, Scope, listed_files
from pipeline.verify.throttle import Throttle
from pipeline.verify.verdict import Finding, Kind

Progress = Callable[[int, int], None]  # bytes read so far, bytes to read; called in the caller's thread
TICK_SECONDS = 0.2


class _Stopped(Exception):
    """Ends the reading of a file; never leaves this module."""


class Contents:
    """The reading of one copy's files.

    Attributes:
        seal: Tag manifest -> its SHA-256.
        files_read, bytes_read: Files whose digests were compared, and what was read for it, second reads not counted.
        payload_read, payload_read_bytes: Of these, files of the payload.
        readings: A `Reading` for each row of the payload.
    """

    def __init__(
        self,
        root: Path,
        names: Names,
        found: Found,
        medium: Medium,
        *,
        past_cache: bool,
        throttle: Throttle | None = None,
    ) -> None:
        """Note what is to be read; nothing is read yet."""
        self.seal: dict[str, str] = {}
        self.readings = bytearray()
        self.files_read = self.payload_read = self.bytes_read = self.payload_read_bytes = 0
        self._root, self._names, self._found, self._medium = root, names, found, medium
        self._past_cache, self._throttle = past_cache, throttle
        self._lock, self._stop = threading.Lock(), threading.Event()

    def read(self, jobs: int, progress: Progress | None, scope: Scope, *, quick: bool) -> None:
        """Compare digests in threads that draw from one queue of rows; only what differs is kept."""
        self._read_seal()
        self.readings = bytearray(len(self._names.payload.sizes))
        payload = array("q") if quick else self._chosen(scope)
        tags = self._names.tags
        total = sum(tags.sizes[row] for row in tags.order()) + sum(self._names.payload.sizes[row] for row in payload)
        queue = _queue(tags, self._names.payload, payload, scope)
        read = [0] * jobs
        try:
            self._draw_all(jobs, queue, read, lambda: self._tell(progress, scope, sum(read), total))
        finally:
            self.bytes_read = sum(read)
            if not quick:
                scope.keep(self.readings)

    def _chosen(self, scope: Scope) -> "array[int]":
        """Give the rows of the payload to read, in order."""
        payload = self._names.payload
        places = None
        if scope.keeps:
            listed = listed_files(payload, self._lists())
            places = scope.choose(listed)
        if places is None:
            return array("q", payload.order())
        return array("q", (listed.rows[place] for place in places if listed.rows[place] >= 0))

    def _tell(self, progress: Progress | None, scope: Scope, read: int, total: int) -> None:
        if progress:
            progress(read, total)
        scope.keep(self.readings)

    def _draw_all(
        self, jobs: int, queue: Iterator[tuple[Tree, int]], read: list[int], tick: Callable[[], None]
    ) -> None:
        """Let threads read until the queue is empty; what the tick raises ends them."""
        with ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self._draw, queue, read, number) for number in range(jobs)}
            try:
                while running:
                    ended, running = wait(running, timeout=TICK_SECONDS, return_when=FIRST_EXCEPTION)
                    tick()
                    for future in ended:
                        future.result()
            finally:
                self._stop.set()

    def _draw(self, queue: Iterator[tuple[Tree, int]], read: list[int], number: int) -> None:
        """Compare one file after the other until the queue is empty or the check is stopped."""

        def seen(count: int) -> None:
            read[number] += count
            if self._throttle:
                self._throttle.take(count, self._stop.is_set)
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
            if tree is self._names.payload:
                self.readings[row] = Reading.FAILED
            self._unread(path, error)
            return
        with self._lock:
            self.files_read += 1
            if tree is self._names.payload:
                self.payload_read += 1
                self.payload_read_bytes += tree.sizes[row]
                self.readings[row] = Reading.AGREED if found == wanted else Reading.FAILED
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

    def _lists(self) -> str:
        """Give a digest that stands for the payload's lists as they are now."""
        digest = hashlib.sha256()
        for listing in self._names.payload.lists:
            with suppress(OSError):
                digest.update(f"{listing.name} {sha256_file(self._root / listing.name)}\n".encode())
        return digest.hexdigest()


def _queue(tags: Tree, payload: Tree, rows: Iterable[int], scope: Scope) -> Iterator[tuple[Tree, int]]:
    """Yield the tag files, then the chosen files of the payload until it is enough."""
    yield from ((tags, row) for row in tags.order())
    for row in rows:
        if scope.enough():
            return
        yield payload, row
