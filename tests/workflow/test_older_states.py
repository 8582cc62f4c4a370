"""States kept by older releases go on: one fixture per version of the engine's serializer that ever ran."""

from __future__ import annotations

from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.serializer.workflow import VERSION

from tinhso.workflow.engine import Engine
from tinhso.workflow.reading import read

FIXTURES = Path(__file__).parent / "fixtures"
KEPT = sorted(file.stem for file in FIXTURES.glob("serializer-*.json"))


def test_the_serializer_in_use_has_a_fixture() -> None:
    assert f"serializer-{VERSION}" in KEPT


@pytest.mark.parametrize("name", KEPT)
def test_a_dossier_returned_once_and_waiting_for_the_leader_goes_on_to_its_end(name: str) -> None:
    engine = Engine(read((FIXTURES / f"{name}.bpmn").read_text()))
    state = (FIXTURES / f"{name}.json").read_bytes()
    assert [task.step for task in engine.ready(state)] == ["ky"]

    for step in ("ky", "dong_dau", "tra_ket_qua"):
        after = engine.complete(state, step=step, facts={"ket_luan": "ky"})
        state = after.data

    assert after.finished
