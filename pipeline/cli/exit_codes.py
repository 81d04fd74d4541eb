"""Say what the exit codes mean, for the help of every command, and combine several into one."""

from collections.abc import Iterable

from pipeline.errors import ExitCode
from pipeline.messages import marked, translate

MEANINGS = {
    ExitCode.WHOLE: marked("done, whole; for a quick check: nothing found"),
    ExitCode.FINDINGS: marked("findings: damage, missing or unexpected files, or pages that failed"),
    ExitCode.USAGE: marked("the call or a setting is wrong"),
    ExitCode.NO_VERDICT: marked("no verdict: something could not be read, a medium or a tool is absent"),
    ExitCode.NOT_REPAIRABLE: marked("damage that cannot be repaired from what is at hand"),
    ExitCode.BUG: marked("a bug in this program"),
    ExitCode.BUSY: marked("another run holds the work folder"),
    ExitCode.INTERRUPTED: marked("interrupted; the state is saved"),
}
# Where several apply, the first of these is the program's answer; the other codes end a run at once.
PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.NOT_REPAIRABLE,
    ExitCode.FINDINGS,
    ExitCode.NO_VERDICT,
    ExitCode.WHOLE,
)


def exit_codes_help() -> str:
    """Give the table of codes and meanings in the chosen language, laid out for click."""
    lines = [f"  {code:>3}  {translate(MEANINGS[code])}" for code in ExitCode]
    return "\n".join(["\b", translate("Exit codes:"), *lines])


def combine(codes: Iterable[ExitCode]) -> ExitCode:
    """Give the one code that answers for several results; WHOLE where there are none."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.WHOLE)
