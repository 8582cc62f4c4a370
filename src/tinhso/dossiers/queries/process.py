"""Where a dossier stands in its process: the steps as drawn, done, now, later."""

from __future__ import annotations

from uuid import UUID

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Dossier, HandOver, Running
from tinhso.workflow import api as workflow

BROKEN_OFF = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)


def steps(dossier_id: UUID) -> list[dict[str, str]]:
    """The steps of the pinned process for the line of phases; empty for a dossier without one."""
    running = Running.objects.filter(dossier_id=dossier_id).values_list("process_version_id", flat=True)
    version = running.first()
    if version is None:
        return []
    dossier = Dossier.objects.get(id=dossier_id)
    drawn = workflow.process(version).steps
    broken_off = dossier.status in BROKEN_OFF
    now = _left(dossier_id) if broken_off else dossier.step_name
    finished = len(drawn) if dossier.finished_at else -1
    at = next((index for index, step in enumerate(drawn) if step.name == now), finished)
    here = "later" if broken_off else "now"
    return [
        {"text": step.name, "state": "done" if index < at else here if index == at else "later"}
        for index, step in enumerate(drawn)
    ]


def _left(dossier_id: UUID) -> str:
    """The step at which a dossier ended without a result: it was never done."""
    rows = HandOver.objects.filter(dossier_id=dossier_id).order_by("-id").values_list("step_name", flat=True)
    return rows.first() or ""
