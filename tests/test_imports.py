"""The shape of the code: imports go one way, heavy libraries have one importer, nothing is imported late."""

import ast
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"

# Low to high; a module imports from its own group's package or from lower ones (docs/design.md).
RANKS = (
    ("errors",),
    ("model", "messages"),
    ("toml_values",),
    ("config", "files", "filenames", "executors", "image", "lock"),
    ("raster", "tesseract", "pdf", "bag", "journal"),
    ("records",),
    ("catalogue",),
    ("packages",),
    ("stages",),
    ("inventory", "flow", "verify", "settings"),
    ("plan", "sealing", "folders"),
    ("check", "status", "copies", "transfer", "drafting"),
    ("runner", "reports"),
    ("papers",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}

# Same rank, but one above the other; each pair with its reason.
ALLOWED = {
    ("pdf", "raster"),  # a scanned PDF's picture is judged by the same strict decoder
    ("filenames", "files"),
    ("files", "filenames"),
    ("check", "plan"),
}

ONE_IMPORTER = {
    "pikepdf": {"pdf"},
    "img2pdf": {"pdf"},
    "pypdfium2": {"pdf"},
    "PIL": {"raster", "pdf"},
    "tesserocr": {"tesseract"},
    "pytesseract": {"tesseract"},
    "sqlite3": {"journal", "copies"},
    "click": {"cli"},
    "rich": {"cli"},
    "xlsxwriter": {"records", "copies", "catalogue", "papers"},
    "docx": {"papers"},
    "openpyxl": {"records", "catalogue", "reports"},
    "lxml": {"packages"},
    "polib": {"messages"},
    "distributed": set(),  # the optional package is imported by name in `executors`
}

# Imports in a function, each with its reason.
LATE = {
    "cli/entry.py": 1,  # Ctrl-C is answered while the rest of the program is loaded
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def group(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_every_module_has_a_rank():
    """A new module is given its place in the order."""
    assert {group(path) for path in MODULES} - {"__init__"} <= set(RANK)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(path: Path):
    """A module imports from its own package or from lower ranks only."""
    here = group(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "pipeline" or len(parts) < 2 or parts[1] not in RANK or parts[1] == here:
            continue
        there = parts[1]
        assert here == "__init__" or RANK[there] < RANK[here] or (here, there) in ALLOWED, f"{here} imports {there}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_heavy_libraries_have_one_importer(path: Path):
    """Each outside library is known to one part of the code."""
    for name in imports(path):
        allowed = ONE_IMPORTER.get(name.split(".")[0])
        assert allowed is None or group(path) in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_is_imported_late_or_for_types_only(path: Path):
    """Imports stand at the top; there is no TYPE_CHECKING."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]

    assert len(late) == LATE.get(path.relative_to(PACKAGE).as_posix(), 0), late
    assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_and_functions_stay_small(path: Path):
    """No module is past 300 lines and no function past 60; each module says its one job."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)

    assert text.count("\n") <= 300
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_ranks_name_each_group_once():
    """No group has two places."""
    names = [name for rank in RANKS for name in rank]

    assert len(names) == len(set(names))
    assert all(low != high for low, high in pairwise(RANKS))


def test_looking_at_copies_loads_nothing_that_reads_pages():
    """The command that verifies copies starts at once: it loads no picture, PDF or OCR library."""
    code = "import sys, pipeline.cli.verify; print(*sorted({'cv2', 'pikepdf', 'tesserocr', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
