"""Whose a dossier's step is: told here to the work item, which is the truth, and to the dossier's own row.

The row keeps a copy so that lists read one narrow index. The database refuses at commit a dossier that says
otherwise than its open work (`dossier_and_work_agree`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.statements import Statement
from tinhso.tasks import api as tasks
from tinhso.workflow import api as workflow

WAITS = "dossiers.wait_over"
"""What ends a step that waits: nobody's act, but somebody answers for the dossier meanwhile."""


def hand(
    dossier: Dossier,
    offer: workflow.ReadyTask,
    *,
    unit_id: UUID,
    holder: UUID | None,
    due_at: datetime | None = None,
    by: ActorRef,
    at: datetime,
) -> Statement:
    """The step that the process offers goes to a unit, and to a person when `holder` is given.

    `due_at` is the deadline of the agency whose turn it is, where that is not the dossier's own.
    """
    dossier.step, dossier.step_name, dossier.role = offer.step, offer.name, offer.role
    dossier.unit_id, dossier.holder = unit_id, holder
    return given(dossier, act=offer.act or WAITS, due_at=due_at, by=by, at=at)


def give_back(dossier: Dossier, *, act: str, stood: Mapping[str, str], by: ActorRef, at: datetime) -> None:
    """Give the step in which the dossier stood (`step`, `step_name`, `role`, `unit`, `holder`) once more."""
    dossier.step, dossier.step_name, dossier.role = stood["step"], stood["step_name"], stood["role"]
    dossier.unit_id = UUID(stood["unit"])
    dossier.holder = UUID(stood["holder"]) if stood["holder"] else None
    tasks.give(**_given(dossier, act=act, by=by, at=at))


def given(
    dossier: Dossier, *, act: str, due_at: datetime | None = None, by: ActorRef, at: datetime
) -> Statement:
    """The work item of the dossier's step, for acts that write several rows at once."""
    return tasks.GIVE, tasks.given(
        **_given(dossier, act=act, by=by, at=at) | ({"due_at": due_at} if due_at else {})
    )


def finished(dossier: Dossier, *, by: ActorRef, at: datetime) -> Statement:
    """The end of the open step, for acts that write several rows at once."""
    dossier.holder = None
    return tasks.CLOSE, tasks.closing(subject=SUBJECT, subject_id=dossier.id, by=by, at=at)


def move(dossier: Dossier, *, unit_id: UUID, holder: UUID | None) -> None:
    """Give the open step to another unit or person; None lays it into the unit's basket."""
    dossier.unit_id, dossier.holder = unit_id, holder
    tasks.reassign(subject=SUBJECT, subject_id=dossier.id, unit_id=unit_id, holder=holder)


def finish(dossier: Dossier, *, by: ActorRef, at: datetime) -> None:
    """End the open step; nobody has the dossier until another is handed on."""
    dossier.holder = None
    tasks.close(subject=SUBJECT, subject_id=dossier.id, by=by, at=at)


def _given(dossier: Dossier, *, act: str, by: ActorRef, at: datetime) -> dict[str, Any]:
    return {
        "subject": SUBJECT,
        "subject_id": dossier.id,
        "act": act,
        "title": dossier.step_name,
        "role": dossier.role,
        "unit_id": dossier.unit_id,
        "holder": dossier.holder,
        "due_at": dossier.due_at,
        "by": by,
        "at": at,
    }
