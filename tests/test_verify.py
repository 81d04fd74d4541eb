"""A copy is whole only when every byte was read and agrees; each fault is found under its own class."""

import errno
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import bagit
import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bag import write_bag_tags
from pipeline.cli.exit_codes import combine, exit_codes_help
from pipeline.cli.verify import verify
from pipeline.errors import ExitCode
from pipeline.verify import Kind, Verdict, rows, verify_copy
from pipeline.verify import contents as module

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
SUITE = sorted(path for path in (SHARED / "bagit").glob("v*/*/*") if path.is_dir())
# Bags of the suite's "warning" group that are whole only on a file system that folds case, or before the suite's own
# repository dropped a file: here a listed file is not there, and a missing file is never less than a finding.
MISSING_HERE = {
    "v0.97/warning/duplicate-file-with-different-case": "data/HELLO.txt",
    "v0.97/warning/special-system-files": "data/.DS_Store",
}
A, B, C = "data/masters/Hồ sơ 01/0001.tif", "data/masters/Hồ sơ 01/0002.tif", "data/access/01.pdf"
CONTENT = {A: b"one" * 50, B: b"two" * 70, C: bytes(range(256)) * 40}


def seal(root: Path, content: dict[str, bytes], algorithms: tuple[str, ...] = ("sha256",)) -> Path:
    """Write a bag of ours and give its folder."""
    payload = []
    for path, data in content.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        payload.append((path, len(data), {name: hashlib.new(name, data).hexdigest() for name in algorithms}))
    (root / "data").mkdir(parents=True, exist_ok=True)
    write_bag_tags(root, payload, [("Source-Organization", "Phòng Nội vụ")], algorithms)
    return root


def flip(path: Path, place: int = 0) -> None:
    """Flip one bit, so that the change is never no change."""
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x10
    path.write_bytes(data)


def found(verdict: Verdict) -> set[tuple[str, str]]:
    """Give class and path of every finding."""
    return {(finding.kind.value, finding.path) for finding in verdict.findings}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy that is whole."""
    return seal(tmp_path / "Đợt 1", CONTENT)


@pytest.mark.skipif(not SUITE, reason=f"LOUD: the BagIt conformance suite is not at {SHARED}; nothing is proven by it")
@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.relative_to(SHARED / "bagit").as_posix())
def test_the_conformance_suite_gets_the_right_answer(path: Path) -> None:
    """Valid bags are whole, bags with a warning too, all others have the finding that is wrong with them."""
    name = path.relative_to(SHARED / "bagit").as_posix()
    verdict = verify_copy(path)

    if name in MISSING_HERE:
        assert ("missing", MISSING_HERE[name]) in found(verdict)
        assert not (path / MISSING_HERE[name]).exists()
    elif "/valid/" in name or "/warning/" in name:
        assert verdict.outcome == "whole"
        assert verdict.exit_code is ExitCode.WHOLE
    else:
        assert verdict.exit_code is ExitCode.FINDINGS
        assert WRONG_IN[name.rpartition("/")[2].removesuffix("-for-fetch")](name) in found(verdict)


def _escaping(name: str) -> tuple[str, str]:
    """Give the list that names a path out of its scope."""
    return "damaged", "fetch.txt" if name.endswith("-for-fetch") else "manifest-md5.txt"


# What is wrong with each bag that must be refused -> the finding that says it.
WRONG_IN: dict[str, Callable[[str], tuple[str, str]]] = {
    "baginfo-missing-encoding": lambda _: ("damaged", "bagit.txt"),
    "bagit-with-invalid-whitespace": lambda _: ("damaged", "bagit.txt"),
    "bom-in-bagit.txt": lambda _: ("damaged", "bagit.txt"),
    "corrupt-data-file": lambda _: ("damaged", "data/bare-filename"),
    "corrupt-tag-file": lambda _: ("damaged", "bag-info.txt"),
    "extra-file-in-bag": lambda _: ("unexpected", "data/bar"),
    "invalid-version-number": lambda _: ("damaged", "bagit.txt"),
    "missing-baginfo": lambda _: ("missing", "bag-info.txt"),
    "missing-bagit.txt": lambda _: ("missing", "bagit.txt"),
    "notAllManifestsListAllFiles": lambda _: ("unexpected", "data/missingFromManifest.txt"),
    "same-filename-listed-twice-with-different-hashes": lambda _: ("damaged", "manifest-sha256.txt"),
    "same-filename-listed-twice-with-the-same-hash": lambda _: ("damaged", "manifest-sha256.txt"),
    **{
        f"out-of-scope-file-paths-using-{way}": _escaping
        for way in ("absolute-path", "dot-notation", "shortcut", "shortcut-username", "unc")
    },
}

WATCHED = """
import json, os, sys
from pathlib import Path
from pipeline.verify import verify_copy
touched = []
EVENTS = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.truncate", "os.link",
          "os.symlink", "os.chmod", "os.utime", "shutil.copyfile", "socket.connect", "socket.getaddrinfo"}
