"""A dossier on its way between agencies: where it came in, each hand-over, each agency's time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tinhso.foundation.worktime import Unit

UNITS = [unit.value for unit in Unit]


class _Span(Func):
    function = "TSTZRANGE"
    template = "%(function)s(%(expressions)s, '[)')"


class Places(models.Model):
    """Which centre took a dossier in and where its result is collected, when not both are its own agency.

    The competent agency stands on the dossier (tiếp nhận không phụ thuộc địa giới, NĐ 118/2025).
    """

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="places"
    )
    intake = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    collect = models.ForeignKey(
        "directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    since = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        indexes = [
            models.Index(fields=["intake", "-since"], name="places_of_intake"),
            models.Index(fields=["collect", "-since"], name="places_of_collection"),
        ]

    def __str__(self) -> str:
        return str(self.dossier_id)


class Transfer(models.Model):
    """A dossier handed from one agency to another (bàn giao), until the other says that it has it.

    `due_at` is by when it should say so. A hand-over that came to nothing is `dropped_at`.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="transfers")
    giver = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    taker = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    sent_by = models.TextField()
    due_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    received_by = models.TextField(default="", blank=True)
    dropped_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(received_at=None, dropped_at=None), name="transfer_one_open"
            ),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="transfer_between_two"),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by="")
                | (Q(received_at__isnull=False, received_at__gte=F("sent_at")) & ~Q(received_by="")),
                name="transfer_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(dropped_at=None), name="transfer_received_or_dropped"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("sent_at")), name="transfer_due_after_sent"),
        ]
        indexes = [
            models.Index(
                fields=["taker", "due_at", "id"],
                condition=Q(received_at=None, dropped_at=None),
                name="transfer_awaited",
            ),
            models.Index(fields=["giver", "-sent_at", "-id"], name="transfer_given"),
            models.Index(
                fields=["due_at"],
                condition=Q(received_at=None, dropped_at=None, alarmed_at=None),
                name="transfer_unalarmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.sent_at:%Y-%m-%d}"


class Phase(models.Model):
    """One stay of a dossier with one agency of its way (giai đoạn), on that agency's own clock.

    A dossier sent back comes for another `visit`: its clock goes on where it stood when it left. Who is late
    is told by `ended_at` against `due_at`, both of the last visit.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="phases")
    key = models.TextField()
    name = models.TextField()
    visit = models.PositiveSmallIntegerField(default=1)
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.PositiveSmallIntegerField()
    unit = models.TextField(choices=[(unit, unit) for unit in UNITS])
    begins_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    words = models.JSONField(default=list)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "key", "visit"], name="phase_visit_once"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(ended_at=None), name="phase_one_open"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="phase_named"),
            models.CheckConstraint(condition=Q(visit__gte=1), name="phase_visit_from_one"),
            models.CheckConstraint(condition=Q(unit__in=UNITS), name="phase_known_unit"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begins_at")), name="phase_ends_after_begin"
            ),
            ExclusionConstraint(
                name="phase_with_one_agency_at_once",
                expressions=[
                    ("dossier", RangeOperators.EQUAL),
                    (_Span("begins_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"], condition=Q(ended_at=None), name="phase_open_of_agency"
            ),
            models.Index(fields=["agency", "-begins_at", "-id"], name="phase_of_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.visit} {self.dossier_id}"
