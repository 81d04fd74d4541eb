"""Do to a drawn page what time and the scanner do: pixels in, new pixels out, the same for the same seed.

Pages are 8-bit arrays, grey (height, width) or RGB (height, width, 3). Angles are counter-clockwise positive: a
page turned by +2 has text lines that rise to the right by 2 degrees.
"""

from statistics import NormalDist

import cv2
import numpy as np

from samples.sheet import MM_PER_INCH, Pixels

Colour = tuple[int, int, int]


def turn(page: Pixels, degrees: float, background: int | Colour = 255) -> Pixels:
    """Turn a page counter-clockwise: quarter turns exactly, other angles about the middle of an unchanged canvas."""
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(page, int(degrees // 90)))
    return _moved(page, degrees, (page.shape[1], page.shape[0]), background)


def on_bed(
    page: Pixels, degrees: float, *, dpi: int, bed: int = 34, glass_mm: tuple[float, float] = (218, 304)
) -> Pixels:
    """Lay a page askew on a scanner bed that is larger and dark."""
    size = (round(glass_mm[0] * dpi / MM_PER_INCH), round(glass_mm[1] * dpi / MM_PER_INCH))
    return _moved(page, degrees, size, bed)


def tinted(page: Pixels, ink: Colour, paper: Colour) -> Pixels:
    """Give a grey page the colours of its ink and paper; RGB comes out."""
    share = np.arange(256)[:, None] / 255
    table = np.asarray(ink) + share * (np.asarray(paper) - np.asarray(ink))
    return _pixels(cv2.LUT(cv2.merge([page] * 3), table.round().astype(np.uint8)[:, None, :]))


def yellowed(page: Pixels, seed: int, strength: float = 0.12) -> Pixels:
    """Darken a page in soft clouds and towards its edges, as light and handling do."""
    height, width = page.shape[:2]
    clouds = np.random.default_rng(seed).random((9, 7)) * 0.6
    clouds[[0, -1], :] += 0.4
    clouds[:, [0, -1]] += 0.4
    small = ((1 - strength * clouds) * 255).round().astype(np.uint8)
    shade = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return _pixels(cv2.multiply(page, shade if page.ndim == 2 else cv2.merge([shade] * 3), scale=1 / 255))


def faded(page: Pixels, seed: int, strength: float = 0.5) -> Pixels:
    """Let the ink of a grey page go pale, in some places more than in others; `strength` is the most it loses."""
    height, width = page.shape[:2]
    loss = np.random.default_rng(seed).uniform(0.3, 1.0, (6, 4)) * strength
    small = ((1 - loss) * 255).round().astype(np.uint8)
    keep = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return _pixels(cv2.bitwise_not(cv2.multiply(cv2.bitwise_not(page), keep, scale=1 / 255)))


def bled_through(page: Pixels, back: Pixels, share: float = 0.06, blur_pixels: float = 3.0) -> Pixels:
    """Let the ink of the other side (grey, same size) shine through, mirrored and soft."""
    ghost = cv2.GaussianBlur(cv2.flip(back, 1), (0, 0), blur_pixels)
    ghost = cv2.addWeighted(ghost, share, ghost, 0, 255 * (1 - share))
    return _pixels(cv2.multiply(page, ghost if page.ndim == 2 else cv2.merge([ghost] * 3), scale=1 / 255))


def blurred(page: Pixels, sigma_pixels: float = 0.7) -> Pixels:
    """Soften the edges as a lens does."""
    return _pixels(cv2.GaussianBlur(page, (0, 0), sigma_pixels))


def noisy(page: Pixels, seed: int, sigma: float = 4.0) -> Pixels:
    """Add the sensor's noise, the same to all channels."""
    # Whole random bytes through a table of the normal distribution: ten times quicker than normal numbers.
    table = np.array([NormalDist(0, sigma).inv_cdf((step + 0.5) / 256) for step in range(256)]).round().astype(np.int8)
    steps = np.random.default_rng(seed).integers(0, 256, page.shape[:2], dtype=np.uint8)
    noise = table[steps]
    return _pixels(cv2.add(page, noise if page.ndim == 2 else cv2.merge([noise] * 3), dtype=cv2.CV_8U))


def whitened(page: Pixels, black: int = 20, white: int = 235) -> Pixels:
    """Stretch the tones so that paper becomes pure white, as office scanners do by default."""
    levels = (np.arange(256) - black) * 255.0 / (white - black)
    return _pixels(cv2.LUT(page, np.clip(levels, 0, 255).round().astype(np.uint8)))


def punched(page: Pixels, *, dpi: int, seen: int = 60, left_mm: float = 11.0) -> Pixels:
    """Punch two filing holes of 6 mm, 80 mm apart, into the left margin; `seen` is how bright what lies below is."""
    holed = page.copy()
    scale = dpi / MM_PER_INCH
    middle = page.shape[0] / 2
    for offset_mm in (-40.0, 40.0):
        centre = (round(left_mm * scale), round(middle + offset_mm * scale))
        cv2.circle(holed, centre, round(3 * scale), (seen, seen, seen), cv2.FILLED, cv2.LINE_AA)
    return holed


def speckled(page: Pixels, seed: int, count: int = 120) -> Pixels:
    """Scatter dust: dark specks of one to four pixels."""
    dusty = page.copy()
    chance = np.random.default_rng(seed)
    places = chance.integers((0, 0, 1), (page.shape[1], page.shape[0], 3), (count, 3))
    for x, y, size in places:
        dusty[y : y + size, x : x + size] = 70
    return dusty


def bilevel(page: Pixels, level: int = 150) -> Pixels:
    """Make a grey page pure black (0) and white (255)."""
    return _pixels(cv2.threshold(page, level, 255, cv2.THRESH_BINARY)[1])


def _moved(page: Pixels, degrees: float, size: tuple[int, int], background: int | Colour) -> Pixels:
    """Turn about the middle onto a canvas of another size (width, height)."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    colour = (background,) * 3 if isinstance(background, int) else background
    return _pixels(cv2.warpAffine(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=colour))


def _pixels(result: object) -> Pixels:
    return np.asarray(result, np.uint8)
