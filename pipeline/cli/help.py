"""The help of commands in the language that is chosen when it is shown, not when the program is loaded."""

import copy
import re
from typing import Any

import click

from pipeline.cli.exit_codes import exit_codes_help
from pipeline.messages import marked, translate

# What click itself writes into a help text.
_HEADINGS = {"Options": marked("Options"), "Commands": marked("Commands")}
_DEFAULT = re.compile(r"\[default: (?P<value>[^;\]]+)")


class _Formatter(click.HelpFormatter):
    """Writes click's own headings in the chosen language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, translate("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(translate(_HEADINGS.get(heading, heading)))


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose help, option helps and examples are translated; the exit codes follow the examples."""

    context_class = _Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        click.Command.format_help_text(self._in_language(), ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([_record(option, ctx) for option in options])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the exit codes."""
        shown = self._in_language()
        shown.epilog = f"{shown.epilog}\n{exit_codes_help()}"
        click.Command.format_epilog(shown, ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the beginning of the help, for the list of commands."""
        return click.Command.get_short_help_str(self._in_language(), limit)

    def _in_language(self) -> "Command":
        shown = copy.copy(self)
        shown.help = translate(unwrapped(self.help or ""))
        shown.epilog = translate(self.epilog or "")
        return shown


class Group(Command, click.Group):
    """The same for the command that holds the others."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the commands."""
        Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)


def unwrapped(text: str) -> str:
    """Give a docstring's paragraphs as one line each: where they were wrapped is not part of the sentence."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    shown: Any = copy.copy(option)
    shown.help = translate(option.help or "")
    names, text = shown.get_help_record(ctx)
    text = text.replace("[required]", translate("[required]"))
    return names, _DEFAULT.sub(lambda found: translate("[default: {value}", value=found["value"]), text)
