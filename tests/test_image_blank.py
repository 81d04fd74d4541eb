"""Draw backs of pages that are empty but not clean, and pages with hardly anything on them."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.image import blank

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
FONTS = Path("/usr/share/fonts/truetype/liberation")
Picture = NDArray[np.uint8]


def paper(dpi: int, grey: int = 245, grain: float = 3.0) -> Picture:
    """An A5 sheet with grain."""
    shape = (round(8.27 * dpi), round(5.83 * dpi))
    return np.clip(np.random.default_rng(4).normal(grey, grain, shape), 0, 255).astype(np.uint8)


def write(page: Picture, dpi: int, text: str, points: float, grey: int, at: tuple[float, float]) -> Picture:
    """Write with a type-writer's face, `at` in shares of the page."""
    picture = Image.fromarray(page)
    font = ImageFont.truetype(str(FONTS / "LiberationMono-Regular.ttf"), points * dpi / 72)
    ImageDraw.Draw(picture).text((at[0] * page.shape[1], at[1] * page.shape[0]), text, fill=grey, font=font)
    return np.array(picture)


def scrawl(page: Picture, dpi: int, grey: int) -> Picture:
    """Write a word of 25 mm by hand with a pencil of 0.5 mm."""
    along = np.arange(0, 25, 0.2)
    height = 1.5 * np.sin(along * 2.2) + np.sin(along * 0.9)
    points = np.column_stack((60 + along, 80 + height)) * dpi / 25.4
    out = page.copy()
    cv2.polylines(out, [points.astype(np.int32)], False, grey, max(1, round(dpi / 50)), cv2.LINE_AA)
    return out


def yellowed(dpi: int) -> Picture:
    page = paper(dpi, 190, 6)
    rows, columns = np.mgrid[: page.shape[0], : page.shape[1]]
    return (page * (0.75 + 0.25 * np.cos(columns / page.shape[1] * 2) * np.sin(1 + rows / page.shape[0]))).astype(
        np.uint8
    )


