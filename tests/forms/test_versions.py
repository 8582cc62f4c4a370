"""A published version never changes, and only sound definitions are published."""

from __future__ import annotations

import copy
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.forms.conftest import AT, Publish
from tinhso.forms import api, demo
from tinhso.forms.models import FormVersion
from tinhso.forms.shipped import shipped

pytestmark = pytest.mark.django_db
BIRTH = shipped()["khai-sinh"]


def test_a_version_is_numbered_and_read_back(publish: Publish) -> None:
    first = publish(BIRTH)
    again = publish(BIRTH)
    second = publish({**BIRTH, "minutes": 7})

    assert first == again
    assert (api.version(first).number, api.version(second).number) == (1, 2)
    assert api.latest("thu") == api.version(second)
    assert api.definition(first).minutes == 6
    assert api.schema(first)["properties"]["con"]["properties"]["gioi_tinh"]["enum"] == ["nam", "nu"]


@pytest.mark.parametrize(
    "change", ["UPDATE forms_formversion SET title = 'x'", "DELETE FROM forms_formversion"]
)
def test_a_published_version_cannot_be_changed_or_deleted(publish: Publish, change: str) -> None:
    publish(BIRTH)
    immutable = pytest.raises(IntegrityError, match="never changes")
    with immutable, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def _row(**changes: object) -> FormVersion:
    facts = {
        "id": uuid4(),
        "code": "thu",
        "number": 1,
        "title": "Thử",
        "definition": {},
        "schema": {},
        "digest": b"x" * 32,
        "published_at": AT,
        "published_by": "Thử",
    }
    return FormVersion(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"number": 1}, "form_version_numbered_once"),
        ({"number": 0}, "form_version_from_one"),
        ({"code": "Mẫu 1"}, "form_code_plain"),
    ],
)
def test_the_table_refuses_what_must_not_be(changes: dict[str, object], constraint: str) -> None:
    _row().save(force_insert=True)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _row(**changes).save(force_insert=True)


def test_a_faulty_definition_is_refused_with_every_problem_named() -> None:
    broken = copy.deepcopy(BIRTH)
    broken["pages"][0]["fields"][0]["label"] = ""
    broken["pages"][1]["fields"].append(dict(broken["pages"][1]["fields"][0]))
    _definition, problems = api.examine(broken)

    assert {problem.code for problem in problems if problem.blocks} == {"no-label", "duplicate-name"}


def test_an_unknown_version_is_named_as_such() -> None:
    with pytest.raises(api.VersionUnknown):
        api.definition(uuid4())


def test_the_demo_publishes_the_shipped_forms_once() -> None:
    demo.load(at=AT)
    demo.load(at=AT)

    assert sorted(FormVersion.objects.values_list("code", "number")) == [
        (code, 1) for code in sorted(shipped())
    ]
