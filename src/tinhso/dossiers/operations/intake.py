"""Intake: accepting with a promise, or refusing with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.events import DossierAccepted, DossierRefused
from tinhso.dossiers.operations import clock, filers, grounds, work
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.foundation.refs import ActorRef


def accept(
    *,
    dossier_id: UUID,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
    received_at: datetime | None = None,
    note: str = "",
) -> datetime:
    """Accept (tiếp nhận) and promise a date, which is returned (UTC).

    The term counts from acceptance (NĐ 118/2025, Civil Code art. 147-148, through worktime), which for what
    was accepted on paper and is entered later is `received_at`. Raises Invalid while who files for somebody
    else has not proven their right.
    """
    with turn("accept", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        filers.require_proof(taken.dossier, by=by, at=at)
        taken.dossier.accepted_at = received_at or at
        taken.note = note
        due = clock.promise(taken, cause="accept")
        advance(taken, facts={})
        taken.work.emit(
            DossierAccepted(dossier=dossier_id, code=taken.dossier.code, by=by, at=at, promised_at=due)
        )
        notices.accepted(taken, promised_at=due)
    return due


def refuse(
    *, dossier_id: UUID, reason: str, ground: str, by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """Refuse at intake (từ chối tiếp nhận), with the reason and the legal ground that go into form 03.

    Raises Invalid without either.
    """
    grounds.ask_ground(reason=reason, ground=ground, missing=_("Hãy ghi lý do không tiếp nhận."))
    with turn("refuse", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        grounds.keep(taken, reason=reason, ground=ground)
        work.finish(taken.dossier, by=by, at=at)
        taken.work.emit(
            DossierRefused(dossier=dossier_id, code=taken.dossier.code, by=by, at=at, reason=taken.note)
        )
        notices.refused(taken)
