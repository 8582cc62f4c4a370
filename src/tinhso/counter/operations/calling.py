"""The window's work on the line: call, call again, begin, finish, hold, transfer.

Calls of one office wait for each other at the office's row, so that two windows never get one number and the
fair rule counts right; the database refuses a second number at a window all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.counter import fairness, lifecycle, rules
from tinhso.counter.contracts import (
    NobodyWaits,
    NoSuchOffice,
    NoSuchTicket,
    Outcome,
    TicketState,
    TurnKind,
    WindowTaken,
    WrongTicketTurn,
)
from tinhso.counter.models import Call, Office, Service, Ticket, Window
from tinhso.counter.queries import line
from tinhso.counter.subjects import of_office, of_ticket
from tinhso.foundation import transactions
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.transactions import Work


def call_next(*, window_id: UUID, by: ActorRef, at: datetime) -> Ticket:
    """Call whose turn it is by the fair rule; what is open at the window is finished first.

    Raises NobodyWaits, WindowTaken when the officer does not sit there, NotAllowed.
    """
    window = _seat(window_id, by)
    with transactions.act("counter.call", by=by, at=at, on=of_office(window.office)) as work:
        office = Office.objects.select_for_update().get(id=window.office_id)
        _end_open(window, at=at)
        chosen = fairness.choose(
            line.waiting(office, on=today(at)),
            services=line.services_of(window.id),
            in_a_row=line.in_a_row(office, at=at),
            most_in_a_row=rules.most_in_a_row(office, on=today(at)),
            at=at,
        )
        ticket = _call(chosen.id, window, turn=chosen.turn, by=by, at=at) if chosen else None
        work.record(window=window.number, number=str(ticket) if ticket else "")
    if ticket is None:
        raise NobodyWaits(_("Không còn ai chờ việc của quầy này."))
    return ticket


def call_this(*, ticket_id: UUID, window_id: UUID, by: ActorRef, at: datetime) -> Ticket:
    """Call one number by hand: one that was held, did not come, or waits. Raises WrongTicketTurn too."""
    window = _seat(window_id, by)
    with transactions.act("counter.call", by=by, at=at, on=of_office(window.office)) as work:
        Office.objects.select_for_update().get(id=window.office_id)
        if not Ticket.objects.filter(id=ticket_id, office_id=window.office_id, day=today(at)).exists():
            raise NoSuchTicket(_("Không có số này trong hàng hôm nay."))
        _end_open(window, at=at)
        ticket = _call(ticket_id, window, turn=TurnKind.CHOSEN, by=by, at=at)
        work.record(window=window.number, number=str(ticket), turn=TurnKind.CHOSEN.value)
    return ticket


def recall(*, ticket_id: UUID, by: ActorRef, at: datetime) -> None:
    """Call the number at one's window once more. Raises WrongTicketTurn, WindowTaken."""
    with _turn("recall", ticket_id, by=by, at=at) as taken:
        taken.ticket.calls += 1
        taken.ticket.called_at = at


def begin(*, ticket_id: UUID, by: ActorRef, at: datetime) -> None:
    """The person stands at the window: serving begins. Raises WrongTicketTurn, WindowTaken."""
    with _turn("begin", ticket_id, by=by, at=at) as taken:
        _open_call(taken.ticket).update(began_at=at)


def finish(*, ticket_id: UUID, by: ActorRef, at: datetime) -> None:
    """Serving is over. Raises WrongTicketTurn, WindowTaken."""
    with _turn("finish", ticket_id, by=by, at=at) as taken:
        _end(taken.ticket, Outcome.DONE, at=at)


def no_show(*, ticket_id: UUID, by: ActorRef, at: datetime) -> None:
    """Nobody came when called. Raises WrongTicketTurn, WindowTaken."""
    with _turn("no_show", ticket_id, by=by, at=at) as taken:
        _end(taken.ticket, Outcome.NO_SHOW, at=at)


def hold(*, ticket_id: UUID, by: ActorRef, at: datetime) -> None:
    """Set the number aside, as when the person fetches a copy. Raises WrongTicketTurn, WindowTaken."""
    with _turn("hold", ticket_id, by=by, at=at) as taken:
        _end(taken.ticket, Outcome.HELD, at=at)


