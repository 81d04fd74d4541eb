"""What a folder stands on: mount, file system, physical disks, network or not, free space.

Linux tells it in /proc/self/mountinfo and /sys/dev/block; elsewhere only the number of the device is known.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_BLOCKS = Path("/sys/dev/block")
_NETWORK = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.cephfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone",
    "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs",
})  # fmt: skip
_ESCAPE = re.compile(r"\\([0-7]{3})")
_HOST = re.compile(r"(?://|\\\\)(?P<share>[^/\\]+)|(?P<export>\[[^\]]+\]|[^:/]+):")
_MOST_LAYERS = 8  # of volumes, ciphers and image files on each other


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the table of mounts.

    Attributes:
        device: Number as `major:minor`.
        source: What is mounted: `/dev/sdb1`, `//server/share`, `server:/export` ...
    """

    device: str
    point: str
    filesystem: str
    source: str


@dataclass(frozen=True, slots=True)
class Device:
    """What a folder stands on.

    Attributes:
        disks: Names of the physical disks, or of the server, or of the mount where there is neither.
        mount_point, filesystem, source: As the system names them; "" where it does not say.
        free_bytes: What a user without privileges may still write.
    """

    disks: frozenset[str]
    mount_point: str
    filesystem: str
    source: str
    read_only: bool
    is_network: bool
    free_bytes: int


def device_of(folder: Path) -> Device:
    """Look what an existing folder stands on.

    Raises:
        OSError: It is not there or cannot be looked at.
    """
    number = folder.stat().st_dev
    space = os.statvfs(folder)
    mount = find_mount(mounts(), str(folder.resolve()))
    return Device(
        disks=frozenset(_disks(f"{os.major(number)}:{os.minor(number)}", mount)),
        mount_point=mount.point if mount else "",
        filesystem=mount.filesystem if mount else "",
        source=mount.source if mount else "",
        read_only=bool(space.f_flag & os.ST_RDONLY),
        is_network=is_network(mount),
        free_bytes=space.f_bavail * space.f_frsize,
    )


def same_device(one: Path, other: Path) -> bool:
    """Tell whether two existing folders share a physical disk or a server, so that one fault can take both.

    Raises:
        OSError: One of them cannot be looked at.
    """
    return bool(device_of(one).disks & device_of(other).disks)


def is_network(mount: Mount | None) -> bool:
    """Tell whether the mount is a share of another machine."""
    return mount is not None and mount.filesystem in _NETWORK


def mounts() -> tuple[Mount, ...]:
    """Read the table of mounts; empty where the system has none to read."""
    try:
        text = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ()
    return parse_mounts(text)


def parse_mounts(text: str) -> tuple[Mount, ...]:
    """Read the text of /proc/self/mountinfo (proc(5)); lines of another form are passed over."""
    found = []
    for line in text.splitlines():
        fields, _, end = line.partition(" - ")
        before, after = fields.split(" "), end.split(" ")
        if len(before) >= 6 and len(after) >= 2:
            found.append(Mount(before[2], _plain(before[4]), after[0], _plain(after[1])))
    return tuple(found)


def find_mount(table: Sequence[Mount], path: str) -> Mount | None:
    """Find the mount that a resolved path stands on: the longest that holds it, the last where several do."""
    best = None
    for mount in table:
        inside = path == mount.point or path.startswith(mount.point.rstrip("/") + "/")
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), text)


def _disks(number: str, mount: Mount | None) -> Iterator[str]:
    """Yield the disks below a device number, else the server or the mount that stands for one."""
    host = _HOST.match(mount.source) if mount and is_network(mount) else None
    if host:
        yield f"server {(host['share'] or host['export']).lower()}"
        return
    found = list(_block_disks(_BLOCKS / number, _MOST_LAYERS))
    if not found and mount and mount.source.startswith("/dev/"):
        # Btrfs and others give every part of theirs a number of its own; what is mounted tells the disk.
        found = list(_source_disks(mount.source, _MOST_LAYERS))
    yield from found or [f"device {number}"]


def _source_disks(source: str, layers: int) -> Iterator[str]:
    try:
        number = Path(source).stat().st_rdev
    except OSError:
        return
    yield from _block_disks(_BLOCKS / f"{os.major(number)}:{os.minor(number)}", layers)


def _block_disks(block: Path, layers: int) -> Iterator[str]:
    """Go down from a block device to the disks: from a partition, a volume, a cipher or an image file."""
    if not layers or not block.exists():
        return
    place = block.resolve()
    below = sorted((place / "slaves").iterdir()) if (place / "slaves").is_dir() else []
    if below:
        for slave in below:
            yield from _block_disks(slave, layers - 1)
    elif (place / "loop" / "backing_file").is_file():
        yield from _image_disks(place, layers - 1)
    elif (place / "partition").is_file():
        yield from _block_disks(place.parent, layers - 1)
    else:
        yield f"disk {place.name}"


def _image_disks(place: Path, layers: int) -> Iterator[str]:
    """Yield the disks that hold a loop device's file; the device itself where the file is gone."""
    try:
        file = (place / "loop" / "backing_file").read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
        number = Path(file).stat().st_dev
    except OSError:
        yield f"disk {place.name}"
        return
    found = list(_block_disks(_BLOCKS / f"{os.major(number)}:{os.minor(number)}", layers))
    yield from found or [f"device {os.major(number)}:{os.minor(number)}"]
