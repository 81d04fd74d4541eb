"""Contents under another name are told from lost ones; a whole tree of random damage is found exactly."""

import random
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealed_copies import CONTENT, A, B, C, flip_bit, seal_set

from pipeline.errors import ExitCode
from pipeline.verify import Kind, Throttle, Verdict, verify_copy


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy that is whole."""
    return seal_set(tmp_path / "Đợt 1", CONTENT)


def found(verdict: Verdict) -> set[tuple[str, str]]:
    """Give class and path of every finding."""
    return {(finding.kind.value, finding.path) for finding in verdict.findings}


def detail(verdict: Verdict, path: str) -> str:
    """Give what is said of a path."""
    return next(finding.detail for finding in verdict.findings if finding.path == path)


def test_a_file_under_another_name_is_moved(copy: Path) -> None:
    """A missing file and an unexpected one with its contents are one finding, and exit 1."""
    (copy / A).rename(copy / "data/new.tif")

    verdict = verify_copy(copy)

    assert found(verdict) == {("moved", A)}
    assert verdict.findings[0].detail == "its contents stand under data/new.tif"
    assert verdict.exit_code is ExitCode.FINDINGS
    assert verdict.counts["moved"] == 1


def test_other_contents_under_another_name_are_not_moved(copy: Path) -> None:
    """A file that was renamed and changed is missing here and unexpected there."""
    (copy / A).rename(copy / "data/new.tif")
    flip_bit(copy / "data/new.tif")

    assert found(verify_copy(copy)) == {("missing", A), ("unexpected", "data/new.tif")}


def test_a_quick_check_reads_no_contents_to_find_them(copy: Path) -> None:
    """Without reading, a renamed file is a missing and an unexpected one."""
    (copy / A).rename(copy / "data/new.tif")

    assert found(verify_copy(copy, quick=True)) == {("missing", A), ("unexpected", "data/new.tif")}


def test_a_file_overwritten_by_another_is_damaged_and_says_by_which(copy: Path) -> None:
    """The contents that are lost are damage; whose contents stand there instead is said."""
    shutil.copy(copy / B, copy / A)

    verdict = verify_copy(copy)

    assert found(verdict) == {("damaged", A)}
    assert f"the contents of {B} stand here" in detail(verdict, A)


def test_three_files_in_a_ring_are_all_moved(copy: Path) -> None:
    """Of each it is said where its contents stand and whose it holds."""
    for source, target in ((A, "data/x"), (C, A), (B, C), ("data/x", B)):
        (copy / source).rename(copy / target)

    verdict = verify_copy(copy)

    assert found(verdict) == {("moved", A), ("moved", B), ("moved", C)}
    assert f"its contents stand under {B}" in detail(verdict, A)
    assert f"the contents of {C} stand here" in detail(verdict, A)


def test_one_file_cannot_stand_in_for_two(tmp_path: Path) -> None:
    """Where two files had the same contents and one copy of them is left elsewhere, one is moved and one missing."""
    copy = seal_set(tmp_path / "copy", {"data/1": b"same", "data/2": b"same", "data/3": b"other"})
    (copy / "data/1").rename(copy / "data/9")
    (copy / "data/2").unlink()

    assert sorted(kind for kind, _ in found(verify_copy(copy))) == ["missing", "moved"]


@pytest.mark.parametrize("algorithms", [("md5",), ("sha1", "sha512"), ("sha512", "sha256", "md5")])
def test_moves_are_found_whatever_the_algorithms(tmp_path: Path, algorithms: tuple[str, ...]) -> None:
    """Renamed and swapped files are known again by any of the lists' digests."""
    copy = seal_set(tmp_path / "copy", CONTENT, algorithms)
    (copy / C).rename(copy / "data/new.pdf")
    (copy / A).rename(copy / "data/x")
    (copy / B).rename(copy / A)
    (copy / "data/x").rename(copy / B)

    assert found(verify_copy(copy)) == {("moved", A), ("moved", B), ("moved", C)}


def test_a_moved_folder_with_mac_names_is_found(copy: Path) -> None:
    """Names in the other Unicode form under a renamed folder are still the same files."""
    (copy / A).parent.rename(copy / unicodedata.normalize("NFD", "data/masters/Hồ sơ đổi tên"))

    assert found(verify_copy(copy)) == {("moved", A), ("moved", B)}