def on_dark_bed(dpi: int) -> Picture:
    """A slightly turned sheet on a bed that shows on all sides, with a soft shadow along the sheet."""
    shadow = cv2.copyMakeBorder(paper(dpi), *(dpi // 3,) * 4, cv2.BORDER_CONSTANT, value=(40,))
    turn = cv2.getRotationMatrix2D((shadow.shape[1] / 2, shadow.shape[0] / 2), 1.5, 1)
    turned = cv2.warpAffine(shadow, turn, shadow.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(turned, (0, 0), dpi / 60), dtype=np.uint8)


def punched(dpi: int) -> Picture:
    page = paper(dpi)
    for row in (0.35, 0.62):
        cv2.circle(page, (round(0.45 * dpi), round(row * page.shape[0])), round(0.11 * dpi), 30, -1)
    return page


def specked(dpi: int) -> Picture:
    """Sixty specks of up to 1 mm."""
    page, rng = paper(dpi), np.random.default_rng(8)
    for _ in range(60):
        middle = rng.integers((0, 0), page.shape[::-1]).tolist()
        cv2.circle(page, middle, round(rng.uniform(0.1, 0.5) * dpi / 25.4), 40, -1)
    return page


def shining_through(dpi: int) -> Picture:
    """The other side's text, mirrored, blurred by the paper and a tenth as dark."""
    other = paper(dpi, 245, 0)
    for row in np.arange(0.1, 0.9, 0.03):
        other = write(other, dpi, "Căn cứ Luật Tổ chức chính quyền", 11, 20, (0.1, row))
    ghost = cv2.GaussianBlur(other[:, ::-1], (0, 0), dpi / 100)
    return (paper(dpi) - (245 - ghost) * 0.1).clip(0, 255).astype(np.uint8)


def folded(dpi: int) -> Picture:
    """A fold across the sheet."""
    page = paper(dpi)
    cv2.line(page, (0, page.shape[0] // 2), (page.shape[1], page.shape[0] // 2 + dpi // 30), 190, max(1, dpi // 80))
    return page


def streaked(dpi: int) -> Picture:
    """A dark line down the sheet, as a dirty scanner glass leaves."""
    page = paper(dpi)
    cv2.line(page, (dpi, 0), (dpi, page.shape[0]), 60, max(1, dpi // 100))
    return page


def black_margin(dpi: int) -> Picture:
    """A ragged black margin along two sides, cut to black and white."""
    page, rng = np.where(paper(dpi) > 0, 255, 0).astype(np.uint8), np.random.default_rng(2)
    for row in range(page.shape[0]):
        page[row, : round(dpi * 0.2) + rng.integers(0, dpi // 25)] = 0
    page[-dpi // 8 :] = 0
    return page


BLANK: tuple[Callable[[int], Picture], ...] = (
    paper, yellowed, on_dark_bed, punched, specked, shining_through, folded, streaked, black_margin,
)  # fmt: skip
HARDLY_ANYTHING: dict[str, Callable[[Picture, int], Picture]] = {
    "one typed line": lambda page, dpi: write(page, dpi, "Trang này để trống", 11, 50, (0.25, 0.5)),
    "a page number": lambda page, dpi: write(page, dpi, "7", 10, 50, (0.5, 0.93)),
    "a small page number": lambda page, dpi: write(page, dpi, "- 12 -", 8, 50, (0.46, 0.06)),
    "a faint carbon copy": lambda page, dpi: write(page, dpi, "Sao y bản chính", 11, 130, (0.2, 0.3)),
    "a pencil note": lambda page, dpi: scrawl(page, dpi, 125),
}


@pytest.mark.parametrize("dpi", [100, 300])
@pytest.mark.parametrize("draw", BLANK, ids=lambda draw: draw.__name__)
def test_dirt_is_not_writing(draw: Callable[[int], Picture], dpi: int):
    """A back that shows only paper, bed, shadow, holes, folds, specks or the other side is blank and has no ink."""
    page = draw(dpi)
    assert blank.is_blank(blank.ink_share(page, dpi))
    assert blank.ink_share(page, dpi) == 0


@pytest.mark.parametrize("dpi", [100, 200])
@pytest.mark.parametrize("draw", BLANK, ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("words", HARDLY_ANYTHING)
def test_little_is_not_nothing(draw: Callable[[int], Picture], words: str, dpi: int):
    """A line, a number or a faint note makes any of these pages one that is not blank."""
    page = HARDLY_ANYTHING[words](draw(dpi), dpi)
    assert not blank.is_blank(blank.ink_share(page, dpi))
    assert blank.ink_share(page, dpi) > 0


def test_picture_to_the_edges_is_not_blank():
    """A photograph that fills the scan from edge to edge is not taken for a dark bed."""
    rows, columns = np.mgrid[:900, :600]
    scene = 128 + 70 * np.sin(rows / 130) * np.cos(columns / 90) + 40 * np.sin(columns / 37 + rows / 53)
    assert not blank.is_blank(blank.ink_share(scene.astype(np.uint8), 100))


def test_light_writing_on_black_is_writing():
    """A photostat, white on black, is written on; the black sheet alone is not."""
    sheet = 255 - paper(150)
    assert not blank.is_blank(blank.ink_share(write(sheet, 150, "Sao lục", 11, 230, (0.3, 0.3)), 150))
    assert blank.is_blank(blank.ink_share(sheet, 150))


@pytest.mark.parametrize("shape", [(1, 1), (1, 2000), (2000, 3), (30, 40)])
def test_tiny_pictures_are_taken(shape: tuple[int, int]):
    """A picture too small to write on is blank and has no ink."""
    assert blank.is_blank(blank.ink_share(np.full(shape, 240, np.uint8), 300))
    assert blank.ink_share(np.full(shape, 240, np.uint8), 300) == 0


def test_ink_share_is_the_share_of_ink():
    """The share of a page with two hundred strokes is that of their pixels, whatever black border is added."""
    page = np.full((1000, 1000), 240, np.uint8)
    for row in range(200, 800, 60):
        for column in range(200, 800, 30):
            page[row : row + 20, column : column + 4] = 20
    assert blank.ink_share(page, 100) == pytest.approx(200 * 80 / 1e6, rel=0.01)
    page[:, :40] = 0
    assert blank.ink_share(page, 100) == pytest.approx(200 * 80 / 1e6, rel=0.01)


@pytest.mark.skipif(not SHARED.exists(), reason=f"the sample pages are not at {SHARED}")
@pytest.mark.parametrize("folder", ["ehri", "tapus", "nubis"])
def test_no_real_page_is_blank(folder: str):
    """Every real scan of a written page is found to be written on."""
    for path in sorted((SHARED / folder).glob("*.jp*g")):
        gray = np.asarray(cv2.imread(str(path), cv2.IMREAD_REDUCED_GRAYSCALE_2), dtype=np.uint8)
        assert not blank.is_blank(blank.ink_share(gray, max(gray.shape) / 11.7)), path.name
