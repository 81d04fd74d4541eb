"""How fast a copy is verified, against bare hashlib, bagit.py and sha256sum over the same files in the same run.

`python -m benchmarks fixity`, or `python benchmarks/fixity.py [--gigabytes 2.4] [--rounds 5] [--small 20000] [--warm]
[FOLDER]`. The system's memory is emptied before each reading (as root through /proc, else file by file), the programs
take turns. Ratios are hashlib's time over each program's: 1.00 is the machine's limit, more is faster.
"""

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pipeline.bag import write_bag_tags
from pipeline.files import settle
from pipeline.verify import verify_copy

THREADS = 2
BLOCK_BYTES = 1 << 20
PAGE_BYTES = 12_000_000  # a colour page at 300 dpi, LZW
PYTHON = str(Path(sys.executable))
BAGIT = "import sys, bagit; b = bagit.Bag(sys.argv[1]); b.validate(processes=2)"


def draw_set(root: Path, size_bytes: int, file_bytes: int) -> list[Path]:
    """Write a sealed set of incompressible files of about the same size."""
    block = os.urandom(1 << 20)

    def files() -> Iterator[tuple[str, int, dict[str, str]]]:
        for number in range(max(1, size_bytes // file_bytes)):
            path = root / f"data/Hồ sơ {number // 200:03}/{number:06}.tif"
            path.parent.mkdir(parents=True, exist_ok=True)
            start = number * 7919 % len(block)
            data = number.to_bytes(8, "big") + (block[start:] + block[:start]) * (file_bytes // len(block) + 1)
            path.write_bytes(data[:file_bytes])
            yield str(path.relative_to(root)), file_bytes, {"sha256": hashlib.sha256(data[:file_bytes]).hexdigest()}

    write_bag_tags(root, files(), [("Source-Organization", "benchmark")])
    settle(root)
    return sorted(path for path in root.rglob("*.tif"))


def forget(paths: list[Path]) -> None:
    """Empty the system's memory of files."""
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3")
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def bare(paths: list[Path]) -> None:
    """Digest all files in threads with nothing around it."""

    def digest(path: Path) -> str:
        result = hashlib.sha256()
        buffer = memoryview(bytearray(min(BLOCK_BYTES, path.stat().st_size)))
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                result.update(buffer[:count])
        return result.hexdigest()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(digest, paths))


def arms(root: Path, paths: list[Path], *, warm: bool) -> dict[str, Callable[[], object]]:
    """Give the programs to compare."""
    names = root / "names"
    names.write_bytes(b"\0".join(os.fsencode(path) for path in paths))

    def sums() -> None:
        with names.open() as given:
            subprocess.run(["xargs", "-0", "-P", str(THREADS), "-n", str(-(-len(paths) // (4 * THREADS))), "sha256sum"],
                           stdin=given, stdout=subprocess.DEVNULL, check=True)  # fmt: skip

    def whole() -> None:
        verdict = verify_copy(root, jobs=THREADS, past_cache=not warm)
        assert verdict.outcome == "whole", verdict

    cached = ["--cached"] if warm else []
    command = [PYTHON, "-m", "pipeline.cli.main", "verify", *cached, "--jobs", str(THREADS), str(root)]

    def quietly(call: list[str]) -> None:
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return {
        "hashlib, 2 threads": lambda: bare(paths),
        "verify_copy": whole,
        "sohoa verify": lambda: quietly(command),
        "bagit.py, 2 processes": lambda: quietly([PYTHON, "-c", BAGIT, str(root)]),
        "sha256sum, 2 processes": sums,
    }


def measure(root: Path, paths: list[Path], rounds: int, *, warm: bool) -> None:
    """Let the programs take turns and print their times and ratios."""
    programs = arms(root, paths, warm=warm)
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds):
        # Whoever comes first in a round pays for what the machine does just then.
        order = list(programs)
        for name in order[number % len(order) :] + order[: number % len(order)]:
            if not warm:
                forget(paths)
            began = time.perf_counter()
            programs[name]()
            seconds[name].append(time.perf_counter() - began)
    limit = next(iter(seconds.values()))
    for name, taken in seconds.items():
        ratios = [one / other for one, other in zip(limit, taken, strict=True)]
        print(f"  {name:24} {statistics.median(taken):7.2f} s, best {min(taken):6.2f} s; ratios: of medians "
              f"{statistics.median(limit) / statistics.median(taken):5.2f}, of bests {min(limit) / min(taken):5.2f}, "
              f"median of each round's {statistics.median(ratios):5.2f}")  # fmt: skip


def main() -> None:
    """Measure large files, then small ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--gigabytes", type=float, default=1.2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", type=int, default=20_000, help="number of small files of 4 kB; 0 for none")
    parser.add_argument("--warm", action="store_true", help="do not empty the memory first: measures the program alone")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        sets = {"large": (int(given.gigabytes * 1e9), PAGE_BYTES), "small": (given.small * 4096, 4096)}
        for name, (size_bytes, file_bytes) in sets.items():
            if size_bytes:
                root = Path(folder) / name
                paths = draw_set(root, size_bytes, file_bytes)
                print(f"{len(paths)} files, {len(paths) * file_bytes / 1e9:.2f} GB, "
                      f"{'warm' if given.warm else 'cold'}:", flush=True)  # fmt: skip
                measure(root, paths, given.rounds, warm=given.warm)


if __name__ == "__main__":
    main()
