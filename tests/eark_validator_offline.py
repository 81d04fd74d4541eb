"""Run eark-validator on packages and write what it says as JSON; its vocabularies come from its own wheel.

It fetches four vocabularies from the network when it is imported; they lie in it as files too.
"""

import importlib.util
import io
import json
import sys
import urllib.request
from pathlib import Path

_PACKAGE = Path(importlib.util.find_spec("eark_validator").origin).parent
_VOCABULARIES = _PACKAGE / "ipxml" / "resources" / "vocabs"


def _from_wheel(address: str) -> io.BytesIO:
    return io.BytesIO((_VOCABULARIES / address.rsplit("/", 1)[-1]).read_bytes())


def _judged(path: str) -> dict[str, list[str]]:
    report = PackageValidator(Path(path), SpecificationVersion.V2_0_4).validation_report
    parts = [report.structure]
    if report.metadata:
        parts += [report.metadata.schema_results, report.metadata.schematron_results]
    messages = [message for part in parts for message in part.messages]
    found: dict[str, list[str]] = {}
    for message in messages:
        found.setdefault(message.severity.value, []).append(message.rule_id)
    return found


if __name__ == "__main__":
    urllib.request.urlopen = _from_wheel
    from eark_validator.packages import PackageValidator
    from eark_validator.specifications.specification import SpecificationVersion

    sys.stdout.write(json.dumps([_judged(path) for path in sys.argv[1:]]))
