"""What boards, phones and desks show of a day's line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.counter.contracts import Need, NoSuchTicket, Taken, TicketState, TicketView
from tinhso.counter.lifecycle import AT_WINDOW
from tinhso.counter.models import Call, Office, Ticket
from tinhso.foundation.moments import today
from tinhso.foundation.text import number_in_words

CALLED_SHOWN = 8
MISSED_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Called:
    """One call on the board: the number, the window, and the sentence that is said.

    `id` changes with each repetition, so that a board says it again.
    """

    id: str
    number: str
    window: int
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that a call board shows. `booked` are those with an appointment who are there, and its hour."""

    called: tuple[Called, ...]
    booked: tuple[tuple[str, datetime], ...]
    next: tuple[str, ...]
    missed: tuple[str, ...]
    waiting: int


def board(office: Office, *, at: datetime, upcoming: int = 6) -> Board:
    """The board of this moment. Three queries."""
    rows = Ticket.objects.filter(office=office, day=today(at))
    at_windows = rows.filter(state__in=AT_WINDOW).select_related("window").order_by("-called_at", "id")
    missed = rows.filter(state=TicketState.NO_SHOW.value).order_by("-ended_at", "id")[:MISSED_SHOWN]
    waits = list(rows.filter(state=TicketState.WAITING.value).order_by("stands_at", "id"))
    booked = sorted((one.appointed_at, str(one)) for one in waits if one.appointed_at)
    return Board(
        called=tuple(_called(ticket) for ticket in at_windows[:CALLED_SHOWN]),
        booked=tuple((number, hour) for hour, number in booked[:upcoming]),
        next=tuple([str(one) for one in waits if one.appointed_at is None][:upcoming]),
        missed=tuple(str(ticket) for ticket in missed),
        waiting=len(waits),
    )


def _called(ticket: Ticket) -> Called:
    window = ticket.window.number if ticket.window else 0
    return Called(
        id=f"{ticket.id}:{ticket.calls}",
        number=str(ticket),
        window=window,
        at=ticket.called_at or ticket.taken_at,
        sentence=announced(ticket.letter, ticket.seq, window),
    )


def announced(letter: str, seq: int, window: int) -> str:
    """What is said aloud, in Vietnamese with numbers as words: "Mời số A mười hai đến quầy số ba"."""
    with translation.override("vi"):
        return _("Mời số %(letter)s %(number)s đến quầy số %(window)s.") % {
            "letter": letter,
            "number": number_in_words(seq),
            "window": number_in_words(window),
        }


def ticket_of(token: str) -> Ticket:
    """The ticket of a page's address, with its office and service. Raises NoSuchTicket."""
    found = _whole(Ticket.objects.all()).select_related("office").filter(token=token).first()
    if found is None:
        raise NoSuchTicket(_("Không có số này. Hãy lấy số mới ở máy tại cửa hoặc nhờ cán bộ."))
    return found


def tickets(
    office_id: UUID, *, at: datetime, states: Iterable[TicketState] = (), limit: int = 300
) -> tuple[TicketView, ...]:
    """Today's tickets of an office in their order. One query."""
    rows = _whole(Ticket.objects.filter(office_id=office_id, day=today(at)))
    if chosen := [state.value for state in states]:
        rows = rows.filter(state__in=chosen)
    return tuple(view(row) for row in rows.order_by("stands_at", "id")[:limit])


def at_window(window_id: UUID) -> TicketView | None:
    """The number open at a window. One query."""
    row = _whole(Ticket.objects.filter(window_id=window_id, state__in=AT_WINDOW)).first()
    return view(row) if row else None


def counts(office_id: UUID, *, at: datetime) -> dict[TicketState, int]:
    """How many of today's tickets stand in each state. One query."""
    rows = Ticket.objects.filter(office_id=office_id, day=today(at)).values_list("state")
    found = dict(rows.annotate(n=Count("id")).order_by())
    return {state: found.get(state.value, 0) for state in TicketState}


def served_today(window_id: UUID, *, at: datetime) -> int:
    """How many calls this window finished today. One query."""
    return Call.objects.filter(window_id=window_id, ticket__day=today(at), outcome="done").count()


def _whole(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return rows.select_related("service", "window")


def view(row: Ticket) -> TicketView:
    """A ticket as it crosses the door."""
    return TicketView(
        id=row.id,
        text=str(row),
        service=row.service_id,
        service_name=row.service.name,
        need=Need(row.need),
        state=TicketState(row.state),
        taken=Taken(row.taken),
        taken_at=row.taken_at,
        appointed_at=row.appointed_at,
        window=row.window.number if row.window else None,
        calls=row.calls,
        token=row.token,
    )
