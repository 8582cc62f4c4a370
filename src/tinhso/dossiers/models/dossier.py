"""The dossier: one narrow row for lists, its content and its running process beside it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from tinhso.dossiers.contracts import Status, Via
from tinhso.dossiers.lifecycle import OPEN, STANDING
from tinhso.foundation.ids import new_id

_OPEN = sorted(status.value for status in OPEN)
_STANDING = sorted(status.value for status in STANDING)


class Dossier(models.Model):
    """One application (hồ sơ) and where it stands. Everything a list shows is in this row.

    `due_at` is the deadline that counts now: the intake answer before acceptance, the promise after.
    `applicant_territory` is the commune where the applicant lives, when it is known.
    `filed_under` is the relation by which somebody filed it for the owner, `joint` the other applicants.
    `holder` is the officer who has it, empty while it waits in the basket of `unit`. `closed_at` is when its
    handling ended: its result was there, or it ended without one. Handing over comes after.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.TextField(unique=True)
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    owner_kind = models.TextField(default="", blank=True)
    owner_id = models.UUIDField(null=True)
    applicant_kind = models.TextField()
    applicant_name = models.TextField()
    applicant_folded = models.TextField()
    applicant_territory = models.ForeignKey(
        "directory.Territory", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filed_under = models.UUIDField(null=True)
    joint = ArrayField(models.UUIDField(), default=list, db_default=[])
    personal_hash = models.BinaryField(null=True, max_length=32)
    phone_hash = models.BinaryField(null=True, max_length=32)
    via = models.TextField(choices=[(via.value, via.value) for via in Via])
    status = models.TextField(choices=[(status.value, status.value) for status in Status])
    step = models.TextField(default="", blank=True)
    step_name = models.TextField(default="", blank=True)
    role = models.TextField(default="", blank=True)
    holder = models.UUIDField(null=True)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_since = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.TextField(default="", blank=True)
    flags = models.JSONField(default=list)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="dossier_has_a_code"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]), name="dossier_known_status"
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="", owner_id=None)
                | Q(owner_kind__in=["person", "organisation"], owner_id__isnull=False),
                name="dossier_owner_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_STANDING, stopped_since__isnull=False)
                | (~Q(status__in=_STANDING) & Q(stopped_since=None)),
                name="dossier_stands_since_some_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_OPEN, finished_at=None)
                | (~Q(status__in=_OPEN) & Q(finished_at__isnull=False)),
                name="dossier_finished_when_final",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "processing", "done", "returned"])
                | Q(accepted_at__isnull=False, due_at__isnull=False),
                name="dossier_promised_when_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[s for s in _OPEN if s != "obligation"]) | ~Q(role=""),
                name="dossier_never_with_nobody",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="dossier_version_from_one"),
            models.CheckConstraint(
                condition=Q(filed_under=None) | Q(owner_id__isnull=False), name="dossier_filed_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("submitted_at")),
                name="dossier_closed_after_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "due_at", "id"], condition=Q(finished_at=None), name="dossier_open_of_unit"
            ),
            models.Index(
                fields=["holder", "due_at", "id"],
                condition=Q(finished_at=None),
                name="dossier_open_of_holder",
            ),
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(finished_at=None),
                name="dossier_open_of_agency",
            ),
            *(
                models.Index(
                    fields=["agency", f"-{moment}", "-id"],
                    condition=Q(**{f"{moment}__isnull": False}),
                    name=f"dossier_{name}_of_agency",
                )
                for moment, name in (
                    ("accepted_at", "accepted"),
                    ("closed_at", "closed"),
                    ("finished_at", "ended"),
                )
            ),
            models.Index(fields=["unit", "-submitted_at", "-id"], name="dossier_history_of_unit"),
            models.Index(fields=["agency", "-submitted_at", "-id"], name="dossier_history_of_agency"),
            models.Index(
                fields=["owner_id", "-submitted_at"],
                condition=Q(owner_id__isnull=False),
                name="dossier_of_owner",
            ),
            models.Index(
                fields=["filed_under", "-submitted_at"],
                condition=Q(filed_under__isnull=False),
                name="dossier_filed_under",
            ),
            GinIndex(fields=["joint"], condition=~Q(joint=[]), name="dossier_of_several"),
            models.Index(
                fields=["personal_hash"], condition=Q(personal_hash__isnull=False), name="dossier_by_person"
            ),
            models.Index(
                fields=["phone_hash"], condition=Q(phone_hash__isnull=False), name="dossier_by_phone"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Content(models.Model):
    """What the person wrote, and how to reach them (sealed, so that erasure is possible).

    `identity_paper` is the kind of paper by which the officer at the counter knew who stood there. `aside`
    are answers that the version the dossier went over to does not ask for, None when there are none.
    """

    dossier = models.OneToOneField(
        Dossier, primary_key=True, on_delete=models.PROTECT, related_name="content"
    )
    answers = models.JSONField()
    aside = models.JSONField(null=True)
    contact = models.BinaryField()
    identity_paper = models.TextField(default="", db_default="", blank=True)

    class Meta:
        app_label = "dossiers"

    def __str__(self) -> str:
        return str(self.dossier_id)


class Running(models.Model):
    """The running process, pinned to its version; state bytes as workflow gave them."""

    dossier = models.OneToOneField(
        Dossier, primary_key=True, on_delete=models.PROTECT, related_name="running"
    )
    process_version = models.ForeignKey("workflow.ProcessVersion", on_delete=models.PROTECT, related_name="+")
    state = models.BinaryField()

    class Meta:
        app_label = "dossiers"

    def __str__(self) -> str:
        return str(self.dossier_id)
