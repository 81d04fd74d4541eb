"""Which language a page is in, as far as its letters and its commonest words tell."""

import re

from pipeline.catalogue.draft.values import Suggestion
from pipeline.catalogue.folding import unmarked
from pipeline.model import Reading

_VIETNAMESE, _ENGLISH, _FRENCH = "01", "02", "03"
# Letters that no language but Vietnamese writes; every third word of it has one.
_OURS = re.compile("[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")
_COMMON = {
    _VIETNAMESE: frozenset(re.findall(r"\w+", """
        cua va cac nguoi duoc trong cho nhung voi theo viec ve khong la co tai nay tu den""")),
    _ENGLISH: frozenset(re.findall(r"\w+", """
        the of and to in that for with which this from have has been were was by on""")),
    _FRENCH: frozenset(re.findall(r"\w+", """
        le la les des du et aux une dans que qui pour par sur est vous nous monsieur ce""")),
}  # fmt: skip
_FEWEST_WORDS = 12
_SHARE, _TIMES = 0.08, 2.0
_OUR_SHARE = 0.2


def suggest_language(reading: Reading) -> Suggestion:
    """Suggest the language of a page; nothing where it has few words, or two languages are nearly alike there."""
    texts = [word.text.casefold() for word in reading.words if any(letter.isalpha() for letter in word.text)]
    if len(texts) < _FEWEST_WORDS:
        return Suggestion()
    plain = [re.sub(r"\W", "", unmarked(text)) for text in texts]
    shares = {code: sum(word in common for word in plain) / len(plain) for code, common in _COMMON.items()}
    first, second = sorted(shares, key=lambda code: shares[code], reverse=True)[:2]
    ours = sum(_OURS.search(text) is not None for text in texts) / len(texts)
    if ours >= _OUR_SHARE and first == _VIETNAMESE:
        return Suggestion(_VIETNAMESE, min(1.0, 0.6 + ours))
    clear = shares[first] >= _SHARE and shares[first] >= _TIMES * shares[second] and first != _VIETNAMESE
    return Suggestion(first, min(0.9, 0.5 + shares[first])) if clear and ours < _OUR_SHARE else Suggestion()
