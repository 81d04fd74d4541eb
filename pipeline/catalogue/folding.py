"""Vietnamese words made comparable: whether marks, case, blanks and punctuation were typed does not matter."""

import re
import unicodedata

# What no eye sees: zero-width blanks and joiners, soft hyphen, byte order mark, marks of direction.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_D = str.maketrans("đĐ", "dD")


def tidy(text: str) -> str:
    """Give text in NFC on one line, without blanks around it, doubled blanks or letters that cannot be seen."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip()
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in seen).split())


def unmarked(text: str) -> str:
    """Give the letters without marks, "đ" as "d", in lower case."""
    letters = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def folded(text: str) -> str:
    """Give the words without marks in lower case, with one blank between them and no punctuation."""
    return " ".join(re.findall("[a-z0-9]+", unmarked(text)))


def folded_with_marks(text: str) -> str:
    """Give the words in lower case, marks kept, with one blank between them: "HĐ" is not "HD"."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))
