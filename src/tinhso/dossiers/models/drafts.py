"""What a person is still writing: saved at each page, on every device they sign in with."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When

from tinhso.foundation.ids import new_id


class Draft(models.Model):
    """A filing under way, or the one a dossier came of.

    `relation` is by what right it is written for somebody else, `members` who else applies (name, number and
    phone of each), `collect` is the centre where the result is to be collected, empty for that of `agency`.
    `post` is what was answered about receiving it by post, empty for collecting it.
    `renewed_from` is the version it was being written under when a newer one came into force, until its owner
    has read what changed. `warned_at` is when its owner was told that it would be deleted; saving takes that
    back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    collect = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    post = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    origins = models.JSONField(default=dict)
    relation = models.UUIDField(null=True)
    members = models.JSONField(default=list)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    renewed_from = models.ForeignKey(
        "procedures.ProcedureVersion", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    dossier = models.OneToOneField("dossiers.Dossier", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "procedure_version"],
                condition=Q(dossier=None),
                name="draft_one_open_per_procedure",
            ),
            models.CheckConstraint(
                condition=Q(relation=None) | Q(members=[]), name="draft_for_one_or_with_others"
            ),
            models.CheckConstraint(
                condition=Q(warned_at__isnull=True) | Q(warned_at__gt=F("saved_at")),
                name="draft_warned_after_saved",
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-saved_at"], name="draft_of_owner"),
            models.Index(fields=["saved_at"], name="draft_saved"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DraftPaper(models.Model):
    """A file attached to a draft for one of the papers asked for. Several photos are several rows.

    `document` is the one of the vault that is reused: it stands alone for its paper.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="papers")
    code = models.TextField()
    file_id = models.UUIDField()
    attached_at = models.DateTimeField()
    document = models.UUIDField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["draft", "code", "file_id"], name="draft_paper_once"),
            models.UniqueConstraint(
                fields=["draft", "code"],
                condition=Q(document__isnull=False),
                name="draft_paper_one_document",
            ),
            ExclusionConstraint(
                name="draft_paper_either_sent_or_reused",
                expressions=[
                    ("draft", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (Case(When(document=None, then=Value(0)), default=Value(1)), RangeOperators.NOT_EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.code}"
