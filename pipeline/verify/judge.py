"""One check of one copy, from the first look at the medium to the verdict.

Findings are values. The check never stops at the first of them; it ends early only when the medium goes away.
"""

from dataclasses import replace
from pathlib import Path

from pipeline.files import can_drop_cache, settle
from pipeline.verify.contents import Contents, Progress
from pipeline.verify.found import Found
from pipeline.verify.medium import Medium
from pipeline.verify.moved import find_moved
from pipeline.verify.names import Names
from pipeline.verify.scope import Scope
from pipeline.verify.sizes import compare_sizes
from pipeline.verify.throttle import Throttle
from pipeline.verify.verdict import Kind, Verdict


def verify_copy(
    root: Path,
    *,
    quick: bool = False,
    jobs: int = 2,
    progress: Progress | None = None,
    past_cache: bool = False,
    scope: Scope | None = None,
    throttle: Throttle | None = None,
) -> Verdict:
    """Check a copy.

    Args:
        root: The folder of the bag.
        quick: Look at presence, names, total size and the tag files only.
        jobs: Files read at the same time.
        progress: Told now and then how far the reading is.
        past_cache: Ask the system to forget each file before it is read, so that the medium itself answers.
        scope: Which files of the payload to read, and for how long; all of them without it.
        throttle: How fast to read; as fast as the medium gives without it.
    """
    found, scope = Found(), scope or Scope()
    medium, names = Medium(root, found), Names(root, found)
    past_cache = past_cache and can_drop_cache()
    contents = Contents(root, names, found, medium, past_cache=past_cache, throttle=throttle)
    sizes_compared = False
    if medium.stands():
        if past_cache:
            settle(root)
        names.read()
        # What a lost medium makes look missing is no finding.
        if medium.gone():
            found.keep_only(Kind.MEDIUM_ABSENT)
        else:
            contents.read(max(1, jobs), progress, scope, quick=quick)
        if not medium.lost and not quick:
            find_moved(root, names, found, past_cache=past_cache)
        if not medium.lost:
            sizes_compared = compare_sizes(root, names, found, quick=quick)
    verdict = _verdict(root, names, contents, found, scope)
    return replace(verdict, quick=quick, sizes_compared=sizes_compared, past_cache=past_cache)


def _verdict(root: Path, names: Names, contents: Contents, found: Found, scope: Scope) -> Verdict:
    """Put together what was found, in an order that does not depend on the threads."""
    in_doubt = found.paths()
    for listing in (*names.payload.lists, *names.tags.lists):
        if listing.name in in_doubt:
            found.remark(listing.name, "it is itself in doubt, and so is what was found by it")
    size_bytes, files = names.payload.totals()
    judged = any(listing.width for listing in names.payload.lists)
    return Verdict(
        copy=str(root),
        quick=False,
        findings=found.findings,
        notices=found.notices,
        unjudged=found.unjudged,
        seal=contents.seal,
        payload_files=files,
        payload_bytes=size_bytes,
        files_read=contents.files_read,
        bytes_read=contents.bytes_read,
        payload_read_files=contents.payload_read,
        payload_read_bytes=contents.payload_read_bytes,
        earlier_files=scope.earlier_files,
        earlier_since=scope.earlier_since,
        contents_read=judged and contents.payload_read + scope.earlier_files == files,
        part=scope.part,
    )
