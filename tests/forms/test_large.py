"""The large form of the bench is what it says it is, and fast enough with room to spare."""

from __future__ import annotations

from bench.studio_forms import LAW, QUESTIONS, RULES, TODAY, large_form, measured

from tests.support.parity import Twin, parity
from tinhso.forms.engine.form import decode, make
from tinhso.forms.engine.lint import problems
from tinhso.forms.engine.plan import StepKind


def test_the_large_form_has_its_questions_and_rules_and_is_sound() -> None:
    definition = large_form()
    form = make(decode(definition))
    assert [one for one in problems(decode(definition)) if one.blocks] == []
    assert len(form.leaves) == QUESTIONS
    written = [step for step in form.plan if step.kind is not StepKind.CHECK or step.note]
    assert len(written) == RULES


def test_the_large_form_runs_the_same_in_both(browser_rules: Twin) -> None:
    assert parity(large_form(), browser_rules, count=200, today=TODAY, law=LAW) == []


def test_figures_are_taken() -> None:
    rows = measured(20)
    assert [row.limit_ms for row in rows] == [20, 50, 1000]
    assert all(0 < row.p95_ms < row.limit_ms for row in rows), rows
