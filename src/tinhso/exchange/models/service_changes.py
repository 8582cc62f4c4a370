"""What was changed of what a service is called, whose it is, by which law and for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.models.services import Service
from tinhso.foundation.ids import new_id


class ServiceChange(models.Model):
    """One change: the facts as they were and become, why, and who decided. `accepted` is None while another
    must still say yes, which one that protects less (`lowers`) always needs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    was = models.JSONField()
    becomes = models.JSONField()
    reason = models.TextField()
    lowers = models.BooleanField(default=False)
    asked_by = models.UUIDField()
    asked_name = models.TextField()
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_change_number_once"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(accepted=None), name="service_change_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(was=F("becomes")) & ~Q(reason="") & ~Q(asked_name=""),
                name="service_change_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(accepted=None, decided_by=None, decided_at=None)
                | Q(
                    accepted__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decided_at__gte=F("asked_at"),
                ),
                name="service_change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(accepted=False) | ~Q(refusal=""), name="service_change_refused_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(lowers=True, accepted=True) | ~Q(decided_by=F("asked_by")),
                name="service_change_lowers_by_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.number}"
