"""Events told to other systems, who subscribed to them, and how far each was told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.exchange.publishing_contracts import DeliveryState, SubscriptionState
from tinhso.foundation.ids import new_id


class Published(models.Model):
    """An event, written in the transaction whose change it tells.

    `id` rises as rows are inserted, so that events of a subject that is locked while it changes stand in
    order. `position` is given after commit, without gaps that could still fill: the feed goes by it.
    """

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True, default=new_id)
    topic = models.TextField()
    subject = models.TextField()
    data = models.JSONField()
    at = models.DateTimeField()
    position = models.BigIntegerField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["position"], name="published_position_once"),
            models.CheckConstraint(
                condition=Q(position=None) | Q(position__gte=1), name="published_position"
            ),
            models.CheckConstraint(
                condition=~Q(topic="") & ~Q(subject=""), name="published_of_a_topic_about_something"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="published_unplaced", condition=Q(position=None)),
            models.Index(fields=["topic", "position"], name="published_of_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class Subscription(models.Model):
    """Another system that is told of topics: pushed to `url` when it has one; it may poll by `token_id`.

    Its secret is derived from the master key, its id and `secret_number`, and never kept; `former_number`
    signs beside it until `former_until`, so that the receiver can change over. It is told of what is placed
    after `since`. `system` is the name people read, `client` its identifier on the exchange, if it has one.
    `read_at` is when it last polled, and `read_to` the place after which it then asked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    system = models.TextField()
    client = models.TextField(blank=True, default="")
    topics = ArrayField(models.TextField())
    url = models.TextField(blank=True, default="")
    token_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    contact = models.TextField(blank=True, default="")
    state = models.TextField(default=SubscriptionState.ACTIVE)
    because = models.TextField(blank=True, default="")
    secret_number = models.PositiveIntegerField(default=1)
    former_number = models.PositiveIntegerField(null=True)
    former_until = models.DateTimeField(null=True)
    since = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_to = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in SubscriptionState]), name="subscription_state"
            ),
            models.CheckConstraint(condition=~Q(topics=[]), name="subscription_to_something"),
            models.CheckConstraint(
                condition=~Q(url="") | Q(token_id__isnull=False), name="subscription_pushed_or_polled"
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__regex=r"^https?://"), name="subscription_web_address"
            ),
            models.CheckConstraint(
                condition=Q(former_number=None, former_until=None)
                | Q(former_number__lt=F("secret_number"), former_until__isnull=False),
                name="subscription_former_secret",
            ),
            models.CheckConstraint(
                condition=Q(state=SubscriptionState.ENDED, ended_at__isnull=False, ended_at__gte=F("made_at"))
                | (~Q(state=SubscriptionState.ENDED) & Q(ended_at=None)),
                name="subscription_ended_or_not",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, read_to=None)
                | Q(read_at__isnull=False, read_to__isnull=False, read_to__gte=0),
                name="subscription_read_to_a_place",
            ),
            models.UniqueConstraint(
                fields=["token_id"], condition=Q(ended_at=None), name="subscription_token_once"
            ),
        ]

    def __str__(self) -> str:
        return self.system


class Delivery(models.Model):
    """One event for one subscription; the earliest undelivered one holds the later ones of its subject."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Published, models.CASCADE, related_name="deliveries")
    position = models.BigIntegerField()
    subject = models.TextField()
    state = models.TextField(default=DeliveryState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    tries_since = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "position"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in DeliveryState]), name="delivery_state"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, ended_at=None)
                | (~Q(state=DeliveryState.WAITING) & Q(ended_at__isnull=False)),
                name="delivery_open_or_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "subject", "position"],
                name="delivery_held",
                condition=Q(state__in=[DeliveryState.WAITING, DeliveryState.DEAD]),
            ),
            models.Index(
                fields=["next_at"], name="delivery_waiting", condition=Q(state=DeliveryState.WAITING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.position}"
