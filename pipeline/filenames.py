"""Judge names of files: paths that stay in their folder, the order a person counts in, and what is only junk."""

import re
import unicodedata

from pipeline.errors import UsageError

_JUNK = frozenset(
    name.casefold()
    for name in (
        "Thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "System Volume Information", "$RECYCLE.BIN",
        ".DS_Store", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", ".DocumentRevisions-V100",
        ".AppleDouble", ".apdisk", "Icon\r", "@eaDir", "#recycle", ".directory",
    )
)  # fmt: skip
_JUNK_PATTERN = re.compile(r"\._.*|~\$.*|\.~lock\..*#|\.Trash-\d+", re.DOTALL | re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
# Marks that make another letter, in their order: none or a stroke, breve, circumflex, horn.
_QUALITIES = ("", "\u0306", "\u0302", "\u031b")
_PIECE = re.compile(r"[0-9]+|[^0-9]", re.DOTALL)

_Pieces = tuple[tuple[int, int, str], ...]
_Key = tuple[tuple[_Pieces, _Pieces], ...]


def safe_relative(path: str) -> str:
    """Give the path without `.` and empty parts, or refuse it where it could lead out of its folder.

    Raises:
        UsageError: The path is empty or absolute, holds `..`, a NUL or a drive letter, or would leave the folder on a
            system that separates names by backslashes.
    """
    if not path or "\0" in path:
        raise UsageError("The path {path!r} is empty or holds a NUL.", path=path)
    if path[0] in "/\\" or _DRIVE.match(path):
        raise UsageError("The path {path!r} is not relative.", path=path)
    if ".." in path and ".." in re.split(r"[/\\]", path):
        raise UsageError("The path {path!r} leaves its folder.", path=path)
    if "//" not in path and not path.startswith("./") and "/./" not in path and not path.endswith(("/", "/.")):
        return path if path != "." else _refuse_folder(path)
    plain = "/".join(part for part in path.split("/") if part not in {"", "."}) or _refuse_folder(path)
    return safe_relative(plain)  # "./C:" and "./\\" lead out as soon as the dot is gone


def natural_key(name: str) -> tuple[_Key, str, str]:
    """Give the sort key that puts page2 before page10 and báo before biên, and never ties two different names.

    Paths sort part by part. A file extension counts last, so that `scan.tif` comes before `scan (2).tif`. Names that
    differ only in case or Unicode form are kept apart by the name itself.
    """
    composed = unicodedata.normalize("NFC", name)
    parts = []
    for part in composed.casefold().split("/"):
        extension = _EXTENSION.search(part)
        cut = extension.start() if extension else len(part)
        parts.append((_pieces(part[:cut]), _pieces(part[cut:])))
    return tuple(parts), composed, name


def is_junk(name: str) -> bool:
    """Tell whether a name, or a part of a path, is one of those that operating systems and programs leave behind."""
    return any(part.casefold() in _JUNK or _JUNK_PATTERN.fullmatch(part) for part in name.split("/"))


def _pieces(text: str) -> _Pieces:
    """Turn text into comparable pieces: letters by place in the alphabet, numbers by length, then by digits."""
    return tuple(
        (_place("0"), len(piece.lstrip("0")), piece.lstrip("0")) if piece[0] in "0123456789" else (_place(piece), 0, "")
        for piece in _PIECE.findall(text)
    )


def _place(letter: str) -> int:
    """Give a letter's place in the Vietnamese order: a ă â b c d đ e ê ...; the five tones do not count."""
    if letter == "đ":
        return ord("d") * len(_QUALITIES) + 1
    taken_apart = unicodedata.normalize("NFD", letter)
    quality = max((_QUALITIES.index(mark) for mark in taken_apart if mark in _QUALITIES), default=0)
    return ord(taken_apart[0]) * len(_QUALITIES) + quality


def _refuse_folder(path: str) -> str:
    raise UsageError("The path {path!r} names the folder itself.", path=path)
