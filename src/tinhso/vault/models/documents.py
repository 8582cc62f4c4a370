"""Documents in people's vaults."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.vault.contracts import Source

SOURCES = [source.value for source in Source]


class Document(models.Model):
    """One e-document of one owner; the same file from the same source is kept once.

    `twin` marks the second of a pair that came of two accounts merged. `sought` is what a search looks
    through. What it is and where it came from never changes, and what ended it is never taken back: the
    database keeps both.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    kind = models.TextField()
    title = models.TextField()
    number = models.TextField(default="", blank=True)
    issuer = models.TextField()
    source = models.TextField(choices=[(source, source) for source in SOURCES])
    file_id = models.UUIDField()
    sha256 = models.TextField()
    issued_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    kept_at = models.DateTimeField()
    about_kind = models.TextField(default="", blank=True)
    about_id = models.UUIDField(null=True)
    sought = models.TextField(default="", blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.TextField(default="", blank=True)
    revoked_by = models.TextField(default="", blank=True)
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    twin = models.BooleanField(default=False, db_default=False)

    class Meta:
        app_label = "vault"
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "source", "about_kind", "about_id", "sha256"],
                nulls_distinct=False,
                condition=Q(twin=False),
                name="vault_document_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="vault_validity_in_order",
            ),
            models.CheckConstraint(
                condition=Q(owner_kind__in=["person", "organisation"]), name="vault_owner_known"
            ),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="vault_source_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="vault_sha256_whole"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(kind=""), name="vault_document_named"),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id=None) | (~Q(about_kind="") & Q(about_id__isnull=False)),
                name="vault_about_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="", revoked_by="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="") & ~Q(revoked_by="")),
                name="vault_revoked_with_ground",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None, replaced_by=None)
                | (Q(replaced_at__isnull=False, replaced_by__isnull=False) & ~Q(replaced_by=F("id"))),
                name="vault_replaced_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(replaced_at=None), name="vault_ended_in_one_way"
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-kept_at", "-id"], name="vault_of_owner"),
            models.Index(fields=["sha256"], name="vault_of_bytes"),
            models.Index(
                fields=["about_id"], condition=Q(about_id__isnull=False), name="vault_about_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.title
