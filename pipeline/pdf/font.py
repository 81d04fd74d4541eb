"""One embedded font for the invisible text, and the map that turns its codes back into Unicode.

A Type0 font over a CIDFontType2 (ISO 32000-1, 9.7). Each character that the document uses gets a CID of its own; all
CIDs show the same glyph of one width, so .notdef is never shown and the widths agree (ISO 19005-2, 6.2.11.5 and
6.2.11.8). That glyph is a plain box from descent to ascent: never seen in render mode 3, but PDFium leaves out words
of one letter, and marks nothing that it finds, where glyphs are empty.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FONT_NAME = "SohoaInvisible"
UNITS_PER_EM = 1000
ADVANCE = 500  # thousandths of the font size: every character is as wide as this times the horizontal scaling
ASCENT, DESCENT = 800, -200
_BFCHAR_LIMIT = 100  # CMap blocks hold at most 100 entries (Adobe Technical Note 5014); longer ones are dropped by some
_MAX_CIDS = 65_535
_UNIX_EPOCH = 2_082_844_800  # in seconds since 1904, as the head table counts

# U+0000, U+FEFF and U+FFFE may not stand in the map (ISO 19005-2, 6.2.11.7.2), nor controls and halves of pairs.
_FORBIDDEN = {0xFEFF, 0xFFFE, 0xFFFF}


class Cids:
    """The character identifiers of one document, given out in the order in which characters are first met."""

    def __init__(self) -> None:
        """Begin without characters; the space comes first, since every line needs it."""
        self._numbers: dict[str, int] = {" ": 1}

    @property
    def characters(self) -> tuple[str, ...]:
        """All characters met so far; the first has CID 1."""
        return tuple(self._numbers)

    def encode(self, text: str) -> str:
        """Return the text as a hexadecimal string of two-byte codes, without the angle brackets.

        Raises:
            ValueError: The document uses more different characters than a font can have.
        """
        return "".join(f"{self._number(character):04X}" for character in text)

    def _number(self, character: str) -> int:
        """Return the CID of one character."""
        number = self._numbers.setdefault(character, len(self._numbers) + 1)
        if number > _MAX_CIDS:
            raise ValueError(f"more than {_MAX_CIDS} different characters in one document")
        return number


def writable(text: str) -> str:
    """Return the text without the characters that the font's map may not name."""
    return "".join(character for character in text if _may_be_mapped(ord(character)))


def fill_font(pdf: pikepdf.Pdf, font: pikepdf.Dictionary, cids: Cids) -> None:
    """Complete the font dictionary that the pages refer to, once every character of the document is known."""
    outlines = font_program()
    program = pdf.make_stream(outlines)
    program.Length1 = len(outlines)
    glyphs = pdf.make_stream(b"\0\0" + b"\0\1" * len(cids.characters))  # CID 0 is .notdef, all others are the box
    descendant = _descendant(pdf, _descriptor(pdf, program), glyphs)
    entries: dict[str, Any] = {
        "/Type": pikepdf.Name.Font,
        "/Subtype": pikepdf.Name.Type0,
        "/BaseFont": pikepdf.Name("/" + FONT_NAME),
        "/Encoding": pikepdf.Name("/Identity-H"),
        "/DescendantFonts": pikepdf.Array([descendant]),
        "/ToUnicode": pdf.make_stream(to_unicode(cids.characters)),
    }
    for key, value in entries.items():
        font[key] = value


def to_unicode(characters: Sequence[str]) -> bytes:
    """Return the ToUnicode CMap for CIDs from 1 in the order of the characters (ISO 32000-1, 9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *_bfchar_blocks(characters),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


def font_program() -> bytes:
    """Return a TrueType program of two glyphs, .notdef and the box; dates and names are fixed."""
    names = [".notdef", "box"]
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf({name: _box() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupMaxp()
    builder.setupHead(unitsPerEm=UNITS_PER_EM, created=_UNIX_EPOCH, modified=_UNIX_EPOCH)
    builder.setupPost(keepGlyphNames=False)
    return _saved(builder.font)


def _saved(font: TTFont) -> bytes:
    """Return the font's bytes with the dates that were set, not those of today."""
    font.recalcTimestamp = False
    program = io.BytesIO()
    font.save(program)
    return program.getvalue()


def _box() -> Any:
    """Return the outline that fills a character's place."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    for point in ((0, ASCENT), (ADVANCE, ASCENT), (ADVANCE, DESCENT)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def _descriptor(pdf: pikepdf.Pdf, program: pikepdf.Stream) -> pikepdf.Object:
    """Return the font descriptor (ISO 32000-1, table 122); no subset tag, so no CIDSet is asked for."""
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name("/" + FONT_NAME),
            Flags=5,  # fixed pitch, symbolic
            FontBBox=[0, DESCENT, ADVANCE, ASCENT],
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=ASCENT,
            StemV=80,
            FontFile2=program,
        )
    )


def _descendant(pdf: pikepdf.Pdf, descriptor: pikepdf.Object, glyphs: pikepdf.Stream) -> pikepdf.Object:
    """Return the CIDFont; `glyphs` says which glyph each CID shows."""
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name("/" + FONT_NAME),
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=descriptor,
            CIDToGIDMap=glyphs,
            DW=ADVANCE,
        )
    )


def _bfchar_blocks(characters: Sequence[str]) -> Iterator[str]:
    """Yield the map in blocks that every reader takes."""
    for start in range(0, len(characters), _BFCHAR_LIMIT):
        block = characters[start : start + _BFCHAR_LIMIT]
        yield f"{len(block)} beginbfchar"
        for cid, character in enumerate(block, start + 1):
            yield f"<{cid:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        yield "endbfchar"


def _may_be_mapped(code: int) -> bool:
    """Tell whether a code point may stand in the map."""
    control = code < 0x20 or 0x7F <= code < 0xA0
    return not control and not 0xD800 <= code < 0xE000 and code not in _FORBIDDEN
