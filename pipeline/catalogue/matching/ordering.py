"""The order of the documents in a dossier: ordinals without gaps and doubles, rows and files in the same order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.catalogue.matching.names import bare, leading_number, number_after, trailing_number
from pipeline.catalogue.values import Entry

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers that the ordinals leave out, and the first row after them."""

    entry: Entry
    ordinal: int
    numbers: str


@dataclass(frozen=True, slots=True)
class Ordinals:
    """The ordinals of one dossier's rows, in the list's order."""

    rows: Sequence[tuple[Entry, int]]

    def doubled(self) -> Iterator[tuple[Entry, int]]:
        """Give each row whose ordinal an earlier row has."""
        seen: set[int] = set()
        for entry, ordinal in self.rows:
            if ordinal in seen:
                yield entry, ordinal
            seen.add(ordinal)

    def missing(self, spare: int) -> Missing | None:
        """Give the numbers left out, unless just as many files without a row explain them."""
        numbers = sorted({ordinal for _, ordinal in self.rows})
        gaps = [(low, high) for low, high in pairwise((0, *numbers)) if high - low > 1]
        count = sum(high - low - 1 for low, high in gaps)
        if not gaps or count == spare:
            return None
        entry, after = self._out_of_place()
        shown = [str(number) for low, high in gaps for number in range(low + 1, min(high, low + 1 + _MOST_SHOWN))]
        more = ", ..." if count > _MOST_SHOWN else ""
        return Missing(entry, after, ", ".join(shown[:_MOST_SHOWN]) + more)

    def _out_of_place(self) -> tuple[Entry, int]:
        """Give the first row that does not go on from the one before it."""
        before = 0
        for entry, ordinal in self.rows:
            if ordinal > before + 1:
                return entry, ordinal
            before = max(before, ordinal)
        return self.rows[-1]


def out_of_order(rows: Sequence[Entry], paths: Sequence[str], code: str, folder: Sequence[str]) -> int | None:
    """Give the place in `paths` where numbered files begin to come in another order than their rows; None if nowhere.

    Args:
        rows: The dossier's rows.
        paths: The file of each row that has one, in the order of the rows.
        code: The dossier's code.
        folder: All documents of the folder: only where all are numbered from 1 on are numbers an order; a document's
            own number [số] in the name is none.
    """
    for way in (lambda name: number_after(name, code), leading_number, trailing_number):
        numbers = [way(bare(path)) for path in folder]
        if None in numbers or len(set(numbers)) < len(numbers) or not _are_ordinals(numbers, len(rows)):
            continue
        order = [way(bare(path)) or 0 for path in paths]
        own = [entry.values.get("codeNumber", "").lstrip("0") for entry in rows]
        if [str(number) for number in order] == own:
            return None
        return next((at for at, (is_, due) in enumerate(zip(order, sorted(order), strict=True)) if is_ != due), None)
    return None


def _are_ordinals(numbers: Sequence[int | None], rows: int) -> bool:
    return all(number is not None and 0 < number <= max(rows, len(numbers)) for number in numbers)
