"""The large form of the bench is what it says it is, and fast enough with room to spare."""

from __future__ import annotations

import time

from bench.studio_forms import LAW, QUESTIONS, RULES, TODAY, large_form, measured

from tests.support.parity import Twin, guesses, parity
from tinhso.forms.engine import validation
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


def test_figures_are_taken(browser_rules: Twin) -> None:
    rows = measured(20, browser_rules)
    assert [row.limit_ms for row in rows] == [20, 50, 1000]
    assert all(row.p95_ms > 0 for row in rows)


def test_the_large_form_is_judged_within_its_share_of_the_processor() -> None:
    form = make(decode(large_form()))
    times = []
    for answers in guesses(form, 40):
        begun = time.process_time()
        validation.judge(form, answers, today=TODAY, law=LAW)
        times.append(time.process_time() - begun)
    assert sorted(times)[37] < 0.020
