"""Names of files in the set: the rule in force, in a form that every file system keeps and that can be undone.

Thông tư 05/2025/TT-BNV Đ8.1.d: file name = mã hồ sơ + "." + ordinal of the document in the dossier; the annex writes
the ordinal with 7 digits. A code may hold "/", blanks or "Đ": it stays exact in the metadata, and in a name each
character that some file system refuses is written as "=" and its two-digit UTF-8 codes. ("%" would be the usual sign,
but BagIt writes "%" in its lists as "%25", which `sha256sum -c` does not undo.)
"""

import hashlib
import os
import re
import unicodedata

ORDINAL_DIGITS = 7
PAGE_DIGITS = 4
LIMIT_BYTES = 255  # of one name on ext4, XFS and APFS; NTFS counts letters and so allows more
_EMPTY = "="
_REFUSED = frozenset('<>:"/\\|?*%=')
_PORTS = frozenset(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")
_WINDOWS_DEVICES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$"}) | _PORTS


def safe_name(text: str, *, spare_bytes: int = 0) -> str:
    """Write a code or title as one name of a file or folder; `original_name` undoes it.

    Args:
        text: What is to be named.
        spare_bytes: How much shorter than a file system's limit the name must be, since something is appended to it. A
            name that is too long is cut and ends in "=~" and eight digits of its digest; that alone is not undone.
    """
    text = unicodedata.normalize("NFC", text)
    name, after_code = "", False
    for place, character in enumerate(text):
        # A mark that follows a code would melt into its last digit in normalisation ("=3C" + acute: "=3Ć").
        melts = after_code and unicodedata.category(character).startswith("M")
        after_code = melts or _must_escape(text, place)
        name += _escaped(character) if after_code else character
    return _cut(name, LIMIT_BYTES - spare_bytes) or _EMPTY


def original_name(name: str) -> str:
    """Give the text that `safe_name` made a name of."""
    if name == _EMPTY:
        return ""
    return re.sub(
        "(?:=[0-9A-F]{2})+",
        lambda codes: bytes.fromhex(codes[0].replace("=", "")).decode("utf-8", "surrogateescape"),
        name,
    )


def safe_path(path: str, *, spare_bytes: int = 0) -> str:
    """Write a relative path so that each of its names is safe."""
    return "/".join(safe_name(name, spare_bytes=spare_bytes) for name in path.split("/"))


def readable(path: str) -> str:
    """Give a path of the scan folder in a form that every file can hold: a byte that is no text as its two digits."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def access_name(dossier_code: str, ordinal: int, *, unsplit: bool) -> str:
    """Name a document's PDF: `<mã hồ sơ>.<7 digits>.pdf`, or `<mã hồ sơ>.pdf` where the dossier is one document."""
    name = dossier_code if unsplit else document_code(dossier_code, ordinal)
    return f"{safe_name(name, spare_bytes=len('.pdf'))}.pdf"


def document_code(dossier_code: str, ordinal: int) -> str:
    """Give the document's code: the dossier's and the ordinal in seven digits (TT05 p.76, 218)."""
    return f"{dossier_code}.{ordinal:0{ORDINAL_DIGITS}d}"


def page_name(number: int) -> str:
    """Name a page's files: its place in the document in four digits or more."""
    return f"{number:0{PAGE_DIGITS}d}"


def _must_escape(text: str, place: int) -> bool:
    """Tell whether the letter cannot stand there: in no name, or not as its first or last letter."""
    character = text[place]
    if character in _REFUSED or not character.isprintable():
        return True
    if place == len(text) - 1 and character in ". ":
        return True
    # Windows takes the name of a device for the device whatever comes after a dot, blanks before the dot not counted.
    return place == 0 and (character in ". " or text.split(".", 1)[0].rstrip().lower() in _WINDOWS_DEVICES)


def _cut(name: str, limit_bytes: int) -> str:
    """Cut a name that is too long, never within a letter or code, and add its digest."""
    if len(name.encode()) <= limit_bytes:
        return name
    mark = f"=~{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    kept = name.encode()[: limit_bytes - len(mark)].decode("utf-8", "ignore")
    return re.sub("=.?$", "", kept) + mark


def _escaped(character: str) -> str:
    return "".join(f"={byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
