"""Draw the pages that the skew benchmark turns, the wear they get, and pictures in which no text runs.

Everything comes from fixed seeds.
"""

import itertools
from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.image.geometry import straighten
from pipeline.model import Geometry
from samples.faces import POINTS_PER_INCH, Style, font_of

Picture = NDArray[np.uint8]
DPI = 200
WIDTH, HEIGHT = 1654, 2339
TEXT = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; xét đề nghị của Giám đốc Sở Nội vụ về việc "
    "thu thập, chỉnh lý hồ sơ, tài liệu lưu trữ của các cơ quan thuộc Ủy ban nhân dân tỉnh; yêu cầu thủ trưởng đơn vị "
    "nghiêm túc thực hiện và báo cáo kết quả trước ngày 30 tháng 11 hằng năm theo quy định tại Thông tư số 05"
)
WORDS = TEXT.split()


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Load a face that has all Vietnamese letters, its size in pixels."""
    return font_of(Style(name.lower(), size), POINTS_PER_INCH)


def lines(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], face: str, size: int, seed: int) -> None:
    """Fill a box with lines of words."""
    rng = np.random.default_rng(seed)
    x0, y0, x1, y1 = box
    letters = font(face, size)
    for y in range(y0, y1 - size, round(size * 1.5)):
        text = ""
        while True:
            longer = f"{text} {WORDS[rng.integers(len(WORDS))]}".strip()
            if letters.getlength(longer) > x1 - x0:
                break
            text = longer
        draw.text((x0, y), text, fill=30, font=letters)


def sheet(width: int = WIDTH, height: int = HEIGHT) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty white page and its pen."""
    page = Image.new("L", (width, height), 255)
    return page, ImageDraw.Draw(page)


def prose() -> Picture:
    """Draw a full page of 13 point serif."""
    page, draw = sheet()
    lines(draw, (220, 200, 1480, 2150), "Serif", 36, 1)
    return np.array(page)


def letterhead() -> Picture:
    """Draw two columns of heading on unlike base lines, a body, and a red seal turned to grey."""
    page, draw = sheet()
    lines(draw, (180, 150, 700, 320), "Sans", 32, 2)
    lines(draw, (850, 163, 1550, 420), "Serif", 36, 3)
    lines(draw, (220, 600, 1480, 1700), "Serif", 38, 4)
    draw.ellipse((950, 1600, 1250, 1900), outline=110, width=9)
    draw.ellipse((990, 1640, 1210, 1860), outline=110, width=5)
    return np.array(page)


def typewriter() -> Picture:
    """Draw underlined monospaced lines, some letters out of line by a pixel or two."""
    page, draw = sheet()
    rng, letters = np.random.default_rng(5), font("Mono", 34)
    for y in range(250, 1900, 62):
        text = " ".join(WORDS[rng.integers(len(WORDS))] for _ in range(9))[:58]
        for column, letter in enumerate(text):
            draw.text((230 + column * 20.4, y + int(rng.integers(-1, 2))), letter, fill=40, font=letters)
        if rng.random() < 0.3:
            draw.line((230, y + 38, 230 + 20 * len(text), y + 38), fill=40, width=3)
    return np.array(page)


def table() -> Picture:
    """Draw a landscape table."""
    page, draw = sheet(HEIGHT, WIDTH)
    for column in range(5):
        for row in range(9):
            x, y = 150 + column * 410, 200 + row * 150
            draw.rectangle((x, y, x + 410, y + 150), outline=20, width=3)
            lines(
                draw, (x + 12, y + 12, x + 400, y + 30 + 45 * ((column + row) % 3 + 1)), "Serif", 30, 9 * column + row
            )
    return np.array(page)


