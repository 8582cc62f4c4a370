"""What a dossier lacks since it went over to a newer version: what waits for it, and how it comes in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.dossiers import marks
from tinhso.dossiers.faults import AnswersLacking
from tinhso.dossiers.models import Content, Dossier
from tinhso.dossiers.queries import lacking as reading
from tinhso.dossiers.queries.rebasing import left_out, together
from tinhso.dossiers.turning import Turn
from tinhso.forms import api as forms
from tinhso.foundation.errors import Invalid

HELD_UP = frozenset({"accept", "draft_result"})
"""What is written from the answers: no date is promised and no result drafted with a required one missing."""


def ask_answered(dossier: Dossier, act: str) -> None:
    """Return when no open question holds up the act. Raises AnswersLacking, with the questions."""
    if sentence := held_up(dossier, act):
        raise AnswersLacking(sentence)


def held_up(dossier: Dossier, act: str) -> str:
    """What holds up the act, and what to do first; empty when nothing does."""
    if act not in HELD_UP or marks.LACKING not in dossier.flags:
        return ""
    questions = reading.of_dossier(dossier).questions
    if not questions:
        return ""
    return _(
        "Tờ khai theo phiên bản mới còn câu bắt buộc chưa trả lời: %(questions)s. Hãy yêu cầu"
        " người nộp bổ sung, hoặc ghi theo lời họ tại quầy, rồi làm lại."
    ) % {"questions": "; ".join(question.label for question in questions)}


def put_answers(taken: Turn, typed: forms.Answers) -> tuple[str, ...]:
    """Put answers to open questions in; returns what was answered, as people call it.

    An answer that is replaced, or not asked for any more, is kept aside. Raises Invalid, by path, for one
    that will not do; answers to any other question are passed over.
    """
    content = Content.objects.select_for_update().get(dossier_id=taken.dossier.id)
    before = reading.of_dossier(taken.dossier)
    if before.form is None or not before.questions:
        return ()
    at = taken.dossier.submitted_at
    after = reading.with_typed(before, typed, at=at)
    answered = [one for one in after.asked if forms.some(before.form, typed, [one.path])]
    places = {one.path for one in answered}
    if wrong := {
        path: sentence
        for one in after.questions
        if one.path in places
        for path, sentence in one.faults.items()
    }:
        raise Invalid(_("Có câu trả lời chưa dùng được. Hãy sửa các câu được nêu."), faults=wrong)
    if answered:
        judged = forms.validate(before.form, after.answers, at=at).answers
        aside = together(content.aside or {}, left_out(after.answers, judged))
        content.aside = together(aside, forms.some(before.form, before.answers, places)) or None
        content.answers = judged
        content.save(update_fields=["answers", "aside"])
    return tuple(one.label for one in answered)


def settle(taken: Turn) -> None:
    """Take the mark off once nothing is lacking any more; asked after papers or answers came in."""
    if marks.LACKING in taken.dossier.flags and reading.of_dossier(taken.dossier).whole:
        marks.take(taken.dossier, marks.LACKING)
