"""The work folder's memory: which unit of which stage is done, from what, with which result.

SQLite, written by the parent process only, one transaction for each finished unit. A row keeps the parts of its
fingerprint, not only their digest, so that `sohoa status --why` can say which value changed.
"""

import errno
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from pipeline.errors import NoVerdict, UsageError
from pipeline.model import Artifact, Fault, StageResult, State

NAME = "journal.sqlite3"
_DISK_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_VERSION = 1
_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE done (
    unit TEXT NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL, parts TEXT NOT NULL,
    facts TEXT NOT NULL, artifacts TEXT NOT NULL, notes TEXT NOT NULL, fault TEXT NOT NULL,
    seconds REAL NOT NULL, PRIMARY KEY (unit, stage)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit's result in one stage.

    Attributes:
        unit: A page's or document's name; "" for the batch.
        parts: What the result was made from: {"version": ..., "params": ..., "inputs": ..., "tools": ...}.
        seconds: How long it took; 0 where it was taken over.
    """

    unit: str
    stage: str
    parts: dict[str, Any]
    result: StageResult
    seconds: float = 0.0


class Journal:
    """An open journal; use it as a context manager."""

    def __init__(self, folder: Path, *, create: bool = True) -> None:
        """Open the journal of a work folder.

        Raises:
            UsageError: There is none and `create` is off.
            NoVerdict: The file is not a journal, or one of a newer program.
        """
        path = folder / NAME
        if not create and not path.is_file():
            raise UsageError("{path} is not a work folder of sohoa: it holds no {name}", path=folder, name=NAME)
        self._path = path
        self._base = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._base.close()
            raise NoVerdict(
                "{path} cannot be used: {error}; move it away to start this batch anew", path=path, error=str(error)
            ) from error

    def _prepare(self) -> None:
        # Write-ahead logging needs shared memory; where the folder is on a network share SQLite answers with the
        # mode it kept, and the plain rollback journal goes on.
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        version = self._base.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise NoVerdict("this work folder was made by a newer version of sohoa; use that version")
        if version == 0:
            with self._transaction():
                for statement in _SCHEMA.split(";\n"):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            yield
            self._base.execute("COMMIT")
        except BaseException as error:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _DISK_CODES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path)) from error
            raise

    def __enter__(self) -> Self:
        """Give the open journal."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._base.close()

    def record(self, entries: Iterable[Entry]) -> None:
        """Write what was done for one unit, all stages in one transaction."""
        with self._transaction():
            self._base.executemany("INSERT OR REPLACE INTO done VALUES (?,?,?,?,?,?,?,?,?)", map(_row, entries))

    def entry(self, unit: str, stage: str) -> Entry | None:
        """Give one unit's result in one stage."""
        with closing(self._base.execute("SELECT * FROM done WHERE unit = ? AND stage = ?", (unit, stage))) as rows:
            row = rows.fetchone()
        return _entry(row) if row else None

    def entries(self, unit: str) -> dict[str, Entry]:
        """Give all results of one unit by stage."""
        with closing(self._base.execute("SELECT * FROM done WHERE unit = ?", (unit,))) as rows:
            return {row[1]: _entry(row) for row in rows}

    def counts(self) -> dict[str, dict[str, int]]:
        """Count units by stage and state."""
        result: dict[str, dict[str, int]] = {}
        for stage, state, count in self._base.execute("SELECT stage, state, count(*) FROM done GROUP BY 1, 2"):
            result.setdefault(stage, {})[state] = count
        return result

    def not_done(self) -> Iterator[Entry]:
        """Give every result that is not "done", in the order of units."""
        for row in self._base.execute("SELECT * FROM done WHERE state <> 'done' ORDER BY unit, stage"):
            yield _entry(row)

    def forget(self, unit: str, stage: str) -> None:
        """Drop one result."""
        with self._transaction():
            self._base.execute("DELETE FROM done WHERE unit = ? AND stage = ?", (unit, stage))

    def keep_only(self, units: set[str]) -> None:
        """Drop the results of units that are no longer part of the batch."""
        known = {row[0] for row in self._base.execute("SELECT DISTINCT unit FROM done")}
        with self._transaction():
            self._base.executemany("DELETE FROM done WHERE unit = ?", [(unit,) for unit in known - units])

    def set_about(self, **values: Any) -> None:
        """Write facts about the run (folders, settings), as JSON."""
        rows = [(key, json.dumps(value, ensure_ascii=False, sort_keys=True)) for key, value in values.items()]
        with self._transaction():
            self._base.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", rows)

    def about(self) -> dict[str, Any]:
        """Give the facts about the run."""
        return {key: json.loads(value) for key, value in self._base.execute("SELECT key, value FROM about")}


def _row(entry: Entry) -> tuple[Any, ...]:
    result = entry.result
    artifacts = [asdict(artifact) for artifact in result.artifacts]
    fault = asdict(result.fault) if result.fault else None
    columns = (entry.parts, result.facts, artifacts, result.notes, fault)
    texts = (json.dumps(column, ensure_ascii=False, sort_keys=True) for column in columns)
    return (entry.unit, entry.stage, result.state.value, *texts, entry.seconds)


def _entry(row: tuple[Any, ...]) -> Entry:
    unit, stage, state, *texts, seconds = row
    parts, facts, artifacts, notes, fault = (json.loads(text) for text in texts)
    result = StageResult(
        State(state),
        facts,
        tuple(Artifact(**artifact) for artifact in artifacts),
        tuple(notes),
        Fault(**fault) if fault else None,
    )
    return Entry(unit, stage, parts, result, seconds)
