"""The text files of a bag are written as RFC 8493 says and read as they occur."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import bag
from pipeline.errors import UsageError

QUICK = settings(deadline=None, max_examples=60)
PARTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="/\\\0"), min_size=1, max_size=8).filter(
    lambda part: part not in {".", ".."}
)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: "data/" + "/".join(parts))
SHA = "ab" * 32


def make_bag(root: Path, content: dict[str, bytes], algorithms: tuple[str, ...] = ("sha256",)) -> Path:
    """Write a small bag of ours."""
    payload = []
    for path, data in content.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        payload.append((path, len(data), {name: hashlib.new(name, data).hexdigest() for name in algorithms}))
    bag.write_bag_tags(root, payload, [("Source-Organization", "Trung tâm Lưu trữ lịch sử")], algorithms)
    return root


CONTENT = {
    "data/masters/Hồ sơ 01/0001.tif": b"one",
    "data/masters/Hồ sơ 01/0002.tif": b"",
    "data/access/01.pdf": b"three" * 1000,
    "data/a b/ c": b"four",
}


def test_our_bag_validates_in_the_library(tmp_path: Path) -> None:
    """The Library of Congress's own program accepts a bag of ours with two algorithms."""
    make_bag(tmp_path, CONTENT, ("sha256", "sha512"))

    library = bagit.Bag(str(tmp_path))

    assert library.validate()
    assert library.version_info == (1, 0)
    assert library.info["Payload-Oxum"] == "5007.4"
    assert library.info["Bag-Size"] == "5.0 kB"
    assert sorted(library.algorithms) == ["sha256", "sha512"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="LOUD: sha256sum is not installed; not checked with it")
def test_plain_sha256sum_checks_our_bag(tmp_path: Path) -> None:
    """Both lists are checked by the ordinary command, and it notices a changed file."""
    make_bag(tmp_path, CONTENT)
    call = ["sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"]

    assert subprocess.run(call, cwd=tmp_path, check=False, capture_output=True).returncode == 0

    (tmp_path / "data/access/01.pdf").write_bytes(b"other")
    assert subprocess.run(call, cwd=tmp_path, check=False, capture_output=True).returncode == 1


