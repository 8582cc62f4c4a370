"""Wrapped keys of persons."""

from __future__ import annotations

from django.db import models


class PersonKey(models.Model):
    """One person's key, wrapped by a master key; an erased person keeps the row without the key.

    `opens_for` is the person into whom this one was merged: whoever opens values for them tries this key too.
    """

    person_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField(null=True)
    master = models.TextField()
    erased_at = models.DateTimeField(null=True)
    opens_for = models.UUIDField(null=True)

    class Meta:
        app_label = "foundation"
        indexes = [
            models.Index(fields=["master"], name="person_key_master"),
            models.Index(
                fields=["opens_for"],
                condition=models.Q(opens_for__isnull=False),
                name="person_key_opens_for",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_for=None) | ~models.Q(opens_for=models.F("person_id")),
                name="person_key_opens_for_another",
            ),
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, erased_at__isnull=True)
                | models.Q(wrapped__isnull=True, erased_at__isnull=False),
                name="person_key_kept_or_erased",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)
