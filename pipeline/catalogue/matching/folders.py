"""The dossiers of a list and the folders of a scan folder: which belong together, by code, name or number.

The first way that says something clearly holds: the list's own column with the folder, the code, the code at the
beginning of the name, number and symbol at its end, the number. Titles are never compared.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.catalogue.fields import DOSSIER
from pipeline.catalogue.matching.names import (
    begins_with,
    ends_code,
    folded,
    is_clear,
    is_near,
    is_number_only,
    leading_number,
    looks_mistyped,
    number_and_symbol,
    tokens,
    unique_pairs,
)
from pipeline.catalogue.values import Entry, ListFinding, Sheet
from pipeline.model import Dossier

Pieces = tuple[str, ...]
Key = tuple[str, int]  # sheet and row


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a batch's lists before folders are looked at.

    Attributes:
        faulty: Sheet, row and heading of the cells that a rule on fields has found fault with: the same slip is not
            told twice.
        rows_of: Folded code or folder name -> number of rows that the list of documents has for it; None without a
            list of documents.
    """

    faulty: frozenset[tuple[str, int, str]] = frozenset()
    rows_of: Mapping[Pieces, int] | None = None


@dataclass(slots=True)
class Folders:
    """Which folder each dossier of the list has.

    Attributes:
        of_row: Row -> name of the folder.
        excused: Rows without a folder that need no finding of their own: another one explains it.
        in_doubt: Rows whose code cannot be relied on.
    """

    of_row: dict[Key, str] = field(default_factory=dict)
    findings: list[ListFinding] = field(default_factory=list)
    excused: set[Key] = field(default_factory=set)
    in_doubt: set[Key] = field(default_factory=set)


def match_folders(sheet: Sheet, dossiers: Iterable[Dossier], known: Known) -> Folders:
    """Pair the rows of the list of dossiers with the folders."""
    folders = {one.name: one for one in dossiers}
    work = _Matching(sheet, {key_of(row): row for row in sheet.entries}, dict(folders), known, folders)
    work.by_folder_column()
    work.by_code()
    work.by_beginning()
    work.by_symbol()
    work.by_number()
    work.by_being_alone()
    work.by_slips()
    work.by_faulty_codes()
    return work.result


