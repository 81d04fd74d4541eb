"""What a repair would do: each bad file of a copy with the place of a good one, digests on both sides.

Every file of the copy is read past the cache and held against the lists that are believed. Nothing is written here.
"""

import os
import stat
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import bag
from pipeline.copies.quarantine import kept_under
from pipeline.copies.recovery import Recovery, recoveries
from pipeline.copies.reference import Reference, Wanted, digest_of
from pipeline.copies.repair_intent import MISSING, Intent, read_intent
from pipeline.filenames import is_junk
from pipeline.files import settle, walk_tree

UNREADABLE = "unreadable"
Told = Callable[[int, int], None]  # files judged so far, files to judge


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that is not what it must be.

    Attributes:
        found: Digest as `algorithm:hex`, "missing", "unreadable" or what stands there ("link", "folder" ...).
        stands: Name under which it stands, where that is the listed one only after normalisation; else "".
    """

    path: str
    wanted: Wanted
    found: str
    stands: str = ""

    @property
    def place(self) -> str:
        """Where in the copy it stands."""
        return self.stands or self.path


@dataclass(frozen=True, slots=True)
class Step:
    """One file to be put right.

    Attributes:
        source: The good file.
        origin: The copy that it comes from; the copy itself where contents only stand in a wrong place.
    """

    bad: Bad
    source: Path
    origin: Path


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """All that is wrong with a copy, and what can be done.

    Attributes:
        steps: Files with a good one at hand.
        lost: Files without.
        strangers: Files that do not belong to the set; they go to quarantine.
        sources: The other copies that were looked at.
        recoveries: Recovery data of the set, in this copy's or another's company, for the lost files.
        unfinished: What a repair that was killed was about to do.
    """

    copy: Path
    reference: Reference
    steps: tuple[Step, ...]
    lost: tuple[Bad, ...] = ()
    strangers: tuple[str, ...] = ()
    sources: tuple[Path, ...] = ()
    recoveries: tuple[Recovery, ...] = ()
    unfinished: Intent | None = None

    @property
    def has_work(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.steps or self.lost or self.strangers or self.unfinished)


@dataclass(slots=True)
class State:
    """What stands in a copy, held against the reference.

    Attributes:
        strangers: Path of each regular file that does not belong -> its digests, by algorithm.
    """

    bad: list[Bad] = field(default_factory=list)
    strangers: dict[str, dict[str, str]] = field(default_factory=dict)


def plan_repair(copy: Path, reference: Reference, sources: Sequence[Path], *, jobs: int = 2, told: Told) -> RepairPlan:
    """Read the copy, and for each bad file look for a good one.

    Args:
        copy: The folder of the bag; it need not have any file left.
        reference: What the set must be.
        sources: Other copies, in the order in which they are asked.
        jobs: Files read at the same time.
        told: Called from several threads, one after the other.
    """
    settle(copy)
    state = judge(copy, reference, jobs=jobs, told=told)
    steps, lost = [], []
    taken: set[str] = set()
    for bad in state.bad:
        found = _moved(copy, bad, state, taken) or _elsewhere(bad, sources)
        if found is None:
            lost.append(bad)
        else:
            steps.append(Step(bad, *found))
    strangers = tuple(sorted(path for path in state.strangers if path not in taken))
    fitting = (found for place in (copy, *sources) for found in recoveries(place) if found.fits(reference.seal))
    return RepairPlan(copy, reference, tuple(steps), tuple(lost), strangers, tuple(sources), tuple(fitting),
                      read_intent(copy))  # fmt: skip


def judge(copy: Path, reference: Reference, *, jobs: int, told: Told) -> State:
    """Read every file that the lists name, and find those that they do not name."""
    state = State()
    standing = _standing(copy, reference.files)
    queue, lock, done = iter(reference.files.items()), threading.Lock(), [0]

    def work() -> None:
        while True:
            with lock:
                item = next(queue, None)
            if item is None:
                return
            found = found_at(copy, standing.get(item[0], item[0]), item[1])
            with lock:
                done[0] += 1
                if found:
                    state.bad.append(Bad(*item, found, standing.get(item[0], "")))
                told(done[0], len(reference.files))

    with ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(copy_context().run, work) for _ in range(jobs)]:
            future.result()
    state.bad.sort(key=lambda bad: bad.path)
    algorithms = {wanted.algorithm for wanted in reference.files.values()}
    for path in _strangers(copy, reference.files, standing):
        with suppress(OSError):
            state.strangers[path] = {name: digest_of(copy / path, name) for name in sorted(algorithms)}
        state.strangers.setdefault(path, {})
    return state


def _standing(copy: Path, files: Mapping[str, Wanted]) -> dict[str, str]:
    """Give the name under which a file stands where that agrees with its listed one only after normalisation (NFC)."""
    forms = {unicodedata.normalize("NFC", path): path for path in files}
    found: dict[str, str] = {}
    for entry in walk_tree(copy):
        listed = forms.get(unicodedata.normalize("NFC", entry.path), "")
        if entry.kind == "file" and listed and listed != entry.path and not os.path.lexists(copy / listed):
            found[listed] = entry.path
    return found


def found_at(copy: Path, path: str, wanted: Wanted) -> str:
    """Say what stands in the place of a file; nothing where it is what it must be.

    What is only seen through a link to a folder is missing: it stands somewhere else, perhaps outside the copy.
    """
    try:
        if any(stat.S_ISLNK(os.lstat(copy / above).st_mode) for above in Path(path).parents[:-1]):
            return MISSING
        status = os.lstat(f"{copy}/{path}")
        if not stat.S_ISREG(status.st_mode):
            return "folder" if stat.S_ISDIR(status.st_mode) else "link" if stat.S_ISLNK(status.st_mode) else "no file"
        digest = digest_of(copy / path, wanted.algorithm)
    except (FileNotFoundError, NotADirectoryError):
        return MISSING
    except OSError:
        return UNREADABLE
    return "" if digest == wanted.digest else f"{wanted.algorithm}:{digest}"


def _strangers(copy: Path, files: Mapping[str, Wanted], standing: Mapping[str, str]) -> Iterator[str]:
    """Yield the payload files that no list names, and links and files in the place of folders.

    Beside the payload only lists that would be believed by mistake.
    """
    known = {*files, *standing.values()}
    folders = {above.as_posix() for path in files for above in Path(path).parents[:-1]}
    for entry in walk_tree(copy):
        if entry.path in folders and entry.kind not in {"folder", "unreadable"}:
            yield entry.path
            continue
        if entry.kind == "folder" or entry.path in known or is_junk(entry.path):
            continue
        listing = bag.manifest_algorithm(entry.path)
        if entry.path.startswith("data/") or (listing and not listing[1]):
            yield entry.path


def _moved(copy: Path, bad: Bad, state: State, taken: set[str]) -> tuple[Path, Path] | None:
    """Find the contents in the copy itself: under a strange name, in another file's place, or set aside by a repair."""
    for path, digests in state.strangers.items():
        if path not in taken and digests.get(bad.wanted.algorithm) == bad.wanted.digest:
            taken.add(path)
            return copy / path, copy
    for other in state.bad:
        if other.found == str(bad.wanted):
            return copy / other.place, copy
    for kept in kept_under(copy, bad.wanted.digest):
        if bad.wanted.fits(kept):
            return kept, copy
    return None


def _elsewhere(bad: Bad, sources: Sequence[Path]) -> tuple[Path, Path] | None:
    """Find the file, read whole and right, in another copy."""
    for source in sources:
        for form in dict.fromkeys((bad.path, *(unicodedata.normalize(form, bad.path) for form in ("NFC", "NFD")))):
            if bad.wanted.fits(source / form):
                return source / form, source
    return None
