"""Two accounts of one person: proposed by one officer, decided by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from tinhso.foundation.ids import new_id
from tinhso.identity.merge_contracts import Ground, MergeState
from tinhso.identity.models.officers import Officer
from tinhso.identity.models.people import Person


class Merge(models.Model):
    """A proposal that `loser` and `survivor` are one person, and what became of it; once decided it stays.

    `proposed_for` and `decided_for` are the officers for whom a deputy acted. `number` is the loser's masked
    number. `moved` are the keys of the rows that went over, by column: what cannot be undone can be told.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    loser = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    loser_name = models.TextField()
    number = models.TextField(blank=True)
    ground = models.TextField(choices=[(ground.value, ground.name) for ground in Ground])
    proof = models.TextField()
    state = models.TextField(
        choices=[(state.value, state.name) for state in MergeState], default=MergeState.PROPOSED
    )
    proposed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    proposed_for = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    decided_for = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refused_because = models.TextField(default="", blank=True)
    moved = models.JSONField(default=dict)

    class Meta:
        app_label = "identity"
        constraints = [
            models.CheckConstraint(condition=~Q(loser=F("survivor")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(ground__in=[ground.value for ground in Ground]) & ~Q(proof=""),
                name="merge_has_ground_and_proof",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None, refused_because="")
                | Q(state="lapsed", decided_by=None, decided_at__isnull=False, refused_because="")
                | Q(state="approved", decided_by__isnull=False, decided_at__isnull=False, refused_because="")
                | (
                    Q(state="refused", decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(refused_because="")
                ),
                name="merge_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (
                    ~Q(decided_by=F("proposed_by"))
                    & (Q(proposed_for=None) | ~Q(decided_by=F("proposed_for")))
                    & (Q(decided_for=None) | ~Q(decided_for=F("proposed_by")))
                    & (Q(decided_for=None) | Q(proposed_for=None) | ~Q(decided_for=F("proposed_for")))
                ),
                name="merge_by_four_eyes",
            ),
            models.UniqueConstraint(
                Least("loser", "survivor"),
                Greatest("loser", "survivor"),
                condition=Q(state="proposed"),
                name="merge_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["loser"], condition=Q(state="approved"), name="merge_ends_an_account_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(state="proposed"), name="merge_waiting"),
            models.Index(fields=["survivor", "-decided_at"], name="merge_of_survivor"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} -> {self.survivor_id}"
