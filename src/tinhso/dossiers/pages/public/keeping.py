"""A paper sent with a dossier is kept in the person's vault for next time, when they choose to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.dossiers.contracts import DossierView, PaperView
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access, files, moments
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

OTHER = "khac"


@access.person()
@require_POST
def keep(request: HttpRequest, code: str, file_id: UUID) -> HttpResponse:
    """Keep one paper under the kind that it was asked as; keeping twice changes nothing."""
    actor, at = identity.actor_of(request), moments.now()
    view = read(find(code), by=actor, at=at, purpose="")
    owner = view.applicant.owner
    paper = next((each for each in keepable(view, by=actor) if each.file_id == file_id), None)
    if paper is None or owner is None:
        raise NotFound(_("Không tìm thấy tệp này."))
    vault.keep_upload(
        owner=owner, file_id=file_id, kind=_kind(view, paper, at=at), title=paper.name, by=actor, at=at
    )
    return HttpResponseRedirect(f"/ho-so/{view.row.code}/#giay-to")


def keepable(view: DossierView, *, by: ActorRef) -> list[PaperView]:
    """Papers of the dossier that the person sent themselves and did not take from the vault. One query."""
    sent = [paper for paper in view.papers if paper.file_id and paper.document is None]
    own = files.kept_by((paper.file_id for paper in sent if paper.file_id), by)
    return [paper for paper in sent if paper.file_id in own]


def kept(view: DossierView, papers: Iterable[PaperView]) -> frozenset[UUID]:
    """Those files that lie in the owner's vault already. Two queries at most."""
    owner = view.applicant.owner
    ids = [paper.file_id for paper in papers if paper.file_id]
    if owner is None or not ids:
        return frozenset()
    stored = files.describe(ids)
    held = vault.held(owner, [file.sha256 for file in stored.values()])
    return frozenset(id for id, file in stored.items() if file.sha256 in held)


def _kind(view: DossierView, paper: PaperView, *, at: datetime) -> str:
    code = procedures.version(view.procedure_version).code
    found = vault.kinds_for(procedure=code, paper=paper.code, name=paper.name, on=today(at))
    return found[0] if found else OTHER
