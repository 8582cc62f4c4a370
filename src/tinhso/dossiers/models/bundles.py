"""One filing for several procedures (liên thông nhóm thủ tục): what was filed, what becomes of each part."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.dossiers.contracts import PartState
from tinhso.foundation.ids import new_id

STATES = [state.value for state in PartState]


class Bundle(models.Model):
    """What a person filed once. `answers` and `papers` are kept only while a part still waits for them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.TextField(unique=True)
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    collect = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    owner_kind = models.TextField(default="", blank=True)
    owner_id = models.UUIDField(null=True)
    via = models.TextField()
    answers = models.JSONField(default=dict)
    papers = models.JSONField(default=list)
    sent_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="bundle_has_a_code"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("sent_at")),
                name="bundle_withdrawn_after_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_id", "-sent_at"], condition=Q(owner_id__isnull=False), name="bundle_of_owner"
            )
        ]

    def __str__(self) -> str:
        return self.code


class BundlePart(models.Model):
    """One procedure of a bundle: waiting for results, started as a dossier of its own, or dropped."""

    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=[(state, state) for state in STATES], default=PartState.WAITING.value)
    dossier = models.OneToOneField(
        "dossiers.Dossier", null=True, on_delete=models.PROTECT, related_name="bundle_part"
    )
    changed_at = models.DateTimeField()
    reason = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["bundle", "position"], name="bundle_part_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="bundle_part_known_state"),
            models.CheckConstraint(
                condition=Q(state="started", dossier__isnull=False) | (~Q(state="started") & Q(dossier=None)),
                name="bundle_part_started_has_a_dossier",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""), name="bundle_part_dropped_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.position}"
