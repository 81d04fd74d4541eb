"""Check a stored copy against its own lists: names, sizes and, unless asked not to, every byte."""

from pipeline.verify.judge import verify_copy
from pipeline.verify.scope import Listed, Reading, Scope
from pipeline.verify.throttle import Throttle
from pipeline.verify.verdict import Finding, Kind, Remark, Verdict

__all__ = ["Finding", "Kind", "Listed", "Reading", "Remark", "Scope", "Throttle", "Verdict", "verify_copy"]
