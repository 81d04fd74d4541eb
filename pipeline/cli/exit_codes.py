"""Say what the exit codes mean, for the help of every command, and combine several into one."""

from collections.abc import Iterable

from pipeline.errors import ExitCode

MEANINGS = {
    ExitCode.WHOLE: "done, whole; for a quick check: nothing found",
    ExitCode.FINDINGS: "findings: damage, missing or unexpected files, or pages that failed",
    ExitCode.USAGE: "the call or a setting is wrong",
    ExitCode.NO_VERDICT: "no verdict: something could not be read, a medium or a tool is absent",
    ExitCode.NOT_REPAIRABLE: "damage that cannot be repaired from what is at hand",
    ExitCode.BUG: "a bug in this program",
    ExitCode.BUSY: "another run holds the work folder",
    ExitCode.INTERRUPTED: "interrupted; the state is saved",
}
# Where several apply, the first of these is the program's answer; the other codes end a run at once.
PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.NOT_REPAIRABLE,
    ExitCode.FINDINGS,
    ExitCode.NO_VERDICT,
    ExitCode.WHOLE,
)
EXIT_CODES_HELP = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {MEANINGS[code]}" for code in ExitCode)


def combine(codes: Iterable[ExitCode]) -> ExitCode:
    """Give the one code that answers for several results; WHOLE where there are none."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.WHOLE)
