"""Names of files in the set: the rule in force, in a form that every file system keeps and that can be undone.

Thông tư 05/2025/TT-BNV Đ8.1.d: file name = mã hồ sơ + "." + ordinal of the document in the dossier; the annex writes
the ordinal with 7 digits. A code may hold "/", blanks or "Đ": it stays exact in the metadata, and in a name each
character that some file system refuses is written as "=" and its two-digit UTF-8 codes. ("%" would be the usual sign,
but BagIt writes "%" in its lists as "%25", which `sha256sum -c` does not undo.)
"""

import re
import unicodedata

ORDINAL_DIGITS = 7
PAGE_DIGITS = 4
_REFUSED = frozenset('<>:"/\\|?*%=')
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)


def safe_name(text: str) -> str:
    """Write a code or title as one name of a file or folder; `original_name` undoes it."""
    text = unicodedata.normalize("NFC", text)
    name = "".join(_escaped(c) if c in _REFUSED or not c.isprintable() else c for c in text)
    if name[-1:] in (".", " "):
        name = name[:-1] + _escaped(name[-1])
    if name[:1] in (".", " ") or name.split(".", 1)[0].lower() in _WINDOWS_DEVICES:
        name = _escaped(name[0]) + name[1:]
    return name or "=00"


def original_name(name: str) -> str:
    """Give the text that `safe_name` made a name of."""
    if name == "=00":
        return ""
    return re.sub(
        "(?:=[0-9A-F]{2})+",
        lambda codes: bytes.fromhex(codes[0].replace("=", "")).decode("utf-8", "surrogateescape"),
        name,
    )


def safe_path(path: str) -> str:
    """Write a relative path so that each of its names is safe."""
    return "/".join(safe_name(name) for name in path.split("/"))


def access_name(dossier_code: str, ordinal: int, *, unsplit: bool) -> str:
    """Name a document's PDF: `<mã hồ sơ>.<7 digits>.pdf`, or `<mã hồ sơ>.pdf` where the dossier is one document."""
    return f"{safe_name(dossier_code if unsplit else document_code(dossier_code, ordinal))}.pdf"


def document_code(dossier_code: str, ordinal: int) -> str:
    """Give the document's code: the dossier's and the ordinal in seven digits (TT05 p.76, 218)."""
    return f"{dossier_code}.{ordinal:0{ORDINAL_DIGITS}d}"


def page_name(number: int) -> str:
    """Name a page's files: its place in the document in four digits or more."""
    return f"{number:0{PAGE_DIGITS}d}"


def _escaped(character: str) -> str:
    return "".join(f"={byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
