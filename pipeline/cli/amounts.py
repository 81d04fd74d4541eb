"""Kinds of values that options take: parts (2/12), spans of time (2h), rates (50MB/s)."""

import re
from typing import Any

import click

from pipeline.copies.schedule import Part
from pipeline.messages import marked, translate

MOST_PARTS = 9999
_PART = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
_SPAN = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m(?:in)?)?(?:([0-9]+)s)?")
_SPAN_SECONDS = (86400, 3600, 60, 1)
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kKMG]?)(i?)B?(?:/s)?")
_POWERS = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3}
NOT_A_PART = marked("'{value}' is no part: write K/N, such as 2/12")
NOT_A_SPAN = marked("'{value}' is no span of time: write 2h, 90m or 1h30m")
NOT_A_RATE = marked("'{value}' is no rate: write 50MB/s")


class PartType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """K/N with 1 <= K <= N."""

    name = "K/N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Part:
        """Read it."""
        if isinstance(value, Part):
            return value
        match = _PART.fullmatch(str(value))
        if not match or not 1 <= int(match[1]) <= int(match[2]) <= MOST_PARTS:
            self.fail(translate(NOT_A_PART, value=value), param, ctx)
        return Part(int(match[1]), int(match[2]))


class SpanType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A span of time in seconds, written 2h, 90m, 1h30m, 45s."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        if isinstance(value, float):
            return value
        match = _SPAN.fullmatch(str(value).strip())
        if not match or not any(match.groups()):
            self.fail(translate(NOT_A_SPAN, value=value), param, ctx)
        return float(sum(int(count or 0) * size for count, size in zip(match.groups(), _SPAN_SECONDS, strict=True)))


class RateType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """Bytes in a second, written 50MB/s, 50M or 20MiB/s."""

    name = "RATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        if isinstance(value, float):
            return value
        match = _RATE.fullmatch(str(value).strip())
        if not match or not float(match[1]):
            self.fail(translate(NOT_A_RATE, value=value), param, ctx)
        return float(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2]])
