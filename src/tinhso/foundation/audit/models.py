"""Tables of the trace. Rows are written by `entries`; a trigger forbids changing or deleting them."""

from __future__ import annotations

from django.db import models


class AuditChain(models.Model):
    """The head of one subject's chain."""

    pk = models.CompositePrimaryKey("subject_kind", "subject_id")
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    seq = models.BigIntegerField()
    head = models.BinaryField()

    class Meta:
        app_label = "foundation"

    def __str__(self) -> str:
        return f"{self.subject_kind}/{self.subject_id}: {self.seq}"


class AuditEntry(models.Model):
    """One act, where it stands in its subject's chain."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    act = models.TextField()
    payload = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        app_label = "foundation"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "seq"], name="audit_one_place_in_chain"
            ),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject_kind}/{self.subject_id}#{self.seq}"
