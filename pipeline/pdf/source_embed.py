"""The picture of a scanned PDF's page as a picture for our own PDF, its codestream untouched."""

from pipeline.pdf.embed import picture_from_scan
from pipeline.pdf.picture import Picture
from pipeline.pdf.source import SourcePage
from pipeline.pdf.source_document import SourcePdf


def picture_of(document: SourcePdf, page: SourcePage, part: int) -> Picture | None:
    """Return the page's own codestream, or None where PDF/A cannot hold it or the page was drawn.

    Args:
        document: The open source.
        page: What `scan_page` gave for the page.
        part: Part of ISO 19005 that the PDF is to follow.
    """
    if page.rendered or page.object_id is None:
        return None
    if page.filter in ("DCTDecode", "JPXDecode"):
        return picture_from_scan(page.stream, 0, part=part)
    if page.filter == "CCITTFaxDecode" and page.params.get("K", 0) < 0 and not page.params.get("EncodedByteAlign"):
        return _fax(document, page)
    return None


def _fax(document: SourcePdf, page: SourcePage) -> Picture:
    """Return a T.6 picture; an inverted Decode array is said by BlackIs1 instead, which means the same."""
    assert page.object_id is not None, "a scanned picture is an object of its own"
    decode = document.pdf.get_object(page.object_id).get("/Decode")
    inverted = decode is not None and [float(value) for value in decode] == [1.0, 0.0]
    width, height = page.raster.width, page.raster.height
    black_is_1 = bool(page.params.get("BlackIs1", False)) != inverted
    parameters: dict[str, int | bool] = {"K": -1, "Columns": width, "Rows": height, "BlackIs1": black_is_1}
    return Picture(page.stream, "CCITTFaxDecode", parameters, width, height, "bilevel", 1, as_scanned=True)
