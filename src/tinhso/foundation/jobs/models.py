"""Jobs that failed for good, kept until someone decides."""

from __future__ import annotations

from django.db import models

from tinhso.foundation.ids import new_id


class DeadLetter(models.Model):
    """A job whose last try failed. Ids rise with time, so they order the list."""

    class How(models.TextChoices):
        """What was decided."""

        RETRIED = "retried", "Chạy lại"
        DISCARDED = "discarded", "Bỏ"

    id = models.UUIDField(primary_key=True, default=new_id)
    job_id = models.BigIntegerField(unique=True)
    name = models.TextField()
    queue = models.TextField()
    arguments = models.JSONField()
    error = models.TextField()
    owner = models.TextField()
    unit = models.UUIDField(null=True)
    tries = models.IntegerField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.JSONField(null=True)
    how = models.TextField(null=True)

    class Meta:
        app_label = "foundation"
        indexes = [
            models.Index(
                fields=["-id"], name="dead_letter_open", condition=models.Q(resolved_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, resolved_by__isnull=True, how__isnull=True)
                | models.Q(
                    resolved_at__isnull=False,
                    resolved_by__isnull=False,
                    how__isnull=False,
                    how__in=["retried", "discarded"],
                ),
                name="dead_letter_open_or_resolved",
            ),
            models.CheckConstraint(condition=models.Q(tries__gte=0), name="dead_letter_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.name}[{self.job_id}]"
