"""Check a stored copy against its own lists: names, sizes and, unless asked not to, every byte."""

from pipeline.verify.judge import verify_copy
from pipeline.verify.verdict import Finding, Kind, Remark, Verdict

__all__ = ["Finding", "Kind", "Remark", "Verdict", "verify_copy"]
