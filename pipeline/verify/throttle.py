"""A limit on how fast bytes are read, so that a check leaves the disk to others."""

import threading
import time
from collections.abc import Callable

_MOST_WAIT_SECONDS = 0.5  # so that a check that is ended does not sleep on


class Throttle:
    """A number of bytes a second, shared by all threads of a check."""

    def __init__(
        self,
        bytes_per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin now; the clock and the sleep are those of the system unless a test gives others."""
        self._rate, self._clock, self._sleep = bytes_per_second, clock, sleep
        self._lock, self._free_at = threading.Lock(), clock()

    def take(self, size_bytes: int, stopped: Callable[[], bool]) -> None:
        """Wait until this many bytes more may have been read, or the check is stopped."""
        with self._lock:
            self._free_at = max(self._free_at, self._clock()) + size_bytes / self._rate
            wait_until = self._free_at
        while (left := wait_until - self._clock()) > 0 and not stopped():
            self._sleep(min(left, _MOST_WAIT_SECONDS))
