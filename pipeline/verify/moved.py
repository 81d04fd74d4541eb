"""Contents that stand under another name than the lists say: renamed files and folders, swapped files."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.files import digest_file
from pipeline.verify.found import Found
from pipeline.verify.names import Names
from pipeline.verify.rows import Tree
from pipeline.verify.verdict import Finding, Kind


def find_moved(root: Path, names: Names, found: Found, *, past_cache: bool = False) -> None:
    """Turn "missing" and "damaged" into "moved" where the contents stand in a wrong place.

    Unexpected files are read for it, only where something is missing or damaged; an unexpected file whose contents
    were missed is no finding of its own.
    """
    sought: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        for digest in _payload_digests(finding, Kind.MISSING, Kind.DAMAGED):
            sought[digest].append(finding)
    if not sought:
        return
    places = _wrong_places(root, found, {digest.partition(":")[0] for digest in sought}, past_cache=past_cache)
    for digest in sought.keys() & places.keys():
        _pair(found, sought[digest], places[digest])
    _name_contents(names.payload, found)


def _payload_digests(finding: Finding, *kinds: Kind) -> list[str]:
    """Give the digests that a payload file should have, strongest first; none for other findings."""
    if finding.kind not in kinds or not finding.path.startswith("data/"):
        return []
    return [part for part in finding.expected.split() if part.partition(":")[0] in hashlib.algorithms_available][:1]


def _wrong_places(root: Path, found: Found, algorithms: set[str], *, past_cache: bool) -> dict[str, list[Finding]]:
    """Find what stands where it should not: digest -> findings about the places where such contents stand."""
    places: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        if finding.kind is Kind.UNEXPECTED and not finding.found and finding.path.startswith("data/"):
            # One that cannot be read, or went away, cannot be what is missed.
            with suppress(OSError):
                digests = digest_file(root / finding.path, algorithms, past_cache=past_cache)
                for name, digest in digests.items():
                    places[f"{name}:{digest}"].append(finding)
        elif finding.kind is Kind.DAMAGED and finding.path.startswith("data/"):
            for digest in finding.found.split():
                places[digest].append(finding)
    return places


def _pair(found: Found, sought: list[Finding], places: list[Finding]) -> None:
    """Tell of each file that is sought where its contents stand, one place for each."""
    for finding, place in zip(sought, places, strict=False):
        if finding.path == place.path:
            continue
        detail = f"its contents stand under {place.path}"
        found.forget(finding.kind, finding.path)
        found.note(replace(finding, kind=Kind.MOVED, detail=_joined(finding.detail, detail)))
        if place.kind is Kind.UNEXPECTED:
            found.forget(place.kind, place.path)


def _name_contents(tree: Tree, found: Found) -> None:
    """Say of each file with wrong contents whose contents they are, where another listed file has them."""
    wrong: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        if finding.kind in {Kind.DAMAGED, Kind.MOVED} and finding.path.startswith("data/"):
            for digest in finding.found.split():
                wrong[digest].append(finding)
    owners = dict(_owners(tree, set(wrong))) if wrong else {}
    for digest, owner in owners.items():
        for finding in wrong[digest]:
            if owner != finding.path:
                found.note(replace(finding, detail=f"the contents of {owner} stand here"))


def _owners(tree: Tree, digests: set[str]) -> Iterator[tuple[str, str]]:
    """Yield digest and listed path for each of the digests that the lists give."""
    for listing in tree.lists:
        sought = {digest.partition(":")[2] for digest in digests if digest.startswith(f"{listing.algorithm}:")}
        if not sought or not listing.width:
            continue
        raw = {bytes.fromhex(digest) for digest in sought}
        for row in range(len(tree.sizes)):
            digest = bytes(listing.digests[row * listing.width : (row + 1) * listing.width])
            if listing.listed[row] and digest in raw:
                yield f"{listing.algorithm}:{digest.hex()}", tree.paths[row]
        for path, absent in listing.absent.items():
            if absent in sought:
                yield f"{listing.algorithm}:{absent}", path


def _joined(*texts: str) -> str:
    return "; ".join(text for text in texts if text)
