"""The exceptions of sohoa; each class carries the exit code it leads to.

SohoaError
├── UsageError            2  the call, a setting or a folder is not as it must be
├── NoVerdict             3  something could not be read, a medium or a tool is absent
│   ├── ToolMissing          a program, library or language data is not installed
│   └── RunStopped           a run ended before its time: disk full, medium lost, too many failures
├── NotRepairable         4  damage that cannot be repaired from what is at hand
├── FolderBusy            7  another run holds the work folder
├── Interrupted         130  somebody broke off what keeps nothing of the work
├── BatchStopped          1  the lists, or what the pages say, forbid to go on: nothing was sealed
└── BadScan                  a scan cannot be used; becomes a quarantine entry, never an exit by itself

Anything else that reaches the top is a bug (5) and keeps its traceback. Findings of a check are values, not
exceptions. Only the command line turns these into text and codes.
"""

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """The program's exit codes; the table in the README and in every command's help says the same."""

    WHOLE = 0
    FINDINGS = 1
    USAGE = 2
    NO_VERDICT = 3
    NOT_REPAIRABLE = 4
    BUG = 5
    BUSY = 7
    INTERRUPTED = 130


class SohoaError(Exception):
    """Something that a person can put right; its text says what and how.

    Args:
        template: The sentence in English, with a placeholder in braces for each value; shown in translation.
        values: What the placeholders stand for.
    """

    exit_code = ExitCode.BUG

    def __init__(self, template: str = "", /, **values: Any) -> None:
        """Keep the sentence and its values apart, so that it can be said in any language."""
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        """Give the English sentence."""
        return self.template.format(**self.values) if self.values else self.template


class UsageError(SohoaError):
    """The call, a setting or a folder is not as it must be."""

    exit_code = ExitCode.USAGE


class NoVerdict(SohoaError):
    """Something could not be read, or a medium or a tool is absent."""

    exit_code = ExitCode.NO_VERDICT


class ToolMissing(NoVerdict):
    """A program, library or language data is not installed; the text names the package to install."""


class RunStopped(NoVerdict):
    """A run was ended once, with its cause: disk full, medium lost, too many failures."""


class NotRepairable(SohoaError):
    """Damage cannot be repaired from what is at hand; nothing was changed."""

    exit_code = ExitCode.NOT_REPAIRABLE


class FolderBusy(SohoaError):
    """Another run holds the work folder."""

    exit_code = ExitCode.BUSY


class Interrupted(SohoaError):
    """Somebody broke off work of which nothing is kept; where something is, it is a plain KeyboardInterrupt."""

    exit_code = ExitCode.INTERRUPTED


class BatchStopped(SohoaError):
    """What the lists or the pages say forbids to go on; what is finished is kept, nothing was sealed."""

    exit_code = ExitCode.FINDINGS


class BadScan(SohoaError):
    """A scan that cannot be used as it is; the file goes to quarantine with this reason.

    Args:
        code: Which kind of fault, one of `pipeline.model.FAULTS`.
        detail: What the decoder or the check said, in English, without a file name.
    """

    exit_code = ExitCode.FINDINGS

    def __init__(self, code: str, detail: str = "") -> None:
        """Keep the kind and the detail apart, so that reports can be written in any language."""
        super().__init__("{code}: {detail}", code=code, detail=detail)
        self.code = code
        self.detail = detail
