"""Scanned PDFs: the scan's own stream where the page is one, a drawn page else, damage refused."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import BadScan
from pipeline.pdf.placement import place
from pipeline.pdf.source import SourcePage, existing_words, is_signed, page_count, scan_page
from pipeline.pdf.source_document import SourcePdf, pdf_faults
from pipeline.raster import gray

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
WITHOUT_SAMPLES = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared sample pages are not here: real PDFs were NOT read"
)
LIMIT = 100.0
WIDTH, HEIGHT = 620, 877
PAGE_WIDTH, PAGE_HEIGHT = 595.2, 841.92
FULL = f"q {PAGE_WIDTH} 0 0 {PAGE_HEIGHT} 0 0 cm /Im Do Q "
INVISIBLE = "BT /F 20 Tf 3 Tr 100 700 Td (Hidden word) Tj ET "
VISIBLE = "BT /F 20 Tf 0 Tr 100 700 Td (Shown word) Tj ET "


def drawn() -> NDArray[np.uint8]:
    """Draw a page whose corners differ, so that a turn shows."""
    page = np.full((HEIGHT, WIDTH), 250, np.uint8)
    cv2.putText(page, "Uy ban nhan dan", (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 10, 3)
    cv2.rectangle(page, (30, 700), (200, 800), 60, -1)
    return page


def jpeg() -> bytes:
    """Encode the page as JPEG."""
    target = io.BytesIO()
    Image.fromarray(drawn()).save(target, "JPEG", quality=90)
    return target.getvalue()


def fax(mode: str = "group4") -> bytes:
    """Encode the page as one strip of fax codes, black coded as black."""
    target = io.BytesIO()
    Image.fromarray(drawn() < 128).save(target, "TIFF", compression=mode, strip_size=1 << 30)
    with Image.open(io.BytesIO(target.getvalue())) as picture:
        fields = picture.tag_v2  # type: ignore[attr-defined]
        return target.getvalue()[fields[273][0] : fields[273][0] + fields[279][0]]


def picture(pdf: pikepdf.Pdf, data: bytes, name: str, **entries: Any) -> pikepdf.Stream:
    """Put coded data into a picture object."""
    stream = pdf.make_stream(data)
    stream.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image})
    stream.update({"/Width": WIDTH, "/Height": HEIGHT, "/BitsPerComponent": 8, "/ColorSpace": pikepdf.Name.DeviceGray})
    stream.update({f"/{key}": value for key, value in entries.items()})
    if name:
        stream.Filter = pikepdf.Name("/" + name)
    return stream


Maker = Callable[[pikepdf.Pdf], pikepdf.Stream]


def jpeg_picture(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    """Make the usual picture object."""
    return picture(pdf, jpeg(), "DCTDecode")


def document(content: str = FULL, make: Maker = jpeg_picture, pages: int = 1, **entries: Any) -> bytes:
    """Write a PDF whose pages have the content; it may name /Im and the font /F."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(PAGE_WIDTH, PAGE_HEIGHT))
        page.obj.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im=make(pdf)), Font=pikepdf.Dictionary(F=pdf.make_indirect(font))
        )
        page.obj.Contents = pdf.make_stream(content.encode())
        page.obj.update({f"/{key}": value for key, value in entries.items()})
    target = io.BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def only_page(data: bytes) -> SourcePage:
    """Read the first page."""
    return scan_page(data, 0, LIMIT)


def test_scanned_page_gives_its_own_stream():
    """The codestream comes out byte for byte, decoded, with the resolution of its place."""
    page = only_page(document())

    assert (page.stream, page.filter, page.rendered, page.notes) == (jpeg(), "DCTDecode", False, ())
    assert page.raster.pixels.shape == (HEIGHT, WIDTH)
    assert page.raster.dpi_x == pytest.approx(75, abs=0.01)
    assert (page.raster.format, page.raster.compression, page.raster.tag) == ("PDF", "jpeg", 1)


def test_picture_object_can_be_found_again():
    """The object number leads back to the picture with the same raw bytes."""
    data = document()
    page = only_page(data)

    assert page.object_id is not None
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.get_object(page.object_id).read_raw_bytes() == page.stream


