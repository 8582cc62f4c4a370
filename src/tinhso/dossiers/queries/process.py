"""Where a dossier stands in its process: the steps as drawn, done, now, later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Dossier, HandOver, Running
from tinhso.foundation.moments import today
from tinhso.workflow import api as workflow


def asked_always(dossier_id: UUID, *, step: str, at: datetime) -> tuple[UUID, ...]:
    """The agencies that a step of a dossier asks whoever else is asked; empty for a step that asks nobody.

    One that is no more is asked no more.
    """
    codes = next((one.agencies for one in drawn(dossier_id) if one.step == step), ())
    there = {one.code: one.id for one in directory.agencies(today(at))} if codes else {}
    return tuple(there[code] for code in codes if code in there)


BROKEN_OFF = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)


def drawn(dossier_id: UUID) -> tuple[workflow.StepView, ...]:
    """The steps of the pinned process; empty for a dossier without one."""
    running = Running.objects.filter(dossier_id=dossier_id).values_list("process_version_id", flat=True)
    version = running.first()
    return () if version is None else workflow.process(version).steps


def steps(dossier: Dossier, shown: Sequence[workflow.StepView]) -> list[dict[str, str]]:
    """These steps for the line of phases, each by its id with where it stands."""
    broken_off = dossier.status in BROKEN_OFF
    now = _left(dossier.id) if broken_off else dossier.step_name
    finished = len(shown) if dossier.finished_at else -1
    at = next((index for index, step in enumerate(shown) if step.name == now), finished)
    here = "later" if broken_off else "now"
    return [
        {
            "step": step.step,
            "text": step.name,
            "state": "done" if index < at else here if index == at else "later",
        }
        for index, step in enumerate(shown)
    ]


def _left(dossier_id: UUID) -> str:
    """The step at which a dossier ended without a result: it was never done."""
    rows = HandOver.objects.filter(dossier_id=dossier_id).order_by("-id").values_list("step_name", flat=True)
    return rows.first() or ""
