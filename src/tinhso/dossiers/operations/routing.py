"""Moving work: assigning it to a person, forwarding it to another unit, pausing and resuming."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import notices
from tinhso.dossiers.operations import clock, work
from tinhso.dossiers.operations.turns import turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity


def assign(*, dossier_id: UUID, to: UUID, by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Give the current step to an officer of the unit who holds its role. Invalid for anyone else."""
    with turn("assign", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        if to not in identity.holders(role=identity.Role(dossier.role), unit=dossier.unit_id, at=at):
            raise Invalid(
                _("Người này không giữ vai của bước này ở đơn vị. Hãy chọn người khác."),
                faults={"to": _("Hãy chọn người giữ vai của bước này.")},
            )
        work.move(dossier, unit_id=dossier.unit_id, holder=to)
        taken.public = False
        taken.work.record(to=str(to))


def forward(
    *,
    dossier_id: UUID,
    unit_id: UUID,
    note: str,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Pass the current step to another unit of the same agency (chuyển xử lý). Invalid otherwise."""
    with turn("forward", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        units = {unit.id for unit in directory.units_of(dossier.agency_id, today(at))}
        if unit_id not in units:
            raise Invalid(
                _("Chỉ chuyển được trong cùng cơ quan. Hãy chọn một đơn vị của cơ quan này."),
                faults={"unit": _("Hãy chọn một đơn vị của cơ quan này.")},
            )
        holders = identity.holders(role=identity.Role(dossier.role), unit=unit_id, at=at)
        work.move(dossier, unit_id=unit_id, holder=holders[0] if len(holders) == 1 else None)
        taken.note = note.strip()
        taken.work.record(unit=str(unit_id))


def pause(*, dossier_id: UUID, reason: str, by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Pause (tạm dừng) with a reason: the clock stands until resumed. Invalid without a reason."""
    if not reason.strip():
        raise Invalid(_("Hãy ghi lý do tạm dừng."), faults={"reason": _("Hãy ghi lý do tạm dừng.")})
    with turn("pause", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        taken.note = reason.strip()
        clock.stand(taken, reason=taken.note)
        notices.paused(taken)


def resume(
    *, dossier_id: UUID, note: str = "", by: ActorRef, at: datetime, seen: int | None = None
) -> datetime:
    """Let a paused dossier go on; returns the promise, moved by the time it stood (UTC)."""
    with turn("resume", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        taken.note = note.strip()
        due = clock.run_again(taken, cause="resume")
        notices.resumed(taken, promised_at=due)
    return due
