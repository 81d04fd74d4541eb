"""Whatever happens to a finished file, the after-write check says so."""

import dataclasses
import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from pipeline.model import Geometry, Line, Reading, Word
from pipeline.pdf.check import ExpectedPage, check_document
from pipeline.pdf.embed import picture_from_pixels, picture_from_scan
from pipeline.pdf.write import PdfPage, write_document
from pipeline.pdf.xmp import Description

TEXT = ["Số", "hóa", "tài", "liệu", "lưu", "trữ-"]


def reading(texts: list[str]) -> Reading:
    """Return a page of one line."""
    boxes = (Word(text, 20.0 + 60 * n, 50, 60.0 + 60 * n, 70, 90) for n, text in enumerate(texts))
    return Reading(400, 300, 100.0, (Line(0, 66.0, tuple(boxes)),))


def pages() -> list[PdfPage]:
    """Return a JPEG page with text and a lossless page without."""
    pixels = np.random.default_rng(5).integers(0, 256, (300, 400), dtype=np.uint8)
    scan = io.BytesIO()
    Image.fromarray(pixels).save(scan, "JPEG")
    geometry = Geometry(400, 300, 100.0, 100.0)
    flat = picture_from_pixels(pixels, "lossless")
    return [PdfPage(picture_from_scan(scan.getvalue(), 0), geometry, reading(TEXT)), PdfPage(flat, geometry, None)]


@pytest.fixture
def finished(tmp_path: Path) -> tuple[Path, list[ExpectedPage]]:
    """Return a whole file and what it must hold."""
    made = pages()
    write_document(tmp_path / "whole.pdf", made, Description(title="x"), "2u")
    return tmp_path / "whole.pdf", [ExpectedPage.of(page.picture, page.reading) for page in made]


def damaged(path: Path, change: Callable[[pikepdf.Pdf], object]) -> Path:
    """Return a copy of the file after a change to its objects, saved as the writer saves."""
    target = path.with_name("damaged.pdf")
    with pikepdf.open(path) as pdf:
        change(pdf)
        pdf.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return target


def image_of(pdf: pikepdf.Pdf, number: int) -> pikepdf.Stream:
    """Return the picture of a page."""
    return pdf.pages[number].obj.Resources.XObject.Im0


