"""Tables of the trace. Triggers forbid changing, deleting or emptying entries, seals and stamps."""

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


class AuditUnsealed(models.Model):
    """Entries that no seal holds yet: written with the entry, taken out by the sealer once committed.

    A list and not a cursor over ids: ids are not in the order of commits, and a restored database
    starts its transaction numbers anew. No key and no index, so that writing it costs almost nothing.
    """

    entry_id = models.BigIntegerField(primary_key=True)

    class Meta:
        app_label = "foundation"
        managed = False

    def __str__(self) -> str:
        return str(self.entry_id)


class AuditSeal(models.Model):
    """One link of the province-wide list: the entries committed since the one before.

    `leaves` holds, per entry in order of id, its id (8 bytes) and the first 8 bytes of its hash, so that
    a broken entry is named; `content` is SHA-256 over ids and whole hashes.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    count = models.IntegerField()
    leaves = models.BinaryField()
    content = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        app_label = "foundation"
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1, count__gte=1), name="audit_seal_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.count}"


class AuditStamp(models.Model):
    """A time stamp (RFC 3161) of the newest seal's hash. `proof` is of its certificate; see `Stamped`."""

    seal = models.OneToOneField(
        AuditSeal, on_delete=models.PROTECT, primary_key=True, related_name="+", db_column="seal"
    )
    at = models.DateTimeField()
    digest = models.BinaryField()
    token = models.BinaryField()
    proof = models.BinaryField(default=b"", db_default=b"")

    class Meta:
        app_label = "foundation"

    def __str__(self) -> str:
        return str(self.pk)
