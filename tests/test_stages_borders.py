"""Take scans on beds through the stages: clipped by instruction, read on the sheet alone, words over their ink."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from lxml import etree

from pipeline.config import Config, from_values
from pipeline.errors import UsageError
from pipeline.image.geometry import scan_to_straight
from pipeline.model import Geometry, Line, Page, Part, Reading, StageResult, State, Word
from pipeline.pdf.embed import picture_from_scan
from pipeline.pdf.write import PdfPage, write_document
from pipeline.pdf.xmp import Description
from pipeline.records.alto import to_alto
from pipeline.records.words import from_bytes, pages_of, to_bytes
from pipeline.stages import PAGE_STAGES
from pipeline.stages.borders import geometry_of, part_geometries
from pipeline.stages.pdfa import DocumentJob, PageInput, assemble
from pipeline.stages.trip import PageJob, travel
from samples import page, store, wear

DPI = 120
SIZE_MM = (150, 110)
FACING_MM = (160, 200)
LEFT = ["Trang trái ghi kết quả kiểm kê tài liệu lưu trữ.", "Hồ sơ được sắp xếp theo năm."]
RIGHT = ["Trang phải ghi danh sách cán bộ xã.", "Mọi người ký tên ở cuối trang."]
ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}


@dataclass(frozen=True)
class Made:
    """One scan after its trip, and the PDF of it."""

    results: Mapping[str, StageResult]
    work: Path
    scan: Path
    pdf: Path

    def file(self, name: str) -> bytes:
        """Read one of the files that the recognition wrote."""
        (artifact,) = (a for a in self.results["ocr"].artifacts if a.path.endswith(name))
        return (self.work / artifact.path).read_bytes()


def made(folder: Path, pixels: np.ndarray, config: Config) -> Made:
    """Save a scan as JPEG, and take it all the way."""
    (folder / "scans").mkdir(parents=True)
    store.save_jpeg(folder / "scans" / "0001.jpg", [pixels], DPI)
    return taken(folder, "0001.jpg", config)


def taken(folder: Path, name: str, config: Config) -> Made:
    """Take a scan through the page's stages, and put its document together."""
    scans, work = folder / "scans", folder / "work"
    work.mkdir()
    unit = Page(name, 0, 1)
    tools = {stage.name: stage.tools(stage.params(config)) for stage in PAGE_STAGES}
    trip = travel(PageJob(str(scans), str(work), unit, frozenset(tools), config, tools))
    assert {entry.result.state for entry in trip.entries} == {State.DONE}
    job = DocumentJob(str(scans), str(work), "d", (PageInput(unit, trip.results),), {}, config.pdfa, 300.0, 60.0)
    result = assemble(job)
    assert result.state is State.DONE, result.notes
    return Made(trip.results, work, scans / name, work / result.artifacts[0].path)


def kept(folder: Path, pixels: np.ndarray, words: tuple[Word, ...], config: Config) -> Made:
    """Save a scan as a PDF that brings words of its own, and take it all the way with those kept."""
    (folder / "scans").mkdir(parents=True)
    store.save_jpeg(folder / "0001.jpg", [pixels], DPI)
    picture = picture_from_scan((folder / "0001.jpg").read_bytes(), 0)
    lines = tuple(Line(n, word.y1, (word,)) for n, word in enumerate(words))
    brought = PdfPage(
        picture,
        Geometry(pixels.shape[1], pixels.shape[0], DPI, DPI),
        Reading(pixels.shape[1], pixels.shape[0], DPI, lines),
    )
    write_document(folder / "scans" / "0001.pdf", [brought], Description(title="x"), "2u")
    return taken(folder, "0001.pdf", replace(config, ocr=replace(config.ocr, existing_text="keep")))


def texts_of(pdf: Path) -> list[str]:
    """Read each page's text."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [pdf_page.get_textpage().get_text_range() for pdf_page in document]
    document.close()
    return texts


def config(**borders: Any) -> Config:
    return replace(Config(), borders=replace(Config().borders, **borders))


def on_bed() -> np.ndarray:
    """A typed sheet, askew on a dark bed that is larger."""
    lines = [
        "Ủy ban nhân dân xã báo cáo kết quả kiểm kê tài liệu.",
        "Các hồ sơ được số hóa và lập bản sao bảo hiểm.",
    ] * 2
    written = page.draw_text_page(lines, dpi=DPI, size_points=13, size_mm=SIZE_MM).pixels
    return wear.noisy(wear.on_bed(written, 2.5, dpi=DPI, glass_mm=(180, 140)), 3, 2.0)


def facing() -> np.ndarray:
    """Two facing pages with the shadow of a binding between them."""
    halves = [page.draw_text_page(text, dpi=DPI, size_points=13, size_mm=FACING_MM).pixels for text in (LEFT, RIGHT)]
    two = np.hstack(halves)
    x = np.arange(two.shape[1]) - two.shape[1] / 2
    shaded = two * (1 - 0.4 * np.exp(-np.abs(x) / (4 * DPI / 25.4)))
    return wear.noisy(shaded.astype(np.uint8), 7, 2.0)


@pytest.fixture(scope="module")
def clipped(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("clipped"), on_bed(), Config())


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("split"), facing(), config(spreads="split"))


def test_bed_is_clipped_by_instruction(clipped: Made):
    """The page is the size of the sheet and a rim, its facts say why, and the picture is the scan's own, whole."""
    facts = clipped.results["borders"].facts
    shown = geometry_of(clipped.results)
    assert shown.clip is not None
    width_mm, height_mm = ((shown.clip[n + 2] - shown.clip[n]) * 25.4 / DPI for n in (0, 1))
    assert 0 < width_mm - SIZE_MM[0] < 8
    assert 0 < height_mm - SIZE_MM[1] < 8
    assert facts["ink_outside"] == 0
    assert facts["nearest_ink_mm"] >= 1
    assert facts["confidence"] > 0.5
    with pikepdf.open(clipped.pdf) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Im0
        assert image.read_raw_bytes() == clipped.scan.read_bytes()
        assert float(pdf.pages[0].mediabox[2]) * 25.4 / 72 == pytest.approx(width_mm, abs=0.1)


