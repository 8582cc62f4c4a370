"""Where the result is collected: chosen while filing, or changed until it was handed over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.directory import api as directory
from tinhso.dossiers import lifecycle, wanted
from tinhso.dossiers.operations import drafts, transfers
from tinhso.dossiers.pages.public import offices
from tinhso.dossiers.pages.public.filing import Filing, show, step
from tinhso.dossiers.pages.public.offices import Office
from tinhso.dossiers.queries import passing
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access, moments
from tinhso.foundation.ids import read as read_id
from tinhso.identity import api as identity


@step
@require_http_methods(["GET", "HEAD", "POST"])
def before(request: HttpRequest, filing: Filing) -> HttpResponse:
    """While filing: the agency filed to, or any other centre."""
    agency = filing.draft.agency
    own = directory.names([agency]) if agency else {}
    chosen = _chosen(request, own, at=filing.at)
    if chosen is not None:
        collect = None if chosen == agency else chosen
        drafts.collect_at(draft_id=filing.draft.id, agency_id=collect, by=filing.by, at=filing.at)
        return HttpResponseRedirect(f"{filing.root}xem-lai/")
    current = filing.draft.collect or agency
    post = "" if filing.version.bundle else f"{filing.root}buu-dien/"
    back, caption = f"{filing.root}xem-lai/", filing.version.short_name
    return _page(request, own, current, back=back, caption=caption, post=post)


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def after(request: HttpRequest, code: str) -> HttpResponse:
    """After sending, as long as nothing was handed over."""
    actor, at = identity.actor_of(request), moments.now()
    view = read(find(code), by=actor, at=at, purpose="")
    back = f"/ho-so/{view.row.code}/"
    if "collect_at" not in lifecycle.offered(view.row.status):
        return HttpResponseRedirect(back)
    near = passing.near(view.row.id, at=at)
    chosen = _chosen(request, near, at=at)
    if chosen is not None:
        transfers.collect_at(dossier_id=view.row.id, agency_id=chosen, by=actor, at=at)
        return HttpResponseRedirect(back)
    current = passing.collected_at(view.row.id)
    caption, post = view.row.procedure_name, f"{back}buu-dien/"
    return _page(request, near, current, back=back, caption=caption, post=post)


def _chosen(request: HttpRequest, near: dict[UUID, str], *, at: datetime) -> UUID | None:
    """The centre that was chosen and has a desk; None while nothing sound was chosen."""
    wanted = read_id(request.POST.get("noi_nhan", ""))
    if request.method != "POST" or wanted is None:
        return None
    if wanted in near:
        return wanted
    found = directory.units_of([wanted], moments.today(at), directory.UnitKind.ONE_STOP)
    return wanted if found else None


def _page(
    request: HttpRequest,
    near: dict[UUID, str],
    current: UUID | None,
    *,
    back: str,
    caption: str,
    post: str,
) -> HttpResponse:
    """The page; `post` is where receiving it by post is chosen, empty where it cannot be."""
    at = moments.now()
    q = (request.POST.get("q", "") or request.GET.get("q", "")).strip()[:200]
    usual = tuple(Office(id=id_, name=name) for id_, name in near.items())
    found = [one for one in offices.centres(q, at=at) if one.id not in near]
    error = _("Hãy chọn một nơi trong danh sách.") if request.method == "POST" else ""
    return show(
        request,
        "collect",
        status=422 if error else 200,
        title=_("Nhận kết quả ở đâu?"),
        errors=bool(error),
        error=error,
        fault=[("noi_nhan", error)] if error else [],
        caption=caption,
        items=[{"value": str(one.id), "text": one.name, "hint": one.note} for one in (*usual, *found)],
        value=str(current or ""),
        found=found,
        q=q,
        back=back,
        post=post,
        fees=wanted.fees(on=moments.today(at)),
    )