def cut(pdf: pikepdf.Pdf, number: int) -> None:
    """Take away the second half of a picture's data."""
    image = image_of(pdf, number)
    kept = {key: image[key] for key in ("/Filter", "/DecodeParms") if key in image}
    raw = image.read_raw_bytes()
    image.write(raw[: len(raw) // 2], filter=kept["/Filter"], decode_parms=kept.get("/DecodeParms"))


def rewrite_content(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    """Replace bytes in the first page's operators."""
    content = pdf.pages[0].obj.Contents
    data = content.read_bytes()
    assert old in data
    content.write(zlib.compress(data.replace(old, new)), filter=pikepdf.Name.FlateDecode)


def test_a_whole_file_has_no_problems(finished: tuple[Path, list[ExpectedPage]]):
    """The file as it was written passes, and so does it as 2b or 3b when written as such."""
    path, expected = finished
    assert check_document(path, expected, "2u") == ()
    assert any("claim PDF/A-2u" in problem for problem in check_document(path, expected, "2b"))


@pytest.mark.parametrize("number", [0, 1])
def test_a_picture_cut_short_is_found(finished: tuple[Path, list[ExpectedPage]], number: int):
    """A JPEG and a Flate stream that end early do not decode and are not the ones expected."""
    path, expected = finished
    problems = check_document(damaged(path, lambda pdf: cut(pdf, number)), expected, "2u")
    assert any("does not decode" in problem for problem in problems)
    assert f"page {number + 1}: the picture is not the one that was to be embedded" in problems


def test_a_profile_cut_short_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """A stream that is no picture must decode to its end too, even where only its checksum is missing."""

    def cut_checksum(pdf: pikepdf.Pdf) -> None:
        stream = pdf.Root.OutputIntents[0].DestOutputProfile
        stream.write(stream.read_raw_bytes()[:-4], filter=pikepdf.Name.FlateDecode)

    path, expected = finished
    assert any("ends before its time" in p for p in check_document(damaged(path, cut_checksum), expected, "2u"))


def test_another_picture_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """Two pages in the wrong order decode well but are told apart by their digests."""
    path, expected = finished
    problems = check_document(damaged(path, lambda pdf: pdf.pages.reverse()), expected, "2u")
    assert sum("not the one that was to be embedded" in problem for problem in problems) == 2


def test_a_lost_page_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """A page less than expected is named."""
    path, expected = finished
    problems = check_document(damaged(path, lambda pdf: pdf.pages.__delitem__(1)), expected, "2u")
    assert "the file has 1 pages, not 2" in problems


def test_a_lost_word_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """Text that is not in the file, or that nobody recognised, is a problem of its page."""
    path, expected = finished
    more = [dataclasses.replace(expected[0], text="Số hóa tài liệu lưu trữ- quốc"), expected[1]]
    none = [dataclasses.replace(expected[0], text=""), expected[1]]
    assert any("page 1: text is not whole: 4 lost" in problem for problem in check_document(path, more, "2u"))
    assert any("page 1" in problem and "added" in problem for problem in check_document(path, none, "2u"))


def test_a_broken_map_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """A ToUnicode map that lost one letter, or is gone, shows in the text read back."""
    path, expected = finished

    def lose_a_letter(pdf: pikepdf.Pdf) -> None:
        stream = pdf.pages[0].obj.Resources.Font.F0.ToUnicode
        stream.write(stream.read_bytes().replace(b"<1EC7>", b"<0065>"))

    def lose_the_map(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0].obj.Resources.Font.F0["/ToUnicode"]

    assert any("text is not whole" in p for p in check_document(damaged(path, lose_a_letter), expected, "2u"))
    assert any("no ToUnicode" in p for p in check_document(damaged(path, lose_the_map), expected, "2u"))


def test_what_breaks_pdfa_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """An unknown operator, or metadata that are gone, are findings."""
    path, expected = finished
    broken = damaged(path, lambda pdf: rewrite_content(pdf, b"/Im0 Do", b"/Im0 Do nonsense"))
    assert any(problem.startswith("PDF/A-2u") for problem in check_document(broken, expected, "2u"))
    bare = damaged(path, lambda pdf: pdf.Root.__delitem__("/Metadata"))
    assert check_document(bare, expected, "2u")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.98])
def test_a_file_cut_short_is_found(finished: tuple[Path, list[ExpectedPage]], share: float):
    """A file that was not written to its end is a problem, never an exception."""
    path, expected = finished
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert check_document(path, expected, "2u")


def test_a_flipped_bit_in_a_picture_is_found(finished: tuple[Path, list[ExpectedPage]]):
    """One bit anywhere in a picture's data changes its digest."""
    path, expected = finished
    data = bytearray(path.read_bytes())
    at = data.index(b"JFIF") + 8_000
    data[at] ^= 4
    path.write_bytes(data)
    problems = check_document(path, expected, "2u")
    assert "page 1: the picture is not the one that was to be embedded" in problems


def heaped(path: Path) -> list[ExpectedPage]:
    """Write a page of three words and lay the second on the first, so that PDFium leaves out one of their letters."""
    boxes = (Word("nn", 40.0, 50, 60.0, 70, 90), Word("nn", 70.0, 50, 90.0, 70, 90), Word("tệp", 100, 50, 140, 70, 90))
    line = Reading(400, 300, 100.0, (Line(0, 66.0, tuple(boxes)),))
    made = [dataclasses.replace(pages()[0], reading=line)]
    write_document(path, made, Description(title="x"), "2u")

    def heap(pdf: pikepdf.Pdf) -> None:
        places = re.findall(rb"1 0 0 1 ([0-9.]+) [0-9.]+ Tm", pdf.pages[0].obj.Contents.read_bytes())
        near = f"1 0 0 1 {float(places[0]) + 0.3:.4f} ".encode()
        rewrite_content(pdf, b"1 0 0 1 " + places[1] + b" ", near)

    damaged(path, heap).replace(path)
    return [ExpectedPage.of(page.picture, page.reading) for page in made]


def read_by_pdfium(path: Path) -> str:
    """Return the first page's text as PDFium gives it."""
    document = pypdfium2.PdfDocument(path)
    shown = document[0].get_textpage().get_text_range()
    document.close()
    return str(shown)


def test_letters_on_one_another_are_not_lost(tmp_path: Path):
    """Overlapping words that PDFium reads as one are no loss while the file itself holds all letters."""
    path = tmp_path / "heaped.pdf"
    expected = heaped(path)

    assert read_by_pdfium(path).count("n") < 4
    assert check_document(path, expected, "2u") == ()


def test_a_word_gone_from_a_heap_is_found(tmp_path: Path):
    """Where the second of two words on one another is not in the file, its letters are lost, whatever hides them."""
    path = tmp_path / "heaped.pdf"
    expected = heaped(path)
    shown = re.compile(rb"<[0-9A-Fa-f]+> Tj")

    def drop(pdf: pikepdf.Pdf) -> None:
        second = shown.findall(pdf.pages[0].obj.Contents.read_bytes())[1]
        rewrite_content(pdf, second, b"<> Tj")

    assert any("text is not whole" in problem for problem in check_document(damaged(path, drop), expected, "2u"))


def test_writer_parts_words_that_lie_on_one_another(tmp_path: Path):
    """Boxes that OCR gives nearly the same place are set side by side, so that PDFium reads each of their letters."""
    path = tmp_path / "parted.pdf"
    boxes = (Word("nn", 40.0, 50, 60.0, 70, 90), Word("nn", 40.4, 50, 60.4, 70, 90), Word("tệp", 80, 50, 120, 70, 90))
    made = [dataclasses.replace(pages()[0], reading=Reading(400, 300, 100.0, (Line(0, 66.0, boxes),)))]
    write_document(path, made, Description(title="x"), "2u")

    assert read_by_pdfium(path).split() == ["nn", "nn", "tệp"]
    assert check_document(path, [ExpectedPage.of(page.picture, page.reading) for page in made], "2u") == ()


@pytest.mark.parametrize(
    ("old", "new"), [(b"<1EC7>", b"<0065>"), (b" beginbfchar", b"1 beginbfchar"), (b"beginbfchar", b"beginnothing")]
)
def test_a_loss_among_heaped_letters_is_found(tmp_path: Path, old: bytes, new: bytes):
    """Where PDFium leaves out a letter anyway, one that the map lacks, or a block that counts wrongly, still shows."""
    path = tmp_path / "heaped.pdf"
    expected = heaped(path)

    def spoil(pdf: pikepdf.Pdf) -> None:
        stream = pdf.pages[0].obj.Resources.Font.F0.ToUnicode
        assert old in stream.read_bytes()
        stream.write(stream.read_bytes().replace(old, new))

    assert any("text is not whole" in problem for problem in check_document(damaged(path, spoil), expected, "2u"))
