"""Letters of apology in one act: many late dossiers, one reason, one new day; looked at before it is done."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import bulk
from tinhso.dossiers.pages.desk.bulk import item_of, whole_list
from tinhso.dossiers.pages.desk.forms import words
from tinhso.dossiers.pages.desk.visiting import LIST, came_from, visit
from tinhso.foundation import access
from tinhso.foundation.moments import today
from tinhso.ui.api import DateField

ACT = "apologise"


class Apology(forms.Form):
    """The day and the reason that every letter tells."""

    until = DateField(
        label=gettext_lazy("Hẹn lại ngày"), help_text=gettext_lazy("Một ngày làm việc sắp tới.")
    )
    reason = words(
        gettext_lazy("Lý do chưa trả đúng hẹn"),
        hint=gettext_lazy(
            "Từng người dân đọc được lý do này. Ví dụ: hệ thống đo đạc ngừng từ 02/3 đến 05/3."
        ),
        missing=gettext_lazy("Hãy ghi vì sao phải hẹn lại."),
        rows=2,
    )

    def __init__(self, *args: object, at: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django takes them
        self.at = at

    def clean_until(self) -> object:
        """The day, which has not passed."""
        until = self.cleaned_data["until"]
        if until <= today(self.at):
            raise ValidationError(_("Ngày hẹn lại phải sau hôm nay."), code="day")
        return until


@never_cache
@access.officer("dossiers.apologise")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What would be done: how many letters, and which dossiers cannot have one. Nothing is done yet."""
    _actor, at = visit(request)
    whole = request.POST.get("tat-ca") == "1"
    codes = (
        whole_list(request, purpose=_("Chọn hồ sơ để xin lỗi, hẹn lại"))
        if whole
        else request.POST.getlist("d")
    )
    return _page(request, codes, Apology(at=at), whole=whole, status=200)


@never_cache
@access.officer("dossiers.apologise")
@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Queue the letters for what was confirmed, each dossier as it was shown."""
    actor, at = visit(request)
    form = Apology(request.POST, at=at)
    items = [each for each in map(item_of, request.POST.getlist("d")) if each]
    if not form.is_valid():
        codes = Dossier.objects.filter(id__in=[id for id, _version in items]).values_list("code", flat=True)
        return _page(request, list(codes), form, whole=False, status=422)
    given = {"until": form.cleaned_data["until"].isoformat(), "reason": form.cleaned_data["reason"].strip()}
    with transaction.atomic():
        asked = bulk.ask(items, act=ACT, given=given, by=actor, at=at)
        jobs.run_bulk.defer(bulk_id=str(asked.id))
    return HttpResponseRedirect(f"{LIST}hang-loat/{asked.id}/?{came_from(request).query}")


def _page(request: HttpRequest, codes: list[str], form: Apology, *, whole: bool, status: int) -> HttpResponse:
    actor, at = visit(request)
    looked = bulk.look(codes[: bulk.MOST], act=ACT, by=actor, at=at)
    facts = {
        "title": ngettext(
            "Xin lỗi, hẹn lại %(n)d hồ sơ quá hạn", "Xin lỗi, hẹn lại %(n)d hồ sơ quá hạn", len(looked.able)
        )
        % {"n": len(looked.able)},
        "able": looked.able,
        "unable": looked.unable,
        "came": came_from(request),
        "form": form,
        "errors": bool(form.errors),
        "whole": whole,
        "most": bulk.MOST,
    }
    return render(request, "dossiers/desk/apologies.html", facts, status=status)
