"""Appointments: patterns by which services give out times, bookings, phones that are being checked."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.counter.appointment_contracts import BookingState
from tinhso.counter.models.places import Office, Service
from tinhso.counter.models.tickets import Ticket
from tinhso.foundation.ids import new_id

HOLDS_A_SEAT = [BookingState.BOOKED.value, BookingState.ARRIVED.value]
OPEN = [state.value for state in BookingState if state.is_open]


class _Days(Func):
    function = "DATERANGE"
    template = "%(function)s(%(expressions)s, '[)')"


class _Span(Func):
    function = "TSTZRANGE"
    template = "%(function)s(%(expressions)s, '[)')"


class Opening(models.Model):
    """The pattern of a service from a day on. It never changes; another one takes its place from its day.

    `week` maps weekdays ("0" = Monday) to pairs of minutes of the local day. Times outside the office's
    calendar are not given out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="openings")
    week = models.JSONField()
    minutes = models.PositiveSmallIntegerField()
    at_once = models.PositiveSmallIntegerField()
    ahead_days = models.PositiveSmallIntegerField()
    cancel_minutes = models.PositiveIntegerField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    class Meta:
        app_label = "counter"
        constraints = [
            ExclusionConstraint(
                name="opening_one_at_a_time",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    (_Days(F("effective_from"), F("effective_to")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="opening_goes_forward",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=240), name="opening_sensible_minutes"
            ),
            models.CheckConstraint(
                condition=Q(at_once__gte=1, at_once__lte=50), name="opening_room_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(ahead_days__gte=1, ahead_days__lte=180), name="opening_sensible_ahead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.effective_from}"


class Booking(models.Model):
    """One appointment. `seat` is which of those at once it takes: a seat is never given twice.

    `contact` is sealed under the person's key, or the booking's own without an account. `token` is the
    address of its page, `code` what is typed at the kiosk. `reason` is why an office cancelled or
    moved it, `changes` how often the person took another time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=8, unique=True)
    token = models.TextField(unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="+")
    seat = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.TextField(default=BookingState.BOOKED.value)
    person = models.UUIDField(null=True)
    phone = models.BinaryField(null=True, max_length=32)
    contact = models.BinaryField(null=True)
    language = models.TextField(default="", blank=True)
    booked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    changes = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)
    ticket = models.OneToOneField(Ticket, null=True, on_delete=models.PROTECT, related_name="booking")

    class Meta:
        app_label = "counter"
        constraints = [
            ExclusionConstraint(
                name="booking_seat_once",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    (_Span(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOLDS_A_SEAT),
            ),
            models.UniqueConstraint(
                fields=["service", "phone"],
                condition=Q(state__in=OPEN, phone__isnull=False),
                name="booking_one_open_per_phone",
            ),
            models.UniqueConstraint(
                fields=["service", "person"],
                condition=Q(state__in=OPEN, person__isnull=False),
                name="booking_one_open_per_person",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{8}$"), name="booking_code_digits"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in BookingState]), name="booking_known_state"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(phone__isnull=False) | Q(contact=None),
                name="booking_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at=None) | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="booking_ended_when_final",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.ARRIVED.value, ticket__isnull=False)
                | (~Q(state=BookingState.ARRIVED.value) & Q(ticket=None)),
                name="booking_arrived_with_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.DISPLACED.value) | ~Q(reason=""),
                name="booking_displaced_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "starts_at"], name="booking_of_office"),
            models.Index(fields=["service", "starts_at"], name="booking_of_service"),
            models.Index(
                fields=["state", "starts_at"],
                condition=Q(state__in=OPEN),
                name="booking_open",
            ),
            models.Index(fields=["phone", "booked_at"], name="booking_of_phone"),
            models.Index(fields=["person", "-starts_at"], name="booking_of_person"),
            models.Index(
                fields=["ended_at"], condition=Q(contact__isnull=False), name="booking_with_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code[:4]} {self.code[4:]}"


class PhoneCheck(models.Model):
    """A phone number that is to prove itself by a one-time code before it books.

    `booking` is the id the booking will have: the contact is sealed under it already. `code` and `phone` are
    keyed hashes, `sender` that of the network address. Kept a day, for the limits.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.TextField(unique=True)
    booking = models.UUIDField()
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    phone = models.BinaryField(max_length=32)
    sender = models.BinaryField(max_length=32)
    contact = models.BinaryField()
    language = models.TextField(default="", blank=True)
    code = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(confirmed_at__isnull=False),
                name="phone_check_used_once_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["phone", "sent_at"], name="phone_check_of_phone"),
            models.Index(fields=["sender", "sent_at"], name="phone_check_of_sender"),
            models.Index(fields=["sent_at"], name="phone_check_sent"),
        ]

    def __str__(self) -> str:
        return str(self.id)
