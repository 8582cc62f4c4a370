"""The rules of the queue as they hold in an office on a day: its own figure, else the province's."""

from __future__ import annotations

from datetime import date

from tinhso.counter.contracts import Need
from tinhso.counter.models import Office
from tinhso.foundation import legal


def priority_needs(*, on: date) -> tuple[Need, ...]:
    """The needs that give the right to be called first: legal value `queue_priority_needs`."""
    known = {need.value for need in Need if need}
    return tuple(Need(code) for code in legal.value("queue_priority_needs", on=on) if code in known)


def most_in_a_row(office: Office, *, on: date) -> int:
    """After how many with that right one without it is called: `queue_priority_in_a_row`."""
    own = office.priority_in_a_row
    return legal.integer("queue_priority_in_a_row", on=on) if own is None else own


def near(office: Office, *, on: date) -> int:
    """How many may stand before somebody who is told to come near: `queue_near`."""
    return legal.integer("queue_near", on=on) if office.near is None else office.near
