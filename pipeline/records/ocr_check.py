"""The human check of the recognised text: a sample drawn without chance, and what the checked sample says.

Công văn 7197/BKHCN-CĐSQG asks for 98 % of the checked characters to be right. The sample is uniform over all pages that
were read, whatever the engine thought of them: one that favours doubtful pages, or good ones, measures something else.
"""

import hashlib
import heapq
import json
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

REQUIRED = 0.98
# Both sides of 95 %.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of a set whose text was read.

    Attributes:
        code: Code of its document.
        number: Place in the document, from 1.
        source, frame: The scan, and which picture in it from 0.
        scan_sha256: Digest of the scan.
        pdf, pdf_page: PDF in the set, and page in it from 1.
        text_path: Its plain text in the set.
        words, confidence: Number of words, and their mean confidence 0 to 100.
    """

    code: str
    number: int
    source: str
    frame: int
    scan_sha256: str
    pdf: str
    pdf_page: int
    text_path: str
    words: int
    confidence: float

    def lot(self, seed: str) -> str:
        """Give the page's lot: as good as by chance, and the same whenever it is drawn with that seed."""
        named = [seed, self.scan_sha256, self.frame, self.code, self.number]
        return hashlib.sha256(json.dumps(named, ensure_ascii=False).encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """One page of the sample as it is handed to the checker, and what came back.

    Attributes:
        wrong: Wrong, missing and needless characters as counted by the checker; None where nothing was entered.
        right: The right text, where the checker typed that instead; empty where not.
    """

    code: str
    number: int
    pdf: str
    pdf_page: int
    scan_sha256: str
    text: str
    wrong: int | None = None
    right: str = ""

    @property
    def name(self) -> str:
        """How the row is called in messages."""
        return f"{self.code}, {self.number}"

    @property
    def characters(self) -> int:
        """Letters, digits and signs of the recognised text; white space is not counted."""
        return len(bare(self.text))

    @property
    def digest(self) -> str:
        """Digest of what was handed out, blind to white space, which office programs change."""
        handed_out = [self.code, self.number, self.pdf, self.pdf_page, self.scan_sha256, bare(self.text)]
        return hashlib.sha256(json.dumps(handed_out, ensure_ascii=False).encode()).hexdigest()

    @property
    def is_filled(self) -> bool:
        """Whether the checker entered anything."""
        return self.wrong is not None or bool(self.right)

    def outcome(self) -> tuple[int, int]:
        """Give the number of wrong characters, and of how many; the count that was entered goes before the text."""
        if self.wrong is not None:
            return self.wrong, self.characters
        right = bare(self.right)
        return edits(bare(self.text), right), max(len(right), 1)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a checked sample says.

    Attributes:
        characters, wrong: Of all filled rows together.
        share: Share of right characters, 0 to 1.
        low, high: Interval that holds the share of the whole batch with 95 % confidence (Wilson's score), widened
            where the pages differ more among each other than chance makes them: errors come in crowds.
    """

    characters: int
    wrong: int
    share: float
    low: float
    high: float


def bare(text: str) -> str:
    """Give a text without white space, in one Unicode form."""
    return "".join(unicodedata.normalize("NFC", text).split())


def draw(pages: Iterable[ReadPage], count: int, seed: str) -> list[ReadPage]:
    """Draw so many pages, uniformly; the same ones for the same pages and seed, in the batch's order.

    Pages are gone through once and only the drawn ones are held.
    """
    lots = ((page.lot(seed), place, page) for place, page in enumerate(pages))
    drawn = heapq.nsmallest(count, lots, key=lambda lot: lot[:2])
    return [page for _, _, page in sorted(drawn, key=lambda lot: lot[1])]


def least_confident(pages: Iterable[ReadPage], count: int) -> list[ReadPage]:
    """Give the pages with words whose mean confidence is lowest, the lowest first."""
    found = ((page.confidence, place, page) for place, page in enumerate(pages) if page.words)
    return [page for _, _, page in heapq.nsmallest(count, found, key=lambda item: item[:2])]


def accuracy(outcomes: Iterable[tuple[int, int]]) -> Accuracy | None:
    """Judge (wrong, characters) of each page; None where there is no character.

    The pages, not the characters, were drawn. The variance of the ratio of two sums over pages (linearised, as for
    any sample of clusters) says how many independent characters they are worth, fewer where pages are few (Korn and
    Graubard 1998); Wilson's interval is made for those.
    """
    table = np.array(list(outcomes), dtype=np.float64).reshape(-1, 2)
    wrong, characters = (float(total) for total in table.sum(axis=0))
    if not characters:
        return None
    rate = min(1.0, wrong / characters)
    worth, pages = characters, len(table)
    if pages > 1 and 0 < rate < 1:
        off = table[:, 0] - rate * table[:, 1]
        variance = pages / (pages - 1) * float(np.sum(off * off)) / characters**2
        caution = (_Z / _student(pages - 1)) ** 2
        worth = min(characters, rate * (1 - rate) / variance * caution) if variance > 0 else characters
    low, high = wilson(1 - rate, worth)
    return Accuracy(round(characters), round(wrong), 1 - rate, low, high)


def _student(freedom: int) -> float:
    """Give Student's t at 95 % for so many degrees of freedom, by Fisher's series; near enough from 4 on."""
    terms = (
        (_Z**3 + _Z) / 4,
        (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96,
        (3 * _Z**7 + 19 * _Z**5 + 17 * _Z**3 - 15 * _Z) / 384,
    )
    return _Z + sum(term / float(freedom) ** power for power, term in enumerate(terms, 1))


def wilson(share: float, number: float) -> tuple[float, float]:
    """Give Wilson's score interval at 95 % for a share seen in so many independent trials (Wilson 1927)."""
    square = _Z * _Z / number
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / number + square / (4 * number))
    # Where nothing or everything was wrong the bound is the share itself, but for rounding.
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def edits(first: str, second: str) -> int:
    """Count the fewest characters to change, put in or leave out to get from one text to the other."""
    if not first or not second:
        return len(first) + len(second)
    letters = np.array([ord(letter) for letter in second], dtype=np.int64)
    places = np.arange(len(second) + 1, dtype=np.int64)
    above = places.copy()
    for number, letter in enumerate(first, 1):
        row = np.empty_like(above)
        row[0] = number
        np.minimum(above[1:] + 1, above[:-1] + (letters != ord(letter)), out=row[1:])
        # Putting letters in costs one each: the least of all places before, plus the way from there.
        above = np.minimum.accumulate(row - places) + places
    return int(above[-1])
