"""Forms that correct a calendar: one day set apart, or other office hours from a day on."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers.operations import recounts
from tinhso.foundation import worktime
from tinhso.ui.api import DateField

CLEAR = "bo"
KINDS = (
    (worktime.DayKind.CLOSED.value, gettext_lazy("Nghỉ cả ngày")),
    (worktime.DayKind.OPEN.value, gettext_lazy("Làm việc cả ngày (làm bù)")),
    (worktime.DayKind.MORNING.value, gettext_lazy("Chỉ làm buổi sáng")),
    (worktime.DayKind.AFTERNOON.value, gettext_lazy("Chỉ làm buổi chiều")),
    (worktime.DayKind.HOURS.value, gettext_lazy("Làm theo giờ ghi dưới đây")),
    (CLEAR, gettext_lazy("Bỏ ngày đặt riêng, theo lịch thường")),
)
WEEK = (
    gettext_lazy("Thứ Hai"),
    gettext_lazy("Thứ Ba"),
    gettext_lazy("Thứ Tư"),
    gettext_lazy("Thứ Năm"),
    gettext_lazy("Thứ Sáu"),
    gettext_lazy("Thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)
SESSION = re.compile(r"(\d{1,2})[:hg](\d{2})?\s*[-–]\s*(\d{1,2})[:hg](\d{2})?")
EXAMPLE = gettext_lazy("Ví dụ: 07:30-11:30, 13:30-17:00. Để trống là nghỉ.")


def written(sessions: worktime.Sessions) -> str:
    """Sessions as people write them: "07:30-11:30, 13:30-17:00"."""
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in sessions)


class SessionsField(forms.CharField):
    """Sessions of a day, written as from-until, parted by commas."""

    def clean(self, value: Any) -> worktime.Sessions:
        """The sessions in minutes of the day. Raises ValidationError that says how to write them."""
        found: list[tuple[int, int]] = []
        for part in str(super().clean(value) or "").split(","):
            if not part.strip():
                continue
            match = SESSION.fullmatch(part.strip())
            if match is None:
                raise ValidationError(_("Hãy ghi giờ như ví dụ: 07:30-11:30, 13:30-17:00."))
            opens = int(match[1]) * 60 + int(match[2] or 0)
            closes = int(match[3]) * 60 + int(match[4] or 0)
            if not (found[-1][1] if found else 0) <= opens < closes <= 24 * 60:
                raise ValidationError(_("Các buổi phải nằm trong ngày, theo thứ tự, không chồng lên nhau."))
            found.append((opens, closes))
        return tuple(found)


def sessions(label: Any) -> SessionsField:
    """A box for the sessions of a day; none is a day off."""
    return SessionsField(label=label, required=False, max_length=100)


class DayForm(forms.Form):
    """One day that differs from the rule, and why."""

    day = DateField(label=gettext_lazy("Ngày cần đặt riêng"))
    kind = forms.ChoiceField(label=gettext_lazy("Ngày này"), choices=KINDS)
    sessions = SessionsField(
        label=gettext_lazy("Giờ làm việc"),
        help_text=gettext_lazy("Chỉ khi làm theo giờ riêng. Ví dụ: 07:30-11:30, 13:30-15:00."),
        required=False,
        max_length=100,
    )
    name = forms.CharField(
        label=gettext_lazy("Vì sao"),
        help_text=gettext_lazy("Người dân đọc được. Ví dụ: Nghỉ tránh bão số 5."),
        max_length=120,
        error_messages={"required": gettext_lazy("Hãy ghi vì sao ngày này khác.")},
    )
    basis = forms.CharField(
        label=gettext_lazy("Văn bản"),
        help_text=gettext_lazy("Ví dụ: Công điện 12/CĐ-UBND ngày 23/11/2026."),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi số văn bản.")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        by_hours = given.get("kind") == worktime.DayKind.HOURS.value
        if "sessions" in given and by_hours and not given["sessions"]:
            self.add_error("sessions", _("Hãy ghi giờ làm việc của ngày này."))
        elif given.get("sessions") and not by_hours:
            self.add_error("sessions", _("Chỉ ghi giờ khi chọn “Làm theo giờ ghi dưới đây”."))
        return given

    def correction(self, calendar: worktime.CalendarLine) -> recounts.Correction:
        """The change that was written down."""
        given = self.cleaned_data
        kind = None if given["kind"] == CLEAR else worktime.DayKind(given["kind"])
        day = f"{given['day']:%d/%m/%Y}"
        return recounts.day_off_or_on(
            calendar,
            given["day"],
            kind=kind,
            name=given["name"].strip(),
            basis=given["basis"].strip(),
            sessions=given["sessions"],
            what=_("Ngày %(day)s: %(why)s") % {"day": day, "why": given["name"].strip()},
        )


class HoursForm(forms.Form):
    """Office hours of a week from a day on, and by which paper."""

    valid_from = DateField(label=gettext_lazy("Áp dụng từ ngày"))
    d0 = sessions(WEEK[0])
    d1 = sessions(WEEK[1])
    d2 = sessions(WEEK[2])
    d3 = sessions(WEEK[3])
    d4 = sessions(WEEK[4])
    d5 = sessions(WEEK[5])
    d6 = sessions(WEEK[6])
    name = forms.CharField(
        label=gettext_lazy("Vì sao"),
        help_text=gettext_lazy("Người dân đọc được. Ví dụ: Giờ làm việc mùa hè theo Quyết định 15/QĐ-UBND."),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi vì sao giờ làm việc đổi.")},
    )

    def __init__(self, *args: Any, week: dict[int, worktime.Sessions], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["d0"].help_text = EXAMPLE
        for weekday in range(7):
            self.fields[f"d{weekday}"].initial = written(week.get(weekday, ()))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given[f"d{weekday}"] for weekday in range(7)):
            self.add_error("d0", _("Cả tuần không có giờ nào. Hãy ghi giờ của ít nhất một ngày."))
        return given

    def correction(self, calendar: worktime.CalendarLine) -> recounts.Correction:
        """The change that was written down."""
        given = self.cleaned_data
        week = {weekday: given[f"d{weekday}"] for weekday in range(7) if given[f"d{weekday}"]}
        first = f"{given['valid_from']:%d/%m/%Y}"
        what = _("Giờ làm việc từ %(day)s: %(why)s") % {"day": first, "why": given["name"].strip()}
        return recounts.hours(calendar, week, valid_from=given["valid_from"], what=what)
