"""The rows of the list of documents by dossier: each goes where its code says, else where its name or place does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalogue.matching.folders import Folders, Pieces, key_of
from pipeline.catalogue.matching.names import begins_with, folded, is_near, looks_mistyped, tokens
from pipeline.catalogue.values import Entry, ListFinding, Sheet
from pipeline.model import Dossier


@dataclass(slots=True)
class Home:
    """One dossier: its row, its folder, or both, and the rows of its documents.

    Attributes:
        is_in_doubt: Its row has a code that is another's or none: the folder was what was left over.
    """

    entry: Entry | None
    dossier: Dossier | None
    rows: list[Entry] = field(default_factory=list)
    is_in_doubt: bool = False

    @property
    def code(self) -> str:
        """The code as written, else the folder's name."""
        written = self.entry.values.get("fileCode", "") if self.entry else ""
        return written or (self.dossier.name if self.dossier else "")

    @property
    def names(self) -> tuple[str, ...]:
        """All that a document's row may call it."""
        folder = self.dossier.name if self.dossier else ""
        return tuple(name for name in (self.code, folder) if name)


def homes_of(sheet: Sheet, dossiers: Sequence[Dossier], folders: Folders) -> list[Home]:
    """Give the dossiers in the list's order; folders that no row has come last."""
    there = {dossier.name: dossier for dossier in dossiers}
    listed = [
        Home(entry, there.get(folders.of_row.get(key_of(entry), "")), is_in_doubt=key_of(entry) in folders.in_doubt)
        for entry in sheet.entries
    ]
    taken = set(folders.of_row.values())
    return listed + [Home(None, dossier) for dossier in dossiers if dossier.name not in taken]


def group_documents(sheet: Sheet, homes: Sequence[Home]) -> list[ListFinding]:
    """Hand each row of the list of documents to its dossier; a code that nobody has is told once."""
    known, exactly = _by_name(homes), _by_code(homes)
    found = [exactly.get(_code(entry)) or _home_of(entry, known, homes) for entry in sheet.entries]
    for entry, home in zip(sheet.entries, found, strict=True):
        if home:
            home.rows.append(entry)
    strangers: dict[str, list[int]] = {}
    for place, (entry, home) in enumerate(zip(sheet.entries, found, strict=True)):
        if home is None:
            strangers.setdefault(entry.values.get("fileCode") or f"\0{place}", []).append(place)
    unlisted = [home for home in homes if home.entry is None and not home.rows]
    if len(strangers) == len(unlisted) == 1 and _is_forgotten(unlisted[0], next(iter(strangers.values())), found):
        # A dossier that the list forgot: its folder is told, and these are its documents.
        unlisted[0].rows += [sheet.entries[place] for place in next(iter(strangers.values()))]
        return []
    told = [_stranger(sheet, places, homes, found) for places in strangers.values()]
    return [finding for finding in told if finding]


def _is_forgotten(home: Home, places: Sequence[int], found: Sequence[Home | None]) -> bool:
    """Tell whether rows can be all the documents of a folder: as many, and not in the midst of another dossier's."""
    documents = len(home.dossier.documents) if home.dossier else 0
    before = found[places[0] - 1] if places[0] else None
    after = found[places[-1] + 1] if places[-1] + 1 < len(found) else None
    return len(places) == documents and (before is None or before is not after)


def _stranger(
    sheet: Sheet, places: Sequence[int], homes: Sequence[Home], found: Sequence[Home | None]
) -> ListFinding | None:
    """Tell of a code that nobody has; its rows go to the dossier that must be meant, if one is."""
    entries = [sheet.entries[place] for place in places]
    code = entries[0].values.get("fileCode", "")
    home = _near(code, homes) or _beside(found, places, entries)
    if home:
        home.rows += entries
        home.rows.sort(key=lambda row: (row.sheet, row.row))
    if not code:  # that it is missing is told by the rules on fields
        return None
    details = {"code": code, "rows": len(entries), "near": home.code if home else "–"}
    heading, where = sheet.columns.get("fileCode", ""), sheet.name_of(entries[0])
    return ListFinding("dossier-not-listed", where, entries[0].row, heading, code, details)


