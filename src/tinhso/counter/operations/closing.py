"""The end of the day: numbers of past days are closed, and nobody sits at a window any more."""

from __future__ import annotations

from datetime import datetime

from tinhso.counter.contracts import Outcome, TicketState
from tinhso.counter.lifecycle import AT_WINDOW, ENDED
from tinhso.counter.models import Call, Office, Ticket, Window
from tinhso.counter.subjects import of_office
from tinhso.foundation import transactions
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import SYSTEM

OPEN = [state.value for state in TicketState if state not in ENDED]


def close_past_days(*, at: datetime) -> int:
    """Close what past days left open: who was at a window was served, who waited is gone. How many."""
    closed = 0
    for office in Office.objects.all():
        with transactions.act("counter.sit", by=SYSTEM, at=at, on=of_office(office)) as work:
            left = Ticket.objects.filter(office=office, day__lt=today(at), state__in=OPEN)
            Call.objects.filter(ticket__in=left, ended_at=None).update(
                ended_at=at, outcome=Outcome.TRANSFERRED.value
            )
            done = left.filter(state__in=AT_WINDOW).update(
                state=TicketState.DONE.value, window=None, ended_at=at
            )
            gone = left.update(state=TicketState.GONE.value, ended_at=at)
            seats = Window.objects.filter(office=office, since__lt=midnight(today(at)))
            stood = seats.update(officer=None, officer_name="", since=None)
            work.record(done=done, gone=gone, windows=stood)
            if not (done or gone or stood):
                work.leave_no_entry()
            closed += done + gone
    return closed
