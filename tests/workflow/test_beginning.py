"""A process copied from one that began is the process it would have been, with ids and moments of its own."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tinhso.workflow.contracts import State
from tinhso.workflow.engine import Engine
from tinhso.workflow.gallery import KEYS, drawing
from tinhso.workflow.reading import read

ENGINES = {key: Engine(read(drawing(key))) for key in KEYS}
FACTS = some.dictionaries(
    some.sampled_from(["via", "ket_luan", "ghi"]), some.text(max_size=8) | some.integers(-9, 9) | some.none()
)


def _shape(state: State) -> tuple[Any, Any]:
    """A state with its ids numbered by their place and its moments left out; the work it offers."""
    kept = orjson.loads(state.data)
    text = state.data.decode()
    for place, id_ in enumerate(kept["tasks"]):
        text = text.replace(id_, f"task-{place}")
    shape = orjson.loads(text)
    for task in shape["tasks"].values():
        del task["last_state_change"]
        task["delta"].get("deletions", []).sort()
    offered = [(task.step, task.name, task.act, task.role, task.share) for task in state.ready]
    return shape, (offered, state.finished)


def _ids(state: State) -> set[str]:
    return set(orjson.loads(state.data)["tasks"])


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=15)
@given(facts=FACTS)
def test_a_copy_stands_where_its_pattern_stands(key: str, facts: dict[str, Any]) -> None:
    engine = ENGINES[key]
    assert _shape(engine.start(facts)) == _shape(engine.start(facts)) == _shape(engine.begin(facts))


@pytest.mark.parametrize("key", KEYS)
def test_two_copies_share_no_id_and_each_goes_on_alone(key: str) -> None:
    engine, before = ENGINES[key], time.time()
    engine.start({"via": "machine"})
    first, second = engine.start({"via": "machine"}), engine.start({"via": "machine"})

    assert not _ids(first) & _ids(second)
    assert {str(task.id) for task in first.ready} <= _ids(first)
    moments = [task["last_state_change"] for task in orjson.loads(first.data)["tasks"].values()]
    assert all(before <= moment <= time.time() for moment in moments)
    went = engine.complete(first.data, step=first.ready[0].step, facts={})
    assert went.ready != second.ready
    assert [task.id for task in engine.ready(second.data)] == [task.id for task in second.ready]


def test_facts_of_many_kinds_do_not_fill_the_memory() -> None:
    engine = Engine(read(drawing(KEYS[0])))
    for number in range(engine.most * 2):
        engine.start({"n": number})
    assert len(engine._beginnings) == engine.most