def test_words_lie_over_their_ink(clipped: Made):
    """Each word of the PDF, drawn at the page's resolution, stands where ink is, and no ink is left without a word."""
    document = pypdfium2.PdfDocument(clipped.pdf)
    drawn = document[0].render(scale=DPI / 72).to_numpy()
    gray = np.asarray(cv2.cvtColor(drawn, cv2.COLOR_BGR2GRAY), np.uint8)
    text = document[0].get_textpage()
    rim = round(4 * DPI / 25.4)
    left = gray < 120
    left[:rim] = left[-rim:] = False
    left[:, :rim] = left[:, -rim:] = False
    ink = int(left.sum())
    for index in range(text.count_rects()):
        x0, y0, x1, y1 = (value * DPI / 72 for value in text.get_rect(index))
        box = slice(int(gray.shape[0] - y1) - 2, int(gray.shape[0] - y0) + 4), slice(int(x0) - 2, int(x1) + 3)
        assert (gray[box] < 120).mean() > 0.03
        left[box] = False
    document.close()

    assert ink > 500
    assert left.sum() < 0.1 * ink


def test_files_agree_on_the_frame(clipped: Made):
    """words.json, ALTO and the clip give the same page size, and every box lies on it; ALTO states the clip."""
    reading = from_bytes(clipped.file("words.json"))
    tree = etree.fromstring(clipped.file("alto.xml"))
    clip = clipped.results["borders"].facts["clip"]
    (space,) = tree.iterfind(".//a:PrintSpace", ALTO)

    assert (reading.width, reading.height) == (clip[2] - clip[0], clip[3] - clip[1])
    assert (int(space.get("WIDTH")), int(space.get("HEIGHT"))) == (reading.width, reading.height)
    assert all(0 <= w.x0 <= w.x1 <= reading.width and 0 <= w.y0 <= w.y1 <= reading.height for w in reading.words)
    assert f"clip={','.join(map(str, clip))}" in "".join(tree.itertext())
    assert "kiểm kê tài liệu" in reading.text


def test_clip_can_be_switched_off(tmp_path: Path):
    """With `clip = false` the whole picture is shown, and what was found is still on record."""
    whole = made(tmp_path, on_bed(), config(clip=False))
    facts = whole.results["borders"].facts

    assert geometry_of(whole.results).clip is None
    assert facts["clip"] is None
    assert facts["found"] is not None


def test_blank_page_is_left_whole(tmp_path: Path):
    """A blank sheet on a dark bed is neither clipped nor read."""
    empty = page.draw_text_page([], dpi=DPI, size_mm=SIZE_MM).pixels
    blank = made(tmp_path, wear.noisy(wear.on_bed(empty, 1.0, dpi=DPI, glass_mm=(180, 140)), 3, 2.0), Config())

    assert blank.results["examine"].facts["blank"]
    assert blank.results["borders"].facts["found"] is None
    assert blank.results["ocr"].facts["text"] == "blank"


def test_spread_is_reported_and_left_alone(tmp_path: Path):
    """By default two facing pages are one page of the PDF, and their gutter is a fact."""
    two = facing()
    reported = made(tmp_path, two, Config())
    facts = reported.results["borders"].facts

    assert facts["spread"]
    assert facts["parts"] == 1
    assert facts["gutter_x"] == pytest.approx(two.shape[1] / 2, abs=1.5 * DPI / 25.4)
    with pikepdf.open(reported.pdf) as pdf:
        assert len(pdf.pages) == 1


