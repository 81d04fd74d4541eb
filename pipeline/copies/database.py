"""The file of the register: opened, brought to the newest form, written in transactions; errors as sentences."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.copies.device import device_of
from pipeline.errors import FolderBusy, NoVerdict, SohoaError, UsageError

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SPOILT = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
# One file for each version of the tables; the first makes them, each further one changes what the one before left.
_SCHEMAS = ("register-1.sql",)


def schemas() -> tuple[str, ...]:
    """Give the published statements that make the tables, version by version."""
    return tuple((files("pipeline") / "schemas" / name).read_text(encoding="utf-8") for name in _SCHEMAS)


class Database:
    """An open file of SQLite with write-ahead logging."""

    def __init__(self, path: Path, *, wait_seconds: float = 30.0, versions: Sequence[str] = ()) -> None:
        """Open the file, make it where there is none, and bring older tables to the newest form.

        Args:
            path: The file.
            wait_seconds: How long another writer is waited for.
            versions: Statements version by version; those of this program where none are given.

        Raises:
            UsageError: It would stand on a network share.
            FolderBusy: Another program holds it for too long.
            NoVerdict: It cannot be opened, is not a register, or is one of a newer program.
        """
        self.path = path
        refuse_share(path)
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)
        try:
            with self._explained():
                self._base.execute("PRAGMA synchronous = FULL")
                self._migrate(versions or schemas())
        except BaseException:
            self._base.close()
            raise

    def _migrate(self, versions: Sequence[str]) -> None:
        version = self._version()
        if version > len(versions):
            raise NoVerdict("the register {path} was made by a newer version of sohoa; use that version",
                            path=self.path)  # fmt: skip
        if version == len(versions):
            return
        self._base.execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            # Another process may have done it while this one waited.
            for number, statements in enumerate(versions[self._version() :], self._version() + 1):
                for statement in statements.split(";\n"):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._base.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all that is written inside, or nothing of it.

        Raises:
            FolderBusy: Another program holds the register for too long.
            NoVerdict: It cannot be written to.
        """
        with self._explained():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run a statement and give all its rows.

        Raises:
            FolderBusy, NoVerdict: As for `transaction`.
        """
        with self._explained():
            return self._base.execute(statement, values).fetchall()

    def save_copy(self, target: Path) -> None:
        """Write all that the register holds into a new file.

        Raises:
            FolderBusy, NoVerdict: As for `transaction`.
        """
        self.rows("VACUUM INTO ?", (str(target),))

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._sentence(error) from error
        except OSError as error:
            raise NoVerdict("the register {path} cannot be used: {reason}",
                            path=self.path, reason=error.strerror or str(error)) from error  # fmt: skip

    def _sentence(self, error: sqlite3.Error) -> SohoaError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            return FolderBusy("another program is writing to the register {path}; try again later", path=self.path)
        if code in _SPOILT:
            return NoVerdict(
                "{path} is damaged or not a register; move it away and make it again from the media: "
                "sohoa register rebuild",
                path=self.path,
            )
        return NoVerdict("the register {path} cannot be used: {reason}", path=self.path, reason=str(error))


def refuse_share(path: Path) -> None:
    """Refuse a place on a network share: the locks that SQLite needs do not hold there.

    Raises:
        UsageError: It is one.
        NoVerdict: The place cannot be looked at.
    """
    place = path.absolute().parent
    while not place.exists():
        place = place.parent
    try:
        device = device_of(place)
    except OSError as error:
        raise NoVerdict("the register {path} cannot be used: {reason}",
                        path=path, reason=error.strerror or str(error)) from error  # fmt: skip
    if device.is_network:
        raise UsageError(
            "the register {path} would stand on a network share ({filesystem}, {source}), where SQLite is not safe; "
            "name a place on a disk of this machine: --register PATH, or SOHOA_REGISTER",
            path=path, filesystem=device.filesystem, source=device.source,
        )  # fmt: skip
