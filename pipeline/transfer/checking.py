"""The receiving side (Thông tư 05/2025/TT-BNV Đ22.2.d, Đ24): is all of a batch there, and which of it is "đạt"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ExitCode, UsageError
from pipeline.messages import Sentence, sentence
from pipeline.packages.judging import Descriptions
from pipeline.transfer import virus
from pipeline.transfer.doubles import doubled_files, doubled_rows
from pipeline.transfer.manifest import LIST_NAME, NAME
from pipeline.transfer.received_files import Files, package_of, read_files
from pipeline.transfer.received_list import nothing, read_manifest
from pipeline.transfer.received_packages import Judged, judge, not_checked
from pipeline.transfer.received_whole import beside_the_list
from pipeline.transfer.store import held_already, read_store, repeated_numbers
from pipeline.transfer.values import Manifest, Received, TransferFinding

# Told what is being done ("files" in bytes, "packages"), how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a check is asked to do.

    Attributes:
        stores: Sets and earlier batches that the archive holds.
        schema_dossier, schema_document: The receiving archive's own XSDs; None for those of the annexes.
    """

    stores: Sequence[Path] = ()
    virus_scan: bool = False
    schema_dossier: Path | None = None
    schema_document: Path | None = None


def check_batch(root: Path, asked: Request, progress: Progress | None = None) -> Received:
    """Check a batch: every byte of every file, every package, every record; nothing in it is changed.

    Raises:
        UsageError: It is no folder of a batch, or a schema or store cannot be used.
    """
    if not root.is_dir() or not ((root / NAME).exists() or (root / LIST_NAME).exists()):
        raise UsageError("{path} is not a transfer batch", path=root)
    if (root / "bagit.txt").exists() and not (root / NAME).exists():
        raise UsageError(
            "{path} is a sealed set and no transfer batch; a set is checked by: sohoa verify {path}", path=root
        )
    schemas = Descriptions(_bytes(asked.schema_dossier), _bytes(asked.schema_document))
    store = read_store(asked.stores, root)
    files = read_files(root, _phase(progress, "files"))
    read, problems, unread = _manifest(root)
    manifest = read or nothing()
    if read:
        problems += beside_the_list(manifest, files)
    doubled: dict[int, list[TransferFinding]] = {}
    for place, finding in doubled_rows(manifest.dossiers):
        doubled.setdefault(place, []).append(finding)
    judged = judge(manifest, files, schemas, doubled, _phase(progress, "packages"))
    search = virus.search(root) if asked.virus_scan else virus.Search(virus.NOT_SEARCHED)
    packages = {row.package for row in manifest.dossiers}
    return Received(
        manifest=manifest,
        rows=tuple(judged.rows),
        missing=tuple(judged.missing),
        doubled=tuple(held_already(store, manifest.dossiers)),
        problems=(*files.problems, *problems, *_of_others(files, judged, packages), *search.problems),
        missing_documents=tuple(judged.missing_documents),
        unread=_unread(files, judged, packages, [*unread, *store.unread, *search.unread]),
        notes=(*files.notes, *judged.notes, *_notes(manifest), *repeated_numbers(store, manifest)),
        seal=files.seal,
        virus=search.result,
        has_list=read is not None,
    )


def exit_code(received: Received) -> ExitCode:
    """Give 0 where all is there and all passed, 1 where anything is wrong, 3 where only something was not read."""
    if received.passed:
        return ExitCode.WHOLE
    unread = {*received.unread, not_checked()}
    reasons = {reason for row in received.rows for reason in row.reasons}
    lacks = received.missing or received.missing_documents
    found = received.problems or lacks or received.virus == virus.FOUND or reasons - unread
    return ExitCode.FINDINGS if found else ExitCode.NO_VERDICT


def _manifest(root: Path) -> tuple[Manifest | None, list[Sentence], list[Sentence]]:
    """Give the list, if it can be used, what is wrong with it, and why it could not be read."""
    try:
        manifest, problems = read_manifest(root)
    except OSError as error:
        said = sentence("{path} could not be read: {reason}", path=NAME, reason=error.strerror or str(error))
        return None, [], [said]
    if manifest is None:
        problems = [*problems, sentence("without a usable transfer.json no package can be held against the list")]
    return manifest, problems, []


def _of_others(files: Files, judged: Judged, packages: set[str]) -> tuple[Sentence, ...]:
    """Give what is wrong with files that belong to no package of the list; each sentence once."""
    said_already = {reason for row in judged.rows for reason in row.reasons}
    found = [said for path, said in files.wrong.items() if package_of(path) not in packages]
    return tuple(dict.fromkeys(said for said in found if said not in said_already))


def _unread(files: Files, judged: Judged, packages: set[str], more: list[Sentence]) -> tuple[Sentence, ...]:
    others = [said for path, said in files.unread.items() if package_of(path) not in packages]
    return tuple(dict.fromkeys([*others, *judged.unread, *more]))


def _notes(manifest: Manifest) -> list[Sentence]:
    return [
        sentence("these documents are the same file: {codes}", codes=", ".join(codes))
        for codes in doubled_files(manifest.dossiers)
    ]


def _bytes(path: Path | None) -> bytes:
    try:
        return path.read_bytes() if path else b""
    except OSError as error:
        raise UsageError("{path} could not be read: {reason}", path=path, reason=error.strerror) from error


def _phase(progress: Progress | None, name: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    told = progress
    return lambda done, total: told(name, done, total)
