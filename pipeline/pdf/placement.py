"""How a picture lies on its PDF page: orientation tag, resolution, the part of the page it covers. Pure arithmetic."""

import math
from dataclasses import dataclass

from pipeline.pdf.painted import Box, Matrix, bounds, intersection

POINTS_PER_INCH = 72.0
# Where the stored picture's right and down point to when shown (x right, y down) -> orientation tag (TIFF 6.0, 274).
TAGS = {
    ((1, 0), (0, 1)): 1, ((-1, 0), (0, 1)): 2, ((-1, 0), (0, -1)): 3, ((1, 0), (0, -1)): 4,
    ((0, 1), (1, 0)): 5, ((0, 1), (-1, 0)): 6, ((0, -1), (-1, 0)): 7, ((0, -1), (1, 0)): 8,
}  # fmt: skip
# A scan that was straightened by its matrix is still a scan; more is a picture laid out by hand.
LARGEST_SKEW_DEGREES = 10.0
# Pages are often rounded to whole points, and pictures end a little short of them or beyond.
COVER_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the picture lies.

    Attributes:
        tag: Orientation tag, 1 to 8, page rotation included.
        dpi_x, dpi_y: Effective resolution along the stored picture's rows and columns.
        skew_degrees: What is left after the nearest quarter turn, clockwise as shown positive.
        box: The picture on the page, in page space (points, y up).
    """

    tag: int
    dpi_x: float
    dpi_y: float
    skew_degrees: float
    box: Box


def place(width: int, height: int, matrix: Matrix, rotate_degrees: int, user_unit: float = 1.0) -> Placement | None:
    """Describe a picture of width x height pixels painted with a matrix on a page turned clockwise by /Rotate.

    Returns:
        None where the picture is sheared, flat, or turned by more than a scan can be.
    """
    a, b, c, d, _, _ = matrix
    # Down the stored picture is against the unit square's y; shown, y points down: (x, y) -> (x, -y).
    right, down = _turned((a, -b), rotate_degrees), _turned((-c, d), rotate_degrees)
    right_points, down_points = math.hypot(*right), math.hypot(*down)
    if right_points < 1e-6 or down_points < 1e-6:
        return None
    tag = TAGS.get((_axis(right), _axis(down)))
    skews = _from_axis(right), _from_axis(down)
    if tag is None or abs(skews[0] - skews[1]) > 0.5 or max(map(abs, skews)) > LARGEST_SKEW_DEGREES:
        return None
    scale = POINTS_PER_INCH / user_unit
    return Placement(tag, width * scale / right_points, height * scale / down_points, skews[0], bounds(matrix))


def covers(picture: Box, clip: Box, page: Box) -> bool:
    """Tell whether the picture shows whole and fills the page, but for the tolerance."""
    shown = intersection(clip, page)
    if shown[0] >= shown[2] or shown[1] >= shown[3]:
        return False
    slack_x, slack_y = COVER_TOLERANCE * (page[2] - page[0]), COVER_TOLERANCE * (page[3] - page[1])
    slacks = (slack_x, slack_y, slack_x, slack_y)
    fills = all(abs(edge - side) <= slack for edge, side, slack in zip(picture, page, slacks, strict=True))
    unclipped = all(abs(edge - side) <= slack for edge, side, slack in zip(shown, page, slacks, strict=True))
    return fills and unclipped


def share_of_page(picture: Box, page: Box) -> float:
    """Give the share of the page's area that the picture's box covers, 0 to 1."""
    common = intersection(picture, page)
    area = max(0.0, common[2] - common[0]) * max(0.0, common[3] - common[1])
    return area / max(1e-9, (page[2] - page[0]) * (page[3] - page[1]))


def _turned(vector: tuple[float, float], degrees: int) -> tuple[float, float]:
    x, y = vector
    for _ in range(degrees % 360 // 90):
        x, y = -y, x
    return x, y


def _axis(vector: tuple[float, float]) -> tuple[int, int]:
    x, y = vector
    return (int(math.copysign(1, x)), 0) if abs(x) >= abs(y) else (0, int(math.copysign(1, y)))


def _from_axis(vector: tuple[float, float]) -> float:
    angle = math.degrees(math.atan2(vector[1], vector[0]))
    return angle - 90 * round(angle / 90)
