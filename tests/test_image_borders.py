"""Hold the search for the sheet to drawn beds: no ink outside the clip, ever, and plain beds clipped."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.image.borders import Sheet, find_sheet
from pipeline.image.geometry import (
    box_from_reduced,
    clip_box,
    covered,
    page_dpi,
    reduced,
    reduced_pixels,
    straight_size,
    straighten,
)
from pipeline.image.spread import THRESHOLD, find_gutter
from pipeline.model import Geometry
from samples import page, wear
from samples.faces import Style
from samples.sheet import Sheet as Paper

Pixels = NDArray[np.uint8]
SMALL_DPI = 95.0
SHEET_MM = (105.0, 148.0)
VISIBLE = 10  # grey levels; less is lost in the noise of any scanner
quick = settings(deadline=None, max_examples=16, derandomize=True)
MOST_BED_MM = 4.0
RIM_MM = 1.5  # of the scan cannot be looked at; a corner of the sheet that reaches it may lie in it
LINES = ["Ủy ban nhân dân xã báo cáo kết quả kiểm kê tài liệu lưu trữ của năm."] * 3


@dataclass(frozen=True)
class Bed:
    """How a sheet lies on the scanner: tones, where, how askew, and how noisy the scan is."""

    bed: int
    paper: tuple[int, int, int]
    margins_mm: tuple[float, float, float, float]
    degrees: float
    dpi: int
    sigma: float
    seed: int


@dataclass(frozen=True)
class Mark:
    """One thing written, stamped or laid: its kind, on which side of the sheet, where on it, and how far across."""

    kind: str
    side: int
    along: float
    beyond_mm: float


def beds(tones: tuple[int, ...] = (20, 45, 110, 200, 236)) -> st.SearchStrategy[Bed]:
    margin = st.floats(5, 22)
    return st.builds(
        Bed,
        bed=st.sampled_from(tones),
        paper=st.sampled_from([(252, 252, 250), (240, 230, 205), (225, 224, 222)]),
        margins_mm=st.tuples(margin, margin, margin, margin),
        degrees=st.floats(-5, 5),
        dpi=st.sampled_from((100, 150, 200)),
        sigma=st.floats(0.5, 3.5),
        seed=st.integers(0, 2**31),
    )


marks = st.lists(
    st.builds(
        Mark,
        kind=st.sampled_from(("note", "pencil", "red", "highlighter", "stamp", "label")),
        side=st.integers(0, 3),
        along=st.floats(0.05, 0.95),
        beyond_mm=st.floats(-1, 5),
    ),
    min_size=1,
    max_size=4,
)
INKS = {
    "note": ((35, 33, 40), 0.9),
    "pencil": ((120, 120, 120), 0.35),
    "red": ((200, 40, 50), 0.8),
    "highlighter": ((250, 235, 60), 0.7),
    "stamp": ((190, 40, 60), 0.75),
    "label": ((240, 240, 235), 1.0),
}


def laid(bed: Bed) -> tuple[Pixels, NDArray[np.float64]]:
    """Lay a written sheet on the bed; give the scan and the matrix from the sheet's millimetres to its pixels."""
    scale = bed.dpi / 25.4
    written = page.draw_text_page(LINES, dpi=bed.dpi, size_mm=SHEET_MM, size_points=9).pixels
    sheet = wear.tinted(written, (40, 38, 44), bed.paper)
    left, top, right, bottom = bed.margins_mm
    size = (round((SHEET_MM[0] + left + right) * scale), round((SHEET_MM[1] + top + bottom) * scale))
    matrix = cv2.getRotationMatrix2D((SHEET_MM[0] * scale / 2, SHEET_MM[1] * scale / 2), bed.degrees, 1.0)
    matrix[:, 2] += (left * scale, top * scale)
    scan = cv2.warpAffine(sheet, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(bed.bed,) * 3)
    matrix[:, :2] *= scale
    return np.asarray(scan, np.uint8), matrix


