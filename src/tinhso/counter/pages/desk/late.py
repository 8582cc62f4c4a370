"""The counter's sheet in paper mode: which slip, when the papers were handed over, why on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.counter.contracts import LateReason
from tinhso.counter.operations import slips
from tinhso.counter.operations.slips import Late
from tinhso.counter.pages.desk.visiting import offices_of
from tinhso.dossiers import api as dossiers
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.ui.api import DateField

CLOCK = r"^([01]?\d|2[0-3])[:hg]([0-5]\d)$"


class LateForm(forms.Form):
    """What the slip says. Without a slip's number it is an ordinary intake."""

    prefix = "phieu"
    so = forms.CharField(label=gettext_lazy("Số phiếu giấy"), max_length=20)
    ngay = DateField(label=gettext_lazy("Ngày nhận ghi trên phiếu"))
    gio = forms.RegexField(
        CLOCK,
        label=gettext_lazy("Giờ nhận ghi trên phiếu"),
        help_text=gettext_lazy("Ví dụ: 14:05"),
        error_messages={
            "invalid": gettext_lazy("Hãy nhập giờ nhận, ví dụ 14:05."),
            "required": gettext_lazy("Hãy nhập giờ nhận, ví dụ 14:05."),
        },
    )
    ly_do = forms.ChoiceField(label=gettext_lazy("Vì sao nhận bằng giấy"))
    loi = forms.CharField(label=gettext_lazy("Ghi rõ"), max_length=500, required=False)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        choices = [(reason.value, reason.label) for reason in LateReason]
        self.fields["ly_do"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def late(self) -> Late:
        """What was typed. Raises Invalid with the boxes' faults."""
        if not self.is_valid():
            faults = {f"phieu-{name}": str(found[0]) for name, found in self.errors.items()}
            raise Invalid(_("Hãy xem lại phần ghi theo phiếu giấy."), faults=faults)
        data = self.cleaned_data
        hours, minutes = (int(part) for part in data["gio"].replace("h", ":").replace("g", ":").split(":"))
        return Late(
            number=data["so"],
            received_at=datetime.combine(data["ngay"], time(hours, minutes), tzinfo=LOCAL),
            reason=LateReason(data["ly_do"]),
            words=data["loi"],
        )


def _asked(request: HttpRequest) -> bool:
    return bool(request.POST.get("phieu-so", "").strip())


class PaperMode:
    """Answers the port of the counter's sheet."""

    def piece(self, request: HttpRequest, faults: Mapping[str, str], *, at: datetime) -> SafeString:
        """The boxes of the slip, folded until somebody needs them."""
        typed = any(request.POST.get(f"phieu-{name}", "").strip() for name in ("so", "gio"))
        form = LateForm(request.POST if typed else None)
        if typed:
            form.is_valid()
            for name, sentence in faults.items():
                if name.removeprefix("phieu-") in form.fields and name not in form.errors:
                    form.add_error(name.removeprefix("phieu-"), sentence)
        drawn = render_to_string("counter/desk/late.html", {"form": form, "open": typed}, request=request)
        return mark_safe(drawn)  # noqa: S308 - drawn by a template

    def take_in(
        self, request: HttpRequest, given: dossiers.Submission, *, by: ActorRef, at: datetime
    ) -> dossiers.Taken:
        """Enter the slip when one is named; else take in as ever."""
        if not _asked(request):
            return dossiers.take_in(given, by=by, at=at)
        office = next(iter(offices_of(identity.actor_of(request), at)), None)
        if office is None:
            sentence = _("Đơn vị của anh/chị chưa đặt hàng chờ nên chưa có phiếu giấy.")
            raise Invalid(sentence, faults={"phieu-so": sentence})
        return slips.enter(given, LateForm(request.POST).late(), office_id=office.id, by=by, at=at)
