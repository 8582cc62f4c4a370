"""Who sees more than their step gives: inspections by decision, and openings in an emergency."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, one_at_a_time, ordered_days
from tinhso.identity.models.officers import Officer


class Inspection(DatedByDay):
    """An inspector reads an agency's dossiers by a decision's number, from a day until before another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    decision = models.TextField()
    about = models.TextField(blank=True)
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField()

    class Meta:
        app_label = "identity"
        constraints = [
            one_at_a_time("inspection_once_at_a_time", "officer", "agency", "decision"),
            ordered_days("inspection_has_a_day"),
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="inspection_ends"),
            models.CheckConstraint(condition=~Q(decision=""), name="inspection_has_a_decision"),
            models.CheckConstraint(
                condition=Q(given_by=None) | ~Q(given_by=F("officer")), name="inspection_given_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.decision


class Opening(models.Model):
    """One officer opens one subject in an emergency (mở khẩn), for a reason, before a second person.

    `opened_at` is empty while it waits for that person's yes; `agreed` is what they found, before or after.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    label = models.TextField()
    link = models.TextField()
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    witness = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    witnessed_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        app_label = "identity"
        indexes = [
            models.Index(fields=["subject_id", "officer"], name="opening_of_subject"),
            models.Index(fields=["agency", "-id"], name="opening_of_agency"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="opening_has_a_reason"),
            models.CheckConstraint(
                condition=Q(opened_at=None, ends_at=None)
                | Q(opened_at__isnull=False, ends_at__isnull=False, ends_at__gte=F("opened_at")),
                name="opening_lasts_some_time",
            ),
            models.CheckConstraint(
                condition=Q(witness=None, witnessed_at=None, agreed=None)
                | Q(witness__isnull=False, witnessed_at__isnull=False, agreed__isnull=False),
                name="opening_witness_whole",
            ),
            models.CheckConstraint(
                condition=Q(witness=None) | ~Q(witness=F("officer")), name="opening_witness_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.reason}"
