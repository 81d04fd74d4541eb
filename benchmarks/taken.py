"""The time that a program takes, by the wall clock and of the processor, the processes that it starts included."""

import resource
from typing import NamedTuple


class Taken(NamedTuple):
    """Seconds that one run took by the wall clock, and of the processor."""

    wall: float
    processor: float


def children_seconds() -> float:
    """Give the processor time, user and system, of all processes that were started and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
