"""Setting up an office's queue: what people come for, the windows, the machines' addresses, the fair rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.counter import rules
from tinhso.counter.contracts import OfficeView
from tinhso.counter.models import Office
from tinhso.counter.operations import places as setup
from tinhso.counter.pages.desk.visiting import looked_after, visit
from tinhso.counter.queries import places
from tinhso.directory import api as directory
from tinhso.foundation import access
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef

SET = "/can-bo/quay/dat/"


class ServiceForm(forms.Form):
    """One thing people come for."""

    letter = forms.RegexField(
        r"^[A-Z]$",
        label=gettext_lazy("Chữ cái"),
        help_text=gettext_lazy("Đứng đầu số, ví dụ A. Trùng chữ đã có thì sửa việc đó."),
        error_messages={"invalid": gettext_lazy("Hãy nhập một chữ cái từ A đến Z.")},
    )
    name = forms.CharField(label=gettext_lazy("Tên việc"), max_length=120)
    minutes = forms.IntegerField(
        label=gettext_lazy("Số phút một lượt"), min_value=1, max_value=480, initial=10
    )


class WindowForm(forms.Form):
    """One window and what is done there."""

    number = forms.IntegerField(
        label=gettext_lazy("Số quầy"),
        min_value=1,
        max_value=99,
        help_text=gettext_lazy("Trùng số đã có thì sửa quầy đó."),
    )
    label = forms.CharField(label=gettext_lazy("Tên quầy"), max_length=80, required=False)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Việc làm ở quầy này"), widget=forms.CheckboxSelectMultiple
    )


class RulesForm(forms.Form):
    """The office's own figures of the fair rule."""

    in_a_row = forms.IntegerField(
        label=gettext_lazy("Số người ưu tiên gọi liền nhau"), min_value=0, max_value=20, required=False
    )
    near = forms.IntegerField(
        label=gettext_lazy("Báo sắp đến lượt khi còn"), min_value=0, max_value=50, required=False
    )


@never_cache
@access.officer("counter.set_up")
@require_http_methods(["GET", "HEAD", "POST"])
def setting(request: HttpRequest) -> HttpResponse:
    """Everything on one page; each form changes one thing."""
    actor, at = visit(request)
    units = looked_after(actor, at)
    office = next(iter(places.offices(units)), None)
    if office is None:
        return _none(request, units, actor=actor, at=at)
    services = places.services(office.id, open_only=False)
    asked = request.POST.get("viec", "") if request.method == "POST" else ""
    given = {
        "service": ServiceForm(request.POST if asked == "viec" else None),
        "window": WindowForm(request.POST if asked == "quay" else None),
        "rules": RulesForm(request.POST if asked == "luat" else None),
    }
    window = given["window"]
    window.fields["services"].choices = [(str(one.id), f"{one.letter} {one.name}") for one in services]  # type: ignore[attr-defined]  # a choice field
    if asked and _changed(asked, given, office, actor=actor, at=at):
        return HttpResponseRedirect(SET)
    facts = {
        "title": _("Đặt quầy và hàng chờ"),
        "office": office,
        "services": services,
        "windows": _windows(office),
        "forms": given,
        "machines": _machines(office),
        "rules": _rules(office, at=at),
        "errors": any(form.errors for form in given.values()),
    }
    return render(request, "counter/desk/setting.html", facts, status=422 if facts["errors"] else 200)


def _none(
    request: HttpRequest, units: dict[UUID, directory.UnitView], *, actor: ActorRef, at: datetime
) -> HttpResponse:
    """An agency without a queue: one press gives it one."""
    if not units:
        raise NotFound(_("Cơ quan của anh/chị chưa có bộ phận một cửa nên chưa đặt được hàng chờ."))
    unit = next(iter(units.values()))
    if request.method == "POST":
        agency = directory.agency(unit.agency_id, today(at))
        setup.open_office(unit=unit.id, slug=agency.code, name=unit.name, by=actor, at=at)
        return HttpResponseRedirect(SET)
    return render(
        request, "counter/desk/setting_none.html", {"title": _("Đặt quầy và hàng chờ"), "unit": unit}
    )


def _changed(
    asked: str, given: dict[str, forms.Form], office: OfficeView, *, actor: ActorRef, at: datetime
) -> bool:
    """Do what one form asks; whether it could be done."""
    who: dict[str, Any] = {"office_id": office.id, "by": actor, "at": at}
    if asked == "khoa":
        setup.renew_key(**who)
        return True
    form = given[{"viec": "service", "quay": "window", "luat": "rules"}[asked]]
    if not form.is_valid():
        return False
    data = form.cleaned_data
    if asked == "viec":
        setup.set_service(**who, **data)
    elif asked == "quay":
        services = [UUID(each) for each in data["services"]]
        setup.set_window(**who, number=data["number"], name=data["label"], services=services)
    else:
        setup.set_rules(**who, priority_in_a_row=data["in_a_row"], near=data["near"])
    return True


def _windows(office: OfficeView) -> list[dict[str, Any]]:
    names = {one.id: f"{one.letter} {one.name}" for one in places.services(office.id, open_only=False)}
    return [
        {"window": one, "does": [names[each] for each in one.services if each in names]}
        for one in places.windows(office.id)
    ]


def _machines(office: OfficeView) -> list[tuple[str, str]]:
    base = f"{settings.ORIGIN}/quay/{office.slug}"
    return [
        (_("Máy lấy số"), f"{base}/{office.key}/lay-so/"),
        (_("Máy hỏi hồ sơ"), f"{base}/{office.key}/tra-cuu/"),
        (_("Bảng gọi số"), f"{base}/{office.key}/bang/"),
        (_("Trang trên điện thoại"), f"{base}/"),
    ]


def _rules(office: OfficeView, *, at: datetime) -> dict[str, int]:
    row, day = Office.objects.get(id=office.id), today(at)
    return {"in_a_row": rules.most_in_a_row(row, on=day), "near": rules.near(row, on=day)}
