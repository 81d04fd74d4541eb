"""Settings of the reports: defaults, overlays, the chain, and errors that say what to do."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.reports.settings import Level, ReportSettings, load

CONFIG = Path(__file__).parent.parent / "configs" / "report.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "report.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_says_the_defaults():
    """configs/report.toml and the code's defaults are the same."""
    assert load(CONFIG) == ReportSettings() == load(None)


def test_a_file_changes_only_what_it_says(tmp_path: Path):
    """One wording and one list replace theirs; all else stays as it is."""
    settings = load(written(tmp_path, """
[criteria]
text = "Phụ lục I"
[[reason]]
code = "01"
label = "Bản đồ"
maintenance = ["01", "02"]
[wording.nil]
signer = "CHỦ TỊCH"
copies_to = ["Như trên"]
"""))  # fmt: skip

    assert settings.criteria.text == "Phụ lục I"
    assert [(reason.label, reason.maintenance) for reason in settings.reasons] == [("Bản đồ", ("01", "02"))]
    assert (settings.wording.nil.signer, settings.wording.nil.copies_to) == ("CHỦ TỊCH", ("Như trên",))
    assert settings.wording.nil.title == ReportSettings().wording.nil.title
    assert settings.deadlines == ReportSettings().deadlines


def test_the_chain_of_reporting_is_configuration(tmp_path: Path):
    """A chain without a district level needs no code; an unknown level names the known ones."""
    settings = load(written(tmp_path, """
[[level]]
key = "xa"
name = "Ủy ban nhân dân xã, phường, đặc khu"
reports_to = "Sở Nội vụ"
"""))  # fmt: skip

    assert settings.levels == (Level("xa", "Ủy ban nhân dân xã, phường, đặc khu", "Sở Nội vụ"),)
    assert settings.level("xa").recipient == "Sở Nội vụ"
    with pytest.raises(UsageError, match="known: xa"):
        settings.level("huyen")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[criterai]\ntext = 'x'", "did you mean 'criteria'"),
        ("[criteria]\ntxt = 'x'", "did you mean 'text'"),
        ("[criteria]\nwithout_reason = 'guess'", "one of count, leave-out"),
        ("[[reason]]\ncode = '01'\nlable = 'x'", "did you mean 'label'"),
        ("[[reason]]\ncode = '01'", "does not say its 'label'"),
        ("[[reason]]\ncode = '01'\nlabel = 'x'\n[[reason]]\ncode = '01'\nlabel = 'y'", "two \\[\\[reason\\]\\] have"),
        ("[[reason]]\ncode = '01'\nlabel = 'x'\nmaintenance = '01'", "must be a list of texts"),
        ("[reason]\ncode = '01'", "write \\[\\[reason\\]\\]"),
        ("[[deadline]]\nkey = 'a'\nname = 'b'\nmonth = 13", "between 0 and 12"),
        ("[[level]]\nkey = 'a'\nname = 'b'", "does not say its 'reports_to'"),
        ("[wording.nill]\ntitle = []", "did you mean 'wording.nil'|did you mean 'nil'"),
        ("[wording.nil]\nstatment = 'x'", "did you mean 'statement'"),
        ("wording = 3", "must be a table"),
        ("[criteria]\ntext = ' '", "'criteria.text' is empty"),
        ("[[reason]]\ncode = '00'\nlabel = 'x'", "stands for dossiers without a reason"),
        ("[[deadline]]\nkey = 'a'\nname = 'b'\nday = 5", "needs both day and month"),
        ("[[deadline]]\nkey = 'a'\nname = 'b'\nday = 31\nmonth = 11", "a day that its month does not have"),
    ],
)
def test_wrong_settings_are_explained(tmp_path: Path, text: str, said: str):
    """An error names the file's line of thought: the key, and what would be right."""
    with pytest.raises(UsageError, match=said):
        load(written(tmp_path, text))
