"""Who stands at the counter, for whom, and the proof the officer holds in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers import capacities, identity_papers
from tinhso.dossiers.contracts import Applicant, Filer
from tinhso.foundation import moments, text
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text.unreadable import Unreadable
from tinhso.identity.api import Capacity, ProofGiven
from tinhso.ui.api import DateField

SHORT = {"class": "govuk-input--width-20"}


class StandingForm(forms.Form):
    """For whom the person at the counter files; everything else only when it is not for themselves."""

    capacity = forms.ChoiceField(label=gettext_lazy("Người đứng trước quầy nộp cho ai?"), required=False)
    identity_paper = forms.ChoiceField(label=gettext_lazy("Giấy tờ tùy thân đã xem"), required=False)
    filer_name = forms.CharField(label=gettext_lazy("Họ tên người nộp"), max_length=200, required=False)
    filer_number = forms.CharField(
        label=gettext_lazy("Số căn cước người nộp"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "numeric"}),
    )
    filer_phone = forms.CharField(
        label=gettext_lazy("Điện thoại người nộp"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
    )
    proof_kind = forms.ChoiceField(label=gettext_lazy("Giấy tờ chứng minh"), required=False)
    proof_number = forms.CharField(
        label=gettext_lazy("Số giấy tờ"), max_length=100, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    proof_issuer = forms.CharField(label=gettext_lazy("Nơi cấp giấy tờ"), max_length=200, required=False)
    proof_issued_on = DateField(label=gettext_lazy("Ngày cấp giấy tờ"), required=False)
    proof_valid_until = DateField(label=gettext_lazy("Hiệu lực đến hết ngày"), required=False)
    seen = forms.BooleanField(
        label=gettext_lazy("Đã đối chiếu bản chính giấy tờ này với người nộp"), required=False
    )
    members = forms.CharField(
        label=gettext_lazy("Cùng đứng tên, mỗi dòng một người: họ tên, số căn cước"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, procedure: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = moments.today(at)
        self.rules = {one: capacities.rule(procedure, one, on=on) for one in Capacity}
        allowed = [one for one in Capacity if not self.rules[one].refused]
        self.fields["capacity"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.value if one is not Capacity.OWN else "", one.label) for one in allowed
        ]
        papers = [("", _("Chưa xem giấy tờ nào")), *identity_papers.kinds(on).items()]
        self.fields["identity_paper"].choices = papers  # type: ignore[attr-defined]
        kinds = {
            kind.code: f"{one.label}: {kind.name}"
            for one in allowed
            for kind in self.rules[one].kinds
            if not kind.online
        }
        self.fields["proof_kind"].choices = [("", ""), *kinds.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Capacity:
        """The capacity chosen; one's own when nothing is."""
        typed = self.data.get(self.add_prefix("capacity"), "") if self.is_bound else ""
        return Capacity(typed) if typed in {one.value for one in Capacity} else Capacity.OWN

    def clean(self) -> dict[str, Any]:
        """What the capacity needs: a filer with a number, a proof that was seen."""
        given = super().clean() or {}
        if self.chosen in (Capacity.OWN, Capacity.COUNTER):
            return given
        if self.chosen is not Capacity.GROUP:
            if not text.normal(given.get("filer_name", "")):
                self.add_error("filer_name", _("Hãy nhập họ tên người nộp, đúng như trong căn cước."))
            try:
                given["filer_number"] = text.personal_id(given.get("filer_number", ""))
            except Unreadable as fault:
                self.add_error("filer_number", str(fault))
        if self.rules[self.chosen].kinds:
            if not given.get("proof_kind"):
                kinds = capacities.spelled(self.rules[self.chosen])
                self.add_error("proof_kind", _("Hãy chọn giấy tờ chứng minh: %(kinds)s.") % {"kinds": kinds})
            elif not given.get("seen"):
                self.add_error("seen", _("Hãy đối chiếu bản chính rồi đánh dấu ở đây."))
        return given

    def filer(self, applicant: Applicant, *, scan: UUID | None, actor: ActorRef) -> Filer | None:
        """The filer as the officer wrote them down; None for the applicant in person."""
        capacity, given = self.chosen, self.cleaned_data
        if capacity is Capacity.OWN:
            return None
        if capacity is Capacity.COUNTER:
            return Filer(name=actor.name, capacity=capacity)
        proof = ProofGiven(
            kind=given["proof_kind"],
            number=given["proof_number"].strip(),
            issued_on=given["proof_issued_on"],
            issuer=given["proof_issuer"].strip(),
            valid_until=given["proof_valid_until"],
            file_id=scan,
        )
        if capacity is Capacity.GROUP:
            return Filer(
                name=applicant.name,
                capacity=capacity,
                personal_id=applicant.personal_id,
                phone=applicant.phone,
                proof=proof,
                seen=bool(given["seen"]),
            )
        return Filer(
            name=text.normal(given["filer_name"]),
            capacity=capacity,
            personal_id=given["filer_number"],
            phone=given["filer_phone"].strip(),
            proof=proof if proof.kind else None,
            seen=bool(given["seen"]),
        )

    def others(self) -> tuple[Applicant, ...]:
        """The other applicants, one a line: name, number in any grouping."""
        if self.chosen is not Capacity.GROUP:
            return ()
        found = []
        for line in self.cleaned_data["members"].splitlines():
            name = "".join(letter for letter in line if not letter.isdigit()).strip(" ,;.-\t")
            if line.strip():
                number = "".join(letter for letter in line if letter.isdigit())
                found.append(Applicant(name=text.normal(name), personal_id=number))
        return tuple(found)
