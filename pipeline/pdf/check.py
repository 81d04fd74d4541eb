"""Look at the finished file: does it hold every picture and every word, and is it what it claims to be.

Nothing here trusts the writer: the file is opened anew, and the text is read by PDFium, which shares no code with it.
Only where that finds a letter too few or too many does the file's own account of its text decide.
"""

import hashlib
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import simplejpeg
from pikepdf import pdfa

from pipeline.model import Reading
from pipeline.pdf.font import writable
from pipeline.pdf.picture import Picture
from pipeline.pdf.write import Flavour
from pipeline.pdf.written import written_text
from pipeline.raster.said import without_addresses

# The library knows the levels b only, and finds the claim "U" wrong; the claim is compared here instead.
_CLAIM_RULES = {"ISO_19005_1:6.7.11-3", "ISO_19005_2:6.6.4-3", "ISO_19005_3:6.6.4-3"}
_CLAIM = re.compile(rb"<pdfaid:part>(\d)</pdfaid:part>\s*<pdfaid:conformance>([A-Z])</pdfaid:conformance>")
# Neither does it look into JPEG 2000; `pipeline.pdf.embed` lets only plain files through, veraPDF judges them.
_UNJUDGED = ("unsupported", "pikepdf:schema-ImageXObject", "JPEG 2000 images are not supported")
_MAX_FINDINGS = 5
_LINE_END_HYPHEN = "\ufffe"  # PDFium gives it for a hyphen that ends a line


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """What one page must hold.

    Attributes:
        sha256: Digest of the encoded picture.
        text: What was read on the page; empty where nothing was.
    """

    sha256: str
    text: str = ""

    @classmethod
    def of(cls, picture: Picture, reading: Reading | None) -> "ExpectedPage":
        """Return what a page written from these must hold."""
        return cls(picture.sha256, reading.text if reading else "")


def check_document(path: Path, expected: Sequence[ExpectedPage], flavour: Flavour) -> tuple[str, ...]:
    """Return what is wrong with a finished file, in English sentences; nothing where it is whole.

    Checked: the PDF/A rules that `pikepdf.pdfa` knows, where "not checked" counts as wrong but for JPEG 2000; the
    claim in the metadata; number of pages; that each stream decodes to its end; the digest of each picture; a
    ToUnicode map for each font (ISO 19005-2, 6.2.11.7.2); and each page's text as PDFium reads it, or else as the
    page's own operators and that map give it. CCITT and JPEG 2000 data is held to its digest alone, since their
    decoders bear with data cut short.
    """
    problems = [*_conformance(path, flavour)]
    try:
        with pikepdf.open(path) as pdf:
            problems += [*_claim(pdf, flavour), *_streams(pdf), *_pictures(pdf, expected)]
            problems += _texts(path, pdf, expected)
    except (pikepdf.PdfError, pypdfium2.PdfiumError, AttributeError, KeyError, ValueError, TypeError) as problem:
        problems.append(f"the file cannot be read: {type(problem).__name__}: {without_addresses(str(problem))}")
    return tuple(problems)


def _conformance(path: Path, flavour: Flavour) -> Iterator[str]:
    """Yield the findings of pikepdf's validator."""
    report = pdfa.validate_written(path, f"{flavour[0]}b")
    findings = [finding for finding in report.findings if finding.rule not in _CLAIM_RULES]
    findings = [finding for finding in findings if (finding.kind, finding.rule, finding.message) != _UNJUDGED]
    yield from (f"PDF/A-{flavour}: {finding}" for finding in findings[:_MAX_FINDINGS])


def _claim(pdf: pikepdf.Pdf, flavour: Flavour) -> Iterator[str]:
    """Yield a sentence where the metadata claim another flavour than the one asked for."""
    found = _CLAIM.search(pdf.Root.Metadata.read_bytes())
    claim = "nothing" if found is None else f"PDF/A-{found[1].decode()}{found[2].decode().lower()}"
    if claim != f"PDF/A-{flavour}":
        yield f"the metadata claim {claim}, not PDF/A-{flavour}"


