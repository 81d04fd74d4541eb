"""One check of one copy, from the first look at the medium to the verdict.

Findings are values. The check never stops at the first of them; it ends early only when the medium goes away.
"""

from pathlib import Path

from pipeline.verify.contents import Contents, Progress
from pipeline.verify.found import Found
from pipeline.verify.medium import Medium
from pipeline.verify.names import Names
from pipeline.verify.sizes import compare_sizes
from pipeline.verify.verdict import Kind, Verdict


def verify_copy(
    root: Path, *, quick: bool = False, jobs: int = 2, progress: Progress | None = None, past_cache: bool = False
) -> Verdict:
    """Check a copy.

    Args:
        root: The folder of the bag.
        quick: Look at presence, names, total size and the tag files only.
        jobs: Files read at the same time.
        progress: Told now and then how far the reading is.
        past_cache: Ask the system to forget each file before it is read, so that the medium itself answers.
    """
    found = Found()
    medium, names = Medium(root, found), Names(root, found)
    contents = Contents(root, names, found, medium, past_cache=past_cache)
    sizes_compared = False
    if medium.stands():
        names.read()
        # What a lost medium makes look missing is no finding.
        if medium.gone():
            found.keep_only(Kind.MEDIUM_ABSENT)
        else:
            contents.read(max(1, jobs), progress, quick=quick)
        if not medium.lost:
            sizes_compared = compare_sizes(root, names, found, quick=quick)
    return _verdict(root, names, contents, found, quick=quick, sizes_compared=sizes_compared)


def _verdict(
    root: Path, names: Names, contents: Contents, found: Found, *, quick: bool, sizes_compared: bool
) -> Verdict:
    """Put together what was found, in an order that does not depend on the threads."""
    in_doubt = found.paths()
    for listing in (*names.payload.lists, *names.tags.lists):
        if listing.name in in_doubt:
            found.remark(listing.name, "it is itself in doubt, and so is what was found by it")
    size_bytes, files = names.payload.totals()
    judged = any(listing.width for listing in names.payload.lists)
    return Verdict(
        copy=str(root),
        quick=quick,
        findings=found.findings,
        notices=found.notices,
        unjudged=found.unjudged,
        seal=contents.seal,
        payload_files=files,
        payload_bytes=size_bytes,
        files_read=contents.files_read,
        bytes_read=contents.bytes_read,
        contents_read=judged and contents.payload_read == files,
        sizes_compared=sizes_compared,
    )
