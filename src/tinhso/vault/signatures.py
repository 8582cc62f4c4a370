"""What the signatures of a document in the vault are worth."""

from __future__ import annotations

from datetime import datetime

from tinhso.foundation import files, signing
from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.vault.contracts import DocumentView, Source

OURS = frozenset({Source.ISSUED, Source.CERTIFIED})


def report(document: DocumentView, *, at: datetime) -> signing.Report | None:
    """The report on a document that an agency signed; None for papers that carry no signature of ours."""
    if document.source not in OURS:
        return None
    try:
        return signing.verify(files.read(document.file_id), roots=signing.trusted().roots, at=at)
    except UnreadableDocument:
        return None
