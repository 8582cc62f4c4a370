"""What the exchange depends on, how each stood when it was last tried, and which ends were told of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.contracts import Cause, DependencyKind
from tinhso.foundation.ids import new_id


class Dependency(models.Model):
    """Another system that exchange stands on: its last try, its last success, what was wrong and how far.

    `cause` is empty after a success. `certificate` names what it showed or what was asked about: subject,
    serial, not_after. `offset_ms` is its clock less ours, `took_ms` the length of the try, milliseconds.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    name = models.TextField()
    address = models.TextField()
    tried_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    cause = models.TextField(blank=True, default="")
    said = models.TextField(blank=True, default="")
    certificate = models.JSONField(default=dict, blank=True)
    offset_ms = models.IntegerField(null=True)
    took_ms = models.PositiveIntegerField(null=True)
    gone_at = models.DateTimeField(null=True)
    """When the configuration ceased to name it."""

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="dependency_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in DependencyKind]), name="dependency_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(cause="") | Q(cause__in=[each.value for each in Cause]),
                name="dependency_known_cause",
            ),
            models.CheckConstraint(
                condition=Q(succeeded_at=None) | Q(tried_at__isnull=False, tried_at__gte=F("succeeded_at")),
                name="dependency_succeeds_when_tried",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


class ExpiryNotice(models.Model):
    """One warning that a certificate (SHA-256 mark) ends within so many days, told once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fingerprint = models.TextField()
    days = models.PositiveIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["fingerprint", "days"], name="expiry_told_once"),
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="expiry_notice_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint} {self.days}"
