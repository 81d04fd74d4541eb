"""kill -9 at random moments of copy, verify, repair, protect: the same call again ends as if nothing had happened."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sealed_copies import needs_par2

from benchmarks.kills import Program, killed_and_again


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """Lend the loaded program."""
    loaded = Program()
    yield loaded
    loaded.close()


@pytest.mark.parametrize(("what", "kills"), [("copy", 5), ("verify", 3), ("repair", 7), ("protect", 3)])
def test_a_killed_run_ends_like_an_undisturbed_one(tmp_path: Path, program: Program, what: str, kills: int):
    """Killed at random moments and called again: the same files, the same records, the same word of the register."""
    if what == "protect":
        needs_par2()
    assert killed_and_again(tmp_path, program, what, kills, random.Random()) > 0
