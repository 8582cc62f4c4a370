"""The trace of looks at people's data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Look(models.Model):
    """One deliberate look at one person, or one list with its query and count."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    subject_kind = models.TextField(blank=True)
    subject_id = models.UUIDField(null=True)
    query = models.TextField(blank=True)
    count = models.PositiveIntegerField(null=True)
    shown_from = models.DateTimeField(null=True)

    class Meta:
        app_label = "identity"
        indexes = [
            models.Index(fields=["person", "-at"], name="look_person", condition=Q(person__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, count__isnull=True)
                | Q(person__isnull=True, count__isnull=False),
                name="look_at_one_person_or_a_list",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="look_has_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.at}"
