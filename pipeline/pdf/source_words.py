"""Read the words that a scanned PDF brought with it, and lay them on its straight page."""

import unicodedata
from collections.abc import Callable, Iterator

import pypdfium2 as pdfium

from pipeline.model import Word
from pipeline.pdf.painted import Box

# Where the words came from, nothing says how sure they are.
UNKNOWN_CONFIDENCE = 0.0


def words_of(page: pdfium.PdfPage, to_pixels: Callable[[Box], Box]) -> list[Word]:
    """Read all words of a page, visible or not, in the order of the file.

    Args:
        page: The page in PDFium.
        to_pixels: Box in page space (points, y up) -> box on the straight page (pixels, y down).
    """
    text = page.get_textpage()
    try:
        return [
            Word(unicodedata.normalize("NFC", letters), *to_pixels(box), UNKNOWN_CONFIDENCE)
            for letters, box in _runs(text)
        ]
    finally:
        text.close()


def _runs(text: pdfium.PdfTextPage) -> Iterator[tuple[str, Box]]:
    """Group characters between white space, with the box round each group."""
    letters, box = "", None
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip() and letter != "\ufffe":
            letters += letter
            box = _around(box, text.get_charbox(index))
        elif letters and box is not None:
            yield letters, box
            letters, box = "", None
    if letters and box is not None:
        yield letters, box


def _around(box: Box | None, more: Box) -> Box:
    if box is None:
        return more
    return min(box[0], more[0]), min(box[1], more[1]), max(box[2], more[2]), max(box[3], more[3])
