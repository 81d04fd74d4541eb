"""A small batch that is drawn once, for the tests of the whole job."""

import os
import shutil
from pathlib import Path

import pytest

from samples import page, store, wear

os.environ.setdefault("OMP_THREAD_LIMIT", "1")
os.environ["SOHOA_LANG"] = "en"  # what is printed is compared, whatever the locale of the machine

DPI = 110  # small pages keep the tests quick; reading quality is not what they are about
LINES = (
    "Ủy ban nhân dân xã Suối Mây báo cáo kết quả kiểm kê tài liệu lưu trữ của năm.",
    "Các hồ sơ có giá trị bảo quản vĩnh viễn được số hóa và lập bản sao bảo hiểm.",
    "Những hồ sơ hư hỏng nặng được tu bổ, vệ sinh trước khi quét theo quy định.",
)


def drawn(number: int, *, degrees: float = 0.0):
    """Draw a small page of its own text, turned if asked."""
    pixels, _ = page.draw_text_page(
        [f"Trang {number}. {line}" for line in LINES], dpi=DPI, size_points=15, size_mm=(150, 110)
    )
    return wear.turn(pixels, degrees)


def draw_small_batch(folder: Path) -> None:
    """Draw two dossiers, three documents and seven pages; the last file is cut in half."""
    first, second = folder / "Hồ sơ số 1", folder / "Hồ sơ số 2"
    (first / "Quyết định").mkdir(parents=True)
    second.mkdir()
    for number in (1, 2):
        store.save_jpeg(first / "Quyết định" / f"000{number}.jpg", [drawn(number, degrees=2.0 * (number - 1))], DPI)
    store.save_g4(first / "Tờ trình.tif", [wear.bilevel(drawn(number)) for number in (3, 4)], DPI)
    store.save_png(second / "trang 2.png", [drawn(5)], DPI)
    store.save_png(second / "trang 3.png", [page.draw_text_page([], dpi=DPI, size_mm=(150, 110))[0]], DPI)
    store.save_jpeg(second / "trang 10.jpg", [drawn(6)], DPI)
    whole = (second / "trang 10.jpg").read_bytes()
    (second / "trang 10.jpg").write_bytes(whole[: len(whole) // 2])
    (second / "Thumbs.db").write_bytes(b"junk")
    (folder / "batch.toml").write_text(
        '[batch]\ncode = "NL.01"\ntitle = "Đợt thử"\ndate = 2026-01-15\n\n'
        '[dossier."Hồ sơ số 1"]\ncode = "H48.2001.12/QĐ"\ntitle = "Hồ sơ thử"\n',
        encoding="utf-8",
    )


@pytest.fixture(scope="session")
def drawn_batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the drawn batch; nobody may change it."""
    folder = tmp_path_factory.mktemp("drawn") / "Đợt 1"
    draw_small_batch(folder)
    return folder


@pytest.fixture
def scans(drawn_batch: Path, tmp_path: Path) -> Path:
    """Give a copy of the drawn batch that a test may change."""
    return Path(shutil.copytree(drawn_batch, tmp_path / "scans" / drawn_batch.name))
