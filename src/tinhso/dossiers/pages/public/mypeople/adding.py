"""Naming somebody: a child, a ward, a grantor with their paper, an organisation; granting a proxy."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.pages.public.mypeople import files_kept
from tinhso.dossiers.pages.public.mypeople.forms import GrantForm, OrganisationForm, PersonForm
from tinhso.dossiers.pages.public.mypeople.pages import me
from tinhso.dossiers.pages.public.mypeople.showing import ROOT, day
from tinhso.foundation import access, legal, moments
from tinhso.foundation.errors import Invalid, NotFound, Unable
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity
from tinhso.procedures import api as procedures

KINDS = {
    "con": (Capacity.CHILD, gettext_noop("Con của ông/bà là ai?")),
    "giam-ho": (Capacity.WARD, gettext_noop("Ông/bà giám hộ ai?")),
    "uy-quyen": (Capacity.PROXY, gettext_noop("Ai ủy quyền cho ông/bà?")),
    "to-chuc": (Capacity.ORGANISATION, gettext_noop("Ông/bà đại diện cho tổ chức nào?")),
}


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, word: str) -> HttpResponse:
    """Name somebody and give the paper, now or later. A form that comes back keeps the file, too."""
    if word not in KINDS:
        raise NotFound(_("Không có trang này."))
    capacity, question = KINDS[word]
    by, own = me(request)
    at = moments.now()
    shape = OrganisationForm if capacity is Capacity.ORGANISATION else PersonForm
    form = shape(request.POST or None, capacity=capacity, on=moments.today(at))
    later = request.POST.get("sau") == "1"
    if later:
        form.fields["kind"].required = False
    kept = files_kept.kept(request, by=by, at=at) if request.method == "POST" else files_kept.Kept(())
    if form.is_bound and form.is_valid() and not kept.faults:
        try:
            _keep(form, capacity, None if later else kept.first, later=later, own=own, by=by, at=at)
        except Invalid as fault:
            files_kept.blame(form, fault)
        except Unable as fault:
            form.add_error(None, fault.message)
        else:
            return files_kept.back(request, f"{ROOT}?xong=them")
    errors = bool(form.errors or kept.faults)
    facts = {
        "title": _(question),
        "errors": errors,
        "form": form,
        "capacity": capacity.value,
        "kept": kept,
        "tiep": files_kept.onward(request),
        "back": files_kept.onward(request) or ROOT,
    }
    return render(request, "dossiers/mypeople/add.html", facts, status=422 if errors else 200)


def _keep(
    form: PersonForm | OrganisationForm,
    capacity: Capacity,
    file_id: UUID | None,
    *,
    later: bool,
    own: UUID,
    by: ActorRef,
    at: datetime,
) -> None:
    given = None if later else form.proof(file_id)
    if isinstance(form, OrganisationForm):
        identity.register_as_representative(
            agent=own,
            tax_code=form.cleaned_data["tax_code"],
            name=form.cleaned_data["name"],
            proof=given,
            by=by,
            at=at,
        )
        return
    identity.declare(
        agent=own,
        capacity=capacity,
        represented=form.represented(address=identity.person(own).address),
        proof=given,
        by=by,
        at=at,
    )


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Let somebody file for oneself: written, read once more on a page of its own, then confirmed."""
    by, own = me(request)
    at = moments.now()
    today = moments.today(at)
    last = today + timedelta(days=legal.integer("proxy_days", on=today))
    form = GrantForm(request.POST or None, at=at, initial={"valid_until": last})
    sure = request.POST.get("chac") == "1"
    if form.is_bound and form.is_valid() and request.POST.get("viec") != "sua":
        given = form.cleaned_data
        try:
            fault = None
            if sure:
                identity.grant_proxy(
                    grantor=own,
                    agent_name=given["agent_name"],
                    agent_number=given["agent_number"],
                    scope=given["scope"],
                    valid_from=today,
                    valid_to=given["valid_until"] + timedelta(days=1),
                    by=by,
                    at=at,
                )
                return HttpResponseRedirect(f"{ROOT}?xong=uy-quyen")
        except Invalid as fault_found:
            fault = fault_found
            files_kept.blame(form, fault_found)
        if fault is None and given["valid_until"] >= today:
            return _read_once_more(request, form, at=at)
        if fault is None:
            form.add_error("valid_until", _("Ngày kết thúc phải từ hôm nay trở đi."))
    facts = {
        "title": _("Ủy quyền cho người khác nộp hồ sơ"),
        "errors": bool(form.errors),
        "form": form,
        "back": ROOT,
    }
    return render(request, "dossiers/mypeople/grant.html", facts, status=422 if form.errors else 200)


def _read_once_more(request: HttpRequest, form: GrantForm, *, at: datetime) -> HttpResponse:
    given = form.cleaned_data
    names = [line.short_name or line.name for line in procedures.by_codes(given["scope"], at=at)]
    facts = {
        "title": _("Xác nhận ủy quyền"),
        "form": form,
        "rows": [
            (_("Người được ủy quyền"), given["agent_name"]),
            (_("Số căn cước"), given["agent_number"]),
            (_("Thủ tục"), ", ".join(names) or _("Mọi thủ tục được ủy quyền")),
            (_("Đến hết ngày"), day(given["valid_until"])),
        ],
        "typed": [(name, value) for name in request.POST for value in request.POST.getlist(name)],
    }
    return render(request, "dossiers/mypeople/grant_sure.html", facts)
