"""The kind of document [tên loại]: by its name in the middle of the page, held against the abbreviation in the symbol.

Nghị định 30/2020/NĐ-CP, Phụ lục III (abbreviations); an official letter [công văn] has no name, its symbol begins with
the agency's abbreviation, and "V/v" stands under it.
"""

import re

from pipeline.catalogue.draft.heading import Heading
from pipeline.catalogue.draft.values import Suggestion
from pipeline.catalogue.fields import OTHER_TYPE
from pipeline.messages import marked

_LETTER = "22"
_ABBREVIATIONS = {
    "NQ": "01", "QĐ": "02", "CT": "03", "QC": "04", "QYĐ": "05", "TC": "06", "TB": "07", "HD": "08", "CTR": "09",
    "KH": "10", "PA": "11", "ĐA": "12", "DA": "13", "BC": "14", "TTR": "15", "GUQ": "16", "PG": "17", "PC": "18",
    "PB": "19", "BB": "20", "HĐ": "21", "CĐ": "23", "BGN": "24", "BTT": "25", "GM": "26", "GGT": "27", "GNP": "28",
    "NĐ": OTHER_TYPE, "TT": OTHER_TYPE, "TTLT": OTHER_TYPE, "L": OTHER_TYPE, "PL": OTHER_TYPE,
}  # fmt: skip
DISAGREE = marked("the page is headed {name}, its symbol says {symbol}")
# How sure each way of telling is.
_BOTH, _NAME_ALONE, _NEARLY, _LETTER_SURE, _ADDRESSED = 0.98, 0.9, 0.85, 0.95, 0.65


def suggest_type(heading: Heading, symbol: str, *, has_about: bool, has_addressee: bool) -> Suggestion:
    """Suggest the kind.

    Args:
        heading: What the middle of the page says.
        symbol: The suggested symbol, such as "QĐ-UBND"; empty where it could not be read.
        has_about: "V/v ..." stands under the number.
        has_addressee: "Kính gửi" stands on the page.
    """
    by_symbol = code_of_symbol(symbol)
    if heading.name is None:
        if has_about:
            return Suggestion(_LETTER, _LETTER_SURE if symbol else _NAME_ALONE, "V/v")
        if has_addressee and symbol and not by_symbol:
            return Suggestion(_LETTER, _ADDRESSED, symbol)
        return Suggestion(source=symbol)
    source = heading.name.text
    if by_symbol and by_symbol != heading.code:
        return Suggestion("", 0.0, source, DISAGREE.format(name=source, symbol=symbol))
    if by_symbol:
        return Suggestion(heading.code, _BOTH, source)
    return Suggestion(heading.code, _NAME_ALONE if heading.exact else _NEARLY, source)


def code_of_symbol(symbol: str) -> str:
    """Give the code of the kind whose abbreviation a symbol begins with: "QĐ-UBND", "2020/NQ-HĐND"; else nothing."""
    first = re.match(r"(?:\d{4}/)?([^\W\d]+)(?=[-/.]|$)", symbol)
    return _ABBREVIATIONS.get(first[1].upper(), "") if first else ""
