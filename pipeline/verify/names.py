"""What a copy lists and what stands in it, held against each other by name; no payload file is opened."""

import unicodedata
from pathlib import Path

from pipeline import bag
from pipeline.filenames import is_junk
from pipeline.files import Entry, walk_tree
from pipeline.verify.found import Found, reason, some
from pipeline.verify.rows import Listing, Tree
from pipeline.verify.verdict import Finding, Kind

_FORM = "the name agrees only after Unicode normalisation (NFC)"


class Names:
    """The two parts of a copy with their lists.

    Attributes:
        payload: What stands below data/.
        tags: What stands beside it.
        declared: What bagit.txt says.
    """

    def __init__(self, root: Path, found: Found) -> None:
        """Note which folder is meant; nothing is read yet."""
        self.payload, self.tags = Tree(), Tree()
        self.declared = bag.Declaration()
        self._root, self._found = root, found

    def read(self) -> None:
        """Walk the copy, read what it says of itself, and compare names."""
        self._walk()
        self._declare()
        for tree, tag in ((self.tags, True), (self.payload, False)):
            for name in self.tags.paths:
                named = bag.manifest_algorithm(name)
                if named and named[1] is tag:
                    self._read_list(tree, name, named[0], tag=tag)
            self._match(tree, tag=tag)
        self._judge_lists()
        self._read_fetch()

    def _walk(self) -> None:
        for entry in walk_tree(self._root, leave_out={"data"}):
            self.tags.add(entry)
        data = self.tags.others.get("data")
        if data and data.kind == "folder":
            for entry in walk_tree(self._root, "data"):
                self.payload.add(entry)
        elif data:
            self._found.find(Kind.DAMAGED, "data", expected="folder", found=data.kind)
        elif "data" in self.tags.rows:
            self._found.find(Kind.DAMAGED, "data", expected="folder", found="file")

    def _declare(self) -> None:
        if "bagit.txt" not in self.tags.rows:
            self._found.find(Kind.MISSING, "bagit.txt", "version and character encoding are assumed")
            return
        try:
            self.declared = bag.parse_declaration((self._root / "bagit.txt").read_bytes()[:10_000])
        except OSError as error:
            self._found.find(Kind.UNREADABLE, "bagit.txt", reason(error))
        if self.declared.problem:
            self._found.find(Kind.DAMAGED, "bagit.txt", self.declared.problem)

    def _read_list(self, tree: Tree, name: str, algorithm: str, *, tag: bool) -> None:
        """Lay one manifest over its tree."""
        known, digits = bag.ALGORITHMS.get(algorithm, ("", 0))
        rows = len(tree.sizes)
        listing = Listing(name, known, digits // 2, bytearray(rows * digits // 2), bytearray(rows))
        try:
            lines = bag.read_lines(self._root / name, self.declared.encoding)
            for line in bag.parse_manifest(lines, algorithm=algorithm, tag=tag, version=self.declared.version):
                self._take(tree, listing, line)
        except OSError as error:
            self._found.find(Kind.UNREADABLE, name, reason(error))
            return
        tree.lists.append(listing)
        if listing.problems:
            self._found.find(Kind.DAMAGED, name, some(listing.problems))
        if not known:
            self._found.remark(name, "its algorithm is not known here; only its names are used")

    def _take(self, tree: Tree, listing: Listing, line: bag.Line) -> None:
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
            self._found.remark(line.path, f"{listing.name} lists it twice, with the same digest")

    def _match(self, tree: Tree, *, tag: bool) -> None:
        """Find what is listed but not there, and what is there but not listed."""
        absent = {path for listing in tree.lists for path in listing.absent}
        rows = enumerate(tree.paths) if absent else ()
        loose = {_nfc(path): row for row, path in rows if not tree.is_listed(row)}
        for listing in tree.lists:
            for path, digest in listing.absent.items():
                row = loose.get(_nfc(path), tree.rows.get(_nfc(path)))
                if row is None or not listing.take(row, digest):
                    self._found.note(_absent(tree, path, f"{listing.algorithm}:{digest}"))
                else:
                    self._found.remark(path, _FORM)
        for row, path in enumerate(tree.paths) if tree.lists else ():
            if not tree.is_listed(row):
                self._unlisted(path, tag=tag)
        for path, entry in tree.others.items():
            if path not in absent and entry.kind != "folder":
                self._unlisted(path, tag=tag, entry=entry)

    def _unlisted(self, path: str, *, tag: bool, entry: Entry | None = None) -> None:
        """Judge what no list names: junk is a notice anywhere, other things only outside the payload."""
        what = "" if entry is None else f"{entry.kind} {entry.detail}".strip()
        if is_junk(path):
            self._found.remark(path, f"left behind by a system or program {what}".strip())
        elif tag:
            named = bag.manifest_algorithm(path)
            if not named or not named[1]:
                self._found.remark(path, f"not in the tag manifest {what}".strip())
        elif entry is not None and entry.kind == "unreadable":
            self._found.find(Kind.UNREADABLE, path, entry.detail)
        else:
            self._found.find(Kind.UNEXPECTED, path, found=what)

    def _judge_lists(self) -> None:
        """Judge whether the lists say enough, and agree on what there is."""
        if not any(listing.width for listing in self.payload.lists):
            if not any(path.startswith("manifest-") for path in self._found.paths()) and not self.payload.lists:
                self._found.find(Kind.MISSING, "manifest-*.txt", "there is no payload manifest")
            files = f"{len(self.payload.sizes)} payload files"
            self._found.cannot_judge("data", f"no manifest that can be used: nothing says what the {files} must be")
        if not any(listing.width for listing in self.tags.lists):
            self._found.cannot_judge("tagmanifest-*.txt", "no tag manifest: nothing vouches for the other lists")
        for tree in (self.payload, self.tags):
            for listing in tree.lists:
                rows = (row for row in range(len(tree.sizes)) if not listing.listed[row])
                lacks = [tree.paths[row] for row in rows if _must_list(tree, row, tag=tree is self.tags)]
                self._incomplete(listing.name, lacks)

    def _incomplete(self, name: str, lacks: list[str]) -> None:
        """Note a manifest that does not list what it must: an error from version 1.0 on (RFC 8493 2.1.3, 2.2.1)."""
        if not lacks:
            return
        detail = f"it does not list {some(lacks)}"
        if self.declared.version >= (1, 0):
            self._found.find(Kind.DAMAGED, name, detail)
        else:
            self._found.remark(name, detail)

    def _read_fetch(self) -> None:
        """Say that files were left out of the bag, and judge the paths that fetch.txt gives."""
        if "fetch.txt" not in self.tags.rows:
            return
        self._found.remark("fetch.txt", "it names files to be fetched; nothing is fetched here")
        try:
            lines = bag.read_lines(self._root / "fetch.txt", self.declared.encoding)
            parsed = bag.parse_fetch(lines, version=self.declared.version)
            problems = [f"line {line.number}: {line.problem}" for line in parsed if line.problem]
        except OSError as error:
            self._found.find(Kind.UNREADABLE, "fetch.txt", reason(error))
            return
        if problems:
            self._found.find(Kind.DAMAGED, "fetch.txt", some(problems))


def _absent(tree: Tree, path: str, expected: str) -> Finding:
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


def _must_list(tree: Tree, row: int, *, tag: bool) -> bool:
    """Tell whether every list must name it: a payload file that one lists, and beside the payload its manifests."""
    named = bag.manifest_algorithm(tree.paths[row])
    return (named is not None and not named[1]) if tag else tree.is_listed(row)


def _nfc(path: str) -> str:
    return unicodedata.normalize("NFC", path)
