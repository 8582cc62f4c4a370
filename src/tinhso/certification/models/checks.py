"""Public checks, counted by address for a while so that nobody tries codes or burdens the reader."""

from __future__ import annotations

from django.db import models


class Check(models.Model):
    """One check that counts: an uploaded file, or a code that nothing has."""

    address = models.TextField()
    kind = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "certification"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["file", "code"]), name="check_of_a_kind")
        ]
        indexes = [models.Index(fields=["address", "kind", "at"], name="check_of_address")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
