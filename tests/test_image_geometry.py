"""Hold the matrix, the pixels and the PDF operands of one geometry to each other."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.image import geometry
from pipeline.model import Geometry

TURNS = (0, 90, 180, 270)
TAGS = range(1, 9)
# PDFium rounds a page up by a pixel and stretches it, and turns pictures by a matrix in steps of 1/256: on a page of
# 300 pixels that is up to two pixels. A wrong sign, order or centre is out by far more.
PDFIUM_TOLERANCE_PX = 2.5
quick = settings(deadline=None, max_examples=60)
geometries = st.builds(
    Geometry,
    width=st.integers(40, 400),
    height=st.integers(40, 400),
    dpi_x=st.sampled_from((72.0, 100.0, 150.5, 204.0)),
    dpi_y=st.sampled_from((72.0, 98.0, 150.5, 196.0)),
    tag=st.sampled_from(TAGS),
    turn_degrees=st.sampled_from(TURNS),
    skew_degrees=st.one_of(st.just(0.0), st.floats(-15, 15)),
)
square = geometries.map(lambda g: replace(g, dpi_y=g.dpi_x))


def mapped(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points @ matrix[:, :2].T + matrix[:, 2]


def corners(g: Geometry) -> NDArray[np.float64]:
    return np.array([(0, 0), (g.width, 0), (0, g.height), (g.width, g.height)], dtype=np.float64)


def marks(g: Geometry) -> NDArray[np.float64]:
    """Middles of four squares near the corners, in scan pixels."""
    return np.array([(x, y) for y in (20, g.height - 20) for x in (20, g.width - 20)], dtype=np.float64)


def marked_scan(g: Geometry, half: int = 8) -> NDArray[np.uint8]:
    """A white scan with four squares, each of a grey of its own so that none can be taken for another."""
    pixels = np.full((g.height, g.width), 255, np.uint8)
    for grey, (x, y) in zip((0, 60, 120, 180), marks(g).astype(int), strict=True):
        pixels[y - half : y + half, x - half : x + half] = grey
    return pixels


def assert_marks(page: NDArray[np.uint8], g: Geometry, tolerance_px: float) -> None:
    """Each mark lies, by its middle and by its grey, where the matrix says."""
    x0, y0, _, _ = geometry.clip_box(g)
    found = mapped(geometry.scan_to_straight(g), marks(g)) - (x0, y0)
    for grey, (x, y) in zip((0, 60, 120, 180), found, strict=True):
        column, row = int(x), int(y)
        assert abs(int(page[row, column]) - grey) <= 12
        top, left = max(0, row - 18), max(0, column - 18)
        weight = 255.0 - page[top : row + 18, left : column + 18]
        rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
        middle = np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum() + (left, top)
        assert np.abs(middle - (x, y)).max() < tolerance_px


@quick
@given(geometries)
def test_page_holds_every_corner(g: Geometry):
    """No corner of the scan lies outside the page, and the page is no more than a pixel too large."""
    size = np.array(geometry.straight_size(g))
    points = mapped(geometry.scan_to_straight(g), corners(g))
    assert points.min() >= -1e-5
    assert (points <= size + 1e-5).all()
    assert (np.ptp(points, axis=0) > size - 1).all()


@quick
@given(geometries, st.floats(0, 1), st.floats(0, 1))
def test_inverse_leads_back(g: Geometry, u: float, v: float):
    """A point sent to the straight page and back is where it was."""
    point = np.array([[u * g.width, v * g.height]])
    there = mapped(geometry.scan_to_straight(g), point)
    assert np.allclose(mapped(geometry.straight_to_scan(g), there), point, atol=1e-8)


@quick
@given(geometries)
def test_pdf_operands_say_what_the_matrix_says(g: Geometry):
    """The four corners of the unit square land on the page where the corners of the scan do."""
    g = replace(g, clip=(3, 5, geometry.straight_size(g)[0] - 7, geometry.straight_size(g)[1] - 11))
    a, b, c, d, e, f = geometry.page_matrix(g)
    unit = np.array([(0, 1), (1, 1), (0, 0), (1, 0)])
    points = unit @ np.array([(a, b), (c, d)]) + (e, f)
    page_height = geometry.page_size_points(g)[1]
    pixels = np.column_stack((points[:, 0], page_height - points[:, 1])) * geometry.page_dpi(g) / 72
    assert np.allclose(pixels, mapped(geometry.scan_to_straight(g), corners(g)) - (3, 5), atol=1e-4)


@quick
@given(square, st.integers(0, 2**32 - 1))
def test_unskewed_pixels_are_moved_not_changed(g: Geometry, seed: int):
    """Without skew every pixel of the scan is found unchanged where the matrix says."""
    g = replace(g, skew_degrees=0.0)
    pixels = np.random.default_rng(seed).integers(0, 256, (g.height, g.width), dtype=np.uint8)
    page = geometry.straighten(pixels, g)
    rows, columns = np.divmod(np.arange(g.width * g.height), g.width)
    there = mapped(geometry.scan_to_straight(g), np.column_stack((columns, rows)) + 0.5).astype(int)
    assert page.shape[::-1] == geometry.straight_size(g)
    assert (page[there[:, 1], there[:, 0]] == pixels.ravel()).all()


@pytest.mark.parametrize("tag", TAGS)
def test_tags_are_those_of_pillow(tag: int):
    """Each orientation tag turns and mirrors as Pillow, an independent reader of the tag, does it."""
    pixels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    stored = io.BytesIO()
    exif = Image.Exif()
    exif[274] = tag
    Image.fromarray(pixels).save(stored, "PNG", exif=exif)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(stored)))
    assert (geometry.straighten(pixels, Geometry(7, 5, 300, 300, tag=tag)) == upright).all()


@pytest.mark.parametrize("turn", TURNS)
def test_quarter_turns_are_clockwise_and_follow_the_tag(turn: int):
    """A quarter turn is numpy's, clockwise, of the page that the tag has set upright."""
    pixels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    page = geometry.straighten(pixels, Geometry(7, 5, 300, 300, tag=5, turn_degrees=turn))
    assert (page == np.rot90(pixels.T, -turn // 90)).all()


def test_positive_skew_turns_clockwise():
    """A line that rises to the right by the skew becomes level."""
    pixels = np.full((300, 400), 255, np.uint8)
    cv2.line(pixels, (50, 200), (350, 200 - round(300 * np.tan(np.radians(6)))), 0, 3)
    page = geometry.straighten(pixels, Geometry(400, 300, 200, 200, skew_degrees=6.0))
    dark = np.argwhere(page < 128)
    assert np.ptp(dark[:, 0]) <= 5
    assert np.ptp(dark[:, 1]) > 295


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("turn", TURNS)
def test_pixels_lie_where_the_matrix_says(tag: int, turn: int):
    """With skew and unequal resolutions, marks are within a tenth of a pixel of their place."""
    g = Geometry(300, 200, 200, 150, tag, turn, -4.3)
    assert_marks(geometry.straighten(marked_scan(g), g), g, 0.1)


def test_colour_keeps_its_channels():
    """A colour scan is straightened channel by channel, on the background asked for."""
    g = Geometry(60, 40, 200, 200, skew_degrees=5.0)
    pixels = np.zeros((40, 60, 3), np.uint8) + np.array([10, 100, 200], np.uint8)
    page = geometry.straighten(pixels, g, background=77)
    assert page[20, 30].tolist() == [10, 100, 200]
    assert page[0, 0].tolist() == [77, 77, 77]


def test_clip_is_the_last_step():
    """A clipped page is the cut-out of the whole page, widened to whole pixels."""
    g = Geometry(300, 200, 200, 200, skew_degrees=2.0)
    clipped = replace(g, clip=(10.4, 20.0, 250.2, 150.0))
    assert (
        geometry.straighten(marked_scan(g), g)[20:150, 10:251] == geometry.straighten(marked_scan(g), clipped)
    ).all()
    assert geometry.page_size_points(clipped) == pytest.approx((241 * 0.36, 130 * 0.36), abs=1e-6)


def test_straight_scan_is_laid_plainly():
    """A scan that needs nothing gets a matrix of its size alone, without rounding noise or negative zeros."""
    operands = geometry.page_matrix(Geometry(2480, 3508, 300, 300))
    assert str(operands) == "(595.2, 0.0, 0.0, 841.92, 0.0, 0.0)"


def test_foreign_pixels_and_empty_clips_are_refused():
    """Pixels of another size, or a clip that keeps nothing, are errors and never a wrong page."""
    with pytest.raises(ValueError, match="are not a scan"):
        geometry.straighten(np.zeros((10, 10), np.uint8), Geometry(11, 10, 300, 300))
    with pytest.raises(ValueError, match="keeps nothing"):
        geometry.clip_box(Geometry(10, 10, 300, 300, clip=(12, 0, 20, 10)))


def rendered(pixels: NDArray[np.uint8], g: Geometry) -> NDArray[np.uint8]:
    """Lay the untouched scan on a PDF page by its operands and draw that page."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=geometry.page_size_points(g))
        picture = pdf.make_stream(pixels.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        picture.update({"/Width": g.width, "/Height": g.height, "/BitsPerComponent": 8})
        picture.ColorSpace = pikepdf.Name.DeviceGray
        name = page.add_resource(picture, pikepdf.Name.XObject)
        operands = " ".join(f"{value:.6f}" for value in geometry.page_matrix(g))
        page.contents_add(f"q {operands} cm {name} Do Q".encode())
        out = io.BytesIO()
        pdf.save(out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        bitmap = document[0].render(scale=geometry.page_dpi(g) / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("skew", [0.0, 3.7, -12.0])
def test_pdf_shows_the_straightened_page(tag: int, skew: float):
    """A PDF page drawn by an independent program has the marks where the matrix and the pixels have them."""
    g = Geometry(300, 200, 200, 150, tag, TURNS[tag % 4], skew)
    page = rendered(marked_scan(g), g)
    assert np.abs(np.array(page.shape[::-1]) - geometry.straight_size(g)).max() <= 1
    assert_marks(page, g, PDFIUM_TOLERANCE_PX)


def test_clipped_pdf_shows_the_clipped_page():
    """The clip moves the picture in the PDF as it does in the pixels."""
    g = Geometry(300, 200, 200, 200, 1, 90, 2.0, clip=(6.0, 4.0, 200.0, 300.0))
    assert_marks(rendered(marked_scan(g), g), g, PDFIUM_TOLERANCE_PX)
    assert_marks(geometry.straighten(marked_scan(g), g), g, 0.1)
