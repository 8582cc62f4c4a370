"""What a change of version did to a dossier: told before it is done and on its page afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.dossiers.models import Content, Dossier, Rebased
from tinhso.dossiers.queries.lacking import Lacking, lacking
from tinhso.dossiers.queries.rebasing import ASKED, Plan, Way, papers_of, together, way
from tinhso.forms import api as forms
from tinhso.procedures import api as procedures


def labels(plan: Plan, *, at: datetime) -> tuple[str, ...]:
    """The questions whose answers would be kept aside, as the earlier form names them."""
    form = plan.way.before.form_version_id
    if form is None or not plan.aside:
        return ()
    return tuple(
        label for label, _value in _rows_of(form, together(plan.answers, plan.aside), plan.aside, at=at)
    )


def _rows_of(
    form: UUID, answers: Mapping[str, Any], only: Mapping[str, Any], *, at: datetime
) -> Iterable[tuple[str, str]]:
    """Those of the answers that lie in `only`, as rows of a form."""
    for row in forms.summary(form, dict(answers), at=at):
        if row.answered and _has(only, row.path.split(".")):
            yield row.label, row.value


def _has(answers: Any, keys: list[str]) -> bool:
    for key in keys:
        if isinstance(answers, list):
            return True
        if not isinstance(answers, dict) or key not in answers:
            return False
        answers = answers[key]
    return True


@dataclass(frozen=True, slots=True)
class Change:
    """How a dossier last went over. `aside` are answers kept though they are not asked any more (question,
    answer), `lacking` what is asked now and not there, `term` the one the promise stayed with, `marked` the
    keys of questions and papers that changed.
    """

    row: Rebased
    way: Way
    aside: tuple[tuple[str, str], ...]
    lacking: Lacking
    term: procedures.Term | None
    marked: frozenset[str]


def change_of(dossier: Dossier, *, at: datetime) -> Change | None:
    """The last change of version of a dossier, None without one. Three queries at most, one for most."""
    row = Rebased.objects.filter(dossier_id=dossier.id).order_by("-id").first()
    if row is None:
        return None
    passes = way(row.before_id, row.after_id)
    content = Content.objects.get(dossier_id=dossier.id)
    aside, old = content.aside or {}, passes.before.form_version_id
    given = papers_of([dossier.id]).get(dossier.id, {})
    term = None
    if row.term_amount is not None and dossier.finished_at is None:
        term = procedures.Term(row.term_amount, procedures.Unit(row.term_unit))
    return Change(
        row=row,
        way=passes,
        aside=tuple(_rows_of(old, together(content.answers, aside), aside, at=at)) if old and aside else (),
        lacking=lacking(passes.after, content.answers, given, at=dossier.submitted_at),
        term=term,
        marked=frozenset(each.key for each in passes.differences if each.part in ASKED),
    )
