"""Read a page's text straight from its operators and the font's own map, wherever the words may lie.

Readers that rebuild lines from places leave out a letter that lies nearly on its twin, as where boxes of OCR overlap;
here nothing is left out but what the file itself does not say. For files that `pipeline.pdf.write` wrote.
"""

import re

import pikepdf

_BLOCK = re.compile(rb"(\d+)\s+beginbfchar\b(.*?)\bendbfchar", re.DOTALL)
_ENTRY = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_BLOCK_LIMIT = 100  # longer blocks are dropped by some readers (Adobe Technical Note 5014), and so are they here


def written_text(page: pikepdf.Page) -> str:
    """Return the page's text in the order of its operators; a code that the font's map lacks gives nothing.

    Raises:
        pikepdf.PdfError: The operators cannot be read.
        KeyError: They name a font that the page does not have.
    """
    maps: dict[str, dict[bytes, str]] = {}
    letters: dict[bytes, str] = {}
    shown: list[str] = []
    for instruction in pikepdf.parse_content_stream(page, "Tf Tj"):
        if str(instruction.operator) == "Tf":
            name = str(instruction.operands[0])
            if name not in maps:
                maps[name] = _letters(page.obj["/Resources"]["/Font"][name])
            letters = maps[name]
        else:
            codes = bytes(instruction.operands[0])
            shown += [letters.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)]
    return "".join(shown)


def _letters(font: pikepdf.Object) -> dict[bytes, str]:
    """Return two-byte codes and what they stand for (ISO 32000-1, 9.10.3); blocks that count wrongly give nothing."""
    if "/ToUnicode" not in font:
        return {}
    found: dict[bytes, str] = {}
    for count, block in _BLOCK.findall(font["/ToUnicode"].read_bytes()):
        entries = _ENTRY.findall(block)
        if len(entries) == int(count) <= _BLOCK_LIMIT:
            pairs = ((bytes.fromhex(code.decode()), bytes.fromhex(text.decode())) for code, text in entries)
            found |= {code: text.decode("utf-16-be", "replace") for code, text in pairs}
    return found
