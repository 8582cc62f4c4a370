"""The boxes in which people name whom they file for, who files for them, and the paper that shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers import capacities
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, MemberRole, ProofGiven, Represented
from tinhso.procedures import api as procedures
from tinhso.ui.api import DateField

SHORT = {"class": "govuk-input--width-20"}
NUMBER = {**SHORT, "inputmode": "numeric"}
NAME_MISSING = {"required": gettext_lazy("Hãy nhập họ và tên, đúng như trong giấy tờ.")}
NUMBER_MISSING = {"required": gettext_lazy("Hãy nhập số căn cước, 12 chữ số.")}


class ProofForm(forms.Form):
    """A paper that shows by what right: its kind, number, dates. The file comes beside it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Giấy tờ chứng minh"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một loại giấy tờ trong danh sách.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Số của giấy tờ"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Nơi cấp"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Ví dụ: UBND phường Rạch Giá."),
    )
    issued_on = DateField(label=gettext_lazy("Ngày cấp"), required=False)
    valid_until = DateField(
        label=gettext_lazy("Có hiệu lực đến hết ngày"),
        required=False,
        help_text=gettext_lazy("Chỉ nhập khi giấy tờ ghi thời hạn."),
    )

    def __init__(self, *args: Any, capacity: Capacity, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [kind for kind in identity.proof_kinds(capacity, on) if not kind.online]
        choices = [
            (kind.code, f"{kind.name}. {kind.hint}" if kind.hint else kind.name) for kind in self.kinds
        ]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if len(choices) == 1:
            self.fields["kind"].initial = choices[0][0]

    def proof(self, file_id: UUID | None) -> ProofGiven:
        """The paper as given."""
        given = self.cleaned_data
        return ProofGiven(
            kind=given["kind"],
            number=given["number"].strip(),
            issued_on=given["issued_on"],
            issuer=given["issuer"].strip(),
            valid_until=given["valid_until"],
            file_id=file_id,
        )


class PersonForm(ProofForm):
    """A child, a ward or a grantor, and the paper."""

    name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=200, error_messages=NAME_MISSING)
    birth_date = DateField(label=gettext_lazy("Ngày sinh"), required=False)
    personal_id = forms.CharField(
        label=gettext_lazy("Số định danh, căn cước"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=NUMBER),
    )
    field_order = ("name", "birth_date", "personal_id")

    def __init__(self, *args: Any, capacity: Capacity, **kwargs: Any) -> None:
        super().__init__(*args, capacity=capacity, **kwargs)
        self.fields["birth_date"].required = capacity is Capacity.CHILD
        self.fields["personal_id"].required = capacity is not Capacity.CHILD
        self.fields["personal_id"].error_messages.update(NUMBER_MISSING)

    def represented(self, *, address: str) -> Represented:
        """The person as named; they live where the filer lives unless they say otherwise in the form."""
        given = self.cleaned_data
        number = "".join(letter for letter in given["personal_id"] if letter.isdigit())
        return Represented(
            name=given["name"], personal_id=number, birth_date=given["birth_date"], address=address
        )


class OrganisationForm(ProofForm):
    """An organisation by its number, and the paper that names its representative."""

    tax_code = forms.CharField(
        label=gettext_lazy("Mã số thuế, mã số doanh nghiệp"),
        max_length=20,
        help_text=gettext_lazy("10 chữ số, ví dụ 1702456797. Chi nhánh thêm gạch nối và 3 chữ số."),
        widget=forms.TextInput(attrs=NUMBER),
        error_messages={"required": gettext_lazy("Hãy nhập mã số thuế của tổ chức.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Tên tổ chức"),
        max_length=300,
        error_messages={"required": gettext_lazy("Hãy nhập tên tổ chức, đúng như trong giấy đăng ký.")},
    )
    field_order = ("tax_code", "name")


class GrantForm(forms.Form):
    """Whom one lets file for oneself, for what, until when."""

    agent_name = forms.CharField(
        label=gettext_lazy("Họ và tên người được ủy quyền"), max_length=200, error_messages=NAME_MISSING
    )
    agent_number = forms.CharField(
        label=gettext_lazy("Số căn cước của người đó"),
        max_length=30,
        widget=forms.TextInput(attrs=NUMBER),
        error_messages=NUMBER_MISSING,
    )
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("Được nộp thủ tục nào?"),
        help_text=gettext_lazy("Không chọn gì là mọi thủ tục."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_until = DateField(label=gettext_lazy("Ủy quyền đến hết ngày"))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (line.code, line.short_name or line.name) for line in grantable(at)
        ]


def grantable(at: datetime) -> list[procedures.ProcedureLine]:
    """The procedures filed online that somebody may be proxy for."""
    on = moments.today(at)
    lines = procedures.fileable(at=at)
    return [line for line in lines if not capacities.rule(line.code, Capacity.PROXY, on=on).refused]


class InviteForm(forms.Form):
    """Somebody who shall file for the organisation, or follow."""

    agent_name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=200, error_messages=NAME_MISSING)
    agent_number = forms.CharField(
        label=gettext_lazy("Số căn cước"),
        max_length=30,
        widget=forms.TextInput(attrs=NUMBER),
        error_messages=NUMBER_MISSING,
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Người này được làm gì?"),
        widget=forms.RadioSelect,
        initial=MemberRole.FILER.value,
        error_messages={"required": gettext_lazy("Hãy chọn người này được làm gì.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (MemberRole.FILER.value, _("Nộp và theo dõi mọi hồ sơ của tổ chức")),
            (MemberRole.FOLLOWER.value, _("Chỉ theo dõi")),
            (MemberRole.LEAD.value, _("Là người đại diện: nộp, theo dõi, mời và thôi người khác")),
        ]
