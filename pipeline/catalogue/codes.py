"""What a cell says -> the canonical value of its field: codes of the annexes' lists, numbers, dates, yes and no.

A value that cannot be understood stays as it was written; nothing is guessed. Code lists: Thông tư 05/2025/TT-BNV
p.70-80, 213-222; abbreviations of types: Nghị định 30/2020/NĐ-CP, Phụ lục III; rights: Thông tư 02/2019/TT-BNV.
"""

import functools
import re
from collections.abc import Mapping

from pipeline.catalogue import dates
from pipeline.catalogue.fields import (
    CONDITIONAL,
    DOCUMENT,
    DOSSIER,
    OTHER_TYPE,
    SECRET,
    Field,
    Kind,
)
from pipeline.catalogue.folding import folded, folded_with_marks, tidy

_NUMBER = re.compile(r"0*([0-9]+)(?:[.,]0+)?(?:\s*(?:tờ|trang|tr|văn bản|vb|hồ sơ|tài liệu)\.?)?", re.IGNORECASE)
_CODE_AND_WORDS = re.compile(r"([0-9]{1,2}|[A-D])\s*[-–:.)]\s*(.+)")
_SEVERAL = re.compile(r"\s*[,;/+|\n]\s*|\s+và\s+")
_YES = frozenset({"1", "co", "x", "true", "yes", "dung", "v"})
_NO = frozenset({"0", "khong", "false", "no", "sai"})
_ABBREVIATIONS = {
    "nq": "01", "qđ": "02", "ct": "03", "qc": "04", "qyđ": "05", "tc": "06", "tb": "07", "hd": "08", "ctr": "09",
    "kh": "10", "pa": "11", "đa": "12", "da": "13", "bc": "14", "ttr": "15", "guq": "16", "pg": "17", "pc": "18",
    "pb": "19", "bb": "20", "hđ": "21", "cv": "22", "cđ": "23", "bgn": "24", "btt": "25", "gm": "26", "ggt": "27",
    "gnp": "28",
}  # fmt: skip
# "HD" could be meant for "HĐ" by one who types no marks; only what is one type with and without marks is taken so.
_UNMARKED = {"qd": "02", "qyd": "05"}
_TYPES = {
    "thoa thuan": "25", "ghi nho": "24", "ban ve": "31", "cong van hanh chinh": "22",
    **dict.fromkeys(
        ("thong tu", "thong tu lien tich", "nghi dinh", "nghi quyet lien tich", "luat", "bo luat", "hien phap", "lenh",
         "phap lenh", "sac lenh", "sac luat", "thong tri", "danh sach", "ly lich", "cong ham", "giay khen",
         "bang khen", "giay chung nhan", "to khai", "ban khai", "bien lai", "hoa don"),
        OTHER_TYPE,
    ),
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {
    "maintenance": {
        "vv": "01", "bao quan vinh vien": "01", "70": "02", "50": "03", "30": "04", "20": "05", "10": "06",
        "70n": "02", "50n": "03", "30n": "04", "20n": "05", "10n": "06",
    },
    "mode": {
        "khong han che": "01", "duoc su dung rong rai": "01", "han che": CONDITIONAL, "han che su dung": CONDITIONAL,
        "co dieu kien": CONDITIONAL, "tiep can co dieu kien": CONDITIONAL, "toi mat": SECRET, "tuyet mat": SECRET,
    },
    "language": {
        "viet": "01", "vi": "01", "vie": "01", "vietnamese": "01", "anh": "02", "en": "02", "eng": "02",
        "english": "02", "phap": "03", "fr": "03", "fra": "03", "french": "03", "nga": "04", "ru": "04", "rus": "04",
        "trung": "05", "trung quoc": "05", "tieng trung quoc": "05", "hoa": "05", "tieng hoa": "05", "zh": "05",
        "han": "09", "nom": "09", "chu han": "09", "chu nom": "09", "tieng han nom": "09",
    },
    "format": {"binh thuong": "02", "hu hong": "03"},
    "confidenceLevel": {"goc": "01", "ban goc dien tu": "01", "ban so hoa": "02", "tai lieu so hoa": "02"},
    "riskRecoveryStatus": {"da lap": "01", "da": "01", "chua lap": "02", "chua": "02"},
    "treatment": {"khong can": "01", "can xu ly": "02", "da xu ly": "03"},
    "typeName": {**_TYPES, **_UNMARKED},
}  # fmt: skip
# Retention of the rules before: how many years it is now, a person must say.
OLD_RETENTION = frozenset({"lau dai", "tam thoi", "ld", "tt"})


def canonical(field: Field, text: str) -> str:
    """Give the field's canonical value, or the text as it is where it cannot be understood."""
    text = tidy(text)
    return _understood(field, text) or text if text else ""


def canonical_values(table: Mapping[str, Field], values: Mapping[str, str]) -> dict[str, str]:
    """Give a row's, or a table of defaults', canonical values; unknown names and empty values are left out."""
    found = {name: canonical(table[name], value) for name, value in values.items() if name in table}
    return {name: value for name, value in found.items() if value}


def is_canonical(field: Field, value: str) -> bool:
    """Tell whether the value is of the form that `Field` states."""
    match field.kind:
        case Kind.CODE | Kind.BOOLEAN:
            return value in field.codes
        case Kind.CODES:
            return all(code in field.codes for code in value.split(","))
        case Kind.DATE:
            return dates.is_canonical(value)
        case Kind.NUMBER:
            return value.isascii() and value.isdigit() and (value == "0" or value[0] != "0")
        case _:
            return True


def type_at_start(text: str) -> tuple[str, str]:
    """Split "Quyết định về việc ..." into the type's code and the rest; no code where it begins with no type's name.

    "V/v" at the beginning is how an official letter [công văn] is told (Nghị định 30/2020/NĐ-CP, Phụ lục I).
    """
    words = text.split()
    for count in range(min(4, len(words)), 0, -1):
        head = " ".join(words[:count]).rstrip(":.,;-–")
        code = _by_words(DOCUMENT["typeName"], head)
        # "Da" and "Tb" begin sentences; the abbreviations are written with capitals.
        if code and (count > 1 or folded_with_marks(head) not in _ABBREVIATIONS or sum(map(str.isupper, head)) > 1):
            return code, " ".join(words[count:]).lstrip(":.,;-– ") or text
    return ("22" if folded(text[:4]).startswith("v v") else ""), text


def _understood(field: Field, text: str) -> str | None:
    match field.kind:
        case Kind.CODE:
            return _code(field, text)
        case Kind.CODES:
            return _codes(field, text)
        case Kind.BOOLEAN:
            both = _CODE_AND_WORDS.fullmatch(text)
            plain = folded(both[2] if both and _by_words(field, both[2]) == both[1] else text)
            return "1" if plain in _YES else "0" if plain in _NO else None
        case Kind.DATE:
            return dates.parsed(text)
        case Kind.NUMBER:
            found = _NUMBER.fullmatch(text)
            return (found[1].lstrip("0") or "0") if found else None
        case _:
            return text


def _code(field: Field, text: str) -> str | None:
    """Give the code for a code, with or without its leading zero, its words, or both."""
    both, plain = _CODE_AND_WORDS.fullmatch(text), _plain_code(field, text)
    if both and not plain:
        code = _plain_code(field, both[1])
        return code if code and _by_words(field, both[2]) == code else _by_words(field, text)
    return plain or _by_words(field, text)


def _codes(field: Field, text: str) -> str | None:
    """Give several codes in the order written; words that are one code as a whole ("Việt Anh") stay one."""
    whole = _code(field, text)
    if whole and not re.search("[,;/+]", text):
        return whole
    found = [_code(field, part) for part in _SEVERAL.split(text) if part]
    return ",".join(dict.fromkeys(code for code in found if code)) if found and all(found) else None


def _plain_code(field: Field, text: str) -> str | None:
    """Give the code itself: spreadsheets make 1, or 1.0, of 01."""
    text = text.removesuffix(".0").upper()
    if text in field.codes:
        return text
    wanted = f"0{text}" if text.isdigit() and len(text) == 1 and field.kind is not Kind.BOOLEAN else text
    return wanted if wanted in field.codes else None


def _by_words(field: Field, text: str) -> str | None:
    if field.name == "typeName" and folded_with_marks(text) in _ABBREVIATIONS:
        return _ABBREVIATIONS[folded_with_marks(text)]
    return _words(field.name).get(folded(text))


@functools.cache
def _words(name: str) -> Mapping[str, str]:
    """Give folded words -> code for the field's code list."""
    codes = (DOCUMENT.get(name) or DOSSIER[name]).codes
    return {**{folded(words): code for code, words in codes.items()}, **_WORDS.get(name, {})}