def transfer(*, ticket_id: UUID, service_id: UUID, by: ActorRef, at: datetime) -> None:
    """Put the number into another service's line, at its old place: it waited already.

    Raises WrongTicketTurn, NoSuchOffice for a service of another office.
    """
    with _turn("transfer", ticket_id, by=by, at=at) as taken:
        service = Service.objects.filter(id=service_id, office_id=taken.ticket.office_id, open=True).first()
        if service is None or service.id == taken.ticket.service_id:
            raise NoSuchOffice(_("Hãy chọn một việc khác của bộ phận này để chuyển số sang."))
        _end(taken.ticket, Outcome.TRANSFERRED, at=at)
        taken.ticket.service = service
        taken.work.record(service=service.letter)


def line_up(*, ticket_id: UUID, by: ActorRef, at: datetime) -> None:
    """Let a number that was held or did not come wait again, at the end of the line."""
    with _turn("line_up", ticket_id, by=by, at=at) as taken:
        taken.ticket.stands_at, taken.ticket.appointed_at = at, None


@dataclass(slots=True)
class _Turn:
    ticket: Ticket
    work: Work


@contextmanager
def _turn(act: str, ticket_id: UUID, *, by: ActorRef, at: datetime) -> Iterator[_Turn]:
    """One turn of a ticket; who turns one that is at a window must sit there."""
    found = Ticket.objects.select_related("office").filter(id=ticket_id).first()
    if found is None:
        raise NoSuchTicket(_("Không có số này."))
    with transactions.act(f"counter.{act}", by=by, at=at, on=of_ticket(found, found.office)) as work:
        ticket = Ticket.objects.select_for_update(of=("self",)).select_related("window").get(id=ticket_id)
        if ticket.window is not None and ticket.window.officer != by.id:
            raise WindowTaken(
                _("Số %(number)s đang ở quầy %(window)s của người khác. Hãy tải lại trang.")
                % {"number": str(ticket), "window": ticket.window.number}
            )
        if ticket.day != today(at):
            raise WrongTicketTurn(_("Số này của ngày khác, hôm nay không gọi nữa."))
        was = TicketState(ticket.state)
        goes = lifecycle.next_state(act, was)
        yield _Turn(ticket, work)
        ticket.state = goes.value
        if goes not in lifecycle.AT_WINDOW:
            ticket.window = None
        ticket.ended_at = at if goes in lifecycle.ENDED else None
        ticket.save()
        work.record(number=str(ticket), was=was.value, state=goes.value)


def _seat(window_id: UUID, by: ActorRef) -> Window:
    window = Window.objects.select_related("office").filter(id=window_id).first()
    if window is None:
        raise NoSuchOffice(_("Không có quầy này."))
    if window.officer != by.id:
        raise WindowTaken(_("Anh/chị chưa ngồi vào quầy này. Hãy chọn quầy trước khi gọi số."))
    return window


def _call(ticket_id: UUID, window: Window, *, turn: TurnKind, by: ActorRef, at: datetime) -> Ticket:
    ticket = Ticket.objects.select_for_update().get(id=ticket_id)
    ticket.state = lifecycle.next_state("call", TicketState(ticket.state)).value
    ticket.window, ticket.called_at, ticket.ended_at = window, at, None
    ticket.calls += 1
    ticket.save()
    Call.objects.create(
        office_id=window.office_id,
        ticket=ticket,
        window=window,
        service_id=ticket.service_id,
        officer=by.id,
        officer_name=by.name,
        turn=turn.value,
        called_at=at,
    )
    return ticket


def _end_open(window: Window, *, at: datetime) -> None:
    """Finish what is open at the window: who calls the next is done with the last."""
    for ticket in Ticket.objects.select_for_update().filter(window=window, state__in=lifecycle.AT_WINDOW):
        _end(ticket, Outcome.DONE, at=at)
        ticket.state, ticket.window, ticket.ended_at = TicketState.DONE.value, None, at
        ticket.save()


def _end(ticket: Ticket, outcome: Outcome, *, at: datetime) -> None:
    _open_call(ticket).update(ended_at=at, outcome=outcome.value)


def _open_call(ticket: Ticket) -> QuerySet[Call]:
    return Call.objects.filter(ticket=ticket, ended_at=None)
