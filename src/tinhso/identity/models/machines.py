"""Tokens of machines."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Token(models.Model):
    """A machine's token: only its hash is kept. `acts` are names, or `room.*` for all acts of a room."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    secret_hash = models.BinaryField(unique=True)
    acts = ArrayField(models.TextField())
    agency = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "identity"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="token_has_a_name"),
            models.CheckConstraint(condition=Q(acts__len__gt=0), name="token_may_do_something"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="token_expires_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.name