@dataclass(slots=True)
class _Matching:
    """The rows and folders that are not paired yet."""

    sheet: Sheet
    rows: dict[Key, Entry]
    folders: dict[str, Dossier]
    known: Known
    known_folders: Mapping[str, Dossier]
    result: Folders = field(default_factory=Folders)

    def by_folder_column(self) -> None:
        """Take the list's own word; a folder that two rows name belongs to the first."""
        there = {folded(name): name for name in self.folders}
        claimed: dict[str, Key] = {}
        for row, entry in list(self.rows.items()):
            name = there.get(folded(entry.values.get("folder", "").strip("/\\ ")))
            if name and name in claimed:
                self._find("claimed-twice", entry, "folder", name=name, other=claimed[name][1])
                self.result.excused.add(row)
            elif name:
                claimed[name] = row
                self._pair({row: name})

    def by_code(self) -> None:
        """Compare code and name, first letter by letter, then without separators and case."""
        keys: tuple[Callable[[str], Hashable], ...] = (str, folded, tokens)
        for key in keys:
            there = {name: key(name) for name in self.folders}
            codes = self._best_rows(key, {found: self.folders[name] for name, found in there.items()})
            self._pair(unique_pairs(codes, there))

    def by_beginning(self) -> None:
        """Take folders whose name begins with a code, the longest that does."""
        codes = {code: row for row, code in self._first_rows(lambda entry: tokens(_code(entry))).items() if code}

        def longest(name: str) -> Key | None:
            pieces = tokens(name)
            beginnings = (pieces[:size] for size in range(len(pieces) - 1, 0, -1))
            return next((codes[head] for head in beginnings if head in codes and begins_with(pieces, head)), None)

        self._pair(unique_pairs({row: row for row in codes.values()}, {name: longest(name) for name in self.folders}))

    def by_symbol(self) -> None:
        """Take folders whose name ends with a code's number and symbol, which follow the year in it."""
        codes = {row: tokens(_code(entry)) for row, entry in self.rows.items()}
        of_symbol: dict[Pieces, list[Pieces]] = {}
        for code in codes.values():
            of_symbol.setdefault(number_and_symbol(code), []).append(code)
        sizes = sorted({len(symbol) for symbol in of_symbol if symbol}, reverse=True)

        def symbol_of(name: str) -> Pieces | None:
            pieces = tokens(name)
            ends = (pieces[-size:] for size in sizes if size <= len(pieces) and (size > 1 or is_number_only(pieces)))
            return next(
                (end for end in ends if any(ends_code(pieces, end, code) for code in of_symbol.get(end, ()))), None
            )

        symbols = {row: number_and_symbol(code) for row, code in codes.items()}
        self._pair(unique_pairs(symbols, {name: symbol_of(name) for name in self.folders}))

    def by_number(self) -> None:
        """Take numbered folders by the rows' ordinals, where the numbers are no coincidence."""
        ordinals = {row: int(text) for row, entry in self.rows.items() if (text := _digits(entry, "ordinal"))}
        numbers = {name: leading_number(name) for name in self.folders}
        found = unique_pairs(ordinals, numbers)
        if len(ordinals) == len(self.rows) and None not in numbers.values() and is_clear(found, ordinals, numbers):
            self._pair(found)

    def by_being_alone(self) -> None:
        """A batch of one dossier has its scans in whatever folder they were put."""
        if len(self.rows) == len(self.folders) == 1 and len(self.sheet.entries) == 1:
            self._pair(dict(zip(self.rows, self.folders, strict=True)))

    def by_slips(self) -> None:
        """Pair a row and a folder whose names differ by one slip, and tell it as one finding."""
        for row, entry in list(self.rows.items()):
            slips = [name for name in self.folders if self._is_slip(entry, name)]
            near = slips or [name for name in self.folders if self._is_near(entry, name)]
            if len(near) == 1:
                self._pair_with_finding(row, near[0])

    def by_faulty_codes(self) -> None:
        """Pair one to one what is left over where the rows' codes are faulty, doubled or empty.

        The fault of the code was told; a missing folder and a folder too many would be no news. Folders that the list
        of documents names come first.
        """
        self._by_evidence()
        named = [name for name in self.folders if self._rows_named(tokens(name))]
        for folders in (named, list(self.folders)):
            rows = [row for row, entry in self.rows.items() if self._is_unusable(entry)]
            if rows and len(rows) == len(folders):
                self.result.in_doubt |= set(rows)
                for row, name in zip(rows, folders, strict=True):
                    self._pair_with_finding(row, name)
        self.result.excused.update(row for row, entry in self.rows.items() if self._is_unusable(entry))

    def _by_evidence(self) -> None:
        """Pair rows with unusable codes where there are more folders than such rows: the one that most speaks for."""
        for row, entry in list(self.rows.items()):
            if not self._is_unusable(entry):
                continue
            weights = sorted(((self._evidence(entry, name), name) for name in self.folders), reverse=True)
            if weights and weights[0][0] > 1 and (len(weights) == 1 or weights[0][0] > weights[1][0]):
                self.result.in_doubt.add(row)
                self._pair_with_finding(row, weights[0][1])

    def _evidence(self, entry: Entry, name: str) -> int:
        """Weigh what speaks for a folder: what is right of the code, its place between its neighbours, the counts."""
        return (
            8 * "".join(tokens(_code(entry))).startswith("".join(tokens(name)))
            + 4 * self._is_between(entry, name)
            + self._fit(entry, self.known_folders[name])
        )

    def _is_between(self, entry: Entry, name: str) -> bool:
        """Tell whether the folder lies between those of the rows above and below: in the list of documents, if any."""
        entries = list(self.sheet.entries)
        listed = {code: at for at, code in enumerate(self.known.rows_of or ())}
        places = {folder: listed.get(tokens(folder), -1) if listed else at
                  for at, folder in enumerate(self.known_folders)}  # fmt: skip
        place = entries.index(entry)
        paired = {at: places[self.result.of_row[key]] for at, each in enumerate(entries)
                  if (key := key_of(each)) in self.result.of_row}  # fmt: skip
        above = next((paired[at] for at in range(place - 1, -1, -1) if at in paired), -1)
        below = next((paired[at] for at in range(place + 1, len(entries)) if at in paired), len(places) + len(listed))
        return above < places[name] < below

    def _is_slip(self, entry: Entry, name: str) -> bool:
        column = entry.values.get("folder", "")
        if column and looks_mistyped(folded(column.strip("/\\ ")), folded(name)):
            return True
        code, pieces = tokens(_code(entry)), tokens(name)
        heads = {pieces, pieces[: len(code)]}
        is_slip = any(looks_mistyped("".join(code), "".join(head)) for head in heads)
        return is_slip and self._documents_agree(entry, name)

    def _is_near(self, entry: Entry, name: str) -> bool:
        """Tell whether the code is like the name, and the list of documents has the name and not the code."""
        code, pieces = tokens(_code(entry)), tokens(name)
        heads = {pieces, pieces[: len(code)]}
        moved = self.known.rows_of is not None and not self._rows_named(code) and bool(self._rows_named(pieces))
        return moved and any(is_near("".join(code), "".join(head)) for head in heads)

    def _documents_agree(self, entry: Entry, name: str) -> bool:
        """Tell whether the rows of the list of documents can be those of this one dossier, not of two."""
        if self.known.rows_of is None:
            total = _digits(entry, "totalDoc")
            return not total or int(total) == len(self.folders[name].documents)
        ours, theirs = self._rows_named(tokens(_code(entry))), self._rows_named(tokens(name))
        return not (ours and theirs) and ours + theirs in (0, len(self.folders[name].documents))

    def _rows_named(self, key: Pieces) -> int:
        return (self.known.rows_of or {}).get(key, 0)

    def _is_unusable(self, entry: Entry) -> bool:
        """Tell whether the row's code cannot be what its folder goes by, as another finding says."""
        return not _code(entry) or self._is_faulty(entry) or self._is_doubled(entry)

    def _is_faulty(self, entry: Entry) -> bool:
        cells = (
            (self.sheet.name_of(entry), entry.row, self.sheet.columns.get(name, "")) for name in ("fileCode", "folder")
        )
        return key_of(entry) in self.result.excused or any(cell in self.known.faulty for cell in cells)

    def _is_doubled(self, entry: Entry) -> bool:
        code = _code(entry)
        return any(_code(other) == code and other is not entry for other in self.sheet.entries)

    def _first_rows(self, key: Callable[[Entry], Hashable]) -> dict[Key, Hashable]:
        """Give the key of each row that is left; of rows with the same key, the first holds it."""
        first: dict[Hashable, Key] = {}
        for row, entry in self.rows.items():
            first.setdefault(key(entry), row)
        return {row: found for found, row in first.items()}

    def _best_rows(self, key: Callable[[str], Hashable], there: Mapping[Hashable, Dossier]) -> dict[Key, Hashable]:
        """Give the key of each row that is left; of rows with one key, the row that the folder's counts fit has it."""
        best: dict[Hashable, tuple[int, Key]] = {}
        for row, entry in self.rows.items():
            found = key(_code(entry))
            fit = self._fit(entry, there[found]) if found in there else 0
            if found not in best or fit > best[found][0]:
                best[found] = fit, row
        return {row: found for found, (_, row) in best.items()}

    def _fit(self, entry: Entry, dossier: Dossier) -> int:
        """Weigh how well a row fits a folder: its code is not found fault with, its counts are the folder's."""
        pages = sum(len(document.pages) for document in dossier.documents)
        counts = {"totalDoc": len(dossier.documents), "numberOfPage": pages}
        agreeing = sum(_digits(entry, name) == str(count) for name, count in counts.items())
        return 2 * agreeing + (not self._is_faulty(entry))

    def _pair(self, found: Mapping[Key, str]) -> None:
        for row, name in found.items():
            self.result.of_row[row] = name
            del self.rows[row], self.folders[name]

    def _pair_with_finding(self, row: Key, name: str) -> None:
        entry = self.rows[row]
        if not self._is_faulty(entry) and not self._is_doubled(entry) and _code(entry):
            column = "folder" if entry.values.get("folder") else "fileCode"
            self._find("mistyped", entry, column, written=entry.values[column], found=name)
        self._pair({row: name})

    def _find(self, rule: str, entry: Entry, column: str, **details: object) -> None:
        heading = self.sheet.columns.get(column, DOSSIER[column].label)
        subject = _code(entry) or str(details.get("found") or details.get("name"))
        self.result.findings.append(ListFinding(rule, self.sheet.name_of(entry), entry.row, heading, subject, details))


def key_of(entry: Entry) -> Key:
    """Name a row for good: lists may go on over several sheets."""
    return entry.sheet, entry.row


def _code(entry: Entry) -> str:
    return entry.values.get("fileCode", "")


def _digits(entry: Entry, name: str) -> str:
    value = entry.values.get(name, "")
    return value if value.isascii() and value.isdecimal() else ""
