"""How wide text is in Times New Roman, and how many lines it takes: cells of Excel do not grow by themselves.

Advance widths in thousandths of the letter's size; a letter with marks is as wide as the bare one.
"""

import unicodedata
from collections.abc import Iterator, Mapping

_WIDTHS: Mapping[int, str] = {
    200: "|", 250: " .,", 278: "/:;\\ijlt", 333: "!()[]-`Ifr", 389: "Js", 408: '"', 444: "?acez", 469: "^",
    480: "{}", 500: "#$*0123456789_bdghknopquvxyđ–“”", 541: "~", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR",
    722: "ADGHKNOQUVXYwĐ", 778: "&m", 833: "%", 889: "M", 921: "@", 944: "W",
}  # fmt: skip
_WIDTH_OF: Mapping[str, int] = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST = 1000  # of letters that are not known here
_HORN = "\u031b"
_HORN_WIDTH = 90  # ơ and ư are wider than o and u
# Bold letters are wider, and programs do not break lines at the same place.
_ALLOWANCE, _BOLD = 1.06, 1.08
_POINT_CM = 2.54 / 72


def width_cm(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Give the width of a line of text, with an allowance."""
    units = sum(_letter(letter) for letter in unicodedata.normalize("NFD", text))
    return units / 1000 * size_pt * _POINT_CM * _ALLOWANCE * (_BOLD if bold else 1)


def line_count(text: str, room_cm: float, size_pt: float, *, bold: bool = False) -> int:
    """Give the number of lines that text takes in this room, at least one."""
    return sum(1 for _ in lines(text, room_cm, size_pt, bold=bold)) or 1


def lines(text: str, room_cm: float, size_pt: float, *, bold: bool = False) -> Iterator[str]:
    """Break text between words, and words that are wider than the room anywhere."""
    if width_cm(text, size_pt, bold=bold) <= room_cm and "\n" not in text:
        yield text
        return
    scale = size_pt / 1000 * _POINT_CM * _ALLOWANCE * (_BOLD if bold else 1)
    room = room_cm / scale
    for paragraph in text.split("\n"):
        yield from _broken(paragraph, room)


def _broken(text: str, room: float) -> Iterator[str]:
    line, used = "", 0.0
    for word in text.split(" "):
        width = float(sum(_letter(letter) for letter in unicodedata.normalize("NFD", word)))
        blank = _WIDTH_OF[" "] if line else 0
        if line and used + blank + width > room:
            yield line
            line, used, blank = "", 0.0, 0
        while width > room:
            part, width = _first_part(word, room)
            yield part
            word = word[len(part) :]  # noqa: PLW2901 - what is left of the word
        line, used = f"{line} {word}" if line else word, used + blank + width
    yield line


def _first_part(word: str, room: float) -> tuple[str, float]:
    """Give as many letters of a word as the room takes, one at least, and the width of those that are left."""
    widths = [sum(_letter(part) for part in unicodedata.normalize("NFD", letter)) for letter in word]
    used, count = float(widths[0]), 1
    while count < len(word) and used + widths[count] <= room:
        used += widths[count]
        count += 1
    return word[:count], float(sum(widths[count:]))


def _letter(letter: str) -> int:
    known = _WIDTH_OF.get(letter)
    if known is not None:
        return known
    if letter == _HORN:
        return _HORN_WIDTH
    return 0 if unicodedata.combining(letter) else _WIDEST
