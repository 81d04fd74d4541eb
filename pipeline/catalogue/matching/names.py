"""What a name of a folder or file says of the row it belongs to: its code, its number. Titles are never compared.

Separators do not count, since a folder cannot hold every one of a code's: "H48/2001-05" and "H48_2001_05" are the same.
"""

import difflib
import functools
import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from pipeline.records.names import original_name

_SCANS = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".jp2"})
# Words that may stand before the number in a name, with marks and without.
_BEFORE_NUMBER = frozenset({
    "hồ", "sơ", "ho", "so", "hs", "số", "văn", "bản", "van", "ban", "vb", "tài", "liệu", "tai", "lieu", "tl", "tập",
    "tap", "quyển", "quyen", "file", "doc", "scan", "stt",
})  # fmt: skip
_STUCK = re.compile(r"(?:hs|vb|tl|scan|file|doc|stt)(\d+)")
# What programs put at the end of a name when they sign or copy a file.
_AFTER_NUMBER = frozenset({"signed", "kyso", "ky", "scan", "ocr"})
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_MOST_DIGITS = 7
_NEAR = 0.8

Left = TypeVar("Left", bound=Hashable)
Right = TypeVar("Right", bound=Hashable)


def folded(text: str) -> str:
    """Give a name as file systems that do not tell case and Unicode forms apart would compare it."""
    return unicodedata.normalize("NFC", text).casefold()


@functools.lru_cache(maxsize=100_000)
def tokens(text: str) -> tuple[str, ...]:
    """Give the letters and digits of a code or name in pieces between separators; codes of safe names are undone."""
    return tuple(re.findall(r"[^\W_]+", folded(original_name(text))))


def bare(name: str) -> str:
    """Give a file's name without the ending of a scan; a folder's dot is no ending."""
    path = PurePosixPath(name)
    return path.name.removesuffix(path.suffix) if path.suffix.lower() in _SCANS else path.name


def begins_with(name: tuple[str, ...], code: tuple[str, ...]) -> bool:
    """Tell whether the name goes on after the code; one bare number is no code to begin with."""
    return len(code) < len(name) and name[: len(code)] == code and (len(code) > 1 or not code[0].isdecimal())


def number_and_symbol(code: tuple[str, ...]) -> tuple[str, ...]:
    """Give what follows the year in a code [số và ký hiệu hồ sơ]: agency + year + number and symbol (TT05 p.213)."""
    years = [place for place, piece in enumerate(code[:-1]) if _YEAR.fullmatch(piece)]
    return code[years[-1] + 1 :] if years else ()


def ends_code(name: tuple[str, ...], end: tuple[str, ...], code: tuple[str, ...]) -> bool:
    """Tell whether what stands before the end of a name does not contradict the code: words, or more of the code."""
    before, of_code = name[: -len(end)], code[: -len(end)]
    is_code = before == of_code[len(of_code) - len(before) :] if before else True
    return is_code or not any(letter.isdecimal() for piece in before for letter in piece)


def is_number_only(name: tuple[str, ...]) -> bool:
    """Tell whether a name is a number and at most words like "hồ sơ số" before it."""
    return bool(name) and all(piece in _BEFORE_NUMBER for piece in name[:-1])


def leading_number(name: str) -> int | None:
    """Give the number that a name begins with: "03 Danh sách", "Hồ sơ 01 - ...", "0000003", "HS01"."""
    for piece in tokens(name):
        if piece in _BEFORE_NUMBER:
            continue
        stuck = _STUCK.fullmatch(piece)
        return _number(stuck[1] if stuck else piece)
    return None


def trailing_number(name: str) -> int | None:
    """Give the number that a name ends with: "Văn bản 3", "Q3-5-1-10-11", "H48.2001.05.0000003_signed"."""
    pieces = [piece for piece in tokens(name) if piece not in _AFTER_NUMBER]
    return _number(pieces[-1]) if pieces else None


def number_after(name: str, code: str) -> int | None:
    """Give the number that follows the code in a name: "H48.2001.05.0000003"."""
    head, pieces = tokens(code), tokens(name)
    if not head or not begins_with(pieces, head):
        return None
    return _number(pieces[len(head)])


def unique_pairs(left: Mapping[Left, Hashable], right: Mapping[Right, Hashable]) -> dict[Left, Right]:
    """Pair what has the same key, where the key is there once on each side; None and empty keys are none."""
    ours, theirs = _by_key(left.items()), _by_key(right.items())
    return {found[0]: theirs[key][0] for key, found in ours.items() if len(found) == len(theirs.get(key, ())) == 1}


def is_clear(found: Collection[object], ours: Collection[object], theirs: Collection[object]) -> bool:
    """Tell whether numbers agree too often for a coincidence: for more than half of the shorter side."""
    return 2 * len(found) > min(len(ours), len(theirs)) > 0


def looks_mistyped(one: str, other: str) -> bool:
    """Tell whether two codes differ by what a slip of the finger does: one letter, or two that changed places."""
    return one != other and len(one) > 2 and _distance_is_one(one, other)


def is_near(one: str, other: str) -> bool:
    """Tell whether two codes are alike enough where something else speaks for their being one as well."""
    return bool(one and other) and difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEAR


def _by_key(items: Iterable[tuple[Left, Hashable]]) -> dict[Hashable, list[Left]]:
    found: dict[Hashable, list[Left]] = {}
    for item, key in items:
        if key not in (None, "", ()):
            found.setdefault(key, []).append(item)
    return found


def _number(piece: str) -> int | None:
    return int(piece) if piece.isascii() and piece.isdecimal() and len(piece) <= _MOST_DIGITS else None


def _distance_is_one(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) != len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2] == other[start : start + 2][::-1]
    return one[start + 1 :] == other[start + 1 :] or (swapped and one[start + 2 :] == other[start + 2 :])
