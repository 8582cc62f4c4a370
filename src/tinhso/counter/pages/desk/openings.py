"""What each service gives out: hours of the week, minutes, how many at once, from which day on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.counter.appointment_contracts import OpeningView, Pattern
from tinhso.counter.models import Service
from tinhso.counter.operations import openings as setup
from tinhso.counter.pages.desk.visiting import HOME, looked_after, visit
from tinhso.counter.queries import openings, places
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures
from tinhso.ui.api import DateField

PATTERNS = f"{HOME}lich-hen/mau/"
WEEKDAYS = (
    gettext_lazy("Thứ Hai"),
    gettext_lazy("Thứ Ba"),
    gettext_lazy("Thứ Tư"),
    gettext_lazy("Thứ Năm"),
    gettext_lazy("Thứ Sáu"),
    gettext_lazy("Thứ Bảy"),
    gettext_lazy("Chủ Nhật"),
)
SPAN = re.compile(r"^([0-2]?[0-9]):([0-5][0-9])\s*[-–]\s*([0-2]?[0-9]):([0-5][0-9])$")


class HoursField(forms.CharField):
    """Hours of a day as people write them: "7:30-10:30, 13:30-16:00"; empty for none."""

    def clean(self, value: str) -> tuple[tuple[int, int], ...]:
        """Pairs of minutes of the day, in order. Raises ValidationError."""
        spans: list[tuple[int, int]] = []
        for part in filter(None, (one.strip() for one in super().clean(value).split(","))):
            found = SPAN.match(part)
            begins, ends = _minutes(found, 1) if found else 0, _minutes(found, 3) if found else 0
            if not begins < ends <= 24 * 60 or (spans and begins < spans[-1][1]):
                raise forms.ValidationError(
                    _("Hãy ghi giờ theo thứ tự, ví dụ 7:30-10:30, 13:30-16:00. Để trống nếu không nhận hẹn.")
                )
            spans.append((begins, ends))
        return tuple(spans)


def _minutes(found: re.Match[str], group: int) -> int:
    return int(found[group]) * 60 + int(found[group + 1])


def _number(label: Any, *, least: int, most: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget)


class OpeningForm(forms.Form):
    """A pattern, from a day on."""

    first = DateField(label=gettext_lazy("Áp dụng từ ngày"))
    minutes = _number(gettext_lazy("Mỗi lượt hẹn (phút)"), least=5, most=240)
    at_once = _number(gettext_lazy("Số người cùng một giờ"), least=1, most=50)
    ahead_days = _number(gettext_lazy("Đặt trước nhiều nhất (ngày)"), least=1, most=180)
    cancel_minutes = _number(gettext_lazy("Tự đổi, huỷ chậm nhất trước giờ hẹn (phút)"), least=0, most=10080)
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Lĩnh vực thủ tục làm ở việc này"),
        help_text=gettext_lazy("Trang của thủ tục thuộc lĩnh vực được chọn có nút “Đặt lịch hẹn”."),
        widget=forms.SelectMultiple(attrs={"size": 8, "class": "qu-several"}),
        required=False,
    )

    def __init__(self, *args: Any, sectors: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sectors"].choices = sectors  # type: ignore[attr-defined]  # a choice field
        for number, name in enumerate(WEEKDAYS):
            widget = forms.TextInput(attrs={"class": "govuk-input--width-20"})
            self.fields[f"day{number}"] = HoursField(label=name, required=False, widget=widget)
        self.fields["day0"].help_text = gettext_lazy("Ví dụ 7:30-10:30, 13:30-16:00.")
        self.fields["day5"].help_text = gettext_lazy("Chỉ có hiệu lực vào Thứ Bảy làm việc theo lịch.")

    def clean(self) -> dict[str, Any]:
        """A week has hours on some day."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data[f"day{number}"] for number in range(7)):
            self.add_error("day0", _("Hãy ghi giờ nhận hẹn của ít nhất một ngày."))
        return data

    def pattern(self) -> Pattern:
        """What was written."""
        data = self.cleaned_data
        week = {number: data[f"day{number}"] for number in range(7) if data[f"day{number}"]}
        return Pattern(week, data["minutes"], data["at_once"], data["ahead_days"], data["cancel_minutes"])


