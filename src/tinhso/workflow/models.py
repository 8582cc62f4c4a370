"""Deployed processes. A version never changes: running work is pinned to it."""

from __future__ import annotations

from django.db import models

from tinhso.foundation.ids import new_id


class ProcessVersion(models.Model):
    """One version of a process, as drawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.TextField()
    number = models.PositiveIntegerField()
    name = models.TextField()
    bpmn = models.TextField()
    digest = models.BinaryField(max_length=32)
    deployed_at = models.DateTimeField()

    class Meta:
        app_label = "workflow"
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="process_one_number_per_key"),
            models.UniqueConstraint(fields=["key", "digest"], name="process_one_version_per_drawing"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"
