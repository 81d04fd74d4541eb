"""The rows of one dossier in the list of documents and the documents in its folder: which belong together.

By the list's own column with the file, the document's code, number and symbol, the number in the file's name; by
position only where counts are equal and no name says otherwise.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalogue.fields import DOCUMENT
from pipeline.catalogue.matching.folders import Key, key_of
from pipeline.catalogue.matching.names import (
    bare,
    folded,
    leading_number,
    looks_mistyped,
    number_after,
    tokens,
    trailing_number,
    unique_pairs,
)
from pipeline.catalogue.values import Entry, ListFinding, Sheet
from pipeline.model import Document, Dossier

Number = Callable[[str], int | None]


@dataclass(slots=True)
class Files:
    """Which document each row of a dossier has.

    Attributes:
        of_row: Row -> path of the document.
        ordinals: Row -> ordinal in the dossier.
        numbers: Path -> number that the name says, where names say numbers.
        excused: Rows without a file that another finding explains.
        unmatched: Nothing says which rows and files belong together.
    """

    of_row: dict[Key, str] = field(default_factory=dict)
    ordinals: dict[Key, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    findings: list[ListFinding] = field(default_factory=list)
    excused: set[Key] = field(default_factory=set)
    unmatched: bool = False


def match_files(sheet: Sheet, rows: Sequence[Entry], ordinals: Mapping[Key, int], dossier: Dossier, code: str) -> Files:
    """Pair the rows of one dossier with the documents in its folder.

    Args:
        sheet: The list of documents.
        rows: Those of this dossier, in the list's order.
        ordinals: Row -> ordinal in the dossier.
        dossier: The folder.
        code: The dossier's code.
    """
    documents = {document.path: document for document in dossier.documents}
    work = _Matching(sheet, {key_of(row): row for row in rows}, documents, dossier.name, code, Files())
    work.result.ordinals = dict(ordinals)
    work.by_file_column()
    work.by_code()
    work.by_symbol(all_or_none=True)
    work.by_number()
    work.by_symbol()
    work.by_place_of_number()
    work.by_slips()
    work.by_position()
    return work.result


@dataclass(slots=True)
class _Matching:
    """The rows and documents that are not paired yet."""

    sheet: Sheet
    rows: dict[Key, Entry]
    documents: dict[str, Document]
    folder: str
    code: str
    result: Files

    def by_file_column(self) -> None:
        """Take the list's own word; a file that two rows name belongs to the first."""
        there = {name: path for path in self.documents for name in self._names(path)}
        claimed: dict[str, Key] = {}
        for row, entry in list(self.rows.items()):
            path = there.get(_as_path(entry.values.get("file", "")))
            if path and path in claimed:
                self._find("claimed-twice", entry, "file", name=entry.values["file"], other=claimed[path][1])
                self.result.excused.add(row)
            elif path:
                claimed[path] = row
                self._pair({row: path})

    def by_code(self) -> None:
        """Compare the document's code with the name."""
        codes = {row: tokens(entry.values.get("docCode", "")) for row, entry in self._open()}
        self._pair(unique_pairs(codes, {path: tokens(bare(path)) for path in self.documents}))

    def by_symbol(self, *, all_or_none: bool = False) -> None:
        """Take files named by number and symbol: "12_QĐ-UBND", with whatever follows.

        "02 QĐ-UBND" may as well be the second file: where names may be meant so, all of them have to agree.
        """
        symbols = {row: _without_zeros(_symbol(entry)) for row, entry in self._open() if _symbol(entry)}
        there = set(symbols.values())

        def beginning(path: str) -> Hashable:
            name = _without_zeros(bare(path))
            heads = (name[:size] for size in range(len(name), 1, -1))
            return next((head for head in heads if head in there), None)

        found = unique_pairs(symbols, {path: beginning(path) for path in self.documents})
        if not all_or_none or len(found) == len(self.documents):
            self._pair(found)

    def by_number(self) -> None:
        """Take files by the number in their names, read in the way that agrees best with the ordinals."""
        ways: tuple[Number, ...] = (lambda name: number_after(name, self.code), leading_number, trailing_number)
        # Pictures straight in the dossier bear the dossier's name, whose numbers are none of a document.
        named = [path for path in self.documents if path != self.folder]
        first: dict[int, Key] = {}  # of two rows with one ordinal the first has it; the other is told below
        for row, _ in self._open():
            first.setdefault(self.result.ordinals[row], row)
        ordinals = {row: ordinal for ordinal, row in first.items()}
        best: dict[Key, str] = {}
        for way in ways:
            numbers = {path: way(bare(path)) for path in named}
            found = unique_pairs(ordinals, numbers)
            if 2 * len(found) > min(len(ordinals), len(numbers)) and len(found) > len(best):
                best = found
                self.result.numbers = {path: number for path, number in numbers.items() if number is not None}
        self._pair(best)

    def by_place_of_number(self) -> None:
        """Pair a row whose ordinal is out of its place with the file whose number belongs in that place: one slip."""
        rows = [*self.rows.values()]
        paths = {number: path for path, number in self.result.numbers.items() if path in self.documents}
        for entry in rows:
            expected = self._expected(key_of(entry))
            if expected != self.result.ordinals[key_of(entry)] and expected in paths:
                written = str(self.result.ordinals[key_of(entry)])
                self._find("mistyped", entry, ordinal_column(entry), written=written, found=bare(paths[expected]))
                self._pair({key_of(entry): paths[expected]})
                self.result.ordinals[key_of(entry)] = expected

    def by_slips(self) -> None:
        """Pair a row and a file whose names differ by one slip; what a double claim left over, one to one."""
        for row, entry in self._open():
            written = _as_path(entry.values.get("file", ""))
            near = [path for path in self.documents if any(looks_mistyped(written, name) for name in self._names(path))]
            if written and len(near) == 1:
                self._find("mistyped", entry, "file", written=entry.values["file"], found=bare(near[0]))
                self._pair({row: near[0]})
        again = [row for row in self.rows if row in self.result.excused]
        if again and len(again) == len(self.documents):
            self._pair(dict(zip(again, list(self.documents), strict=True)))

    def by_position(self) -> None:
        """Pair what is left in order where as many rows as files are left and no name speaks against it."""
        rows, paths = list(self.rows), list(self.documents)
        if len(rows) == len(paths) and not any(map(self._speaks_against, rows, paths)):
            self._pair(dict(zip(rows, paths, strict=True)))
        self.result.unmatched = bool(self.rows and self.documents and not self.result.of_row)

    def _speaks_against(self, row: Key, path: str) -> bool:
        """Tell whether the name has a number that is another row's, or is no row's where others' names are."""
        ordinal, name = self.result.ordinals[row], bare(path)
        if self.result.numbers:
            return self.result.numbers.get(path, ordinal) != ordinal
        others = set(self.result.ordinals.values()) - {ordinal}
        number = leading_number(name)
        return (number or trailing_number(name)) in others

    def _expected(self, row: Key) -> int:
        """Give the ordinal that the row's place in the list asks for: one more than that of the row before."""
        places = list(self.result.ordinals)
        place = places.index(row)
        return self.result.ordinals[places[place - 1]] + 1 if place else 1

    def _open(self) -> Iterable[tuple[Key, Entry]]:
        """Give the rows that are not paired, those whose file stands in their own column excepted."""
        return [(row, entry) for row, entry in self.rows.items() if row not in self.result.excused]

    def _names(self, path: str) -> tuple[str, ...]:
        """Give the ways in which a list may name a document's file or folder."""
        inside = path.removeprefix(f"{self.folder}/")
        last = path.rpartition("/")[2]
        return tuple(dict.fromkeys(_as_path(name) for name in (path, inside, last, bare(last))))

    def _pair(self, found: Mapping[Key, str]) -> None:
        for row, path in found.items():
            self.result.of_row[row] = path
            del self.rows[row], self.documents[path]

    def _find(self, rule: str, entry: Entry, column: str, **details: object) -> None:
        heading = self.sheet.columns.get(column, DOCUMENT[column].label)
        subject = subject_of(entry, self.code, self.result.ordinals[key_of(entry)])
        self.result.findings.append(ListFinding(rule, self.sheet.name_of(entry), entry.row, heading, subject, details))


