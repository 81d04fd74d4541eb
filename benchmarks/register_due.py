"""Measure `sohoa register due` over a register of many sets, beside the start of the program in the same run.

    python -m benchmarks.register_due [SETS]

Each set has two copies with two records each; a twentieth of the sets is due to be checked.
"""

import datetime as dt
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from pipeline.copies.clock import VIETNAM
from pipeline.copies.medium import Medium
from pipeline.copies.record import Event, Head, Record, following, subject_of
from pipeline.copies.register import Register

SETS = 10_000
ROUNDS = 5
START = dt.datetime(2026, 11, 1, 8, tzinfo=VIETNAM)
CREATED = {"files": 100, "bytes": 10**8, "read_back": "past the page cache"}
WHOLE = {"outcome": "whole", "counts": {}, "covered": {"full": True, "part": "", "files": 100, "bytes": 10**8}}


def main() -> None:
    """Make the register, and print what the command takes."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SETS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.sqlite3"
        fill(path, count)
        for name, arguments in (
            ("start of the program", ["--version"]),
            ("register due", ["register", "due", "--register", str(path)]),
        ):
            print(f"  {name:24} {median(seconds(arguments) for _ in range(ROUNDS)):.2f} s  ({count} sets)")


def fill(path: Path, count: int) -> None:
    """Make a register of so many sets."""
    media = [Medium(f"{n:032x}", f"HDD-{n}", "hdd", f"Kho {n}", "2031", START.isoformat()) for n in range(20)]
    with Register(path) as register:
        for medium in media:
            register.put_medium(medium)
        register.note([record for number in range(count) for record in records(number, media)])


def records(number: int, media: list[Medium]) -> list[Record]:
    """Make the records of one set's two copies."""
    day = START - dt.timedelta(400 if number % 20 == 0 else 30, number)
    found = []
    for medium in (media[number % 10], media[10 + number % 10]):
        subject = subject_of(medium, f"dot-{number:05}", f"{number:064x}")
        first = following(Head(), Event.CREATED, CREATED, subject, by="An", now=lambda: day)
        found += [first, following(first.head, Event.VERIFIED, WHOLE, subject, by="An", now=lambda: day)]
    return found


def seconds(arguments: list[str]) -> float:
    """Run the program; give the time that its user waits."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipeline.cli.main", *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
