"""The real clock, and fresh identities: the one place where the program asks for either."""

import datetime as dt
import uuid

from pipeline.copies.clock import VIETNAM


def now() -> dt.datetime:
    """Give the present time in Vietnam's zone."""
    return dt.datetime.now(VIETNAM)


def fresh_id() -> str:
    """Give 32 hexadecimal digits that nobody has drawn before."""
    return uuid.uuid4().hex
