"""Tables of registers, and the constraints that keep them true."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.registers.contracts import Outcome


class Question(models.Model):
    """One question to a register: what was asked about whom, for which filing and why; never the answer.

    `about_id` is a person's or an organisation's, `asked_by_id` the person who files. `outcome` and
    `ended_at` come together; while they are empty the question is under way.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    register = models.TextField()
    filing_id = models.UUIDField()
    procedure = models.TextField()
    about_kind = models.TextField()
    about_id = models.UUIDField()
    asked_by_id = models.UUIDField()
    facts = ArrayField(models.TextField())
    ground = models.TextField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True, default="")

    class Meta:
        app_label = "registers"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(each.value for each in Outcome)]),
                name="question_known_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None)
                | (~Q(outcome="") & Q(ended_at__isnull=False, ended_at__gte=F("asked_at"))),
                name="question_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(ground="") & ~Q(procedure="") & ~Q(facts=[]), name="question_says_why"
            ),
            models.UniqueConstraint(
                fields=["filing_id", "register"], condition=Q(outcome=""), name="question_one_under_way"
            ),
        ]
        indexes = [
            models.Index(fields=["filing_id", "-asked_at"], name="question_of_filing"),
            models.Index(fields=["asked_by_id", "-asked_at"], name="question_of_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.id}"
