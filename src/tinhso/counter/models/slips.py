"""Numbered paper slips on which dossiers are taken in while nothing else works (chế độ giấy)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.counter.contracts import LateReason, SlipState
from tinhso.counter.models.places import Office
from tinhso.foundation.ids import new_id


class Slip(models.Model):
    """One printed slip. Its number has no gap in office and year; used once, or spoilt with a reason.

    `received_at` is when the papers were really handed over, `entered_at` when that was entered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="slips")
    year = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    state = models.TextField(default=SlipState.BLANK.value)
    printed_at = models.DateTimeField()
    printed_by = models.TextField()
    dossier = models.OneToOneField("dossiers.Dossier", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    entered_by = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)

    class Meta:
        app_label = "counter"
        constraints = [
            models.UniqueConstraint(fields=["office", "year", "seq"], name="slip_number_once"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="slip_numbers_from_one"),
            models.CheckConstraint(
                condition=Q(
                    state=SlipState.BLANK.value, dossier=None, received_at=None, entered_at=None, reason=""
                )
                | (
                    Q(
                        state=SlipState.USED.value,
                        dossier__isnull=False,
                        received_at__isnull=False,
                        entered_at__isnull=False,
                        reason__in=[reason.value for reason in LateReason],
                    )
                    & ~Q(entered_by="")
                )
                | (
                    Q(state=SlipState.SPOILT.value, dossier=None, received_at=None, entered_at__isnull=False)
                    & ~Q(words="")
                ),
                name="slip_state_matches",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None)
                | (Q(received_at__gte=F("printed_at")) & Q(entered_at__gte=F("received_at"))),
                name="slip_goes_forward",
            ),
        ]
        indexes = [models.Index(fields=["office", "-year", "-seq"], name="slip_of_office")]

    def __str__(self) -> str:
        return f"PG-{self.year}-{self.seq:04d}"
