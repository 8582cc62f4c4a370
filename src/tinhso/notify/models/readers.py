"""What people chose to be told, and the browsers that show it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id

ON_OFF = ["on", "off"]
FOLLOWING = ["follow", "all", "none"]
CHOSEN = ["mail", "sms", "zalo", "push"]


class Preference(models.Model):
    """One choice of an account during a period; the open one holds. `channel` is empty for officers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_id = models.UUIDField()
    kind = models.TextField()
    channel = models.TextField(blank=True)
    setting = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        app_label = "notify"
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "kind", "channel"],
                condition=Q(until=None),
                name="preference_one_holds",
            ),
            models.CheckConstraint(
                condition=Q(channel="", setting__in=FOLLOWING) | Q(channel__in=CHOSEN, setting__in=ON_OFF),
                name="preference_known_setting",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="preference_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["account_id", "-since"], name="preference_of_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.setting}"


class Browser(models.Model):
    """A browser's push subscription. Endpoint and keys are sealed under the account's key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_id = models.UUIDField()
    endpoint_hash = models.BinaryField()
    sealed = models.BinaryField()
    label = models.TextField(default="", blank=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="", blank=True)

    class Meta:
        app_label = "notify"
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint_hash"], condition=Q(ended_at=None), name="browser_of_one_account"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="browser_ended_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["account_id"], condition=Q(ended_at=None), name="browser_of_account")]

    def __str__(self) -> str:
        return self.label
