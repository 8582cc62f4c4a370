"""The door of the counter, for the front doors."""

from tinhso.counter.appointment_contracts import BookingState, BookingView
from tinhso.counter.queries.bookings import open_of

__all__ = ["BookingState", "BookingView", "open_of"]
