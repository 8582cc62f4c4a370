"""Kept files. Bytes lie in the store by their SHA-256, once, however many files have them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation import ids
from tinhso.foundation.files.contracts import Scanned
from tinhso.foundation.refs import ActorKind

PURPOSE = r"^[a-z0-9._/-]{0,200}$"
NAME = r"^[^/\\\x01-\x1f\x7f]{1,200}$"


class FileContent(models.Model):
    """Bytes that are in the store. `media_type` is by content.

    `picture_size` is the size in bytes of its small picture in the store: null before one was asked for,
    0 when none can be made. `wrapped_by` names the master key by which its keys were last seen wrapped.
    """

    sha256 = models.TextField(primary_key=True)
    size = models.BigIntegerField()
    media_type = models.TextField()
    picture_size = models.IntegerField(null=True)
    wrapped_by = models.TextField(default="", db_default="")

    class Meta:
        app_label = "foundation"
        indexes = [models.Index(fields=["wrapped_by", "sha256"], name="file_content_wrapped")]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_content_sha256"),
            models.CheckConstraint(condition=Q(size__gte=0), name="file_content_size"),
            models.CheckConstraint(condition=Q(picture_size__gte=0), name="file_content_picture_size"),
            models.CheckConstraint(
                condition=Q(media_type__regex=r"^[a-z]+/[a-z0-9.+-]+$"), name="file_content_media_type"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class KeptFile(models.Model):
    """A file somebody kept: content with a name.

    `loose_since` is set while nothing is known to hold a file from outside; see `clearing`.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    kept_by_kind = models.TextField()
    kept_by = models.UUIDField(null=True)
    kept_at = models.DateTimeField()
    scanned = models.TextField()
    loose_since = models.DateTimeField(null=True)

    class Meta:
        app_label = "foundation"
        indexes = [
            models.Index(fields=["loose_since"], name="file_loose", condition=Q(loose_since__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=NAME), name="file_name"),
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


class UploadState(models.TextChoices):
    """Where an upload stands."""

    RECEIVING = "receiving"
    KEPT = "kept"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Upload(models.Model):
    """A file on its way in pieces. It belongs to the account that began it; sizes in bytes.

    `purpose` is where its sender wants it: a path that the room it is meant for understands.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    owner_kind = models.TextField()
    owner = models.UUIDField()
    name = models.TextField()
    purpose = models.TextField(default="", blank=True)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    state = models.TextField(default=UploadState.RECEIVING)
    file = models.ForeignKey(KeptFile, null=True, on_delete=models.PROTECT, related_name="+")
    refusal = models.TextField(default="")
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "foundation"
        indexes = [
            models.Index(fields=["expires_at"], name="upload_expiry"),
            models.Index(fields=["owner"], name="upload_owner"),
            models.Index(fields=["file"], name="upload_file"),
            models.Index(
                fields=["owner", "purpose"], condition=Q(state="receiving"), name="upload_under_way"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, received__gte=0, received__lte=models.F("size")),
                name="upload_received_within_size",
            ),
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state"),
            models.CheckConstraint(
                condition=Q(state=UploadState.KEPT, file__isnull=False, received=models.F("size"))
                | (~Q(state=UploadState.KEPT) & Q(file__isnull=True)),
                name="upload_kept_when_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state=UploadState.REFUSED) & ~Q(refusal=""))
                | (~Q(state=UploadState.REFUSED) & Q(refusal="")),
                name="upload_refused_with_words",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("begun_at")), name="upload_expires_later"
            ),
            models.CheckConstraint(condition=Q(name__regex=NAME), name="upload_name"),
            models.CheckConstraint(condition=Q(purpose__regex=PURPOSE), name="upload_purpose"),
        ]

    def __str__(self) -> str:
        return self.name


class UploadPart(models.Model):
    """One piece of an upload: bytes from `starts` on, in the store as `stored_as`."""

    id = models.BigAutoField(primary_key=True)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    starts = models.BigIntegerField()
    size = models.BigIntegerField()
    stored_as = models.TextField()

    class Meta:
        app_label = "foundation"
        constraints = [
            models.UniqueConstraint(fields=["upload", "starts"], name="upload_part_starts_once"),
            models.CheckConstraint(condition=Q(starts__gte=0, size__gt=0), name="upload_part_size"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.starts}"
