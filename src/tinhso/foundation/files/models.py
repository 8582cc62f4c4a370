"""Kept files. Bytes lie in the store by their SHA-256, once, however many files have them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation import ids
from tinhso.foundation.files.contracts import Scanned
from tinhso.foundation.refs import ActorKind


class FileContent(models.Model):
    """Bytes that are in the store. `media_type` is by content."""

    sha256 = models.TextField(primary_key=True)
    size = models.BigIntegerField()
    media_type = models.TextField()

    class Meta:
        app_label = "foundation"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_content_sha256"),
            models.CheckConstraint(condition=Q(size__gte=0), name="file_content_size"),
            models.CheckConstraint(
                condition=Q(media_type__regex=r"^[a-z]+/[a-z0-9.+-]+$"), name="file_content_media_type"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class KeptFile(models.Model):
    """A file somebody kept: content with a name."""

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    kept_by_kind = models.TextField()
    kept_by = models.UUIDField(null=True)
    kept_at = models.DateTimeField()
    scanned = models.TextField()

    class Meta:
        app_label = "foundation"
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"^[^/\\\x01-\x1f\x7f]{1,200}$"), name="file_name"
            ),
            models.CheckConstraint(
                condition=Q(scanned__in=[each.value for each in Scanned]), name="file_scanned"
            ),
            models.CheckConstraint(
                condition=Q(kept_by__isnull=False)
                | Q(kept_by_kind__in=[ActorKind.SYSTEM.value, ActorKind.NOBODY.value]),
                name="file_kept_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.name
