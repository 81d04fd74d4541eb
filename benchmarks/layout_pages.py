"""Draw pages whose text has one order only: letterheads, signatures, columns, tables, forms, notes, footnotes.

Sizes, places and words come from the seed; the truth of a page are its lines in the order in which a person reads them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]
FACE = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
DPI = 300
WIDTH, HEIGHT = 2480, 3508
INK = 25
TEXT = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 xét đề nghị của Giám đốc Sở Nội vụ về việc "
    "thu thập chỉnh lý hồ sơ tài liệu lưu trữ của các cơ quan thuộc Ủy ban nhân dân tỉnh yêu cầu thủ trưởng đơn vị "
    "nghiêm túc thực hiện và báo cáo kết quả trước ngày 30 tháng 11 hằng năm theo quy định"
)
WORDS = TEXT.split()


@dataclass(slots=True)
class Sheet:
    """A page in the making: its picture and the lines drawn so far, in reading order."""

    seed: int
    image: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT), 255))
    truth: list[str] = field(default_factory=list)
    rng: np.random.Generator = field(init=False)
    pen: ImageDraw.ImageDraw = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Begin with a size of type between 11 and 14 points."""
        self.rng = np.random.default_rng(self.seed)
        self.pen = ImageDraw.Draw(self.image)
        self.size = int(self.rng.integers(46, 58))

    def prose(self, count: int) -> str:
        """Give so many words in a row from anywhere in the text."""
        start = int(self.rng.integers(len(WORDS)))
        return " ".join(WORDS[(start + at) % len(WORDS)] for at in range(count))

    def line(self, x: float, y: float, text: str, size: int | None = None, *, middle: bool = False) -> None:
        """Draw a line from its left end, or round its middle."""
        letters = font(size or self.size)
        self.pen.text((x, y), text, fill=INK, font=letters, anchor="ma" if middle else "la")
        self.truth.append(text)

    def block(self, x: float, y: float, width: float, count: int, size: int | None = None) -> float:
        """Fill a column with so many lines of prose and give where it ends."""
        letters, pitch = font(size or self.size), 1.35 * (size or self.size)
        start = int(self.rng.integers(len(WORDS)))
        for number in range(count):
            text = WORDS[start % len(WORDS)]
            while letters.getlength(f"{text} {WORDS[(start + 1) % len(WORDS)]}") < width:
                start += 1
                text = f"{text} {WORDS[start % len(WORDS)]}"
            start += 1
            self.line(x, y + number * pitch, text, size)
        return y + count * pitch


def font(size: int) -> ImageFont.FreeTypeFont:
    """Load a serif face that has all Vietnamese letters; it is wider than others of its size."""
    return ImageFont.truetype(str(FACE), round(0.86 * size))


