"""The commands `sohoa transfer SET` and `sohoa transfer check DIR`: hand a sealed set over, and take a batch in."""

import json
from pathlib import Path
from typing import Any

import click

from pipeline.cli.exit_codes import combine
from pipeline.cli.help import Command, Group
from pipeline.cli.show import tell
from pipeline.cli.transfer_text import show_built, show_plan, show_received, watching
from pipeline.errors import ExitCode, RunStopped, UsageError
from pipeline.files import write_atomic
from pipeline.messages import marked
from pipeline.packages.values import EadProfile
from pipeline.papers.transfer_papers import write_all, write_received
from pipeline.transfer.building import build
from pipeline.transfer.checking import Request, check_batch, exit_code
from pipeline.transfer.places import refuse_sealed
from pipeline.transfer.planning import Asked, plan
from pipeline.transfer.results import RESULT_NAME, plan_values, received_values
from pipeline.transfer.source import read_set
from pipeline.transfer.values import Received

_CHECK, _BUILD = "check", "build"
_EXAMPLES = marked("""\b
Examples:
  sohoa transfer sets/dot-2026-01 --out /media/USB-1/nop-2026-01
  sohoa transfer sets/dot-2026-01 --out nop-2026-01 --dry-run
  sohoa transfer sets/dot-2026-01 --out nop-2026-01 --leave-out-failed --number 2
  sohoa transfer check /media/USB-1/nop-2026-01 --out ket-qua --store kho/da-nhan

A set whose folder is called "check" is given as ./check.
""")
_CHECK_EXAMPLES = marked("""\b
Examples:
  sohoa transfer check /media/USB-1/nop-2026-01
  sohoa transfer check nop-2026-01 nop-2026-02 --store kho/da-nhan --out ket-qua
  sohoa transfer check nop-2026-01 --virus-scan --json > ket-qua.json
""")
_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)
_FILE = click.Path(path_type=Path, dir_okay=False, readable=False)
_EAD_XSD = click.option("--ead-xsd", "ead_xsd", metavar="FILE", type=_FILE,
                        help="The receiving archive's own EAD.xsd, for dossiers.")  # fmt: skip
_EAD_DOC_XSD = click.option("--ead-doc-xsd", "ead_doc_xsd", metavar="FILE", type=_FILE,
                            help="The receiving archive's own EAD_doc.xsd, for documents.")  # fmt: skip


