"""Tables of the studio. A trigger keeps the parts of a closed draft as they are; see migration 0001."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id
from tinhso.studio.contracts import DraftState, PartName


class Draft(models.Model):
    """A procedure being made. Once published, its parts stay as what the version was made from."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.TextField()
    title = models.TextField()
    state = models.TextField(default=DraftState.OPEN)
    base = models.ForeignKey(
        "procedures.ProcedureVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.OneToOneField(
        "procedures.ProcedureVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    authors = ArrayField(models.UUIDField(), default=list)
    started_by = models.TextField()
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_by = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,59}$"), name="draft_code_plain"
            ),
            models.CheckConstraint(condition=Q(state__in=list(DraftState)), name="draft_state_known"),
            models.UniqueConstraint(fields=["code"], condition=Q(state="open"), name="draft_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="draft_closed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state="published", version__isnull=False)
                | (~Q(state="published") & Q(version=None)),
                name="draft_published_has_version",
            ),
        ]
        indexes = [
            models.Index(fields=["-changed_at", "-id"], condition=Q(state="open"), name="draft_open_newest")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Part(models.Model):
    """One part of a draft as it stands now."""

    id = models.UUIDField(primary_key=True, default=new_id)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="parts")
    name = models.TextField()
    body = models.JSONField()
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.TextField(default="")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "name"], name="part_once"),
            models.CheckConstraint(condition=Q(name__in=list(PartName)), name="part_known"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.name} {self.revision}"


class SampleForm(models.Model):
    """A file of a form that people fill in on paper, kept for a paper of a draft and of what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="+")
    file_id = models.UUIDField()
    kept_by = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "file_id"], name="sample_kept_once"),
        ]
        indexes = [models.Index(fields=["file_id"], name="sample_by_file")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.file_id}"


class Revision(models.Model):
    """A part as somebody saved it; one `aside` met another's change and is kept for its author to choose."""

    id = models.UUIDField(primary_key=True, default=new_id)
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    aside = models.BooleanField(default=False)
    body = models.JSONField()
    by = models.TextField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "number"], condition=Q(aside=False), name="revision_numbered_once"
            ),
        ]
        indexes = [models.Index(fields=["part", "-at", "-id"], name="revision_newest")]

    def __str__(self) -> str:
        return f"{self.part_id} {self.number}"
