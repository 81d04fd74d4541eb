"""Build a transfer batch beside its place and give it its name when all of it is on the disk; a killed run leaves none.

What an interrupted run left under the temporary name is removed by the next one.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

from pipeline import __version__
from pipeline.errors import BatchStopped, FolderBusy, RunStopped, UsageError
from pipeline.files import part_of, rename_durable, sha256_file, sync_tree, walk_tree, write_atomic
from pipeline.messages import Sentence
from pipeline.packages.values import WrittenPackage
from pipeline.transfer import attachments, manifest
from pipeline.transfer.packing import pack
from pipeline.transfer.places import refuse_sealed
from pipeline.transfer.planning import Plan
from pipeline.transfer.readme import readme
from pipeline.transfer.received_files import read_files
from pipeline.transfer.rows import document_rows, dossier_row
from pipeline.transfer.values import DossierRow, Manifest

Progress = Callable[[int, int], None]
WritePapers = Callable[[Manifest, Path], object]
_SPARE_BYTES = 16 << 20
_PACKAGE_BYTES = 400 << 10  # METS, descriptions and schemas of one package


@dataclass(frozen=True, slots=True)
class Built:
    """A batch that was built.

    Attributes:
        was_there: The same batch lay there already, whole; nothing was changed.
        seal: SHA-256 of manifest-sha256.txt, which stands for all of it.
    """

    path: Path
    manifest: Manifest
    seal: str
    was_there: bool
    notes: tuple[Sentence, ...]


def build(plan: Plan, write_papers: WritePapers | None = None, progress: Progress | None = None) -> Built:
    """Build the batch.

    Args:
        plan: What is handed over.
        write_papers: Writes the lists and minutes of the batch into a folder.
        progress: Told how many dossiers are done, and how many there are.

    Raises:
        BatchStopped: Something stands against it (see `plan.findings`), or the set is damaged; nothing was written.
        UsageError: The folder is there and holds something else.
        FolderBusy: Another run builds the same batch.
        RunStopped: The disk is full, or failed.
    """
    if plan.stops:
        raise BatchStopped("the batch cannot be handed over as it is; nothing was written")
    out = plan.asked.out
    _refuse_other(out, plan)
    try:
        with _beside(out) as building:
            _require_room(building, plan)
            made = _fill(building, plan, write_papers, progress)
            seal = sha256_file(building / manifest.LIST_NAME)
            was_there = out.exists()
            if was_there:
                _require_same(out, seal)
            else:
                sync_tree(building)
                rename_durable(building, out)
            return Built(out, made, seal, was_there, plan.notes)
    except OSError as error:
        raise RunStopped(
            "{path} could not be written: {reason}", path=out, reason=error.strerror or str(error)
        ) from error


def _fill(building: Path, plan: Plan, write_papers: WritePapers | None, progress: Progress | None) -> Manifest:
    """Write everything; give what the batch says of itself."""
    listed: list[manifest.Listed] = []
    rows = tuple(_packed(building, plan, listed, progress))
    attached = attachments.copy_all(plan.source, plan.attached, building)
    made = Manifest(
        declaration=plan.declaration,
        dossiers=rows,
        failed=plan.failed,
        attachments=attached,
        set_name=plan.source.name,
        set_seal=plan.source.lists.seal,
        software=f"sohoa {__version__}",
        package_type="AIP" if plan.asked.aip else "SIP",
        ead=str(plan.dossiers[0].package["ead"]) if plan.asked.aip else plan.asked.ead.value,
        zipped=plan.asked.zipped,
    )
    with (building / manifest.NAME).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(manifest.pieces(made))
    write_atomic(
        building / manifest.SCHEMA_NAME, (resources("pipeline") / "schemas" / manifest.SCHEMA_NAME).read_bytes()
    )
    write_atomic(building / manifest.README_NAME, readme(made).encode())
    if write_papers:
        (building / manifest.PAPERS).mkdir()
        write_papers(made, building / manifest.PAPERS)
    manifest.write_list(building, _all_listed(building, listed))
    return made


def _packed(
    building: Path, plan: Plan, listed: list[manifest.Listed], progress: Progress | None
) -> Iterator[DossierRow]:
    folder = building / manifest.PACKAGES
    folder.mkdir()
    for ordinal, dossier in enumerate(plan.dossiers, start=1):
        written = pack(plan, dossier, ordinal, folder)
        listed += _files(written)
        yield dossier_row(
            dossier, document_rows(dossier), ordinal=ordinal, object_id=written.object_id,
            package=f"{manifest.PACKAGES}/{written.path.name}", size_bytes=written.size_bytes, sha256=written.sha256,
        )  # fmt: skip
        if progress:
            progress(ordinal, len(plan.dossiers))


def _files(written: WrittenPackage) -> Iterator[manifest.Listed]:
    """Give the files of a package with the digests that were computed while they were written."""
    for path, size_bytes, sha256 in written.files:
        yield f"{manifest.PACKAGES}/{path}", size_bytes, sha256
    if not written.files:
        yield f"{manifest.PACKAGES}/{written.path.name}", written.size_bytes, written.sha256


def _all_listed(building: Path, packages: list[manifest.Listed]) -> Iterator[manifest.Listed]:
    """Give every file that stands there: those of the packages as they were written, the others are read now."""
    known = {path for path, _, _ in packages}
    yield from packages
    for entry in walk_tree(building):
        if entry.kind == "file" and entry.path not in known:
            yield entry.path, entry.size_bytes, sha256_file(building / entry.path)


def _refuse_other(out: Path, plan: Plan) -> None:
    """Refuse a folder that cannot be the same batch, before any work is done."""
    refuse_sealed(out.absolute().parents, out)
    if not out.parent.is_dir():
        raise UsageError("{path} is not a folder; make it first", path=out.parent)
    if not (out.exists() or out.is_symlink()):
        return
    with suppress(OSError, ValueError, AttributeError):
        said = json.loads((out / manifest.NAME).read_text(encoding="utf-8"))
        if said.get("set_seal") == plan.source.lists.seal:
            return
    raise _other(out)


def _require_same(out: Path, seal: str) -> None:
    files = read_files(out)
    if files.seal != seal or files.wrong or files.unread or files.problems:
        raise _other(out)


def _other(out: Path) -> UsageError:
    return UsageError("{path} is there and is not this batch; name another folder or remove it yourself", path=out)


def _require_room(building: Path, plan: Plan) -> None:
    documents = sum(document.size_bytes for dossier in plan.dossiers for document in dossier.documents)
    needed = documents + len(plan.dossiers) * _PACKAGE_BYTES + _SPARE_BYTES
    free = shutil.disk_usage(building).free
    if free < needed:
        raise RunStopped(
            "{path}: {needed} bytes are needed and {free} are free", path=building.parent, needed=needed, free=free
        )


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Lend the empty folder beside the batch's place; remove it when it did not get the batch's name."""
    building = part_of(out)
    building.mkdir(exist_ok=True)
    descriptor = os.open(building, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0))
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderBusy("another run is writing {path}; wait for it or stop it", path=out) from error
        _empty(building)
        try:
            yield building
        finally:
            # Once it has the batch's name, its former one may be another run's.
            with suppress(OSError):
                if os.path.samestat(os.fstat(descriptor), building.stat()):
                    shutil.rmtree(building)
    finally:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
