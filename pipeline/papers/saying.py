"""What a check or a count says in English, in Vietnamese: papers are Vietnamese whatever language the terminal has."""

from contextvars import copy_context

from pipeline.messages import translated, use

_PAPERS = "vi"


def in_vietnamese(text: str) -> str:
    """Say a sentence, or finished English text that the catalogue knows, in Vietnamese; what is not known stays."""
    return copy_context().run(_said, text)


def _said(text: str) -> str:
    use(_PAPERS)
    return translated(text)
