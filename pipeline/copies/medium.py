"""The identity of a medium [phương tiện lưu trữ]: a small file on it, by which it is known again when plugged in.

Thông tư 05/2025/TT-BNV Đ27.1 asks for independent media, Phụ lục VII (Mẫu 02, 03) for their codes.
"""

import dataclasses
import json
import os
import re
from pathlib import Path
from typing import Any

from pipeline.copies.clock import Clock, last_day, stamp
from pipeline.errors import NoVerdict, UsageError
from pipeline.files import open_regular, write_atomic

NAME = "sohoa-medium.json"
FORMAT = 1
MEDIUM_KINDS = ("hdd", "ssd", "usb", "nas", "optical", "tape", "film", "other")

_MOST_BYTES = 1 << 16
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclasses.dataclass(frozen=True, slots=True)
class Medium:
    """One coded medium.

    Attributes:
        id: 32 hexadecimal digits, drawn once; two media never share it.
        code: Mã phương tiện lưu trữ, as it stands on the label.
        kind: One of `MEDIUM_KINDS`.
        place: Where it is kept, in the office's own words.
        until: End of its durability by the maker's word: year, month or day, as it was given; "" where not known.
        created: When it got its identity.
        retired: When it was taken out of use; "" while it is in use.
    """

    id: str
    code: str
    kind: str
    place: str
    until: str
    created: str
    retired: str = ""


def new_medium(*, medium_id: str, code: str, kind: str, place: str, until: str, now: Clock) -> Medium:
    """Make the identity of a medium that has none yet.

    Raises:
        UsageError: The code, the kind or the end of its durability is not as it must be.
    """
    return checked(Medium(medium_id, code, kind, place.strip(), until, stamp(now)))


def checked(medium: Medium) -> Medium:
    """Give the medium back.

    Raises:
        UsageError: The code, the kind or the end of its durability is not as it must be.
    """
    if not _CODE.fullmatch(medium.code):
        raise UsageError(
            "'{code}' cannot be a medium's code: up to 40 letters without accents, digits, '-', '_' and '.', "
            "beginning with a letter or digit",
            code=medium.code,
        )
    if medium.kind not in MEDIUM_KINDS:
        raise UsageError(
            "'{kind}' is not a kind of medium; known are {kinds}", kind=medium.kind, kinds=", ".join(MEDIUM_KINDS)
        )
    if medium.until:
        try:
            last_day(medium.until)
        except ValueError as error:
            raise UsageError(
                "'{until}' is not the end of a medium's durability: write 2031, 2031-12 or 2031-12-31",
                until=medium.until,
            ) from error
    return medium


def read_identity(root: Path) -> Medium | None:
    """Read the identity that stands on a medium; None where there is none.

    Raises:
        NoVerdict: There is one, but it cannot be read or is not of the form of this program.
    """
    path = root / NAME
    try:
        return _medium(json.loads(_text(path)))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=path, reason=error.strerror or "") from error
    except (ValueError, TypeError, KeyError, RecursionError, UsageError) as error:
        raise NoVerdict(
            "{path} is not the identity of a medium: it is damaged, or of a newer version of sohoa", path=path
        ) from error


def write_identity(root: Path, medium: Medium) -> None:
    """Write the identity onto the medium, whole or not at all.

    Raises:
        OSError: As the system gives it.
    """
    values = {"format": FORMAT, **dataclasses.asdict(medium)}
    if not medium.retired:
        del values["retired"]
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    write_atomic(root / NAME, text.encode(), durable=True)


def _text(path: Path) -> bytes:
    descriptor = open_regular(path)
    try:
        return os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)


def _medium(values: Any) -> Medium:
    """Make the medium from what stands in the file; wrong forms raise."""
    if values["format"] != FORMAT or not _ID.fullmatch(values["id"]):
        raise ValueError("another form")
    names = [field.name for field in dataclasses.fields(Medium)]
    texts = {name: values.get(name, "") if name == "retired" else values[name] for name in names}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("not texts")
    return checked(Medium(**texts))
