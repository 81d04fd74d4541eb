"""What people read: every sentence of the code has a Vietnamese one, and the chosen language changes nothing else."""

import ast
import copy
import gettext
import json
import pickle
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click
import polib
import pytest

from pipeline import errors, messages
from pipeline.cli.help import unwrapped
from pipeline.cli.main import sohoa
from pipeline.errors import BadScan, NoVerdict, UsageError
from pipeline.messages import RECORDED, recorded, sentence, translate, translated, vietnamese
from pipeline.model import FAULTS, State
from pipeline.stages import STAGES
from tests.test_cli import sohoa_run

PACKAGE = Path(__file__).parent.parent / "pipeline"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
ENTRIES = polib.pofile((files("pipeline") / "locale" / "vi.po").read_text(encoding="utf-8"))
PLAIN = {entry.msgid: entry.msgstr for entry in ENTRIES if not entry.msgctxt}
KNOWN_AGAIN = {entry.msgid: entry.msgstr for entry in ENTRIES if entry.msgctxt == RECORDED}

# A call of these has a template as its first argument; the other arguments are named values.
RAISED = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.SohoaError) and kind is not BadScan
}
SAYING = {"tell", "translate", "sentence", "marked", "vietnamese", *RAISED}
# These say something of a copy in English, as their second argument or as `detail`.
FINDING = {"find", "remark", "cannot_judge"}


def callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def calls(names: set[str], *, within: str = "") -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in TREES.items():
        if path.relative_to(PACKAGE).as_posix().startswith(within):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and callee(node) in names:
                    yield path, node


def constant(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def said_in_code() -> Iterator[tuple[str, ast.Call]]:
    for _, call in calls(SAYING):
        if call.args and constant(call.args[0]) is not None:
            yield constant(call.args[0]), call
    for path, call in calls({"_said"}, within="cli/main.py"):
        if len(call.args) > 1 and constant(call.args[1]):
            yield constant(call.args[1]), call


def help_texts() -> Iterator[str]:
    for command in (sohoa, *sohoa.commands.values()):
        yield unwrapped(command.help)
        for option in command.get_params(click.Context(command, **sohoa.context_settings)):
            if isinstance(option, click.Option):
                yield option.help


def templates() -> set[str]:
    """Give every template that the code can say."""
    return {template for template, _ in said_in_code()} | set(help_texts()) | set(FAULTS.values())


def placeholders(template: str) -> list[tuple[str, str | None, str | None]]:
    return sorted(
        (name, spec or "", conversion or "")
        for _, name, spec, conversion in string.Formatter().parse(template)
        if name is not None
    )


def shapes(tree: ast.AST) -> Iterator[str]:
    """Give the texts of a tree with {} for what is put in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(constant(part) or "{}" for part in node.values)
        elif constant(node) is not None:
            yield constant(node)


def shape(template: str) -> str:
    return "".join(
        literal + ("{}" if name is not None else "") for literal, name, _, _ in string.Formatter().parse(template)
    )
