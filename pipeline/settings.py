"""The settings of one document: those of the run, and over them what `batch.toml` says of its dossier and of itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.config import Config
from pipeline.model import Batch, Document, Dossier
from pipeline.records.description import Description
from pipeline.stages import STAGES
from pipeline.stages.stage import Tools


@dataclass(frozen=True, slots=True)
class Chosen:
    """Settings, and the identity by stage of the tools that these settings call for."""

    config: Config
    tools: Tools


@dataclass(slots=True)
class SettingsOf:
    """Gives each document its settings; documents with the same ones share one value.

    Attributes:
        config: The settings of the run.
    """

    config: Config
    description: Description
    _chosen: dict[Config, Chosen] = field(default_factory=dict)
    _tools: dict[tuple[str, Any], dict[str, str]] = field(default_factory=dict)

    @property
    def run(self) -> Chosen:
        """The settings of the run as a whole.

        Raises:
            ToolMissing: A program or language data is not installed.
        """
        return self._choose(self.config)

    def document(self, dossier: Dossier, document: Document) -> Chosen:
        """Give a document's settings.

        Raises:
            ToolMissing: The data of a language that is asked for is not installed.
        """
        languages = self.description.languages(dossier, document)
        if not languages:
            return self.run
        return self._choose(replace(self.config, ocr=replace(self.config.ocr, languages=languages)))

    def require_all(self, batch: Batch) -> None:
        """Look for all that the batch's documents need, before any page is worked on.

        Raises:
            ToolMissing: The data of a language that is asked for is not installed.
        """
        for dossier, document in documents_of(batch):
            self.document(dossier, document)

    def _choose(self, config: Config) -> Chosen:
        if config not in self._chosen:
            self._chosen[config] = Chosen(config, self._identities(config))
        return self._chosen[config]

    def _identities(self, config: Config) -> Mapping[str, Mapping[str, str]]:
        """Ask each tool once for each setting; asking some of them takes a second."""
        for stage in STAGES:
            key = stage.name, stage.params(config)
            if key not in self._tools:
                self._tools[key] = stage.tools(stage.params(config))
        return {stage.name: self._tools[stage.name, stage.params(config)] for stage in STAGES}


def documents_of(batch: Batch) -> Iterable[tuple[Dossier, Document]]:
    """Give each document with its dossier, in order."""
    return ((dossier, document) for dossier in batch.dossiers for document in dossier.documents)
