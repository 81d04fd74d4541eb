"""The command `sohoa`: parse, call one function, render, exit. The only place where errors become text and codes."""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, ClassVar, NoReturn

import click

from pipeline import __version__, messages
from pipeline.cli.help import Group
from pipeline.cli.show import plain, tell
from pipeline.errors import ExitCode, SohoaError
from pipeline.messages import marked, recorded, translate

_EXAMPLES = marked("""\b
Examples:
  sohoa check  scans/dot-2026-01
  sohoa run    scans/dot-2026-01 --out sets
  sohoa status sets/dot-2026-01.work
  sohoa media  add /media/disk-1 --code HDD-2026-01 --kind hdd --place "Kho A"
  sohoa copy   sets/dot-2026-01 --to /media/disk-1 --to /media/disk-2
  sohoa verify /media/disk-1/dot-2026-01
  sohoa register due
""")


def _speak(_context: click.Context, _option: click.Parameter, language: str | None) -> str | None:
    """Go over to the language that the call asks for, before anything else is read or shown."""
    if language:
        messages.use(language)
    return language


class Program(Group):
    """The commands, each loaded when it is called: reading pages takes a second to load, looking at a list does not."""

    MODULES: ClassVar = {
        "check": ("check", "check"),
        "copy": ("copy", "copy"),
        "list": ("catalogue", "lists"),
        "media": ("media", "media"),
        "ocr-check": ("ocr_check", "ocr_check"),
        "paper": ("paper", "paper"),
        "protect": ("protect", "protect_copy"),
        "register": ("register", "register"),
        "repair": ("repair", "repair_copy"),
        "report": ("report", "report"),
        "restore": ("restore", "restore_set"),
        "run": ("run", "run"),
        "status": ("status", "status"),
        "transfer": ("transfer", "transfer"),
        "verify": ("verify", "verify"),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name all commands."""
        return sorted(self.MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command's module."""
        if cmd_name in self.MODULES and cmd_name not in self.commands:
            module, name = self.MODULES[cmd_name]
            self.add_command(getattr(importlib.import_module(f"pipeline.cli.{module}"), name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def all_commands(self) -> dict[str, click.Command]:
        """Load all commands and give them by name."""
        context = click.Context(self)
        return {name: command for name in self.MODULES if (command := self.get_command(context, name))}


@click.group(cls=Program, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang", type=click.Choice(messages.LANGUAGES), is_eager=True, expose_value=False, callback=_speak,
    help="Language of what is shown: vi or en. By default SOHOA_LANG, else that of the system.",
)  # fmt: skip
@click.version_option(__version__, prog_name="sohoa")
def sohoa() -> None:
    """Turn scanner folders into sealed insurance copies [bản sao bảo hiểm], and prove for years that they are whole."""


def main(came: Sequence[int] = ()) -> NoReturn:
    """Run the command line.

    Args:
        came: Interruptions that came while the program was loaded.
    """

    def command() -> Any:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _interrupt)
        if came:
            raise KeyboardInterrupt
        return sohoa.main(standalone_mode=False)

    sys.exit(call(command))


def call(command: Callable[[], Any]) -> int:  # noqa: PLR0911 - one for each way a command can end
    """Run a command and give its exit code; say in one sentence what went wrong."""
    messages.use(messages.language_of(os.environ))
    try:
        result = command()
    except SohoaError as error:
        return _said(error.exit_code, error.template, **error.values)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _wrong_call(error)
    except (click.Abort, KeyboardInterrupt):
        return _said(
            ExitCode.INTERRUPTED, "interrupted; what is finished is kept: start the same command again to go on"
        )
    except BrokenPipeError:
        # The reader of our output went away; nothing is left to say, not even by the interpreter when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.NO_VERDICT
    except Exception:  # noqa: BLE001 - the top: whatever comes here is a bug and is shown whole
        sys.excepthook(*sys.exc_info())
        return _said(ExitCode.BUG, "this is a bug in sohoa; please report it with the lines above")
    return result if isinstance(result, int) else ExitCode.WHOLE


def _said(code: ExitCode, template: str, /, **values: Any) -> ExitCode:
    click.echo(f"sohoa: {plain(translate(template, **values))}", err=True)
    return code


def _wrong_call(error: click.ClickException) -> ExitCode:
    """Say what click found wrong with the call, as click does, in the chosen language."""
    context = getattr(error, "ctx", None)
    if context is not None:
        click.echo(context.get_usage(), err=True)
        tell("Try '{command} --help' for help.", err=True, command=context.command_path)
    tell("Error: {problem}", err=True, problem=recorded(error.format_message()))
    return ExitCode.USAGE


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
