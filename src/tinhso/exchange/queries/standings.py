"""What the guards must know of agreements and maintenance, in one statement each.

The gateway reads them by its own connection: `AGREEMENTS` with `facts_of`, `WINDOWS` with `window_of`. Both
are read anew whenever the configuration's revision moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tinhso.exchange.contracts import (
    AgreementFacts,
    AgreementStatus,
    BodyLog,
    ConditionsFacts,
    DatedQuota,
    MaintenanceFacts,
    PlanStatus,
    Quota,
)

_AGREEMENTS: Final = """
SELECT a.id, a.number, t.revision, p.service_id, x.identifier AS client, a.status,
       a.enabled_at IS NOT NULL AS enabled, t.starts_on, t.ends_on, p.status AS plan_status,
       a.conditions_accepted, t.log_mode, t.purpose, t.reason_codes,
       CASE WHEN a.provider_paused_at IS NOT NULL THEN a.provider_ground END AS provider_paused,
       CASE WHEN a.consumer_paused_at IS NOT NULL THEN a.consumer_ground END AS consumer_paused,
       ARRAY(SELECT c.revision FROM exchange_conditions c WHERE c.plan_id = p.id AND c.material
             ORDER BY c.revision) AS revisions,
       ARRAY(SELECT c.due_at FROM exchange_conditions c WHERE c.plan_id = p.id AND c.material
             ORDER BY c.revision) AS dues,
       ARRAY(SELECT l.valid_from FROM exchange_quotalimit l WHERE l.quota_class_id = t.quota_class_id
             ORDER BY l.valid_from) AS quota_from,
       ARRAY(SELECT l.valid_to FROM exchange_quotalimit l WHERE l.quota_class_id = t.quota_class_id
             ORDER BY l.valid_from) AS quota_to,
       ARRAY(SELECT ARRAY[l.per_minute, l.per_day, l.parallel] FROM exchange_quotalimit l
             WHERE l.quota_class_id = t.quota_class_id ORDER BY l.valid_from) AS quotas
FROM exchange_agreement a
JOIN exchange_terms t ON t.id = a.terms_id
JOIN exchange_plan p ON p.id = a.plan_id
JOIN exchange_application x ON x.id = a.application_id
WHERE a.status = 'accepted' {only}
ORDER BY a.id
"""
AGREEMENTS: Final = _AGREEMENTS.format(only="")
_SOME: Final = _AGREEMENTS.format(only="AND a.id = ANY(%s)")
WINDOWS: Final = """
SELECT service_id, begins_at, ends_at, reason FROM exchange_maintenancewindow
WHERE cancelled_at IS NULL AND ends_at > %s ORDER BY begins_at
"""


def of(ids: Iterable[UUID]) -> dict[UUID, AgreementFacts]:
    """Those of these agreements that are accepted, by id. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME, (list(ids),))
        names = [column.name for column in cursor.description]
        return {row[0]: facts_of(dict(zip(names, row, strict=True))) for row in cursor.fetchall()}


def facts_of(row: Mapping[str, Any]) -> AgreementFacts:
    """One row of `AGREEMENTS`, by the names of its columns."""
    return AgreementFacts(
        id=row["id"],
        number=row["number"],
        revision=row["revision"],
        service_id=row["service_id"],
        client=row["client"],
        status=AgreementStatus(row["status"]),
        enabled=row["enabled"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        plan_status=PlanStatus(row["plan_status"]),
        conditions_accepted=row["conditions_accepted"],
        conditions=tuple(
            ConditionsFacts(revision, due)
            for revision, due in zip(row["revisions"], row["dues"], strict=True)
        ),
        provider_paused=row["provider_paused"],
        consumer_paused=row["consumer_paused"],
        quotas=tuple(
            DatedQuota(first, last, Quota(*numbers))
            for first, last, numbers in zip(row["quota_from"], row["quota_to"], row["quotas"], strict=True)
        ),
        log_mode=BodyLog(row["log_mode"]),
        purpose=row["purpose"],
        reason_codes=frozenset(row["reason_codes"]),
    )


def window_of(row: Mapping[str, Any]) -> MaintenanceFacts:
    """One row of `WINDOWS`, by the names of its columns."""
    return MaintenanceFacts(row["service_id"], row["begins_at"], row["ends_at"], row["reason"])
