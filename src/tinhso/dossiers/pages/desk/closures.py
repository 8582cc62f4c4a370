"""The administrator closes the office for days, with the reason that people read, or opens it after all."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.directory import api as directory
from tinhso.dossiers import jobs
from tinhso.dossiers.operations import closures, recounts
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries.closures import closed_days
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.ui.api import DateField

PLACE = "/can-bo/dong-cua/"


class CloseForm(forms.Form):
    """From when to when, and why."""

    first = DateField(label=gettext_lazy("Từ ngày"))
    last = DateField(label=gettext_lazy("Đến hết ngày"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        help_text=gettext_lazy("Người dân đọc được. Ví dụ: đường vào trung tâm ngập sâu."),
        max_length=300,
        error_messages={"required": gettext_lazy("Hãy ghi lý do đóng cửa; người dân đọc được.")},
    )


@never_cache
@access.officer("dossiers.close_office")
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """The closed days to come, and the form that adds some."""
    actor, at = visit(request)
    agency = _agency(actor, at)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and "mo-lai" in request.POST:
        day = _day(request.POST["mo-lai"])
        if day is not None:
            with transaction.atomic():
                _count(closures.lift(agency_id=agency, day=day, by=actor, at=at), at=at)
        return HttpResponseRedirect(PLACE)
    if request.method == "POST" and form.is_valid() and _closed(form, agency, actor=actor, at=at):
        return HttpResponseRedirect(PLACE)
    facts = {
        "title": _("Đóng cửa đột xuất"),
        "agency": directory.agency(agency, today(at)),
        "form": form,
        "errors": bool(form.errors),
        "days": closed_days([agency], on=today(at)),
    }
    return render(request, "dossiers/desk/closures.html", facts, status=422 if form.errors else 200)


def _closed(form: CloseForm, agency: UUID, *, actor: ActorRef, at: datetime) -> bool:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            done = closures.close(
                agency_id=agency,
                first=given["first"],
                last=given["last"] or given["first"],
                reason=given["reason"],
                by=actor,
                at=at,
            )
            if done.recount is not None:
                _count(done.recount, at=at)
    except Invalid as fault:
        for name, sentence in (fault.faults or {"": fault.message}).items():
            form.add_error(name if name in form.fields else None, sentence)
        return False
    return True


def _count(recount: UUID, *, at: datetime) -> None:
    """Queue the count of what was promised already."""
    jobs.recount_promises.defer_at(at + recounts.SETTLES, {"recount_id": str(recount)})


def _agency(actor: ActorRef, at: datetime) -> UUID:
    """The agency the officer administers. Raises NotAllowed."""
    held = identity.held(actor.id, at) if actor.id else ()
    units = [post.unit for post in held if post.role is identity.Role.ADMINISTRATOR]
    found = directory.units(units)
    if not units:
        raise NotAllowed(_("Tài khoản này không quản trị cơ quan nào."))
    return found[units[0]].agency_id


def _day(word: str) -> date | None:
    try:
        return parse_date(word)
    except ValueError:
        return None