def rows_of(sheet: Sheet) -> Mapping[Pieces, int] | None:
    """Count the rows of documents by the folded code of their dossier; None where no documents are listed."""
    if not sheet.entries:
        return None
    counts: dict[Pieces, int] = {}
    for entry in sheet.entries:
        code = tokens(entry.values.get("fileCode", ""))
        counts[code] = counts.get(code, 0) + 1
    return counts


def _code(entry: Entry) -> str:
    return entry.values.get("fileCode", "")


def _by_code(homes: Sequence[Home]) -> dict[str, Home]:
    """Give the dossiers by code as written; of several, one whose code is not in doubt."""
    written = sorted((home for home in homes if home.entry and _code(home.entry)), key=lambda home: home.is_in_doubt)
    known: dict[str, Home] = {}
    for home in written:
        known.setdefault(home.code, home)
    return known


def _by_name(homes: Iterable[Home]) -> dict[Pieces, Home]:
    """Give the dossiers by code and, where no code says otherwise, by the name of the folder."""
    known: dict[Pieces, Home] = {}
    listed = sorted(homes, key=lambda home: home.is_in_doubt)
    for home in listed:
        known.setdefault(tokens(home.code), home)
    for home in listed:
        for name in home.names:
            known.setdefault(tokens(name), home)
    known.pop((), None)
    return known


def _home_of(entry: Entry, known: Mapping[Pieces, Home], homes: Sequence[Home]) -> Home | None:
    code = entry.values.get("fileCode", "")
    if code:
        return known.get(tokens(code)) or _beginning_with(tokens(code), homes)
    whole = tokens(entry.values.get("docCode", ""))
    by_code = next((known[whole[:size]] for size in range(len(whole), 0, -1) if whole[:size] in known), None)
    if by_code:
        return by_code
    folder = folded(entry.values.get("file", "").replace("\\", "/").strip("/ ").partition("/")[0])
    by_folder = next((home for home in homes if home.dossier and folded(home.dossier.name) == folder), None)
    return by_folder or (homes[0] if len(homes) == 1 else None)


def _beginning_with(code: Pieces, homes: Sequence[Home]) -> Home | None:
    """Give the folder without a row whose name begins with the code."""
    found = [home for home in homes if not home.entry and home.dossier and begins_with(tokens(home.dossier.name), code)]
    return found[0] if len(found) == 1 else None


def _near(code: str, homes: Sequence[Home]) -> Home | None:
    """Give the one dossier whose code is a slip away, or is alike and has no documents of its own."""
    written = "".join(tokens(code))
    slips = [home for home in homes if any(looks_mistyped(written, name) for name in _folded_names(home))]
    if len(slips) == 1:
        return slips[0]
    bare = [home for home in homes if not home.rows and any(is_near(written, name) for name in _folded_names(home))]
    return bare[0] if len(bare) == 1 else None


def _folded_names(home: Home) -> list[str]:
    return ["".join(tokens(name)) for name in home.names]


def _beside(found: Sequence[Home | None], places: Sequence[int], entries: Sequence[Entry]) -> Home | None:
    """Give the one dossier of the rows before or after that has room for these, and not their ordinals."""
    before = found[places[0] - 1] if places[0] else None
    after = found[places[-1] + 1] if places[-1] + 1 < len(found) else None
    if before is not None and before is after:
        return before
    having_room = [home for home in (before, after) if home and home.dossier and _has_room(home, entries)]
    return having_room[0] if len(having_room) == 1 else None


def _has_room(home: Home, entries: Sequence[Entry]) -> bool:
    taken = {entry.values["ordinal"] for entry in home.rows if "ordinal" in entry.values}
    documents = len(home.dossier.documents) if home.dossier else 0
    return len(home.rows) + len(entries) <= documents and all(e.values.get("ordinal") not in taken for e in entries)
