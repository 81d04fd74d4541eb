"""What flows between the parts of drafting: pieces of lines, other readings of the same spot, suggestions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.catalogue.folding import unmarked
from pipeline.model import Line, Word

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together on one base line: all of a line, or what of it belongs to one column."""

    words: tuple[Word, ...]
    baseline: float

    @property
    def text(self) -> str:
        """The words with blanks between them."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """Left, top, right and bottom edge in pixels of the page."""
        return (
            min(word.x0 for word in self.words),
            min(word.y0 for word in self.words),
            max(word.x1 for word in self.words),
            max(word.y1 for word in self.words),
        )

    @property
    def centre(self) -> float:
        """Middle between the left and the right edge."""
        x0, _, x1, _ = self.box
        return (x0 + x1) / 2

    @property
    def height(self) -> float:
        """Height of its usual word in pixels."""
        return median(word.y1 - word.y0 for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, 0 to 1, each weighing as much as it has characters."""
        size = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / (100.0 * size) if size else 0.0

    @property
    def letters(self) -> str:
        """The letters and digits alone, without marks, in lower case."""
        return "".join(letter for letter in unmarked(self.text) if letter.isalnum())

    @property
    def is_capitals(self) -> bool:
        """Nearly all of its letters are capitals, and there are some."""
        letters = [letter for letter in self.text if letter.isalpha()]
        return len(letters) > 1 and sum(map(str.isupper, letters)) >= 0.8 * len(letters)


@dataclass(frozen=True, slots=True)
class Look:
    """One more reading of a spot of the page, from another picture of it or by another network.

    Attributes:
        network: Languages that it was read with, as Tesseract names them.
        lines: In the pixels of the page.
    """

    network: str
    lines: tuple[Line, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, from left to right."""
        return tuple(sorted((word for line in self.lines for word in line.words), key=lambda word: word.x0))


# By spot: "number", "date", "agency", "subject".
Looks = Mapping[str, tuple[Look, ...]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a field could hold.

    Attributes:
        value: Canonical; empty where nothing can be said for certain.
        confidence: 0 to 1.
        source: The text that it was read from, as the engine gave it.
        note: What a person should know: in English, a template of the catalogue, or empty.
    """

    value: str = ""
    confidence: float = 0.0
    source: str = ""
    note: str = ""


# Tells whether digits of a word are printed, given which of its letters is the first of them (negative: from the end),
# how many they are, and the words of its row.
IsPrinted = Callable[[Word, int, int, Sequence[Word]], bool]

# By field name, as `pipeline.catalogue.fields.DOCUMENT` has them.
Suggestions = Mapping[str, Suggestion]