for copy in sys.argv[1:]:
    verify_copy(Path(copy))  # what is imported or opened once is not about the copies
sys.addaudithook(lambda event, given: event in EVENTS and touched.append([event, str(given[0]), str(given[1:])]))
answers = [verify_copy(Path(copy)).outcome for copy in sys.argv[1:]]
found = list(touched)
print(json.dumps([found, answers]))
"""


def watch(*copies: Path) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Check copies in a process that notes everything it opens, lists, changes or connects to."""
    process = subprocess.run([sys.executable, "-c", WATCHED, *map(str, copies)], capture_output=True, text=True,
                             check=True, cwd=Path(__file__).parent.parent)  # fmt: skip
    touched, answers = json.loads(process.stdout)
    return touched, answers


def assert_stays_inside(touched: list[tuple[str, str, str]], roots: tuple[Path, ...]) -> None:
    """Nothing was touched but what stands in the copies, and that only to be read."""
    assert touched, "the watch saw nothing, so it shows nothing"
    # Without a path: a descriptor that was opened before, or a library of the system that is loaded by its name.
    paths = [(event, path, how) for event, path, how in touched if not path.isdigit() and path != "None"]
    for event, path, how in paths:
        assert any(Path(os.path.normpath(path)).is_relative_to(root) for root in roots), (event, path)
        assert event in {"open", "os.scandir", "os.listdir"}, (event, path)
        assert "w" not in how.split(",")[0], (event, path, how)


@pytest.mark.skipif(not SUITE, reason=f"LOUD: the BagIt conformance suite is not at {SHARED}; nothing is proven by it")
def test_no_bag_of_the_suite_leads_out_of_its_folder() -> None:
    """Every file that a check opens stands in the bag; nothing is written, nothing fetched."""
    touched, answers = watch(*SUITE)

    assert_stays_inside(touched, tuple(SUITE))
    assert len(answers) == len(SUITE)


