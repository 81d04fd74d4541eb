"""Files are written whole or not at all, hashed in one read, and named safely."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import files

QUICK = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize("durable", [False, True])
def test_write_atomic_replaces_the_file_and_leaves_no_part(tmp_path: Path, durable: bool) -> None:
    """A file that was there is replaced, and only the file is there afterwards."""
    target = tmp_path / "trang.json"
    target.write_bytes(b"old")

    files.write_atomic(target, b"new", durable=durable)

    assert target.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["trang.json"]


def test_a_failed_write_keeps_the_old_file_and_removes_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is passed on; the old content stands and no part is left."""
    target = tmp_path / "trang.json"
    target.write_bytes(b"old")

    def full(descriptor: int, data: memoryview) -> int:
        del descriptor, data
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left") as caught:
        files.write_atomic(target, b"new")

    assert caught.value.errno == errno.ENOSPC
    assert target.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["trang.json"]


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes a few bytes at a time gets all of them."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))

    files.write_atomic(tmp_path / "a", b"0123456789")

    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    """A name at the file system's limit leaves no room for a suffix and is written all the same."""
    target = tmp_path / ("ộ" * 85)

    files.write_atomic(target, b"x")

    assert target.read_bytes() == b"x"


def test_a_leftover_pipe_does_not_block_a_write(tmp_path: Path) -> None:
    """What stands under the temporary name is removed, not opened."""
    target = tmp_path / "a"
    os.mkfifo(files.part_of(target))

    files.write_atomic(target, b"x")

    assert target.read_bytes() == b"x"


@QUICK
@given(size_bytes=st.sampled_from([0, 1, files.BLOCK_BYTES - 1, files.BLOCK_BYTES, files.BLOCK_BYTES + 1]))
def test_digests_agree_with_hashlib(tmp_path_factory: pytest.TempPathFactory, size_bytes: int) -> None:
    """Several digests come from one read and are those of hashlib, whatever the size."""
    data = (bytes(range(251)) * (size_bytes // 251 + 1))[:size_bytes]
    path = tmp_path_factory.mktemp("digest") / "a"
    path.write_bytes(data)
    seen: list[int] = []

    found = files.digest_file(path, ("sha256", "md5"), past_cache=True, seen=seen.append)

    assert found == {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest()}
    assert sum(seen) == size_bytes
    assert files.sha256_file(path) == found["sha256"]


def test_copy_hashed_copies_bytes_and_time(tmp_path: Path) -> None:
    """A copy has the bytes and the time of its source, and what is returned is true of it."""
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"trang" * 100_000)
    os.utime(source, ns=(10**18, 10**18))

    artifact = files.copy_hashed(source, target, durable=True)

    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_mtime_ns == 10**18
    assert artifact.size_bytes == 500_000
    assert artifact.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert artifact.path == "b"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str) -> None:
    """Links, pipes and folders are refused at once; nothing is followed and nothing blocks."""
    (tmp_path / "real").write_bytes(b"x")
    path = tmp_path / "odd"
    {"link": lambda: path.symlink_to("real"), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}[kind]()

    with pytest.raises(OSError, match="Not a regular file"):
        files.sha256_file(path)
    with pytest.raises(OSError, match="Not a regular file"):
        files.copy_hashed(path, tmp_path / "copy")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["odd", "real"]


def test_sync_tree_flushes_every_file_before_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and folder is flushed, a folder after what is in it; links and pipes are left alone."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/b/1", "a/2", "3"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a" / "link").symlink_to("/")
    os.mkfifo(tmp_path / "a" / "pipe")
    flushed: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(str(Path(f"/proc/self/fd/{number}").readlink())))

    files.sync_tree(tmp_path)

    names = [os.path.relpath(path, tmp_path) for path in flushed]
    assert sorted(names) == [".", "3", "a", "a/2", "a/b", "a/b/1"]
    assert names.index("a/b/1") < names.index("a/b") < names.index("a") < names.index(".")
    assert names.index("a/2") < names.index("a")


def test_rename_durable_flushes_both_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder moved between folders is there under its new name, and both folders are flushed after the move."""
    (tmp_path / "work" / ".set").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    flushed: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        files, "sync_folder", lambda folder: flushed.append((folder.name, (tmp_path / "out" / "set").exists()))
    )

    files.rename_durable(tmp_path / "work" / ".set", tmp_path / "out" / "set")

    assert (tmp_path / "out" / "set").is_dir()
    assert flushed == [("out", True), ("work", True)]


def test_remove_parts_takes_only_leftovers(tmp_path: Path) -> None:
    """Temporary files go; other files and folders, whatever their names, stay."""
    for name in (".a.json.part", "b.part", ".c", "d"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".folder.part").mkdir()

    assert files.remove_parts(tmp_path) == (".a.json.part",)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".c", ".folder.part", "b.part", "d"]


def test_walk_tree_tells_what_stands_where(tmp_path: Path) -> None:
    """Files, folders, links and pipes are named, and a link to a folder is not entered."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1").write_bytes(b"xyz")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")

    found = {entry.path: (entry.kind, entry.size_bytes) for entry in files.walk_tree(tmp_path)}

    assert found["a/1"] == ("file", 3)
    assert {path: kind for path, (kind, _) in found.items()} == {
        "a": "folder",
        "a/1": "file",
        "link": "link",
        "pipe": "pipe",
    }
