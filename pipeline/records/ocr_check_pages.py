"""Read the pages of a set out of its `batch.json`, row by row, so that a large batch costs no more memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import NoVerdict, UsageError
from pipeline.records.manifest import NAME
from pipeline.records.ocr_check import ReadPage

# How `manifest.manifest` lays its long lists out: the member's name, then each row's braces two blanks in.
_BEGINNING, _ROW_END, _END = ' "documents": [', ("  }", "  },"), (" ]", " ],")


class PagesOfSet:
    """The pages of a set whose text was read; gone through as often as asked."""

    def __init__(self, folder: Path) -> None:
        """Note where the set is.

        Raises:
            UsageError: The folder is no set of ours.
        """
        self.folder, self._manifest = folder, folder / "data" / NAME
        if not self._manifest.is_file():
            raise UsageError("{path} is not a set of sohoa: it holds no {name}", path=folder, name=f"data/{NAME}")

    def __iter__(self) -> Iterator[ReadPage]:
        """Give the pages in the batch's order."""
        for document in _documents(self._manifest):
            yield from _pages(document)

    def text(self, page: ReadPage) -> str:
        """Read a page's text.

        Raises:
            NoVerdict: It cannot be read.
        """
        path = self.folder / page.text_path
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NoVerdict("{path} could not be read: {reason}", path=path, reason=str(error)) from error


def _documents(manifest: Path) -> Iterator[dict[str, Any]]:
    """Give the rows of the list of documents.

    Raises:
        NoVerdict: The manifest cannot be read, or is not laid out as this program writes it.
    """
    lines: list[str] = []
    try:
        with manifest.open(encoding="utf-8") as file:
            for line in map(str.rstrip, file):
                if line == _BEGINNING:
                    break
            for line in map(str.rstrip, file):
                if line in _END:
                    return
                lines.append(line)
                if line in _ROW_END:
                    yield json.loads("\n".join(lines).removesuffix(","))
                    lines = []
    except (OSError, ValueError) as error:
        raise NoVerdict("{path} could not be read: {reason}", path=manifest, reason=str(error)) from error
    raise NoVerdict("{path} does not end as it should; check the set with 'sohoa verify'", path=manifest)


def _pages(document: dict[str, Any]) -> Iterator[ReadPage]:
    pdf = (document["access"] or {}).get("path", "")
    place = 1
    for page in document["pages"]:
        text = page["text"] or {}
        if text.get("text") == "text" and page["plain_text"] and pdf:
            yield ReadPage(document["code"], page["number"], page["source"], page["frame"], page["sha256"], pdf, place,
                           page["plain_text"], text["words"], text["confidence"])  # fmt: skip
        if page["picture"]:  # only these have a page in the PDF; a spread that was split has two
            place += (page.get("borders") or {}).get("parts", 1)
