"""What the installed command starts: Ctrl-C is answered in a sentence while the rest is still loaded."""

import signal
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Note interruptions while the program is loaded, which takes up to a second, and hand them to it."""
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # what is started with nohup or & stays as it was asked
            signal.signal(number, note)
    from pipeline.cli import main as program  # noqa: PLC0415 - late: it loads what takes the second

    program.main(came)
