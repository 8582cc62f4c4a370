"""Parcels with a result, the list by which a day's parcels leave, and what the carrier told of each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.parcels.contracts import State, Told
from tinhso.parcels.lifecycle import AT_CARRIER, TROUBLE

_KNOWN_AT_CARRIER = [state.value for state in sorted({*AT_CARRIER, State.BACK, State.DELIVERED})]


class Manifest(models.Model):
    """A list of parcels given to a postman (bảng kê), signed on paper. `number`: no gap in unit and day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    postman = models.TextField(default="", blank=True)
    handed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "parcels"
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="manifest_number_once"),
            models.CheckConstraint(
                condition=~Q(made_by="") & ~Q(number=""), name="manifest_made_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(handed_at=None, postman="")
                | (Q(handed_at__isnull=False, handed_at__gte=F("made_at")) & ~Q(postman="")),
                name="manifest_handed_to_somebody",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-made_at", "-id"], name="manifest_of_unit")]

    def __str__(self) -> str:
        return self.number


class Parcel(models.Model):
    """One parcel (bưu gửi). `key` is our name for it at the carrier, `number` the carrier's own.

    `fee` in whole đồng is collected from the receiver. `heard_at` is when the carrier last told something,
    `asked_at` when it was last asked. `cancelling` says that it was asked to cancel and has not answered.
    `trouble` says in words why somebody must look; `settled_at` is when they did, with `settled` their words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.TextField(unique=True)
    number = models.TextField(default="", blank=True)
    state = models.TextField(default=State.PREPARED.value)
    fee = models.PositiveIntegerField()
    originals = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    made_by_id = models.UUIDField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    ordered_at = models.DateTimeField(null=True)
    manifest = models.ForeignKey(Manifest, null=True, on_delete=models.PROTECT, related_name="parcels")
    heard_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    cancelling = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    trouble = models.TextField(default="", blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", blank=True)
    settled = models.TextField(default="", blank=True)

    class Meta:
        app_label = "parcels"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="parcel_known_state"
            ),
            models.CheckConstraint(condition=~Q(made_by="") & ~Q(key=""), name="parcel_made_by_somebody"),
            models.CheckConstraint(
                condition=Q(number="", ordered_at=None)
                | (~Q(number="") & Q(ordered_at__isnull=False, ordered_at__gte=F("made_at"))),
                name="parcel_number_when_ordered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_KNOWN_AT_CARRIER) | ~Q(number=""),
                name="parcel_on_its_way_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in sorted(TROUBLE)]) | ~Q(trouble=""),
                name="parcel_in_trouble_says_why",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by="", settled="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(settled="") & ~Q(trouble="")),
                name="parcel_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DELIVERED.value, State.BACK.value, State.CANCELLED.value])
                ^ Q(ended_at=None),
                name="parcel_ended_when_final",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="parcel_number_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(settled_at=None) & ~Q(state__in=[State.DELIVERED.value, State.CANCELLED.value]),
                name="parcel_one_open_of_a_dossier",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-made_at", "-id"], name="parcel_of_unit"),
            models.Index(
                fields=["unit", "state", "made_at"], condition=Q(ended_at=None), name="parcel_open_of_unit"
            ),
            models.Index(
                fields=["unit", "made_at"],
                condition=~Q(trouble="") & Q(settled_at=None),
                name="parcel_in_trouble",
            ),
            models.Index(fields=["asked_at"], condition=Q(ended_at=None), name="parcel_to_be_asked"),
        ]

    def __str__(self) -> str:
        return self.number or self.key


class Station(models.Model):
    """One thing the carrier told of a parcel, kept once by the carrier's own key."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="stations")
    key = models.TextField()
    told = models.TextField()
    place = models.TextField(default="", blank=True)
    receiver = models.TextField(default="", blank=True)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        app_label = "parcels"
        constraints = [
            models.UniqueConstraint(fields=["parcel", "key"], name="station_told_once"),
            models.CheckConstraint(
                condition=Q(told__in=[told.value for told in Told]), name="station_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(heard_at__gte=F("happened_at")), name="station_heard_after_it_happened"
            ),
            models.CheckConstraint(
                condition=Q(receiver="") | Q(told=Told.DELIVERED.value), name="station_receiver_of_a_delivery"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.told}"
