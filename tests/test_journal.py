"""The journal gives back what was written, and refuses what it cannot use."""

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import NoVerdict, UsageError
from pipeline.journal import NAME, Entry, Journal
from pipeline.model import Artifact, Fault, StageResult, State

DONE = Entry(
    "hồ sơ/1.tif#1",
    "ocr",
    {"version": 1, "inputs": {"scan": "ab"}},
    StageResult(State.DONE, {"words": 3, "tên": "Đ"}, (Artifact("a/b", 5, "cd"),), ("a note",)),
    1.5,
)
REFUSED = Entry("2.tif#1", "examine", {}, StageResult(State.QUARANTINED, fault=Fault("2.tif", 0, "truncated", "short")))


def test_entries_come_back_as_written(tmp_path: Path):
    """What one process wrote another one reads, value for value."""
    with Journal(tmp_path) as journal:
        journal.record([DONE, REFUSED])

    with Journal(tmp_path, create=False) as journal:
        assert journal.entry(DONE.unit, "ocr") == DONE
        assert journal.entries("2.tif#1") == {"examine": REFUSED}
        assert journal.entry("nothing", "ocr") is None


def test_counts_and_unfinished(tmp_path: Path):
    """States are counted by stage, and everything that is not done is listed."""
    with Journal(tmp_path) as journal:
        journal.record([DONE, REFUSED])

        assert journal.counts() == {"ocr": {"done": 1}, "examine": {"quarantined": 1}}
        assert list(journal.not_done()) == [REFUSED]


def test_later_result_replaces_the_earlier(tmp_path: Path):
    """One unit has one result in one stage."""
    better = Entry(REFUSED.unit, "examine", {}, StageResult(State.DONE))
    with Journal(tmp_path) as journal:
        journal.record([REFUSED])
        journal.record([better])

        assert journal.entry(REFUSED.unit, "examine") == better


def test_units_that_left_the_batch_are_forgotten(tmp_path: Path):
    """Results of pages that are no longer in the folder are dropped."""
    with Journal(tmp_path) as journal:
        journal.record([DONE, REFUSED])
        journal.keep_only({DONE.unit})
        journal.forget(DONE.unit, "examine")

        assert list(journal.not_done()) == []
        assert journal.entry(DONE.unit, "ocr") == DONE


def test_a_failed_transaction_leaves_nothing(tmp_path: Path):
    """A unit's stages are written together or not at all."""
    broken = Entry("3.tif#1", "ocr", {"not": {1, 2}}, StageResult(State.DONE))
    with Journal(tmp_path) as journal:
        with pytest.raises(TypeError):
            journal.record([DONE, broken])

        assert journal.entry(DONE.unit, "ocr") is None


def test_a_folder_without_journal_is_no_work_folder(tmp_path: Path):
    """Asking for the status of any folder does not make it a work folder."""
    with pytest.raises(UsageError, match="is not a work folder"):
        Journal(tmp_path, create=False)

    assert not (tmp_path / NAME).exists()


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path):
    """A damaged journal is named, with what to do."""
    (tmp_path / NAME).write_bytes(b"not a database at all" * 100)

    with pytest.raises(NoVerdict, match="move it away"):
        Journal(tmp_path)


def test_a_newer_journal_is_refused(tmp_path: Path):
    """A work folder of a newer program is left alone."""
    with Journal(tmp_path):
        pass
    base = sqlite3.connect(tmp_path / NAME)
    base.execute("PRAGMA user_version = 99")
    base.close()

    with pytest.raises(NoVerdict, match="newer version"):
        Journal(tmp_path)