def _streams(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield a sentence for each stream that does not decode to its end, and for each font without ToUnicode."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            trouble = _undecodable(thing)
            if trouble:
                yield f"stream {thing.objgen[0]} does not decode: {trouble}"
        elif isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0" and "/ToUnicode" not in thing:
            yield f"font {thing.objgen[0]} has no ToUnicode map"


def _undecodable(stream: pikepdf.Stream) -> str:
    """Return why a stream does not decode, or nothing where it does.

    zlib tells of missing ends and wrong checksums; a JPEG is decoded whole, but at an eighth of its size.
    """
    name, raw = stream.get("/Filter"), stream.read_raw_bytes()
    try:
        if name == "/DCTDecode":
            simplejpeg.decode_jpeg(raw, "GRAY", fastdct=True, fastupsample=True, min_height=1, min_width=1, strict=True)
        elif name == "/FlateDecode":
            inflate = zlib.decompressobj()
            size = len(inflate.decompress(raw))
            return _wrong_size(stream, size) if inflate.eof else "it ends before its time"
    except (ValueError, zlib.error) as problem:
        return str(problem)
    return ""


def _wrong_size(stream: pikepdf.Stream, size_bytes: int) -> str:
    """Return why the decoded rows of a Flate picture are too many or too few."""
    if stream.get("/Subtype") != "/Image":
        return ""
    parameters: Any = stream.get("/DecodeParms", {})
    row_bits = int(stream.Width) * int(stream.BitsPerComponent) * int(parameters.get("/Colors", 1))
    row_bytes = (row_bits + 7) // 8 + (int(parameters.get("/Predictor", 1)) >= 10)
    return "" if row_bytes * int(stream.Height) == size_bytes else f"{size_bytes} bytes are not its rows"


def _pictures(pdf: pikepdf.Pdf, expected: Sequence[ExpectedPage]) -> Iterator[str]:
    """Yield a sentence for each page whose picture is not the one expected."""
    if len(pdf.pages) != len(expected):
        yield f"the file has {len(pdf.pages)} pages, not {len(expected)}"
    for number, (page, want) in enumerate(zip(pdf.pages, expected, strict=False), 1):
        images = list(page.obj.Resources.XObject.as_dict().values())
        digests = [hashlib.sha256(image.read_raw_bytes()).hexdigest() for image in images]
        if digests != [want.sha256]:
            yield f"page {number}: the picture is not the one that was to be embedded"


def _texts(path: Path, pdf: pikepdf.Pdf, expected: Sequence[ExpectedPage]) -> list[str]:
    """Return a sentence for each page whose text is read otherwise than it was recognised."""
    problems = []
    document = pypdfium2.PdfDocument(path)
    try:
        for number, (page, want, own) in enumerate(zip(document, expected, pdf.pages, strict=False), 1):
            got, wanted = _folded(page.get_textpage().get_text_range()), _folded(writable(want.text.replace("\n", " ")))
            # PDFium sorts what overlaps by its place on the line; that is no loss, a letter more or less is.
            if got == wanted or Counter(got) == Counter(wanted):
                continue
            # Of two like letters nearly on one another PDFium gives one; the file itself may hold both.
            got = _folded(written_text(own))
            if Counter(got) != Counter(wanted):
                lost, added = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
                problems.append(f"page {number}: text is not whole: {_listed('lost', lost)}{_listed('added', added)}")
    finally:
        document.close()
    return problems


def _folded(text: str) -> str:
    """Return the text in NFC without spaces, line ends and the sign for a hyphen before one."""
    return "".join(unicodedata.normalize("NFC", text.replace(_LINE_END_HYPHEN, "-")).split())


def _listed(what: str, letters: Counter[str]) -> str:
    """Return how many letters, and the first few of them."""
    return f"{letters.total()} {what} ({' '.join(sorted(letters)[:10])}) " if letters else ""
