"""Whether the medium is there: before the check, and still there while it runs."""

from pathlib import Path

from pipeline.verify.found import Found, reason
from pipeline.verify.verdict import Kind


class Medium:
    """The folder that the copy should stand in.

    Attributes:
        lost: It was there and went away.
    """

    def __init__(self, root: Path, found: Found) -> None:
        """Note which folder is meant."""
        self.lost = False
        self._root, self._found = root, found

    def stands(self) -> bool:
        """Tell whether there is a folder to look at, and note it where there is none or only a bare mount point."""
        try:
            empty = next(self._root.iterdir(), None) is None
        except (FileNotFoundError, NotADirectoryError) as error:
            self._found.find(Kind.MEDIUM_ABSENT, ".", reason(error))
        except OSError as error:
            self._found.find(Kind.UNREADABLE, ".", reason(error))
        else:
            if empty:
                self._found.find(Kind.MEDIUM_ABSENT, ".", "the folder is empty: is the disk connected?")
            return not empty
        return False

    def gone(self) -> bool:
        """Tell whether the medium went away, which leaves no folder or an empty mount point, and note it."""
        try:
            gone = next(self._root.iterdir(), None) is None
        except OSError:
            gone = True
        if gone:
            self._found.find(Kind.MEDIUM_ABSENT, ".", "the copy went away during the check")
            self.lost = True
        return gone