def subject_of(entry: Entry, code: str, ordinal: int) -> str:
    """Give what a waiver calls a document: its code as written, else the one that follows from its place."""
    return entry.values.get("docCode") or f"{code}.{ordinal:07d}"


def ordinals_of(rows: Sequence[Entry]) -> dict[Key, int]:
    """Give each row's ordinal in its dossier: as written in its own column or its code, else its place."""
    return {key_of(entry): _written(entry) or place for place, entry in enumerate(rows, 1)}


def ordinal_column(entry: Entry) -> str:
    """Give the field that a row's ordinal stands in, or would stand in."""
    return "ordinal" if "ordinal" in entry.values or "docCode" not in entry.values else "docCode"


def _written(entry: Entry) -> int | None:
    ordinal = entry.values.get("ordinal", "")
    if ordinal.isascii() and ordinal.isdecimal():
        return int(ordinal)
    tail = entry.values.get("docCode", "").rpartition(".")[2]
    return int(tail) if tail.isascii() and tail.isdecimal() and len(tail) == 7 else None


def _symbol(entry: Entry) -> str:
    number, notation = entry.values.get("codeNumber", ""), entry.values.get("codeNotation", "")
    return f"{number}/{notation}" if number and notation else ""


def _without_zeros(text: str) -> tuple[str, ...]:
    return tuple(piece.lstrip("0") or "0" for piece in tokens(text))


def _as_path(text: str) -> str:
    return folded(text.replace("\\", "/").strip("/ ").removeprefix("./"))
