"""What is said to people, in their language: English sentences in the code, Vietnamese ones in `locale/vi.po`.

A sentence is a template with a placeholder in braces for each name or number. Values that travel (problems of a batch,
exceptions) are English text that remembers its template, so that JSON and journal hold English whatever is shown.
"""

import functools
import gettext
import re
import string
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any

import polib

LANGUAGES = ("vi", "en")
# Context of entries for sentences that come as finished English text: from the journal, a check of a copy, click.
RECORDED = "recorded"
# Placeholders that hold recorded sentences themselves; all others hold names and numbers.
_NESTED = frozenset({"notes", "problem", "problems", "reason", "state", "way", "what", "why"})
# Placeholders of recorded sentences that may hold several things joined by semicolons.
_LISTS = frozenset({"names", *_NESTED})
# What a copy says of itself is anybody's text: longer, or deeper in each other, no sentence of ours is.
_MOST_LETTERS = 5000
_MOST_LEVELS = 4
_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")


class Sentence(str):
    """An English sentence that remembers what it was made from; without a template it is looked for among the recorded.

    Attributes:
        template, values: As for `translate`.
    """

    template: str
    values: Mapping[str, Any]

    __slots__ = ("template", "values")


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """A language's sentences, and patterns that know recorded English ones again."""

    texts: gettext.GNUTranslations
    patterns: tuple[tuple[re.Pattern[str], str], ...]


def use(language: str) -> None:
    """Choose the language that `translate` answers in from now on."""
    _LANGUAGE.set(language)


def language_of(environment: Mapping[str, str]) -> str:
    """Give the language that the environment asks for: SOHOA_LANG, else the locale as POSIX reads it, else English."""
    names = ("SOHOA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    asked = next((environment[name] for name in names if environment.get(name)), "")
    return "vi" if asked.lower().startswith("vi") else "en"


def sentence(template: str, /, **values: Any) -> Sentence:
    """Make an English sentence that can be said in another language later."""
    made = Sentence(_filled(template, values))
    made.template, made.values = template, values
    return made


def recorded(text: str) -> Sentence:
    """Take over English text whose template is no longer known, such as a note of the journal."""
    made = Sentence(text)
    made.template, made.values = "", {}
    return made


def marked(template: str) -> str:
    """Mark a template that is translated elsewhere, so that the test of the catalogue finds it."""
    return template


def translate(template: str, /, **values: Any) -> str:
    """Say a sentence in the chosen language; one that the catalogue lacks stays English."""
    if _LANGUAGE.get() == "en":
        return _filled(template, values)
    said = {
        name: translated(value)
        if isinstance(value, Sentence) or (name in _NESTED and isinstance(value, str))
        else value
        for name, value in values.items()
    }
    return _filled(_catalogue(_LANGUAGE.get()).texts.gettext(template), said)


def translated(text: str) -> str:
    """Say finished English text in the chosen language; what is not known stays as it is."""
    if isinstance(text, Sentence) and text.template:
        return translate(text.template, **text.values)
    return str(text) if _LANGUAGE.get() == "en" else _known_again(_catalogue(_LANGUAGE.get()), text)


def vietnamese(template: str) -> str:
    """Give a sentence without values in Vietnamese, whatever language is chosen: for papers of the office."""
    return _catalogue("vi").texts.gettext(template)


def known_in_vietnamese(text: str) -> str:
    """Say finished English text in Vietnamese, whatever language is chosen; what is not known stays as it is."""
    return _known_again(_catalogue("vi"), text)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return template.format(**values) if values else template


@functools.cache
def _catalogue(language: str) -> _Catalogue:
    """Read the language's file, once."""
    text = (files("pipeline") / "locale" / f"{language}.po").read_text(encoding="utf-8")
    entries = polib.pofile(text)
    known = [entry.msgid for entry in entries if entry.msgctxt == RECORDED]
    # Beginning with words comes before beginning with a name, saying more before saying less: a general template must
    # not take what a special one knows.
    known.sort(key=lambda template: (template[0] == "{", -len(re.sub(r"{.*?}", "", template)), template))
    patterns = tuple((re.compile(_pattern(template), re.DOTALL), template) for template in known)
    return _Catalogue(gettext.GNUTranslations(BytesIO(entries.to_binary())), patterns)


def _pattern(template: str) -> str:
    """Give the regular expression of all sentences made from a template, with or without the full stop."""
    return "".join(_pattern_parts(template.removesuffix("."))) + (r"\.?" if template.endswith(".") else "")


def _pattern_parts(template: str) -> Iterator[str]:
    for literal, name, _, _ in string.Formatter().parse(template):
        yield re.escape(literal)
        if name:
            yield f"(?P<{name}>.+?)" if name in _LISTS else f"(?P<{name}>(?:(?!; ).)+?)"


def _known_again(catalogue: _Catalogue, text: str, level: int = 1) -> str:
    """Translate a recorded sentence, or several that were joined by semicolons."""
    if len(text) > _MOST_LETTERS or level > _MOST_LEVELS:
        return text
    whole = _one(catalogue, text, level)
    return whole or "; ".join(_one(catalogue, part, level) or part for part in text.split("; "))


def _one(catalogue: _Catalogue, text: str, level: int) -> str | None:
    for pattern, template in catalogue.patterns:
        found = pattern.fullmatch(text)
        if found:
            said = {
                name: _known_again(catalogue, value, level + 1) if name in _NESTED else value
                for name, value in found.groupdict().items()
            }
            filled = _filled(catalogue.texts.pgettext(RECORDED, template), said)
            return filled if text.endswith(".") else filled.removesuffix(".")
    return None
