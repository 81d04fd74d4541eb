"""History: numbered, chained records beside a copy; every change to one is found; a kill leaves no half record."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copies.history import append, beside, history_folder, holding, read
from pipeline.copies.record import Event, Head, Subject, following, parse_record, to_bytes
from pipeline.errors import FolderBusy

SUBJECT = Subject("0" * 32, "HDD-1", "đợt 1", "a" * 64)
START = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)


def grown(folder: Path, count: int = 4) -> Path:
    """Write a history of some records, a day apart."""
    for number in range(count):
        append(
            folder, Event.VERIFIED, {"n": number}, SUBJECT, by="Bà Lan", now=lambda at=number: START + dt.timedelta(at)
        )
    return folder


def test_records_stand_beside_the_copy():
    """The history lies next to the copy's folder, never in it."""
    assert history_folder(Path("/m/đợt 1")) == Path("/m/đợt 1.sohoa/history")
    assert beside(Path("/m/a.b")) == Path("/m/a.b.sohoa")


def test_chain_can_be_followed_by_hand(tmp_path: Path):
    """Each record holds the SHA-256 of the file before it; times are Vietnam's."""
    folder = grown(tmp_path / "s.sohoa" / "history")
    files = sorted(folder.iterdir())
    records = [parse_record(file.read_bytes()) for file in files]

    assert [file.name for file in files] == ["000001.json", "000002.json", "000003.json", "000004.json"]
    assert records[0].previous == ""
    assert [record.previous for record in records[1:]] == [
        hashlib.sha256(file.read_bytes()).hexdigest() for file in files[:-1]
    ]
    assert records[0].time == "2026-01-05T15:00:00+07:00"
    assert records[0].by == "Bà Lan"
    assert "Bà Lan" in files[0].read_text(encoding="utf-8")


