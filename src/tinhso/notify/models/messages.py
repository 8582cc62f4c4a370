"""Messages and their state."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id
from tinhso.notify.contracts import Channel, State

SENT = [State.SENT.value, State.DELIVERED.value]
UNSENT = [State.QUEUED.value, State.STANDBY.value, State.JOINED.value]
ADDRESSED = [Channel.MAIL.value, Channel.SMS.value, Channel.ZALO.value]
CHANNELS = [channel.value for channel in Channel]
STATES = [state.value for state in State]


class Message(models.Model):
    """One message by one channel. The address is sealed under the recipient's key (`seal_key`).

    `notice` is shared by the messages of one notice. `provider` was asked to carry it and may have it;
    `round` counts how often an officer had it sent anew: with the id it is the key that a carrier knows the
    message by. `params` are the words of a carrier's own template.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.UUIDField()
    template = models.TextField()
    kind = models.TextField(default="other")
    urgent = models.BooleanField(default=False)
    channel = models.TextField(choices=[(channel, channel) for channel in CHANNELS])
    state = models.TextField(choices=[(state, state) for state in STATES])
    recipient_kind = models.TextField(default="", blank=True)
    recipient_id = models.UUIDField(null=True)
    recipient_name = models.TextField(default="", blank=True)
    address = models.BinaryField(null=True)
    seal_key = models.UUIDField(null=True)
    browser = models.ForeignKey("notify.Browser", null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.TextField()
    body = models.TextField()
    link = models.TextField(default="", blank=True)
    about_kind = models.TextField(default="", blank=True)
    about_id = models.UUIDField(null=True)
    params = models.JSONField(null=True)
    written_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    joined_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    provider = models.TextField(default="", blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        app_label = "notify"
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="message_known_channel"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="message_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=SENT, sent_at__isnull=False)
                | Q(state__in=UNSENT, sent_at=None)
                | Q(state__in=["failed", "dropped"]),
                name="message_sent_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
                name="message_delivered_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="joined", joined_to__isnull=False)
                | (~Q(state="joined") & Q(joined_to=None)),
                name="message_joined_to_another",
            ),
            models.CheckConstraint(
                condition=~Q(channel="push") | Q(browser__isnull=False), name="message_push_has_a_browser"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "dropped"]) | ~Q(error=""), name="message_failure_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(channel__in=ADDRESSED)
                | Q(address__isnull=False, seal_key__isnull=False)
                | Q(state="dropped"),
                name="message_mail_has_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(channel="in_app") | Q(recipient_id__isnull=False),
                name="message_in_app_has_an_account",
            ),
            models.CheckConstraint(
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
                name="message_link_is_ours",
            ),
            models.CheckConstraint(condition=~Q(subject__regex=r"[\n\r]"), name="message_subject_one_line"),
        ]
        indexes = [
            models.Index(
                fields=["recipient_id", "-written_at", "-id"],
                condition=Q(channel="in_app"),
                name="message_inbox",
            ),
            models.Index(
                fields=["recipient_id"], condition=Q(channel="in_app", read_at=None), name="message_unread"
            ),
            models.Index(fields=["about_kind", "about_id"], name="message_about"),
            models.Index(fields=["-written_at"], condition=Q(state="failed"), name="message_failed"),
            models.Index(fields=["leaves_at"], condition=Q(state="queued"), name="message_queued"),
            models.Index(fields=["notice"], name="message_of_notice"),
            models.Index(fields=["joined_to"], condition=Q(state="joined"), name="message_joined"),
            models.Index(
                fields=["recipient_id", "channel", "-leaves_at"],
                condition=~Q(channel="in_app") & Q(recipient_id__isnull=False),
                name="message_departures",
            ),
            models.Index(fields=["sent_at"], condition=Q(channel="sms"), name="message_sms_sent"),
        ]

    def __str__(self) -> str:
        return self.subject
