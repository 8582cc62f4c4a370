"""This server itself: its keys with their certificates, and its state that every node shares."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.contracts import KeyUse
from tinhso.foundation.ids import new_id


class ServerKey(models.Model):
    """A key of this server: for TLS between servers, or for signing one member's messages.

    `reference` is a file's path or a PKCS#11 URI (RFC 7512), never the key; `member` is
    `instance/class/member` for a signing key, the server's identifier for TLS. `certificates` are DER,
    the key's own first, then those above it without the root.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    use = models.TextField()
    member = models.TextField()
    reference = models.TextField()
    certificates = models.JSONField(default=list)
    """Base64 of DER."""
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    active = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    warned_days = models.PositiveIntegerField(null=True)
    """The smallest of 60, 30, 14, 7, 1 days before its end of which people were told."""

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(use__in=[each.value for each in KeyUse]), name="server_key_known_use"
            ),
            models.CheckConstraint(
                condition=Q(not_after__gt=F("not_before")), name="server_key_lives_forward"
            ),
            models.CheckConstraint(condition=~Q(certificates=[]), name="server_key_has_a_certificate"),
            models.UniqueConstraint(
                fields=["use", "member"], condition=Q(active=True), name="server_key_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.member}"


class KeyRequest(models.Model):
    """A key made here that waits for its certificate: what was asked of the authority.

    `reference` is as in `ServerKey`; `request` is PEM. It ends when the certificate comes or the key is
    thrown away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    use = models.TextField()
    member = models.TextField()
    reference = models.TextField(unique=True)
    request = models.TextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(use__in=[each.value for each in KeyUse]), name="key_request_known_use"
            ),
            models.CheckConstraint(
                condition=Q(request__startswith="-----BEGIN CERTIFICATE REQUEST-----"),
                name="key_request_is_pem",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__isnull=False, ended_at__gte=F("made_at")),
                name="key_request_ends_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.member}"


class State(models.Model):
    """The one row that every node follows: its number grows with each change of configuration.

    `maintenance` is the sentence that callers read while the server is out of service; empty otherwise.
    `anchor` says where the global configuration is and whose signature it must bear.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    revision = models.PositiveBigIntegerField(default=0)
    server = models.TextField(blank=True, default="")
    """`instance/class/member/code` of this security server."""
    maintenance = models.TextField(blank=True, default="")
    anchor = models.JSONField(default=dict, blank=True)
    global_configuration = models.TextField(blank=True, default="")
    """The newest accepted document, as it was signed."""
    global_fetched_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="state_is_one_row")]

    def __str__(self) -> str:
        return self.server
