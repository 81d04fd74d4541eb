"""Whether a set counts as insured [đã dự phòng] under the office's policy; without a policy the law's minimum rules.

Thông tư 05/2025/TT-BNV Đ27.1 (two sets, independent media); riskRecoveryStatus 01 and 02 of its Phụ lục I.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.config import CopiesParams
from pipeline.copies.medium import Medium
from pipeline.copies.register import Register
from pipeline.copies.stock import CopyEntry, SetEntry, State
from pipeline.messages import Sentence, sentence

INSURED, NOT_INSURED = "01", "02"

Policy = CopiesParams


class Standing(NamedTuple):
    """How one generation of a set stands.

    Attributes:
        status: riskRecoveryStatus: "01" insured, "02" not.
        good: Media in use with a copy that was read back whole and not found damaged since.
        copies: All copies on media in use.
        reasons: Why it is not insured, in English; empty where it is.
        superseded: A later generation of the set is known.
    """

    seal: str
    name: str
    status: str
    good: int
    copies: int
    reasons: tuple[Sentence, ...]
    superseded: bool = False

    @property
    def insured(self) -> bool:
        """Whether the policy's number of copies has been read back whole."""
        return self.status == INSURED


def insured(register: Register, policy: Policy, seal: str) -> Standing | None:
    """Say how a set stands; None where the register does not know it.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    found = register.sets(seal=seal)
    if not found:
        return None
    generations = register.sets(name=found[0].name)
    media = {medium.id: medium for medium in register.media()}
    return judge(found[0], register.copies(seal=seal), media, policy, superseded=generations[-1].seal != seal)


def standings(register: Register, policy: Policy) -> tuple[Standing, ...]:
    """Say how every set stands, by name and generation.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    return judge_all(register.sets(), register.copies(), register.media(), policy)


def judge_all(
    sets: Sequence[SetEntry], copies: Sequence[CopyEntry], media: Sequence[Medium], policy: Policy
) -> tuple[Standing, ...]:
    """Judge all sets; sets of one name stand in the order of their generations."""
    by_seal: defaultdict[str, list[CopyEntry]] = defaultdict(list)
    for copy in copies:
        by_seal[copy.seal].append(copy)
    by_id = {medium.id: medium for medium in media}
    newest = {entry.name: entry.seal for entry in sets}
    return tuple(
        judge(entry, by_seal[entry.seal], by_id, policy, superseded=newest[entry.name] != entry.seal) for entry in sets
    )


def judge(
    entry: SetEntry, copies: Sequence[CopyEntry], media: Mapping[str, Medium], policy: Policy, *, superseded: bool
) -> Standing:
    """Judge one set by its copies."""
    used = [copy for copy in copies if (medium := media.get(copy.medium_id)) and not medium.retired]
    good = one_each(copy for copy in used if copy.state == State.WHOLE)
    reasons = tuple(lacking(good, media, policy))
    status = NOT_INSURED if reasons else INSURED
    return Standing(entry.seal, entry.name, status, len(good), len(used), reasons, superseded)


def one_each(copies: Iterable[CopyEntry]) -> list[CopyEntry]:
    """Take one copy of each medium: a medium that is lost takes all that stand on it, under whatever name."""
    chosen: dict[str, CopyEntry] = {}
    for copy in copies:
        held = chosen.setdefault(copy.medium_id, copy)
        if held.shared_device and not copy.shared_device:
            chosen[copy.medium_id] = copy
    return list(chosen.values())


def lacking(copies: Iterable[CopyEntry], media: Mapping[str, Medium], policy: Policy) -> list[Sentence]:
    """Say what the good copies of one set lack."""
    good = one_each(copies)
    # Copies that were forced onto one device are lost with it: together they count as much as one.
    apart = max(sum(not copy.shared_device for copy in good), min(1, len(good)))
    kinds = len({media[copy.medium_id].kind for copy in good})
    places = len({media[copy.medium_id].place for copy in good})
    reasons = []
    if len(good) < policy.sets:
        reasons.append(sentence("{number} of {wanted} copies have been read back whole",
                                number=len(good), wanted=policy.sets))  # fmt: skip
    if apart < policy.media:
        reasons.append(sentence("good copies stand on {number} of {wanted} independent media",
                                number=apart, wanted=policy.media))  # fmt: skip
    if kinds < policy.kinds:
        reasons.append(sentence("good copies stand on {number} of {wanted} kinds of media",
                                number=kinds, wanted=policy.kinds))  # fmt: skip
    if places < policy.places:
        reasons.append(sentence("good copies stand at {number} of {wanted} places",
                                number=places, wanted=policy.places))  # fmt: skip
    return reasons