@pytest.mark.parametrize(
    "content", [FULL + INVISIBLE, INVISIBLE + FULL, VISIBLE + FULL, "1 g 0 0 600 850 re f " + FULL]
)
def test_text_that_does_not_show_does_not_matter(content: str):
    """Invisible text, and anything beneath the picture, leaves the page a plain scan."""
    assert only_page(document(content)).stream == jpeg()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (FULL + VISIBLE, "text"),
        (FULL + "0 g 10 10 300 300 re f", "drawing"),
        ("q 300 0 0 400 0 0 cm /Im Do Q", "cover"),
        (FULL.replace("/Im Do", "/Im Do Q q 100 0 0 100 0 0 cm /Im Do"), "2 pictures"),
        ("0 0 200 200 re W n " + FULL, "cropped"),
        ("q 595 0 200 842 0 0 cm /Im Do Q", "sheared"),
        (VISIBLE, "no picture"),
    ],
)
def test_other_pages_are_drawn(content: str, why: str):
    """A page that is more than its one picture is drawn, and says why."""
    page = only_page(document(content))

    assert page.rendered
    assert why in page.notes[0]
    assert (page.stream, page.object_id) == (b"", None)
    assert 200 <= page.raster.dpi_x <= 600
    assert gray(page.raster).min() < 100


def test_visible_text_is_in_the_drawn_page_and_invisible_is_not():
    """What a reader sees is drawn; hidden text leaves no mark."""
    shown, hidden = (gray(only_page(document(text + "0 g 0 0 5 5 re f")).raster) for text in (VISIBLE, INVISIBLE))
    top = slice(0, shown.shape[0] // 2)

    assert shown[top].min() < 100
    assert hidden[top].min() == 255


@pytest.mark.parametrize(("field", "subtype"), [("/Sig", "/Widget"), ("/Tx", "/Widget"), (None, "/Stamp")])
def test_marks_over_the_scan_are_drawn_but_for_a_signature(field: str | None, subtype: str):
    """A stamp or a filled-in field is part of what the page shows; a signature's mark belongs to the signed file."""
    data = document()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        look = pdf.make_stream(b"0 g 0 0 100 50 re f", BBox=[0, 0, 100, 50], Subtype=pikepdf.Name.Form)
        look.Type, look.Resources = pikepdf.Name.XObject, pikepdf.Dictionary()
        stamp = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(subtype), T=pikepdf.String("A"))
        if field:
            stamp.FT = pikepdf.Name(field)
        stamp.update({"/Rect": pikepdf.Array([300, 600, 400, 650]), "/F": 4, "/AP": pikepdf.Dictionary(N=look)})
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(stamp)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pdf.pages[0].obj.Annots, SigFlags=3)
        target = io.BytesIO()
        pdf.save(target)
    page = only_page(target.getvalue())
    scale = page.raster.dpi_x / 72

    assert page.rendered == (field != "/Sig")
    assert (gray(page.raster)[int((841 - 625) * scale), int(350 * scale)] < 30) == (field != "/Sig")


MATRICES = {
    1: "595.2 0 0 841.92 0 0", 2: "-595.2 0 0 841.92 595.2 0", 3: "-595.2 0 0 -841.92 595.2 841.92",
    4: "595.2 0 0 -841.92 0 841.92", 5: "0 -841.92 -595.2 0 595.2 841.92", 6: "0 -841.92 595.2 0 0 841.92",
    7: "0 841.92 595.2 0 0 0", 8: "0 841.92 -595.2 0 595.2 0",
}  # fmt: skip


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("tag", MATRICES)
def test_orientation_tag_turns_the_picture_as_the_page_shows_it(tag: int, rotate: int):
    """Turning the stored picture by its tag gives what PDFium draws for the page, /Rotate included."""
    data = document(f"q {MATRICES[tag]} cm /Im Do Q", Rotate=rotate)
    page = only_page(data)
    stamped = only_page(document(f"q {MATRICES[tag]} cm /Im Do Q 0 g 0 0 1 1 re f", Rotate=rotate))
    upright = turned(gray(page.raster), page.raster.tag)
    shown = cv2.resize(gray(stamped.raster), upright.shape[::-1], interpolation=cv2.INTER_AREA)

    assert rotate or page.raster.tag == tag
    assert not page.rendered
    assert stamped.rendered
    assert np.corrcoef(upright.ravel(), shown.ravel())[0, 1] > 0.9


def turned(pixels: NDArray[np.uint8], tag: int) -> NDArray[np.uint8]:
    """Apply an orientation tag (TIFF 6.0, field 274)."""
    if tag >= 5:
        pixels = pixels.T
    if tag in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels[::-1] if tag in (3, 4, 7, 8) else pixels


def test_small_turn_is_kept_out_of_the_tag():
    """A scan straightened by its matrix keeps its tag, and its angle is told apart."""
    angle = np.radians(2.0)
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    placement = place(620, 877, (595 * cosine, 595 * sine, -842 * sine, 842 * cosine, 0, 0), 0)

    assert placement is not None
    assert placement.tag == 1
    assert placement.skew_degrees == pytest.approx(-2)


