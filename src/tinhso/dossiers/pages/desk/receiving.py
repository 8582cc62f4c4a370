"""Papers handed over at the counter: counted, or scanned on the spot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from tinhso.dossiers.contracts import PaperForm, PaperGiven
from tinhso.foundation import files, ids
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef

MOST = 99


def given(request: HttpRequest, codes: Iterable[str], *, actor: ActorRef, at: datetime) -> list[PaperGiven]:
    """What was handed in of these papers: a file where one was scanned, else counts of originals and copies.

    Boxes are `goc-…`, `sao-…` and `tep-…`; `kho-…` names a document of the person's vault, which goes before
    them. Raises Invalid with the fault of a file that is refused.
    """
    found = []
    for code in codes:
        document = ids.read(request.POST.get(f"kho-{code}", ""))
        if document is not None:
            found.append(PaperGiven(code=code, document=document))
            continue
        originals, copies = count(request, f"goc-{code}"), count(request, f"sao-{code}")
        file_id = _scanned(request, code, actor=actor, at=at)
        if not (originals or copies or file_id):
            continue
        form = PaperForm.ORIGINAL if originals else PaperForm.COPY if copies else PaperForm.ELECTRONIC
        found.append(PaperGiven(code=code, form=form, file_id=file_id, originals=originals, copies=copies))
    return found


def _scanned(request: HttpRequest, code: str, *, actor: ActorRef, at: datetime) -> UUID | None:
    sent = request.FILES.get(f"tep-{code}")
    if not isinstance(sent, UploadedFile) or sent.file is None:
        return None
    try:
        return files.receive(cast(BinaryIO, sent.file), name=sent.name or "", by=actor, at=at).id
    except files.FileRefused as fault:
        raise Invalid(fault.message, faults={f"papers.{code}": fault.message}) from None


def count(request: HttpRequest, name: str) -> int:
    """A count typed into a box; what is no number is none."""
    typed = request.POST.get(name, "").strip()
    return min(int(typed[:3]), MOST) if typed.isdecimal() else 0
