"""Turn the text files of a BagIt bag into values and back (RFC 8493, version 1.0; drafts 0.93 to 0.97 are read).

Written: UTF-8 without byte order mark, LF, sorted by path. Read: UTF-8, UTF-16 and ISO-8859-1, any line end.
What is wrong with a file read is given back as sentences; only a call with wrong values raises.
"""

import codecs
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.filenames import is_junk, safe_relative
from pipeline.files import digest_file, open_regular, replacing, walk_tree, write_atomic

# Algorithm as it stands in a manifest's name -> name in hashlib, hexadecimal digits.
ALGORITHMS = {
    "md5": ("md5", 32),
    "sha1": ("sha1", 40),
    "sha224": ("sha224", 56),
    "sha256": ("sha256", 64),
    "sha384": ("sha384", 96),
    "sha512": ("sha512", 128),
    "sha3256": ("sha3_256", 64),
    "sha3512": ("sha3_512", 128),
}
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
VERSIONS = ((0, 93), (0, 94), (0, 95), (0, 96), (0, 97), (1, 0))

_MANIFEST_NAME = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]+)\.txt")
_MANIFEST_LINE = re.compile(r"[ \t]*([0-9A-Fa-f]+)[ \t]+\*?(.+)")
_FETCH_LINE = re.compile(r"(\S+)[ \t]+([0-9]+|-)[ \t]+(.+)")
_STRICT = re.compile(rb"BagIt-Version: ([0-9]+)\.([0-9]+)(?:\r\n?|\n)Tag-File-Character-Encoding: ([!-~]+)\s*")
_LENIENT = re.compile(
    rb"BagIt-Version[ \t]*:[ \t]*([0-9]+)\.([0-9]+)[ \t]*[\r\n]+"
    rb"Tag-File-Character-Encoding[ \t]*:[ \t]*([!-~]+)\s*"
)
_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "ascii": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-be": "utf-16-be",
    "utf-16-le": "utf-16-le",
    "iso8859-1": "iso8859-1",
}
_OXUM = re.compile(r"([0-9]+)\.([0-9]+)")


class Declaration(NamedTuple):
    """What bagit.txt says; where it cannot be used, `problem` says why and the other values are assumptions."""

    version: tuple[int, int] = (1, 0)
    encoding: str = "utf-8-sig"
    problem: str = ""


class Line(NamedTuple):
    """One line of a manifest or of fetch.txt.

    Attributes:
        number: From 1.
        path: Decoded and safe; empty where there is a problem.
        literal: The path as it stands in the file.
        value: The digest in lower case, or for fetch.txt the address.
    """

    number: int
    path: str
    literal: str
    value: str
    problem: str = ""


def parse_declaration(data: bytes) -> Declaration:
    """Read bagit.txt (RFC 8493 2.1.1); from version 1.0 on no blank more or less than the RFC's is accepted."""
    match = _STRICT.fullmatch(data) or _LENIENT.fullmatch(data)
    if not match:
        return Declaration(problem="it is not of the form that BagIt prescribes")
    version = int(match[1]), int(match[2])
    if version not in VERSIONS:
        return Declaration(problem=f"the BagIt version {match[1].decode()}.{match[2].decode()} is not known")
    encoding = _encoding(match[3].decode("ascii"))
    if not encoding:
        return Declaration(version, problem=f"the character encoding {match[3].decode('ascii')} is not known")
    if version >= (1, 0) and not _STRICT.fullmatch(data):
        return Declaration(version, encoding, "it has blanks where BagIt 1.0 allows none")
    return Declaration(version, encoding)


def read_lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield the lines of a tag file without their ends; bytes that the encoding does not know never stop it."""
    descriptor = open_regular(path)
    # Without a byte order mark UTF-16 is big-endian (RFC 2781 4.3); Python would take this machine's order.
    if encoding == "utf-16":
        encoding = "utf-16" if os.read(descriptor, 2) in {codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE} else "utf-16-be"
        os.lseek(descriptor, 0, os.SEEK_SET)
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    with io.open(descriptor, encoding=encoding, errors=errors) as file:  # noqa: UP020  takes the descriptor over
        for line in file:
            yield line.rstrip("\n")


def manifest_algorithm(name: str) -> tuple[str, bool] | None:
    """Give algorithm and "is a tag manifest" from a manifest's file name; None for other files."""
    match = _MANIFEST_NAME.fullmatch(name)
    return (re.sub(r"[_-]", "", match[2]).lower(), bool(match[1])) if match else None


