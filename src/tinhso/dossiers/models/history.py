"""What happened, as told to readers; notes between officers; the person's rating."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class HistoryEntry(models.Model):
    """One act on a dossier in words. The audit trail is the evidence; this is the telling."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    act = models.TextField()
    actor_name = models.TextField()
    unit_id = models.UUIDField(null=True)
    status = models.TextField()
    note = models.TextField(default="", blank=True)
    public = models.BooleanField(default=True)

    class Meta:
        app_label = "dossiers"
        indexes = [models.Index(fields=["dossier", "id"], name="history_of_dossier")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"


class Note(models.Model):
    """A note between officers; never shown to the applicant. One taken back stays and says so."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    author = models.UUIDField()
    author_name = models.TextField()
    text = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("at")),
                name="note_withdrawn_after_written",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Rating(models.Model):
    """The person's rating after the result, once."""

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="rating"
    )
    score = models.PositiveSmallIntegerField()
    words = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_one_to_five")
        ]

    def __str__(self) -> str:
        return str(self.score)
