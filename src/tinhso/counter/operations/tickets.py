"""Taking a number, and giving it back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.counter import doors, lifecycle
from tinhso.counter.contracts import Need, NoSuchTicket, NotAtTheDoor, Taken, TicketState, TooManyTickets
from tinhso.counter.models import Service, Ticket
from tinhso.counter.subjects import of_ticket
from tinhso.foundation import crypto, legal, numbering, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef

TOKEN_BYTES = 9
SERIES = "queue"
HOUR = timedelta(hours=1)


def take(
    *,
    service_id: UUID,
    need: Need = Need.NONE,
    taken: Taken,
    appointed_at: datetime | None = None,
    sender: bytes | None = None,
    by: ActorRef = SYSTEM,
    at: datetime,
) -> Ticket:
    """Take the next number of a service. Numbers of an office, day and letter have no gap.

    Raises Invalid for a closed service, NotAllowed.
    """
    service = Service.objects.select_related("office").filter(id=service_id, open=True).first()
    if service is None:
        raise Invalid(_("Việc này hiện không lấy số. Hãy chọn việc khác hoặc hỏi cán bộ."))
    day, office = today(at), service.office
    ticket = Ticket(
        id=new_id(),
        office=office,
        service=service,
        day=day,
        letter=service.letter,
        need=need.value,
        state=TicketState.WAITING.value,
        taken=taken.value,
        taken_at=at,
        stands_at=at,
        appointed_at=appointed_at,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        sender=sender,
    )
    with transactions.act("counter.take_ticket", by=by, at=at, on=of_ticket(ticket, office)) as work:
        ticket.seq = numbering.take(scope=f"{SERIES}:{office.id}:{service.letter}", period=day.isoformat())
        ticket.save(force_insert=True)
        work.record(number=str(ticket), service=service.letter, need=need.value, taken=taken.value)
    return ticket


def take_by_phone(*, service_id: UUID, need: Need, code: str, address: str, at: datetime) -> Ticket:
    """Take a number on one's own phone, with the code that hangs at the door that day.

    Raises NotAtTheDoor, TooManyTickets (legal value `queue_phone_tickets_an_hour`), Invalid.
    """
    service = Service.objects.select_related("office").filter(id=service_id).first()
    sender = crypto.keyed_hash("counter.sender", address)
    most = legal.integer("queue_phone_tickets_an_hour", on=today(at))
    if Ticket.objects.filter(sender=sender, taken_at__gt=at - HOUR).count() >= most:
        raise TooManyTickets(
            _("Đã lấy quá nhiều số từ mạng này trong một giờ. Hãy lấy số ở máy tại cửa hoặc nhờ cán bộ.")
        )
    if service is None or not doors.opens(service.office, code, on=today(at)):
        sentence = _("Mã ở cửa không đúng. Hãy xem lại 6 chữ số trên bảng gọi số hoặc máy lấy số hôm nay.")
        raise NotAtTheDoor(sentence, faults={"ma": sentence})
    return take(service_id=service_id, need=need, taken=Taken.PHONE, sender=sender, at=at)


def leave(*, ticket_id: UUID, by: ActorRef = SYSTEM, at: datetime) -> None:
    """Give a number back: its holder goes away. Raises WrongTicketTurn, NoSuchTicket, NotAllowed."""
    found = Ticket.objects.select_related("office").filter(id=ticket_id).first()
    if found is None:
        raise NoSuchTicket(_("Không có số này."))
    with transactions.act("counter.leave", by=by, at=at, on=of_ticket(found, found.office)) as work:
        ticket = Ticket.objects.select_for_update().get(id=ticket_id)
        goes = lifecycle.next_state("leave", TicketState(ticket.state))
        Ticket.objects.filter(id=ticket_id).update(state=goes.value, ended_at=at)
        work.record(number=str(ticket))