def drawn(scan: Pixels, matrix: NDArray[np.float64], mark: Mark, scale: float) -> Pixels:
    """Draw a mark that ends at the sheet's edge, or goes on beyond it."""
    width, height = SHEET_MM
    x, y = [
        (0, mark.along * height),
        (mark.along * width, 0),
        (width, mark.along * height),
        (mark.along * width, height),
    ][mark.side]
    out = np.array([(-1, 0), (0, -1), (1, 0), (0, 1)][mark.side])
    along = np.array([out[1], out[0]])
    shape = np.zeros(scan.shape[:2], np.uint8)

    def place(inward_mm: float, aside_mm: float) -> tuple[int, int]:
        point = matrix @ (*(np.array([x, y]) - out * inward_mm + along * aside_mm), 1)
        return round(point[0]), round(point[1])

    thick = max(1, round(0.4 * scale))
    if mark.kind == "stamp":
        cv2.circle(shape, place(-mark.beyond_mm + 9, 0), round(9 * scale), 255, max(1, round(0.8 * scale)), cv2.LINE_AA)
    elif mark.kind == "label":
        corners = [place(2, -8), place(2, 8), place(-abs(mark.beyond_mm), 8), place(-abs(mark.beyond_mm), -8)]
        cv2.fillConvexPoly(shape, np.array(corners), 255)
    else:
        for aside in (-3, 0, 2.5):
            cv2.line(shape, place(9, aside), place(-mark.beyond_mm, aside + 1), 255, thick, cv2.LINE_AA)
    colour, strength = INKS[mark.kind]
    share = (shape / 255.0 * strength)[..., None]
    return np.asarray(np.rint(scan * (1 - share) + np.array(colour) * share), np.uint8)


def noisy(scan: Pixels, bed: Bed) -> Pixels:
    return wear.noisy(wear.blurred(scan, 0.6), bed.seed, bed.sigma)


def searched(scan: Pixels, geometry: Geometry) -> tuple[Sheet, tuple[int, int, int, int] | None]:
    """Search as the stage does; give the box on the full straight page too."""
    small, across, down = reduced(geometry, SMALL_DPI)
    straight = straighten(reduced_pixels(scan, across, down), small, to_read=False)
    found = find_sheet(straight, covered(small), page_dpi(small) / 25.4)
    if found.box is None:
        return found, None
    return found, clip_box(replace(geometry, clip=box_from_reduced(geometry, SMALL_DPI, found.box)))


def outside(mask: Pixels, geometry: Geometry, box: tuple[int, int, int, int]) -> int:
    """Count the marked pixels of the scan that a clip hides."""
    shown = straighten(mask, geometry, background=0) > 127
    shown[box[1] : box[3], box[0] : box[2]] = False
    return int(shown.sum())


def geometry_of(scan: Pixels, bed: Bed, *, straightened: bool = True) -> Geometry:
    return Geometry(scan.shape[1], scan.shape[0], bed.dpi, bed.dpi, skew_degrees=bed.degrees if straightened else 0.0)


def sheet_mask(bed: Bed) -> Pixels:
    scan, _ = laid(replace(bed, bed=0, paper=(255, 255, 255)))
    filled = cv2.morphologyEx((scan[..., 0] > 20).astype(np.uint8) * 255, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    return np.asarray(filled, np.uint8)


@quick
@given(beds(), marks, st.booleans(), st.booleans())
def test_no_ink_is_ever_cut(bed: Bed, things: list[Mark], straightened: bool, grey: bool):
    """Whatever is written to the edge of a sheet, over it, or lies across it, no pixel of it is outside the clip."""
    bare, matrix = laid(bed)
    scan = bare
    for thing in things:
        scan = drawn(scan, matrix, thing, bed.dpi / 25.4)
    seen = (lambda p: np.asarray(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), np.uint8)) if grey else (lambda p: p)
    differs = np.abs(seen(scan).astype(int) - seen(bare))
    visible = (differs if grey else differs.max(axis=2)) >= VISIBLE + 3 * bed.sigma
    geometry = geometry_of(scan, bed, straightened=straightened)

    _, box = searched(seen(noisy(scan, bed)), geometry)

    if box is not None:
        assert outside(visible.astype(np.uint8) * 255, geometry, box) == 0
        assert outside(sheet_mask(bed), geometry, box) <= 5


def test_faint_ink_to_the_rim_is_kept():
    """Dark ink that crosses a narrow dark bed to the end of the picture is kept, though the sheet lies close by."""
    bed = Bed(20, (252, 252, 250), (5.0, 5.0, 5.0, 5.0), 1.25, 100, 1.0, 0)
    bare, matrix = laid(bed)
    scan = drawn(bare, matrix, Mark("note", 0, 0.5, 4.0), bed.dpi / 25.4)
    _, box = searched(noisy(scan, bed), geometry_of(scan, bed, straightened=False))

    assert box is not None
    assert box[0] == 0


def test_a_label_in_the_corner_of_the_scan_is_kept():
    """What lies in the slanted corner of a straightened scan is kept to its last pixel."""
    bed = Bed(96, (240, 230, 205), (6.3, 6.1, 6.0, 5.0), 4.7, 300, 2.0, 7)
    bare, matrix = laid(bed)
    scan = drawn(bare, matrix, Mark("label", 3, 0.93, 9.2), bed.dpi / 25.4)
    label = (scan != bare).any(axis=2).astype(np.uint8) * 255
    geometry = geometry_of(scan, bed)
    _, box = searched(noisy(scan, bed), geometry)

    assert box is not None
    assert outside(label, geometry, box) == 0