def test_whole_history_has_no_breaks(tmp_path: Path):
    """Nothing is found in an undisturbed history; none at all is an empty one."""
    history = read(grown(tmp_path / "h"))

    assert len(history.records) == 4
    assert (history.breaks, history.notices) == ((), ())
    assert history.head == Head(4, history.records[-1].digest, history.records[-1].time)
    assert read(tmp_path / "absent").head == Head()


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_any_change_of_a_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    """One changed byte anywhere in any record but the last breaks the chain; in the last it is caught by its form."""
    folder = grown(tmp_path_factory.mktemp("h") / "history", 3)
    file = folder / f"00000{data.draw(st.integers(1, 2))}.json"
    content = bytearray(file.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(content)

    assert read(folder).breaks


@pytest.mark.parametrize("number", [1, 2, 3])
def test_missing_record_is_a_break(tmp_path: Path, number: int):
    """A gap in the numbers is found, and named."""
    folder = grown(tmp_path / "h")
    (folder / f"00000{number}.json").unlink()

    assert read(folder).breaks[0] == f"record {number} of the history is missing"


def test_edited_record_is_a_break_though_well_formed(tmp_path: Path):
    """A record that was changed with care still does not lead to the one after it."""
    folder = grown(tmp_path / "h")
    file = folder / "000002.json"
    file.write_bytes(file.read_bytes().replace("Bà Lan".encode(), "Bà Lam".encode()))

    assert read(folder).breaks == ("record 3 does not follow from the one before: one of them was changed",)


def test_history_goes_on_after_a_damaged_record(tmp_path: Path):
    """A record after a damaged one is fastened to its bytes as they stand: one finding stays one finding."""
    folder = grown(tmp_path / "h")
    (folder / "000004.json").write_bytes(b"\0" * 50)
    record = append(folder, Event.VERIFIED, {}, SUBJECT, by="x", now=lambda: START + dt.timedelta(9))

    assert record.number == 5
    assert read(folder).breaks == ("record 4 of the history is damaged",)


def test_unreadable_record_is_a_break(tmp_path: Path):
    """A pipe or a folder with the name of a record is not opened, and found."""
    folder = grown(tmp_path / "h", 2)
    os.mkfifo(folder / "000003.json")

    assert read(folder).breaks[0].startswith("record 3 of the history could not be read")


def test_swapped_records_are_a_break(tmp_path: Path):
    """A record under another's number is found."""
    folder = grown(tmp_path / "h")
    one, two = folder / "000002.json", folder / "000003.json"
    one.rename(folder / "x")
    two.rename(one)
    (folder / "x").rename(two)

    assert read(folder).breaks[:2] == ("record 2 of the history is damaged", "record 3 of the history is damaged")


def test_clock_set_back_is_kept_and_marked(tmp_path: Path):
    """A record dated before its predecessor is a notice, not a break."""
    folder = grown(tmp_path / "h", 2)
    record = append(folder, Event.VERIFIED, {}, SUBJECT, by="x", now=lambda: START - dt.timedelta(400))
    history = read(folder)

    assert record.clock_went_back
    assert history.breaks == ()
    assert history.notices == ("record 3 is dated before the one it follows: a clock was wrong",)
    assert append(folder, Event.VERIFIED, {}, SUBJECT, by="x", now=lambda: START).clock_went_back is False


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(st.text(max_size=5), st.text(st.characters(exclude_categories=()), max_size=20), max_size=4),
    st.text(max_size=10),
)
def test_record_comes_back_whatever_it_says(details: dict[str, str], by: str):
    """Any text in a record, names of files that are no UTF-8 included, comes back from its bytes."""
    record = following(Head(), Event.CREATED, details, SUBJECT, by=by, now=lambda: START)

    assert parse_record(to_bytes(record)) == record
    assert to_bytes(record).count(b"\n") == 1


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null\n", b"[" * 100_000, b'{"format":1}', b"\xff"])
def test_what_is_no_record_is_refused(data: bytes):
    """Bytes of another form never become a record."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever json says
        parse_record(data)


def test_second_writer_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """While one program writes, another waits, and says so when it takes too long."""
    monkeypatch.setattr("pipeline.copies.history._LOCK_TRIES", 2)
    folder = grown(tmp_path / "h", 1)

    with holding(folder), pytest.raises(FolderBusy):
        append(folder, Event.VERIFIED, {}, SUBJECT, by="x", now=lambda: START)

    assert read(folder).head.number == 1


WRITER = """
import datetime as dt, sys
from pathlib import Path
from pipeline.copies.history import append
from pipeline.copies.record import Event, Subject
subject = Subject("0" * 32, "HDD-1", "s", "a" * 64)
for number in range(int(sys.argv[2])):
    append(Path(sys.argv[1]), Event.VERIFIED, {"n": "x" * 20000}, subject, by="x", now=lambda: dt.datetime.now(dt.UTC))
"""


def test_two_writers_at_once_make_one_chain(tmp_path: Path):
    """Records of programs that write at the same time follow each other, none is lost."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "h", "15"]) for _ in range(2)]

    assert [writer.wait(60) for writer in writers] == [0, 0]
    history = read(tmp_path / "h")
    assert len(history.records) == 30
    assert history.breaks == ()


def test_kill_at_any_moment_leaves_whole_records(tmp_path: Path):
    """After kill -9 while records are written, the chain is whole and goes on."""
    folder = tmp_path / "h"
    for turn in range(4):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, folder, "100000"])
        before, end = read(folder).head.number, time.monotonic() + 30
        while read(folder).head.number < before + 2 and time.monotonic() < end:
            time.sleep(0.01 + 0.003 * turn)
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)

        assert read(folder).breaks == ()
        assert read(folder).head.number >= before + 2
    last = append(folder, Event.VERIFIED, {}, SUBJECT, by="x", now=lambda: START)
    assert read(folder).head.number == last.number
    assert read(folder).breaks == ()
