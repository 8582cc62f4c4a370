"""What a dossier lacks under the version of its procedure that it runs under."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.dossiers import asked_papers
from tinhso.dossiers.models import Content, Dossier, SubmittedPaper
from tinhso.forms import api as forms
from tinhso.procedures import api as procedures

QUESTIONS = "cau-hoi-to-khai"
"""The questions of the form that are open, among the papers that a request names."""
NAMED = 8


@dataclass(frozen=True, slots=True)
class Lacking:
    """Questions that are open in the answers so far, and papers without which no dossier is whole.

    `asked` are all questions to be typed: those open in the dossier, and those that typed answers opened.
    """

    form: UUID | None
    answers: forms.Answers
    questions: tuple[forms.OpenQuestion, ...]
    papers: tuple[procedures.PaperAsked, ...]
    asked: tuple[forms.OpenQuestion, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is lacking."""
        return not self.questions and not self.papers

    @property
    def whole_form(self) -> bool:
        """Whether no question is open."""
        return not self.questions

    @property
    def paths(self) -> frozenset[str]:
        """Where the questions to be typed stand in the form."""
        return frozenset(question.path for question in self.asked)

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong or missing, place by place."""
        return {path: said for question in self.questions for path, said in question.faults.items()}

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same, to be read in a row."""
        return tuple(self.faults.values())


def questions_name() -> str:
    """What the open questions are called among papers."""
    return _("Câu trả lời trong tờ khai")


def in_words(questions: Collection[forms.OpenQuestion]) -> str:
    """What is to be answered, in one sentence."""
    told = [question.label for question in questions][:NAMED]
    if (more := len(questions) - NAMED) > 0:
        told.append(ngettext("và %(n)d câu khác", "và %(n)d câu khác", more) % {"n": more})
    return _("Hãy trả lời: %(questions)s.") % {"questions": "; ".join(told)}


def lacking(
    version: procedures.VersionView, answers: forms.Answers, given: Collection[str], *, at: datetime
) -> Lacking:
    """What these answers and papers (codes) lack under a version; `at` is the moment of filing."""
    form = version.form_version_id
    questions = forms.open_questions(form, answers, at=at) if form else ()
    papers = asked_papers.asked(version, answers, at=at)
    missing = tuple(paper for paper in papers if paper.always and paper.code not in given)
    return Lacking(form=form, answers=answers, questions=questions, papers=missing, asked=questions)


def of_dossier(dossier: Dossier) -> Lacking:
    """What a dossier lacks now. Two queries."""
    given = SubmittedPaper.objects.filter(dossier_id=dossier.id, current=True)
    return lacking(
        procedures.version(dossier.procedure_version_id),
        Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id),
        frozenset(given.values_list("code", flat=True)),
        at=dossier.submitted_at,
    )


def with_typed(found: Lacking, typed: forms.Answers, *, at: datetime) -> Lacking:
    """What is still open once the typed answers to open questions are put in, and to those these open.

    Answers to any other question are passed over. `at` is the moment of filing.
    """
    if found.form is None:
        return found
    asked = {question.path: question for question in found.asked}
    while True:
        merged = forms.overlaid(found.form, found.answers, typed, asked)
        left = forms.open_questions(found.form, merged, at=at)
        if fresh := {question.path: question for question in left if question.path not in asked}:
            asked |= fresh
            continue
        return replace(found, answers=merged, questions=left, asked=tuple(asked.values()))
