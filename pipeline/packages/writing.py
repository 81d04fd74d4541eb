"""Write a package: a folder, or one ZIP without compression; whole or not at all, and the same bytes each time."""

import hashlib
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipeline.errors import RunStopped
from pipeline.files import open_regular, part_of, read_blocks, replacing, sha256_file, write_atomic
from pipeline.packages import layout
from pipeline.packages.plan import PackagePlan, plan_package
from pipeline.packages.values import Content, Origin, PackageForm, PackedDossier, WrittenPackage

# The earliest time that a ZIP can hold: a package carries its times in METS.xml.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = (stat.S_IFREG | 0o644) << 16
_BUFFER_BYTES = 1 << 20


def write_package(
    dossier: PackedDossier, origin: Origin, form: PackageForm, folder: Path, *, ordinal: int | None = None
) -> WrittenPackage:
    """Write one package into a folder, which exists; one of the same name that is there is replaced.

    Args:
        dossier: What goes in.
        origin: Whose it is.
        form: Kind, form of EAD, folder or ZIP.
        folder: Where it is put.
        ordinal: The dossier's ordinal in the transfer, for the name of a SIP's ZIP (p.238).

    Raises:
        UsageError: No package can be made of it.
        RunStopped: A document's file is not the one it is said to be; nothing was written.
        OSError: Disk full and the like; nothing is left of the package.
    """
    plan = plan_package(dossier, origin, form)
    if not form.zipped:
        return _write_folder(plan, folder / plan.name)
    return write_zip(plan, folder / layout.zip_name(plan.object_id, ordinal))


def write_zip(plan: PackagePlan, target: Path, *, durable: bool = True) -> WrittenPackage:
    """Write a planned package as one ZIP of this name, with everything in one folder (CSIPSTR1).

    Raises:
        RunStopped: A document's file is not the one it is said to be; nothing was written.
        OSError: Disk full and the like.
    """
    with (
        replacing(target, durable=durable) as descriptor,
        os.fdopen(os.dup(descriptor), "wb", buffering=_BUFFER_BYTES) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
    ):
        for path, what in plan.files:
            _add(archive, f"{plan.name}/{path}", what)
    return WrittenPackage(plan.object_id, target, target.stat().st_size, sha256_file(target))


def _add(archive: zipfile.ZipFile, path: str, what: bytes | Content) -> None:
    info = zipfile.ZipInfo(path, _NO_TIME)
    info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
    info.file_size = len(what) if isinstance(what, bytes) else what.size_bytes
    with archive.open(info, "w") as out:
        if isinstance(what, bytes):
            out.write(what)
        else:
            _copy(what, out)


def _write_folder(plan: PackagePlan, target: Path) -> WrittenPackage:
    part = part_of(target)
    if part.exists():
        shutil.rmtree(part)
    try:
        files = tuple(_put(part, target.name, path, what) for path, what in plan.files)
        if target.exists():
            shutil.rmtree(target)
        part.replace(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    root = next(sha256 for path, _, sha256 in files if path == f"{target.name}/{layout.METS}")
    return WrittenPackage(plan.object_id, target, sum(size for _, size, _ in files), root, files)


def _put(part: Path, name: str, path: str, what: bytes | Content) -> tuple[str, int, str]:
    place = part / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(what, bytes):
        write_atomic(place, what)
        return f"{name}/{path}", len(what), hashlib.sha256(what).hexdigest()
    with place.open("wb", buffering=0) as out:
        _copy(what, out)
    return f"{name}/{path}", what.size_bytes, what.sha256.lower()


def _copy(content: Content, out: IO[bytes]) -> None:
    """Copy a document, block by block, and hold size and digest against what was said.

    Raises:
        RunStopped: They are others.
    """
    digest, size_bytes = hashlib.sha256(), 0
    for block in _blocks(content.source):
        digest.update(block)
        size_bytes += len(block)
        if size_bytes > content.size_bytes:
            break
        out.write(block)
    if (size_bytes, digest.hexdigest()) != (content.size_bytes, content.sha256.lower()):
        raise RunStopped("{path} is not the file it was: its size or SHA-256 is another", path=content.source)


def _blocks(path: Path) -> Iterator[memoryview]:
    descriptor = open_regular(path)
    try:
        yield from read_blocks(descriptor)
    finally:
        os.close(descriptor)
