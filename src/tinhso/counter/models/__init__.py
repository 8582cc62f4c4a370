"""Tables of the counter, and the constraints that keep them true."""

from tinhso.counter.models.appointments import Booking, Opening, PhoneCheck
from tinhso.counter.models.handing import HandOver
from tinhso.counter.models.places import Office, Service, Window, WindowService
from tinhso.counter.models.slips import Slip
from tinhso.counter.models.tickets import Call, Ticket

__all__ = [
    "Booking",
    "Call",
    "HandOver",
    "Office",
    "Opening",
    "PhoneCheck",
    "Service",
    "Slip",
    "Ticket",
    "Window",
    "WindowService",
]
