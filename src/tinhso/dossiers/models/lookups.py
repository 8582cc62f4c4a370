"""Wrong attempts at looking a dossier up without signing in."""

from __future__ import annotations

from django.db import models


class LookupAttempt(models.Model):
    """One wrong attempt, kept only as long as it counts. The code as a keyed hash."""

    code_hash = models.BinaryField(max_length=32)
    address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        indexes = [
            models.Index(fields=["code_hash", "at"], name="lookup_of_code"),
            models.Index(fields=["address", "at"], name="lookup_of_address"),
            models.Index(fields=["at"], name="lookup_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
