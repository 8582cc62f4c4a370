"""What developers are told ahead: changes of a service, and windows in which it rests."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.models.services import Service
from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByMoment, one_at_a_time, ordered_moments


class ChangeNotice(models.Model):
    """What will change at a service, and from which day; it stays as it was told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="change_notices")
    title = models.TextField()
    text = models.TextField()
    effective_on = models.DateField()
    told_by = models.UUIDField(null=True)
    told_name = models.TextField()
    told_at = models.DateTimeField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(told_name=""), name="change_notice_whole"
            )
        ]
        indexes = [models.Index(fields=["-told_at", "-id"], name="change_notice_newest")]

    def __str__(self) -> str:
        return self.title


class MaintenanceWindow(DatedByMoment):
    """A time told ahead in which a service (None: the whole platform) may not answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="maintenance_windows")
    reason = models.TextField()
    told_by = models.UUIDField(null=True)
    told_name = models.TextField()
    told_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            ordered_moments("maintenance_ends_after_it_begins"),
            one_at_a_time("maintenance_one_at_a_time", "service", condition=Q(cancelled_at=None)),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(told_name=""), name="maintenance_says_why"),
            models.CheckConstraint(condition=Q(told_at__lt=F("begins_at")), name="maintenance_told_ahead"),
        ]

    def __str__(self) -> str:
        return self.reason
