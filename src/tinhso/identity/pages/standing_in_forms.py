"""Forms of absences and delegations; their choices are the agency's people as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.moments import LOCAL, midnight
from tinhso.identity.contracts import OfficerView, Role
from tinhso.ui.api import DateField

NOON = time(12)
WHOLE, HALF = "ngay", "buoi"


def beginning(day: date, half: str) -> datetime:
    """The first moment of an absence: of the day, or of its afternoon."""
    return datetime.combine(day, NOON if half == HALF else time(), tzinfo=LOCAL)


def ending(day: date, half: str) -> datetime:
    """The moment after an absence: the end of its last day, or noon of it."""
    if half == HALF:
        return datetime.combine(day, NOON, tzinfo=LOCAL)
    return midnight(day + timedelta(days=1))


def people(officers: Mapping[UUID, OfficerView], nobody: str) -> list[tuple[str, str]]:
    """Officers as choices, by name with their title; `nobody` names the empty choice."""
    named = [
        (str(id), ", ".join(part for part in (one.full_name, one.title) if part))
        for id, one in officers.items()
    ]
    return [("", nobody), *named]


class AbsenceForm(forms.Form):
    """Who is away, from when until when, who stands in, why."""

    officer = forms.TypedChoiceField(
        label=gettext_lazy("Người vắng"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Hãy chọn người vắng.")},
    )
    first = DateField(label=gettext_lazy("Vắng từ ngày"))
    first_half = forms.ChoiceField(
        label=gettext_lazy("Ngày đầu"),
        choices=[(WHOLE, gettext_lazy("Cả ngày")), (HALF, gettext_lazy("Chỉ buổi chiều"))],
    )
    until = DateField(label=gettext_lazy("Đến hết ngày"))
    until_half = forms.ChoiceField(
        label=gettext_lazy("Ngày cuối"),
        choices=[(WHOLE, gettext_lazy("Cả ngày")), (HALF, gettext_lazy("Chỉ buổi sáng"))],
    )
    deputy = forms.TypedChoiceField(
        label=gettext_lazy("Người thay"),
        help_text=gettext_lazy(
            "Thấy và làm mọi hồ sơ của người vắng trong thời gian này. Không chọn ai thì hồ sơ nằm ở "
            "danh sách việc của lãnh đạo."
        ),
        coerce=UUID,
        required=False,
        empty_value=None,
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        help_text=gettext_lazy("Ví dụ: nghỉ phép năm; đi công tác theo Công văn 15/UBND."),
        max_length=300,
        error_messages={"required": gettext_lazy("Hãy ghi lý do vắng mặt.")},
    )

    def __init__(
        self, *args: Any, officers: Mapping[UUID, OfficerView], me: UUID, heads: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = {id: one for id, one in officers.items() if heads or id == me}
        self.fields["officer"].choices = people(own, _("Chọn người"))[0 if heads else 1 :]  # type: ignore[attr-defined]
        self.fields["officer"].initial = str(me)
        self.fields["deputy"].choices = people(officers, _("Chưa có người thay"))  # type: ignore[attr-defined]

    def span(self) -> tuple[datetime, datetime]:
        """From when until when, as moments."""
        given = self.cleaned_data
        return beginning(given["first"], given["first_half"]), ending(given["until"], given["until_half"])


class DelegationForm(forms.Form):
    """Which role, or which of its acts, goes to whom, by which paper, until when."""

    post = forms.ChoiceField(
        label=gettext_lazy("Vai trò được ủy quyền"),
        error_messages={"required": gettext_lazy("Hãy chọn người ủy quyền và vai trò.")},
    )
    deputy = forms.TypedChoiceField(
        label=gettext_lazy("Người được ủy quyền"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Hãy chọn người được ủy quyền.")},
    )
    acts = forms.MultipleChoiceField(
        label=gettext_lazy("Chỉ những việc"),
        help_text=gettext_lazy("Không đánh dấu việc nào là ủy quyền cả vai trò."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    basis = forms.CharField(
        label=gettext_lazy("Số văn bản ủy quyền"),
        help_text=gettext_lazy("Ví dụ: Quyết định 42/QĐ-UBND ngày 02/01/2026."),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi số văn bản ủy quyền.")},
    )
    first = DateField(label=gettext_lazy("Từ ngày"))
    until = DateField(label=gettext_lazy("Đến hết ngày"))

    def __init__(
        self,
        *args: Any,
        officers: Mapping[UUID, OfficerView],
        units: Mapping[UUID, str],
        acts: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        posts = [
            (
                f"{id} {post.role.value} {post.unit_id}",
                f"{one.full_name}: {post.role.label}, {units.get(post.unit_id, '')}",
            )
            for id, one in officers.items()
            for post in one.posts
            if post.on_behalf_of is None and post.role not in (Role.ADMINISTRATOR, Role.INSPECTOR)
        ]
        self.fields["post"].choices = [("", _("Chọn người và vai trò")), *posts]  # type: ignore[attr-defined]
        self.fields["deputy"].choices = people(officers, _("Chọn người"))  # type: ignore[attr-defined]
        self.fields["acts"].choices = acts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("first") and given.get("until") and given["until"] < given["first"]:
            self.add_error("until", _("Ngày cuối phải từ ngày đầu trở đi. Hãy sửa lại ngày."))
        return given

    def chosen(self) -> tuple[UUID, Role, UUID]:
        """Who hands on, which role, in which unit."""
        officer, role, unit = self.cleaned_data["post"].split()
        return UUID(officer), Role(role), UUID(unit)
