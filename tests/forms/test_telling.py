"""Answers as people read them, and made-up answers that a form takes."""

from __future__ import annotations

import pytest

from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.foundation.refs import SYSTEM

BUSINESS = forms.shipped()["ho-kinh-doanh"]


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(forms.shipped()))
def test_made_up_answers_are_taken_by_every_shipped_form(code: str) -> None:
    definition = forms.shipped()[code]
    answers = forms.made_up(definition, at=AT)
    judged = forms.tried(definition, answers, at=AT)
    files = {one.path for one in forms.asked_by(definition) if one.kind is forms.Kind.FILE}
    checks = {check["at"] for check in definition.get("checks", [])}
    assert {path for path in judged.faults if path not in files and path not in checks} == set()
    assert forms.made_up(definition, at=AT) == answers


def test_what_is_asked_in_some_cases_only_is_known() -> None:
    some = forms.sometimes(BUSINESS)
    assert {"ho.thue_den", "thanh_vien", "thue.ma_cu"} <= some
    assert not {"ho.ten", "chu_ho.ho_ten"} & some


@pytest.mark.django_db
def test_answers_are_told_as_people_read_them_rows_by_column() -> None:
    answers = forms.made_up(BUSINESS, at=AT)
    told = forms.texts_of(BUSINESS, answers, at=AT)
    assert told["ho.mat_bang"] == "Của chủ hộ hoặc gia đình"
    assert told["von.tong"] == "90.000.000 đồng"
    assert [row["thanh_vien.von"] for row in told["thanh_vien"]] == ["20.000.000 đồng"] * 2
    assert "ho.thue_den" not in told
    version = forms.publish(code="thu-ke", definition=BUSINESS, by=SYSTEM, at=AT)
    assert forms.texts(version, answers, at=AT) == told