def test_split_spread_is_two_pages_with_one_picture(split: Made):
    """Where asked, the halves meet exactly, share the scan's picture, and each has its own text."""
    first, second = part_geometries(split.results)
    whole = geometry_of(split.results)
    assert first.clip is not None
    assert second.clip is not None
    assert first.clip[0] == 0
    assert first.clip[2] == second.clip[0] == split.results["borders"].facts["gutter_x"]
    assert second.clip[2] == whole.width
    with pikepdf.open(split.pdf) as pdf:
        images = [pdf_page.obj.Resources.XObject.Im0.objgen for pdf_page in pdf.pages]
        assert len(images) == 2
        assert images[0] == images[1]
    texts = texts_of(split.pdf)
    assert "Trang trái" in texts[0]
    assert "Trang phải" in texts[1]
    assert "Trang phải" not in texts[0]


def test_split_spread_is_one_record_with_two_pages(split: Made):
    """The text has the halves in order; ALTO has a page for each, with boxes on it and names of its own."""
    text = split.file("text.txt").decode()
    tree = etree.fromstring(split.file("alto.xml"))
    pages = tree.findall("a:Layout/a:Page", ALTO)
    names = tree.xpath("//@ID")

    assert text.index("Trang trái") < text.index("cuối trang")
    assert text.index("sắp xếp") < text.index("Trang phải")
    assert len(pages) == 2
    assert len(names) == len(set(names))
    for found in pages:
        width = int(found.get("WIDTH"))
        assert all(0 <= int(s.get("HPOS")) <= width for s in found.iterfind(".//a:String", ALTO))
    assert sum(int(found.get("WIDTH")) for found in pages) == from_bytes(split.file("words.json")).width


def test_kept_text_moves_with_the_clip(tmp_path: Path):
    """Words that a PDF brought stand where the clip puts them, and one that lies on the bed holds the clip open."""
    pixels = on_bed()
    width = pixels.shape[1]
    words = (Word("chính", 300, 200, 380, 220, 90.0), Word("ngoài", width - 60, 300, width - 10, 320, 90.0))
    bed = kept(tmp_path, pixels, words, Config())
    shown = geometry_of(bed.results)
    reading = from_bytes(bed.file("words.json"))
    assert shown.clip is not None
    assert shown.clip[0] > 0 < shown.clip[1]

    assert [word.text for word in reading.words] == ["chính", "ngoài"]
    move = scan_to_straight(shown)
    for word, scanned in zip(reading.words, words, strict=True):
        middle = move @ ((scanned.x0 + scanned.x1) / 2, (scanned.y0 + scanned.y1) / 2, 1)
        assert (word.x0 + word.x1) / 2 + shown.clip[0] == pytest.approx(middle[0], abs=3)
        assert (word.y0 + word.y1) / 2 + shown.clip[1] == pytest.approx(middle[1], abs=8)
        assert 0 <= word.x0 < word.x1 <= reading.width
        assert 0 <= word.y0 < word.y1 <= reading.height
    assert texts_of(bed.pdf)[0].split() == ["chính", "ngoài"]


def test_kept_text_goes_to_its_half(tmp_path: Path):
    """Of a split spread each half has the words that a PDF brought there; one across the gutter is there once."""
    pixels = facing()
    middle = pixels.shape[1] // 2
    spans = (("trái", 100, 180), ("giữa", middle - 50, middle + 20), ("phải", middle + 200, middle + 290))
    words = tuple(Word(text, x0, 300 + 40 * n, x1, 322 + 40 * n, 90.0) for n, (text, x0, x1) in enumerate(spans))
    two = kept(tmp_path, pixels, words, config(spreads="split"))
    reading = from_bytes(two.file("words.json"))

    assert two.results["borders"].facts["parts"] == 2
    assert [text.split() for text in texts_of(two.pdf)] == [["trái", "giữa"], ["phải"]]
    assert [part.lines for part in reading.parts] == [2, 1]
    assert [word.x0 for word in reading.words] == pytest.approx([x0 for _, x0, _ in spans], abs=3)


def two_part_reading() -> Reading:
    lines = tuple(Line(n, 20.0, (Word(f"chữ{n}", 10 + 50 * n, 5, 30 + 50 * n, 22, 90.0),)) for n in range(2))
    return Reading(100, 40, 150.0, lines, (Part(0, 48, 1), Part(48, 100, 1)))


def test_parts_survive_the_work_folder():
    """A parted reading comes back from its file as it was, and gives each half on its own page."""
    reading = from_bytes(to_bytes(two_part_reading()))
    left, right = pages_of(reading)

    assert reading == two_part_reading()
    assert (left.width, right.width) == (48, 52)
    assert right.words[0].x0 == 60 - 48
    assert "parts" not in json.loads(to_bytes(replace(reading, parts=())))


def test_whole_reading_is_its_own_page():
    """Without parts a reading is one page, in ALTO too, named as ever."""
    reading = replace(two_part_reading(), parts=())
    geometry = Geometry(100, 40, 150, 150)
    alto = to_alto(reading, scan="a.jpg", geometry=geometry, engine="e", languages="vie").decode()

    assert pages_of(reading) == (reading,)
    assert '<Page ID="page"' in alto
    assert "clip=" not in alto


def test_unknown_way_with_spreads_is_refused():
    """Only "report" and "split" are taken."""
    with pytest.raises(UsageError):
        from_values({"borders": {"spreads": "cut"}}, "x.toml")