def parse_manifest(
    lines: Iterable[str], *, algorithm: str, tag: bool, version: tuple[int, int] = (1, 0)
) -> Iterator[Line]:
    """Read a manifest line by line (RFC 8493 2.1.3): `<hex>  <path>`, also with one blank or the `*` of md5sum."""
    digits = ALGORITHMS.get(algorithm, ("", 0))[1]
    for number, line in enumerate(lines, start=1):
        match = _MANIFEST_LINE.fullmatch(line)
        if match and (not digits or len(match[1]) == digits):
            yield _scoped(number, match[2], match[1].lower(), payload=not tag, version=version)
        elif match:
            yield Line(number, "", match[2], "", f"the digest has {len(match[1])} digits, not {digits}")
        elif line.strip():
            yield Line(number, "", line, "", "it is not a digest and a path")


def parse_fetch(lines: Iterable[str], *, version: tuple[int, int] = (1, 0)) -> Iterator[Line]:
    """Read fetch.txt (RFC 8493 2.2.3): address, length and path of files that were left out."""
    for number, line in enumerate(lines, start=1):
        match = _FETCH_LINE.fullmatch(line)
        if match:
            yield _scoped(number, match[3], match[1], payload=True, version=version)
        elif line.strip():
            yield Line(number, "", line, "", "it is not an address, a length and a path")


