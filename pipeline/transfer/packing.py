"""Write one dossier's package of a transfer: a SIP made from the set's PDFs, or the AIP that the set holds (Đ17.1)."""

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import NoVerdict, RunStopped, UsageError
from pipeline.files import copy_hashed, open_regular, sha256_file
from pipeline.packages.layout import DATA, METS, zip_name
from pipeline.packages.plan import PackagePlan
from pipeline.packages.values import (
    Content,
    PackageForm,
    PackageType,
    PackedDocument,
    PackedDossier,
    WrittenPackage,
)
from pipeline.packages.writing import write_package, write_zip
from pipeline.transfer.packable import PDF, origin_of
from pipeline.transfer.planning import Asked, Plan
from pipeline.transfer.rows import file_name
from pipeline.transfer.set_lists import damaged
from pipeline.transfer.source import SealedSet, SetDocument, SetDossier


def form_of(asked: Asked) -> PackageForm:
    """Give the form in which packages are written, and checked."""
    kind = PackageType.AIP if asked.aip else PackageType.SIP
    return PackageForm(kind, asked.ead, asked.zipped, asked.schema_dossier, asked.schema_document)


def pack(plan: Plan, dossier: SetDossier, ordinal: int, folder: Path) -> WrittenPackage:
    """Write a dossier's package; every file's bytes are hashed and held against the set's lists.

    Raises:
        BatchStopped: A file of the set is not what was sealed.
        NoVerdict: A file of the set cannot be read.
        OSError: Disk full and the like.
    """
    source = plan.source
    if plan.asked.aip:
        return _taken_over(source, dossier, ordinal, folder, zipped=plan.asked.zipped)
    packed = PackedDossier(dossier.record, tuple(_packed(source, document) for document in dossier.documents))
    try:
        return write_package(packed, origin_of(plan.declaration), form_of(plan.asked), folder, ordinal=ordinal)
    except RunStopped as error:
        raise damaged(source.root, _in_set(source, error)) from error


def _packed(source: SealedSet, document: SetDocument) -> PackedDocument:
    return PackedDocument(document.record, _content(source, document.path, file_name(document), document.sha256))


def _content(source: SealedSet, path: str, name: str, said: str = "") -> Content:
    """Give a file of the set with the digest it was sealed with; `said` is what batch.json says of it."""
    place = source.root / path
    try:
        os.close(open_regular(place))
        size_bytes, sha256 = place.stat().st_size, source.lists.sha256(path)
    except FileNotFoundError as error:
        raise damaged(source.root, path) from error
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=place, reason=error.strerror) from error
    if said and sha256 != said:
        raise damaged(source.root, path)
    return Content(place, name, PDF, size_bytes, sha256)


def _in_set(source: SealedSet, error: RunStopped) -> str:
    path = Path(str(error.values.get("path", "")))
    return path.relative_to(source.root).as_posix() if path.is_relative_to(source.root) else str(path)


def _taken_over(source: SealedSet, dossier: SetDossier, ordinal: int, folder: Path, *, zipped: bool) -> WrittenPackage:
    """Hand over the AIP as it lies in the set; a file of it that lacks is damage of the set."""
    try:
        return _take_over(source, dossier, ordinal, folder, zipped=zipped)
    except FileNotFoundError as error:
        path = Path(str(error.filename))
        if not path.is_relative_to(source.root):
            raise
        raise damaged(source.root, path.relative_to(source.root).as_posix()) from error


def _take_over(source: SealedSet, dossier: SetDossier, ordinal: int, folder: Path, *, zipped: bool) -> WrittenPackage:
    path, object_id = str(dossier.package["path"]), str(dossier.package["object_id"])
    if path.endswith(".zip"):
        if not zipped:
            raise UsageError("the set holds its AIPs as ZIPs; call it without --folder")
        return _copy_zip(source, path, object_id, folder / zip_name(object_id, ordinal))
    name = path.rsplit("/", 1)[-1]
    files = sorted(found for found in source.lists.digests if found.startswith(f"{path}/"))
    if not files:
        raise damaged(source.root, path)
    if not zipped:
        return _copy_folder(source, path, object_id, files, folder / name)
    within = f"{path}/{DATA}/"
    metadata = {each.removeprefix(f"{path}/"): _read(source, each) for each in _as_written(files, path)
                if not each.startswith(within)}  # fmt: skip
    contents = {each.removeprefix(f"{path}/"): _content(source, each, each.rsplit("/", 1)[-1])
                for each in files if each.startswith(within)}  # fmt: skip
    try:
        return write_zip(PackagePlan(object_id, name, metadata, contents), folder / zip_name(object_id, ordinal))
    except RunStopped as error:
        raise damaged(source.root, _in_set(source, error)) from error


def _as_written(files: list[str], path: str) -> Iterator[str]:
    """Put the root METS.xml first, whatever the order of names says."""
    first = f"{path}/{METS}"
    yield from (each for each in files if each == first)
    yield from (each for each in files if each != first)


def _read(source: SealedSet, path: str) -> bytes:
    source.lists.hold(path)
    return (source.root / path).read_bytes()


def _copy_zip(source: SealedSet, path: str, object_id: str, target: Path) -> WrittenPackage:
    expected = source.lists.sha256(path)
    copied = copy_hashed(source.root / path, target)
    if copied.sha256 != expected:
        raise damaged(source.root, path)
    return WrittenPackage(object_id, target, copied.size_bytes, copied.sha256)


def _copy_folder(source: SealedSet, path: str, object_id: str, files: list[str], target: Path) -> WrittenPackage:
    listed = []
    for each in files:
        place = target / each.removeprefix(f"{path}/")
        place.parent.mkdir(parents=True, exist_ok=True)
        copied, expected = copy_hashed(source.root / each, place), source.lists.sha256(each)
        if copied.sha256 != expected:
            raise damaged(source.root, each)
        listed.append((f"{target.name}/{each.removeprefix(f'{path}/')}", copied.size_bytes, copied.sha256))
    size_bytes = sum(size for _, size, _ in listed)
    return WrittenPackage(object_id, target, size_bytes, sha256_file(target / METS), tuple(listed))
