"""Read a large JSON object member by member: of its long lists only one element is held at a time."""

import json
from collections.abc import Callable, Container, Iterator
from typing import Any, TextIO

_BLOCK_LETTERS = 1 << 18
_BLANKS = " \t\r\n"
_AFTER = frozenset(f"{_BLANKS},:]}}")


class NotJson(ValueError):
    """The text is no JSON object."""


def members(file: TextIO, lists: Container[str], reduce: Callable[[str, Any], Any] | None = None) -> Iterator[Any]:
    """Yield name and value of each member; of a member in `lists` each element with that name.

    Args:
        file: The text.
        lists: Members whose value is a list that is given element by element.
        reduce: Makes of name and value what is yielded instead of the value.

    Raises:
        NotJson: It is no JSON object, or a member in `lists` is no list.
    """
    text = _Text(file)
    text.take("{")
    while text.peek() != "}":
        name = text.value()
        if not isinstance(name, str):
            raise NotJson("a name was expected")
        text.take(":")
        values = _elements(text) if name in lists else iter((text.value(),))
        for value in values:
            yield name, reduce(name, value) if reduce else value
        if text.peek() != "}":
            text.take(",")
    text.take("}")
    if text.peek():
        raise NotJson("text after the end")


def _elements(text: "_Text") -> Iterator[Any]:
    text.take("[")
    while text.peek() != "]":
        yield text.value()
        if text.peek() != "]":
            text.take(",")
    text.take("]")


class _Text:
    """A window on the text that grows only where one value needs it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._held, self._place = "", 0
        self._decoder = json.JSONDecoder()

    def peek(self) -> str:
        """Give the next letter that is no blank, "" at the end."""
        while True:
            while self._place < len(self._held) and self._held[self._place] in _BLANKS:
                self._place += 1
            if self._place < len(self._held):
                return self._held[self._place]
            if not self._more():
                return ""

    def take(self, letter: str) -> None:
        """Go past the letter that must come next."""
        if self.peek() != letter:
            raise NotJson(f"{letter!r} was expected")
        self._place += 1

    def value(self) -> Any:
        """Read one value."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._place)
            except (ValueError, RecursionError) as error:
                if not self._more():
                    raise NotJson(str(error)) from error
                continue
            # A number may go on in what is not yet read, after its sign, point or exponent too.
            if self._held[end : end + 1] in _AFTER or not self._more():
                self._place = end
                return value

    def _more(self) -> bool:
        rest = self._held[self._place :]
        block = self._file.read(max(_BLOCK_LETTERS, len(rest)))
        self._held, self._place = rest + block, 0
        return bool(block)
