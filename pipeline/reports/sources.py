"""Read all that a unit's report is counted from: sets, lists with what lies beside them, the register."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.catalogue.codes import canonical_values
from pipeline.catalogue.fields import DOSSIER
from pipeline.catalogue.reading.lists import DOCUMENTS_CSV, DOSSIERS_CSV, lists_in, read
from pipeline.copies.policy import Policy
from pipeline.copies.register import Register
from pipeline.errors import UsageError
from pipeline.records.description import BatchInfo, read_description
from pipeline.reports.holding import Holding, Origin, of_list, of_set
from pipeline.reports.insurance import Insurance, insurances

_DESCRIPTION = "batch.toml"


def holding_of(sets: Iterable[Path], lists: Iterable[Path], origin: Origin) -> Holding:
    """Read sets and lists.

    Args:
        sets: Folders of sealed sets; copies of one set count once.
        lists: Files, or scan folders that hold lists.
        origin: Whose records lists are about, where no `batch.toml` beside them says it.

    Raises:
        UsageError: One of them is not what it is taken for.
        NoVerdict: One cannot be read.
        BatchStopped: A set is not as it was sealed.
    """
    holding = Holding()
    for root in sets:
        holding += of_set(root)
    for files in dict.fromkeys(_files(path) for path in lists):
        beside = read_description(files[0].parent / _DESCRIPTION)
        defaults = canonical_values(DOSSIER, beside.defaults_dossier)
        holding += of_list(read(files), _origin(beside.batch, origin), defaults)
    return holding


def known_insurances(register: Register | None, policy: Policy) -> Mapping[str, Insurance] | None:
    """Say what the register knows; None without a register."""
    return None if register is None else insurances(register, policy)


def _files(path: Path) -> tuple[Path, ...]:
    """Give the files of one list: text files of dossiers and of documents lie side by side."""
    if path.is_dir():
        found = lists_in(path)
        if not found:
            raise UsageError("{path} holds no list of dossiers (muc-luc.xlsx or muc-luc.csv)", path=path)
        return found
    beside = path.with_name(DOCUMENTS_CSV)
    return (path, beside) if path.name == DOSSIERS_CSV and beside.is_file() else (path,)


def _origin(batch: BatchInfo, given: Origin) -> Origin:
    told = Origin(batch.agency_code, batch.agency_name, batch.fonds_code, batch.fonds_name)
    return given if told == Origin() else told