def unlike_cells() -> Picture:
    """Draw a landscape table of narrow columns whose cells hold a few lines each, at heights of their own."""
    page, draw = sheet(HEIGHT, WIDTH)
    rng, edges = np.random.default_rng(8), (120, 230, 470, 900, 1080, 1500, 1720, 2200)
    for row in range(4):
        top = 180 + row * 330
        for column, (left, right) in enumerate(itertools.pairwise(edges)):
            draw.rectangle((left, top, right, top + 330), outline=20, width=3)
            count, size = int(rng.integers(1, 7)), 28
            y = top + (330 - count * 42) // 2
            lines(draw, (left + 10, y, right - 8, y + count * 42 + 10), "Serif", size, 50 * row + column)
    return np.array(page)


def crooked_form() -> Picture:
    """Draw a form whose printed rules are 1.2 degrees off the text that was typed into it."""
    page, draw = sheet()
    rules, pen = sheet()
    for y in range(300, 2100, 120):
        pen.line((150, y, 1500, y), fill=60, width=4)
    for x in (150, 600, 1500):
        pen.line((x, 300, x, 2100), fill=60, width=4)
    for row, y in enumerate(range(330, 2000, 120)):
        lines(draw, (640, y, 1400, y + 60), "Mono", 34, row)
    crooked = np.array(rules.rotate(1.2, Image.Resampling.BICUBIC, fillcolor=255))
    return np.asarray(np.minimum(np.array(page), crooked), dtype=np.uint8)


def few_lines() -> Picture:
    """Draw four short lines."""
    page, draw = sheet()
    lines(draw, (400, 300, 1150, 540), "Serif", 38, 6)
    return np.array(page)


def clean(page: Picture, _: np.random.Generator) -> Picture:
    """Leave the page as drawn."""
    return page


