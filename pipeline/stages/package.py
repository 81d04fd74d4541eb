"""Stage: everything that belongs to the set, laid out beside its final place.

Files that an interrupted run had already copied are kept if their bytes are those wanted.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path

from pipeline.config import Config, PackageParams
from pipeline.errors import RunStopped
from pipeline.files import copy_hashed, digest_file, sha256_file, write_atomic
from pipeline.model import Batch
from pipeline.packages.layout import data_path
from pipeline.records import manifest as batch_json
from pipeline.records import sheet
from pipeline.records.account import Accounts, DocumentAccount, others
from pipeline.records.description import Description
from pipeline.records.manifest import PackageRow, Packages
from pipeline.records.readme import readme
from pipeline.stages.aip import Aip, aips, write_aip
from pipeline.stages.stage import Level, Stage, Tools

Listed = tuple[str, int, dict[str, str]]
_TEXT_FILES = {"alto.xml": ".alto.xml", "text.txt": ".txt"}
_COPIES_AHEAD = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file of the set: where its bytes are, where they go, and their digest (empty: whatever is read)."""

    source: Path
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Set:
    """What a set is made from."""

    scans: Path
    work: Path
    batch: Batch
    description: Description
    config: Config
    tools: Tools
    accounts: Accounts


def pack(contents: Set, building: Path, threads: int) -> Iterator[Listed]:
    """Lay the set's payload out in `building`; give path, size and digests of each file.

    Raises:
        RunStopped: A scan is no longer what was examined.
        OSError: Disk full and the like.
    """
    algorithm = contents.config.package.algorithm
    wanted = _without_repeats(_wanted(contents))
    yield from _copied(wanted, building, algorithm, threads)
    packages = Packages()
    for aip in _aips(contents):
        yield from _package(aip, building, algorithm, packages)
    for path, write in _written(contents, packages):
        target = building / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target)
        yield _listed(target, path, algorithm)
    write_atomic(building / "README.txt", readme(contents.batch, algorithm, packages=bool(packages.rows)).encode())


def paths_in_set(contents: Set) -> frozenset[str]:
    """Name every payload file that belongs to the set, to find what an earlier run left beside them."""
    packages = (path for aip in _aips(contents) for path in aip.paths)
    written = (path for path, _ in _written(contents, Packages()))
    return frozenset(chain((item.path for item in _wanted(contents)), packages, written))


def remove_strangers(contents: Set, building: Path) -> None:
    """Remove what an interrupted run of another state of the batch left in `building`."""
    belonging = paths_in_set(contents)
    for path in sorted(building.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(building).as_posix() not in belonging:
            path.unlink()


def _wanted(contents: Set) -> Iterator[Wanted]:
    """Give every file that is copied, in the batch's order; a scan of several pages comes several times."""
    for document in contents.accounts:
        for page in document.pages:
            if page.scan_sha256:
                yield Wanted(contents.scans / page.page.path, page.master, page.scan_sha256)
        yield from _made(contents.work, document)
    for aip in _aips(contents):
        yield from _packaged(aip)
    for path, place in others(contents.batch):
        yield Wanted(contents.scans / path, place, "")


def _packaged(aip: Aip) -> Iterator[Wanted]:
    """Give the documents of a package that is a folder."""
    if not aip.problem and not aip.form.zipped:
        for document in aip.packed.documents:
            content = document.content
            yield Wanted(content.source, f"{aip.path}/{data_path(content.name)}", content.sha256)


def _aips(contents: Set) -> Iterator[Aip]:
    return aips(contents.accounts, contents.description, contents.config.aip, contents.work, contents.tools)


def _package(aip: Aip, building: Path, algorithm: str, packages: Packages) -> Iterator[Listed]:
    """Write what a package needs besides its documents, and note what became of it."""
    if aip.problem:
        packages.problems[aip.dossier.name] = aip.problem
        return
    for made in write_aip(aip, building, algorithm):
        if isinstance(made, PackageRow):
            packages.rows[aip.dossier.name] = made
        else:
            yield made


def _made(work: Path, document: DocumentAccount) -> Iterator[Wanted]:
    """Give what the stages made for one document: its PDF, ALTO and plain text of each page."""
    if document.access:
        yield Wanted(work / document.access.path, document.access_path, document.access.sha256)
    for page in document.pages:
        reading = page.results.get("ocr")
        for artifact in reading.artifacts if reading and page.is_shown else ():
            ending = _TEXT_FILES.get(artifact.path.rsplit("/", 1)[-1])
            if ending:
                yield Wanted(work / artifact.path, page.place + ending, artifact.sha256)


def _without_repeats(wanted: Iterable[Wanted]) -> Iterator[Wanted]:
    """Drop the repeats of a scan of several pages; its pages are neighbours within one document."""
    seen: set[str] = set()
    for item in wanted:
        if item.path not in seen:
            seen.add(item.path)
            yield item


def _copied(wanted: Iterator[Wanted], building: Path, algorithm: str, threads: int) -> Iterator[Listed]:
    """Copy in a few threads (hashing and disk work side by side), a bounded number ahead."""
    with ThreadPoolExecutor(threads) as pool:
        pending = [pool.submit(_copy, item, building, algorithm) for item in islice(wanted, _COPIES_AHEAD)]
        while pending:
            yield pending.pop(0).result()
            pending += [pool.submit(_copy, item, building, algorithm) for item in islice(wanted, 1)]


def _copy(item: Wanted, building: Path, algorithm: str) -> Listed:
    target = building / item.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if item.sha256 and target.is_file() and sha256_file(target) == item.sha256:
        return _listed(target, item.path, algorithm, item.sha256)
    copied = copy_hashed(item.source, target)
    if item.sha256 and copied.sha256 != item.sha256:
        target.unlink()
        raise RunStopped("{path} changed while the batch was running; start the same command again", path=item.source)
    return _listed(target, item.path, algorithm, copied.sha256)


def _listed(target: Path, path: str, algorithm: str, sha256: str = "") -> Listed:
    digest = sha256 if sha256 and algorithm == "sha256" else digest_file(target, (algorithm,))[algorithm]
    return path, target.stat().st_size, {algorithm: digest}


def _written(contents: Set, packages: Packages) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Give the lists that are written for the set as a whole."""

    def write_manifest(target: Path) -> None:
        tools = {stage: dict(values) for stage, values in contents.tools.items()}
        pieces = batch_json.manifest(
            contents.batch, contents.description, contents.config, tools, contents.accounts, packages=packages
        )
        with target.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)

    def write_schema(target: Path) -> None:
        schema = files("pipeline") / "schemas" / batch_json.SCHEMA_NAME
        write_atomic(target, schema.read_bytes())

    def write_workbook(target: Path) -> None:
        sheet.write_sheet(
            target, contents.batch, contents.description, contents.accounts, contents.work, packages=packages
        )

    yield f"data/{batch_json.NAME}", write_manifest
    yield f"data/{batch_json.SCHEMA_NAME}", write_schema
    yield f"data/{sheet.NAME}", write_workbook


def _tools(_: PackageParams) -> dict[str, str]:
    return {"XlsxWriter": version("XlsxWriter")}


PACKAGE = Stage("package", 1, Level.BATCH, (), lambda config: config.package, _tools, pack)
