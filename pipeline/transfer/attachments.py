"""The papers that go with a batch (Thông tư 05/2025/TT-BNV Đ22.1.a): files of the set that `[transfer]` names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import NoVerdict
from pipeline.files import copy_hashed
from pipeline.messages import Sentence, marked, sentence
from pipeline.transfer.set_lists import damaged
from pipeline.transfer.source import SealedSet
from pipeline.transfer.values import Attachment, TransferFinding

FOLDER = "kem-theo"
# Key of [transfer] -> name of the file in the batch, what it is.
_KINDS: Mapping[str, tuple[str, str]] = {
    "unit_history": ("lich-su-don-vi-hinh-thanh-phong", marked("history of the unit that formed the fonds")),
    "fonds_history": ("lich-su-phong", marked("history of the fonds")),
    "classification_file": ("phuong-an-phan-loai", marked("classification scheme")),
    "appraisal_guide": ("huong-dan-xac-dinh-gia-tri", marked("guide to the appraisal")),
}
_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper that goes along: which, where it lies in the set, where it goes."""

    kind: str
    source: str
    path: str


def wanted(source: SealedSet) -> tuple[list[Wanted], list[TransferFinding], list[Sentence]]:
    """Give the papers that are there, findings on those that are named and not there, notes on those not named."""
    found, findings, notes = [], [], []
    for key, (name, what) in _KINDS.items():
        named = source.transfer.get(key, "")
        place = source.others.get(named, "")
        if place:
            found.append(Wanted(key, place, f"{FOLDER}/{name}{_extension(named)}"))
        elif named:
            findings.append(TransferFinding("attachment-missing", details={"key": f"transfer.{key}", "value": named}))
        else:
            notes.append(
                sentence(
                    "batch.toml names no file as 'transfer.{key}' ({what}); it goes with the batch by "
                    "Thông tư 05/2025/TT-BNV, Điều 22 khoản 1 điểm a",
                    key=key, what=sentence(what),
                )
            )  # fmt: skip
    return found, findings, notes


def copy_all(source: SealedSet, papers: list[Wanted], building: Path) -> tuple[Attachment, ...]:
    """Copy the papers, each held against the set's lists.

    Raises:
        BatchStopped: One is not what was sealed.
        NoVerdict: One cannot be read.
    """
    if papers:
        source.lists.look_up({paper.source for paper in papers})
        (building / FOLDER).mkdir()
    return tuple(_copied(source, paper, building) for paper in papers)


def _copied(source: SealedSet, paper: Wanted, building: Path) -> Attachment:
    expected = source.lists.sha256(paper.source)
    try:
        copied = copy_hashed(source.root / paper.source, building / paper.path)
    except FileNotFoundError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=paper.source, reason=error.strerror) from error
    if copied.sha256 != expected:
        raise damaged(source.root, paper.source)
    return Attachment(paper.kind, paper.path, copied.size_bytes, copied.sha256)


def _extension(name: str) -> str:
    extension = PurePosixPath(name).suffix.lower()
    return extension if _EXTENSION.fullmatch(extension) else ""
