"""Devices: what a folder stands on, told by the tables of the system and on real mounts."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.copies import device
from pipeline.copies.device import Mount, device_of, find_mount, is_network, parse_mounts, same_device

TABLE = (
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
    "40 27 8:17 / /media/b\\303\\241\\040n rw - ext4 /dev/sdb1 rw\n"
    "41 27 8:17 /sub /media/sub rw shared:3 master:1 - ext4 /dev/sdb1 rw\n"
    "42 27 0:50 / /mnt/share rw - cifs //NAS-1/copies rw\n"
    "43 27 0:51 / /mnt/export rw - nfs4 nas-2.local:/export rw\n"
    "44 27 8:33 / /media rw - xfs /dev/sdc1 rw\n"
    "45 27 8:49 / /media/disk rw - xfs /dev/sdd1 rw\n"
    "46 45 8:65 / /media/disk rw - xfs /dev/sde1 rw\n"
    "a broken line\n"
)


def test_table_of_mounts_is_read():
    """Points with blanks, optional fields and lines of another form are no hindrance."""
    table = parse_mounts(TABLE)

    assert len(table) == 8
    assert table[1].point.endswith(" n")
    assert table[2] == Mount("8:17", "/media/sub", "ext4", "/dev/sdb1")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/", "/dev/vda"),
        ("/home/x", "/dev/vda"),
        ("/media", "/dev/sdc1"),
        ("/media/submarine", "/dev/sdc1"),
        ("/media/sub", "/dev/sdb1"),
        ("/media/disk/set", "/dev/sde1"),
        ("/mnt/share/x/y", "//NAS-1/copies"),
    ],
)
def test_longest_mount_holds_the_path(path: str, source: str):
    """A path belongs to the longest mount point above it, to the last of several on one point."""
    assert find_mount(parse_mounts(TABLE), path).source == source


def test_shares_of_other_machines_are_known():
    """Windows and NFS shares are network places, disks are not."""
    table = parse_mounts(TABLE)

    assert [mount.source for mount in table if is_network(mount)] == ["//NAS-1/copies", "nas-2.local:/export"]
    assert find_mount((), "/x") is None
    assert not is_network(None)


def test_two_shares_of_one_server_are_one_device():
    """What one fault takes counts as one: two shares of a server, but not of two."""
    one, two, other = (
        frozenset(device._disks("0:99", Mount("0:99", "/m", "cifs", source)))
        for source in ("//NAS-1/a", "//nas-1/b", "//nas-2/a")
    )

    assert one == two
    assert not one & other


def block(root: Path, number: str, place: str) -> Path:
    """Make what the system shows of a block device."""
    folder = root / "devices" / place
    folder.mkdir(parents=True, exist_ok=True)
    (root / number).symlink_to(folder)
    return folder


def test_partitions_volumes_and_ciphers_lead_to_their_disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two partitions of a disk share it; a volume over two disks stands on both; a cipher on its disk."""
    monkeypatch.setattr(device, "_BLOCKS", tmp_path)
    block(tmp_path, "8:0", "sda")
    for number in (1, 2):
        (block(tmp_path, f"8:{number}", f"sda/sda{number}") / "partition").write_text(str(number))
    sdb = block(tmp_path, "8:16", "sdb")
    raid = block(tmp_path, "9:0", "md0")
    (raid / "slaves").mkdir()
    (raid / "slaves" / "sda1").symlink_to(tmp_path / "devices/sda/sda1")
    (raid / "slaves" / "sdb").symlink_to(sdb)
    cipher = block(tmp_path, "253:0", "dm-0")
    (cipher / "slaves").mkdir()
    (cipher / "slaves" / "md0").symlink_to(raid)

    disks = {number: set(device._disks(number, None)) for number in ("8:1", "8:2", "8:16", "9:0", "253:0", "0:44")}

    assert disks["8:1"] == disks["8:2"] == {"disk sda"}
    assert disks["9:0"] == disks["253:0"] == {"disk sda", "disk sdb"}
    assert not disks["8:2"] & disks["8:16"]
    assert disks["0:44"] == {"device 0:44"}


@pytest.fixture
def small_disks(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Mount two small file systems in memory."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: mounting needs root")
    places = tmp_path / "một", tmp_path / "hai"
    mounted = []
    try:
        for place in places:
            place.mkdir()
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False)
            if done.returncode:
                pytest.skip("NOT TESTED: this machine does not allow to mount")
            mounted.append(place)
        yield places
    finally:
        for place in mounted:
            subprocess.run(["umount", place], check=True)


def test_real_mounts_are_told_apart(small_disks: tuple[Path, Path]):
    """Two mounts are two devices; folders of one mount are one; free space and names are those of the mount."""
    one, two = small_disks
    (one / "a").mkdir()

    assert same_device(one, one / "a")
    assert not same_device(one, two)
    found = device_of(one / "a")
    assert (found.filesystem, found.mount_point) == ("tmpfs", str(one))
    assert 0 < found.free_bytes <= 1 << 20
    assert not found.read_only
    assert not found.is_network


def test_real_read_only_mount_is_seen(small_disks: tuple[Path, Path]):
    """A medium that cannot be written to is known before anything is tried."""
    subprocess.run(["mount", "-o", "remount,ro", small_disks[0]], check=True)

    assert device_of(small_disks[0]).read_only


def test_absent_folder_is_an_error_of_the_system(tmp_path: Path):
    """What is not there is not judged."""
    with pytest.raises(FileNotFoundError):
        device_of(tmp_path / "absent")
