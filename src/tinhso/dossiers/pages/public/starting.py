"""Beginning a filing: where it is filed, who handles it; going on with one that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import drafts, registering
from tinhso.dossiers.pages.public import offices, whose
from tinhso.dossiers.pages.public.filing import NATIONAL_PORTAL, elsewhere, filing_of, show, who
from tinhso.dossiers.queries.closures import ClosedDay, closed_days
from tinhso.foundation import access, moments
from tinhso.foundation.refs import ActorKind
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures


@never_cache
@access.anyone(reason="where a filing begins: strangers are told to sign in, or where else to file")
@require_safe
def start(request: HttpRequest, code: str) -> HttpResponse:
    """The door of a filing."""
    at = moments.now()
    version = procedures.published(code=code, at=at)
    if elsewhere(at):
        return show(request, "elsewhere", title=version.name, version=version, portal=NATIONAL_PORTAL)
    if not version.fileable:
        return HttpResponseRedirect(f"/thu-tuc/{version.code}/")
    if identity.actor_of(request).kind is not ActorKind.PERSON:
        return HttpResponseRedirect(f"/dang-nhap/?{urlencode({'tiep': request.path})}")
    filing = filing_of(request, code)
    if filing is None:
        _by, owner = who(request)
        first = "noi-nop/" if owner.kind == "organisation" else "cho-ai/"
        return HttpResponseRedirect(f"{request.path}{first}")
    return show(
        request,
        "going_on",
        title=_("Ông/bà đang viết dở hồ sơ này"),
        version=version,
        filing=filing,
        onward=filing.unfinished(),
        root=filing.root,
        whose=whose.words(filing),
        saved=in_words(filing.draft.saved_at),
    )


@never_cache
@access.person()
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Which agency the filing goes to, found by the name of the commune, old or new."""
    at = moments.now()
    version = procedures.published(code=code, at=at)
    if elsewhere(at) or not version.fileable:
        return HttpResponseRedirect(f"/nop/{code}/")
    by, _owner = who(request)
    chosen = request.POST.get("co_quan", "")
    error = ""
    if request.method == "POST":
        agency = offices.chosen(chosen, version=version, at=at)
        if agency is not None:
            return _placed(request, version, agency.id, at=at)
        error = _("Hãy chọn nơi nộp hồ sơ trong danh sách.")
    q = request.POST.get("q", "") or request.GET.get("q", "")
    address = identity.person(by.id).address if by.id else ""
    found = offices.offered(version, q=q, address=address, at=at)
    shut = {one.agency: one for one in closed_days([each.id for each in found], on=moments.today(at))}
    filing = filing_of(request, code)
    current = str(filing.draft.agency) if filing and filing.draft.agency else ""
    return show(
        request,
        "place",
        status=422 if error else 200,
        title=_("Nộp hồ sơ ở đâu?"),
        errors=bool(error),
        error=error,
        fault=[("co_quan", error)] if error else [],
        version=version,
        commune=version.agency_level is procedures.AgencyLevel.COMMUNE,
        found=found,
        items=[{"value": str(one.id), "text": one.name, "hint": _hint(one, shut)} for one in found],
        value=chosen or current or (str(found[0].id) if len(found) == 1 else ""),
        q=q,
        edit=request.GET.get("sua", ""),
    )


def _hint(one: offices.Office, shut: Mapping[UUID, ClosedDay]) -> str:
    """Which old name was meant; that the office is closed on a day to come."""
    closed = shut.get(one.id)
    if closed is None:
        return one.note
    said = _("Đóng cửa %(day)s: %(reason)s.") % {
        "day": f"{closed.day:%d/%m/%Y}",
        "reason": closed.reason.rstrip("."),
    }
    return f"{one.note} {said}".strip()


def _placed(
    request: HttpRequest, version: procedures.VersionView, agency_id: UUID, *, at: datetime
) -> HttpResponse:
    by, owner = who(request)
    filing = filing_of(request, version.code)
    if filing is None:
        begun = drafts.start(owner=owner, version_id=version.id, agency_id=agency_id, by=by, at=at)
        registering.ask(draft_id=begun, by=by, at=at)
    else:
        drafts.place(draft_id=filing.draft.id, agency_id=agency_id, by=by, at=at)
    filing = filing_of(request, version.code)
    if filing is None:
        return HttpResponseRedirect(f"/nop/{version.code}/")
    if request.GET.get("sua"):
        return HttpResponseRedirect(filing.unfinished())
    pages = filing.pages()
    return HttpResponseRedirect(f"{filing.root}phan/{pages[0].name}/" if pages else filing.after_form())
