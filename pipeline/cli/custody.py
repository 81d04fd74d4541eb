"""Options that all commands on copies share: which register, whose work it is."""

import getpass
import os
from pathlib import Path

import click

from pipeline.copies.register import Register, default_path

WAIT_SECONDS = 30.0  # for another program that writes to the register

register_option = click.option(
    "--register", "register_path", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False, readable=False),
    help="The register of sets and media. By default SOHOA_REGISTER, else the user's data folder.",
)  # fmt: skip
by_option = click.option(
    "--by", metavar="NAME", help="Who does it, for the records. By default SOHOA_BY, else the name of the user."
)


def open_register(path: Path | None, *, create: bool = True) -> Register:
    """Open the register that the call, the environment or the custom names.

    Raises:
        UsageError, NoVerdict, FolderBusy: As for `Register`.
    """
    return Register(path or default_path(os.environ), create=create, wait_seconds=WAIT_SECONDS)


def register_if_any(path: Path | None) -> Register | None:
    """Open the register where there is one; one that the call names must be there.

    Raises:
        UsageError, NoVerdict, FolderBusy: As for `Register`.
    """
    wanted = path or default_path(os.environ)
    return Register(wanted, create=False, wait_seconds=WAIT_SECONDS) if path or wanted.is_file() else None


def person(by: str | None) -> str:
    """Give the name for the records."""
    named = by or os.environ.get("SOHOA_BY", "")
    if named.strip():
        return named.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in some containers
        return f"user {os.getuid()}"
