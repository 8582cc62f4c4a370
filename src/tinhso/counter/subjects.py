"""The counter's things as identity judges them."""

from __future__ import annotations

from tinhso.counter.models import Office, Ticket
from tinhso.foundation.refs import SubjectRef

TICKET, OFFICE = "ticket", "queue_office"


def of_ticket(ticket: Ticket, office: Office) -> SubjectRef:
    """A ticket: it belongs to the unit of its office."""
    return SubjectRef(kind=TICKET, id=ticket.id, units=(office.unit_id,))


def of_office(office: Office) -> SubjectRef:
    """An office with a queue."""
    return SubjectRef(kind=OFFICE, id=office.id, units=(office.unit_id,))
