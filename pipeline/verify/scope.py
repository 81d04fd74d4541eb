"""What of a copy's payload one check reads, and for how long: a seam for parts, time limits and rolling schedules."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from pipeline.verify.rows import Tree, composed


@dataclass(frozen=True, slots=True)
class Listed:
    """The listed payload files of a copy in the order of their names, absent ones included.

    The place of a file in this order is the same in every copy of a set and at every check of it.

    Attributes:
        lists: SHA-256 that stands for the lists; another value means that places mean other files.
        rows: Row in the table of the copy by place; -1 for a file that is not there.
        sizes: Bytes by place; 0 for a file that is not there.
    """

    lists: str
    rows: "array[int]"
    sizes: "array[int]"


class Reading(IntEnum):
    """What became of one file of the payload in a check."""

    NOT_READ = 0
    AGREED = 1  # with all its lists
    FAILED = 2  # it differs or cannot be read


class Scope:
    """Everything, to the end; other scopes say otherwise.

    Attributes:
        part: Which part is asked for ("2/12"); empty where all is.
        earlier_files: How many places are left out because this very check has read them before.
        earlier_since: When the check began, where it goes on after an interruption.
    """

    part = ""
    earlier_since = ""
    earlier_files = 0

    def choose(self, listed: Listed) -> Sequence[int] | None:  # noqa: ARG002 - for other scopes
        """Give the places to read, in order; None for all, in the order that is quickest."""
        return None

    def enough(self) -> bool:
        """Tell whether no further file should be begun."""
        return False

    def keep(self, readings: bytearray) -> None:
        """Take over how far the reading is, now and then and at its end, in the caller's thread.

        Args:
            readings: A `Reading` for each row of the payload.
        """

    @property
    def keeps(self) -> bool:
        """Tell whether places are asked for at all; they cost time on a million files."""
        return False


def listed_files(tree: Tree, lists: str) -> Listed:
    """Put the listed files of a tree in order, compared in NFC so that a copy from a Mac has the same."""
    absent = {composed(path) for listing in tree.lists for path in listing.absent}
    listed = (row for row in range(len(tree.sizes)) if tree.is_listed(row))
    rows = array("q", sorted(listed, key=tree.paths.composed))
    lost = sorted(absent - {tree.paths.composed(row) for row in rows}) if absent else []
    places = _merged(tree, rows, lost) if lost else rows
    return Listed(lists, places, array("q", (tree.sizes[row] if row >= 0 else 0 for row in places)))


def _merged(tree: Tree, rows: "array[int]", lost: Sequence[bytes]) -> "array[int]":
    """Put -1 where each of the names that are not there belongs."""
    places, start = array("q"), 0
    for name in lost:
        place = bisect_left(rows, name, lo=start, key=tree.paths.composed)
        places += rows[start:place]
        places.append(-1)
        start = place
    return places + rows[start:]
