"""Hold a received batch as a whole against its list: what stands there besides, and papers that it names and lack.

Thông tư 05/2025/TT-BNV Đ22.2.d: the packages are counted against the list, so one that the list does not name is told.
"""

from collections.abc import Iterator

from pipeline.messages import Sentence, marked, sentence
from pipeline.transfer.manifest import NAME, PACKAGES, PAPERS, README_NAME, SCHEMA_NAME
from pipeline.transfer.received_files import MISSING, Files, package_of
from pipeline.transfer.values import Attachment, Manifest

_OWN = frozenset({NAME, SCHEMA_NAME, README_NAME})
_UNNAMED_PACKAGE = marked("{path} lies among the packages and transfer.json does not name it")
_UNNAMED = marked("{path} is no part of the batch: transfer.json does not name it")
_OTHER_PAPER = marked("{path} is not the file that transfer.json names: size or SHA-256 differs")


def beside_the_list(manifest: Manifest, files: Files) -> Iterator[Sentence]:
    """Give what is there and is not named, and named papers that lack; what was told of a file is not told again."""
    named = {row.package for row in manifest.dossiers} | {paper.path for paper in manifest.attachments}
    told = set()
    for path in sorted(files.sizes):
        place = package_of(path)
        if path in files.wrong or place in named or _is_own(path) or place in told:
            continue
        told.add(place)
        yield sentence(_UNNAMED_PACKAGE if path.startswith(f"{PACKAGES}/") else _UNNAMED, path=place)
    for paper in manifest.attachments:
        if paper.path not in files.wrong and paper.path not in files.unread:
            yield from _of_paper(paper, files)


def _is_own(path: str) -> bool:
    return path in _OWN or path.startswith(f"{PAPERS}/")


def _of_paper(paper: Attachment, files: Files) -> Iterator[Sentence]:
    """Hold a paper of `kem-theo/` (Đ22.1.a) against the list."""
    if paper.path not in files.sizes:
        yield sentence(MISSING, path=paper.path)
    elif (files.sizes[paper.path], files.digests.get(paper.path)) != (paper.size_bytes, paper.sha256):
        yield sentence(_OTHER_PAPER, path=paper.path)
