"""Stage: close the set: lists of digests, everything on the disk for good, then the name that means "sealed"."""

from collections.abc import Iterable
from pathlib import Path

from pipeline import __version__
from pipeline.bag import write_bag_tags
from pipeline.config import PackageParams
from pipeline.files import rename_durable, sync_tree
from pipeline.records.description import BatchInfo
from pipeline.records.manifest import Totals
from pipeline.stages.package import Listed
from pipeline.stages.stage import Level, Stage

_BUILDING = ".{}.building"


def building_of(final: Path) -> Path:
    """Give the folder in which a set is built: beside its final place, so that a rename can move it."""
    return final.with_name(_BUILDING.format(final.name))


def close_set(building: Path, payload: Iterable[Listed], info: Iterable[tuple[str, str]], algorithm: str) -> None:
    """Write the bag's lists and flush everything to the disk."""
    write_bag_tags(building, payload, tuple(info), (algorithm,))
    sync_tree(building)


def give_name(building: Path, final: Path) -> Path | None:
    """Give a closed set the name that means "sealed".

    Returns:
        Where an earlier set of the same name was moved to: it is never deleted.
    """
    former = _free_name(final) if final.exists() else None
    if former:
        rename_durable(final, former)
    rename_durable(building, final)
    return former


def bag_info(batch: str, described: BatchInfo, counts: Totals) -> list[tuple[str, str]]:
    """Give the labels of bag-info.txt (RFC 8493, 2.2.2); what is incomplete is said here too."""
    labels = [
        ("Source-Organization", described.agency_name),
        ("Organization-Identifier", described.agency_code),
        ("External-Identifier", described.code or batch),
        ("External-Description", described.title),
        ("Bagging-Date", described.date),
        ("Bag-Group-Identifier", described.transfer_number),
        ("Bag-Software-Agent", f"sohoa {__version__}"),
        ("Sohoa-Documents", str(counts.documents)),
        ("Sohoa-Documents-Incomplete", str(counts.documents_incomplete)),
        ("Sohoa-Pages", str(counts.pages)),
        ("Sohoa-Pages-Quarantined", str(counts.pages_quarantined)),
        ("Sohoa-Pages-Failed", str(counts.pages_failed)),
        ("Sohoa-Pages-Text-Not-Read", str(counts.text_failed + counts.text_timed_out)),
    ]
    return [(label, value) for label, value in labels if value]


def _free_name(final: Path) -> Path:
    """Name the place of a set that is replaced: the first number that is free."""
    number = 1
    while (former := final.with_name(f"{final.name}.former-{number}")).exists():
        number += 1
    return former


def _tools(_: PackageParams) -> dict[str, str]:
    return {"sohoa": __version__}


SEAL = Stage("seal", 1, Level.BATCH, ("package",), lambda config: config.package, _tools, close_set)
