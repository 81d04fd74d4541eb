"""Find type faces that have all Vietnamese letters, and strike the letters that a typewriter builds from two.

Liberation 2 has them (Debian: fonts-liberation2; the older fonts-liberation 1.07 has not and draws boxes instead).
Where it is missing, the DejaVu faces stand in, at a size that gives lines of about the same length.
"""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

POINTS_PER_INCH = 72
PROBE = "ộếơưạ"

_LIBERATION = {
    (False, False): "-Regular",
    (True, False): "-Bold",
    (False, True): "-Italic",
    (True, True): "-BoldItalic",
}
_UPRIGHT_SANS = {(False, False): "", (True, False): "-Bold", (False, True): "-Oblique", (True, True): "-BoldOblique"}
_SERIF = {(False, False): "", (True, False): "-Bold", (False, True): "-Italic", (True, True): "-BoldItalic"}
# face -> (file name without weight, names of the weights, size against the first choice, letters that prove it)
_FAMILIES = {
    "serif": (("LiberationSerif", _LIBERATION, 1.0, PROBE), ("DejaVuSerifCondensed", _SERIF, 0.88, PROBE)),
    "sans": (("LiberationSans", _LIBERATION, 1.0, PROBE), ("DejaVuSans", _UPRIGHT_SANS, 0.88, PROBE)),
    # The last has not all letters, but all parts that they can be struck from.
    "mono": (("LiberationMono", _LIBERATION, 1.0, PROBE), ("DejaVuSansMono", _UPRIGHT_SANS, 1.0, "êơư\u0301\u0309")),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text looks.

    Attributes:
        face: "serif", "mono" or "sans".
        struck: As by a typewriter: each letter a little off its place and unevenly black.
    """

    face: str = "serif"
    size_points: float = 14.0
    bold: bool = False
    italic: bool = False
    struck: bool = False


class NoFace(Exception):
    """No installed font has the Vietnamese letters."""


@lru_cache(maxsize=128)
def font_of(style: Style, dpi: int) -> ImageFont.FreeTypeFont:
    """Open the font of a style.

    Raises:
        NoFace: None of the known fonts is installed; drawing boxes instead of letters would help nobody.
    """
    for family, weights, scale, letters in _FAMILIES[style.face]:
        size = style.size_points * scale * dpi / POINTS_PER_INCH
        for file in _installed(f"{family}{weights[style.bold, style.italic]}.ttf"):
            font = ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)
            if all(has(font, letter) for letter in letters):
                return font
    raise NoFace(f"no {style.face} font with Vietnamese letters found; on Debian install fonts-liberation2")


@lru_cache(maxsize=4096)
def has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Tell whether a font has a letter of its own, not the box that stands for missing ones."""
    shown, missing = font.getmask(letter), font.getmask("\uffff")
    return shown.size != missing.size or bytes(shown) != bytes(missing)


def strokes(font: ImageFont.FreeTypeFont, letter: str) -> list[tuple[str, float]]:
    """Take a letter apart where the font lacks it: each part with how far it is raised, in sizes of the font.

    A tone mark over a letter that has a mark already, or over a capital, is struck higher.
    """
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 1 or has(font, letter):
        return [(letter, 0.0)]
    below = "\u0323" in parts
    tone = "\u0323" if below else parts[-1]
    rest = unicodedata.normalize("NFC", parts.replace(tone, "", 1))
    marked = len(unicodedata.normalize("NFD", rest)) > 1 and "\u031b" not in unicodedata.normalize("NFD", rest)
    lift = 0.0 if below else 0.19 * marked + 0.19 * rest.isupper()
    return [(rest, 0.0), (tone, lift)]


@lru_cache(maxsize=64)
def _installed(name: str) -> tuple[Path, ...]:
    return tuple(sorted(found for folder in _font_folders() for found in folder.rglob(name)))


def _font_folders() -> Iterator[Path]:
    """Give the places of fonts that the XDG base directory specification and habit name."""
    shares = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for share in (Path.home() / ".local/share", *map(Path, shares.split(":"))):
        yield share / "fonts"
