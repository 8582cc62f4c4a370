from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.workflow import api as workflow
from tinhso.workflow import expressions
from tinhso.workflow.models import ProcessVersion
from tinhso.workflow.reading import read

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def deployed(key: str = "tham-dinh-ky") -> object:
    return workflow.deploy(key=key, bpmn=workflow.drawing(key), by=SYSTEM, at=AT)


@pytest.mark.parametrize("key", workflow.GALLERY)
def test_every_process_of_the_gallery_is_sound(key: str) -> None:
    reading = read(workflow.drawing(key))

    assert all(step.act and step.role for step in reading.steps)
    assert sum(step.share for step in reading.steps) == 100


@pytest.mark.django_db
def test_a_dossier_walks_from_intake_to_hand_over_and_back_when_the_leader_returns_it() -> None:
    version = workflow.deploy(key="k", bpmn=workflow.drawing("tham-dinh-ky"), by=SYSTEM, at=AT)
    state = workflow.start(version, {})
    walked = []
    for facts in ({}, {}, {"ket_luan": "tra_lai"}, {}, {"ket_luan": "ky"}, {}, {}):
        step = state.ready[0].step
        walked.append(step)
        state = workflow.complete(version, state.data, step=step, facts=facts)

    assert walked == ["tiep_nhan", "tham_dinh", "ky", "tham_dinh", "ky", "dong_dau", "tra_ket_qua"]
    assert state.finished
    assert state.ready == ()


@pytest.mark.django_db
def test_a_step_that_is_done_cannot_be_done_again() -> None:
    version = workflow.deploy(key="k", bpmn=workflow.drawing("tham-dinh-ky"), by=SYSTEM, at=AT)
    state = workflow.complete(version, workflow.start(version, {}).data, step="tiep_nhan", facts={})

    with pytest.raises(workflow.NoSuchTask):
        workflow.complete(version, state.data, step="tiep_nhan", facts={})


@pytest.mark.django_db
def test_the_same_drawing_is_deployed_once_and_a_changed_one_is_the_next_version() -> None:
    first = deployed()
    assert deployed() == first

    changed = workflow.drawing("tham-dinh-ky").replace("Ký duyệt", "Phê duyệt")
    second = workflow.deploy(key="tham-dinh-ky", bpmn=changed, by=SYSTEM, at=AT)

    assert second != first
    assert workflow.latest("tham-dinh-ky") == second
    assert workflow.process(second).number == 2


@pytest.mark.django_db
def test_the_database_refuses_a_changed_drawing_and_a_second_row_of_one_number() -> None:
    deployed()
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        ProcessVersion.objects.update(bpmn="<x/>")
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        ProcessVersion.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessVersion.objects.create(
            key="tham-dinh-ky", number=1, name="x", bpmn="y", digest=b"z", deployed_at=AT
        )


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (lambda text: text.replace("userTask", "scriptTask"), "scriptTask"),
        (lambda text: text.replace('ket_luan == "tra_lai"', "__import__('os')"), "Call"),
        (lambda text: text.replace('name="act" value="dossiers.sign"', 'name="x" value=""'), "act"),
        (lambda text: text.replace('value="60"', 'value="90"'), "vượt quá"),
        (lambda text: text[:400], "Không đọc được tệp này"),
        (lambda text: '<!DOCTYPE x [<!ENTITY e "e">]>' + text.split("?>", 1)[1], "DOCTYPE"),
        (lambda text: "", "Không đọc được tệp này"),
    ],
)
def test_a_drawing_we_cannot_run_is_refused_by_name(broken: object, named: str) -> None:
    with pytest.raises(workflow.UnusableProcess) as refused:
        read(broken(workflow.drawing("tham-dinh-ky")))  # type: ignore[operator]

    assert named in refused.value.message + str(refused.value.faults)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_type(text: str) -> None:
    with pytest.raises(workflow.UnusableProcess):
        read(text)


@given(st.text(max_size=60))
def test_any_condition_is_checked_or_refused_with_a_reason(text: str) -> None:
    try:
        expressions.check(text)
    except ValueError:
        return
    expressions.evaluate(text, {})


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('a == "x"', True),
        ('a in ["y", "x"] and not b', True),
        ("n < 3 or missing", False),
        ("n < a", False),
    ],
)
def test_conditions_compare_facts_and_do_not_fail_on_missing_ones(condition: str, holds: bool) -> None:
    assert bool(expressions.evaluate(condition, {"a": "x", "b": False, "n": 5})) is holds


@pytest.mark.django_db
def test_the_database_keeps_one_drawing_per_number() -> None:
    workflow.deploy(key="thu", bpmn=workflow.drawing("tham-dinh-ky"), by=SYSTEM, at=AT)
    for constraint, change in (
        ("process_one_number_per_key", {"digest": b"1" * 32}),
        ("process_one_version_per_drawing", {"number": 99}),
    ):
        row = ProcessVersion.objects.get(key="thu")
        row.pk = new_id()
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save(force_insert=True)