def noisy(page: Picture, rng: np.random.Generator) -> Picture:
    """Blur, add noise and press through JPEG."""
    soft = cv2.GaussianBlur(page, (0, 0), 1.6).astype(np.float64) * 0.75 + 30
    grain = np.clip(soft + rng.normal(0, 14, page.shape), 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", grain, [cv2.IMWRITE_JPEG_QUALITY, 35])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def shaded(page: Picture, rng: np.random.Generator) -> Picture:
    """Yellow the paper, darken it to one side and let the crooked other side shine through."""
    back = np.array(Image.fromarray(page[:, ::-1]).rotate(1.5, Image.Resampling.BICUBIC, fillcolor=255))
    through = np.minimum(page, 255 - ((255 - cv2.GaussianBlur(back, (0, 0), 3)) * 0.25).astype(np.uint8))
    shade = np.linspace(0.85, 0.45, page.shape[1])[None, :]
    return np.clip(through * shade + rng.normal(0, 4, page.shape), 0, 255).astype(np.uint8)


def one_bit(page: Picture, rng: np.random.Generator) -> Picture:
    """Cut to black and white, with pepper."""
    out = np.where(page < 140, 0, 255).astype(np.uint8)
    out[rng.random(page.shape) < 0.003] = 0
    return out


def dark_bed(page: Picture, rng: np.random.Generator) -> Picture:
    """Lay the page on a dark bed with a straight black bar of its own, and punch two holes."""
    out = cv2.copyMakeBorder(page, 90, 40, 60, 160, cv2.BORDER_CONSTANT, value=(35,))
    out = np.asarray(np.clip(out + rng.normal(0, 5, out.shape), 0, 255), dtype=np.uint8)
    out[:, :25] = 0
    for y in (0.4, 0.6):
        cv2.circle(out, (130, int(y * out.shape[0])), 28, 20, -1)
    return np.asarray(out, dtype=np.uint8)


PAGES: tuple[Callable[[], Picture], ...] = (prose, letterhead, typewriter, table, unlike_cells, crooked_form, few_lines)
WEAR: tuple[Callable[[Picture, np.random.Generator], Picture], ...] = (clean, noisy, shaded, one_bit, dark_bed)


def turned(page: Picture, degrees: float, background: int = 255) -> Picture:
    """Turn a page counter-clockwise, grown so that nothing is lost."""
    size = Geometry(page.shape[1], page.shape[0], DPI, DPI, skew_degrees=-degrees)
    return straighten(page, size, background)


def worn(page: Picture, wear: Callable[[Picture, np.random.Generator], Picture], degrees: float) -> Picture:
    """Turn a page and wear it; a dark bed also shows around the turned page."""
    background = 35 if wear is dark_bed else 255
    return wear(turned(page, degrees, background), np.random.default_rng(round(abs(degrees) * 100)))


def clouds(rng: np.random.Generator, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.float64]:
    """Return smooth noise of many scales, mean 0 and deviation 1."""
    total = np.zeros((height, width))
    for step in (400, 200, 100, 50, 25, 12, 6):
        grid = rng.normal(0, step**0.8, (height // step + 2, width // step + 2))
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray((total - total.mean()) / total.std(), dtype=np.float64)


def textless() -> Iterator[tuple[str, Picture]]:
    """Yield named pictures in which no text runs."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        sky = clouds(rng)
        yield "clouds", np.clip(sky * 45 + 128, 0, 255).astype(np.uint8)
        yield "noise", np.clip(rng.normal(200, 4 + 12 * seed, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)
        yield "pepper", np.where(rng.random((HEIGHT, WIDTH)) < 0.002 * (seed + 1) ** 2, 0, 255).astype(np.uint8)
        yield "threshold", np.where(sky + clouds(rng) * 0.5 < -0.6, 0, 255).astype(np.uint8)
        yield "gradient", np.tile(np.linspace(255 - 30 * seed, 255, WIDTH), (HEIGHT, 1)).astype(np.uint8)
        yield "photograph", photograph(rng)
        yield "halftone", halftone(rng, sky)
        yield "handwriting", handwriting(rng, 1 + seed % 3)
        yield "empty, worn", dark_bed(shaded(np.full((HEIGHT, WIDTH), 250, np.uint8), rng), rng)


def photograph(rng: np.random.Generator) -> Picture:
    """Draw a scene: sky, textured shapes of all sizes and tones, then blur and grain."""
    scene = clouds(rng) * 25 + 140
    for _ in range(250):
        middle = rng.integers(0, (WIDTH, HEIGHT)).tolist()
        axes = (rng.pareto(1.3, 2) * 12 + 3).astype(int).clip(2, 500).tolist()
        grey = float(rng.normal(120, 60))
        cv2.ellipse(scene, middle, axes, float(rng.uniform(0, 180)), 0, 360, grey, -1, cv2.LINE_AA)
    return np.clip(cv2.GaussianBlur(scene, (0, 0), 1.5) + rng.normal(0, 5, scene.shape), 0, 255).astype(np.uint8)


def halftone(rng: np.random.Generator, sky: NDArray[np.float64]) -> Picture:
    """Screen clouds by dots in rows at a random angle, 7 to 80 to the inch; the coarsest are as big as letters."""
    turn, pitch = rng.uniform(0, np.pi), rng.uniform(2.5, 30)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    u, v = columns * np.cos(turn) + rows * np.sin(turn), rows * np.cos(turn) - columns * np.sin(turn)
    screen = np.cos(2 * np.pi * u / pitch) + np.cos(2 * np.pi * v / pitch)
    return np.where(screen < sky, 30, 240).astype(np.uint8)


def handwriting(rng: np.random.Generator, unrest: float) -> Picture:
    """Draw scrawled words whose lines wander, each with a slope of its own."""
    page = np.full((HEIGHT, WIDTH), 250, np.uint8)
    for top in range(200, 2100, 85):
        slope, x = rng.normal(0, 0.02 * unrest), 150.0
        while x < 1450:
            length = rng.uniform(60, 240)
            along = np.arange(0, length, 2.0)
            height = np.cumsum(rng.normal(0, 3.0, len(along)))
            height = 14 * np.sin(along / rng.uniform(3, 6)) + (height - np.linspace(height[0], height[-1], len(along)))
            y = top + slope * (x - 800) + rng.normal(0, 4 * unrest) + height
            cv2.polylines(page, [np.column_stack((x + along, y)).astype(np.int32)], False, 60, 3, cv2.LINE_AA)
            x += length + rng.uniform(20, 50)
    return page