def parse_info(lines: Iterable[str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Read bag-info.txt (RFC 8493 2.2.2): labels with values in order, and sentences on lines that fit nowhere."""
    pairs: list[tuple[str, list[str]]] = []
    problems = []
    for number, line in enumerate(lines, start=1):
        label, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and pairs:
            pairs[-1][1].append(line.strip())
        elif colon and label.strip():
            pairs.append((label.strip(), [value.strip()]))
        elif line.strip():
            problems.append(f"line {number} is neither a label nor a continuation")
    return tuple((label, "\n".join(value)) for label, value in pairs), tuple(problems)


def parse_oxum(value: str) -> tuple[int, int] | None:
    """Read Payload-Oxum: bytes and number of files; None where it is not of that form."""
    match = _OXUM.fullmatch(value)
    return (int(match[1]), int(match[2])) if match else None


def format_info(info: Iterable[tuple[str, str]]) -> bytes:
    """Write bag-info.txt; a line end in a value becomes a continuation line, blanks around lines are lost.

    Raises:
        UsageError: A label is empty, or holds a colon, a line end or blanks around it.
    """
    lines = []
    for label, value in info:
        if not label or label != label.strip() or re.search(r"[:\r\n]", label):
            raise UsageError("{label!r} cannot be a label in bag-info.txt.", label=label)
        first, *more = (part.strip() for part in re.split(r"\r\n?|\n", value))
        lines.append(f"{label}: {first}\n" + "".join(f"  {part}\n" for part in more))
    return "".join(lines).encode()


def format_line(path: str, digest: str) -> bytes:
    """Write one line of a manifest; only %, CR and LF are escaped (RFC 8493 2.1.3).

    Raises:
        UsageError: The path is not safe and plain, or its name is not Unicode.
    """
    if safe_relative(path) != path or path[0] in " \t*":
        raise UsageError("The path {path!r} is not in its plain form.", path=path)
    escaped = path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    try:
        return f"{digest}  {escaped}\n".encode()
    except UnicodeEncodeError as error:
        raise UsageError("The path {path!r} is not Unicode.", path=path) from error


def write_bag_tags(
    root: Path,
    payload: Iterable[tuple[str, int, Mapping[str, str]]],
    info: Sequence[tuple[str, str]],
    algorithms: Sequence[str] = ("sha256",),
) -> None:
    """Write bagit.txt, bag-info.txt, manifests and tag manifests for a `data/` already in place.

    The tag manifests list every other file that stands beside `data/` at that time (README.txt and the like).

    Args:
        root: The bag's folder.
        payload: Path from `data/` on, size in bytes, and hexadecimal digest for each algorithm; in any order.
        info: Labels and values for bag-info.txt; Bag-Size and Payload-Oxum are added.
        algorithms: Keys of `ALGORITHMS`.

    Raises:
        UsageError: A path is out of scope or listed twice, or a digest is missing or malformed.
    """
    entries, size_bytes = _pack(payload, algorithms)
    for place, algorithm in enumerate(algorithms):
        _write_manifest(root / f"manifest-{algorithm}.txt", entries, algorithms, place)
    sizes = (("Bag-Size", _readable(size_bytes)), ("Payload-Oxum", f"{size_bytes}.{len(entries)}"))
    write_atomic(root / "bag-info.txt", format_info([*info, *sizes]))
    write_atomic(root / "bagit.txt", DECLARATION)
    tags = _digest_tags(root, algorithms)
    for algorithm in algorithms:
        lines = (format_line(path, digests[ALGORITHMS[algorithm][0]]) for path, digests in tags)
        write_atomic(root / f"tagmanifest-{algorithm}.txt", b"".join(lines))


def _pack(payload: Iterable[tuple[str, int, Mapping[str, str]]], algorithms: Sequence[str]) -> tuple[list[bytes], int]:
    """Sort a million entries in little memory: path, NUL and raw digests in one bytes object each."""
    entries, total_bytes = [], 0
    for path, size_bytes, digests in payload:
        if not path.startswith("data/"):
            raise UsageError("The path {path!r} does not lie in data/.", path=path)
        raw = b"".join(_raw(path, name, digests.get(name, "")) for name in algorithms)
        # The line is made here only to refuse a bad path before anything is written.
        format_line(path, "")
        entries.append(path.encode() + b"\0" + raw)
        total_bytes += size_bytes
    entries.sort()
    return entries, total_bytes


def _raw(path: str, algorithm: str, digest: str) -> bytes:
    if algorithm not in ALGORITHMS or not re.fullmatch(f"[0-9a-f]{{{ALGORITHMS[algorithm][1]}}}", digest):
        raise UsageError("{path!r} has no proper {algorithm} digest.", path=path, algorithm=algorithm)
    return bytes.fromhex(digest)


def _write_manifest(target: Path, entries: Sequence[bytes], algorithms: Sequence[str], place: int) -> None:
    start = sum(ALGORITHMS[name][1] // 2 for name in algorithms[:place])
    length = ALGORITHMS[algorithms[place]][1] // 2
    before = b""
    with (
        replacing(target) as descriptor,
        io.FileIO(descriptor, "w", closefd=False) as raw,
        io.BufferedWriter(raw) as out,
    ):
        for entry in entries:
            path, _, digests = entry.partition(b"\0")
            if path == before:
                raise UsageError("The path {path!r} is listed twice.", path=path.decode())
            out.write(format_line(path.decode(), digests[start : start + length].hex()))
            before = path


def _digest_tags(root: Path, algorithms: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Digest every file beside `data/` but the tag manifests themselves, sorted by path."""
    tags = []
    for entry in walk_tree(root, leave_out={"data"}):
        named = manifest_algorithm(entry.path)
        if entry.kind == "folder" or (named and named[1]) or is_junk(entry.path):
            continue
        if entry.kind != "file":
            raise UsageError("{path!r} beside data/ is no file: {why}", path=entry.path, why=entry.detail or entry.kind)
        names = [ALGORITHMS[name][0] for name in algorithms]
        tags.append((entry.path, digest_file(root / entry.path, names)))
    return sorted(tags, key=lambda tag: tag[0].encode(errors="surrogateescape"))


def _readable(size_bytes: int) -> str:
    """Write a size for people, in decimal units as RFC 8493 does ("260 GB")."""
    value, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{size_bytes} B" if unit == "B" else f"{value:.1f} {unit}"


def _encoding(name: str) -> str:
    try:
        return _ENCODINGS.get(codecs.lookup(name).name, "")
    except LookupError:
        return ""


def _scoped(number: int, literal: str, value: str, *, payload: bool, version: tuple[int, int]) -> Line:
    """Decode a path and keep it only where it stays in its part of the bag."""
    path = literal
    if "%" in path:
        codes = "0A|0D|25" if version >= (1, 0) else "0A|0D"
        path = re.sub(f"%({codes})", lambda found: chr(int(found[1], 16)), path, flags=re.IGNORECASE)
    try:
        path = safe_relative(path)
    except UsageError as error:
        return Line(number, "", literal, "", str(error).rstrip("."))
    if path.startswith("data/") is not payload:
        return Line(number, "", literal, "", f"the path {literal!r} does not belong there")
    return Line(number, path, literal, value)
