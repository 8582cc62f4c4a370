"""Those who carry messages: their standing, each try with them, each receipt from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id

OUTCOMES = ["asked", "accepted", "not_taken", "refused", "doubtful"]
STATUSES = ["sent", "delivered", "failed"]
EFFECTS = ["applied", "older", "unknown"]


class Provider(models.Model):
    """How an SMS provider stands: its share of the traffic and whether it is asked at all.

    `priority` is 0 to 100 points; `open_until` is set while it is left alone after `failures` in a row;
    `slow_minutes` counts minutes in a row in which too many messages were slow, `alarmed_at` the alarm of
    this episode.
    """

    name = models.TextField(primary_key=True)
    priority = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    slow_minutes = models.PositiveIntegerField(default=0)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "notify"
        constraints = [
            models.CheckConstraint(condition=Q(priority__lte=100), name="provider_priority_of_100"),
        ]

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One try to hand a message to a carrier, written before it is made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey("notify.Message", on_delete=models.CASCADE, related_name="+")
    provider = models.TextField()
    asked_at = models.DateTimeField()
    outcome = models.TextField(default="asked")
    detail = models.TextField(default="", blank=True)

    class Meta:
        app_label = "notify"
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="attempt_known_outcome"),
        ]
        indexes = [models.Index(fields=["message", "asked_at"], name="attempt_of_message")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"


class Receipt(models.Model):
    """What a carrier told of a message, once per key of its own, and what that changed here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.TextField()
    key = models.TextField()
    message = models.ForeignKey("notify.Message", null=True, on_delete=models.CASCADE, related_name="+")
    status = models.TextField()
    reason = models.TextField(default="", blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    effect = models.TextField()

    class Meta:
        app_label = "notify"
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="receipt_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="receipt_known_status"),
            models.CheckConstraint(condition=Q(effect__in=EFFECTS), name="receipt_known_effect"),
            models.CheckConstraint(
                condition=Q(effect="unknown", message=None)
                | (~Q(effect="unknown") & Q(message__isnull=False)),
                name="receipt_of_a_message_or_unknown",
            ),
        ]
        indexes = [models.Index(fields=["message", "received_at"], name="receipt_of_message")]

    def __str__(self) -> str:
        return f"{self.provider} {self.status}"
