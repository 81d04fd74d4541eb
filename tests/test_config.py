"""Settings: defaults, overlays, and errors that say what to do."""

from pathlib import Path

import pytest

from pipeline.config import Config, load
from pipeline.errors import UsageError
from pipeline.image import skew

CONFIGS = Path(__file__).parent.parent / "configs"


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_default_file_says_the_defaults():
    """configs/default.toml and the code's defaults are the same, setting by setting."""
    text = (CONFIGS / "default.toml").read_text(encoding="utf-8")

    assert load(CONFIGS / "default.toml") == Config()
    for table in Config.__dataclass_fields__:
        assert f"[{table}]" in text
        for name in getattr(Config(), table).__dataclass_fields__:
            assert f"\n{name} = " in text


@pytest.mark.parametrize(
    "path", sorted(set(CONFIGS.glob("*.toml")) - {CONFIGS / "report.toml"}), ids=lambda path: path.name
)
def test_shipped_files_load(path: Path):
    """Every file in configs/ is accepted."""
    assert isinstance(load(path), Config)


def test_skew_default_is_the_measures_own_threshold():
    """The default confidence is the one that the measurement was judged with."""
    assert Config().deskew.skew_confidence == skew.THRESHOLD


def test_overlay_changes_only_what_is_said(tmp_path: Path):
    """A file that sets one value leaves all others at their defaults."""
    config = load(written(tmp_path, "[ocr]\nlanguages = 'vie+fra'\n"))

    assert config.ocr.languages == "vie+fra"
    assert config.picture == Config().picture


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ocr]\nlanguage = 'vie'", "did you mean 'languages'"),
        ("[orc]\nlanguages = 'vie'", "did you mean 'ocr'"),
        ("ocr = 'vie'", "must be a table"),
        ("[picture]\nprofile = 'png'", "one of jpeg, lossless"),
        ("[picture]\nquality = 'high'", "a whole number"),
        ("[picture]\nquality = 0", "between 1 and 100"),
        ("[deskew]\nturn = 1", "true or false"),
        ("[deskew]\nturn_confidence = 2", "between 0 and 1"),
        ("[ocr", "not a TOML file"),
    ],
)
def test_wrong_settings_are_refused_with_advice(tmp_path: Path, text: str, said: str):
    """An unknown name or a wrong value is an error that says what is right."""
    with pytest.raises(UsageError, match=said):
        load(written(tmp_path, text))


def test_missing_file_is_a_usage_error(tmp_path: Path):
    """A settings file that is not there is named."""
    with pytest.raises(UsageError, match="could not be read"):
        load(tmp_path / "nowhere.toml")


def test_whole_number_serves_as_a_number(tmp_path: Path):
    """A limit may be written 200 instead of 200.0."""
    assert load(written(tmp_path, "[examine]\nlimit_megapixels = 200")).examine.limit_megapixels == 200.0
