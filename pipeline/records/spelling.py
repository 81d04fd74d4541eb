"""Vietnamese spelling, as far as a machine can judge it without a dictionary: which syllables there can be.

Every Vietnamese word is written in syllables, and a syllable is built from a closed set of beginnings and rimes, with
at most one tone mark on a place that the rules give. What does not fit was misread, misspelled, or is a foreign name.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LANGUAGE = "vie"
# Grave, acute, tilde, hook above, dot below; circumflex, breve and horn belong to the letter.
_TONES = dict(zip("\u0300\u0301\u0303\u0309\u0323", ("huyền", "sắc", "ngã", "hỏi", "nặng"), strict=True))
# A syllable that ends in a stop has one of two tones.
_STOPPED = re.compile(r"(?:c|ch|k|p|t)$")
_STOP_TONES = frozenset({"sắc", "nặng"})
_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "kr", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")
_RIMES = frozenset(
    re.findall(
        r"\S+",
        """
        a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
        e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
        i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
        o oc oi om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
        oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
        u ua uc ui um un ung up ut uê uêch uên uênh uêt uơ uân uâng uât uây uôc uôi uôm uôn uông uôt
        uy uya uych uynh uyn uyp uyt uyu uyên uyêt
        ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
        y yêm yên yêng yêt yêu
        """,
    )
)
_BEFORE_FRONT = frozenset("eêiy")
_MARKED = frozenset("ăâêôơư")
_VOWELS = frozenset("aăâeêioôơuưy")
# Open rimes whose tone stands on the first letter in the old way, on the second in the new: hòa, hoà.
_EITHER = frozenset({"oa", "oe", "uy"})
# Letters and marks that no language but Vietnamese writes.
_OURS = re.compile("[đĐ\u0309\u0323\u031b]")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_ABBREVIATION_LETTERS = 6
_ROMAN = re.compile(r"[IVXLCDM]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """What was found in a text.

    Attributes:
        words: Words that were judged: of letters only, longer than one letter, no abbreviations.
        outside: How many of them are no Vietnamese syllable; None where the text may be in another language too.
        oddities: How many have letters or marks of Vietnamese that stand as no syllable has them.
        examples: The first of the odd ones, as they stand there.
    """

    words: int
    outside: int | None
    oddities: int | None
    examples: tuple[str, ...] = ()


def judge(text: str, languages: str, most_examples: int = 5) -> Spelling:
    """Judge a text's spelling.

    Args:
        text: Plain text, in whatever Unicode form it came.
        languages: Names as Tesseract has them, joined by "+"; where Vietnamese is not among them nothing is measured.
        most_examples: How many of the odd words are given.
    """
    names = languages.split("+")
    if LANGUAGE not in names:
        return Spelling(0, None, None)
    alone = len(names) == 1
    words = [word for word in words_of(text) if alone or _OURS.search(unicodedata.normalize("NFD", word))]
    outside = [word for word in words if oddity(word)]
    odd = [word for word in outside if _has_marks(word)]
    return Spelling(len(words), len(outside) if alone else None, len(odd), tuple(dict.fromkeys(odd))[:most_examples])


def words_of(text: str) -> Iterator[str]:
    """Give the words that can be judged: no numbers, single letters, abbreviations (UBND) and Roman numerals."""
    for piece in text.split():
        if any(letter.isdigit() for letter in piece) or "@" in piece or "://" in piece:
            continue  # a document's number, a date, an address
        for word in _WORD.findall(piece):
            plain = unicodedata.normalize("NFC", word)
            if len(plain) > 1 and not _is_abbreviation(plain):
                yield word


@functools.lru_cache(maxsize=20_000)  # the same syllables on every page
def oddity(word: str) -> str:
    """Say what keeps a word from being a Vietnamese syllable, or nothing where it is one.

    Returns:
        "", "decomposed" (marks that are characters of their own), "two-tones", "misplaced-tone", "wrong-tone" (one
        that no syllable with this ending has) or "impossible".
    """
    if word != unicodedata.normalize("NFC", word):
        return "decomposed"
    letters, tones = _without_tones(word.lower())
    if len(tones) > 1:
        return "two-tones"
    found = [_fault(letters, onset, rime, tones) for onset, rime in _parsed(letters)]
    if not found:
        return "impossible"
    return "" if "" in found else found[0]


def _without_tones(word: str) -> tuple[str, list[tuple[int, str]]]:
    """Give the letters without tone marks, and each tone with the place of its letter."""
    letters: list[str] = []
    tones = []
    for mark in unicodedata.normalize("NFD", word):
        if mark in _TONES:
            tones.append((max(0, len(_nfc(letters)) - 1), _TONES[mark]))
        else:
            letters.append(mark)
    return _nfc(letters), tones


def _nfc(letters: list[str]) -> str:
    return unicodedata.normalize("NFC", "".join(letters))


def _parsed(letters: str) -> Iterator[tuple[str, str]]:
    """Give every way to take a syllable apart that the spelling rules allow."""
    for onset in _ONSETS:
        if not letters.startswith(onset):
            continue
        rest = letters[len(onset) :]
        # Behind q and gi the rime shares its first letter with them: quyên is q-uyên, giêng is g-iêng.
        rime = "i" + rest[1:] if onset == "qu" and rest[:1] == "y" else rest
        rime = "i" + rest if onset == "gi" and rest[:1] in ("", "ê", "n", "m") else rime
        if rime in _RIMES and _go_together(onset, rest):
            yield onset, rest


def _go_together(onset: str, rest: str) -> bool:
    """Tell whether the beginning is spelled as it must be before its vowel: c, g, ng or k, gh, ngh."""
    front = rest[:1] in _BEFORE_FRONT
    if onset in ("k", "gh", "ngh"):
        return front
    return onset not in ("c", "ng", "g") or not front


def _fault(letters: str, onset: str, rime: str, tones: list[tuple[int, str]]) -> str:
    """Say what is wrong with the tone of a syllable taken apart in this way."""
    if not tones:
        return "wrong-tone" if _STOPPED.search(rime) and "k" not in rime else ""
    ((place, tone),) = tones
    if _STOPPED.search(rime) and tone not in _STOP_TONES:
        return "wrong-tone"
    return "" if place in _tone_places(onset, rime, len(letters)) else "misplaced-tone"


def _tone_places(onset: str, rime: str, length: int) -> frozenset[int]:
    """Give the places, from 0, where the tone mark may stand in a syllable."""
    start = length - len(rime)
    marked = [place for place, letter in enumerate(rime) if letter in _MARKED]
    if marked:  # the last one: ươ
        return frozenset({start + marked[-1]})
    vowels = [place for place, letter in enumerate(rime) if letter in _VOWELS]
    if not vowels:  # gì, gìn
        return frozenset({len(onset) - 1})
    if rime in _EITHER:
        return frozenset({start, start + 1})
    closed = len(rime) > len(vowels)
    return frozenset({start + (vowels[1] if len(vowels) == 3 or (len(vowels) == 2 and closed) else vowels[0])})


def _has_marks(word: str) -> bool:
    """Tell whether a word bears any mark of Vietnamese writing."""
    return any(unicodedata.combining(mark) or mark in "đĐ" for mark in unicodedata.normalize("NFD", word))


def _is_abbreviation(word: str) -> bool:
    if _ROMAN.fullmatch(word):
        return True
    short = word.isupper() and len(word) <= _ABBREVIATION_LETTERS
    capitals = sum(letter.isupper() for letter in word) >= 2 and not word.isupper()  # TTg, GDĐT with a small letter
    return (short and bool(oddity(word))) or (capitals and len(word) <= _ABBREVIATION_LETTERS)
