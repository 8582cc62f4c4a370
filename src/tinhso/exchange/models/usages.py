"""Who was told of whom, and why: what the tracker interface answers from; disputes about it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Usage(models.Model):
    """One person's data given to one receiver, or one transfer about many (`count`, then of nobody by name).

    `person` is a keyed hash of the personal identifier. `action` says why in plain words; the data is not
    kept. `hidden_until` is set only under `hide_rule`, a rule of the dated value `usage_hiding`; the entry
    is shown from then on. `message_id` is the `X-Road-Id` it came by.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person = models.BinaryField(null=True)
    count = models.PositiveIntegerField(null=True)
    action = models.TextField()
    receiver_code = models.TextField()
    receiver_name = models.TextField(blank=True, default="")
    receiver_system = models.TextField(blank=True, default="")
    message_id = models.TextField(blank=True, default="")
    hide_rule = models.TextField(blank=True, default="")
    hidden_until = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, count=None) | Q(person=None, count__isnull=False),
                name="usage_of_one_person_or_counted",
            ),
            models.CheckConstraint(
                condition=~Q(action="") & ~Q(receiver_code=""), name="usage_says_why_and_to_whom"
            ),
            models.CheckConstraint(
                condition=Q(hide_rule="", hidden_until=None)
                | (~Q(hide_rule="") & Q(hidden_until__isnull=False, hidden_until__gt=F("at"))),
                name="usage_hidden_by_a_rule_for_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-at", "-id"], name="usage_of_person", condition=Q(person__isnull=False)
            ),
            models.Index(fields=["-at"], name="usage_of_many", condition=Q(count__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.receiver_code} {self.at}"


class Tracker(models.Model):
    """A register that answers the tracker interface; `service` is `class/member/subsystem/code`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.TextField(unique=True)
    name = models.TextField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(service__regex=r"^[^/]+(/[^/]+){3}$"), name="tracker_service_has_four_parts"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("added_at")),
                name="tracker_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Dispute(models.Model):
    """A person says that an entry is wrong. What it says stands in `entry` and their words in `words`, both
    sealed under the person's key. `unit_id` is the unit of ours that answers: the owner of the data that was
    given; None: who runs the exchange."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    entry_key = models.TextField()
    receiver_code = models.TextField()
    receiver_name = models.TextField(blank=True, default="")
    unit_id = models.UUIDField(null=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_name = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "entry_key"], name="dispute_once_per_entry"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("made_at")), name="dispute_is_due_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False, answered_at__gte=F("made_at")) & ~Q(answer="")),
                name="dispute_is_answered_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="dispute_open", condition=Q(answered_at=None)),
            models.Index(fields=["person_id", "-made_at"], name="dispute_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver_code} {self.made_at}"
