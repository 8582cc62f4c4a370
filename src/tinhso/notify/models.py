"""Messages and their state."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id
from tinhso.notify.contracts import Channel, State

CHANNELS = [channel.value for channel in Channel]
STATES = [state.value for state in State]


class Message(models.Model):
    """One message by one channel. The address is sealed under the recipient's key (`seal_key`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.TextField()
    channel = models.TextField(choices=[(channel, channel) for channel in CHANNELS])
    state = models.TextField(choices=[(state, state) for state in STATES])
    recipient_kind = models.TextField(default="", blank=True)
    recipient_id = models.UUIDField(null=True)
    recipient_name = models.TextField(default="", blank=True)
    address = models.BinaryField(null=True)
    seal_key = models.UUIDField(null=True)
    subject = models.TextField()
    body = models.TextField()
    link = models.TextField(default="", blank=True)
    about_kind = models.TextField(default="", blank=True)
    about_id = models.UUIDField(null=True)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        app_label = "notify"
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="message_known_channel"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="message_known_state"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="message_sent_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "dropped"]) | ~Q(error=""), name="message_failure_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(channel="mail")
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
            models.Index(fields=["written_at"], condition=Q(state="queued"), name="message_queued"),
        ]

    def __str__(self) -> str:
        return self.subject
