"""What came of building or checking a batch, as plain JSON values."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline.errors import ExitCode
from pipeline.transfer.manifest import totals
from pipeline.transfer.planning import Plan
from pipeline.transfer.rules import RULES, say
from pipeline.transfer.values import Doubled, Received

RESULT_NAME = "ket-qua.json"


def plan_values(plan: Plan) -> dict[str, Any]:
    """Give what stands against a transfer, and what would be handed over."""
    documents = [document for dossier in plan.dossiers for document in dossier.documents]
    return {
        "out": str(plan.asked.out),
        "set": str(plan.source.root),
        "set_seal": plan.source.lists.seal,
        "dossiers": len(plan.dossiers),
        "documents": len(documents),
        "size_bytes_of_documents": sum(document.size_bytes for document in documents),
        "findings": [
            {"rule": finding.rule, "dossier": finding.dossier, "document": finding.document,
             "details": dict(finding.details), "text": str(say(finding)),
             "can_be_waived": RULES[finding.rule].can_be_waived,
             "source": RULES[finding.rule].source.format(**finding.details)}
            for finding in plan.findings
        ],
        "failed": [asdict(row) for row in plan.failed],
        "notes": [str(note) for note in plan.notes],
    }  # fmt: skip


def counts(received: Received) -> dict[str, int]:
    """Count dossiers and documents: in the list, missing, passed and not passed."""
    dossiers = [row for row in received.rows if not row.document]
    documents = [row for row in received.rows if row.document]
    return {
        "dossiers": len(received.manifest.dossiers),
        "documents": received.manifest.document_count,
        "dossiers_missing": len(received.missing),
        "documents_missing": documents_missing(received),
        "dossiers_passed": sum(row.passed for row in dossiers),
        "documents_passed": sum(row.passed for row in documents),
        "dossiers_not_passed": sum(not row.passed for row in dossiers),
        "documents_not_passed": sum(not row.passed for row in documents),
    }


def documents_missing(received: Received) -> int:
    """Count the documents that are missing: in packages that are there, and with the packages that are not."""
    missing = set(received.missing)
    gone = sum(len(row.documents) for row in received.manifest.dossiers if row.code in missing)
    return gone + len(received.missing_documents)


def received_values(received: Received, path: str, code: ExitCode) -> dict[str, Any]:
    """Give the result of a check."""
    made = received.manifest
    return {
        "path": path,
        "seal": received.seal,
        "complete": received.is_complete,
        "passed": received.passed,
        "result": "đủ" if received.is_complete else "chưa đủ" if received.has_list else "chưa xác định",
        "counts": counts(received),
        "totals": totals(made),
        "declaration": asdict(made.declaration),
        "set_name": made.set_name,
        "set_seal": made.set_seal,
        "virus": received.virus,
        "problems": [str(each) for each in received.problems],
        "unread": [str(each) for each in received.unread],
        "notes": [str(each) for each in received.notes],
        "missing": list(received.missing),
        "missing_documents": list(received.missing_documents),
        "rows": [
            {"dossier": row.code, "document": row.document, "title": row.title, "passed": row.passed,
             "result": "đạt" if row.passed else "không đạt", "reasons": [str(each) for each in row.reasons]}
            for row in received.rows
        ],
        "held_already": [_doubled(row) for row in received.doubled],
        "exit_code": int(code),
    }  # fmt: skip


def _doubled(row: Doubled) -> Mapping[str, Any]:
    return {**asdict(row), "by": row.by}
