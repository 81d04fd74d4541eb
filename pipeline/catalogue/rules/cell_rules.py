"""Rules on one value: its form, its length, its letters, and what a value by itself forbids.

Thông tư 05/2025/TT-BNV, Phụ lục I p.69-81, Phụ lục III p.212-222; lengths are letters after NFC.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.catalogue import dates
from pipeline.catalogue.codes import OLD_RETENTION
from pipeline.catalogue.fields import (
    DOCUMENT,
    DOSSIER,
    MAINTENANCE,
    NOT_TO_BE_SCANNED,
    PERMANENT,
    SECRET,
    TREATMENT_NEEDED,
    Field,
    Kind,
)
from pipeline.catalogue.folding import folded
from pipeline.catalogue.reading.cells import ERRORS
from pipeline.catalogue.reading.legacy import SHEETS_OR_PAGES
from pipeline.catalogue.rules.judged import Row, is_good
from pipeline.catalogue.values import ListFinding
from pipeline.records.names import safe_name

# Signs that codes are made of beside A-Z and digits, as the annexes' examples and symbols of papers have them.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/\\&+,()[]: #'")
# Letters of other alphabets that print like ours; what NFKC makes plain (full-width letters) is told by that.
_LOOKALIKES = dict(zip("ÐƉðАВЕЅІЈКМНОРСТУХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧ‐‑‒–—−∕⁄․",
                       "ĐĐđABESIJKMHOPCTYXaeopcyxijsABEZHIKMNOPTYX------//.", strict=True))  # fmt: skip
_TYPED_CODES = frozenset({"fileCode", "docId", "docCode", "paperFileCode", "codeNotation", "codeNumber"})
_NAMING_CODES = frozenset({"docId", "docCode"})
_WORDS = frozenset({"title", "subject", "organName", "keyword", "description", "autograph"})
# How Vietnamese in the fonts before Unicode looks: .VnTime (TCVN3) has signs and capitals within words, VNI-Times has
# vowels with a second, marked letter behind them, as neither Vietnamese nor French has them.
_TCVN3 = re.compile("[a-z][Æ-ß÷]|[µ¶·¸¹¨¼½¾©®ª¬§¡¢£¤¥¦][A-Za-zÆ-ß]|[A-Za-z][µ¶·¸¹¨¼½¾©®ª¬§]|[a-z][«»][a-z]")
_VNI = re.compile(r"[Ee][áàåäã]|[AaOo][åäø]|[Aa][ûõùáàãú]|ö[ùøûõï]|ñ\w|[uy][ùøû]")


def on_values(row: Row) -> Iterator[ListFinding]:
    """Judge each of the row's own values by itself; at most one finding on each."""
    for name, value in row.own.items():
        field = row.table[name]
        if value.endswith(SHEETS_OR_PAGES):
            continue  # told once for the column
        finding = _form(row, field, value) or _length(row, field, value) or _letters(row, name, value)
        if finding:
            yield finding
        elif value in _FORBIDDING:
            yield from _forbidden(row, name, value)


def on_columns(rows: Sequence[Row]) -> Iterator[ListFinding]:
    """Judge what is one slip for a whole column: text of old fonts, counts of sheets or pages without saying which."""
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for name, value in row.own.items():
            if name in _WORDS and is_old_font(value):
                cells["old-font", name].append(row)
            elif value.endswith(SHEETS_OR_PAGES):
                cells["sheets-or-pages", name].append(row)
    for (rule, name), found in cells.items():
        first = found[0].own[name].removesuffix(SHEETS_OR_PAGES).strip()
        yield found[0].find(rule, name, cells=len(found), value=first)


def is_old_font(text: str) -> bool:
    """Tell whether text seems to be typed in TCVN3 or VNI: two places at least, since French has such letters too."""
    if text.isascii():
        return False
    return len(_TCVN3.findall(text)) > 1 or len(_VNI.findall(text)) > 1


def on_code_letters(row: Row, name: str, written: str) -> ListFinding | None:
    """Judge the letters of a code: "Đ" and others are kept, but only if a person says that they are meant."""
    other = [letter for letter in dict.fromkeys(written) if letter not in _PLAIN]
    alike = _alike(row, name, other)
    if alike or not other:
        return alike
    return row.find("code-letters", name, letters="".join(other), name=safe_name(row.own[name]))


def _alike(row: Row, name: str, letters: Iterable[str]) -> ListFinding | None:
    for letter in letters:
        compatible = unicodedata.normalize("NFKC", letter)
        plain = _LOOKALIKES.get(letter) or (compatible if compatible != letter and compatible in _PLAIN else "")
        if plain:
            return row.find("code-lookalike", name, letter=letter, name=unicodedata.name(letter, "?"), plain=plain)
    return None


def _form(row: Row, field: Field, value: str) -> ListFinding | None:
    """Judge whether a value is of its field's form."""
    if value in ERRORS:
        return row.find("error-in-cell", field.name, value=value)
    if is_good(field, value):
        return row.find("not-positive", field.name) if field.kind is Kind.NUMBER and value == "0" else None
    if field.kind is Kind.NUMBER:
        return row.find("not-a-number", field.name, value=value)
    if field.kind is Kind.DATE:
        return row.find("short-year" if dates.has_short_year(value) else "not-a-date", field.name, value=value)
    known = ", ".join(f"{code} {words}" for code, words in field.codes.items())
    old = field.codes is MAINTENANCE and folded(value) in OLD_RETENTION
    return row.find("old-retention" if old else "not-in-code-list", field.name, value=value, known=known)


def _length(row: Row, field: Field, value: str) -> ListFinding | None:
    """Judge a value's length; a document's dossier is judged in the dossier's own row."""
    if field.name == "fileCode" and row.table is DOCUMENT:
        return None
    letters = len(unicodedata.normalize("NFC", value))
    if field.most_letters and letters > field.most_letters:
        return row.find("too-long", field.name, letters=letters, most=field.most_letters)
    return None


def _letters(row: Row, name: str, value: str) -> ListFinding | None:
    """Judge the letters of codes that do not repeat another one; what repeats it is not told again."""
    if name not in _TYPED_CODES or value.isascii():
        return None
    if name == "fileCode":
        return on_code_letters(row, name, value) if row.table is DOSSIER else None
    if name in _NAMING_CODES:
        return on_code_letters(row, name, value.removeprefix(row.values.get("fileCode", "")))
    return _alike(row, name, dict.fromkeys(value))


_FORBIDDING = frozenset({SECRET, TREATMENT_NEEDED, NOT_TO_BE_SCANNED})


def _forbidden(row: Row, name: str, value: str) -> Iterator[ListFinding]:
    """Judge values that stop the batch by themselves; a document's mode is judged beside its dossier's."""
    if name == "mode" and value == SECRET and row.table is not DOCUMENT:
        yield row.find("secret", name)
    elif name == "treatment" and value == TREATMENT_NEEDED:
        yield row.find("treatment-needed", name)
    elif name == "riskClass" and value == NOT_TO_BE_SCANNED:
        yield row.find("not-to-be-scanned", name)


def on_retention(row: Row) -> Iterator[ListFinding]:
    """Judge a row's own retention: what is handed over must be permanent (p.70, 213)."""
    value = row.own.get("maintenance", "")
    if value in MAINTENANCE and value != PERMANENT:
        yield row.find("not-permanent", "maintenance", value=value, words=MAINTENANCE[value])
