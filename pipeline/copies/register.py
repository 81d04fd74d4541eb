"""The register [sổ đăng ký] of media, sets, copies and what was done to them: values in, values out.

It holds nothing that the media do not hold too, but for records of media that cannot be written to.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from pipeline.copies.database import Database
from pipeline.copies.medium import Medium
from pipeline.copies.record import Head, Record, parse_record, to_bytes
from pipeline.copies.stock import CopyEntry, SetEntry, payload_of, taking
from pipeline.errors import NoVerdict, UsageError

_MEDIUM = "id, code, kind, place, until, created, retired"
_COPY = ", ".join(CopyEntry._fields)
_SET = ", ".join(SetEntry._fields)


def default_path(environment: Mapping[str, str]) -> Path:
    """Say where the register stands: SOHOA_REGISTER, else the user's data folder (XDG base directories)."""
    named = environment.get("SOHOA_REGISTER")
    if named:
        return Path(named)
    home = environment.get("XDG_DATA_HOME", "")
    base = Path(home) if home.startswith("/") else Path(environment.get("HOME") or "~").expanduser() / ".local/share"
    return base / "sohoa" / "register.sqlite3"


class Register:
    """An open register; use it as a context manager."""

    def __init__(self, path: Path, *, create: bool = True, wait_seconds: float = 30.0) -> None:
        """Open the register, and make it where there is none.

        Raises:
            UsageError: It would stand on a network share; or there is none and `create` is off.
            FolderBusy: Another program holds it for longer than `wait_seconds`.
            NoVerdict: It cannot be used.
        """
        if not create and not path.is_file():
            raise UsageError("there is no register at {path}; `sohoa media add` begins one", path=path)
        self.path = path
        self._base = Database(path, wait_seconds=wait_seconds)

    def __enter__(self) -> Self:
        """Give the open register."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._base.close()

    def media(self) -> tuple[Medium, ...]:
        """Give all media by code, retired ones too."""
        return tuple(Medium(*row) for row in self._base.rows(f"SELECT {_MEDIUM} FROM media ORDER BY code"))  # noqa: S608

    def medium(self, code_or_id: str) -> Medium | None:
        """Find a medium by its code or id."""
        rows = self._base.rows(
            f"SELECT {_MEDIUM} FROM media WHERE id = ?1 OR code = ?1 ORDER BY id = ?1 DESC",  # noqa: S608
            (code_or_id,),
        )
        return Medium(*rows[0]) if rows else None

    def paths(self) -> dict[str, Path]:
        """Give where each medium was last seen on this machine: id -> folder."""
        rows = self._base.rows("SELECT id, path FROM media WHERE path <> '' ORDER BY code")
        return {row[0]: Path(row[1]) for row in rows}

    def put_medium(self, medium: Medium, path: Path | None = None) -> None:
        """Take a medium in, or take over what changed about it.

        Raises:
            UsageError: Another medium has the code already.
        """
        with self._base.transaction():
            self._put_medium(medium, str(path.absolute()) if path else "")

    def names(self) -> dict[str, str]:
        """Give the name of each set: seal -> name."""
        return dict(self._base.rows("SELECT seal, name FROM sets"))

    def sets(self, *, seal: str = "", name: str = "") -> tuple[SetEntry, ...]:
        """Give the sets by name, older generations first: all, one seal's, or all generations of a name."""
        where, values = _where(seal=seal, name=name)
        rows = self._base.rows(f"SELECT {_SET} FROM sets{where} ORDER BY name, first_seen, seal", values)  # noqa: S608
        found = [SetEntry._make((*row[:-1], json.loads(row[-1]))) for row in rows]
        born = self._born(name) if len({entry.name for entry in found}) < len(found) else {}
        found.sort(key=lambda entry: (entry.name, born.get(entry.seal, entry.first_seen), entry.first_seen))
        return tuple(found)

    def copies(self, *, seal: str = "", medium_id: str = "", name: str = "") -> tuple[CopyEntry, ...]:
        """Give the copies by name and medium: all, or those of a seal, a medium, a name."""
        where, values = _where(seal=seal, medium_id=medium_id, name=name)
        rows = self._base.rows(f"SELECT {_COPY} FROM copies{where} ORDER BY name, medium_id", values)  # noqa: S608
        return tuple(map(CopyEntry._make, rows))

    def copy(self, medium_id: str, name: str) -> CopyEntry | None:
        """Find the copy of that name on a medium."""
        return next(iter(self.copies(medium_id=medium_id, name=name)), None)

    def events(
        self, *, medium_id: str = "", name: str = "", event: str = "", seal: str = "", since: str = ""
    ) -> tuple[Record, ...]:
        """Give the records in the order of time: all, or those that all conditions given fit."""
        where, values = _where(medium_id=medium_id, name=name, event=event, seal=seal)
        if since:
            where, values = f"{where} {'AND' if where else 'WHERE'} time >= ?", (*values, since)
        rows = self._base.rows(
            f"SELECT record FROM events{where} ORDER BY time, medium_id, name, number",  # noqa: S608
            values,
        )
        return tuple(self._record(row[0]) for row in rows)

    def last_time(self, event: str = "") -> str:
        """Give the time of the newest record, of one kind or of all; "" where there is none."""
        where, values = _where(event=event)
        return str(self._base.rows(f"SELECT coalesce(max(time), '') FROM events{where}", values)[0][0])  # noqa: S608

    def chain(self, medium_id: str, name: str) -> tuple[tuple[Record, bool], ...]:
        """Give the records of one copy by number, each with whether it stands on the medium too."""
        rows = self._base.rows(
            "SELECT record, on_medium FROM events WHERE medium_id = ? AND name = ? ORDER BY number", (medium_id, name)
        )
        return tuple((self._record(row[0]), bool(row[1])) for row in rows)

    def superseded(self) -> frozenset[str]:
        """Give the seals of sets of which a later generation is known."""
        rows = self._base.rows(
            "SELECT name, seal, first_seen FROM sets "
            "WHERE name IN (SELECT name FROM sets GROUP BY name HAVING count(*) > 1) ORDER BY name, first_seen, seal"
        )
        born = self._born() if rows else {}
        rows.sort(key=lambda row: (row[0], born.get(row[1], row[2]), row[2]))
        newest = {name: seal for name, seal, _ in rows}
        return frozenset(seal for name, seal, _ in rows if newest[name] != seal)

    def short(self, *, copies: int, media: int, kinds: int, places: int) -> frozenset[str]:
        """Give the seals of sets whose good copies on media in use are fewer, or less spread, than these numbers.

        `policy.lacking` says the same of one set, and why; this spares loading those of which there is nothing to say.
        """
        rows = self._base.rows(
            "SELECT s.seal FROM sets s LEFT JOIN copies c ON c.seal = s.seal AND c.state = 'whole' "
            "LEFT JOIN media m ON m.id = c.medium_id AND m.retired = '' GROUP BY s.seal HAVING count(m.id) < ? "
            "OR max(sum(m.id IS NOT NULL AND NOT c.shared_device), min(1, count(m.id))) < ? "
            "OR count(DISTINCT m.kind) < ? OR count(DISTINCT m.place) < ?",
            (copies, media, kinds, places),
        )
        return frozenset(row[0] for row in rows)

    def to_check(self, covered_before: str) -> tuple[CopyEntry, ...]:
        """Give the copies on media in use that are not whole, or not read as a whole since that day (ISO 8601)."""
        columns = ", ".join(f"c.{name}" for name in CopyEntry._fields)
        rows = self._base.rows(
            f"SELECT {columns} FROM copies c JOIN media m ON m.id = c.medium_id AND m.retired = '' "  # noqa: S608
            "WHERE c.state IN ('faulty', 'in-doubt') OR c.covered_since < ?",
            (covered_before,),
        )
        return tuple(map(CopyEntry._make, rows))

    def head(self, medium_id: str, name: str) -> Head:
        """Give the end of the chain that the register knows of a copy."""
        copy = self.copy(medium_id, name)
        return Head(copy.head_number, copy.head_digest, copy.last_event) if copy else Head()

    def note(
        self, records: Iterable[Record], *, on_medium: bool = True, description: Mapping[str, str] | None = None
    ) -> None:
        """Take in records of copies on known media, all or none; those that stand there already are passed over.

        Args:
            records: By number.
            on_medium: They stand on the medium too.
            description: What the set's bag-info.txt says; None leaves what is known.

        Raises:
            NoVerdict: The register holds another record of the same number.
        """
        with self._base.transaction():
            for record in records:
                self._note(record, on_medium=on_medium, description=description)

    def remake(
        self, media: Sequence[tuple[Medium, Path]], records: Iterable[Record], descriptions: Mapping[str, Any]
    ) -> None:
        """Forget everything and take in what media tell, all in one transaction.

        Args:
            media: Each with the folder it stands at.
            records: Of each copy by number.
            descriptions: Seal -> what bag-info.txt says.
        """
        with self._base.transaction():
            for table in ("events", "copies", "sets", "media"):
                self._base.rows(f"DELETE FROM {table}")  # noqa: S608
            for medium, path in media:
                self._put_medium(medium, str(path.absolute()))
            for record in records:
                self._note(record, on_medium=True, description=descriptions.get(record.seal))

    def save_copy(self, target: Path) -> None:
        """Write all that the register holds into a new file."""
        self._base.save_copy(target)

    def _born(self, name: str = "") -> dict[str, str]:
        """Give since when each of several generations of a name counts: seal -> time.

        An old disk that comes to light late makes no new generation: what was copied by this program counts from its
        first copy, all else from when it was first seen, and "" where a check already called it the older one.
        """
        rows = self._base.rows(
            "SELECT seal, coalesce(min(time) FILTER (WHERE event = 'created'), '') FROM events "
            "WHERE seal IN (SELECT seal FROM sets WHERE name IN "
            "(SELECT name FROM sets WHERE ?1 IN ('', name) GROUP BY name HAVING count(*) > 1)) GROUP BY seal "
            "HAVING min(time) FILTER (WHERE event = 'created') IS NOT NULL OR max(event = 'verified' AND "
            "coalesce(json_extract(record, '$.details.counts.\"older-generation\"'), 0) > 0)",
            (name,),
        )
        return dict(rows)

    def _put_medium(self, medium: Medium, path: str) -> None:
        taken = self._base.rows("SELECT id FROM media WHERE code = ? AND id <> ?", (medium.code, medium.id))
        if taken:
            raise UsageError("another medium has the code {code} already; a code belongs to one medium for ever",
                             code=medium.code)  # fmt: skip
        values = (medium.id, medium.code, medium.kind, medium.place, medium.until, medium.created, medium.retired)
        self._base.rows(
            "INSERT INTO media VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET code = excluded.code, "
            "kind = excluded.kind, place = excluded.place, until = excluded.until, created = excluded.created, "
            "retired = excluded.retired, path = CASE excluded.path WHEN '' THEN path ELSE excluded.path END",
            (*values, path),
        )

    def _note(self, record: Record, *, on_medium: bool, description: Mapping[str, str] | None) -> None:
        key = (record.medium_id, record.set, record.number)
        known = self._base.rows("SELECT digest FROM events WHERE medium_id = ? AND name = ? AND number = ?", key)
        if known and known[0][0] != record.digest:
            raise NoVerdict("the register holds another record {number} of {name} on {code} than the medium",
                            number=record.number, name=record.set, code=record.medium_code)  # fmt: skip
        if known:
            if on_medium:
                self._base.rows("UPDATE events SET on_medium = 1 WHERE medium_id = ? AND name = ? AND number = ?", key)
            return
        rows = self._base.rows(f"SELECT {_COPY} FROM copies WHERE medium_id = ? AND name = ?", key[:2])  # noqa: S608
        copy = taking(CopyEntry._make(rows[0]) if rows else None, record)
        row = (
            *key,
            copy.seal,
            record.event,
            record.time,
            record.by,
            record.digest,
            on_medium,
            to_bytes(record).decode(),
        )
        self._base.rows("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        marks = ",".join("?" * len(copy))
        self._base.rows(f"INSERT OR REPLACE INTO copies ({_COPY}) VALUES ({marks})", copy)  # noqa: S608
        self._put_set(copy, record, description)

    def _put_set(self, copy: CopyEntry, record: Record, description: Mapping[str, str] | None) -> None:
        size_bytes, files = payload_of(record)
        self._base.rows(
            "INSERT INTO sets VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT (seal) DO UPDATE SET "
            "first_seen = min(first_seen, ?3), payload_bytes = max(payload_bytes, ?4), "
            "payload_files = max(payload_files, ?5), description = CASE ?6 WHEN '{}' THEN description ELSE ?6 END",
            (copy.seal, copy.name, record.time, size_bytes, files,
             json.dumps(description or {}, ensure_ascii=False, sort_keys=True)),
        )  # fmt: skip

    def _record(self, text: str) -> Record:
        try:
            return parse_record(text.encode())
        except ValueError as error:
            raise NoVerdict("the register {path} holds a record that is damaged", path=self.path) from error


def _where(**columns: str) -> tuple[str, tuple[str, ...]]:
    """Give the condition for the columns that are asked for."""
    asked = {name: value for name, value in columns.items() if value}
    return " WHERE " + " AND ".join(f"{name} = ?" for name in asked) if asked else "", tuple(asked.values())
