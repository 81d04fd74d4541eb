"""Decide which resolution to use for a page; pure arithmetic."""

import math

A4_LONG_INCHES = 297 / 25.4
A4_SHORT_INCHES = 210 / 25.4
# A0 is 33.1 x 46.8 inches; a little more for margins round it.
LARGEST_LONG_INCHES = 48.0
LARGEST_SHORT_INCHES = 35.0
# A postage stamp is about 0.8 x 1 inch; nobody archives smaller sheets by themselves.
SMALLEST_LONG_INCHES = 1.0
# Written by software that was told no resolution. With these no sheet longer than US legal is believed.
DEFAULT_DPI = (72, 96)
LEGAL_LONG_INCHES = 14.2
USUAL_DPI = (100, 150, 200, 240, 300, 400, 600)
# Fax has 204 x 98, at most about 2:1; a thumbnail of a value in one direction is damage.
LARGEST_DPI_RATIO = 3.0


def believable_dpi(width: int, height: int, dpi_x: float, dpi_y: float) -> tuple[float, float, str]:
    """Choose the resolution to use: the file's where it gives a possible sheet, else the one that makes the page A4.

    Args:
        width: Pixels of the page, as height.
        height: Pixels of the page.
        dpi_x: What the file states, pixels per inch; 0 where it states nothing. Unequal values (fax) are kept.
        dpi_y: As `dpi_x`.

    Returns:
        dpi_x, dpi_y and "file" or "assumed".
    """
    stated_x, stated_y = _usable(dpi_x), _usable(dpi_y)
    stated_x, stated_y = stated_x or stated_y, stated_y or stated_x
    if stated_x and _is_possible_sheet(width, height, stated_x, stated_y):
        return stated_x, stated_y, "file"
    assumed = float(_dpi_for_a4(width, height))
    return assumed, assumed, "assumed"


def _usable(dpi: float) -> float:
    return float(dpi) if math.isfinite(dpi) and dpi > 0 else 0.0


def _is_possible_sheet(width: int, height: int, dpi_x: float, dpi_y: float) -> bool:
    if max(dpi_x, dpi_y) > LARGEST_DPI_RATIO * min(dpi_x, dpi_y):
        return False
    long_inches, short_inches = sorted((width / dpi_x, height / dpi_y), reverse=True)
    if round(dpi_x) in DEFAULT_DPI and round(dpi_y) in DEFAULT_DPI and long_inches > LEGAL_LONG_INCHES:
        return False
    fits = long_inches <= LARGEST_LONG_INCHES and short_inches <= LARGEST_SHORT_INCHES
    return fits and long_inches >= SMALLEST_LONG_INCHES


def _dpi_for_a4(width: int, height: int) -> int:
    long_side, short_side = max(width, height), min(width, height)
    # The mean of both sides: a page cut a little short in one of them still finds its resolution.
    exact = math.sqrt(long_side / A4_LONG_INCHES * short_side / A4_SHORT_INCHES)
    return min(USUAL_DPI, key=lambda dpi: abs(math.log(dpi / exact)))
