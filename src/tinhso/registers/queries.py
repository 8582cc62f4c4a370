"""Reads of registers: which did not help with a filing, in words."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.registers.contracts import Outcome
from tinhso.registers.enterprises import Enterprises
from tinhso.registers.models import Question
from tinhso.registers.population import Population

REGISTERS = {one.word: one for one in (Population(), Enterprises())}


def silent(filing: UUID, words: Collection[str]) -> tuple[forms.Silence, ...]:
    """Of these registers, those whose latest answer for a filing filled nothing; what to do. One query."""
    rows = Question.objects.filter(filing_id=filing, register__in=list(words))
    latest = {row.register: row.outcome for row in rows.order_by("asked_at", "id")}
    return tuple(
        _said(word, latest[word]) for word in REGISTERS if latest.get(word, "answered") != Outcome.ANSWERED
    )


def _said(word: str, outcome: str) -> forms.Silence:
    names = {"register": REGISTERS[word].name}
    if outcome in ("", Outcome.UNANSWERED):
        return forms.Silence(
            _("%(register)s chưa trả lời nên chưa điền sẵn được. Ông/bà tự điền, hoặc bấm “Hỏi lại”.")
            % names,
            again=True,
        )
    if outcome == Outcome.UNKNOWN:
        return forms.Silence(
            _(
                "%(register)s không có dữ liệu khớp với tài khoản này. Ông/bà tự điền."
                " Nếu dữ liệu sai, hãy hỏi cơ quan giữ dữ liệu."
            )
            % names,
            again=False,
        )
    return forms.Silence(
        _("%(register)s trả lời không dùng được nên không điền sẵn gì. Ông/bà tự điền.") % names,
        again=outcome == Outcome.UNREADABLE,
    )
