"""Walk fax-coded lines strictly (ITU-T T.4 and T.6), keeping no pixels: does the data give what it should?

libtiff carries on after a wrong code or an early end, and gives a picture with white or smeared lines. This walker
says what is wrong. It is plain Python over tables
of code words looked up beforehand: about 1 ms for each kilobyte of data.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

# Run lengths 0..63, then 64, 128 .. 1728, as code words (T.4 tables 2 and 3).
WHITE_WORDS = """
00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101
101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010
00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010
00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100
00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100
11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010
011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001
010011010 011000 010011011
"""
BLACK_WORDS = """
0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000
0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111
00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 000001101010
000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100
000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100
000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000
000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100
0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100
0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010
0000001011011 0000001100100 0000001100101
"""
# 1792, 1856 .. 2560, the same for both colours.
LONG_WORDS = """
00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111
000000011100 000000011101 000000011110 000000011111
"""
# Two-dimensional modes (T.4 table 4): vertical ones by their offset + 3, then pass and horizontal.
PASS, HORIZONTAL = 7, 8
MODE_WORDS = {
    "1": 3, "011": 4, "000011": 5, "0000011": 6, "010": 2, "000010": 1, "0000010": 0,
    "0001": PASS, "001": HORIZONTAL,
}  # fmt: skip
WINDOW_BITS = 13
EOL_BITS = 12
# A code word as one number: its value above, its length in bits in the lowest four; 0 is no code word.
LENGTH_BITS = 4
LENGTH_MASK = 15
TOO_LONG = "a line longer than the picture is wide"


class FaxDamage(ValueError):
    """The coded lines are not what they should be; the text says where and what."""


def _table(words: dict[str, int]) -> NDArray[np.uint16]:
    """Spread code words over all 13-bit windows that begin with them."""
    table = np.zeros(1 << WINDOW_BITS, np.uint16)
    for word, value in words.items():
        spare = WINDOW_BITS - len(word)
        first = int(word, 2) << spare
        table[first : first + (1 << spare)] = value << LENGTH_BITS | len(word)
    return table


def _runs(words: str) -> dict[str, int]:
    lengths = [*range(64), *range(64, 1792, 64)]
    known = dict(zip(words.split(), lengths, strict=True))
    return known | dict(zip(LONG_WORDS.split(), range(1792, 2561, 64), strict=True))


RUN_TABLES = (_table(_runs(WHITE_WORDS)), _table(_runs(BLACK_WORDS)))
MODE_TABLE = _table(MODE_WORDS).astype(np.uint8)


class _Walker:
    """A place in the bits, and which code word begins at each bit, looked up for all of them at once."""

    def __init__(self, data: bytes, width: int) -> None:
        self.windows = _windows(data)
        self.size_bits = len(data) * 8
        self.width = width
        self.place = 0
        self.modes = MODE_TABLE[self.windows].tobytes()
        self.runs = tuple(table[self.windows].data for table in RUN_TABLES)

    def run(self, colour: int) -> int:
        """Read a run: any number of make-up words and the one that ends it."""
        words, length, part = self.runs[colour], 0, 64
        while part >= 64:
            word = words[self.place]
            if not word:
                raise FaxDamage(self.ending() or "an impossible code word")
            self.place += word & LENGTH_MASK
            part = word >> LENGTH_BITS
            length += part
        return length

    def ending(self) -> str:
        """Say that the data ends, where it does; the zeros put behind it are no code word."""
        return "the data ends inside a line" if self.place + WINDOW_BITS > self.size_bits else ""

    def at_mark(self) -> bool:
        """Tell whether an EOL (or half an end mark) begins here."""
        return bool(self.windows[self.place] >> (WINDOW_BITS - EOL_BITS) == 1)

    def only_zeros_left(self) -> bool:
        """Tell whether nothing but padding is left."""
        return not self.windows[self.place :].any()

    def skip_end_of_line(self) -> bool:
        """Step over zero fill and the EOL after it, where there is one."""
        place = self.place
        while place + EOL_BITS <= self.size_bits and self.windows[place] >> 1 == 0:
            place += 1
        if place + EOL_BITS > self.size_bits or self.windows[place] >> 1 != 1:
            return False
        self.place = place + EOL_BITS
        return True


def _windows(data: bytes) -> NDArray[np.uint16]:
    """Give the 13 bits that begin at each bit of the data, and at 16 more behind it."""
    values = np.frombuffer(data + bytes(8), np.uint8).astype(np.uint32)
    three = values[:-2] << 16 | values[1:-1] << 8 | values[2:]
    shifts = np.arange(24 - WINDOW_BITS, 24 - WINDOW_BITS - 8, -1, dtype=np.uint32)
    return (three[:, None] >> shifts & ((1 << WINDOW_BITS) - 1)).astype(np.uint16).ravel()


def check_group4(data: bytes, width: int, rows: int) -> None:
    """Walk a strip of T.6 lines up to its end mark.

    Raises:
        FaxDamage: A code is impossible, a line too long, or lines are missing.
    """
    walker = _Walker(data, width)
    above: list[int] = []
    done = 0
    # The last strip may be coded with all its rows although the picture needs fewer, so the walk goes to the end mark.
    while not walker.at_mark() and not (done >= rows and walker.only_zeros_left()):
        above = _at_line(done, partial(_line_2d, walker, above))
        done += 1
    if done < rows:
        raise FaxDamage(f"only {done} of {rows} lines are there")


def check_group3(data: bytes, width: int, rows: int, *, two_dimensional: bool, aligned: bool) -> None:
    """Walk a strip of T.4 lines (TIFF compression 3, or 2 with `aligned` and without EOL).

    Raises:
        FaxDamage: A code is impossible, a line too long, or lines are missing.
    """
    walker = _Walker(data, width)
    above: list[int] = []
    for done in range(rows):
        marks, flat = 0, True
        while not aligned and walker.skip_end_of_line():
            marks += 1
            if two_dimensional:
                # One bit after each EOL says how the next line is coded (T.4 section 4.2.2).
                flat = bool(walker.windows[walker.place] >> (WINDOW_BITS - 1))
                walker.place += 1
        if marks > 1 and done:
            raise FaxDamage(f"only {done} of {rows} lines are there")
        above = _at_line(done, partial(_line_1d, walker) if flat else partial(_line_2d, walker, above))
        if aligned:
            walker.place = (walker.place + 7) & ~7


def _line_1d(walker: _Walker) -> list[int]:
    """Walk a one-dimensional line; give its colour changes."""
    changes: list[int] = []
    at, colour = 0, 0
    while at < walker.width:
        at += walker.run(colour)
        _note(changes, at, walker.width)
        colour ^= 1
    return changes


def _line_2d(walker: _Walker, above: list[int]) -> list[int]:
    """Walk a two-dimensional line over the colour changes of the line above; give its own."""
    width, modes, place = walker.width, walker.modes, walker.place
    reference = [*above, width, width, width]
    changes: list[int] = []
    # a0 starts on an imaginary white pixel left of the first (T.4 section 4.2.1.1).
    a0, colour, index = -1, 0, 0
    while a0 < width:
        # b1: the first change above right of a0 and to the other colour; changes to black have even places.
        index = index - 2 if index > 2 else 0
        index += (index ^ colour) & 1
        b1 = reference[index]
        while b1 <= a0 and b1 < width:
            index += 2
            b1 = reference[index]
        word = modes[place]
        mode = word >> LENGTH_BITS
        place += word & LENGTH_MASK
        if mode < PASS and word:
            a1 = b1 + mode - 3
            if a1 <= a0:
                raise FaxDamage("a colour change that does not lie right of the one before")
            if a1 > width:
                raise FaxDamage(TOO_LONG)
            # Right of the one before, so it needs no `_note`, which in the most frequent of all modes costs a third.
            changes.append(a1)
            a0 = a1
            colour ^= 1
        elif mode == PASS:
            a0 = reference[index + 1]
        else:
            walker.place = place
            if not word:
                raise FaxDamage(walker.ending() or "an impossible code word")
            middle = max(a0, 0) + walker.run(colour)
            a0 = middle + walker.run(colour ^ 1)
            _note(changes, middle, width)
            _note(changes, a0, width)
            place = walker.place
    walker.place = place
    return changes


def _note(changes: list[int], at: int, width: int) -> None:
    """Add a colour change; two at one place are none."""
    if at > width or at < 0:
        raise FaxDamage(TOO_LONG)
    if changes and changes[-1] == at and at < width:
        changes.pop()
    else:
        changes.append(at)


def _at_line(done: int, walk: Callable[[], list[int]]) -> list[int]:
    """Walk one line and say its number where it is damaged."""
    try:
        return walk()
    except FaxDamage as damage:
        raise FaxDamage(f"line {done + 1}: {damage}") from damage
