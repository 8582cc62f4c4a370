"""Who files for an organisation: seen, invited, given another role and removed by who leads it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.dossiers.pages.public.mypeople import files_kept
from tinhso.dossiers.pages.public.mypeople.forms import InviteForm
from tinhso.dossiers.pages.public.mypeople.pages import me
from tinhso.dossiers.pages.public.mypeople.showing import ROOT, cards
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.api import MemberRole


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """The people of an organisation; POST invites one more, or gives one another role."""
    by, own = me(request)
    at = moments.now()
    if not identity.leads_for(own, organisation, at):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    form = InviteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            identity.invite(
                organisation_id=organisation,
                name=given["agent_name"],
                number=given["agent_number"],
                role=MemberRole(given["role"]),
                by=by,
                at=at,
            )
        except Invalid as fault:
            files_kept.blame(form, fault)
        else:
            return HttpResponseRedirect(request.path + "?xong=moi")
    found = identity.relations_for(OwnerRef("organisation", organisation), at=at)
    facts = {
        "title": identity.organisations([organisation])[organisation].name,
        "errors": bool(form.errors),
        "done": _("Đã mời. Người đó được báo và cần bấm nhận.") if request.GET.get("xong") == "moi" else "",
        "form": form,
        "standing": cards(tuple(one for one in found if not one.ended_at), mine=False, at=at),
        "gone": cards(tuple(one for one in found if one.ended_at), mine=False, at=at),
        "own": own,
        "root": request.path,
    }
    return render(request, "dossiers/mypeople/members.html", facts, status=422 if form.errors else 200)


@never_cache
@access.person()
@require_POST
def remove(request: HttpRequest, organisation: UUID, relation: UUID) -> HttpResponse:
    """Somebody files for the organisation no more, from this moment."""
    by, _own = me(request)
    identity.end_relation(relation_id=relation, by=by, at=moments.now())
    still = identity.leads_for(by.id, organisation, moments.now()) if by.id else False
    return HttpResponseRedirect(f"{ROOT}to-chuc/{organisation}/" if still else ROOT)
