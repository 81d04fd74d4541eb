"""Where each pixel of the scan lies on its straight page: one matrix, used for pixels, words and the PDF alike.

Coordinates are continuous, x to the right and y down: (0, 0) is the outer corner of the first pixel, (width, height)
that of the last, so the middle of pixel column i is at x = i + 0.5.
"""

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Geometry

POINTS_PER_INCH = 72
DECIMALS = 6  # of the numbers written into a PDF: finer than a thousandth of a pixel, the same text on every machine
_MANY_PIXELS_DPI = 250
_SLACK_PX = 1e-6  # rounding noise of the rotation must not grow the page by a whole pixel

# What each orientation tag (TIFF 6.0 and EXIF, tag 274) does to x and y, apart from the shift back onto the page.
_TAGS = {
    1: ((1, 0), (0, 1)),
    2: ((-1, 0), (0, 1)),
    3: ((-1, 0), (0, -1)),
    4: ((1, 0), (0, -1)),
    5: ((0, 1), (1, 0)),
    6: ((0, -1), (1, 0)),
    7: ((0, -1), (-1, 0)),
    8: ((0, 1), (-1, 0)),
}
_TURNS = {
    0: ((1, 0), (0, 1)),
    90: ((0, -1), (1, 0)),
    180: ((-1, 0), (0, -1)),
    270: ((0, 1), (-1, 0)),
}


def page_dpi(g: Geometry) -> float:
    """Return the resolution of the straight page, whose pixels are square."""
    return max(g.dpi_x, g.dpi_y)


def straight_size(g: Geometry) -> tuple[int, int]:
    """Return width and height in pixels of the straight page before clipping.

    The page is the bounding box of the turned scan, so no corner of the scan is lost.
    """
    width, height = np.abs(_linear(g)) @ (g.width, g.height)
    return math.ceil(width - _SLACK_PX), math.ceil(height - _SLACK_PX)


def clip_box(g: Geometry) -> tuple[int, int, int, int]:
    """Return x0, y0, x1, y1 of what is kept of the straight page: the clip widened to whole pixels, inside the page.

    Raises:
        ValueError: The clip keeps nothing of the page.
    """
    width, height = straight_size(g)
    if g.clip is None:
        return 0, 0, width, height
    x0, y0 = max(0, math.floor(g.clip[0])), max(0, math.floor(g.clip[1]))
    x1, y1 = min(width, math.ceil(g.clip[2])), min(height, math.ceil(g.clip[3]))
    if x0 >= x1 or y0 >= y1:
        raise ValueError(f"clip {g.clip} keeps nothing of a page of {width} x {height} pixels")
    return x0, y0, x1, y1


def scan_to_straight(g: Geometry) -> NDArray[np.float64]:
    """Return the (2, 3) matrix from scan pixels to pixels of the straight page before clipping."""
    linear = _linear(g)
    middle = np.asarray(straight_size(g), dtype=np.float64) / 2
    shift = middle - linear @ (g.width / 2, g.height / 2)
    return np.column_stack((linear, shift))


def straight_to_scan(g: Geometry) -> NDArray[np.float64]:
    """Return the (2, 3) inverse of `scan_to_straight`."""
    forward = scan_to_straight(g)
    linear = np.linalg.inv(forward[:, :2])
    return np.column_stack((linear, -linear @ forward[:, 2]))


def straighten(
    pixels: NDArray[np.uint8], g: Geometry, background: int = 255, *, to_read: bool = True
) -> NDArray[np.uint8]:
    """Return the pixels of the straight page, clipped.

    Flips and quarter turns move pixels without changing them; skew or unequal resolutions cost one interpolation,
    the quicker one where the page is only measured and not `to_read`.

    `pixels` has the shape (g.height, g.width) or (g.height, g.width, 3); `background` is the grey level, 0 to 255,
    of the parts of the page that the scan does not cover.

    Raises:
        ValueError: The pixels are not those of `g`, or its clip keeps nothing.
    """
    if pixels.shape[:2] != (g.height, g.width):
        raise ValueError(f"pixels of shape {pixels.shape} are not a scan of {g.width} x {g.height}")
    x0, y0, x1, y1 = clip_box(g)
    if g.skew_degrees == 0 and _square_size(g) == (g.width, g.height):
        return np.ascontiguousarray(_moved(pixels, _quarters(g))[y0:y1, x0:x1])
    return _warped(pixels, g, background, to_read=to_read)


