"""What a foreign decoder says, fit to be written down: the same words for the same damage in every run."""

import re

# How Python shows an object that has no text of its own: "<PdfImage 0x7fd4...>", "<_io.BytesIO object at 0x7fd4...>".
_ADDRESS = re.compile(r" ?<[^<>]*\b0x[0-9A-Fa-f]+[^<>]*>")


def without_addresses(text: str) -> str:
    """Return the text without objects shown by their place in memory, which differs from run to run."""
    return _ADDRESS.sub("", text).strip()
