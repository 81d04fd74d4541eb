"""A sealed set's own lists of digests: what of the set is read for a transfer is held against them."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path

from pipeline.bag import ALGORITHMS, parse_manifest, read_lines
from pipeline.errors import BatchStopped, NoVerdict
from pipeline.files import digest_file, sha256_file

# Masters and texts, most of a set, are not handed over and need not be remembered.
_KEPT = ("data/access/", "data/aip/")
_KEPT_NAMES = frozenset({"data/batch.json"})


@dataclass(frozen=True, slots=True)
class SetLists:
    """The digests that the set was sealed with.

    Attributes:
        algorithm: As `hashlib` names it.
        digests: Path relative to the set -> digest in lower case.
        seal: SHA-256 of the list of lists.
    """

    root: Path
    algorithm: str
    digests: dict[str, str]
    seal: str

    def digest(self, path: str) -> str:
        """Give the digest that a file was sealed with.

        Raises:
            NoVerdict: The set's lists do not name the file.
        """
        if path not in self.digests:
            raise NoVerdict(
                "the set's lists do not name {path}; check it: sohoa verify {set}", path=path, set=self.root
            )
        return self.digests[path]

    def sha256(self, path: str) -> str:
        """Give the SHA-256 of a file as it was sealed; it is read only where the set's lists have another algorithm."""
        listed = self.digest(path)
        if self.algorithm == "sha256":
            return listed
        found = digest_file(self.root / path, (self.algorithm, "sha256"))
        self.compare(path, found[self.algorithm])
        return found["sha256"]

    def look_up(self, paths: Container[str]) -> None:
        """Read the list once more for files that are remembered only when they are asked for."""
        self.digests.update(_digests(self.root, self.algorithm, paths.__contains__))

    def hold(self, path: str) -> None:
        """Read a file and compare it with the lists.

        Raises:
            BatchStopped: It is not what was sealed.
        """
        self.compare(path, digest_file(self.root / path, (self.algorithm,))[self.algorithm])

    def compare(self, path: str, found: str) -> None:
        """Compare a digest that was computed elsewhere.

        Raises:
            BatchStopped: It is not the one that was sealed.
        """
        if self.digest(path) != found:
            raise damaged(self.root, path)


def damaged(root: Path, path: str) -> BatchStopped:
    """Say that a file of the set is not what was sealed; nothing is handed over from such a set."""
    return BatchStopped(
        "{path} is not what was sealed; nothing is handed over from a damaged set: sohoa verify {set}",
        path=path, set=root,
    )  # fmt: skip


def read_lists(root: Path) -> SetLists:
    """Read the manifest of the payload, held against the list of lists.

    Raises:
        NoVerdict: A list lacks or cannot be read.
        BatchStopped: One is not what was sealed.
    """
    for algorithm in ("sha256", "sha512"):
        tags = root / f"tagmanifest-{algorithm}.txt"
        if tags.is_file():
            return _read(root, tags, algorithm)
    raise NoVerdict("{path} has no list of its lists; check it: sohoa verify {path}", path=root)


def _read(root: Path, tags: Path, algorithm: str) -> SetLists:
    try:
        named = set()
        for line in parse_manifest(read_lines(tags, "utf-8-sig"), algorithm=algorithm, tag=True):
            if line.problem or digest_file(root / line.path, (algorithm,))[algorithm] != line.value:
                raise damaged(root, line.path or tags.name)
            named.add(line.path)
        if f"manifest-{algorithm}.txt" not in named:
            raise damaged(root, tags.name)
        digests = _digests(root, algorithm, _is_kept)
        return SetLists(root, ALGORITHMS[algorithm][0], digests, sha256_file(tags))
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=error.filename, reason=error.strerror) from error


def _digests(root: Path, algorithm: str, is_wanted: Callable[[str], bool]) -> dict[str, str]:
    payload = read_lines(root / f"manifest-{algorithm}.txt", "utf-8-sig")
    lines = parse_manifest(payload, algorithm=algorithm, tag=False)
    return {line.path: line.value for line in lines if is_wanted(line.path)}


def _is_kept(path: str) -> bool:
    return path.startswith(_KEPT) or path in _KEPT_NAMES
