"""Operational monitoring (exchange protocol §15): each exchange on each side, figures by hour, what was lost.

`Monitored` is partitioned by day (UTC) of `id`; `exchange_monitored_day` of its migration makes a day's
partition, dropping it ends its time.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.models.log import SIDES
from tinhso.foundation.ids import new_id


class Monitored(models.Model):
    """One exchange as one side saw it, in the protocol's fields, written when it was over.

    `id` is a UUIDv7 by the database's clock: its time is `monitoringDataTs`. Marks are milliseconds since
    1970, sizes bytes. `client` and `provider` are identifiers, empty when the exchange ended before they were
    known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    side = models.TextField()
    request_in = models.BigIntegerField()
    request_out = models.BigIntegerField(null=True)
    response_in = models.BigIntegerField(null=True)
    response_out = models.BigIntegerField()
    client = models.TextField(blank=True, default="", db_collation="C")
    provider = models.TextField(blank=True, default="", db_collation="C")
    service_code = models.TextField(blank=True, default="", db_collation="C")
    service_version = models.TextField(blank=True, default="", db_collation="C")
    service_type = models.TextField(blank=True, default="")
    rest_method = models.TextField(blank=True, default="")
    rest_path = models.TextField(blank=True, default="")
    software = models.TextField(blank=True, default="")
    protocol_version = models.TextField(blank=True, default="")
    party_class = models.TextField(blank=True, default="")
    party_code = models.TextField(blank=True, default="")
    message_id = models.TextField(blank=True, default="")
    request_id = models.TextField(blank=True, default="")
    user_id = models.TextField(blank=True, default="")
    issue = models.TextField(blank=True, default="")
    client_address = models.TextField(blank=True, default="")
    provider_address = models.TextField(blank=True, default="")
    own_address = models.TextField(blank=True, default="")
    request_size = models.BigIntegerField(null=True)
    request_mime_size = models.BigIntegerField(null=True)
    request_attachments = models.IntegerField(null=True)
    response_size = models.BigIntegerField(null=True)
    response_mime_size = models.BigIntegerField(null=True)
    response_attachments = models.IntegerField(null=True)
    succeeded = models.BooleanField()
    status = models.SmallIntegerField(null=True)
    fault_code = models.TextField(blank=True, default="")
    fault_string = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="monitored_known_side"),
            models.CheckConstraint(
                condition=Q(response_out__gte=F("request_in")), name="monitored_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(succeeded=False) | Q(fault_code=""), name="monitored_fault_is_no_success"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class MonitoredHour(models.Model):
    """What one service did in one hour, on one side: counted from `Monitored`, kept longer than that.

    Times are milliseconds from the request's head to the answer; sums of sizes are bytes.
    """

    pk = models.CompositePrimaryKey("hour", "provider", "service_code", "service_version", "side")
    hour = models.DateTimeField()
    side = models.TextField()
    provider = models.TextField(db_collation="C")
    service_code = models.TextField(db_collation="C")
    service_version = models.TextField(db_collation="C")
    service_type = models.TextField()
    requests = models.BigIntegerField()
    failures = models.BigIntegerField()
    p50 = models.BigIntegerField()
    p95 = models.BigIntegerField()
    request_bytes = models.BigIntegerField()
    response_bytes = models.BigIntegerField()
    succeeded_at = models.BigIntegerField(null=True)
    failed_at = models.BigIntegerField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="monitored_hour_known_side"),
            models.CheckConstraint(
                condition=Q(requests__gte=1, failures__gte=0, failures__lte=F("requests")),
                name="monitored_hour_of_something",
            ),
            models.CheckConstraint(condition=Q(p95__gte=F("p50")), name="monitored_hour_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.hour} {self.provider}/{self.service_code}"


class MonitoringLost(models.Model):
    """How many exchanges of a day (UTC) were carried whose record could not be kept: told, never silent."""

    day = models.DateField(primary_key=True)
    count = models.BigIntegerField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="monitoring_lost_something"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.count}"