@pytest.mark.parametrize("version", ["0.97", "1.0"])
def test_no_path_leads_out_of_the_copy(tmp_path: Path, version: str) -> None:
    """A file outside, named by dots, by its full path, through links or by fetch.txt, is never opened."""
    canary = tmp_path / "canary"
    canary.write_bytes(b"do not read me")
    digest = hashlib.sha256(b"do not read me").hexdigest()
    copy = seal(tmp_path / "copy", {"data/a": b"a"})
    (copy / "data/link").symlink_to(canary)
    (copy / "data/folder").symlink_to(tmp_path)
    ways = ["data/../../canary", "../canary", str(canary), "data/link", "data/folder/canary", "data/./../../canary",
            r"data\..\..\canary", "data/%2e%2e/%2e%2e/canary", "~/canary"]  # fmt: skip
    with (copy / "manifest-sha256.txt").open("a") as manifest:
        manifest.writelines(f"{digest}  {way}\n" for way in ways)
    (copy / "fetch.txt").write_text("".join(f"file://{canary} - {way}\n" for way in ways))
    (copy / "bagit.txt").write_text(f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")

    touched, answers = watch(copy)

    assert_stays_inside(touched, (copy,))
    assert answers == ["findings"]
    assert not any("canary" in path for _, path, _ in touched)


@pytest.mark.parametrize("algorithms", [["sha256"], ["md5"], ["sha1", "sha512"]])
def test_the_librarys_bag_is_whole_here(tmp_path: Path, algorithms: list[str]) -> None:
    """A bag that the Library of Congress's program made is accepted, whatever its algorithms."""
    (tmp_path / "bag" / "Hồ sơ").mkdir(parents=True)
    (tmp_path / "bag" / "Hồ sơ" / "1.tif").write_bytes(b"x" * 1000)
    bagit.make_bag(str(tmp_path / "bag"), {"Contact-Name": "A"}, checksums=algorithms)

    verdict = verify_copy(tmp_path / "bag")

    assert verdict.outcome == "whole"
    assert verdict.notices == ()


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_a_whole_copy_is_whole(copy: Path, jobs: int) -> None:
    """Nothing is found, every byte is counted once, and the seal is the digest of the tag manifest."""
    verdict = verify_copy(copy, jobs=jobs)

    tags = sum((copy / name).stat().st_size for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt"))
    assert (verdict.outcome, verdict.exit_code) == ("whole", ExitCode.WHOLE)
    assert verdict.payload_bytes == sum(map(len, CONTENT.values()))
    assert verdict.bytes_read == verdict.payload_bytes + tags
    assert verdict.files_read == len(CONTENT) + 3
    assert list(verdict.seal.values()) == [hashlib.sha256((copy / "tagmanifest-sha256.txt").read_bytes()).hexdigest()]
    assert bagit.Bag(str(copy)).is_valid()


def replace(path: Path, make: Callable[[Path], object]) -> None:
    """Put something else in a file's place."""
    path.unlink()
    make(path)


FAULTS: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]]]] = {
    "flipped bit": (lambda copy: flip(copy / C, 5000), {("damaged", C)}),
    "truncated": (lambda copy: (copy / C).write_bytes(CONTENT[C][:-1]), {("damaged", C)}),
    "emptied": (lambda copy: (copy / C).write_bytes(b""), {("damaged", C)}),
    "extended": (lambda copy: (copy / C).write_bytes(CONTENT[C] + b"\0"), {("damaged", C)}),
    "swapped": (
        lambda copy: ((copy / A).write_bytes(CONTENT[B]), (copy / B).write_bytes(CONTENT[A])),
        {("moved", A), ("moved", B)},
    ),
    "missing": (lambda copy: (copy / A).unlink(), {("missing", A)}),
    "renamed": (
        lambda copy: (copy / A).rename(copy / "data/x.tif"),
        {("moved", A)},
    ),
    "folder gone": (lambda copy: shutil.rmtree(copy / "data/masters"), {("missing", A), ("missing", B)}),
    "payload gone": (lambda copy: shutil.rmtree(copy / "data"), {("missing", A), ("missing", B), ("missing", C)}),
    "added": (lambda copy: (copy / "data/x").write_bytes(b"x"), {("unexpected", "data/x")}),
    "link added": (lambda copy: (copy / "data/x").symlink_to("/etc"), {("unexpected", "data/x")}),
    "folder in place": (lambda copy: replace(copy / A, Path.mkdir), {("damaged", A)}),
    "link in place": (lambda copy: replace(copy / A, lambda path: path.symlink_to("0002.tif")), {("damaged", A)}),
    "pipe in place": (lambda copy: replace(copy / A, os.mkfifo), {("damaged", A)}),
    "edited info": (lambda copy: flip(copy / "bag-info.txt", 25), {("damaged", "bag-info.txt")}),
    "edited version": (
        lambda copy: (copy / "bagit.txt").write_bytes(b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"),
        {("damaged", "bagit.txt")},
    ),
    "no bagit.txt": (lambda copy: (copy / "bagit.txt").unlink(), {("missing", "bagit.txt")}),
    "no bag-info.txt": (lambda copy: (copy / "bag-info.txt").unlink(), {("missing", "bag-info.txt")}),
    "no manifest": (lambda copy: (copy / "manifest-sha256.txt").unlink(), {("missing", "manifest-sha256.txt")}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_under_its_class(copy: Path, name: str) -> None:
    """Exactly the fault is found, and it is a finding for the exit code."""
    damage, expected = FAULTS[name]
    damage(copy)

    verdict = verify_copy(copy)

    assert found(verdict) == expected
    assert verdict.exit_code is ExitCode.FINDINGS
    assert verdict.outcome == "findings"
    assert sum(verdict.counts.values()) == len(expected)
    if name not in {
        "link added",
        "no bagit.txt",
    }:  # the library takes a link for a folder, and needs bagit.txt to start
        assert not bagit.Bag(str(copy)).is_valid()


def test_a_folder_that_became_a_link_is_not_entered(copy: Path, tmp_path: Path) -> None:
    """Files behind a link are not the copy's own, even where they have the right bytes."""
    (copy / "data/masters").rename(tmp_path / "elsewhere")
    (copy / "data/masters").symlink_to(tmp_path / "elsewhere")

    assert found(verify_copy(copy)) == {("missing", A), ("missing", B), ("unexpected", "data/masters")}


def test_an_edited_manifest_is_caught_and_doubted(copy: Path) -> None:
    """A forged page with a manifest to match is caught by the tag manifest."""
    (copy / A).write_bytes(b"forged")
    listed = (copy / "manifest-sha256.txt").read_text()
    old, new = (hashlib.sha256(data).hexdigest() for data in (CONTENT[A], b"forged"))
    (copy / "manifest-sha256.txt").write_text(listed.replace(old, new))

    verdict = verify_copy(copy)

    assert ("damaged", "manifest-sha256.txt") in found(verdict)
    assert any(notice.path == "manifest-sha256.txt" and "doubt" in notice.detail for notice in verdict.notices)


def test_without_a_tag_manifest_there_is_no_verdict(copy: Path) -> None:
    """Where nothing vouches for the lists, agreement with them proves nothing."""
    (copy / "tagmanifest-sha256.txt").unlink()

    verdict = verify_copy(copy)

    assert verdict.findings == ()
    assert verdict.exit_code is ExitCode.NO_VERDICT
    assert [remark.path for remark in verdict.unjudged] == ["tagmanifest-*.txt"]


def test_without_any_list_the_payload_is_not_judged(copy: Path) -> None:
    """Files that no list names are not called unexpected when there is no list."""
    for path in copy.glob("*manifest*"):
        path.unlink()

    verdict = verify_copy(copy)

    assert found(verdict) == {("missing", "manifest-*.txt")}
    assert [remark.path for remark in verdict.unjudged] == ["data", "tagmanifest-*.txt"]
    assert "3 payload files" in verdict.unjudged[0].detail
    assert not verdict.contents_read


@pytest.mark.parametrize("garbage", [b"", b"\0\xff\xfe" * 1000, b"not a manifest\n", "ộ".encode("utf-16")])
def test_an_unusable_manifest_is_a_finding(copy: Path, garbage: bytes) -> None:
    """Whatever stands in a manifest, the check ends with findings and not with an exception."""
    (copy / "manifest-sha256.txt").write_bytes(garbage)

    verdict = verify_copy(copy)

    assert ("damaged", "manifest-sha256.txt") in found(verdict)
    assert verdict.exit_code is ExitCode.FINDINGS


@pytest.mark.parametrize("given", ["NFC", "NFD"])
def test_a_name_in_another_unicode_form_is_a_notice(tmp_path: Path, given: str) -> None:
    """A copy that went through a Mac is whole, file and folder names alike, and says so."""
    other = {"NFC": "NFD", "NFD": "NFC"}[given]
    content = {unicodedata.normalize(given, path): data for path, data in CONTENT.items()}
    copy = seal(tmp_path / "copy", content)
    shutil.rmtree(copy / "data")
    for path, data in content.items():
        target = copy / unicodedata.normalize(other, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    verdict = verify_copy(copy)

    assert verdict.outcome == "whole"
    assert [notice.path for notice in verdict.notices] == sorted(path for path in content if path != C)

    flip(copy / unicodedata.normalize(other, A))
    assert found(verify_copy(copy)) == {("damaged", unicodedata.normalize(other, unicodedata.normalize(given, A)))}


def test_two_manifests_must_both_agree(tmp_path: Path) -> None:
    """One wrong digest of two is damage, and the finding says which agrees."""
    copy = seal(tmp_path, CONTENT, ("sha256", "sha512"))
    listed = (copy / "manifest-sha512.txt").read_text()
    digest = hashlib.sha512(CONTENT[A]).hexdigest()
    (copy / "manifest-sha512.txt").write_text(listed.replace(digest, "0" * 128))

    verdict = verify_copy(copy)

    assert found(verdict) == {("damaged", A), ("damaged", "manifest-sha512.txt")}
    finding = next(finding for finding in verdict.findings if finding.path == A)
    assert finding.expected == f"sha512:{'0' * 128}"
    assert finding.detail.endswith("sha256 agrees")
    assert verdict.bytes_read < 1.2 * sum(path.stat().st_size for path in copy.rglob("*") if path.is_file())


def test_every_manifest_lists_every_file(tmp_path: Path) -> None:
    """From version 1.0 on a manifest that leaves out a file that another lists is damaged."""
    copy = seal(tmp_path, CONTENT, ("sha256", "sha512"))
    lines = (copy / "manifest-sha512.txt").read_text().splitlines(keepends=True)
    (copy / "manifest-sha512.txt").write_text("".join(lines[1:]))
    digests = {name: hashlib.new(name, (copy / "manifest-sha512.txt").read_bytes()) for name in ("sha256", "sha512")}
    for name, digest in digests.items():
        tags = (copy / f"tagmanifest-{name}.txt").read_text().splitlines()
        tags = [f"{digest.hexdigest()}  manifest-sha512.txt" if "manifest-sha512" in tag else tag for tag in tags]
        (copy / f"tagmanifest-{name}.txt").write_text("\n".join(tags) + "\n")

    verdict = verify_copy(copy)

    assert found(verdict) == {("damaged", "manifest-sha512.txt")}
    assert "does not list" in verdict.findings[0].detail


@pytest.mark.parametrize(("version", "outcome"), [("0.97", "whole"), ("1.0", "findings")])
def test_a_path_listed_twice_is_judged_by_the_version(tmp_path: Path, version: str, outcome: str) -> None:
    """The drafts allowed the same line twice, version 1.0 does not."""
    copy = seal(tmp_path, CONTENT)
    declaration = f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n"
    (copy / "bagit.txt").write_text(declaration)
    with (copy / "manifest-sha256.txt").open("a") as manifest:
        manifest.write(f"{hashlib.sha256(CONTENT[A]).hexdigest()}  {A}\n")
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    tags = [f"{hashlib.sha256((copy / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (copy / "tagmanifest-sha256.txt").write_text("".join(tags))

    verdict = verify_copy(copy)

    assert verdict.outcome == outcome
    told = [item.detail for item in (*verdict.findings, *verdict.notices)]
    assert any("twice" in detail for detail in told)


def test_an_oxum_that_contradicts_the_manifest_is_a_finding(copy: Path) -> None:
    """Totals that disagree with the lists are found even where every digest agrees."""
    for oxum in ("1.3", f"{sum(map(len, CONTENT.values()))}.4", "rubbish"):
        (copy / "bag-info.txt").write_text(f"Payload-Oxum: {oxum}\n")
        digest = hashlib.sha256((copy / "bag-info.txt").read_bytes()).hexdigest()
        tags = (copy / "tagmanifest-sha256.txt").read_text().splitlines()
        (copy / "tagmanifest-sha256.txt").write_text(
            "".join(f"{digest}  bag-info.txt\n" if "bag-info" in tag else f"{tag}\n" for tag in tags)
        )

        verdict = verify_copy(copy)

        assert found(verdict) == {("damaged", "bag-info.txt")}
        assert "Payload-Oxum" in verdict.findings[0].detail


def test_junk_and_unlisted_tag_files_are_notices(copy: Path) -> None:
    """What systems leave behind, and the copy's own history beside the payload, do no harm and are named."""
    (copy / "data/Thumbs.db").write_bytes(b"x")
    (copy / "history").mkdir()
    (copy / "history/0001.json").write_bytes(b"{}")
    (copy / "fetch.txt").write_text("https://example.org/x - data/access/01.pdf\n")

    verdict = verify_copy(copy)

    assert verdict.outcome == "whole"
    assert {notice.path for notice in verdict.notices} == {"data/Thumbs.db", "history/0001.json", "fetch.txt"}


@pytest.mark.parametrize("make", [Path, Path.mkdir, Path.touch, lambda path: path.symlink_to("nowhere")])
def test_no_folder_is_a_medium_that_is_absent(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """A copy that is not there, is a bare mount point or no folder at all, gives no verdict."""
    make(tmp_path / "copy")

    verdict = verify_copy(tmp_path / "copy")

    assert found(verdict) == {("medium-absent", ".")}
    assert verdict.exit_code is ExitCode.NO_VERDICT


def test_a_medium_that_goes_away_is_one_finding(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is pulled, the check ends with one cause and not with a line for each file."""
    digest_file = module.digest_file
    tried: list[str] = []

    def unplug(path: Path | str, *args: object, **kwargs: object) -> dict[str, str]:
        tried.append(Path(path).name)
        if str(path).endswith(".pdf"):
            copy.rename(tmp_path / "pulled")
            raise OSError(errno.EIO, "Input/output error")
        return digest_file(path, *args, **kwargs)

    monkeypatch.setattr(module, "digest_file", unplug)
    verdict = verify_copy(copy, jobs=1)

    assert found(verdict) == {("medium-absent", ".")}
    assert tried[-1] == "01.pdf"
    assert verdict.exit_code is ExitCode.NO_VERDICT
    assert not verdict.contents_read


def test_a_read_error_is_unreadable_and_the_rest_is_read(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad sector is neither good nor changed; damage elsewhere decides the exit code."""
    digest_file = module.digest_file

    def fail(path: Path | str, *args: object, **kwargs: object) -> dict[str, str]:
        if str(path).endswith("0001.tif"):
            raise OSError(errno.EIO, "Input/output error")
        return digest_file(path, *args, **kwargs)

    monkeypatch.setattr(module, "digest_file", fail)
    verdict = verify_copy(copy)
    assert found(verdict) == {("unreadable", A)}
    assert (verdict.exit_code, verdict.outcome) == (ExitCode.NO_VERDICT, "no-verdict")

    flip(copy / C)
    verdict = verify_copy(copy)
    assert found(verdict) == {("unreadable", A), ("damaged", C)}
    assert verdict.exit_code is ExitCode.FINDINGS


def test_a_mismatch_that_does_not_repeat_is_told(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second read past the cache that agrees points to cable or memory, and is said."""
    digest_file = module.digest_file
    ways: list[bool] = []

    def flaky(path: str | Path, wanted: dict[str, str], *, past_cache: bool, **kwargs: object) -> dict[str, str]:
        if str(path).endswith(".pdf"):
            ways.append(past_cache)
        true = digest_file(path, wanted, past_cache=past_cache, **kwargs)
        return dict.fromkeys(true, "0" * 64) if str(path).endswith(".pdf") and not past_cache else true

    monkeypatch.setattr(module, "digest_file", flaky)
    (finding,) = verify_copy(copy).findings

    assert (finding.kind, finding.path, finding.repeated) == (Kind.DAMAGED, C, False)
    assert "agreed" in finding.detail
    assert ways == [False, True]


def test_damage_on_the_medium_repeats(copy: Path) -> None:
    """Expected and found digests are those of the file, and the second read gave the same."""
    flip(copy / C)

    (finding,) = verify_copy(copy).findings

    assert finding.repeated is True
    assert finding.expected == "sha256:" + hashlib.sha256(CONTENT[C]).hexdigest()
    assert finding.found == "sha256:" + hashlib.sha256((copy / C).read_bytes()).hexdigest()


UNREADABLE = """
import json, sys
from pathlib import Path
from pipeline.verify import verify_copy
print(json.dumps(verify_copy(Path(sys.argv[1])).to_json()))
"""


@pytest.mark.parametrize("what", ["file", "folder", "manifest"])
def test_what_may_not_be_read_is_unreadable(what: str) -> None:
    """A user without permission gets "unreadable" for file, folder and list, never "missing" or "whole"."""
    # pytest's own folders are closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        copy = seal(Path(folder) / "copy", CONTENT)
        target = {"file": copy / A, "folder": (copy / A).parent, "manifest": copy / "manifest-sha256.txt"}[what]
        target.chmod(0)
        call = [sys.executable, "-c", UNREADABLE, str(copy)]
        if os.geteuid() == 0:
            call = ["setpriv", "--reuid", "65534", "--clear-groups", *call]
        try:
            process = subprocess.run(
                call, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent
            )
        except FileNotFoundError:
            pytest.skip("LOUD: running as root without setpriv; real permissions are not tested")
        finally:
            target.chmod(0o755)
    if process.returncode and "ModuleNotFoundError" in process.stderr + process.stdout:
        pytest.skip(f"LOUD: another user cannot read this program; real permissions are not tested: {process.stderr}")
    if process.returncode in {126, 127}:
        pytest.skip(f"LOUD: no other user could be taken on; real permissions are not tested: {process.stderr}")
    assert process.returncode == 0, process.stderr

    result = json.loads(process.stdout)
    found_here = {(finding["kind"], finding["path"]) for finding in result["findings"]}
    folder_path = str(Path(A).parent)
    expected = {
        "file": {("unreadable", A)},
        "folder": {("unreadable", A), ("unreadable", B), ("unreadable", folder_path)},
        "manifest": {("unreadable", "manifest-sha256.txt")},
    }[what]
    assert found_here == expected
    assert result["exit_code"] == 3
    assert result["outcome"] == "no-verdict"


def test_a_quick_check_never_says_whole(copy: Path) -> None:
    """A flipped bit is not seen by a quick check, which says in text and JSON that contents were not read."""
    flip(copy / C)

    verdict = verify_copy(copy, quick=True)
    result = CliRunner().invoke(verify, ["--quick", str(copy)])

    assert verdict.findings == ()
    assert verdict.outcome == "contents-not-read"
    assert verdict.to_json()["covered"]["contents"] is False
    assert "contents were not read" in verdict.covered
    for text in (result.output, json.dumps(verdict.to_json())):
        assert "whole" not in text.lower()
        assert "nguyên vẹn" not in text.lower()
    assert result.exit_code == 0
    assert verdict.bytes_read < verdict.payload_bytes


QUICK_FAULTS = {
    "truncated": {("damaged", "data")},
    "extended": {("damaged", "data")},
    "missing": {("missing", A)},
    "added": {("unexpected", "data/x")},
    "edited info": {("damaged", "bag-info.txt")},
    "no manifest": {("missing", "manifest-sha256.txt")},
}


@pytest.mark.parametrize("name", QUICK_FAULTS)
def test_a_quick_check_finds_names_sizes_and_tag_files(copy: Path, name: str) -> None:
    """Presence, total size and the lists are checked without reading the payload."""
    FAULTS[name][0](copy)

    verdict = verify_copy(copy, quick=True)

    assert found(verdict) == QUICK_FAULTS[name]
    assert verdict.exit_code is ExitCode.FINDINGS


NAMES = [f"data/{folder}{name}" for folder in ("", "Hồ sơ 1/", "b/c/") for name in ("1.tif", "Đ %25.tif", "x\ny")]
DAMAGES = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from(["flip", "cut", "grow", "remove", "folder", "link", "pipe"]), max_size=5
)


@settings(deadline=None, max_examples=40)
@given(
    sizes=st.fixed_dictionaries({name: st.integers(1, 3000) for name in NAMES}),
    damages=DAMAGES,
    added=st.sets(st.sampled_from(["data/new", "data/Hồ sơ 1/new.tif", "data/d/e/new"])),
    seed=st.integers(0, 10**6),
)
def test_random_damage_is_found_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: dict[str, int],
    damages: dict[str, str],
    added: set[str],
    seed: int,
) -> None:
    """Whatever is damaged is found, under its class, and nothing else is."""
    drawn = random.Random(seed)
    copy = seal(tmp_path_factory.mktemp("random"), {name: drawn.randbytes(size) for name, size in sizes.items()})
    apply: dict[str, Callable[[Path], object]] = {
        "flip": lambda path: flip(path, seed),
        "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
        "grow": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
        "remove": Path.unlink,
        "folder": lambda path: replace(path, Path.mkdir),
        "link": lambda path: replace(path, lambda place: place.symlink_to("1.tif")),
        "pipe": lambda path: replace(path, os.mkfifo),
    }
    for path, damage in damages.items():
        apply[damage](copy / path)
    for path in added:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(b"new")

    verdict = verify_copy(copy)

    expected = {("missing" if damage == "remove" else "damaged", path) for path, damage in damages.items()}
    expected |= {("unexpected", path) for path in added}
    assert found(verdict) == expected
    assert verdict.outcome == ("findings" if expected else "whole")


def test_progress_ends_at_the_total(copy: Path) -> None:
    """The callback never goes back and ends at the number of bytes to read."""
    seen: list[tuple[int, int]] = []

    verdict = verify_copy(copy, progress=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (verdict.bytes_read, verdict.bytes_read)


def test_an_error_in_the_callback_ends_the_check(copy: Path) -> None:
    """What the caller raises, an interruption say, comes out and no thread is left behind."""

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt(done, total)

    with pytest.raises(KeyboardInterrupt):
        verify_copy(copy, progress=interrupt)


def test_big_files_are_started_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Big files come first, largest first; small ones follow in the order of the folders."""
    monkeypatch.setattr(rows, "BIG_BYTES", 100)
    sizes = {"data/a": 10, "data/b": 100, "data/c": 300, "data/d": 20, "data/e": 200}
    copy = seal(tmp_path, {name: b"x" * size for name, size in sizes.items()})
    order: list[str] = []
    digest_file = module.digest_file

    def record(path: Path | str, *args: object, **kwargs: object) -> dict[str, str]:
        order.append(Path(path).name)
        return digest_file(path, *args, **kwargs)

    monkeypatch.setattr(module, "digest_file", record)
    verify_copy(copy, jobs=1)

    assert order[3:] == ["c", "e", "b", "a", "d"]


def test_the_command_tells_all_and_exits_once(copy: Path, tmp_path: Path) -> None:
    """Several copies get a verdict each; every file has its line; damage outranks an absent medium."""
    bad = seal(tmp_path / "bad", {f"data/{number:03}": b"x" * number for number in range(1, 40)})
    for path in (bad / "data").iterdir():
        flip(path)

    text = CliRunner().invoke(verify, [str(copy), str(bad), str(tmp_path / "absent")])
    data = CliRunner().invoke(verify, ["--json", str(copy), str(bad), str(tmp_path / "absent")])

    assert text.exit_code == data.exit_code == 1
    assert all(f"    data/{number:03}: expected" in text.stdout for number in range(1, 40))
    assert "Whole: every listed file is there" in text.stdout
    assert "Not as it was sealed: 39 damaged." in text.stdout
    result = json.loads(data.stdout)
    assert result["exit_code"] == 1
    assert [one["outcome"] for one in result["copies"]] == ["whole", "findings", "no-verdict"]
    assert [one["counts"]["damaged"] for one in result["copies"]] == [0, 39, 0]
    assert [one["counts"]["medium-absent"] for one in result["copies"]] == [0, 0, 1]


def test_names_cannot_break_the_text(tmp_path: Path) -> None:
    """Line ends and terminal codes in a name are escaped; Vietnamese letters are not."""
    copy = seal(tmp_path, {"data/a": b"x"})
    (copy / "data/Đợt\n\x1b[31m\udcff").write_bytes(b"x")

    result = CliRunner().invoke(verify, [str(copy)])

    assert "    data/Đợt\\n\\x1b[31m\\udcff\n" in result.stdout
    assert result.exit_code == 1
    assert CliRunner().invoke(verify, ["--json", str(copy)]).exit_code == 1


def test_exit_codes_of_several_copies_combine_by_rank() -> None:
    """A bug outranks all, then what cannot be repaired, findings, no verdict."""
    ranked = [ExitCode.BUG, ExitCode.NOT_REPAIRABLE, ExitCode.FINDINGS, ExitCode.NO_VERDICT, ExitCode.WHOLE]

    assert [combine(ranked[start:][::-1]) for start in range(len(ranked))] == ranked
    assert combine([]) is ExitCode.WHOLE


def test_the_help_lists_every_exit_code_and_an_example() -> None:
    """The help of the command holds the whole table and shows how it is called."""
    text = click.unstyle(CliRunner().invoke(verify, ["--help"]).output)

    for code in ExitCode:
        assert any(line.split()[:1] == [str(int(code))] for line in exit_codes_help().splitlines())
        assert any(line.split()[:1] == [str(int(code))] for line in text.splitlines())
    assert "sohoa verify --quick" in text


def test_a_copy_that_may_not_be_read_does_not_stop_the_others(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several copies are each judged, whatever the command line could find wrong with one of them beforehand."""
    (tmp_path / "bare").mkdir()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)

    result = CliRunner().invoke(verify, [str(copy), str(tmp_path / "bare")])

    assert result.exit_code == ExitCode.NO_VERDICT
    assert "Whole: every listed file" in result.output
    assert "the folder is empty: is the disk connected?" in result.output
