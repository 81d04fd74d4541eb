"""Hold every file of a received batch against `manifest-sha256.txt`: all bytes are read, all names are compared."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.bag import parse_manifest, read_lines
from pipeline.errors import UsageError
from pipeline.filenames import is_junk
from pipeline.files import Entry, digest_file, sha256_file, walk_tree
from pipeline.messages import Sentence, marked, sentence
from pipeline.transfer.manifest import LIST_NAME, text_of_list

Progress = Callable[[int, int], None]
MISSING = marked("{path} is missing")
_CHANGED = marked("{path} is damaged or was changed: its SHA-256 is not that of manifest-sha256.txt")
_UNEXPECTED = marked("{path} is not named by manifest-sha256.txt")
_RENAMED = marked("{path} is missing; the same content lies at {found}")


@dataclass(slots=True)
class Files:
    """What stands in the folder of a batch.

    Attributes:
        digests: Path -> SHA-256 of what was read.
        wrong: Path -> what is wrong with the file, or that it is missing.
        unread: Path -> why it could not be read.
        names: Path as the list has it -> as the file system has it.
    """

    root: Path
    seal: str = ""
    digests: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, Sentence] = field(default_factory=dict)
    unread: dict[str, Sentence] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)

    def path(self, listed: str) -> Path:
        """Give the place of a file or folder, whichever form of Unicode the system keeps names in."""
        return self.root / self.names.get(listed, listed)


def read_files(root: Path, progress: Progress | None = None) -> Files:
    """Read everything; what is wrong is kept, not raised."""
    files = Files(root)
    listed = _listed(files)
    there = _there(files)
    total = sum(files.sizes.values())
    done = [0]

    def seen(size_bytes: int) -> None:
        done[0] += size_bytes
        if progress:
            progress(done[0], total)

    for path in there:
        _read(files, path, seen)
    _compare(files, listed, there)
    return files


def _listed(files: Files) -> dict[str, str]:
    """Read the list; where it lacks, nothing is listed."""
    path = files.root / LIST_NAME
    found: dict[str, str] = {}
    try:
        files.seal = sha256_file(path)
        for line in parse_manifest(read_lines(path, "utf-8-sig"), algorithm="sha256", tag=True):
            name = _composed(line.path)
            if line.problem or found.get(name, line.value) != line.value:
                files.problems.append(sentence("manifest-sha256.txt, line {number} cannot be used", number=line.number))
            else:
                found[name] = line.value
        # Written back it must be the same, byte for byte: a blank or a line more is a change of the file too.
        if not files.problems and not _is_own_form(found, files.seal):
            files.problems.append(sentence("manifest-sha256.txt is damaged or was changed: it is not in its own form"))
    except FileNotFoundError:
        files.problems.append(sentence(MISSING, path=LIST_NAME))
    except OSError as error:
        files.unread[LIST_NAME] = _unread(LIST_NAME, error.strerror or str(error))
    return found


def _is_own_form(found: dict[str, str], seal: str) -> bool:
    try:
        return hashlib.sha256(text_of_list(found.items())).hexdigest() == seal
    except UsageError:  # a name that this program never writes
        return False


def _there(files: Files) -> list[str]:
    """Name the regular files; anything else that stands there is told."""
    there = []
    for entry in walk_tree(files.root):
        name = _composed(entry.path)
        files.names[name] = entry.path
        if entry.kind == "file" and is_junk(entry.path):
            files.notes.append(sentence("{path} was left there by a system or a program; it is no part", path=name))
        elif entry.kind == "file" and name != LIST_NAME:
            files.sizes[name] = entry.size_bytes
            there.append(name)
        elif entry.kind not in {"file", "folder"}:
            _strange(files, name, entry)
    return there


def _strange(files: Files, name: str, entry: Entry) -> None:
    if entry.kind == "unreadable":
        files.unread[name] = _unread(name, entry.detail)
    else:
        files.wrong[name] = sentence("{path} is no file but a {kind}", path=name, kind=entry.kind)


def _read(files: Files, path: str, seen: Callable[[int], None]) -> None:
    try:
        files.digests[path] = digest_file(files.path(path), ("sha256",), seen=seen)["sha256"]
    except OSError as error:
        files.unread[path] = _unread(path, error.strerror or str(error))


def _compare(files: Files, listed: dict[str, str], there: list[str]) -> None:
    """Note for each path what is wrong; a file under another name is one finding, not two."""
    strangers = {files.digests[path]: path for path in there if path not in listed and path in files.digests}
    for path, digest in listed.items():
        if path in files.unread or path in files.wrong:
            continue
        if path not in files.sizes:
            other = strangers.pop(digest, "")
            moved = sentence(_RENAMED, path=path, found=other)
            files.wrong[path] = moved if other else sentence(MISSING, path=path)
            if other:
                files.wrong[other] = moved
        elif files.digests.get(path) != digest:
            files.wrong[path] = sentence(_CHANGED, path=path)
    for path in there:
        if path not in listed and path not in files.wrong:
            files.wrong[path] = sentence(_UNEXPECTED, path=path)


def _unread(path: str, why: str) -> Sentence:
    return sentence("{path} could not be read: {reason}", path=path, reason=why)


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def package_of(path: str) -> str:
    """Give the package that a path is, or lies in: the first two of its names."""
    return "/".join(path.split("/", 2)[:2])