def reduced(g: Geometry, least_dpi: float) -> tuple[Geometry, int, int]:
    """Return the geometry of a scan averaged over whole pixels, and over how many across and down.

    The copy keeps `least_dpi` each way where the scan has it; a last row or column that fills no average is left out.
    """
    across, down = (max(1, math.floor(dpi / least_dpi)) for dpi in (g.dpi_x, g.dpi_y))
    across, down = min(across, g.width), min(down, g.height)
    size = {"width": g.width // across, "height": g.height // down}
    return replace(g, **size, dpi_x=g.dpi_x / across, dpi_y=g.dpi_y / down, clip=None), across, down


def reduced_pixels(pixels: NDArray[np.uint8], across: int, down: int) -> NDArray[np.uint8]:
    """Return the averages over blocks of `across` by `down` pixels, as `reduced` counts them."""
    if across == down == 1:
        return pixels
    width, height = pixels.shape[1] // across, pixels.shape[0] // down
    whole = pixels[: height * down, : width * across]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def from_reduced(g: Geometry, least_dpi: float, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points of the reduced straight page lie on the straight page; shape (n, 2), x before y."""
    small, across, down = reduced(g, least_dpi)
    back, there = straight_to_scan(small), scan_to_straight(g)
    on_scan = (points @ back[:, :2].T + back[:, 2]) * (across, down)
    moved: NDArray[np.float64] = on_scan @ there[:, :2].T + there[:, 2]
    return moved


def box_from_reduced(
    g: Geometry, least_dpi: float, box: tuple[int, int, int, int]
) -> tuple[float, float, float, float]:
    """Return a box of the reduced straight page on the straight page; edges of the one are edges of the other."""
    small, _, _ = reduced(g, least_dpi)
    corners = from_reduced(g, least_dpi, np.array([box[:2], box[2:]], dtype=np.float64))
    least, most = np.zeros(2), np.array(straight_size(g), dtype=np.float64)
    corners[0] = np.where(np.array(box[:2]) <= 0, least, corners[0])
    corners[1] = np.where(np.array(box[2:]) >= straight_size(small), most, corners[1])
    x0, y0, x1, y1 = corners.clip(least, most).ravel().tolist()
    return x0, y0, x1, y1


def covered(g: Geometry) -> NDArray[np.bool_]:
    """Return which pixels of the clipped straight page the scan covers; along its slanted edges, give or take one."""
    x0, y0, x1, y1 = clip_box(g)
    if g.skew_degrees == 0:
        return np.ones((y1 - y0, x1 - x0), dtype=np.bool_)
    there = scan_to_straight(g)
    corners = np.array([(0, 0), (g.width, 0), (g.width, g.height), (0, g.height)], dtype=np.float64)
    # OpenCV counts from pixel middles.
    places = np.rint(corners @ there[:, :2].T + there[:, 2] - (x0, y0) - 0.5).astype(np.int32)
    return np.asarray(cv2.fillConvexPoly(np.zeros((y1 - y0, x1 - x0), np.uint8), places, 1), dtype=np.bool_)


def page_size_points(g: Geometry) -> tuple[float, float]:
    """Return width and height of the clipped straight page in PDF points."""
    x0, y0, x1, y1 = clip_box(g)
    points = POINTS_PER_INCH / page_dpi(g)
    return round((x1 - x0) * points, DECIMALS), round((y1 - y0) * points, DECIMALS)


def page_matrix(g: Geometry) -> tuple[float, float, float, float, float, float]:
    """Return the operands a to f of the PDF operator `cm` that lay the scan on the clipped straight page.

    An image XObject fills the unit square with its first row at the top (ISO 32000-1, 8.9.5.1); the page's origin
    is at the bottom left, y up. Rendered at `page_dpi`, the page shows what `straighten` gives.
    """
    x0, _, _, y1 = clip_box(g)
    points = POINTS_PER_INCH / page_dpi(g)
    to_page = scan_to_straight(g)
    from_unit = np.array([[g.width, 0, 0], [0, -g.height, g.height], [0, 0, 1]], dtype=np.float64)
    (a, c, e), (b, d, f) = (to_page @ from_unit).tolist()
    operands = (a, -b, c, -d, e - x0, y1 - f)
    # Adding 0.0 makes a plain zero of the negative zero, which would be written as "-0".
    a, b, c, d, e, f = (round(value * points, DECIMALS) + 0.0 for value in operands)
    return a, b, c, d, e, f


def _square_size(g: Geometry) -> tuple[int, int]:
    """Return the scan's width and height once its pixels are square, before it is turned."""
    dpi = page_dpi(g)
    return max(1, round(g.width * dpi / g.dpi_x)), max(1, round(g.height * dpi / g.dpi_y))


def _quarters(g: Geometry) -> NDArray[np.float64]:
    """Return tag and quarter turn as one (2, 2) matrix of 0, 1 and -1."""
    return np.array(_TURNS[g.turn_degrees], dtype=np.float64) @ np.array(_TAGS[g.tag], dtype=np.float64)


def _linear(g: Geometry) -> NDArray[np.float64]:
    """Return the (2, 2) part of `scan_to_straight`: square pixels, tag, quarter turn, skew."""
    width, height = _square_size(g)
    square = np.diag((width / g.width, height / g.height))
    cos, sin = math.cos(math.radians(g.skew_degrees)), math.sin(math.radians(g.skew_degrees))
    clockwise = np.array([[cos, -sin], [sin, cos]])  # with y down, this turns x towards y, which is clockwise
    linear: NDArray[np.float64] = clockwise @ _quarters(g) @ square
    return linear


def _moved(pixels: NDArray[np.uint8], quarters: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return a view of the pixels after flips and quarter turns."""
    turned = pixels.swapaxes(0, 1) if quarters[0, 0] == 0 else pixels
    step_x, step_y = (int(step) for step in quarters.sum(axis=1))
    return turned[::step_y, ::step_x]


def _warped(pixels: NDArray[np.uint8], g: Geometry, background: int, *, to_read: bool) -> NDArray[np.uint8]:
    """Return the clipped page interpolated from the scan.

    OpenCV counts from pixel middles, hence the halves; the clip is part of the matrix, so only kept pixels are made.
    """
    x0, y0, x1, y1 = clip_box(g)
    back = straight_to_scan(g)
    back[:, 2] += back[:, :2] @ (x0 + 0.5, y0 + 0.5) - 0.5
    # Cubic keeps thin letters sharp where they have few pixels; where they have many it only costs twice the time.
    how = cv2.INTER_CUBIC if to_read and page_dpi(g) < _MANY_PIXELS_DPI else cv2.INTER_LINEAR
    flags = how | cv2.WARP_INVERSE_MAP
    size, border = (x1 - x0, y1 - y0), (background,) * 3
    page = cv2.warpAffine(pixels, back, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=border)
    return np.asarray(page, dtype=np.uint8)
