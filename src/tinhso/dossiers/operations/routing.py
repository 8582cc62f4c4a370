"""Moving work: assigning it to a person, forwarding it to another unit, pausing and resuming."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import handing_words, notices
from tinhso.dossiers.operations import clock, passing, work
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity


def assign(
    *,
    dossier_id: UUID,
    to: UUID,
    reason: str = "",
    quiet: bool = False,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> UUID | None:
    """Give the current step to an officer of the unit who holds its role; who had it before.

    The clock goes on or stands as it did. Who has it now and who had it are told, unless `quiet`: then the
    caller tells them once of many. Raises Invalid for anyone else.
    """
    with turn("assign", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        if to not in identity.holders(role=identity.Role(dossier.role), unit=dossier.unit_id, at=at):
            raise Invalid(
                _("Người này không giữ vai của bước này ở đơn vị. Hãy chọn người khác."),
                faults={"to": _("Hãy chọn người giữ vai của bước này.")},
            )
        before = dossier.holder
        work.move(dossier, unit_id=dossier.unit_id, holder=to)
        taken.public = False
        names = identity.officer_names([id for id in (before, to) if id])
        taken.note = _from_to(names.get(before, "") if before else "", names.get(to, ""), reason.strip())
        taken.work.record(to=str(to), before=str(before) if before else "")
        if not quiet:
            handing_words.moved(
                dossier, before=before, names=names, reason=reason.strip(), by=by.id, who=by.name, at=at
            )
    return before


def _from_to(before: str, to: str, reason: str) -> str:
    facts = {"before": before, "to": to}
    said = (
        _("Từ %(before)s sang %(to)s.") % facts if before not in ("", to) else _("Giao cho %(to)s.") % facts
    )
    return f"{said} {reason}".strip()


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
        units = {unit.id for unit in directory.units_of(passing.has(dossier), today(at))}
        if unit_id not in units:
            raise Invalid(
                _("Chỉ chuyển được trong cùng cơ quan. Hãy chọn một đơn vị của cơ quan này."),
                faults={"unit": _("Hãy chọn một đơn vị của cơ quan này.")},
            )
        holders = identity.holders(role=identity.Role(dossier.role), unit=unit_id, at=at)
        work.move(dossier, unit_id=unit_id, holder=holders[0] if len(holders) == 1 else None)
        taken.note = note.strip()
        taken.work.record(unit=str(unit_id))


def hand_on(*, dossier_id: UUID, note: str = "", by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Finish this agency's part of the way and hand the dossier to the next one, with what was found.

    Raises WrongTurn when the process asks for another act here.
    """
    with turn("hand_on", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        taken.note = note.strip()
        advance(taken, facts={})


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
