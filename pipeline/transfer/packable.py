"""Whose package it is, and whether one can be made of a dossier at all: asked before anything is written."""

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.messages import Sentence, sentence
from pipeline.packages.plan import require_packable
from pipeline.packages.values import Content, Origin, PackageType, PackedDocument, PackedDossier
from pipeline.transfer.rows import file_name
from pipeline.transfer.source import SetDossier
from pipeline.transfer.values import Declaration

PDF = "application/pdf"
# The date of the batch at midnight in Vietnam: no clock is read, so that the same batch has the same bytes.
_TIME = "{date}T00:00:00.000+07:00"


def origin_of(said: Declaration) -> Origin:
    """Give whose packages they are."""
    return Origin(
        agency_code=said.agency_code,
        agency_name=said.agency_name,
        fonds_code=said.fonds_code,
        archive_code=said.archive_code,
        request_code=said.request_code,
        time=_TIME.format(date=said.date) if said.date else "",
        archive_name=said.archive_name,
    )


def why_no_sip(root: Path, dossier: SetDossier, said: Declaration) -> Sentence | None:
    """Say why no SIP can be made of a dossier; None where one can."""
    documents = tuple(
        PackedDocument(each.record, Content(root / each.path, file_name(each), PDF, each.size_bytes, each.sha256))
        for each in dossier.documents
    )
    try:
        require_packable(PackedDossier(dossier.record, documents), origin_of(said), PackageType.SIP)
    except UsageError as error:
        return sentence(error.template, **error.values)
    return None
