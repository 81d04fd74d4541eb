"""Where a sheet's headings are, which list it is, and what each column holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.catalogue.folding import folded, tidy
from pipeline.catalogue.reading.headings import TELLING, ListKind, nearest, recognised
from pipeline.catalogue.reading.legacy import CODE_PARTS, FORMER, GIVES
from pipeline.catalogue.values import ListFinding

# Titles, the agency's name and the national motto stand above the headings.
HEADING_ROWS = 15
_FEWEST_COLUMNS = 2
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,2}|[A-Z])\s*\)?(?:\s*=.*)?")
_DOSSIER_ABOVE = re.compile(
    r"(?:mã hồ sơ|hồ sơ số|số,? (?:và )?ký hiệu hồ sơ|ma ho so|ho so so)\s*[:.]?\s+(?P<code>[^;]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is laid out.

    Attributes:
        fields: Index of the column -> field, or part ("+...") that `legacy` takes apart.
        headings: Index of the column -> heading as written, of all columns that have one.
        first_row: Index of the first row below the headings.
        dossier: Code of the one dossier that a list of documents is of, from the title above it.
        findings: Headings that are not known or stand twice; without the sheet's name.
    """

    kind: ListKind
    fields: Mapping[int, str]
    headings: Mapping[int, str]
    first_row: int
    dossier: str
    findings: tuple[ListFinding, ...]

    @property
    def columns(self) -> dict[str, str]:
        """Field name -> heading as written."""
        pairs = [
            (name, self.headings[index]) for index, part in self.fields.items() for name in GIVES.get(part, (part,))
        ]
        return dict(reversed(pairs))


def laid_out(rows: Sequence[Sequence[Any]], sheet_name: str) -> Layout | None:
    """Find the headings among a sheet's first rows; None where this is no list.

    Args:
        rows: The first rows, each a sequence of cells.
        sheet_name: Decides where the headings alone do not tell which list it is.
    """
    texts = [[tidy(str(cell)) if cell is not None else "" for cell in row] for row in rows]
    found = [candidate for number in range(min(len(texts), HEADING_ROWS)) for candidate in _candidates(texts, number)]
    if not found:
        return None
    best = max(found, key=lambda item: (_score(item[0], item[1], sheet_name), -item[2], -item[3]))
    kind, headings, row, height = best
    if len(_named(kind, headings)) < _FEWEST_COLUMNS or not _tells(kind, headings):
        return None
    first = row + height + (len(texts) > row + height and _is_numbering(texts[row + height]))
    fields, findings = _columns(kind, headings, row + height)
    return Layout(kind, fields, headings, first, _dossier_above(texts[:row]), findings)


def dossier_named(text: str) -> str:
    """Give the dossier's code from a title such as "Hồ sơ số: H48.2024.01"; empty where none is named."""
    found = _DOSSIER_ABOVE.fullmatch(text)
    return found["code"].strip() if found else ""


def _candidates(texts: Sequence[Sequence[str]], number: int) -> list[tuple[ListKind, dict[int, str], int, int]]:
    """Give the row as headings of both lists, alone and together with the one below it."""
    single = {index: text for index, text in enumerate(texts[number]) if text}
    found = [(kind, single, number, 1) for kind in ListKind]
    if number + 1 < len(texts) and single:
        found += [(kind, _joined(kind, texts[number], texts[number + 1]), number, 2) for kind in ListKind]
    return found


def _joined(kind: ListKind, above: Sequence[str], below: Sequence[str]) -> dict[int, str]:
    """Join headings of two rows: "Thời gian" over "Bắt đầu" and "Kết thúc" is "Thời gian bắt đầu" and so on."""
    joined, last = {}, ""
    for index in range(max(len(above), len(below))):
        upper = above[index] if index < len(above) else ""
        lower = below[index] if index < len(below) else ""
        last = upper or last
        both = f"{last} {lower}" if lower else upper
        text = both if not lower or recognised(kind, both) else lower if not upper else both
        if text:
            joined[index] = text
    return joined


def _named(kind: ListKind, headings: Mapping[int, str]) -> set[str]:
    return {name for heading in headings.values() if (name := recognised(kind, heading))}


def _tells(kind: ListKind, headings: Mapping[int, str]) -> bool:
    named = _named(kind, headings)
    return bool(named & (TELLING[kind] | {"fileCode", "+FileNotation"}))


def _score(kind: ListKind, headings: Mapping[int, str], sheet_name: str) -> int:
    """Weigh headings: those that only one list has count thrice, the sheet's name decides between equals."""
    named = _named(kind, headings)
    name = folded(sheet_name)
    telling_name = ("ho so" in name) if kind is ListKind.DOSSIERS else ("van ban" in name or "tai lieu" in name)
    return 4 * len(named) + 8 * len(named & TELLING[kind]) + telling_name


def _columns(
    kind: ListKind, headings: Mapping[int, str], heading_row: int
) -> tuple[dict[int, str], tuple[ListFinding, ...]]:
    """Sort the columns into those that are read and findings on the others."""
    names = _names(kind, headings)
    fields: dict[int, str] = {}
    findings = []
    taken: dict[str, str] = {}
    for index, heading in headings.items():
        name = names[index]
        first = _taken(name, taken)
        if not name:
            near = nearest(kind, heading) or "–"
            findings.append(_finding("unknown-heading", heading_row, heading, {"heading": heading, "near": near}))
        elif name in CODE_PARTS and "fileCode" in names.values():
            continue  # the parts of a code that the list has whole
        elif first:
            findings.append(_finding("heading-twice", heading_row, heading, {"heading": heading, "first": first}))
        else:
            fields[index] = name
            taken[name] = heading
    return fields, tuple(findings)


def _names(kind: ListKind, headings: Mapping[int, str]) -> dict[int, str]:
    """Give what each column holds; empty where its heading is not known."""
    names = {index: recognised(kind, heading) for index, heading in headings.items()}
    # What the former rules call DocCode (25 letters) is the document's id now; today's docCode is another thing.
    if "docId" not in names.values() and any(folded(heading) in FORMER for heading in headings.values()):
        names = {index: "docId" if name == "docCode" else name for index, name in names.items()}
    return names


def _taken(name: str, taken: Mapping[str, str]) -> str:
    """Give the heading of a column before that holds the same; parts of a code, and who made it, add to each other."""
    if name in taken:
        return taken[name]
    adding = {*CODE_PARTS, "+creator"}
    gives = set(GIVES.get(name, (name,))) if name not in adding else set()
    return next(
        (
            heading
            for other, heading in taken.items()
            if other not in adding and gives & set(GIVES.get(other, (other,)))
        ),
        "",
    )


def _finding(rule: str, row: int, heading: str, details: Mapping[str, Any]) -> ListFinding:
    return ListFinding(rule, "", row, heading, heading, details)


def _is_numbering(row: Sequence[str]) -> bool:
    """Tell whether the row numbers the columns: (1), (2), (3) ..."""
    filled = [text for text in row if text]
    return (
        len(filled) > _FEWEST_COLUMNS
        and all(_COLUMN_NUMBER.fullmatch(text) for text in filled)
        and (filled[0].strip("( )") in {"1", "A"} and len(set(filled)) == len(filled))
    )


def _dossier_above(rows: Sequence[Sequence[str]]) -> str:
    return next((code for row in rows for text in row if (code := dossier_named(text))), "")
