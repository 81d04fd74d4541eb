"""Let several readings of the same spot vote; what is split, seen by one network alone or written by hand is unsaid."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.draft.values import IsPrinted
from pipeline.model import Word

# A reading that read nothing plausible there does not vote, but counts among those that looked.
LEAST_VOTES, LEAST_SHARE = 3, 0.35
# For each vote against, this many for.
FOR_EACH_AGAINST = 4
# What was elected is believed this far at least, and the more the more readings have it.
_BELIEVED = 0.7
# Networks that were trained apart err apart: where two looked, both must have seen it.
_TWO = 2


@dataclass(frozen=True, slots=True)
class Vote:
    """What one reading says.

    Attributes:
        network: Which network read.
        value: What it read; None where nothing plausible.
        digits: The digits as they stand there, if the value is a number.
        row: The words that were read.
    """

    network: str
    value: str | None
    digits: str = ""
    row: tuple[Word, ...] = ()


def elected(votes: Sequence[Vote], *, one_network: bool = False) -> tuple[str | None, float]:
    """Give the value that the readings agree on, and a confidence (0 to 1); None where they do not.

    Args:
        votes: One for each reading.
        one_network: Only one can read this at all; otherwise, where one alone has read, all its readings must agree.
    """
    counts = Counter(vote.value for vote in votes if vote.value is not None)
    if not counts:
        return None, 0.0
    value, most = counts.most_common(1)[0]
    against = sum(counts.values()) - most
    networks = {vote.network for vote in votes}
    agreeing = {vote.network for vote in votes if vote.value == value}
    share = 1.0 if len(networks) == 1 and not one_network else LEAST_SHARE
    enough = max(LEAST_VOTES, math.ceil(share * len(votes)))
    agreed = most >= enough and most >= FOR_EACH_AGAINST * against
    if not agreed or len(agreeing) < min(_TWO, len(networks)):
        return None, most / len(votes)
    return value, _BELIEVED + (1.0 - _BELIEVED) * most / len(votes)


def elected_print(votes: Sequence[Vote], is_printed: IsPrinted) -> tuple[str | None, float]:
    """Give the number that the readings agree on if its digits are printed, as most readings show them."""
    value, share = elected(votes)
    if not value:
        return value, share
    agreeing = [vote for vote in votes if vote.value == value]
    seen = [is_printed(*place, vote.row) for vote in agreeing if (place := _place(vote))]
    return (value, share) if seen and sum(seen) * 2 > len(seen) else (None, share)


def _place(vote: Vote) -> tuple[Word, int, int] | None:
    """Give the word that holds the digits, which of its letters is the first of them, and how many they are."""
    count = len(vote.digits)
    for word in vote.row:
        if re.match(rf"{vote.digits}(?!\d)", word.text):
            return word, 0, count
        if re.search(rf"(?<!\d){vote.digits}[.,_]?$", word.text):
            return word, -count, count
        if re.match(rf"[^\W\d]{{2}}:{vote.digits}(?!\d)", word.text):  # "Số:" stands close
            return word, 2, count
    return None
