"""The documents say what the program does: commands, options, settings, exit codes, faults, version."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import click
import pytest

from pipeline import __version__
from pipeline.cli.exit_codes import MEANINGS
from pipeline.cli.main import sohoa
from pipeline.errors import ExitCode
from pipeline.model import FAULTS
from pipeline.records.description import BatchInfo
from pipeline.stages import STAGES

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.vi.md")
DOCUMENTS = (*READMES, "CHANGELOG.md", "docs/checklist.md", "docs/design.md", "docs/errors.md", "docs/format.md")
BLOCK = re.compile(r"^ *```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
COMMANDS = ("demo", "test")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Give the cells of all table rows."""
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def blocks(text: str, *kinds: str) -> list[str]:
    return [match["text"] for match in BLOCK.finditer(text) if match["kind"] in kinds]


def leaves(commands: dict[str, click.Command], name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Give each command that does something, with the words that call it."""
    for word, command in commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command.commands, f"{name}{word} ")
        elif command.hidden:  # what a group does when no command of its own is named
            yield name.strip(), command
        else:
            yield f"{name}{word}", command


LEAVES = dict(leaves(sohoa.all_commands()))


def parameters(command: click.Command) -> list[click.Parameter]:
    return command.get_params(click.Context(command, **sohoa.context_settings))


def command_lines(text: str) -> list[list[str]]:
    """Give the words of every `sohoa ...` line of the code blocks, without prompt, pipes and redirections."""
    found = []
    for line in "\n".join(blocks(text, "", "console", "sh")).splitlines():
        called = re.match(r"\s*(?:\$ )?(?:\.venv/bin/)?(?P<call>sohoa(?: [^:].*)?)$", line)
        if called:
            found.append(shlex.split(re.split(r" [|>] ", called["call"])[0], comments=True)[1:])
    return found


def each_command_line() -> list[tuple[str, list[str]]]:
    return [(name, words) for name in DOCUMENTS for words in command_lines(read(name))]


def test_exit_codes_are_the_same_everywhere():
    """Both READMEs, docs/errors.md and the help of every command give each exit code with the same meaning."""
    wanted = {str(int(code)): MEANINGS[code] for code in ExitCode}
    for name, column in (("README.md", 1), ("README.vi.md", 2), ("docs/errors.md", 1)):
        table = {row[0]: row[column] for row in rows(read(name)) if row[0].isdecimal()}
        assert table == wanted, name
    for command in (sohoa, *sohoa.all_commands().values(), *LEAVES.values()):
        help_text = command.get_help(click.Context(command, info_name="sohoa", **sohoa.context_settings))
        listed = help_text.partition("Exit codes:")[2].strip().splitlines()
        assert dict(line.split(maxsplit=1) for line in listed) == wanted, command.name


@pytest.mark.parametrize("name", ["", *LEAVES])
def test_readme_names_every_option(name: str):
    """The row of each command in README.md names all its arguments and options, and no others."""
    command = LEAVES[name] if name else sohoa
    call = f"`sohoa {name}".rstrip()
    longer = [f"`sohoa {leaf}" for leaf in LEAVES if leaf.startswith(f"{name} ")]
    [row] = [
        row
        for row in rows(read("README.md"))
        if re.match(rf"{call}[ `]", row[0])
        and (name or row[0] == "`sohoa`")
        and not (name and row[0].startswith(tuple(longer)))
    ]
    options = {
        option
        for item in parameters(command)
        if isinstance(item, click.Option)
        for option in (*item.opts, *item.secondary_opts)
    }
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row[1]))
    if name:
        options -= {"-h", "--help"}  # said once, for all commands
        assert row[0].strip("`").split()[1 + len(name.split()) :] == [
            item.make_metavar(click.Context(command)) for item in command.params if isinstance(item, click.Argument)
        ]
    assert named == options


def test_both_readmes_show_every_command():
    """A newcomer meets each command in a block to copy from, in both languages."""
    for name in READMES:
        shown = {" ".join(words[: len(leaf.split())]) for words in command_lines(read(name)) for leaf in LEAVES}
        assert shown >= set(LEAVES), name


@pytest.mark.parametrize(
    ("name", "words"), each_command_line(), ids=lambda value: value if isinstance(value, str) else " ".join(value)
)
def test_command_lines_parse(name: str, words: list[str]):
    """Every command line shown is one that the program takes."""
    called = max((leaf for leaf in LEAVES if words[: len(leaf.split())] == leaf.split()), key=len)
    parent = click.Context(sohoa, **sohoa.context_settings)
    context = LEAVES[called].make_context(called, words[len(called.split()) :], parent=parent)
    assert context.info_name == called, name


def test_settings_table_is_that_of_the_default_file():
    """README.md lists every setting of configs/default.toml with its default, and no other."""
    tables = tomllib.loads(read("configs/default.toml"))
    wanted = {f"`{table}.{key}`": value for table, values in tables.items() for key, value in values.items()}
    section = read("README.md").partition("\n## Settings\n")[2].partition("\n## ")[0]
    listed = {row[0]: row[1].strip("`") for row in rows(section) if row[0].startswith("`")}

    assert {name: tomllib.loads(f"value = {value}")["value"] for name, value in listed.items()} == wanted


def test_shipped_settings_are_named():
    """README.md names every file of configs/."""
    for path in (ROOT / "configs").glob("*.toml"):
        assert f"`{path.name}`" in read("README.md")


def test_every_fault_is_explained():
    """docs/errors.md has each fault with the program's sentence, what is kept and what to do, and no other."""
    section = read("docs/errors.md").partition("\n## Faults of scans\n")[2].partition("\n## ")[0]
    table = {row[0].strip("`"): row[1:] for row in rows(section) if row[0].startswith("`")}

    assert {code: cells[0] for code, cells in table.items()} == FAULTS
    assert all(len(cells) == 3 and all(cells) for cells in table.values())


def test_every_stage_is_described_in_order():
    """docs/design.md lists the stages as the program has them, with the unit of each."""
    section = read("docs/design.md").partition("\n## Stages\n")[2].partition("\n## ")[0]
    names = {stage.name for stage in STAGES}
    listed = [(row[0], row[1]) for row in rows(section) if row[0] in names]

    assert listed == [(stage.name, stage.level.value) for stage in STAGES]


def test_format_names_every_member():
    """docs/format.md names each member of batch.json, of its documents and pages, and each key of [batch]."""
    schema = json.loads((files("pipeline") / "schemas" / "batch.schema.json").read_text(encoding="utf-8"))
    document = schema["properties"]["documents"]["items"]["properties"]
    members = {*schema["properties"], *document, *document["pages"]["items"]["properties"]}
    named = set(re.findall(r"`([\w.]+)`", read("docs/format.md")))

    assert members - {"schema"} <= named
    assert {item.name for item in fields(BatchInfo)} <= named


def test_version_is_the_newest_entry_of_the_changelog():
    """The program's version and the top entry of CHANGELOG.md are the same."""
    entries = re.findall(r"^## \[([^\]]+)\]", read("CHANGELOG.md"), re.MULTILINE)
    released = [entry for entry in entries if entry != "Unreleased"]

    assert released[0] == __version__


def test_make_commands_are_named_and_there():
    """Both READMEs name the two make commands, and every `make ...` they name is a target."""
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for name in READMES:
        called = set(re.findall(r"`make ([a-z]+)`", read(name)))
        assert called >= set(COMMANDS), name
        assert called <= targets, name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str):
    """A link between the documents leads to a file, and to a heading where it names one."""
    for match in LINK.finditer(read(name)):
        path, _, heading = match["target"].partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), match["target"]
        titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        assert not heading or heading in slugs, match["target"]


def test_checklist_names_tests_that_are_there():
    """Each line of docs/checklist.md names a test that exists, or says that it is not covered."""
    lines = [row for row in rows(read("docs/checklist.md")) if row[0] != "line" and not row[0].startswith("---")]
    assert lines
    for row in lines:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", " ".join(row[2:]))
        assert named or any("not covered" in cell for cell in row[1:]), row[0]
        for file, test in named:
            assert f"\ndef {test}(" in read(f"tests/{file}"), f"{file}::{test}"