def test_the_files_are_sorted_plain_utf8(tmp_path: Path) -> None:
    """Bytes are those that the RFC describes: sorted, LF, no byte order mark, whatever the order of the call."""
    first = make_bag(tmp_path / "1", CONTENT)
    second = make_bag(tmp_path / "2", dict(reversed(CONTENT.items())))

    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"):
        data = (first / name).read_bytes()
        assert data == (second / name).read_bytes()
        assert b"\r" not in data
        assert not data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\n")
    lines = (first / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == sorted(CONTENT)
    assert (first / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_tag_manifests_list_everything_beside_the_payload(tmp_path: Path) -> None:
    """A README that stands there before is protected too; tag manifests and junk are not listed."""
    (tmp_path / "README.txt").write_bytes(b"How to check")
    (tmp_path / "Thumbs.db").write_bytes(b"junk")
    make_bag(tmp_path, CONTENT)

    lines = (tmp_path / "tagmanifest-sha256.txt").read_text().splitlines()

    assert [line.split("  ")[1] for line in lines] == ["README.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt"]


@pytest.mark.parametrize(
    "path", ["a", "data/../a", "/data/a", "data//a", "data/./a", "data/a\0", "data/\udcff", "data/"]
)
def test_paths_out_of_scope_are_refused(tmp_path: Path, path: str) -> None:
    """A path outside data/, or not in its plain form, or not Unicode, writes nothing."""
    with pytest.raises(UsageError):
        bag.write_bag_tags(tmp_path, [(path, 1, {"sha256": SHA})], [])

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("digests", [{}, {"sha256": "xy"}, {"md5": "ab" * 16}, {"sha256": SHA.upper()}])
def test_digests_must_be_there_and_proper(tmp_path: Path, digests: dict[str, str]) -> None:
    """An entry without the digest asked for is a wrong call."""
    with pytest.raises(UsageError):
        bag.write_bag_tags(tmp_path, [("data/a", 1, digests)], [])


def test_a_path_listed_twice_is_refused(tmp_path: Path) -> None:
    """The same file cannot be packed twice, and no manifest is left behind."""
    with pytest.raises(UsageError, match="twice"):
        bag.write_bag_tags(tmp_path, [("data/a", 1, {"sha256": SHA})] * 2, [])

    assert not list(tmp_path.iterdir())


@QUICK
@given(PATHS)
def test_a_manifest_line_comes_back(path: str) -> None:
    """Whatever the name, line ends and percent signs included, reading gives what was written."""
    line = bag.format_line(path, SHA).decode()

    (parsed,) = bag.parse_manifest([line.removesuffix("\n")], algorithm="sha256", tag=False)

    assert line.count("\n") == 1
    assert "\r" not in line
    assert (parsed.path, parsed.value, parsed.problem) == (path, SHA, "")


@QUICK
@given(st.lists(PATHS, unique=True, min_size=1, max_size=5))
def test_a_manifest_file_comes_back(tmp_path_factory: pytest.TempPathFactory, paths: list[str]) -> None:
    """A whole manifest read from disk gives the paths in order, odd letters that end lines elsewhere included."""
    root = tmp_path_factory.mktemp("bag")
    bag.write_bag_tags(root, [(path, 1, {"sha256": SHA}) for path in paths], [])

    lines = bag.read_lines(root / "manifest-sha256.txt", "utf-8-sig")
    parsed = [line.path for line in bag.parse_manifest(lines, algorithm="sha256", tag=False)]

    assert parsed == sorted(paths, key=str.encode)


@pytest.mark.parametrize(
    "line", ["{} data/a", "{}  data/a", "{} *data/a", "{}\tdata/a", "{}   ./data/a", " {}  data//a"]
)
def test_other_writers_lines_are_understood(line: str) -> None:
    """One blank or more, a tab, the star of md5sum and a leading ./ are all accepted; digests in capitals too."""
    (parsed,) = bag.parse_manifest([line.format(SHA.upper())], algorithm="sha256", tag=False)

    assert (parsed.path, parsed.value) == ("data/a", SHA)


@pytest.mark.parametrize(
    "line",
    ["data/a", SHA, SHA[1:] + "  data/a", SHA + "  ../a", SHA + "  bagit.txt", SHA + "  ~/a", "zz" * 32 + "  data/a"],
)
def test_bad_lines_are_problems_not_exceptions(line: str) -> None:
    """A line that cannot be used is given back with its number, and the next one is read."""
    bad, good = bag.parse_manifest([line, f"{SHA}  data/b"], algorithm="sha256", tag=False)

    assert bad.problem
    assert (bad.number, bad.path) == (1, "")
    assert (good.number, good.path) == (2, "data/b")


def test_escapes_follow_the_version() -> None:
    """Version 1.0 escapes the percent sign, the drafts did not."""
    new, old = (
        next(iter(bag.parse_manifest([f"{SHA}  data/%25%0a%7E"], algorithm="sha256", tag=False, version=version)))
        for version in ((1, 0), (0, 97))
    )

    assert new.path == "data/%\n%7E"
    assert old.path == "data/%25\n%7E"


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_declared_encodings_and_line_ends_are_read(tmp_path: Path, encoding: str, end: str) -> None:
    """A name with accents is read in each encoding and with each line end."""
    declared = bag.parse_declaration(f"BagIt-Version: 0.97{end}Tag-File-Character-Encoding: {encoding}".encode())
    (tmp_path / "manifest-sha256.txt").write_bytes(f"{SHA}  data/é{end}{SHA}  data/b{end}".encode(encoding))

    lines = list(bag.read_lines(tmp_path / "manifest-sha256.txt", declared.encoding))

    assert declared.problem == ""
    assert lines == [f"{SHA}  data/é", f"{SHA}  data/b"]


def test_utf16_without_a_mark_is_big_endian(tmp_path: Path) -> None:
    """RFC 2781 decides where a byte order mark is missing."""
    (tmp_path / "a").write_bytes("é\n".encode("utf-16-be"))

    assert list(bag.read_lines(tmp_path / "a", "utf-16")) == ["é"]


@pytest.mark.parametrize(
    ("data", "version", "bad"),
    [
        (b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", (1, 0), False),
        (b"BagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-8", (0, 97), False),
        (b"BagIt-Version :  0.97 \nTag-File-Character-Encoding : UTF-8\n", (0, 97), False),
        (b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n", (1, 0), True),
        (b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", (1, 0), True),
        (b"BagIt-Version: 7.0\nTag-File-Character-Encoding: UTF-8\n", (1, 0), True),
        (b"BagIt-Version: 1.0\nTag-File-Character-Encoding: base64\n", (1, 0), True),
        (b"BagIt-Version: 1.0\n", (1, 0), True),
        (b"", (1, 0), True),
    ],
)
def test_the_declaration_is_judged(data: bytes, version: tuple[int, int], bad: bool) -> None:
    """Version and encoding are read; what the RFC forbids is named."""
    declared = bag.parse_declaration(data)

    assert declared.version == version
    assert bool(declared.problem) is bad


def test_bag_info_keeps_repeated_labels_and_continued_lines() -> None:
    """Order and repetition count, and a value may go on over several lines."""
    text = ["Contact-Name: A", "External-Description: first", "\t second: part", "Contact-Name :  B", "rubbish", ""]

    info, problems = bag.parse_info(text)

    assert info == (("Contact-Name", "A"), ("External-Description", "first\nsecond: part"), ("Contact-Name", "B"))
    assert problems == ("line 5 is neither a label nor a continuation",)


VALUES = st.lists(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")).map(str.strip), min_size=1
)


@QUICK
@given(st.lists(st.tuples(st.from_regex(r"[A-Z][a-z-]{0,9}[a-z]", fullmatch=True), VALUES.map("\n".join)), max_size=5))
def test_bag_info_comes_back(info: list[tuple[str, str]]) -> None:
    """What is written to bag-info.txt is read again, however long the values."""
    parsed, problems = bag.parse_info(bag.format_info(info).decode().split("\n"))

    assert parsed == tuple(info)
    assert problems == ()


@pytest.mark.parametrize("label", ["", "a:b", "a\nb", " a", "a "])
def test_impossible_labels_are_refused(label: str) -> None:
    """A label that would be read as something else is a wrong call."""
    with pytest.raises(UsageError):
        bag.format_info([(label, "x")])


def test_fetch_lines_are_read_and_scoped() -> None:
    """Address and path are given back; a path that leads out of the bag is a problem."""
    lines = ["https://example.org/a%20b - data/a b", "https://example.org/c 12 ../c", "https://example.org/d 1 ~/d"]

    good, *bad = bag.parse_fetch(lines)

    assert (good.path, good.value) == ("data/a b", "https://example.org/a%20b")
    assert all(line.problem for line in bad)
