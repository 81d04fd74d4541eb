"""Check a stored copy against its own lists: names, sizes and, unless asked not to, every byte.

Findings are values. The check never stops at the first of them; it ends early only when the medium goes away. Each
payload file is read once, whatever the number of digests; only a mismatch is read a second time, past the page cache.
"""

import errno
import threading
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline import bag
from pipeline.errors import ExitCode
from pipeline.files import Entry, can_drop_cache, digest_file, is_junk, sha256_file, walk_tree

Progress = Callable[[int, int], None]  # bytes read so far, bytes to read; called in the caller's thread
BIG_BYTES = 4 << 20  # files from here on are started first, largest first; the rest in the order of the folders
TICK_SECONDS = 0.2
SHOWN_LINES = 20


class Kind(StrEnum):
    """The five ways in which a copy can fail to be what was sealed."""

    DAMAGED = "damaged"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    UNREADABLE = "unreadable"
    MEDIUM_ABSENT = "medium-absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong.

    Attributes:
        path: Relative to the copy.
        expected, found: Digests as `algorithm:hex`, or what stands there instead ("folder", "link" ...).
        repeated: Whether a second read gave the same wrong digest; None where nothing was read twice.
    """

    kind: Kind
    path: str
    expected: str = ""
    found: str = ""
    detail: str = ""
    repeated: bool | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about a path; not a fault by itself."""

    path: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check of one copy found, and what it looked at.

    Attributes:
        copy: The folder as it was given.
        quick: Contents of the payload were not asked for.
        notices: What is no fault but should be known.
        unjudged: What could not be judged, and why.
        seal: Tag manifest -> its SHA-256, to compare with the register or with another copy.
        payload_files, payload_bytes: Listed files that are there.
        files_read, bytes_read: Payload and tag files whose digests were compared.
        contents_read: Every listed payload file that is there was read to its end.
        sizes_compared: The total size was compared with Payload-Oxum.
    """

    copy: str
    quick: bool
    findings: tuple[Finding, ...]
    notices: tuple[Remark, ...] = ()
    unjudged: tuple[Remark, ...] = ()
    seal: dict[str, str] = field(default_factory=dict)
    payload_files: int = 0
    payload_bytes: int = 0
    files_read: int = 0
    bytes_read: int = 0
    contents_read: bool = False
    sizes_compared: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings of every class, zeros included."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind.value: found[kind] for kind in Kind}

    @property
    def exit_code(self) -> ExitCode:
        """The code that this copy alone leads to."""
        counts = self.counts
        if counts["damaged"] or counts["missing"] or counts["unexpected"]:
            return ExitCode.FINDINGS
        return ExitCode.NO_VERDICT if self.findings or self.unjudged else ExitCode.WHOLE

    @property
    def outcome(self) -> str:
        """One of "whole", "contents-not-read" (a quick check found nothing), "findings", "no-verdict"."""
        if self.exit_code is ExitCode.WHOLE:
            return "whole" if self.contents_read else "contents-not-read"
        return "findings" if self.exit_code is ExitCode.FINDINGS else "no-verdict"

    @property
    def covered(self) -> str:
        """Say in words what was looked at."""
        files = f"{self.payload_files} payload files ({self.payload_bytes} bytes)"
        if self.contents_read:
            return f"Names and contents of {files}, and the tag files: {self.bytes_read} bytes read."
        if not self.payload_files and not self.files_read:
            return "Nothing; no contents were read."
        if self.quick:
            sizes = "total size" if self.sizes_compared else "no sizes (bag-info.txt gives none)"
            return f"Presence, names and {sizes} of {files}, and the tag files; the contents were not read."
        return f"Not everything: {self.files_read} files, {self.bytes_read} bytes read; {files} are listed and there."

    def to_json(self) -> dict[str, Any]:
        """Give the verdict as plain JSON values."""
        values = asdict(self)
        covered = {"contents": values.pop("contents_read"), "sizes": values.pop("sizes_compared"), "text": self.covered}
        summary = {"outcome": self.outcome, "exit_code": int(self.exit_code), "counts": self.counts}
        return {"copy": values.pop("copy"), **summary, "covered": covered, **values}


def verify_copy(
    root: Path, *, quick: bool = False, jobs: int = 2, progress: Progress | None = None, past_cache: bool = False
) -> Verdict:
    """Check a copy.

    Args:
        root: The folder of the bag.
        quick: Look at presence, names, total size and the tag files only.
        jobs: Files read at the same time.
        progress: Told now and then how far the reading is.
        past_cache: Ask the system to forget each file before it is read, so that the medium itself answers.
    """
    check = _Check(root, quick=quick, past_cache=past_cache)
    if check.stands():
        check.read_lists()
        # What a lost medium makes look missing is no finding.
        if check.gone():
            check.keep_only(Kind.MEDIUM_ABSENT)
        else:
            check.hash_files(max(1, jobs), progress)
        if not check.lost:
            check.compare_sizes()
    return check.verdict()


class _Stopped(Exception):
    """Ends the reading of a file; never leaves this module."""


@dataclass(slots=True)
class _List:
    """A manifest laid over a tree: digests by row in one block of memory, a million files in 33 MB."""

    name: str
    algorithm: str
    width: int
    digests: bytearray
    listed: bytearray
    absent: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def digest(self, row: int) -> str:
        return self.digests[row * self.width : (row + 1) * self.width].hex()

    def take(self, row: int, digest: str) -> bool:
        """Note what the row must have; False where another digest stands there already."""
        if self.listed[row]:
            return self.digest(row) == digest
        self.listed[row] = 1
        self.digests[row * self.width : (row + 1) * self.width] = bytes.fromhex(digest) if self.width else b""
        return True


@dataclass(slots=True)
class _Tree:
    """What stands in one part of the copy: a row for each regular file, and everything else by path."""

    rows: dict[str, int] = field(default_factory=dict)
    sizes: "array[int]" = field(default_factory=lambda: array("q"))
    others: dict[str, Entry] = field(default_factory=dict)
    lists: list[_List] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        if entry.kind == "file":
            self.rows[entry.path] = len(self.sizes)
            self.sizes.append(entry.size_bytes)
        else:
            self.others[entry.path] = entry

    def is_listed(self, row: int) -> bool:
        return any(item.listed[row] for item in self.lists)

    def order(self) -> Iterator[int]:
        """Yield the listed rows: big files first, largest first, lest one thread be left with them."""
        big = sorted(
            (row for row, size in enumerate(self.sizes) if size >= BIG_BYTES), key=lambda row: -self.sizes[row]
        )
        small = (row for row, size in enumerate(self.sizes) if size < BIG_BYTES)
        return (row for row in chain(big, small) if self.is_listed(row))


class _Check:
    """The state of one check, from the walk to the verdict."""

    def __init__(self, root: Path, *, quick: bool, past_cache: bool) -> None:
        self.root, self.quick, self.past_cache = root, quick, past_cache
        self.payload, self.tags = _Tree(), _Tree()
        self.findings: dict[tuple[Kind, str], Finding] = {}
        self.notices: dict[Remark, None] = {}
        self.unjudged: list[Remark] = []
        self.seal: dict[str, str] = {}
        self.declared = bag.Declaration()
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.files_read = self.payload_read = self.bytes_read = 0
        self.was_empty = self.lost = self.sizes_compared = False

    def find(self, kind: Kind, path: str, detail: str = "", *, expected: str = "", found: str = "") -> None:
        self.note(Finding(kind, path, expected, found, detail))

    def note(self, finding: Finding) -> None:
        """Keep a finding; what several lists say of one path becomes one finding."""
        with self.lock:
            key = finding.kind, finding.path
            known = self.findings.get(key, finding)
            details = dict.fromkeys(text for text in (known.detail, finding.detail) if text)
            richer = finding if finding.expected else known
            self.findings[key] = replace(richer, detail="; ".join(details))

    def stands(self) -> bool:
        """Tell whether there is a folder to look at, and note it where there is none."""
        try:
            self.was_empty = next(self.root.iterdir(), None) is None
        except (FileNotFoundError, NotADirectoryError) as error:
            self.find(Kind.MEDIUM_ABSENT, ".", _reason(error))
        except OSError as error:
            self.find(Kind.UNREADABLE, ".", _reason(error))
        return not self.findings

    def gone(self) -> bool:
        """Tell whether the medium went away, which leaves no folder or an empty mount point; it ends the check."""
        try:
            gone = next(self.root.iterdir(), None) is None and not self.was_empty
        except OSError:
            gone = True
        if gone:
            self.find(Kind.MEDIUM_ABSENT, ".", "the copy went away during the check")
            self.lost = True
            self.stop.set()
        return gone

    def keep_only(self, kind: Kind) -> None:
        """Forget all findings but those of one kind."""
        self.findings = {key: finding for key, finding in self.findings.items() if finding.kind is kind}

    def read_lists(self) -> None:
        """Walk the copy, read what it says of itself, and compare names."""
        for entry in walk_tree(self.root, leave_out={"data"}):
            self.tags.add(entry)
        data = self.tags.others.get("data")
        if data and data.kind == "folder":
            for entry in walk_tree(self.root, "data"):
                self.payload.add(entry)
        elif data:
            self.find(Kind.DAMAGED, "data", expected="folder", found=data.kind)
        elif "data" in self.tags.rows:
            self.find(Kind.DAMAGED, "data", expected="folder", found="file")
        self.declare()
        for tree, tag in ((self.tags, True), (self.payload, False)):
            for name in self.tags.rows:
                named = bag.manifest_algorithm(name)
                if named and named[1] is tag:
                    self.read_list(tree, name, named[0], tag=tag)
            self.match_names(tree, tag=tag)
        self.judge_lists()
        self.read_fetch()

    def declare(self) -> None:
        if "bagit.txt" not in self.tags.rows:
            self.find(Kind.MISSING, "bagit.txt", "version and character encoding are assumed")
            return
        try:
            self.declared = bag.parse_declaration((self.root / "bagit.txt").read_bytes()[:10_000])
        except OSError as error:
            self.find(Kind.UNREADABLE, "bagit.txt", _reason(error))
        if self.declared.problem:
            self.find(Kind.DAMAGED, "bagit.txt", self.declared.problem)

    def read_list(self, tree: _Tree, name: str, algorithm: str, *, tag: bool) -> None:
        """Lay one manifest over its tree."""
        known, digits = bag.ALGORITHMS.get(algorithm, ("", 0))
        rows = len(tree.sizes)
        listing = _List(name, known, digits // 2, bytearray(rows * digits // 2), bytearray(rows))
        try:
            lines = bag.read_lines(self.root / name, self.declared.encoding)
            for line in bag.parse_manifest(lines, algorithm=algorithm, tag=tag, version=self.declared.version):
                self.take(tree, listing, line)
        except OSError as error:
            self.find(Kind.UNREADABLE, name, _reason(error))
            return
        tree.lists.append(listing)
        if listing.problems:
            self.find(Kind.DAMAGED, name, _some(listing.problems))
        if not known:
            self.notices[Remark(name, "its algorithm is not known here; only its names are used")] = None

    def take(self, tree: _Tree, listing: _List, line: bag.Line) -> None:
        """Note one line of a manifest."""
        if line.problem:
            listing.problems.append(f"line {line.number}: {line.problem}")
            return
        row = tree.rows.get(line.path)
        # Other writers leave % as it is, which RFC 8493 does not allow but sha256sum needs.
        row = tree.rows.get(line.literal) if row is None else row
        twice = line.path in listing.absent if row is None else bool(listing.listed[row])
        known = listing.absent.setdefault(line.path, line.value) if row is None else ""
        agrees = known == line.value if row is None else listing.take(row, line.value)
        if twice and (not agrees or self.declared.version >= (1, 0)):
            other = "" if agrees else " with different digests"
            listing.problems.append(f"line {line.number}: {line.path} is listed twice{other}")
        elif twice:
            self.notices[Remark(line.path, f"{listing.name} lists it twice, with the same digest")] = None

    def match_names(self, tree: _Tree, *, tag: bool) -> None:
        """Find what is listed but not there, and what is there but not listed."""
        absent = {path for listing in tree.lists for path in listing.absent}
        loose = {_nfc(path): row for path, row in tree.rows.items() if not tree.is_listed(row)} if absent else {}
        tree.paths = list(tree.rows)
        for listing in tree.lists:
            for path, digest in listing.absent.items():
                row = loose.get(_nfc(path), tree.rows.get(_nfc(path)))
                if row is None or not listing.take(row, digest):
                    self.note(_absent(tree, path, f"{listing.algorithm}:{digest}"))
                else:
                    self.notices[Remark(path, _FORM)] = None
        for path, row in tree.rows.items() if tree.lists else ():
            if not tree.is_listed(row):
                self.unlisted(path, tag=tag)
        for path, entry in tree.others.items():
            if path not in absent and entry.kind != "folder":
                self.unlisted(path, tag=tag, entry=entry)

    def unlisted(self, path: str, *, tag: bool, entry: Entry | None = None) -> None:
        """Judge what no list names: junk is a notice anywhere, other things only outside the payload."""
        what = "" if entry is None else f"{entry.kind} {entry.detail}".strip()
        if is_junk(path):
            self.notices[Remark(path, f"left behind by a system or program {what}".strip())] = None
        elif tag:
            named = bag.manifest_algorithm(path)
            if not named or not named[1]:
                self.notices[Remark(path, f"not in the tag manifest {what}".strip())] = None
        elif entry is not None and entry.kind == "unreadable":
            self.find(Kind.UNREADABLE, path, entry.detail)
        else:
            self.find(Kind.UNEXPECTED, path, found=what)

    def judge_lists(self) -> None:
        """Judge whether the lists say enough, and agree on what there is."""
        if not any(listing.width for listing in self.payload.lists):
            if not any(path.startswith("manifest-") for _, path in self.findings) and not self.payload.lists:
                self.find(Kind.MISSING, "manifest-*.txt", "there is no payload manifest")
            files = f"{len(self.payload.sizes)} payload files"
            self.unjudged.append(Remark("data", f"no manifest that can be used: nothing says what the {files} must be"))
        if not any(listing.width for listing in self.tags.lists):
            self.unjudged.append(Remark("tagmanifest-*.txt", "no tag manifest: nothing vouches for the other lists"))
        for tree in (self.payload, self.tags):
            for listing in tree.lists:
                rows = (row for row in range(len(tree.paths)) if not listing.listed[row])
                lacks = [tree.paths[row] for row in rows if _must_list(tree, row, tag=tree is self.tags)]
                self.incomplete(listing.name, lacks)

    def incomplete(self, name: str, lacks: list[str]) -> None:
        """Note a manifest that does not list what it must: an error from version 1.0 on (RFC 8493 2.1.3, 2.2.1)."""
        if not lacks:
            return
        detail = f"it does not list {_some(lacks)}"
        if self.declared.version >= (1, 0):
            self.find(Kind.DAMAGED, name, detail)
        else:
            self.notices[Remark(name, detail)] = None

    def read_fetch(self) -> None:
        """Say that files were left out of the bag, and judge the paths that fetch.txt gives."""
        if "fetch.txt" not in self.tags.rows:
            return
        self.notices[Remark("fetch.txt", "it names files to be fetched; nothing is fetched here")] = None
        try:
            lines = bag.read_lines(self.root / "fetch.txt", self.declared.encoding)
            parsed = bag.parse_fetch(lines, version=self.declared.version)
            problems = [f"line {line.number}: {line.problem}" for line in parsed if line.problem]
        except OSError as error:
            self.find(Kind.UNREADABLE, "fetch.txt", _reason(error))
            return
        if problems:
            self.find(Kind.DAMAGED, "fetch.txt", _some(problems))

    def hash_files(self, jobs: int, progress: Progress | None) -> None:
        """Compare digests in threads that draw from one queue of rows; only what differs is kept."""
        self.read_seal()
        trees = (self.tags,) if self.quick else (self.tags, self.payload)
        total = sum(tree.sizes[row] for tree in trees for row in tree.order())
        queue = ((tree, row) for tree in trees for row in tree.order())
        read = [0] * jobs
        with ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self.draw, queue, read, number) for number in range(jobs)}
            try:
                while running:
                    ended, running = wait(running, timeout=TICK_SECONDS, return_when=FIRST_EXCEPTION)
                    if progress:
                        progress(sum(read), total)
                    for future in ended:
                        future.result()
            finally:
                self.stop.set()
        self.bytes_read = sum(read)

    def draw(self, queue: Iterator[tuple[_Tree, int]], read: list[int], number: int) -> None:
        """Compare one file after the other until the queue is empty or the check is stopped."""

        def seen(count: int) -> None:
            read[number] += count
            if self.stop.is_set():
                raise _Stopped

        with suppress(_Stopped):
            while not self.stop.is_set():
                with self.lock:
                    item = next(queue, None)
                if item is None:
                    return
                self.compare(*item, seen)

    def compare(self, tree: _Tree, row: int, seen: Callable[[int], None]) -> None:
        """Read one file once and compare all digests that are listed for it."""
        path = tree.paths[row]
        listings = (listing for listing in tree.lists if listing.width and listing.listed[row])
        wanted = {listing.algorithm: listing.digest(row) for listing in listings}
        if not wanted:
            return
        try:
            # A string, since making a million Path objects costs more than hashing small files.
            found = digest_file(f"{self.root}/{path}", wanted, past_cache=self.past_cache, seen=seen)
        except OSError as error:
            self.unread(path, error)
            return
        with self.lock:
            self.files_read += 1
            self.payload_read += tree is self.payload
        wrong = [name for name in wanted if found[name] != wanted[name]]
        if wrong:
            expected, actual = (" ".join(f"{name}:{side[name]}" for name in wrong) for side in (wanted, found))
            agreeing = [name for name in wanted if name not in wrong]
            repeated, detail = self.read_again(path, wanted, found)
            detail += f"; {' and '.join(agreeing)} agrees" if agreeing else ""
            self.note(Finding(Kind.DAMAGED, path, expected, actual, detail, repeated))

    def read_again(self, path: str, wanted: dict[str, str], found: dict[str, str]) -> tuple[bool | None, str]:
        """Read a file that differs a second time, so that a fault of memory or cable is told from a bad medium."""
        way = (
            "past the page cache" if can_drop_cache() else "perhaps from memory: the page cache cannot be dropped here"
        )
        try:
            second = digest_file(self.root / path, wanted, past_cache=True)
        except OSError as error:
            return None, f"a second read ({way}) failed: {_reason(error)}"
        if second == wanted:
            return False, f"a second read ({way}) agreed with the list: suspect drive, cable or memory"
        same = second == found
        return same, f"a second read ({way}) gave {'the same' if same else 'yet another value'}"

    def unread(self, path: str, error: OSError) -> None:
        """Note a file that cannot be read, unless the medium as a whole went away."""
        if self.gone():
            return
        if error.errno == errno.ENOENT:
            self.find(Kind.MISSING, path, "it went away during the check")
        elif error.errno in {errno.EINVAL, errno.ELOOP}:
            self.find(Kind.DAMAGED, path, "it was replaced by something else during the check")
        else:
            self.find(Kind.UNREADABLE, path, _reason(error))

    def read_seal(self) -> None:
        """Digest the tag manifests, which no list in the copy can vouch for."""
        for listing in self.tags.lists:
            with suppress(OSError):
                self.seal[listing.name] = sha256_file(self.root / listing.name)

    def compare_sizes(self) -> None:
        """Compare Payload-Oxum with the manifests and with what is there, unless a finding explains a difference."""
        oxum = self.read_oxum() if self.payload.lists else None
        if oxum is None:
            return
        self.sizes_compared = True
        listed_bytes, listed_files = self.totals()
        absent = {path for _, path in self.findings if path.startswith("data/") and path not in self.payload.rows}
        names = {path for listing in self.payload.lists for path in listing.absent} & absent
        if not any(listing.problems for listing in self.payload.lists) and oxum[1] != listed_files + len(names):
            detail = f"Payload-Oxum says {oxum[1]} files, the manifests list {listed_files + len(names)}"
            self.find(Kind.DAMAGED, "bag-info.txt", detail)
        if oxum[0] == listed_bytes:
            return
        detail = f"Payload-Oxum says {oxum[0]} bytes, the listed files that are there have {listed_bytes}"
        if any(path.startswith("data/") for kind, path in self.findings if kind is not Kind.UNEXPECTED):
            self.notices[Remark("data", detail)] = None
        else:
            self.find(Kind.DAMAGED, "data" if self.quick else "bag-info.txt", detail)

    def read_oxum(self) -> tuple[int, int] | None:
        """Read Payload-Oxum from bag-info.txt, where there is one."""
        if "bag-info.txt" not in self.tags.rows:
            return None
        try:
            info, problems = bag.parse_info(bag.read_lines(self.root / "bag-info.txt", self.declared.encoding))
        except OSError as error:
            self.find(Kind.UNREADABLE, "bag-info.txt", _reason(error))
            return None
        self.notices.update(dict.fromkeys(Remark("bag-info.txt", problem) for problem in problems))
        values = [value for label, value in info if label.casefold() == "payload-oxum"]
        oxum = bag.parse_oxum(values[0]) if len(values) == 1 else None
        if values and oxum is None:
            self.find(Kind.DAMAGED, "bag-info.txt", f"Payload-Oxum cannot be used: {_some(values)}")
        return oxum

    def totals(self) -> tuple[int, int]:
        """Count bytes and number of the listed payload files that are there."""
        rows = [row for row in range(len(self.payload.sizes)) if self.payload.is_listed(row)]
        return sum(self.payload.sizes[row] for row in rows), len(rows)

    def verdict(self) -> Verdict:
        """Put together what was found, in an order that does not depend on the threads."""
        for listing in (*self.payload.lists, *self.tags.lists):
            if any(path == listing.name for _, path in self.findings):
                self.notices[Remark(listing.name, "it is itself in doubt, and so is what was found by it")] = None
        order = {kind: place for place, kind in enumerate(Kind)}
        findings = sorted(self.findings.values(), key=lambda finding: (order[finding.kind], finding.path))
        size_bytes, files = self.totals()
        judged = any(listing.width for listing in self.payload.lists)
        return Verdict(
            copy=str(self.root),
            quick=self.quick,
            findings=tuple(findings),
            notices=tuple(sorted(self.notices, key=lambda remark: (remark.path, remark.detail))),
            unjudged=tuple(self.unjudged),
            seal=self.seal,
            payload_files=files,
            payload_bytes=size_bytes,
            files_read=self.files_read,
            bytes_read=self.bytes_read,
            contents_read=judged and self.payload_read == files,
            sizes_compared=self.sizes_compared,
        )


_FORM = "the name agrees only after Unicode normalisation (NFC)"


def _absent(tree: _Tree, path: str, expected: str) -> Finding:
    """Say what became of a listed file that does not stand where it should."""
    here = tree.others.get(path)
    if here and here.kind != "unreadable":
        return Finding(Kind.DAMAGED, path, expected, found=here.kind, detail="not a file; not followed or opened")
    above = (tree.others.get(path[:cut]) for cut in (place for place, letter in enumerate(path) if letter == "/"))
    for entry in (here, *above):
        if entry and entry.kind == "unreadable":
            return Finding(Kind.UNREADABLE, path, expected, detail=f"{entry.path}: {entry.detail}")
        if entry and entry.kind != "folder":
            return Finding(Kind.MISSING, path, expected, detail=f"{entry.path} is a {entry.kind}, not a folder")
    return Finding(Kind.MISSING, path, expected)


def _must_list(tree: _Tree, row: int, *, tag: bool) -> bool:
    """Tell whether every list must name it: a payload file that one lists, and beside the payload its manifests."""
    named = bag.manifest_algorithm(tree.paths[row])
    return (named is not None and not named[1]) if tag else tree.is_listed(row)


def _nfc(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _some(items: list[str]) -> str:
    more = f" and {len(items) - SHOWN_LINES} more" if len(items) > SHOWN_LINES else ""
    return "; ".join(items[:SHOWN_LINES]) + more