def letterhead(sheet: Sheet) -> None:
    """Draw agency and number at the left, motto and date at the right, a title and a body."""
    step = 1.4 * sheet.size
    for row, text in enumerate(("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI", "Số: 118/QĐ-UBND")):
        sheet.line(620, 300 + row * step, text, middle=True)
    for row, text in enumerate(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")):
        sheet.line(1650, 300 + row * step, text, middle=True)
    sheet.line(1650, 300 + float(sheet.rng.uniform(2, 2.7)) * step, "Quảng Ngãi, ngày 02 tháng 4 năm 2021", middle=True)
    sheet.line(1240, 640, "QUYẾT ĐỊNH", middle=True)
    sheet.block(300, 800, 1900, 12)


def signature(sheet: Sheet) -> None:
    """Draw a body, the receivers in small type at the left, and who signs at the right."""
    y, small = sheet.block(300, 300, 1900, 9) + 120, sheet.size - 10
    sent = (
        "Nơi nhận:",
        "- Thủ tướng Chính phủ (để b/c);",
        "- Các Phó Chủ tịch UBND tỉnh;",
        "- Sở Nội vụ;",
        "- Lưu: VT, KT.",
    )
    for row, text in enumerate(sent):
        sheet.line(300, y + 10 + row * 1.3 * small, text, small)
    for row, text in enumerate(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")):
        sheet.line(1750, y + row * 1.4 * sheet.size, text, middle=True)
    sheet.line(1750, y + float(sheet.rng.uniform(5, 8)) * sheet.size, "Trần Văn Minh", middle=True)


def two_columns(sheet: Sheet) -> None:
    """Draw two columns of print under a heading, with a page number."""
    sheet.line(1240, 200, str(int(sheet.rng.integers(10, 99))), middle=True)
    sheet.line(1240, 330, "LƯU TRỮ VIỆT NAM", sheet.size + 14, middle=True)
    gutter = float(sheet.rng.uniform(70, 120))
    lines = int(sheet.rng.integers(18, 30))
    sheet.block(250, 500, 990 - gutter / 2, lines)
    sheet.block(1240 + gutter / 2, 500 + float(sheet.rng.uniform(0, 30)), 990 - gutter / 2, lines)


def ruled_table(sheet: Sheet) -> None:
    """Draw a ruled table whose cells have several lines each, middle of the row, between two paragraphs."""
    top = sheet.block(250, 300, 1980, 3) + 60
    edges = [250, 380, 900, 1500, 2230]
    pitch, small = 1.3 * (sheet.size - 8), sheet.size - 8
    for row in range(4):
        counts = [1, *(int(sheet.rng.integers(1, 5)) for _ in edges[2:])]
        bottom = top + max(counts) * pitch + 40
        for left, right, count in zip(edges, edges[1:], counts, strict=False):
            sheet.pen.rectangle((left, top, right, bottom), outline=INK, width=4)
            start = top + (bottom - top - count * pitch) / 2
            if left == edges[0]:
                sheet.line(left + 30, start, str(row + 1), small)
            else:
                sheet.block(left + 25, start, right - left - 50, count, small)
        top = bottom
    sheet.block(250, top + 80, 1980, 3)


def open_table(sheet: Sheet) -> None:
    """Draw a table without rules, one line to a row."""
    sheet.line(1240, 250, "DANH SÁCH HỒ SƠ", middle=True)
    for row in range(int(sheet.rng.integers(8, 16))):
        y = 400 + row * 1.7 * sheet.size
        cells = (str(row + 1), sheet.prose(3), str(1950 + int(sheet.rng.integers(50))), sheet.prose(2))
        for x, text in zip((250, 420, 1300, 1650), cells, strict=True):
            sheet.line(x, y, text)


def form(sheet: Sheet) -> None:
    """Draw labels with values beside them."""
    sheet.line(1240, 250, "PHIẾU YÊU CẦU ĐỌC TÀI LIỆU", middle=True)
    labels = ("Họ và tên:", "Ngày sinh:", "Cơ quan:", "Địa chỉ:", "Mục đích:", "Số điện thoại:")
    for row, label in enumerate(labels):
        y = 420 + row * 1.8 * sheet.size
        sheet.line(300, y, label)
        sheet.line(900, y, sheet.prose(int(sheet.rng.integers(2, 6))))


def footnotes(sheet: Sheet) -> None:
    """Draw a body, and notes in small type at its foot under a short rule."""
    y = sheet.block(300, 300, 1900, int(sheet.rng.integers(14, 24))) + 160
    sheet.pen.line((300, y - 60, 800, y - 60), fill=INK, width=3)
    for number in range(1, 4):
        sheet.line(300, y + number * 1.4 * (sheet.size - 14), f"{number}. {sheet.prose(9)}", sheet.size - 14)
    sheet.line(1240, 3300, "- 3 -", middle=True)


KINDS: dict[str, Callable[[Sheet], None]] = {
    kind.__name__: kind for kind in (letterhead, signature, two_columns, ruled_table, open_table, form, footnotes)
}


def drawn(kind: str, seed: int) -> tuple[Picture, tuple[str, ...]]:
    """Draw a page of a kind, worn a little; give its grey pixels and its lines in order."""
    sheet = Sheet(seed)
    KINDS[kind](sheet)
    soft = np.asarray(cv2.GaussianBlur(np.array(sheet.image), (0, 0), 0.8), dtype=np.float32)
    grain = sheet.rng.normal(0, 7, soft.shape).astype(np.float32)
    return np.clip(soft - 12 + grain, 0, 255).astype(np.uint8), tuple(sheet.truth)
