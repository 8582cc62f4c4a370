"""A definition being written can be asked what it asks, tried, and read by rules outside it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.people import AT
from tinhso.forms import api as forms

FORM = forms.shipped()["khai-sinh"]


@pytest.mark.django_db
def test_what_a_definition_asks_is_listed_with_its_choices() -> None:
    asked = {one.path: one for one in forms.asked_by(FORM)}
    assert asked["con.ngay_sinh"].kind is forms.Kind.DATE
    assert any(one.options for one in asked.values())


@pytest.mark.django_db
def test_answers_are_judged_before_the_form_is_published() -> None:
    assert forms.tried(FORM, {}, at=AT).faults


def test_a_rule_outside_the_form_is_checked_and_asked() -> None:
    rule = {"<": [{"years": [{"var": "con.ngay_sinh"}, {"var": "today"}]}, 18]}
    forms.check_condition(rule, FORM)
    assert forms.holds(rule, {"con": {"ngay_sinh": "2020-01-01"}}, on=date(2026, 1, 1))
    assert not forms.holds(rule, {"con": {"ngay_sinh": "1990-01-01"}}, on=date(2026, 1, 1))
    assert forms.reads(rule) == ("con.ngay_sinh", "today")
    for bad in ({"var": "khong.co"}, {"eval": ["1"]}):
        with pytest.raises(forms.RuleFaulty):
            forms.check_condition(bad, FORM)
