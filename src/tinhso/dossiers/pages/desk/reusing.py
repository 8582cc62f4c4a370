"""A paper reused from the applicant's vault: where it came from, whether it holds, what signs it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.contracts import PaperView
from tinhso.dossiers.pages.desk.screen import around
from tinhso.dossiers.pages.desk.visiting import came_from, visit
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access, files, signing
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import local, today
from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.vault import api as vault


@never_cache
@access.officer("dossiers.open")
@require_safe
def signatures(request: HttpRequest, code: str, paper: UUID) -> HttpResponse:
    """Source, standing and signatures of one reused paper, on one page."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Xem nguồn giấy tờ dùng lại"))
    kept = next((each for each in view.papers if each.id == paper), None)
    if kept is None or kept.document is None or kept.file_id is None:
        raise NotFound(_("Giấy tờ này không lấy từ kho."))
    document = vault.by_ids([kept.document]).get(kept.document)
    same = hashlib.sha256(files.read(kept.file_id)).hexdigest() == kept.sha256
    facts = around(view, actor=actor, at=at, came=came_from(request))
    facts |= {
        "title": _("Nguồn và chữ ký của giấy tờ"),
        "paper": kept,
        "facts": _facts(kept, document, at=at),
        "trust": document.source.trust if document else "",
        "same": same,
        "report": _report(kept.file_id, document, at=at),
    }
    return render(request, "dossiers/desk/reused.html", facts)


def _facts(paper: PaperView, document: vault.DocumentView | None, *, at: datetime) -> list[tuple[str, str]]:
    rows = [(_("Giấy tờ"), paper.name), (_("Dùng lại lúc"), f"{local(paper.given_at):%H:%M %d/%m/%Y}")]
    if document is not None:
        rows += [
            (_("Trong kho"), document.title),
            (_("Số"), document.number),
            (_("Nơi cấp"), document.issuer),
            (_("Nguồn"), document.source.label),
            (_("Giá trị hôm nay"), document.state(today(at)).label),
            (_("Căn cứ thu hồi"), document.ended_because),
        ]
    return [(name, value) for name, value in rows if value]


def _report(file_id: UUID, document: vault.DocumentView | None, *, at: datetime) -> signing.Report | None:
    """What the signatures are worth; a file that no agency made is read in a process of its own."""
    ours = vault.report(document, at=at) if document else None
    if ours is not None:
        return ours
    if files.describe([file_id])[file_id].media_type != "application/pdf":
        return None
    try:
        return signing.verify_confined(files.read(file_id), roots=signing.trusted().roots, at=at)
    except UnreadableDocument:
        return None