@quick
@given(beds(tones=(15, 40, 90)))
def test_dark_beds_are_clipped_close(bed: Bed):
    """A plain sheet on a dark bed is found; no more bed than 4 mm and the scan's rim is left beyond its corners."""
    scan, _ = laid(bed)
    geometry = geometry_of(scan, bed)
    found, box = searched(noisy(scan, bed), geometry)

    assert box is not None
    assert found.ink_outside == 0
    rows, columns = np.nonzero(straighten(sheet_mask(bed), geometry, background=0) > 127)
    left_mm = np.array([columns.min() - box[0], rows.min() - box[1], box[2] - columns.max(), box[3] - rows.max()])
    assert (left_mm * 25.4 / bed.dpi >= 0.5).all()
    assert (left_mm * 25.4 / bed.dpi <= MOST_BED_MM + RIM_MM).all()


def test_light_beds_are_clipped():
    """Yellowed sheets on a white bed, and white ones on a grey, are found nine times in ten."""
    kinds = [(238, (240, 226, 190)), (200, (250, 250, 250)), (180, (225, 224, 222)), (245, (228, 226, 220))]
    found = 0
    for seed in range(12):
        tone, paper = kinds[seed % len(kinds)]
        bed = Bed(tone, paper, (9.0, 12.0, 7.0, 10.0), (seed - 6) / 2, 150, 1.0 + seed % 3, seed)
        scan, _ = laid(bed)
        found += searched(noisy(scan, bed), geometry_of(scan, bed))[1] is not None

    assert found >= 11


def test_white_sheet_shows_by_its_shadow():
    """A sheet of the bed's own white is found by the shadow around it, and cut no closer than the shadow."""
    bed = Bed(248, (248, 248, 248), (12.0, 14.0, 13.0, 12.0), 0.6, 150, 1.0, 5)
    scan, _ = laid(bed)
    reach = cv2.GaussianBlur(sheet_mask(bed), (0, 0), 1.0 * bed.dpi / 25.4).astype(np.float32) / 255
    shaded = scan * (1 - 0.25 * reach * (sheet_mask(bed) < 128))[..., None]
    geometry = geometry_of(scan, bed)
    found, box = searched(noisy(shaded.astype(np.uint8), bed), geometry)

    assert box is not None
    assert all(edge.shadow for edge in found.edges.values())
    assert outside(sheet_mask(bed), geometry, box) == 0


@pytest.mark.parametrize("degrees", [0.0, 1.7])
def test_a_page_without_a_bed_is_left_whole(degrees: float):
    """Where the whole picture is the sheet, turned a little or not, nothing is cut."""
    written = wear.noisy(page.draw_text_page(LINES * 3, dpi=150, size_mm=(150, 190)).pixels, 3, 3.0)
    scan = wear.turn(written, degrees)
    found, box = searched(scan, Geometry(scan.shape[1], scan.shape[0], 150, 150, skew_degrees=degrees))

    assert box is None
    assert not any(edge.confidence for edge in found.edges.values())


def framed(points: float) -> Pixels:
    """A page with a printed frame all around its text, as forms and certificates have."""
    paper = Paper(150, (150, 190))
    for line in range(8):
        paper.write("Giấy chứng nhận quyền sở hữu", 30, 40 + 12 * line, Style("serif", 13))
    for edge in ((12, 12, 138, 12), (138, 12, 138, 178), (138, 178, 12, 178), (12, 178, 12, 12)):
        paper.rule(*edge, points)
    return wear.noisy(paper.drawn().pixels, 8, 2.0)


@pytest.mark.parametrize("points", [0.5, 1.5, 4.0])
def test_a_printed_frame_is_no_edge_of_a_sheet(points: float):
    """The margin outside a printed frame is paper and stays."""
    scan = framed(points)

    assert searched(scan, Geometry(scan.shape[1], scan.shape[0], 150, 150))[1] is None


def test_print_below_the_sheet_is_kept():
    """A line of print on the bed, as libraries add it, is inside the clip though the other sides are cut."""
    bed = Bed(30, (245, 245, 240), (14.0, 14.0, 14.0, 20.0), 0.0, 150, 1.5, 2)
    scan, _ = laid(bed)
    label = scan.copy()
    cv2.putText(label, "Source: Archives", (200, scan.shape[0] - 40), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (200,) * 3, 1)
    geometry = geometry_of(scan, bed)
    _, box = searched(noisy(label, bed), geometry)

    assert box is not None
    assert outside((label != scan).any(axis=2).astype(np.uint8) * 255, geometry, box) == 0
    assert box[0] > 0 < box[1]


