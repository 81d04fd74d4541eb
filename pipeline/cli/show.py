"""Sentences for people, in the chosen language and safe for a terminal; nothing heavy is loaded for them."""

from collections.abc import Iterable
from typing import Any

import click

from pipeline.messages import recorded, translate, translated


def tell(template: str, /, *, err: bool = False, **values: Any) -> None:
    """Write a sentence in the chosen language on a line of its own."""
    click.echo(plain(translate(template, **values)), err=err)


def noted(notes: Iterable[str]) -> str:
    """Join recorded notes in the chosen language."""
    return "; ".join(translated(recorded(note)) for note in notes)


def plain(text: str) -> str:
    """Write what would drive a terminal, or cannot be encoded, as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
