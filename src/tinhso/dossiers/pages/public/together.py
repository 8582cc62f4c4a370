"""Several people on one dossier: the signed-in person is the contact, the others are named here."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import capacities
from tinhso.dossiers.applicants import For
from tinhso.dossiers.contracts import Applicant
from tinhso.dossiers.operations import drafts
from tinhso.dossiers.pages.public.filing import Filing, elsewhere, filing_of, show, who
from tinhso.foundation import access, moments, text
from tinhso.foundation.text.unreadable import Unreadable
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity
from tinhso.procedures import api as procedures

MOST = 50


class MemberForm(forms.Form):
    """One more person whose dossier it is."""

    name = forms.CharField(
        label=gettext_lazy("Họ và tên"),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy nhập họ và tên, đúng như trong căn cước.")},
    )
    personal_id = forms.CharField(
        label=gettext_lazy("Số căn cước"),
        max_length=30,
        error_messages={"required": gettext_lazy("Hãy nhập số căn cước, 12 chữ số.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-20"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Điện thoại"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "govuk-input--width-20"}),
    )

    def clean_personal_id(self) -> str:
        """Twelve digits in any grouping."""
        try:
            return text.personal_id(self.cleaned_data["personal_id"])
        except Unreadable as fault:
            raise forms.ValidationError(str(fault)) from None


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, code: str) -> HttpResponse:
    """Name the others, one by one; each is told when the dossier is sent, and follows it."""
    at = moments.now()
    version = procedures.published(code=code, at=at)
    by, owner = who(request)
    refused = capacities.rule(code, Capacity.GROUP, on=moments.today(at)).refused
    if elsewhere(at) or not version.fileable or owner.kind == "organisation" or refused:
        return HttpResponseRedirect(f"/nop/{code}/")
    filing = filing_of(request, code)
    named = list(filing.draft.members) if filing else []
    form = MemberForm(request.POST if request.POST.get("viec") == "them" else None)
    if request.POST.get("viec") == "bo":
        gone = request.POST.get("so", "")
        return _kept(request, version, filing, [one for one in named if one.personal_id != gone])
    if form.is_bound and form.is_valid() and _fits(form, named, own=identity.personal_id(by.id or owner.id)):
        given = form.cleaned_data
        one = Applicant(
            name=text.normal(given["name"]), personal_id=given["personal_id"], phone=given["phone"].strip()
        )
        return _kept(request, version, filing, [*named, one])
    return show(
        request,
        "together",
        status=422 if form.errors else 200,
        title=_("Ai cùng đứng tên?"),
        errors=bool(form.errors),
        version=version,
        form=form,
        contact=by.name,
        members=named,
        onward=filing.unfinished() if filing else "",
        back=f"/nop/{code}/cho-ai/",
    )


def _fits(form: MemberForm, named: list[Applicant], *, own: str) -> bool:
    number = form.cleaned_data["personal_id"]
    if number == own:
        form.add_error("personal_id", _("Đây là số của chính ông/bà, người liên hệ. Hãy nhập người khác."))
    elif number in {one.personal_id for one in named}:
        form.add_error("personal_id", _("Người này đã có trong danh sách."))
    elif len(named) >= MOST:
        form.add_error(None, _("Một hồ sơ ghi được %(most)d người cùng đứng tên.") % {"most": MOST})
    return not form.errors


def _kept(
    request: HttpRequest, version: procedures.VersionView, filing: Filing | None, members: list[Applicant]
) -> HttpResponse:
    by, owner = who(request)
    at, whom = moments.now(), For(members=members)
    if filing is None:
        drafts.start(owner=owner, version_id=version.id, agency_id=None, whom=whom, by=by, at=at)
    else:
        drafts.choose(draft_id=filing.draft.id, whom=whom, by=by, at=at)
    return HttpResponseRedirect(f"/nop/{version.code}/cung-dung-ten/")
