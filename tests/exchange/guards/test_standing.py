"""An agreement passes traffic only when every rule of agreements holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tinhso.exchange.contracts import (
    AgreementFacts,
    AgreementStatus,
    BodyLog,
    ConditionsFacts,
    DatedQuota,
    PlanStatus,
    Quota,
    Stop,
)
from tinhso.exchange.guards.standing import refusal, stopped

NOON = datetime(2026, 6, 15, 5, tzinfo=UTC)
TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
NUMBERS = DatedQuota(TODAY, TODAY + DAY, Quota(60, 1000, 5))
GOOD = AgreementFacts(
    id=UUID(int=7),
    number="TT-7",
    revision=3,
    service_id=UUID(int=8),
    client="VN/GOV/H01/TINHSO",
    status=AgreementStatus.ACCEPTED,
    enabled=True,
    starts_on=TODAY,
    ends_on=TODAY,
    plan_status=PlanStatus.PUBLISHED,
    conditions_accepted=2,
    conditions=(ConditionsFacts(2, NOON - DAY),),
    provider_paused=None,
    consumer_paused=None,
    quotas=(NUMBERS,),
    log_mode=BodyLog.FULL,
    purpose="",
)
NEWER = ConditionsFacts(3, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": AgreementStatus.PENDING}, Stop.NOT_ACCEPTED),
        ({"status": AgreementStatus.REJECTED}, Stop.NOT_ACCEPTED),
        ({"status": AgreementStatus.CLOSED}, Stop.NOT_ACCEPTED),
        ({"plan_status": PlanStatus.CLOSED}, Stop.PLAN_CLOSED),
        ({"enabled": False}, Stop.NOT_ENABLED),
        ({"starts_on": TODAY + DAY, "ends_on": None}, Stop.NOT_YET),
        ({"starts_on": TODAY - DAY, "ends_on": TODAY - DAY}, Stop.OVER),
        ({"provider_paused": "rò rỉ dữ liệu"}, Stop.PROVIDER_PAUSED),
        ({"provider_paused": ""}, Stop.PROVIDER_PAUSED),
        ({"consumer_paused": "bảo dưỡng"}, Stop.CONSUMER_PAUSED),
        ({"conditions": (ConditionsFacts(3, NOON),)}, Stop.CONDITIONS),
        ({"quotas": ()}, Stop.NO_QUOTA),
        ({"quotas": (replace(NUMBERS, valid_from=TODAY - DAY, valid_to=TODAY),)}, Stop.NO_QUOTA),
    ],
    ids=str,
)
def test_an_agreement_that_breaks_one_rule_does_not_pass_and_says_why(
    changes: dict[str, object], why: Stop
) -> None:
    broken = replace(GOOD, **changes)  # type: ignore[arg-type]
    assert stopped(broken, NOON) is why
    fault = refusal(broken, NOON)
    assert fault is not None
    assert fault.code == "access_denied"
    assert fault.message.startswith("Agreement TT-7 ")
    for ground in ("provider_paused", "consumer_paused"):
        assert str(changes.get(ground, "")) in fault.message


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"plan_status": PlanStatus.DEPRECATED},
        {"ends_on": None},
        {"starts_on": TODAY - DAY, "ends_on": TODAY + DAY},
        {"conditions": (NEWER,)},
        {"conditions": (NEWER, ConditionsFacts(1, NOON - DAY)), "conditions_accepted": 3},
        {"quotas": (replace(NUMBERS, valid_to=None),)},
    ],
    ids=str,
)
def test_a_deprecated_plan_an_open_end_and_a_grace_pass(changes: dict[str, object]) -> None:
    standing = replace(GOOD, **changes)  # type: ignore[arg-type]
    assert stopped(standing, NOON) is None
    assert refusal(standing, NOON) is None


def test_the_last_day_ends_at_midnight_of_the_province() -> None:
    last_second = datetime(2026, 6, 15, 16, 59, 59, tzinfo=UTC)
    assert stopped(GOOD, last_second) is None
    assert stopped(GOOD, last_second + timedelta(seconds=1)) is Stop.OVER


def test_a_grace_ends_to_the_second() -> None:
    late = replace(GOOD, conditions=(NEWER,))
    assert stopped(late, NEWER.due_at - timedelta(seconds=1)) is None
    assert stopped(late, NEWER.due_at) is Stop.CONDITIONS


def test_several_reasons_tell_the_first_that_people_can_mend() -> None:
    waiting = replace(GOOD, enabled=False, provider_paused="sự cố", starts_on=TODAY + DAY)
    assert stopped(waiting, NOON) is Stop.NOT_ENABLED
    assert stopped(replace(waiting, plan_status=PlanStatus.CLOSED), NOON) is Stop.PLAN_CLOSED
