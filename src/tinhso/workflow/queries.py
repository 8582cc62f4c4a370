"""Reads of workflow; a version never changes, so what was read once is kept in the program."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.errors import NotFound
from tinhso.workflow.contracts import ProcessView, StepView
from tinhso.workflow.engine import Engine
from tinhso.workflow.models import ProcessVersion
from tinhso.workflow.reading import Reading, read


@lru_cache(maxsize=4096)
def _reading(version_id: UUID) -> tuple[Reading, str, int]:
    row = ProcessVersion.objects.filter(id=version_id).values_list("bpmn", "key", "number").first()
    if row is None:
        raise NotFound(_("Không có quy trình này."), process=str(version_id))
    return read(row[0]), row[1], row[2]


@lru_cache(maxsize=4096)
def engine(version_id: UUID) -> Engine:
    """The engine of a version. Raises NotFound."""
    return Engine(_reading(version_id)[0])


def process(version_id: UUID) -> ProcessView:
    """A version and its steps. Raises NotFound."""
    reading, key, number = _reading(version_id)
    return ProcessView(id=version_id, key=key, number=number, name=reading.name, steps=reading.steps)


def source(version_id: UUID) -> str:
    """The BPMN of a version as it was deployed. Raises NotFound."""
    bpmn = ProcessVersion.objects.filter(id=version_id).values_list("bpmn", flat=True).first()
    if bpmn is None:
        raise NotFound(_("Không có quy trình này."), process=str(version_id))
    return bpmn


def latest(key: str) -> UUID | None:
    """The newest version of a process, or None when the key was never deployed."""
    return ProcessVersion.objects.filter(key=key).order_by("-number").values_list("id", flat=True).first()


def step(version_id: UUID, name: str) -> StepView | None:
    """One step of a version by its name."""
    return next((item for item in process(version_id).steps if item.step == name), None)
