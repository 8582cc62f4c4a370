"""Acknowledging a dossier handed over, and moving the place where its result is collected."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Places, Transfer
from tinhso.dossiers.operations import delivery, passing, work
from tinhso.dossiers.operations.turns import first_place, turn
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef


def receive(*, dossier_id: UUID, note: str = "", by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Say that the agency has the dossier that was handed to it (xác nhận đã nhận bàn giao).

    Raises WrongTurn when nothing was handed over, or it was acknowledged already.
    """
    with turn("receive", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        open_ones = Transfer.objects.filter(dossier_id=dossier_id, **passing.OPEN)
        if not open_ones.update(received_at=at, received_by=by.name):
            raise WrongTurn(
                _("Không có bàn giao nào đang chờ xác nhận. Hãy mở lại hồ sơ."),
                act="receive",
                status=taken.dossier.status,
            )
        marks.take(taken.dossier, marks.AWAITED)
        taken.note = note.strip()


def collect_at(
    *, dossier_id: UUID, agency_id: UUID, by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """Choose the centre where the result is collected (nơi nhận kết quả).

    A result that lies ready is handed to that centre. One that was to go by post is collected after all.
    Raises Invalid for an agency without a one-stop desk, WrongTurn while a parcel holds the result.
    """
    first_place(agency_id=agency_id, role="intake_officer", at=at)
    with turn("collect_at", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        delivery.drop(dossier)
        before = Places.objects.filter(dossier_id=dossier_id).first()
        intake = before.intake_id if before else dossier.agency_id
        Places.objects.update_or_create(
            dossier_id=dossier_id,
            defaults={"collect_id": agency_id},
            create_defaults={"intake_id": intake, "collect_id": agency_id, "since": at},
        )
        marks.put(dossier, marks.CROSSED)
        taken.note = _("Nhận kết quả tại %(agency)s.") % {
            "agency": directory.agency(agency_id, today(at)).name
        }
        if dossier.status == Status.DONE:
            giver = passing.has(dossier)
            if giver != agency_id:
                passing.hand(taken, giver=giver, taker=agency_id)
                unit, holder = first_place(agency_id=agency_id, role="intake_officer", at=at)
                work.move(dossier, unit_id=unit, holder=holder)
