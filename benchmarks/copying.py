"""What copying a set to two targets costs, read back and recorded, against `cp` twice and `sha256sum` twice.

`python -m benchmarks copying`, or `python -m benchmarks.copying [--gigabytes 1.0] [--rounds 3] [FOLDER [FOLDER]]`. The
programs take turns on the same files in the same run. `cp` and `sha256sum` are measured twice: as they are, which says
nothing about what has reached the disk, and with what our command does as well: written out (`sync -f`) before the
copies are read, the memory emptied of them first. Ratios are our time over theirs: 1.25 is the most that is wanted.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.fixity import draw_set, forget

FILE_BYTES = 12_000_000
MOST_RATIO = 1.25


def quietly(*call: object, **environment: str) -> None:
    """Run a command."""
    subprocess.run(list(map(str, call)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, **environment})  # fmt: skip


def sums(target: Path) -> None:
    """Hash all files of a copy."""
    names = b"\0".join(os.fsencode(path) for path in sorted(target.rglob("*")) if path.is_file())
    subprocess.run(["xargs", "-0", "sha256sum"], input=names, stdout=subprocess.DEVNULL, check=True)


def bare(source: Path, targets: list[Path], *, past_cache: bool) -> None:
    """Do what a careful person does with cp and sha256sum."""
    for target in targets:
        quietly("cp", "-r", source, target)
    for target in targets:
        copy = target / source.name
        if past_cache:
            quietly("sync", "-f", target)
            forget([path for path in copy.rglob("*") if path.is_file()])
        sums(copy)


def ours(source: Path, targets: list[Path], register: Path) -> None:
    """Copy with the real command."""
    to = [part for target in targets for part in ("--to", target)]
    quietly(sys.executable, "-m", "pipeline.cli.main", "copy", source, *to, "--force-same-device",
            SOHOA_REGISTER=str(register))  # fmt: skip


def spent(work: Callable[[], None]) -> tuple[float, float]:
    """Give the seconds on the clock and of the processors."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return ended - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(source: Path, targets: list[Path], register: Path, rounds: int) -> None:
    """Let the programs take turns and print times and ratios."""
    programs: dict[str, Callable[[], None]] = {
        "sohoa copy, read back": lambda: ours(source, targets, register),
        "cp x2, sha256sum x2": lambda: bare(source, targets, past_cache=False),
        "the same, from the disk": lambda: bare(source, targets, past_cache=True),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for number in range(rounds):
        order = list(programs)
        for name in order[number % len(order) :] + order[: number % len(order)]:
            for target in targets:
                shutil.rmtree(target / source.name, ignore_errors=True)
                shutil.rmtree(target / f"{source.name}.sohoa", ignore_errors=True)
            quietly("sync")
            forget([path for path in source.rglob("*") if path.is_file()])
            times[name].append(spent(programs[name]))
    mine = times["sohoa copy, read back"]
    for name, taken in times.items():
        clock, work = (statistics.median(one[part] for one in taken) for part in (0, 1))
        ratios = [statistics.median(one[part] / other[part] for one, other in zip(mine, taken, strict=True))
                  for part in (0, 1)]  # fmt: skip
        print(f"  {name:24} {clock:7.2f} s, processors {work:6.2f} s; ours to it: {ratios[0]:5.2f}, "
              f"processors {ratios[1]:5.2f}")  # fmt: skip
    print(f"  wanted: at most {MOST_RATIO}")


def main() -> None:
    """Draw a set and copy it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="where the set and the first, and where the second stand")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    first, second = ([*given.folders, *given.folders][:2]) if given.folders else (None, None)
    with tempfile.TemporaryDirectory(dir=first) as one, tempfile.TemporaryDirectory(dir=second) as other:
        source, register = Path(one) / "set", Path(one) / "register.sqlite3"
        files = draw_set(source, int(given.gigabytes * 1e9), FILE_BYTES)
        targets = [Path(one) / "target", Path(other) / "target"]
        for number, target in enumerate(targets, 1):
            target.mkdir()
            quietly(sys.executable, "-m", "pipeline.cli.main", "media", "add", target, "--code", f"B-{number}",
                    "--kind", "hdd", "--place", "-", SOHOA_REGISTER=str(register))  # fmt: skip
        print(f"{len(files)} files, {len(files) * FILE_BYTES / 1e9:.2f} GB, two targets:", flush=True)
        measure(source, targets, register, given.rounds)


if __name__ == "__main__":
    main()
