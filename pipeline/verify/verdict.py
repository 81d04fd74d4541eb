"""What a check of a copy answers with: findings, remarks and the verdict over all of them; values only."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.errors import ExitCode


class Kind(StrEnum):
    """The ways in which a copy can fail to be what was sealed, or where it should be."""

    DAMAGED = "damaged"
    MISSING = "missing"
    MOVED = "moved"
    UNEXPECTED = "unexpected"
    OLDER_GENERATION = "older-generation"
    HISTORY = "history-broken"
    UNREADABLE = "unreadable"
    WRONG_MEDIUM = "wrong-medium"
    MEDIUM_ABSENT = "medium-absent"


# What stands in the way of a verdict; every other class is a finding by itself.
_NO_VERDICT = frozenset({Kind.UNREADABLE, Kind.WRONG_MEDIUM, Kind.MEDIUM_ABSENT})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong.

    Attributes:
        path: Relative to the copy.
        expected, found: Digests as `algorithm:hex`, or what stands there instead ("folder", "link" ...).
        repeated: Whether a second read gave the same wrong digest; None where nothing was read twice.
    """

    kind: Kind
    path: str
    expected: str = ""
    found: str = ""
    detail: str = ""
    repeated: bool | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about a path; not a fault by itself."""

    path: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check of one copy found, and what it looked at.

    Attributes:
        copy: The folder as it was given.
        quick: Contents of the payload were not asked for.
        notices: What is no fault but should be known.
        unjudged: What could not be judged, and why.
        seal: Tag manifest -> its SHA-256, to compare with the register or with another copy.
        payload_files, payload_bytes: Listed files that are there.
        files_read, bytes_read: Payload and tag files whose digests were compared.
        payload_read_files, payload_read_bytes: Of these, files of the payload.
        earlier_files, earlier_since: Files that this check had read, and agreed, before it was interrupted, and when
            it began.
        contents_read: Every listed payload file that is there was read to its end, now or before the interruption.
        sizes_compared: The total size was compared with Payload-Oxum.
        part: Which part was asked for ("2/12"); empty where all was.
        past_cache: The system was asked to forget what it held in memory, so that the medium itself answered.
    """

    copy: str
    quick: bool
    findings: tuple[Finding, ...]
    notices: tuple[Remark, ...] = ()
    unjudged: tuple[Remark, ...] = ()
    seal: dict[str, str] = field(default_factory=dict)
    payload_files: int = 0
    payload_bytes: int = 0
    files_read: int = 0
    bytes_read: int = 0
    payload_read_files: int = 0
    payload_read_bytes: int = 0
    earlier_files: int = 0
    earlier_since: str = ""
    contents_read: bool = False
    sizes_compared: bool = False
    part: str = ""
    past_cache: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings of every class, zeros included."""
        found = Counter(finding.kind for finding in self.findings)
        return {kind.value: found[kind] for kind in Kind}

    @property
    def exit_code(self) -> ExitCode:
        """The code that this copy alone leads to."""
        if any(finding.kind not in _NO_VERDICT for finding in self.findings):
            return ExitCode.FINDINGS
        return ExitCode.NO_VERDICT if self.findings or self.unjudged else ExitCode.WHOLE

    @property
    def outcome(self) -> str:
        """Give the verdict in one word.

        "whole", "part-read" (nothing was found in what was read, which was not all), "contents-not-read" (a quick
        check found nothing), "findings" or "no-verdict".
        """
        if self.exit_code is ExitCode.WHOLE:
            whole = "contents-not-read" if self.quick or not self.payload_read_files else "part-read"
            return "whole" if self.contents_read else whole
        return "findings" if self.exit_code is ExitCode.FINDINGS else "no-verdict"

    @property
    def covered(self) -> str:
        """Say in words what was looked at."""
        files = f"{self.payload_files} payload files ({self.payload_bytes} bytes)"
        if self.contents_read:
            text = f"Names and contents of {files}, and the tag files: {self.bytes_read} bytes read."
        elif not self.payload_files and not self.files_read:
            return "Nothing; no contents were read."
        elif self.quick:
            sizes = "total size" if self.sizes_compared else "no sizes (bag-info.txt gives none)"
            return f"Presence, names and {sizes} of {files}, and the tag files; the contents were not read."
        else:
            now = f"{self.payload_read_files} of them, {self.payload_read_bytes} bytes"
            text = f"Presence and names of {files}, and the tag files; contents of {now}."
        return f"{text} {self._earlier}" if self.earlier_files else text

    @property
    def _earlier(self) -> str:
        return f"{self.earlier_files} more were read before the interruption, from {self.earlier_since} on."

    def to_json(self) -> dict[str, Any]:
        """Give the verdict as plain JSON values."""
        values = asdict(self)
        covered = {"contents": values.pop("contents_read"), "sizes": values.pop("sizes_compared"), "text": self.covered}
        summary = {"outcome": self.outcome, "exit_code": int(self.exit_code), "counts": self.counts}
        return {"copy": values.pop("copy"), **summary, "covered": covered, **values}
