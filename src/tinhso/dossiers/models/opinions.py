"""Opinions asked of other agencies (xin ý kiến cơ quan phối hợp), all at once, each on a clock of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.dossiers.contracts import OpinionState
from tinhso.foundation.ids import new_id

STATES = [state.value for state in OpinionState]


class OpinionRequest(models.Model):
    """One question, asked of one or several agencies, with the papers they may see for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="opinion_requests")
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.TextField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        app_label = "dossiers"
        constraints = [models.CheckConstraint(condition=~Q(question=""), name="opinion_asks_something")]

    def __str__(self) -> str:
        return self.question[:40]


class SharedPaper(models.Model):
    """A paper of the dossier that the agencies asked may open."""

    request = models.ForeignKey(OpinionRequest, on_delete=models.PROTECT, related_name="shared")
    paper = models.ForeignKey("dossiers.SubmittedPaper", on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "dossiers"
        constraints = [models.UniqueConstraint(fields=["request", "paper"], name="shared_paper_once")]

    def __str__(self) -> str:
        return str(self.paper_id)


class Opinion(models.Model):
    """What one agency was asked and said. `unit` is where it lies, `words` explain its deadline.

    It ends `given`, or `none` (không có ý kiến), or `passed_over` when the asker went on without.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(OpinionRequest, on_delete=models.PROTECT, related_name="opinions")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    words = models.JSONField(default=list)
    state = models.TextField(choices=[(state, state) for state in STATES], default=OpinionState.ASKED.value)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)
    file_id = models.UUIDField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["request", "agency"], name="opinion_once_per_agency"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="opinion_known_state"),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at=None)
                | (~Q(state="asked") & Q(ended_at__isnull=False, ended_at__gte=F("asked_at"))),
                name="opinion_ended_when_not_asked",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | ~Q(text="") | Q(file_id__isnull=False),
                name="opinion_given_says_something",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("asked_at")), name="opinion_due_after_asked"),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(state="asked"),
                name="opinion_asked_of_agency",
            ),
            models.Index(fields=["agency", "-asked_at", "-id"], name="opinion_of_agency"),
            models.Index(
                fields=["due_at"], condition=Q(state="asked", alarmed_at=None), name="opinion_unalarmed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.agency_id}"
