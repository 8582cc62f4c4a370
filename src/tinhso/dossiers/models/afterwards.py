"""What happens after a result: corrected by another, revoked; and originals given back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Correction(models.Model):
    """A dossier that corrects an issued result (đính chính). Once its own result is sealed, that one holds.

    `earlier` is the result that is wrong, `later` the one that replaces it. A correction that ended without a
    result is `abandoned_at`.
    """

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="correction"
    )
    earlier = models.ForeignKey("dossiers.Result", on_delete=models.PROTECT, related_name="corrections")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by_name = models.TextField()
    later = models.OneToOneField(
        "dossiers.Result", null=True, on_delete=models.PROTECT, related_name="corrected"
    )
    replaced_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["earlier"], condition=Q(abandoned_at=None), name="correction_one_of_a_result"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(later=None, replaced_at=None)
                | Q(later__isnull=False, replaced_at__isnull=False, abandoned_at=None)
                & Q(replaced_at__gte=F("asked_at")),
                name="correction_replaces_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(later=None) | ~Q(later=F("earlier")), name="correction_by_another_result"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} {self.dossier_id}"


class Revocation(models.Model):
    """A result taken back by decision (thu hồi, huỷ bỏ kết quả): which decision, on what ground, by whom."""

    result = models.OneToOneField(
        "dossiers.Result", primary_key=True, on_delete=models.PROTECT, related_name="revocation"
    )
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.TextField()
    unit_id = models.UUIDField(null=True)
    reason = models.TextField()
    ground = models.TextField()
    decision_number = models.TextField()
    decision_day = models.DateField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(ground="") & ~Q(decision_number=""),
                name="revocation_has_ground_and_decision",
            )
        ]

    def __str__(self) -> str:
        return self.decision_number


class OriginalsReturn(models.Model):
    """Originals given back (trả bản chính): to whom, on what proof, and how they signed for them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="returns")
    at = models.DateTimeField()
    by_name = models.TextField()
    unit_id = models.UUIDField(null=True)
    to_name = models.TextField()
    to_proof = models.TextField(default="", blank=True)
    signed_for = models.BooleanField(default=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(to_name=""), name="originals_returned_to_somebody"),
            models.CheckConstraint(
                condition=Q(signed_for=True) | ~Q(note=""), name="originals_signed_for_or_said_why"
            ),
        ]
        indexes = [models.Index(fields=["dossier", "at"], name="originals_return_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.to_name}"


class ReturnedOriginal(models.Model):
    """How many originals of one paper were given back. The database refuses more than were taken."""

    returned = models.ForeignKey(OriginalsReturn, on_delete=models.CASCADE, related_name="papers")
    paper = models.ForeignKey("dossiers.SubmittedPaper", on_delete=models.PROTECT, related_name="returned")
    count = models.PositiveIntegerField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["returned", "paper"], name="returned_original_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="returned_original_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.count}"
