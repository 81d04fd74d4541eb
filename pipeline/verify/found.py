"""What one check has found so far: told by several threads, one finding for each class and path."""

import threading
from collections.abc import Container
from dataclasses import replace

from pipeline.verify.verdict import Finding, Kind, Remark

SHOWN_LINES = 20


class Found:
    """Findings, notices and what could not be judged, until the verdict is spoken."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self._findings: dict[tuple[Kind, str], Finding] = {}
        self._notices: dict[Remark, None] = {}
        self._unjudged: list[Remark] = []
        self._lock = threading.Lock()

    def find(self, kind: Kind, path: str, detail: str = "", *, expected: str = "", found: str = "") -> None:
        """Note a finding."""
        self.note(Finding(kind, path, expected, found, detail))

    def note(self, finding: Finding) -> None:
        """Keep a finding; what several lists say of one path becomes one finding."""
        with self._lock:
            key = finding.kind, finding.path
            known = self._findings.get(key, finding)
            details = dict.fromkeys(text for text in (known.detail, finding.detail) if text)
            richer = finding if finding.expected else known
            self._findings[key] = replace(richer, detail="; ".join(details))

    def remark(self, path: str, detail: str) -> None:
        """Note what is no fault but should be known."""
        self._notices[Remark(path, detail)] = None

    def cannot_judge(self, path: str, detail: str) -> None:
        """Note what could not be judged, and why."""
        self._unjudged.append(Remark(path, detail))

    def forget(self, kind: Kind, path: str) -> None:
        """Take a finding back, since another class says it better."""
        with self._lock:
            self._findings.pop((kind, path), None)

    def keep_only(self, kind: Kind) -> None:
        """Forget all findings but those of one kind."""
        self._findings = {key: finding for key, finding in self._findings.items() if finding.kind is kind}

    def paths(self, *, leave_out: Container[Kind] = ()) -> set[str]:
        """Name the paths that something was found about."""
        return {path for kind, path in self._findings if kind not in leave_out}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, by class and path, whichever thread came first."""
        order = {kind: place for place, kind in enumerate(Kind)}
        return tuple(sorted(self._findings.values(), key=lambda finding: (order[finding.kind], finding.path)))

    @property
    def notices(self) -> tuple[Remark, ...]:
        """What should be known, by path."""
        return tuple(sorted(self._notices, key=lambda remark: (remark.path, remark.detail)))

    @property
    def unjudged(self) -> tuple[Remark, ...]:
        """What could not be judged, in the order it was met."""
        return tuple(self._unjudged)


def reason(error: OSError) -> str:
    """Give the system's own words for an error."""
    return error.strerror or str(error)


def some(items: list[str]) -> str:
    """Write the first of many things out and count the rest."""
    more = f" and {len(items) - SHOWN_LINES} more" if len(items) > SHOWN_LINES else ""
    return "; ".join(items[:SHOWN_LINES]) + more
