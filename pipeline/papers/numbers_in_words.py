"""Numbers as Vietnamese write them in papers: in words, with grouped digits, as sizes."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")
_GROUP = 1000
_BILLION = _GROUP ** len(_GROUPS)
_UNITS = ("byte", "KB", "MB", "GB", "TB")


def in_words(number: int) -> str:
    """Write a number in Vietnamese words: 1.215 is "một nghìn hai trăm mười lăm".

    Raises:
        ValueError: The number is negative.
    """
    if number < 0:
        raise ValueError(number)
    if number < _BILLION:
        return _below_billion(number, after_more=False)
    high, low = divmod(number, _BILLION)
    words = f"{in_words(high)} tỷ"
    return f"{words} {_below_billion(low, after_more=True)}" if low else words


def _below_billion(number: int, *, after_more: bool) -> str:
    """Write groups of three digits; a group after a higher one names its hundreds even where they are none."""
    words: list[str] = []
    for power in reversed(range(len(_GROUPS))):
        group = number // _GROUP**power % _GROUP
        if group or (not words and power == 0):
            words.append(f"{_below_thousand(group, full=after_more or bool(words))} {_GROUPS[power]}".rstrip())
    return " ".join(words)


def _below_thousand(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not full:
        return _below_hundred(rest)
    words = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return words
    return f"{words} linh {_DIGITS[rest]}" if rest < 10 else f"{words} {_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    tens, unit = divmod(number, 10)
    if not tens:
        return _DIGITS[unit]
    words = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not unit:
        return words
    # Mười lăm, hai mươi lăm; hai mươi mốt, but mười một.
    said = "lăm" if unit == 5 else "mốt" if unit == 1 and tens > 1 else _DIGITS[unit]
    return f"{words} {said}"


def grouped(number: int) -> str:
    """Group the digits of a number: 1.234.567."""
    return f"{number:,}".replace(",", ".")


def size_text(size_bytes: int) -> str:
    """Write a size with one decimal in the largest unit that fits: 12,3 GB."""
    value, unit = float(size_bytes), 0
    while round(value, 1) >= _GROUP and unit < len(_UNITS) - 1:
        value, unit = value / _GROUP, unit + 1
    digits = f"{value:.1f}".replace(".", ",") if unit else str(size_bytes)
    return f"{digits} {_UNITS[unit]}"
