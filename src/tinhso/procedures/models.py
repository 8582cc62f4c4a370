"""Tables of the catalogue. A trigger keeps published versions as they are; see migration 0001."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KT

from tinhso.foundation.ids import new_id


class Sector(models.Model):
    """A field of administration (lĩnh vực)."""

    slug = models.TextField(primary_key=True)
    name = models.TextField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="sector_slug_plain"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="sector_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """An administrative procedure: what its versions have in common."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.TextField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,59}$"), name="procedure_code_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ImportedRecord(models.Model):
    """A record of the national catalogue as it was read, kept beside what was recovered from it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="records")
    digest = models.BinaryField()
    raw = models.JSONField()
    missing = models.JSONField()
    reader = models.IntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "digest", "reader"], name="record_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.imported_at:%Y-%m-%d}"


def _told(key: str) -> models.GeneratedField:
    """A column the database fills from the content, so that lists need not open it."""
    return models.GeneratedField(
        expression=KT(f"content__{key}"), output_field=models.TextField(null=True), db_persist=True
    )


class ProcedureVersion(models.Model):
    """What a procedure says over one stretch of days."""

    id = models.UUIDField(primary_key=True, default=new_id)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.TextField(
        choices=[("draft", "Bản nháp"), ("published", "Đã công bố"), ("withdrawn", "Đã bãi bỏ")]
    )
    source = models.TextField(choices=[("written", "Soạn tại tỉnh"), ("imported", "Danh mục quốc gia")])
    record = models.ForeignKey(ImportedRecord, null=True, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    sort_key = models.TextField()
    name = _told("name")
    short_name = _told("short_name")
    summary = _told("summary")
    agency_level = _told("agency_level")
    online_level = _told("online_level")
    form_version_id = _told("form_version_id")
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    drafted_by = models.TextField()
    drafted_at = models.DateTimeField()
    authors = ArrayField(models.UUIDField(), default=list)
    published_by = models.TextField(default="")
    published_by_id = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_numbered_once"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state="draft"), name="version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "withdrawn"]), name="version_state_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["written", "imported"]), name="version_source_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", effective_from=None, effective_to=None, published_at=None)
                | (~Q(state="draft") & Q(effective_from__isnull=False, published_at__isnull=False)),
                name="version_dated_when_published",
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="version_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(effective_to__isnull=False),
                name="version_withdrawn_has_end",
            ),
            models.CheckConstraint(
                condition=Q(online_level__in=["full", "partial", "information"]),
                name="version_online_level_known",
            ),
            models.CheckConstraint(
                condition=Func(
                    F("content"),
                    function="procedures_content_sound",
                    output_field=models.BooleanField(),
                ),
                name="version_content_sound",
            ),
            models.CheckConstraint(
                condition=Q(published_by_id=None) | ~Q(authors__contains=[F("published_by_id")]),
                name="version_not_published_by_its_author",
            ),
            ExclusionConstraint(
                name="version_one_in_force",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    (
                        Func(
                            F("effective_from"),
                            F("effective_to"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state="draft"),
            ),
        ]
        indexes = [
            models.Index(fields=["sector", "sort_key", "id"], name="version_by_sector"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number} {self.state}"