@pytest.mark.parametrize("black_is_1", [False, True])
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("mode", ["group4", "group3"])
def test_fax_pictures_keep_their_ink(mode: str, swap: bool, black_is_1: bool):
    """Fax-coded pages decode with ink where PDFium shows black, for each way to state the polarity."""
    params = pikepdf.Dictionary(K=-1 if mode == "group4" else 0, Columns=WIDTH, Rows=HEIGHT, BlackIs1=black_is_1)

    def make(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        order = [1, 0] if swap else [0, 1]
        return picture(
            pdf, fax(mode), "CCITTFaxDecode", BitsPerComponent=1, DecodeParms=params, Decode=pikepdf.Array(order)
        )

    page = only_page(document(make=make))
    shown = gray(only_page(document(FULL + "0 g 0 0 1 1 re f", make)).raster)

    assert page.raster.pixels.dtype == np.bool_
    assert page.stream == fax(mode)
    assert bool(page.raster.pixels[750, 100]) == bool(shown[int(750 / HEIGHT * shown.shape[0]), 270] < 128)
    assert bool(page.raster.pixels[5, 5]) == bool(shown[13, 13] < 128)


def flate(depth: int) -> Maker:
    """Make a Flate picture of 1 or 8 bits."""
    pixels = drawn()
    raw = pixels.tobytes() if depth == 8 else np.packbits(pixels >= 128, axis=1).tobytes()
    return lambda pdf: picture(pdf, zlib.compress(raw), "FlateDecode", BitsPerComponent=depth)


@pytest.mark.parametrize("depth", [1, 8])
def test_flate_pictures_decode(depth: int):
    """Plain pixels packed by Flate come out as they went in."""
    expected = drawn() if depth == 8 else drawn() < 128

    assert np.array_equal(only_page(document(make=flate(depth))).raster.pixels, expected)


def test_indexed_pictures_are_decoded_by_pdfium():
    """Palette colours, which need PDF's own arithmetic, are read by PDFium at the picture's own size."""
    space = pikepdf.Array(
        [pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 1, pikepdf.String(b"\xff\xff\xff\xc0\x10\x20")]
    )

    def make(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        values = (drawn() < 128).astype(np.uint8).tobytes()
        return picture(pdf, zlib.compress(values), "FlateDecode", ColorSpace=space)

    page = only_page(document(make=make))

    assert not page.rendered
    assert page.raster.pixels.shape == (HEIGHT, WIDTH, 3)
    assert page.raster.pixels[750, 100].tolist() == [0xC0, 0x10, 0x20]


@pytest.mark.parametrize(
    "make",
    [
        lambda pdf: picture(pdf, jpeg()[:-2000], "DCTDecode"),
        lambda pdf: picture(pdf, fax()[:-40], "CCITTFaxDecode", BitsPerComponent=1,
                            DecodeParms=pikepdf.Dictionary(K=-1, Columns=WIDTH)),
        lambda pdf: picture(pdf, zlib.compress(drawn().tobytes())[:-300], "FlateDecode"),
        lambda pdf: picture(pdf, zlib.compress(drawn().tobytes()[:-300]), "FlateDecode"),
        lambda pdf: picture(pdf, drawn().tobytes()[:-300], ""),
    ],
)  # fmt: skip
def test_short_pictures_are_refused(make: Maker):
    """A picture whose data is short inside a sound PDF is refused, whatever its coding."""
    with pytest.raises(BadScan) as caught:
        only_page(document(make=make))
    assert caught.value.code in ("truncated", "corrupt")


def test_cut_pdf_is_refused():
    """A PDF cut anywhere is refused, never rebuilt."""
    data = document()
    for place_of_cut in range(1, len(data) - 6, len(data) // 25):
        with pytest.raises(BadScan):
            only_page(data[:place_of_cut])


def test_missing_picture_is_refused():
    """A page that names a picture the file does not hold is damaged, not blank."""
    with pytest.raises(BadScan) as caught:
        only_page(document("/Gone Do"))
    assert caught.value.code == "corrupt"


@pytest.mark.parametrize("content", ["", INVISIBLE])
def test_page_that_shows_nothing_is_a_white_page(content: str):
    """A page without anything to see is a page all the same, and is drawn white."""
    page = only_page(document(content))

    assert page.rendered
    assert gray(page.raster).min() == 255
    assert "nothing on it shows" in page.notes[0]


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"Hello", "not-a-picture"), (b"%PDF-1.4\n", "truncated")])
def test_what_is_no_pdf_is_told_apart(data: bytes, code: str):
    """Empty, foreign and stub files get their own codes."""
    with pytest.raises(BadScan) as caught:
        page_count(data)
    assert caught.value.code == code