@never_cache
@access.officer("counter.set_up")
@require_http_methods(["GET", "HEAD", "POST"])
def patterns(request: HttpRequest) -> HttpResponse:
    """What holds and what is to come, service by service; the form of one, filled with what holds now."""
    actor, at = visit(request)
    office = next(iter(places.offices(looked_after(actor, at))), None)
    if office is None:
        return render(request, "counter/desk/none.html", {"title": _("Giờ nhận hẹn")})
    services = list(Service.objects.filter(office_id=office.id, open=True).order_by("letter"))
    known = openings.openings([one.id for one in services], since=today(at))
    letter = request.POST.get("viec", "") or request.GET.get("viec", "")
    chosen = next((one for one in services if one.letter == letter), None)
    form = _form(request, chosen, known, at=at) if chosen else None
    if request.method == "POST" and chosen and form and _changed(request, form, chosen, by=actor, at=at):
        return HttpResponseRedirect(PATTERNS)
    facts = {
        "title": _("Giờ nhận hẹn"),
        "office": office,
        "lines": [_line(one, known) for one in services],
        "chosen": chosen,
        "form": form,
        "errors": bool(form and form.errors),
    }
    return render(request, "counter/desk/openings.html", facts, status=422 if facts["errors"] else 200)


def _form(
    request: HttpRequest, service: Service, known: Sequence[OpeningView], *, at: datetime
) -> OpeningForm:
    sectors = [(one.slug, one.name) for one in procedures.sectors(at=at)]
    initial: dict[str, Any] = {
        "first": today(at),
        "minutes": 30,
        "at_once": 1,
        "ahead_days": 14,
        "cancel_minutes": 120,
        "sectors": service.sectors,
    }
    last = next((one for one in reversed(known) if one.service == service.id), None)
    if last is not None:
        pattern = last.pattern
        initial |= {
            "minutes": pattern.minutes,
            "at_once": pattern.at_once,
            "ahead_days": pattern.ahead_days,
            "cancel_minutes": pattern.cancel_minutes,
            **{f"day{number}": _written(hours) for number, hours in pattern.week.items()},
        }
    data = request.POST if request.method == "POST" and "dung" not in request.POST else None
    return OpeningForm(data, initial=initial, sectors=sectors)


def _changed(
    request: HttpRequest, form: OpeningForm, service: Service, *, by: ActorRef, at: datetime
) -> bool:
    if "dung" in request.POST:
        setup.open_from(service_id=service.id, pattern=None, first=today(at), by=by, at=at)
        return True
    if not form.is_valid():
        return False
    data = form.cleaned_data
    first: date = data["first"]
    try:
        setup.open_from(
            service_id=service.id,
            pattern=form.pattern(),
            first=first,
            sectors=data["sectors"],
            by=by,
            at=at,
        )
    except Invalid as fault:
        for name, words in fault.faults.items():
            form.add_error(name, words)
        return False
    return True


def _line(service: Service, known: Sequence[OpeningView]) -> dict[str, Any]:
    return {
        "service": service,
        "openings": [
            {
                "opening": one,
                "week": _week(one.pattern),
            }
            for one in known
            if one.service == service.id
        ],
    }


def _week(pattern: Pattern) -> list[tuple[str, str]]:
    """The week in words, days with the same hours together."""
    found: list[tuple[str, str]] = []
    for hours in dict.fromkeys(pattern.week.values()):
        days = [str(WEEKDAYS[number]) for number, one in sorted(pattern.week.items()) if one == hours]
        found.append((", ".join(days), _written(hours)))
    return found


def _written(hours: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{a // 60}:{a % 60:02d}-{b // 60}:{b % 60:02d}" for a, b in hours)