class _SetOrCommand(Group):
    """A group whose first word is a set, but for its one command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden command's name before what is no command."""
        known = {_CHECK, *ctx.help_option_names}
        return super().parse_args(ctx, [_BUILD, *args] if args and args[0] not in known else args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the hidden command, then the other one."""
        Command.format_options(self.commands[_BUILD], ctx, formatter)  # type: ignore[arg-type]
        self.format_commands(ctx, formatter)


@click.group(cls=_SetOrCommand, epilog=_EXAMPLES, subcommand_metavar="SET --out DIR")
def transfer() -> None:
    """Hand a sealed SET over: write a transfer batch into the folder DIR (Thông tư 05/2025/TT-BNV, articles 17 to 22).

    The batch holds a package for each dossier (SIP_hoso), the lists and minutes to be signed, what is declared, and a
    list of digests. Everything that stands against the transfer is listed in one pass, and then nothing is written.
    Every file's bytes are compared with what was sealed.
    """


@transfer.command(_BUILD, hidden=True, epilog=_EXAMPLES)
@click.argument("source", metavar="SET", type=_FOLDER)
@click.option("--out", required=True, metavar="DIR", type=_FOLDER,
              help="Folder of the batch; it is there whole or not at all.")  # fmt: skip
@click.option("--number", type=click.IntRange(min=1),
              help="Number of the transfer [số lần nộp]; by default that of batch.toml.")  # fmt: skip
@click.option("--aip", is_flag=True, help="Hand over the set's AIPs: both sides share one System (article 17).")
@click.option("--leave-out-failed", is_flag=True,
              help="Hand over the rest where something stands against some dossiers, and list those.")  # fmt: skip
@click.option("--folder", "as_folder", is_flag=True, help="Write packages as folders instead of ZIPs.")
@click.option("--ead", "ead", type=click.Choice([profile.value for profile in EadProfile]),
              default=EadProfile.TABLE.value, show_default=True,
              help="Form of the descriptions: as the annexes' tables or as their printed schemas.")  # fmt: skip
@_EAD_XSD
@_EAD_DOC_XSD
@click.option("--dry-run", is_flag=True, help="Say what stands against it and what would be written; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
def build_batch(  # noqa: PLR0917 - click hands every option over by name
    source: Path,
    out: Path,
    number: int | None,
    aip: bool,
    leave_out_failed: bool,
    as_folder: bool,
    ead: str,
    ead_xsd: Path | None,
    ead_doc_xsd: Path | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Write a transfer batch of a sealed SET."""
    if aip and (ead_xsd or ead_doc_xsd or ead != EadProfile.TABLE.value):
        raise UsageError("AIPs are handed over as they lie in the set: --aip goes without --ead and --ead-xsd")
    asked = Asked(out, number, aip, leave_out_failed, not as_folder, EadProfile(ead), ead_xsd, ead_doc_xsd)
    found = plan(read_set(source), asked)
    if found.stops or dry_run:
        code = ExitCode.FINDINGS if found.stops else ExitCode.WHOLE
        if as_json:
            _write_json({"dry_run": dry_run, **plan_values(found), "exit_code": int(code)})
        else:
            show_plan(found)
        return code
    with watching() as progress:
        made = build(found, write_all, lambda done, total: progress("packages", done, total))
    if as_json:
        said = {"seal": made.seal, "was_there": made.was_there, "exit_code": int(ExitCode.WHOLE)}
        _write_json({"dry_run": False, **plan_values(found), **said})
    else:
        show_built(made)
    return ExitCode.WHOLE


@transfer.command(_CHECK, epilog=_CHECK_EXAMPLES)
@click.argument("batches", metavar="DIR...", nargs=-1, required=True, type=_FOLDER)
@click.option("--store", "stores", metavar="FOLDER", multiple=True, type=_FOLDER,
              help="A sealed set or an earlier batch that is held, or a folder of these; may be repeated.")  # fmt: skip
@click.option("--out", metavar="FOLDER", type=_FOLDER,
              help="Write the result papers and ket-qua.json into this folder.")  # fmt: skip
@click.option("--virus-scan", is_flag=True, help="Search for viruses with clamscan, where it is installed.")
@_EAD_XSD
@_EAD_DOC_XSD
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
def check(  # noqa: PLR0917 - click hands every option over by name
    batches: tuple[Path, ...],
    stores: tuple[Path, ...],
    out: Path | None,
    virus_scan: bool,
    ead_xsd: Path | None,
    ead_doc_xsd: Path | None,
    as_json: bool,
) -> int:
    """Check received batches: whether all is there [đủ], and each dossier and document [đạt, không đạt].

    Every byte of every file is read. Packages are held against their METS, their schemas, the list of the batch and the
    rules of the fields. What is doubled in the batch does not pass; what the archive holds already (--store) is shown
    side by side, for a person to decide.
    """
    _refuse_inside(out, batches)
    results = []
    for batch in batches:
        others = tuple(other for other in batches if other != batch)
        asked = Request((*stores, *others), virus_scan, ead_xsd, ead_doc_xsd)
        with watching() as progress:
            received = check_batch(batch, asked, progress)
        code = exit_code(received)
        results.append((code, received_values(received, str(batch), code)))
        if out:
            _write_result(received, results[-1][1], out / batch.name if others else out)
        if not as_json:
            show_received(batch, received)
    code = combine(each for each, _ in results)
    if as_json:
        _write_json({"batches": [values for _, values in results], "exit_code": int(code)})
    elif out:
        tell("Result papers: {path}", path=out)
    return code


def _refuse_inside(out: Path | None, batches: tuple[Path, ...]) -> None:
    if out and any(out.is_relative_to(batch) for batch in batches):
        raise UsageError("the result cannot be written into the batch itself: {path}", path=out)
    if out:
        refuse_sealed((out, *out.parents), out)


def _write_result(received: Received, values: dict[str, Any], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / RESULT_NAME, (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode())
        write_received(received, folder)
    except OSError as error:
        raise RunStopped(
            "{path} could not be written: {reason}", path=folder, reason=error.strerror or str(error)
        ) from error


def _write_json(values: dict[str, Any]) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))
