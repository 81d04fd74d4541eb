"""Prove recovery data: damage files in a scratch folder as far as it should bear, repair them, compare digests."""

import math
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies import par2
from pipeline.copies.reference import Reference
from pipeline.copies.rescue import lend
from pipeline.files import BLOCK_BYTES

_OTHER = bytes(byte ^ 0xFF for byte in range(256))
_MOST_FILES = 20  # that are damaged; the smallest of a part
_LEAST_BLOCK_BYTES = 2048  # smaller ones would take more room for their names than they are worth


@dataclass(frozen=True, slots=True)
class Shape:
    """How a part was cut into blocks.

    Attributes:
        block: Size of a block in bytes.
        sizes: File -> bytes.
        recovery: Number of recovery blocks.
    """

    block: int
    sizes: Mapping[str, int]
    recovery: int

    def blocks(self, path: str) -> int:
        """Count the blocks of a file."""
        return math.ceil(self.sizes[path] / self.block)


def shape_of(sizes: Mapping[str, int], redundancy_percent: int, wanted_blocks: int = 2000) -> Shape:
    """Choose the blocks of a part: about as many as wanted, and one more for each file at most."""
    block = max(_LEAST_BLOCK_BYTES, math.ceil(sum(sizes.values()) / wanted_blocks / 4) * 4)
    count = sum(math.ceil(size / block) for size in sizes.values())
    return Shape(block, sizes, max(1, math.ceil(count * redundancy_percent / 100)))


def drill(program: par2.Program, copy: Path, reference: Reference, shape: Shape, *, index: Path, scratch: Path) -> int:
    """Damage files of a part in a scratch folder and repair them.

    Args:
        program: The par2 to use.
        copy: The whole copy; it is only read.
        reference: What its files must be.
        shape: Of the part.
        index: Recovery data of the part.
        scratch: Folder that is made for it, and removed.

    Returns:
        The number of damaged blocks that were restored; 0 where something was not.

    Raises:
        OSError: The scratch folder cannot be written to, or the program cannot be started.
    """
    scratch.mkdir()
    try:
        chosen = _chosen(shape)
        for path in shape.sizes:
            place = scratch / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if path not in chosen:
                lend(copy / path, place)
            elif chosen[path] < shape.blocks(path) or len(path) % 2:  # the others are gone as a whole
                shutil.copyfile(copy / path, place)
                _spoil(place, min(chosen[path] * shape.block, shape.sizes[path]))
        par2.repair(program, scratch, index)
        restored = all(reference.files[path].fits(scratch / path) for path in chosen)
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(scratch)
    return sum(chosen.values()) if restored else 0


def _chosen(shape: Shape) -> dict[str, int]:
    """Choose which files are damaged: file -> number of blocks, as many as nine tenths of the recovery blocks bear."""
    budget = max(1, shape.recovery * 9 // 10)  # par2 cannot always make use of the very last blocks
    chosen: dict[str, int] = {}
    for path in sorted(shape.sizes, key=lambda path: (shape.sizes[path], path))[:_MOST_FILES]:
        if not budget:
            break
        chosen[path] = min(budget, shape.blocks(path))
        budget -= chosen[path]
    return chosen


def _spoil(path: Path, size_bytes: int) -> None:
    """Change all bytes at the beginning of a file."""
    with path.open("r+b") as file:
        done = 0
        while done < size_bytes:
            data = file.read(min(BLOCK_BYTES, size_bytes - done))
            file.seek(done)
            file.write(data.translate(_OTHER))
            done += len(data)
            file.seek(done)
