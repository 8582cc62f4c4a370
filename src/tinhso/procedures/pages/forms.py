"""The one form of the catalogue's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tinhso.procedures.contracts import Question


class Suits(forms.Form):
    """Yes or no to one question."""

    def __init__(self, *given: Any, question: Question) -> None:
        super().__init__(*given)
        self.question = question
        self.fields["answer"] = forms.ChoiceField(
            widget=forms.RadioSelect,
            choices=[("co", _("Có")), ("khong", _("Không"))],
            label=question.text,
            help_text=question.hint,
            error_messages={"required": _("Hãy chọn “Có” hoặc “Không”.")},
        )

    def goes_on(self) -> bool:
        """Whether the given answer is the one that suits."""
        return (self.cleaned_data["answer"] == "co") is self.question.suits
