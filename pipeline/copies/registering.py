"""The register made again from the media alone, and given out as plain values."""

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.copies.comparing import compare
from pipeline.copies.keeping import names_on
from pipeline.copies.medium import NAME, Medium
from pipeline.copies.presence import present_media
from pipeline.copies.record import Record, to_bytes
from pipeline.copies.register import Register
from pipeline.copies.seal import describe
from pipeline.messages import Sentence, sentence

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Remark:
    """Something found wrong while media were read."""

    path: Path
    detail: Sentence


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a register was made from.

    Attributes:
        media: Each with the folder it stood at.
        copies, records: How many were taken in.
        findings: What a person must look into.
    """

    media: tuple[tuple[Medium, Path], ...]
    copies: int
    records: int
    findings: tuple[Remark, ...]


def rebuild(register: Register | None, roots: Iterable[Path]) -> Rebuilt:
    """Make the register again from media alone; all that it held before is forgotten, all or nothing.

    Args:
        register: Open, empty or not; None to look at the media only.
        roots: Folders of media. One without identity is a finding.

    Raises:
        NoVerdict, FolderBusy: A medium cannot be listed, or the register cannot be written to.
    """
    media, findings = _media_at(tuple(roots))
    records: list[Record] = []
    descriptions: dict[str, dict[str, str]] = {}
    copies = 0
    for medium, root in media:
        for name in names_on(root):
            taken, remarks = _records(root / name, medium)
            findings += remarks
            records += taken
            copies += bool(taken)
            if taken:
                # The newest copy speaks for the set, as it does when copies are recorded one by one.
                descriptions.setdefault(taken[-1].seal, {}).update(describe(root / name))
    if register is not None:
        register.remake(media, records, descriptions)
    return Rebuilt(media, copies, len(records), tuple(findings))


def export(register: Register) -> dict[str, Any]:
    """Give all that the register holds of media, sets, copies and events as plain JSON values, in a fixed order.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    codes = {medium.id: medium.code for medium in register.media()}
    copies = [
        {"medium_code": codes.get(copy.medium_id, ""), **copy._asdict(), "shared_device": bool(copy.shared_device)}
        for copy in register.copies()
    ]
    return {
        "format": FORMAT,
        "media": [dataclasses.asdict(medium) for medium in register.media()],
        "sets": [{**entry._asdict(), "description": dict(entry.description)} for entry in register.sets()],
        "copies": sorted(copies, key=lambda copy: (copy["name"], copy["medium_code"])),
        "events": [event_values(record) for record in register.events()],
    }


def event_values(record: Record) -> dict[str, Any]:
    """Give one record as plain JSON values, with its digest."""
    return {**json.loads(to_bytes(record)), "digest": record.digest}


def _media_at(roots: tuple[Path, ...]) -> tuple[tuple[tuple[Medium, Path], ...], list[Remark]]:
    """Find the media at these places, each id and each code once; what else stands there is a finding."""
    found = present_media(None, roots, search=False)
    findings = [Remark(problem.path, problem.detail) for problem in found.problems]
    there = {place.resolve() for _, place in found.media} | {problem.path.resolve() for problem in found.problems}
    findings += [Remark(root, sentence("there is no medium here: no {name}", name=NAME))
                 for root in roots if root.resolve() not in there]  # fmt: skip
    media, doubles = _by_code(found.media)
    return media, [*findings, *doubles]


def _by_code(
    found: tuple[tuple[Medium, Path], ...],
) -> tuple[tuple[tuple[Medium, Path], ...], list[Remark]]:
    """Keep one medium for each code; a second with the same is a finding."""
    kept: dict[str, tuple[Medium, Path]] = {}
    doubles = []
    for medium, root in found:
        if medium.code in kept:
            doubles.append(Remark(root, sentence("{path} has the code {code} too, but is another medium",
                                                 path=kept[medium.code][1], code=medium.code)))  # fmt: skip
        else:
            kept[medium.code] = medium, root
    return tuple(kept.values()), doubles


def _records(copy: Path, medium: Medium) -> tuple[list[Record], list[Remark]]:
    """Give the records of one copy that can be read and are about this medium, and what is wrong with its chain."""
    found = compare(copy, medium, None)
    records = [record for record in found.history.records if (record.medium_id, record.set) == (medium.id, copy.name)]
    remarks = [Remark(copy, finding) for finding in found.findings]
    if not found.history.head.number:
        remarks.append(Remark(copy, sentence("the copy has no history: check it, and it gets one")))
    return records, remarks
