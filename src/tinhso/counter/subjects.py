"""The counter's things as identity judges them."""

from __future__ import annotations

from tinhso.counter.models import Booking, Office, Ticket
from tinhso.foundation.refs import OwnerRef, SubjectRef

TICKET, OFFICE, BOOKING = "ticket", "queue_office", "booking"


def of_ticket(ticket: Ticket, office: Office) -> SubjectRef:
    """A ticket: it belongs to the unit of its office."""
    return SubjectRef(kind=TICKET, id=ticket.id, units=(office.unit_id,))


def of_office(office: Office) -> SubjectRef:
    """An office with a queue."""
    return SubjectRef(kind=OFFICE, id=office.id, units=(office.unit_id,))


def of_booking(booking: Booking, office: Office) -> SubjectRef:
    """An appointment: it belongs to the unit of its office, and to the person who booked while signed in."""
    owner = OwnerRef("person", booking.person) if booking.person else None
    return SubjectRef(kind=BOOKING, id=booking.id, units=(office.unit_id,), owner=owner)
