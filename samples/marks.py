"""Put the coloured marks of an office on an RGB page: a round seal and a signature."""

from math import cos, pi, radians, sin
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.faces import Style, font_of
from samples.sheet import MM_PER_INCH, Pixels
from samples.wear import Colour

SEAL_RED: Colour = (206, 42, 48)
PEN_BLUE: Colour = (32, 52, 150)


def sealed(page: Pixels, centre_mm: tuple[float, float], *, dpi: int, words: str, middle: str) -> Pixels:
    """Stamp a red round seal of 36 mm; what lies below it stays visible, as under real ink.

    Args:
        page: RGB.
        centre_mm: Middle of the seal.
        dpi: Pixels per inch of the page.
        words: Stand around it.
        middle: Stand across it.
    """
    ink = _seal_ink(dpi, words, middle)
    # Ink takes unevenly: some of it stays on the rubber.
    grain = np.random.default_rng(len(words)).random((40, 40)).astype(np.float32)
    patchy = cv2.resize(0.55 + 0.45 * grain, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return _inked(page, ink * np.clip(patchy, 0, 1) / 255 * 0.9, centre_mm, dpi, SEAL_RED)


def signed(page: Pixels, centre_mm: tuple[float, float], *, dpi: int, seed: int) -> Pixels:
    """Sign with a blue pen: a scribble of about 45 by 20 mm."""
    chance = Random(seed)
    side = round(56 * dpi / MM_PER_INCH)
    knots = [(0.1 + 0.055 * at + chance.gauss(0, 0.05), 0.5 + chance.gauss(0, 0.13)) for at in range(13)]
    knots += [(0.95, 0.28), (0.3, 0.62), (0.12, 0.6), (0.9, 0.52)]
    path = np.array([(x * side * 16, y * side * 16) for x, y in _smooth(knots)]).round().astype(np.int32)
    ink = np.zeros((side, side), np.uint8)
    cv2.polylines(ink, [path.reshape(-1, 1, 2)], False, (255,), max(2, round(dpi / 55)), cv2.LINE_AA, shift=4)
    return _inked(page, cv2.GaussianBlur(ink, (0, 0), 0.8) / 255 * 0.92, centre_mm, dpi, PEN_BLUE)


def _seal_ink(dpi: int, words: str, middle: str) -> Pixels:
    side = round(38 * dpi / MM_PER_INCH)
    image = Image.new("L", (side, side))
    pen = ImageDraw.Draw(image)
    scale, centre = dpi / MM_PER_INCH, side / 2
    for radius, width in ((18.0, 0.9), (16.8, 0.35), (11.2, 0.35)):
        box = [centre - radius * scale, centre - radius * scale, centre + radius * scale, centre + radius * scale]
        pen.ellipse(box, outline=255, width=max(1, round(width * scale)))
    _around(image, words, 14.0 * scale, dpi)
    for at, line in enumerate(middle.split("\n")):
        font = font_of(Style("sans", 8.5, bold=True), dpi)
        pen.text((centre, centre + (at - 0.5) * 4.2 * scale), line, fill=255, font=font, anchor="mm")
    _star(pen, (centre, centre + 14.0 * scale), 1.7 * scale)
    return np.asarray(image)


def _around(image: Image.Image, words: str, radius: float, dpi: int) -> None:
    """Set letters on the upper three quarters of a circle, their feet towards its middle."""
    font = font_of(Style("sans", 9, bold=True), dpi)
    cell = round(6 * dpi / MM_PER_INCH)
    centre = image.width / 2
    for at, letter in enumerate(words):
        angle = -140 + 280 * at / (len(words) - 1)
        glyph = Image.new("L", (cell, cell))
        ImageDraw.Draw(glyph).text((cell / 2, cell / 2), letter, fill=255, font=font, anchor="mm")
        glyph = glyph.rotate(-angle, Image.Resampling.BICUBIC)
        x, y = centre + radius * sin(radians(angle)), centre - radius * cos(radians(angle))
        image.paste(255, (round(x - cell / 2), round(y - cell / 2)), glyph)


def _star(pen: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float) -> None:
    points = []
    for at in range(10):
        reach = radius if at % 2 == 0 else radius * 0.4
        points.append((centre[0] + reach * sin(pi * at / 5), centre[1] - reach * cos(pi * at / 5)))
    pen.polygon(points, fill=255)


def _smooth(knots: list[tuple[float, float]], steps: int = 12) -> list[tuple[float, float]]:
    """Draw a Catmull-Rom curve through the knots."""
    curve = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        for step in range(steps):
            t = step / steps
            weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3)
            parts = list(zip(weights, (a, b, c, d), strict=True))
            curve.append((sum(w * p[0] for w, p in parts) / 2, sum(w * p[1] for w, p in parts) / 2))
    return curve


def _inked(page: Pixels, share: np.ndarray, centre_mm: tuple[float, float], dpi: int, colour: Colour) -> Pixels:
    """Multiply a colour into the page where `share` (0 to 1, a patch about the centre) says so."""
    marked = page.copy()
    height, width = share.shape
    x = round(centre_mm[0] * dpi / MM_PER_INCH - width / 2)
    y = round(centre_mm[1] * dpi / MM_PER_INCH - height / 2)
    below = marked[y : y + height, x : x + width]
    filtered = 1 - share[..., None] * (1 - np.asarray(colour) / 255)
    below[:] = (below * filtered).round().astype(np.uint8)
    return marked
