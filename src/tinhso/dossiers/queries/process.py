"""Where a dossier stands in its process: the steps as drawn, done, now, later."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tinhso.dossiers.models import Dossier, Running
from tinhso.workflow import api as workflow


def drawn(dossier_id: UUID) -> tuple[workflow.StepView, ...]:
    """The steps of the pinned process; empty for a dossier without one."""
    running = Running.objects.filter(dossier_id=dossier_id).values_list("process_version_id", flat=True)
    version = running.first()
    return () if version is None else workflow.process(version).steps


def steps(dossier_id: UUID, shown: Sequence[workflow.StepView]) -> list[dict[str, str]]:
    """These steps for the line of phases, each by its id with where it stands."""
    now, finished = Dossier.objects.values_list("step", "finished_at").get(id=dossier_id)
    at = next((index for index, step in enumerate(shown) if step.step == now), len(shown) if finished else -1)
    return [
        {
            "step": step.step,
            "text": step.name,
            "state": "done" if index < at else "now" if index == at else "later",
        }
        for index, step in enumerate(shown)
    ]
