"""Number [số] and symbol [ký hiệu] of a document, from the row "Số: 12/QĐ-UBND" and its other readings.

Nghị định 30/2020/NĐ-CP, Phụ lục I, II.3: Arabic digits, a stroke, then abbreviations joined by dashes. Papers of the
Party have "Số 12-CT/TW". A number that is blank, or on which the readings do not agree, stays empty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.draft.document_type import code_of_symbol
from pipeline.catalogue.draft.values import IsPrinted, Look, Piece, Suggestion
from pipeline.catalogue.draft.votes import Vote, elected, elected_print
from pipeline.catalogue.folding import unmarked
from pipeline.model import Word

MOST_LETTERS = 30
# "Số:" as networks read it, also such as know no Vietnamese: "S6:", "$6:", "Sé6:", "Sô ".
_LABEL = re.compile(r"\W*[S$5s]\S{0,3}?\s?[:;](?P<colon>.*)|\W*[Ss][ốôóòồổộoéỐ60]{1,2}[.,]?\s(?P<blank>.*)", re.DOTALL)
_REST = re.compile(
    r"[\s._…·-]*(?P<number>[\dIlO]{1,6}\s?[a-zđ]?)?[\s._…·]*[/⁄|]"
    r"\s*(?P<symbol>(?:[A-ZĐÐ]|(?:19|20)\d\d\s*/).*)",
    re.DOTALL,
)
# The stroke stands so close that it was overlooked.
_CLOSE = re.compile(r"\s*(?P<number>\d{1,5})(?P<symbol>[A-ZĐÐ]{2,5}r?[-–][A-ZĐÐ].*)", re.DOTALL)
_PARTY = re.compile(r"\s*(?P<number>\d{1,5})?\s*[-–]\s*(?P<symbol>[A-ZĐÐ]{2,}\s*/\s*[A-ZĐÐ].*)", re.DOTALL)
_BARE = re.compile(r"[\s._…·]*(?P<number>\d{1,5})[\s._…·]*(?P<symbol>)")
_ALIKE = str.maketrans("IlO", "110")
_FORMS = (_REST, _CLOSE, _PARTY, _BARE)
_SYMBOL = re.compile(r"[A-ZĐƯƠÂÊÔĂ0-9][A-Za-zĐđƯƠÂÊÔĂư0-9&.()]*(?:[-/][A-Za-zĐđƯƠÂÊÔĂư0-9&.()]+)*")
# A form leaves the rest of it to be filled in: "BC-..."; so does a reading that lost it.
_UNFINISHED = re.compile(r"\w[-/][\s._…,·]*$")
# The symbol behind a number that cannot be read, at the end of the row.
_END = re.compile(r"[/⁄|]\s*(?P<symbol>[A-ZĐÐ]\S{0,8}?\s?[-–/].*)$")


@dataclass(frozen=True, slots=True)
class Numbered:
    """One reading of the row; the number is empty where it is blank."""

    number: str
    symbol: str


def parse(text: str) -> Numbered | None:
    """Take the row apart; None where it cannot be told what is number and what is not."""
    label = _LABEL.match(text)
    if label is None:
        return None
    rest = label["colon"] if label["colon"] is not None else label["blank"]
    found = next((found for form in _FORMS if (found := form.fullmatch(rest))), None)
    if found is None:
        return None
    number = as_digits((found["number"] or "").replace(" ", ""))
    return None if number is None else Numbered(number, _tidy_symbol(found["symbol"]))


def as_digits(text: str) -> str | None:
    """Write the letters that stand for digits among digits as these; None where no digit was read at all."""
    if not text:
        return ""
    return text.translate(_ALIKE) if re.search(r"\d", text) else None


def symbol_of(text: str) -> str:
    """Give the symbol as one reading has it, whatever is in front of it."""
    read = parse(text)
    if read:
        return read.symbol
    found = _END.search(text)
    return _tidy_symbol(found["symbol"]) if found else ""


def _tidy_symbol(text: str) -> str:
    """Write a symbol as it is printed: no blanks, one kind of dash, the Vietnamese letter for its Icelandic twin.

    One that ends with a dash is not all of it, and none.
    """
    joined = re.sub(r"[–—‒−]", "-", "".join(text.split())).replace("⁄", "/")
    if _UNFINISHED.search(joined):
        return ""
    joined = re.sub("[ĐÐ]*Ð[ĐÐ]*", "Đ", joined)
    return re.sub(r"^[^\w]+|[^\w)]+$", "", joined)


def suggest_number(row: Piece | None, looks: Sequence[Look], is_printed: IsPrinted) -> tuple[Suggestion, Suggestion]:
    """Suggest number and symbol.

    Args:
        row: The row as the page was read.
        looks: Other readings of it.
        is_printed: Tells print from writing.
    """
    if row is None:
        return Suggestion(), Suggestion()
    rows = [(looks[0].network if looks else "", row.words), *((look.network, look.words) for look in looks)]
    readings = [(network, parse(" ".join(word.text for word in words))) for network, words in rows]
    votes = [_vote(network, words, each) for (network, words), (_, each) in zip(rows, readings, strict=True)]
    number, sure = elected_print(votes, is_printed)
    symbol, agreed = _symbol([(network, symbol_of(" ".join(word.text for word in words))) for network, words in rows])
    return (
        Suggestion(number or "", sure if number else 0.0, row.text),
        Suggestion(symbol, agreed if symbol else 0.0, row.text),
    )


def _vote(network: str, words: tuple[Word, ...], read: Numbered | None) -> Vote:
    if read is None:
        return Vote(network, None)
    return Vote(network, read.number, re.sub(r"\D", "", read.number), words)


def _symbol(read: Sequence[tuple[str, str]]) -> tuple[str, float]:
    """Give the symbol that the readings with Vietnamese letters agree on and another network confirms but for marks."""
    own = [symbol for network, symbol in read if network == read[0][0] and symbol]
    others = [symbol for network, symbol in read if network != read[0][0]]
    confirmed = sorted({symbol for symbol in own if others and {unmarked(symbol)} == set(map(unmarked, others))})
    symbol = confirmed[0] if len(confirmed) == 1 else _agreed_symbol(own, others, len(read) - len(others))
    if not symbol or len(symbol) > MOST_LETTERS or not _SYMBOL.fullmatch(symbol):
        return "", 0.0
    alike = sum(unmarked(other) == unmarked(symbol) for _, other in read)
    return symbol, 0.5 + 0.5 * alike / len(read)


def _agreed_symbol(own: Sequence[str], others: Sequence[str], readings: int) -> str:
    """Give the symbol that most readings of one network have, with the letter that all of another read otherwise."""
    votes = [Vote("", symbol) for symbol in own] + [Vote("", None)] * (readings - len(own))
    symbol = elected(votes, one_network=True)[0] or ""
    if not others or unmarked(symbol) in map(unmarked, others):
        return symbol
    if len(set(others)) > 1 or not own:
        return ""
    other, usual = others[0], max(own, key=own.count)
    merged = "".join(o if unmarked(o) == unmarked(a) else a for o, a in zip(usual, other, strict=False))
    differ = sum(o != m for o, m in zip(usual, merged, strict=False))
    # What comes of it must begin with the abbreviation of a kind: two networks that differ may both be wrong.
    return merged if len(usual) == len(other) and differ == 1 and code_of_symbol(merged) else ""