def locked(user: str) -> bytes:
    """Encrypt a document."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="owner", user=user))
    return target.getvalue()


def test_password_is_needed_or_noted():
    """A PDF that needs a password is refused; one with owner restrictions only is read, and says so."""
    page = only_page(locked(""))
    with pytest.raises(BadScan) as caught:
        page_count(locked("user"))

    assert caught.value.code == "encrypted"
    assert page.stream == jpeg()
    assert "owner password" in page.notes[0]


def test_too_large_pages_are_refused_before_decoding():
    """Pictures and drawn pages beyond the limit are refused."""
    for data in (document(), document(VISIBLE)):
        with pytest.raises(BadScan) as caught:
            scan_page(data, 0, 0.1)
        assert caught.value.code == "too-large"


def test_words_lie_where_they_are_drawn():
    """The page's own words come with boxes on the straight page, for each page rotation."""
    for rotate in (0, 90, 180, 270):
        data = document("0 g 0 0 1 1 re f " + VISIBLE, Rotate=rotate)
        shown = gray(only_page(data).raster)
        words = existing_words(data, 0)

        assert [word.text for word in words] == ["Shown", "word"]
        for word in words:
            inside = shown[int(word.y0) : int(word.y1) + 1, int(word.x0) : int(word.x1) + 1]
            assert (inside < 128).mean() > 0.15


def test_words_of_a_scan_are_in_its_pixels():
    """Over a scanned page, words are measured in the scan's own pixels."""
    (word, _) = existing_words(document(FULL + INVISIBLE), 0)

    assert word.text == "Hidden"
    assert word.x0 == pytest.approx(100 / 72 * 75, abs=4)
    assert word.y1 == pytest.approx((PAGE_HEIGHT - 700) / 72 * 75, abs=4)


def test_signature_is_found():
    """A signature value with a byte range makes the PDF signed; an empty signature field does not."""

    def with_field(**value: Any) -> bytes:
        pdf = pikepdf.open(io.BytesIO(document()))
        inner = pikepdf.Dictionary(FT=pikepdf.Name.Sig, **value)
        outer = pikepdf.Dictionary(T=pikepdf.String("group"), Kids=pikepdf.Array([pdf.make_indirect(inner)]))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(outer)]))
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()

    assert is_signed(with_field(V=pikepdf.Dictionary(ByteRange=pikepdf.Array([0, 10, 20, 30]))))
    assert not is_signed(with_field())
    assert not is_signed(document())


def test_open_document_serves_all_pages():
    """One open document gives the same pages as opening for each."""
    data = document(pages=3)
    with SourcePdf(data) as held:
        pages = [scan_page(held, index, LIMIT) for index in range(held.page_count)]

    assert page_count(data) == 3
    assert [page.stream for page in pages] == [scan_page(data, index, LIMIT).stream for index in range(3)]


@WITHOUT_SAMPLES
def test_real_scanned_pdfs():
    """Pages of real scanned PDFs come as scanned; the mark of a signature does not hinder it."""
    found = {}
    for name in ("cantho2025_qd383", "quangngai2021_ct11"):
        with SourcePdf(SHARED / "vn" / f"{name}.pdf") as held:
            assert is_signed(held)
            found[name] = [scan_page(held, index, LIMIT).filter for index in range(held.page_count)]

    assert found == {
        "cantho2025_qd383": ["DCTDecode"] * 7,
        "quangngai2021_ct11": ["CCITTFaxDecode", "CCITTFaxDecode", "DCTDecode"],
    }


@WITHOUT_SAMPLES
def test_real_damaged_pdf_is_refused():
    """A PDF that lost one byte opens only by repair: it goes to quarantine."""
    with pytest.raises(BadScan) as caught:
        page_count(SHARED / "nasty/one_byte_missing.pdf")
    assert caught.value.code == "corrupt"


def test_reason_is_the_same_in_every_run():
    """What a reader says of an object by its place in memory is passed on without that place."""
    reasons = []
    for _ in range(2):
        thing = object()
        with pytest.raises(BadScan) as refused, pdf_faults():
            raise ValueError(f"Failed to load <PdfImage {hex(id(thing))}> from {thing!r} at 0x10.")
        reasons.append(refused.value.detail)

    assert reasons == ["The PDF is damaged (Failed to load from at 0x10.)."] * 2
