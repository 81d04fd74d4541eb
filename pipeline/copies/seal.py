"""What tells one generation of a set from another, and what the set says of itself."""

import os
from pathlib import Path

from pipeline.bag import ALGORITHMS, manifest_algorithm, parse_info, read_lines
from pipeline.files import sha256_file

_NEWEST = 200  # labels of bag-info.txt that are kept; a set of ours has a dozen


def read_seal(copy: Path) -> str:
    """Give the SHA-256 of the strongest tag manifest, of the strongest manifest where there is none, "" without either.

    Raises:
        OSError: The copy cannot be read.
    """
    name = seal_name(os.listdir(copy))  # noqa: PTH208
    return sha256_file(copy / name) if name else ""


def seal_name(names: list[str]) -> str:
    """Choose the file whose digest is the seal: always the same one for the same names."""
    ranks = list(ALGORITHMS)
    found = [
        (known[1], known[0] == "sha256", ranks.index(known[0]), name)
        for name in names
        if (known := manifest_algorithm(name)) and known[0] in ALGORITHMS
    ]
    return max(found)[-1] if found else ""


def describe(copy: Path) -> dict[str, str]:
    """Give what bag-info.txt says, label -> value; empty where it cannot be read."""
    try:
        pairs, _ = parse_info(read_lines(copy / "bag-info.txt", "utf-8-sig"))
    except OSError:
        return {}
    kept = [(label, value) for label, value in pairs[:_NEWEST] if (label + value).isprintable()]
    return {label: "\n".join(text for name, text in kept if name == label) for label, _ in kept}
