"""What a page-level stage is handed: the scan's bytes, its one decoded picture, and what came before."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.model import Artifact, Page, StageResult
from pipeline.stages.artifact import has_artifacts, write_artifact
from pipeline.stages.scan import Scan, Source, open_scan


@dataclass(slots=True)
class PageView:
    """One page on its trip.

    Attributes:
        limit_megapixels: A picture that claims more is refused.
        work: The work folder.
        folder: Where this page's files go, relative to it.
        results: Results of the stages so far, by stage.
    """

    source: Source
    page: Page
    limit_megapixels: float
    work: Path
    folder: str
    results: dict[str, StageResult] = field(default_factory=dict)
    _scan: Scan | None = None

    def for_stage(self, needs: Iterable[str]) -> "PageView":
        """Give the view with those results alone that are part of a stage's fingerprint; the scan is shared."""
        self.scan()
        return replace(self, results={name: self.results[name] for name in needs if name in self.results})

    def scan(self) -> Scan:
        """Give the decoded picture; decoded at the first call only.

        Raises:
            BadScan: It cannot be decoded whole.
        """
        if self._scan is None:
            self._scan = open_scan(self.source, self.page.frame, self.limit_megapixels)
        return self._scan

    def write(self, name: str, data: bytes) -> Artifact:
        """Write one of the page's files into the work folder."""
        return write_artifact(self.work, f"{self.folder}/{name}", data)

    def has(self, artifacts: Iterable[Artifact]) -> bool:
        """Tell whether recorded files are all there with the size they had."""
        return has_artifacts(self.work, artifacts)
