"""The total that a copy gives of itself, Payload-Oxum, held against its manifests and what is there."""

from pathlib import Path

from pipeline import bag
from pipeline.verify.found import Found, reason, some
from pipeline.verify.names import Names
from pipeline.verify.verdict import Kind


def compare_sizes(root: Path, names: Names, found: Found, *, quick: bool) -> bool:
    """Compare Payload-Oxum with the manifests and with what is there, unless a finding explains a difference.

    Returns:
        Whether there was a total to compare with.
    """
    oxum = _read_oxum(root, names, found) if names.payload.lists else None
    if oxum is None:
        return False
    size_bytes, files = oxum
    listed_bytes, listed_files = names.payload.totals()
    in_doubt = {path for path in found.paths() if path.startswith("data/") and path not in names.payload.rows}
    listed_files += len({path for listing in names.payload.lists for path in listing.absent} & in_doubt)
    if not any(listing.problems for listing in names.payload.lists) and files != listed_files:
        detail = f"Payload-Oxum says {files} files, the manifests list {listed_files}"
        found.find(Kind.DAMAGED, "bag-info.txt", detail)
    if size_bytes == listed_bytes:
        return True
    detail = f"Payload-Oxum says {size_bytes} bytes, the listed files that are there have {listed_bytes}"
    if any(path.startswith("data/") for path in found.paths(leave_out=(Kind.UNEXPECTED,))):
        found.remark("data", detail)
    else:
        found.find(Kind.DAMAGED, "data" if quick else "bag-info.txt", detail)
    return True


def _read_oxum(root: Path, names: Names, found: Found) -> tuple[int, int] | None:
    """Read Payload-Oxum from bag-info.txt, where there is one: bytes and files."""
    if "bag-info.txt" not in names.tags.rows:
        return None
    try:
        info, problems = bag.parse_info(bag.read_lines(root / "bag-info.txt", names.declared.encoding))
    except OSError as error:
        found.find(Kind.UNREADABLE, "bag-info.txt", reason(error))
        return None
    for problem in problems:
        found.remark("bag-info.txt", problem)
    values = [value for label, value in info if label.casefold() == "payload-oxum"]
    oxum = bag.parse_oxum(values[0]) if len(values) == 1 else None
    if values and oxum is None:
        found.find(Kind.DAMAGED, "bag-info.txt", f"Payload-Oxum cannot be used: {some(values)}")
    return oxum
