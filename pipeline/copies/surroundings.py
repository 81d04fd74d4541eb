"""What stands around a copy, judged before it is read: its medium, its history, and later generations of its set."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies.comparing import Comparison, compare
from pipeline.copies.history import beside
from pipeline.copies.medium import NAME, Medium, read_identity
from pipeline.copies.recording import is_linked
from pipeline.copies.register import Register
from pipeline.copies.seal import read_seal, seal_name
from pipeline.errors import SohoaError
from pipeline.verify import Finding, Kind, Remark


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found around a copy.

    Attributes:
        medium: Its identity; None where it has none that can be used.
        known: The register knows the medium.
        seal: Of the copy by its history and the register; by the copy itself where neither knows it.
        history: Records stand beside the copy, or in the register.
        linked: A link stands in the place of the copy or of what is beside it.
        findings, notices: What is wrong, and what should be known.
    """

    medium: Medium | None
    known: bool
    seal: str
    history: bool
    findings: tuple[Finding, ...]
    notices: tuple[Remark, ...]
    linked: bool = False

    @property
    def right_medium(self) -> bool:
        """Tell whether what is found may be written down as the history of this copy."""
        return all(finding.kind is not Kind.WRONG_MEDIUM for finding in self.findings)


def look_around(copy: Path, register: Register | None) -> Surroundings:
    """Judge medium, history and generation; nothing here raises, faults become findings."""
    findings: list[Finding] = []
    medium = _identity(copy, findings)
    try:
        found = compare(copy, medium, register)
    except SohoaError as error:
        findings.append(Finding(Kind.UNREADABLE, f"../{copy.name}.sohoa/history", detail=str(error)))
        found = None
    findings += _wrong_medium(copy, medium, found, register)
    if found and not findings:
        findings += (Finding(Kind.HISTORY, f"../{copy.name}.sohoa/history", detail=text) for text in found.findings)
    notices = [Remark(f"../{copy.name}.sohoa/history", str(text)) for text in (found.notices if found else ())]
    links = _links(copy) if medium or is_folder(beside(copy)) else []
    sealed = _sealed(copy, medium, found, register)
    own = "" if links else _own_seal(copy)
    findings += links
    findings += _generation(copy, sealed, own, register)
    known = bool(register and medium and register.medium(medium.id))
    if medium and medium.retired:
        notices.append(Remark(f"../{NAME}", f"the medium {medium.code} was taken out of use on {medium.retired}"))
    if register and medium and not known:
        notices.append(Remark(f"../{NAME}", f"the register does not know the medium {medium.code}"))
    history = bool(found and (found.history.records or found.known.number))
    return Surroundings(medium, known, sealed or own, history, tuple(findings), tuple(notices), bool(links))


def _links(copy: Path) -> list[Finding]:
    """Say where a link leads away from the medium: what it leads to is no copy there."""
    findings = []
    if copy.is_symlink():
        findings.append(Finding(Kind.DAMAGED, ".", "", "link", "a link, not a copy"))
    if is_linked(copy):
        findings.append(Finding(Kind.DAMAGED, f"../{copy.name}.sohoa", "", "link", "a link, not a folder"))
    return findings


def _identity(copy: Path, findings: list[Finding]) -> Medium | None:
    try:
        return read_identity(copy.absolute().parent)
    except SohoaError as error:
        findings.append(Finding(Kind.UNREADABLE, f"../{NAME}", detail=str(error)))
        return None


def _wrong_medium(
    copy: Path, medium: Medium | None, found: Comparison | None, register: Register | None
) -> Iterator[Finding]:
    """Say where another medium stands in the place of the one that is meant."""
    records = found.history.records if found else ()
    strange = [record for record in records if medium and record.medium_id != medium.id]
    homeless = [record for record in records if not medium and record.medium_id]
    namesake = register.medium(medium.code) if register and medium else None
    if medium and namesake and namesake.id != medium.id:
        yield Finding(Kind.WRONG_MEDIUM, f"../{NAME}", namesake.id, medium.id,
                      f"another medium than the register's bears the code {medium.code}")  # fmt: skip
    elif medium and strange:
        yield Finding(Kind.WRONG_MEDIUM, f"../{NAME}", strange[0].medium_id, medium.id,
                      f"the history of this copy is that of the medium {strange[0].medium_code or '-'}, "
                      f"this medium is {medium.code}")  # fmt: skip
    elif homeless:
        yield Finding(Kind.WRONG_MEDIUM, f"../{NAME}", homeless[0].medium_id, "",
                      f"the history of this copy is that of the medium {homeless[0].medium_code}, "
                      f"but no medium's identity stands here")  # fmt: skip
    elif medium and register and not is_folder(copy):
        yield from _not_there(copy, medium, register)


def _not_there(copy: Path, medium: Medium, register: Register) -> Iterator[Finding]:
    """Tell a copy that is gone from its medium from a medium that was never meant."""
    if register.copy(medium.id, copy.name):
        yield Finding(Kind.MISSING, ".", detail=f"the medium {medium.code} is there, the copy is not")
        return
    here = copy.absolute().parent
    for entry in register.copies(name=copy.name):
        meant = register.medium(entry.medium_id)
        if meant and register.paths().get(meant.id) == here:
            yield Finding(Kind.WRONG_MEDIUM, f"../{NAME}", meant.id, medium.id,
                          f"here stands the medium {medium.code}, the copy is on {meant.code}")  # fmt: skip
            return


def _sealed(copy: Path, medium: Medium | None, found: Comparison | None, register: Register | None) -> str:
    """Give the seal that the copy should have, by register or history; "" where neither knows it."""
    entry = register.copy(medium.id, copy.name) if register and medium else None
    records = found.history.records if found else ()
    return entry.seal if entry else next((record.seal for record in reversed(records) if record.seal), "")


def _own_seal(copy: Path) -> str:
    try:
        return read_seal(copy)
    except OSError:
        return ""


def _generation(copy: Path, sealed: str, own: str, register: Register | None) -> Iterator[Finding]:
    """Say where a later generation of the set is known, or what stands here is not what was sealed."""
    sets = register.sets(name=copy.name) if register else ()
    seen = {entry.seal: entry.first_seen for entry in sets}
    if sealed and own and own != sealed:
        where = _seal_file(copy)
        if own in seen:
            yield Finding(Kind.OLDER_GENERATION, where, f"sha256:{sealed}", f"sha256:{own}",
                          "another generation of the set stands here than the history tells of")  # fmt: skip
        else:
            yield Finding(Kind.DAMAGED, where, f"sha256:{sealed}", f"sha256:{own}",
                          "it is not the one that was sealed, by the history of this copy")  # fmt: skip
        return
    seals = [entry.seal for entry in sets]
    later = sets[seals.index(own) + 1 :] if own in seen else sets if own else ()
    if later and own in seen:
        yield Finding(Kind.OLDER_GENERATION, _seal_file(copy), f"sha256:{later[-1].seal}", f"sha256:{own}",
                      f"the register knows a later generation of this set, first seen on "
                      f"{later[-1].first_seen}")  # fmt: skip
    elif later:
        yield Finding(Kind.OLDER_GENERATION, _seal_file(copy), f"sha256:{later[-1].seal}", f"sha256:{own}",
                      "the register knows another generation of this set, and not this one")  # fmt: skip


def _seal_file(copy: Path) -> str:
    try:
        return seal_name([path.name for path in copy.iterdir()]) or "."
    except OSError:
        return "."


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there; a disk that gives errors has none."""
    try:
        return path.is_dir()
    except OSError:  # Path.is_dir lets those of a disk that was unplugged through
        return False
