"""What the guards must know of agreements and maintenance, in one statement each.

The gateway reads the same statements by its own connection: `AGREEMENTS` with `facts_of`, `WINDOWS` with
`window_of`. Both are read anew whenever the configuration's revision moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
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
    Stop,
)
from tinhso.exchange.guards import quotas
from tinhso.exchange.guards import standing as guard
from tinhso.exchange.guards.standing import Standing, Why
from tinhso.foundation import moments

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

NOTHING: Final = quotas.Quota(0, 0, 0)
_STOPS: Final = {
    Why.NOT_ACCEPTED: Stop.NOT_ACCEPTED,
    Why.NOT_YET: Stop.NOT_YET,
    Why.ENDED: Stop.OVER,
    Why.PAUSED_BY_OWNER: Stop.PROVIDER_PAUSED,
    Why.PAUSED_BY_CONSUMER: Stop.CONSUMER_PAUSED,
    Why.PLAN_CLOSED: Stop.PLAN_CLOSED,
    Why.CONDITIONS: Stop.CONDITIONS,
}


def agreements() -> tuple[AgreementFacts, ...]:
    """Every agreement that is accepted, whether or not messages pass under it now. One query."""
    return tuple(facts_of(row) for row in _rows(AGREEMENTS, ()))


def of(ids: Iterable[UUID]) -> dict[UUID, AgreementFacts]:
    """Those of these agreements that are accepted, by id. One query."""
    return {row["id"]: facts_of(row) for row in _rows(_SOME, (list(ids),))}


def windows(at: datetime) -> tuple[MaintenanceFacts, ...]:
    """Every maintenance window that is not over. One query."""
    return tuple(window_of(row) for row in _rows(WINDOWS, (at,)))


def standing(facts: AgreementFacts, at: datetime) -> Standing:
    """How an agreement stands at a moment, as the guard judges it; true until its `until`.

    A class of use without numbers for the day lets nothing through.
    """
    day = moments.today(at)
    numbers = facts.quota(day)
    quota = quotas.Quota(numbers.per_minute, numbers.per_day, numbers.parallel) if numbers else NOTHING
    unaccepted = [one for one in facts.conditions if one.revision > facts.conditions_accepted]
    first = min(unaccepted, key=lambda one: one.due_at, default=None)
    judged = guard.standing(
        guard.AgreementFacts(
            agreement_id=facts.id,
            revision=facts.revision,
            status=facts.status,
            plan_status=facts.plan_status,
            starts=facts.starts_on,
            ends=facts.ends_on,
            conditions_revision=first.revision if first else facts.conditions_accepted,
            accepted_revision=facts.conditions_accepted,
            accept_by=moments.today(first.due_at) - timedelta(1) if first else None,
            owner_pause=facts.provider_paused,
            consumer_pause=facts.consumer_paused,
            quota=quota,
            log_mode=facts.log_mode,
            reason_codes=facts.reason_codes,
        ),
        at,
    )
    turns = [one.valid_from for one in facts.quotas if one.valid_from > day]
    turns += [one.valid_to for one in facts.quotas if one.valid_to and one.valid_to > day]
    ends = [moments.midnight(turn) for turn in turns] + ([judged.until] if judged.until else [])
    return replace(judged, until=min(ends, default=None))


def stopped(facts: AgreementFacts, at: datetime) -> Stop | None:
    """Why nothing passes at that moment, for people; None when it does (exchange lessons §4.1, rule 1)."""
    why = standing(facts, at).why
    if not facts.enabled and why not in (Why.NOT_ACCEPTED, Why.PLAN_CLOSED):
        return Stop.NOT_ENABLED
    return _STOPS[why] if why is not Why.PASSES else None


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


def _rows(statement: str, facts: Sequence[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
