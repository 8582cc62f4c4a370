"""A version's life: drafted, published, followed by another, withdrawn; and what the database refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.procedures.making import AT, CONTENT, TODAY, content, published
from tests.support import people
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api
from tinhso.procedures.api import (
    BadContent,
    PaperAsked,
    Question,
    StepTerm,
    Term,
    Unit,
    UnknownProcedure,
    WrongState,
)
from tinhso.procedures.completeness import contradictions
from tinhso.procedures.content import decode, encode
from tinhso.procedures.models import ImportedRecord, Procedure, ProcedureVersion, Sector

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_in_force_until_it_is_published() -> None:
    version = api.draft(code="1.001193", content=CONTENT, by=SYSTEM, at=AT)
    with pytest.raises(UnknownProcedure):
        api.published(code="1.001193", at=AT)
    api.publish(version_id=version, effective_from=TODAY, by=SYSTEM, at=AT)
    view = api.published(code="1.001193", at=AT)
    assert (view.id, view.number, view.papers) == (version, 1, CONTENT.papers)
    assert view.term == Term(8, Unit.HOUR)


def test_a_new_version_ends_the_one_before_on_its_first_day() -> None:
    first = published(since=TODAY)
    second = published(since=TODAY + timedelta(days=10), summary="Bản mới.")
    assert api.published(code="1.001193", at=AT + timedelta(days=9)).id == first
    assert api.published(code="1.001193", at=AT + timedelta(days=10)).id == second
    assert api.published(code="1.001193", at=AT).effective_to == TODAY + timedelta(days=10)


def test_the_legal_day_turns_at_midnight_in_the_province() -> None:
    published(since=date(2026, 11, 25))
    before, after = AT.replace(hour=16, minute=59), AT.replace(hour=17, minute=0)
    with pytest.raises(UnknownProcedure):
        api.published(code="1.001193", at=before)
    assert api.published(code="1.001193", at=after).code == "1.001193"


def test_a_withdrawn_procedure_answers_for_the_days_it_was_in_force_and_leaves_search() -> None:
    version = published(since=TODAY - timedelta(days=30))
    assert api.find("khai sinh", at=AT)
    api.withdraw(version_id=version, effective_to=TODAY, reason="QĐ bãi bỏ", by=SYSTEM, at=AT)
    assert api.published(code="1.001193", at=AT - timedelta(days=1)).id == version
    with pytest.raises(UnknownProcedure):
        api.published(code="1.001193", at=AT)
    assert api.find("khai sinh", at=AT) == ()


def test_withdrawing_an_older_version_keeps_the_newer_in_search() -> None:
    first = published(since=TODAY - timedelta(days=30))
    published(since=TODAY)
    api.withdraw(version_id=first, effective_to=TODAY - timedelta(days=9), reason="", by=SYSTEM, at=AT)
    assert [line.code for line in api.find("khai sinh", at=AT)] == ["1.001193"]


def test_publishing_names_each_part_that_is_empty() -> None:
    version = api.draft(code="9.1", content=content(steps=(), term=None), by=SYSTEM, at=AT)
    with pytest.raises(BadContent) as caught:
        api.publish(version_id=version, effective_from=TODAY, by=SYSTEM, at=AT)
    assert set(caught.value.faults) == {"steps", "term"}
    assert api.version(version).state == "draft"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"papers": (PaperAsked(code="a", name="A"), PaperAsked(code="a", name="B"))}, "papers"),
        ({"papers": (PaperAsked(code="a", name="A", originals=-1),)}, "papers"),
        ({"step_allotments": (StepTerm(step="x", name="X", term=Term(9, Unit.HOUR)),)}, "step_allotments"),
        ({"step_allotments": (StepTerm(step="x", name="X", term=Term(1, Unit.MONTH)),)}, "step_allotments"),
        ({"name": "  "}, "name"),
    ],
)
def test_contradictions_are_refused_when_drafting(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(BadContent) as caught:
        api.draft(code="9.1", content=content(**changes), by=SYSTEM, at=AT)
    assert path in caught.value.faults


def test_a_procedure_has_one_draft_at_a_time_and_it_can_be_changed_or_thrown_away() -> None:
    version = api.draft(code="9.1", content=CONTENT, by=SYSTEM, at=AT)
    with pytest.raises(WrongState):
        api.draft(code="9.1", content=CONTENT, by=SYSTEM, at=AT)
    api.revise(version_id=version, content=content(sector="Tư pháp"), by=SYSTEM, at=AT)
    assert api.version(version).sector == "Tư pháp"
    api.discard(version_id=version, by=SYSTEM, at=AT)
    with pytest.raises(UnknownProcedure):
        api.version(version)


def test_what_is_published_cannot_be_revised_discarded_or_published_again() -> None:
    version = published()
    for attempt in (
        lambda: api.revise(version_id=version, content=CONTENT, by=SYSTEM, at=AT),
        lambda: api.discard(version_id=version, by=SYSTEM, at=AT),
        lambda: api.publish(version_id=version, effective_from=TODAY, by=SYSTEM, at=AT),
    ):
        with pytest.raises(WrongState):
            attempt()


def test_a_version_cannot_start_before_the_one_that_stands() -> None:
    published(since=TODAY)
    for day in (TODAY, TODAY - timedelta(days=3)):
        version = api.draft(code="1.001193", content=CONTENT, by=SYSTEM, at=AT)
        with pytest.raises(WrongState):
            api.publish(version_id=version, effective_from=day, by=SYSTEM, at=AT)
        api.discard(version_id=version, by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"content": {**encode(CONTENT), "summary": "đổi lén"}},
        {"effective_from": TODAY - timedelta(days=1)},
        {"published_by": "ai đó"},
        {"state": "draft", "effective_from": None, "published_at": None},
        {"number": 7},
    ],
)
def test_the_database_keeps_a_published_version_as_it_is(change: dict[str, Any]) -> None:
    version = published()
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        ProcedureVersion.objects.filter(id=version).update(**change)


def test_the_database_never_deletes_a_published_version_nor_moves_its_end_later() -> None:
    version = published()
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        ProcedureVersion.objects.filter(id=version).delete()
    rows = ProcedureVersion.objects.filter(id=version)
    rows.update(effective_to=TODAY + timedelta(days=5))
    for later in (None, TODAY + timedelta(days=6)):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            rows.update(effective_to=later)


def _row(**changes: Any) -> ProcedureVersion:
    procedure, _ = Procedure.objects.get_or_create(code="9.9", defaults={"created_at": AT})
    sector, _ = Sector.objects.get_or_create(slug="ho-tich", name="Hộ tịch")
    values: dict[str, Any] = {
        "procedure": procedure,
        "number": 1,
        "state": "published",
        "source": "written",
        "sector": sector,
        "content": encode(CONTENT),
        "sort_key": "x",
        "effective_from": TODAY,
        "drafted_by": "A",
        "drafted_at": AT,
        "published_at": AT,
    }
    return ProcedureVersion(**{**values, **changes})


SOUND = encode(CONTENT)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("version_state_known", {"state": "lost"}),
        ("version_source_known", {"source": "dreamt"}),
        ("version_dated_when_published", {"effective_from": None}),
        ("version_dated_when_published", {"state": "draft"}),
        ("version_ends_after_start", {"effective_to": TODAY - timedelta(days=1)}),
        ("version_withdrawn_has_end", {"state": "withdrawn"}),
        ("version_online_level_known", {"content": {**SOUND, "online_level": "most"}}),
        ("version_content_sound", {"content": []}),
        ("version_content_sound", {"content": {**SOUND, "name": " "}}),
        ("version_content_sound", {"content": {**SOUND, "papers": None}}),
        ("version_content_sound", {"content": {**SOUND, "papers": [SOUND["papers"][0]] * 2}}),
        ("version_content_sound", {"content": {**SOUND, "papers": [{**SOUND["papers"][0], "copies": -1}]}}),
        ("version_content_sound", {"content": {**SOUND, "fees": [{**SOUND["fees"][0], "amount": -5}]}}),
        ("version_content_sound", {"content": {**SOUND, "fees": [{**SOUND["fees"][0], "kind": "tip"}]}}),
        ("version_content_sound", {"content": {**SOUND, "term": {"amount": 0, "unit": "hour"}}}),
    ],
)
def test_the_database_refuses_a_row_that_is_not_true(constraint: str, changes: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        _row(**changes).save(force_insert=True)
    if "content" not in changes or isinstance(changes["content"], dict):
        assert constraint in str(caught.value) or "null value" in str(caught.value)


def test_the_database_refuses_two_versions_in_force_on_one_day_two_drafts_and_twin_numbers() -> None:
    _row().save(force_insert=True)
    draft = {"state": "draft", "effective_from": None, "published_at": None}
    _row(number=2, **draft).save(force_insert=True)
    for constraint, changes in (
        ("version_one_in_force", {"number": 3, "effective_from": TODAY + timedelta(days=400)}),
        ("version_one_draft", {"number": 3, **draft}),
        ("version_numbered_once", {"number": 1, "effective_from": TODAY, "effective_to": TODAY}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            _row(**changes).save(force_insert=True)


def test_the_database_refuses_twin_codes_sectors_and_records() -> None:
    procedure = Procedure.objects.create(code="9.9", created_at=AT)
    Sector.objects.create(slug="ho-tich", name="Hộ tịch")
    record = {
        "procedure": procedure,
        "digest": b"x",
        "raw": {},
        "missing": [],
        "reader": 1,
        "imported_at": AT,
    }
    ImportedRecord.objects.create(**record)
    for constraint, row in (
        ("code", Procedure(code="9.9", created_at=AT)),
        ("procedure_code_plain", Procedure(code="<script>", created_at=AT)),
        ("sector_slug_plain", Sector(slug="Hộ tịch", name="Khác")),
        ("sector_named", Sector(slug="khac", name="")),
        ("name", Sector(slug="khac", name="Hộ tịch")),
        ("record_kept_once", ImportedRecord(**record)),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save(force_insert=True)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_content_that_is_not_content_is_refused_by_name(values: object) -> None:
    with pytest.raises(BadContent):
        decode(values)


def test_content_survives_storage() -> None:
    assert decode(encode(CONTENT)) == CONTENT
    assert contradictions(CONTENT) == {}


def test_more_than_four_questions_are_too_many() -> None:
    question = Question(text="?", suits=True, reason="", instead="")
    assert "questions" in contradictions(content(questions=(question,) * 5))
    assert contradictions(content(questions=(question,) * 4)) == {}


def test_many_may_write_but_few_may_publish() -> None:
    clerk, administrator = people.officer("clerk"), people.officer("administrator")
    version = api.draft(code="9.1", content=CONTENT, by=clerk, at=AT)
    for stranger in (clerk, people.officer("intake_officer"), people.person()):
        with pytest.raises(NotAllowed):
            api.publish(version_id=version, effective_from=TODAY, by=stranger, at=AT)
    with pytest.raises(NotAllowed):
        api.draft(code="9.2", content=CONTENT, by=people.officer("intake_officer"), at=AT)
    api.publish(version_id=version, effective_from=TODAY, by=administrator, at=AT)
    assert api.published(code="9.1", at=AT).id == version


def test_names_and_lists_cost_a_constant_number_of_queries(django_assert_num_queries: Any) -> None:
    versions = [published(code=f"1.00{n}", name=f"Thủ tục số {n}", short_name="") for n in range(10, 30)]
    with django_assert_num_queries(1):
        assert api.names(versions)[versions[3]] == "Thủ tục số 13"
    with django_assert_num_queries(1):
        assert len(api.listed(sector="ho-tich", at=AT)) == 20
    with django_assert_num_queries(1):
        assert [(s.slug, s.procedures) for s in api.sectors(at=AT)] == [("ho-tich", 20)]
    with django_assert_num_queries(4):
        assert len(api.find("thủ tục số", at=AT)) == 20


def test_a_list_goes_on_after_the_last_seen() -> None:
    for n in range(10, 15):
        published(code=f"1.00{n}", name=f"Thủ tục số {n}", short_name="")
    first = api.listed(sector="ho-tich", at=AT, limit=3)
    rest = api.listed(sector="ho-tich", at=AT, after=(first[-1].name, first[-1].version_id))
    assert [line.code for line in (*first, *rest)] == [f"1.00{n}" for n in range(10, 15)]
