"""What a user installs: the wheel alone, with its run-time dependencies only."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline import __version__

PROJECT = Path(__file__).parent.parent


def test_wheel_works_in_a_clean_environment(drawn_batch: Path, tmp_path: Path):
    """The built wheel holds its data files, and its command digitizes a batch without any development package."""
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, PROJECT],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert {"pipeline/schemas/batch.schema.json", "pipeline/pdf/verapdf_driver.js", "pipeline/locale/vi.po"} <= set(
        names
    )
    assert not [name for name in names if name.startswith(("tests/", "samples/", "benchmarks/"))]

    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python, sohoa = tmp_path / "venv" / "bin" / "python", tmp_path / "venv" / "bin" / "sohoa"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = PROJECT / "requirements.lock"
    if subprocess.run([*pip, "--require-hashes", "-r", lock], check=False).returncode:
        pytest.skip("LOUD SKIP: no package registry can be reached to install the run-time dependencies")
    subprocess.run([*pip, "--no-deps", wheel], check=True)

    version = subprocess.run([sohoa, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path)
    done = subprocess.run(
        [sohoa, "run", drawn_batch, "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert __version__ in version.stdout
    assert done.returncode == 1, done.stderr
    assert "veraPDF was not asked" in done.stdout
    assert (tmp_path / "out" / drawn_batch.name / "manifest-sha256.txt").is_file()
