"""Two accounts of one person are one: their appointments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.counter.appointment_notices import in_words
from tinhso.counter.models import Booking
from tinhso.counter.models.appointments import OPEN
from tinhso.identity import api as identity


def bookings(merging: identity.Merging) -> None:
    """Raise MergeStopped while both have an open appointment for the same service: one is to be cancelled."""
    standing = Booking.objects.filter(state__in=OPEN)
    taken = standing.filter(person=merging.survivor).values("service")
    twice = standing.filter(person=merging.loser, service__in=taken).select_related("service").first()
    if twice is not None:
        raise identity.MergeStopped(
            _("Cả hai tài khoản cùng hẹn “%(service)s”, một lịch lúc %(when)s. Hãy huỷ một lịch trước.")
            % {"service": twice.service.name, "when": in_words(twice.starts_at)}
        )