def test_a_printed_band_of_colour_is_no_bed():
    """A strip of colour printed along an edge is not taken for a bed."""
    scan = cv2.merge([wear.noisy(framed(0.5), 4, 2.0)] * 3)
    scan[:, :80] = (20, 60, 170)

    assert searched(np.asarray(scan, np.uint8), Geometry(scan.shape[1], scan.shape[0], 150, 150))[1] is None


def facing(kind: str, seed: int, *, first_blank: bool = False) -> Pixels:
    """Two pages side by side, with a gutter between them."""
    chance = np.random.default_rng(seed)
    pages = [page.draw_text_page(LINES * (2 + n), dpi=90, page_number=n + 2).pixels for n in range(2)]
    if first_blank:
        pages[0] = np.full_like(pages[0], 255)
    two = np.hstack(pages).astype(np.float32)
    scale = 90 / 25.4
    rows = np.arange(two.shape[0])[:, None] - two.shape[0] / 2
    x = (np.arange(two.shape[1]) - two.shape[1] / 2)[None, :] + chance.uniform(-0.01, 0.01) * rows
    if kind == "shadow":
        two *= 1 - chance.uniform(0.1, 0.5) * np.exp(-np.abs(x) / (chance.uniform(2, 6) * scale))
    elif kind == "fold":
        two *= 1 - chance.uniform(0.2, 0.6) * (np.abs(x) < 0.4 * scale)
    elif kind == "gap":
        two[np.abs(x) < chance.uniform(1, 5) * scale] = 40
    return wear.noisy(np.clip(two, 0, 255).astype(np.uint8), seed, 2.5)


@pytest.mark.parametrize("kind", ["shadow", "fold", "gap"])
def test_facing_pages_are_recognised(kind: str):
    """A gutter that runs from edge to edge makes a spread, and is placed to a millimetre and a half."""
    for seed in range(2):
        two = facing(kind, seed)
        found = find_gutter(two, 90 / 25.4)

        assert found.confidence >= THRESHOLD
        assert found.gutter_x == pytest.approx(two.shape[1] / 2, abs=1.5 * 90 / 25.4)


def table(crossed: bool) -> Pixels:
    """A landscape table with a heavy line down its middle."""
    paper = Paper(90, (297, 210))
    for row in range(12):
        for column in range(4):
            paper.write(f"Cột {column} dòng {row}", 22 + 64 * column, 40 + 12 * row, Style("serif", 11))
        if crossed:
            paper.rule(18, 43 + 12 * row, 279, 43 + 12 * row)
    for x in (18, 84, 148.5, 212, 279):
        paper.rule(x, 30, x, 180, 1.2)
    return wear.noisy(paper.drawn().pixels, 6, 2.5)


@pytest.mark.parametrize("scan", [table(crossed=True), table(crossed=False), facing("nothing", 1)])
def test_shape_alone_makes_no_spread(scan: Pixels):
    """Landscape tables, with rules or without, and two columns without a gutter are one page."""
    assert find_gutter(scan, 90 / 25.4).confidence < THRESHOLD


def test_a_fold_through_text_is_no_gutter():
    """A folded landscape table has a line from edge to edge, and words and rules that cross it."""
    scan = table(crossed=True)
    scan[:, scan.shape[1] // 2 - 1 : scan.shape[1] // 2 + 1] //= 2

    assert find_gutter(scan, 90 / 25.4).confidence < THRESHOLD


@pytest.mark.parametrize("kind", ["shadow", "fold"])
def test_a_gutter_is_no_edge_of_a_sheet(kind: str):
    """An empty page beside a written one is not taken for a bed, though the gutter's shadow runs all along it."""
    scan = facing(kind, 3, first_blank=True)

    assert searched(scan, Geometry(scan.shape[1], scan.shape[0], 90, 90))[1] is None


def test_a_picture_on_a_page_is_no_sheet():
    """A photograph printed on a white page does not make a bed of the page's margins."""
    scan = np.full((1000, 800), 250, np.uint8)
    soft = cv2.GaussianBlur(np.random.default_rng(4).normal(128, 900, (700, 560)), (0, 0), 25)
    scan[120:820, 120:680] = np.clip(soft, 0, 255)
    scan = wear.noisy(scan, 2, 2.0)

    assert searched(scan, Geometry(800, 1000, 120, 120))[1] is None


def test_clip_of_whole_picture_touches_its_edges():
    """A side that is not cut ends where the straight page ends, to the pixel."""
    geometry = Geometry(1003, 1407, 300, 300)
    small, _, _ = reduced(geometry, SMALL_DPI)
    box = box_from_reduced(geometry, SMALL_DPI, (10, 0, *straight_size(small)))

    assert box == (pytest.approx(30), 0, 1003, 1407)
