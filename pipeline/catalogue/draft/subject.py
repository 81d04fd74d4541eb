"""The abstract [trích yếu]: the lines under the kind's name, or "V/v ..." of an official letter, as one text."""

import re
from collections.abc import Sequence

from pipeline.catalogue.draft.agreed_words import agreed
from pipeline.catalogue.draft.heading import MOST_LETTERS
from pipeline.catalogue.draft.set_phrases import outside, respelled
from pipeline.catalogue.draft.values import Look, Piece, Suggestion
from pipeline.messages import marked

CUT = marked("a line of it is covered")
DIFFER = marked("the readings differ on: {words}")
# A word below this (0 to 100) is not what all readings have; a text with one is not surer than that, as long as it is.
_DOUBTFUL, _WITH_DOUBT, _MOST_TOLD = 75.0, 0.85, 8
_SIGNS = ".,;:()\"'“”‘’"
# Specks and the ends of rules that were read as signs at the edges of a line.
_EDGES = re.compile(r"^[\s'`\"|_~.,;:‘’*•^+-]+(?=\w)|(?:\s[.^]|[\s'`|_~‘*•])+$")
# "Về" at the beginning of a line is misread more than any other word.
_ABOUT = re.compile(r"^[VWvw][àảáãạaeêèéềếễểệ] vi[eệêẹ]c\b")
_V_V = re.compile(r"^[VvWw]\s?(?:[/⁄|\\íiì1l]?\s?[vV]\b|/(?=\s))[.:]?\s*")


def suggest_subject(lines: Sequence[Piece], looks: Sequence[Look], *, is_cut: bool = False) -> Suggestion:
    """Suggest the abstract; one that is longer than the field, or of which a line is covered, is left empty.

    Args:
        lines: From the top.
        looks: Other readings of them.
        is_cut: A line below them that is not whole may be part of it.
    """
    if not lines:
        return Suggestion()
    better = [agreed(line, looks) for line in lines]
    source = " / ".join(line.text for line in lines)
    text = joined([line.text for line in better])
    if not text or len(text) > MOST_LETTERS:
        return Suggestion(source=source)
    if is_cut:
        return Suggestion(source=source, note=CUT)
    size = sum(len(line.text) for line in better)
    sure = sum(len(line.text) * line.confidence for line in better) / size
    doubted = _doubted(text, better)
    if doubted:
        return Suggestion(text, min(sure, _WITH_DOUBT), source, DIFFER.format(words=", ".join(doubted[:_MOST_TOLD])))
    return Suggestion(text, sure, source)


def _doubted(text: str, lines: Sequence[Piece]) -> list[str]:
    """Give the words of a text on which the readings differ, and which no set phrase puts right."""
    low = {word.text.strip(_SIGNS) for line in lines for word in line.words if word.confidence < _DOUBTFUL}
    words = [word.strip(_SIGNS) for word in outside(text)]
    return list(dict.fromkeys(word for word in words if word in low and len(word) > 1 and word.casefold() != "v/v"))


def joined(lines: Sequence[str]) -> str:
    """Join lines to one text: words divided at the end of a line put together, blanks before signs taken out."""
    text = ""
    for line in lines:
        clean = _EDGES.sub("", line.strip())
        divided = re.search(r"\w[-\u00ad]$", text) and re.match(r"[a-zà-ỹđ]", clean) and " -" not in text[-3:]
        text = text + clean if divided and _is_symbol(text) else f"{text} {clean}".strip()
    text = re.sub(r"\s+([,;:.)])", r"\1", re.sub(r"\s+", " ", text))
    text = _V_V.sub("V/v ", text)
    return respelled(_ABOUT.sub("Về việc", text))


def _is_symbol(text: str) -> bool:
    """Tell whether a dash at the end of a line belongs to a symbol ("NĐ-" / "CP"), which is joined as it is."""
    return re.search(r"[A-ZĐ]-$", text) is not None
