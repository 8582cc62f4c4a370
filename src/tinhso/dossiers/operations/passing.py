"""Handing a dossier from agency to agency: where a step goes, the hand-over, and its acknowledgement."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import agencies, marks
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.lifecycle import STEP_BOUND
from tinhso.dossiers.models import Dossier, Places, Transfer
from tinhso.dossiers.operations import phases
from tinhso.dossiers.turning import Turn
from tinhso.foundation import legal, worktime
from tinhso.foundation.moments import today
from tinhso.workflow import api as workflow

OPEN = {"received_at": None, "dropped_at": None}


def goes_to(dossier: Dossier, offer: workflow.ReadyTask, *, at: datetime) -> UUID:
    """The agency whose work the offered step is. No query for a dossier that stays in its own office.

    Handing over the result is for the centre where the person collects it.
    """
    if offer.act == STEP_BOUND["hand_over"] and marks.CROSSED in dossier.flags:
        return Places.objects.values_list("collect_id", flat=True).get(dossier_id=dossier.id)
    return agencies.agency_of(dossier, offer.phase, at=at) if offer.phase else dossier.agency_id


def has(dossier: Dossier) -> UUID:
    """The agency in whose unit the dossier lies now."""
    return directory.units([dossier.unit_id])[dossier.unit_id].agency_id


def pass_on(taken: Turn, offer: workflow.ReadyTask, *, agency_id: UUID) -> datetime | None:
    """Tell the agencies' clocks where the dossier goes, and hand it over when that is another agency.

    Returns the deadline of the phase that begins or goes on (UTC), None without one. Called while the dossier
    still lies where it was.
    """
    dossier = taken.dossier
    if offer.phase or marks.CROSSED in dossier.flags:
        giver = has(dossier)
        if giver != agency_id:
            hand(taken, giver=giver, taker=agency_id)
    return phases.enter(taken, offer.phase, agency_id=agency_id) if offer.phase else None


def hand(taken: Turn, *, giver: UUID, taker: UUID) -> None:
    """Send the dossier to another agency, which is to say that it has it (legal value `transfer_hours`)."""
    dossier, at = taken.dossier, taken.at
    drop(dossier, at=at)
    calendar = directory.working_calendar(taker, today(at))
    Transfer.objects.create(
        dossier_id=dossier.id,
        giver_id=giver,
        taker_id=taker,
        sent_at=at,
        sent_by=taken.by.name,
        due_at=counted(sent_at=at, calendar=calendar).due_at,
    )
    marks.put(dossier, marks.AWAITED)
    taken.crossed = True
    taken.work.record(giver=str(giver), taker=str(taker))


def counted(*, sent_at: datetime, calendar: worktime.Calendar) -> worktime.Promise:
    """By when the taker says that it has the dossier: legal value `transfer_hours`, working hours."""
    term = worktime.Term(legal.integer("transfer_hours", on=today(sent_at)), worktime.Unit.HOUR)
    return worktime.promise(start=sent_at, term=term, calendar=calendar)


def drop(dossier: Dossier, *, at: datetime) -> None:
    """Let a hand-over that nobody acknowledged come to nothing: the dossier ends or goes elsewhere."""
    if marks.AWAITED in dossier.flags:
        Transfer.objects.filter(dossier_id=dossier.id, **OPEN).update(dropped_at=at)
        marks.take(dossier, marks.AWAITED)


def ask_received(dossier: Dossier, act: str) -> None:
    """Return when no hand-over waits to be acknowledged. Raises WrongTurn."""
    if marks.AWAITED in dossier.flags:
        raise WrongTurn(
            _("Hồ sơ vừa được bàn giao đến. Hãy bấm “Xác nhận đã nhận” trước khi giải quyết."), act=act
        )


def ended(dossier: Dossier, *, at: datetime) -> None:
    """The dossier is final: no agency's clock runs any more and nothing is awaited."""
    drop(dossier, at=at)
    if marks.PHASED in dossier.flags:
        phases.leave(dossier, at=at)
