"""The demo catalogue is whole: complete by law, found by the words people use, safe to load twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tinhso.forms import demo as forms_demo
from tinhso.procedures import api, demo
from tinhso.procedures.completeness import contradictions, gaps
from tinhso.procedures.models import ProcedureVersion
from tinhso.workflow import demo as workflow_demo

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("entry", demo.files(), ids=lambda entry: str(entry["code"]))
def test_each_demo_procedure_has_all_parts_and_agrees_with_itself(entry: dict[str, Any]) -> None:
    content = demo.content_of_file(entry)
    assert gaps(content) == {}
    assert contradictions(content) == {}
    assert content.words
    assert len(content.summary) <= 160
    assert all(word == word.lower() or "ATTP" in word for word in content.words)


@pytest.mark.django_db
def test_the_demo_loads_twice_without_doubling() -> None:
    workflow_demo.load(at=AT)
    demo.load(at=AT)
    before = ProcedureVersion.objects.count()
    demo.load(at=AT)
    assert ProcedureVersion.objects.count() == before == len(demo.files()) >= 30
    view = api.published(code="1.001193", at=AT)
    assert view.process_version_id is not None
    assert view.form_version_id is None


@pytest.mark.django_db
def test_a_procedure_whose_form_came_later_gets_a_new_version_with_it() -> None:
    demo.load(at=AT)
    workflow_demo.load(at=AT)
    forms_demo.load(at=AT)
    demo.load(at=AT)
    view = api.published(code="1.001193", at=AT)
    assert (view.number, view.form_version_id is not None) == (2, True)
    fileable = [line.code for line in api.find("khai sinh", at=AT) if line.fileable]
    assert sorted(fileable) == ["1.001193", "AG.003001"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("làm khai sinh", "1.001193"),
        ("lam giay khai sinh cho con", "1.001193"),
        ("khai snih", "1.001193"),
        ("xay nha", "1.013225"),
        ("xaynha", "1.013225"),
        ("giay doc than", "1.004873"),
        ("mo quan an", "1.001612"),
        ("buôn bán nhỏ", "1.001612"),
        ("sang tên sổ đỏ", "1.013833"),
        ("sổ đỏ", "1.013833"),
        ("sao y ban chinh", "2.000815"),
        ("tau ca", "1.003650"),
        ("tien nguoi gia", "1.001776"),
        ("học bỗng", "AG.001003"),
        ("chat cay truoc nha", "1.002693"),
        ("1.000894", "1.000894"),
        ("dang ky ket hon", "1.000894"),
        ("nuoi ca be", "1.014801"),
        ("thương bình", "AG.001004"),
        ("khoang gieng", "1.001662"),
        ("bão lụt mất mùa", "AG.001011"),
    ],
)
def test_people_find_what_they_mean(asked: str, code: str) -> None:
    demo.load(at=AT)
    assert api.find(asked, at=AT)[0].code == code
