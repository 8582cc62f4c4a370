"""Running dossiers taken over to the process that their procedure has now (chuyển sang quy trình mới).

Only the way inside the offices changes. What the person was asked and promised stays with the version filed
under.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Running
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.processes import current, moved
from tinhso.foundation.refs import ActorRef


def change(*, dossier_id: UUID, reason: str, by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Go on in the process in force now, at the same step, with the same person and the same promise.

    Raises CannotMove when a step that was done, or the one under way, is different there; WrongTurn when the
    dossier is in that process already or its phases are not those of the version it was filed under; NotFound
    when the procedure has no version in force.
    """
    with turn("change_process", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        running = Running.objects.select_for_update().get(dossier_id=dossier_id)
        to = current(taken.dossier.procedure_version_id, at=at)
        state = moved(taken.dossier, running, to=to)
        taken.public = False
        taken.note = reason.strip()
        taken.work.record(process_before=str(running.process_version_id), process=str(to))
        running.process_version_id, running.state = to, state.data
        running.save(update_fields=["process_version", "state"])
