"""Where a dossier stands in its process: the steps as drawn, done, now, later."""

from __future__ import annotations

from uuid import UUID

from tinhso.dossiers.models import Dossier, Running
from tinhso.workflow import api as workflow


def steps(dossier_id: UUID) -> list[dict[str, str]]:
    """The steps of the pinned process for the line of phases; empty for a dossier without one."""
    running = Running.objects.filter(dossier_id=dossier_id).values_list("process_version_id", flat=True)
    version = running.first()
    if version is None:
        return []
    now, finished = Dossier.objects.values_list("step", "finished_at").get(id=dossier_id)
    drawn = workflow.process(version).steps
    at = next((index for index, step in enumerate(drawn) if step.step == now), len(drawn) if finished else -1)
    return [
        {"text": step.name, "state": "done" if index < at else "now" if index == at else "later"}
        for index, step in enumerate(drawn)
    ]