def test_an_unexpected_file_that_cannot_be_read_is_not_what_is_missed(copy: Path) -> None:
    """A pipe or a link in the payload stays unexpected and is never opened."""
    (copy / A).unlink()
    (copy / "data/link").symlink_to(copy / B)

    assert found(verify_copy(copy)) == {("missing", A), ("unexpected", "data/link")}


NAMES = [f"data/{folder}{name}" for folder in ("", "Hồ sơ 1/", "b/c/") for name in ("1.tif", "Đ %25.tif", "x\ny", "0")]
DAMAGE = st.sampled_from(["flip", "cut", "grow", "zero", "remove", "rename", "overwrite", "folder"])


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.fixed_dictionaries({name: st.integers(0, 3000) for name in NAMES}),
    damages=st.dictionaries(st.sampled_from(NAMES), DAMAGE, max_size=6),
    swapped=st.lists(st.sampled_from(NAMES), unique=True, max_size=4),
    added=st.sets(st.sampled_from(["data/new", "data/Hồ sơ 1/new.tif", "data/d/e/new"])),
    jobs=st.integers(1, 3),
    seed=st.integers(0, 10**6),
)
def test_random_damage_is_found_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: dict[str, int],
    damages: dict[str, str],
    swapped: list[str],
    added: set[str],
    jobs: int,
    seed: int,
) -> None:
    """Whatever was flipped, cut, lost, renamed or put in a ring is found under its class, and nothing else is."""
    drawn = random.Random(seed)
    # A number of its own first: no two files have the same contents.
    content = {name: b"%04d" % n + drawn.randbytes(size) for n, (name, size) in enumerate(sizes.items())}
    copy = seal_set(tmp_path_factory.mktemp("random") / "copy", content)
    expected = set()
    ring = [name for name in swapped if name not in damages]
    for name, after in zip(ring, ring[1:] + ring[:1], strict=True):
        if len(ring) > 1:
            (copy / name).write_bytes(content[after])
            expected.add(("moved", name))
    for number, (name, damage) in enumerate(damages.items()):
        damage_one(copy / name, damage, drawn, copy / f"data/renamed {number}")
        expected.add(({"remove": "missing", "rename": "moved"}.get(damage, "damaged"), name))
    for path in added:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(b"new" + path.encode())
        expected.add(("unexpected", path))

    verdict = verify_copy(copy, jobs=jobs, past_cache=bool(seed % 2))

    assert found(verdict) == expected
    assert verdict.outcome == ("findings" if expected else "whole")
    assert sum(verdict.counts.values()) == len(expected)


def damage_one(path: Path, damage: str, drawn: random.Random, elsewhere: Path) -> None:
    """Damage one file in one way that surely changes it."""
    data = path.read_bytes()
    if damage == "flip":
        flip_bit(path, drawn.randrange(len(data)))
    elif damage == "cut":
        path.write_bytes(data[: drawn.randrange(len(data))])
    elif damage == "grow":
        path.write_bytes(data + b"\0")
    elif damage == "zero":
        path.write_bytes(bytes(len(data)))
    elif damage == "overwrite":
        path.write_bytes(b"something else")
    elif damage == "rename":
        path.rename(elsewhere)
    else:
        path.unlink()
        if damage == "folder":
            path.mkdir()


def test_findings_are_in_the_order_of_their_classes(copy: Path) -> None:
    """Lists of findings do not depend on which thread came first."""
    (copy / A).unlink()
    flip_bit(copy / C)
    (copy / "data/a").write_bytes(b"x")

    runs = [verify_copy(copy, jobs=jobs).findings for jobs in (1, 2, 4)]

    assert runs[0] == runs[1] == runs[2]
    assert [finding.kind for finding in runs[0]] == [Kind.DAMAGED, Kind.MISSING, Kind.UNEXPECTED]


def test_a_throttle_keeps_to_its_rate() -> None:
    """So many bytes take so long, whoever asks; nothing is saved up while nobody reads."""
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    throttle = Throttle(1000.0, clock=lambda: now[0], sleep=sleep)
    for _ in range(10):
        throttle.take(500, lambda: False)
    assert sum(slept) == pytest.approx(5.0)
    now[0] += 60
    throttle.take(2000, lambda: False)

    assert sum(slept) == pytest.approx(7.0)


def test_a_throttle_lets_go_of_a_check_that_is_stopped() -> None:
    """Nobody waits for bytes that are not wanted any more."""
    slept: list[float] = []

    Throttle(1.0, clock=lambda: 0.0, sleep=slept.append).take(10**9, lambda: len(slept) > 2)

    assert len(slept) == 3
