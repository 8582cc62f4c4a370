"""An agreement passes traffic only when every rule of agreements holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.contracts import AgreementStatus, PlanStatus
from tinhso.exchange.guards.quotas import Quota
from tinhso.exchange.guards.standing import AgreementFacts, Why, standing

NOON = datetime(2026, 6, 15, 5, tzinfo=UTC)
TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
GOOD = AgreementFacts(
    agreement_id=UUID(int=7),
    revision=3,
    status=AgreementStatus.ACCEPTED,
    plan_status=PlanStatus.PUBLISHED,
    starts=TODAY,
    ends=TODAY,
    conditions_revision=2,
    accepted_revision=2,
    quota=Quota(minute=60),
    reason_codes=frozenset({"ho-tich"}),
)


def test_an_agreement_in_order_passes_and_carries_what_the_log_needs() -> None:
    stands = standing(GOOD, NOON)
    assert stands.passes
    assert (stands.agreement_id, stands.revision) == (UUID(int=7), 3)
    assert (stands.quota, stands.reason_codes) == (Quota(minute=60), frozenset({"ho-tich"}))
    assert stands.says == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": AgreementStatus.PENDING}, Why.NOT_ACCEPTED),
        ({"status": AgreementStatus.REJECTED}, Why.NOT_ACCEPTED),
        ({"status": AgreementStatus.CLOSED}, Why.NOT_ACCEPTED),
        ({"plan_status": PlanStatus.CLOSED}, Why.PLAN_CLOSED),
        ({"starts": TODAY + DAY, "ends": None}, Why.NOT_YET),
        ({"starts": TODAY - DAY, "ends": TODAY - DAY}, Why.ENDED),
        ({"owner_pause": "rò rỉ dữ liệu"}, Why.PAUSED_BY_OWNER),
        ({"owner_pause": ""}, Why.PAUSED_BY_OWNER),
        ({"consumer_pause": "bảo dưỡng"}, Why.PAUSED_BY_CONSUMER),
        ({"conditions_revision": 3}, Why.CONDITIONS),
        ({"conditions_revision": 3, "accept_by": TODAY - DAY}, Why.CONDITIONS),
    ],
    ids=str,
)
def test_an_agreement_that_breaks_one_rule_does_not_pass_and_says_why(
    changes: dict[str, object], why: Why
) -> None:
    stands = standing(replace(GOOD, **changes), NOON)  # type: ignore[arg-type]
    assert not stands.passes
    assert stands.why is why
    fault = stands.fault()
    assert (fault.code, fault.message) == ("server.serverproxy.access_denied", stands.says)
    for reason in ("owner_pause", "consumer_pause"):
        assert str(changes.get(reason, "")) in fault.message


@pytest.mark.parametrize(
    "changes",
    [
        {"plan_status": PlanStatus.DEPRECATED},
        {"ends": None},
        {"starts": TODAY - DAY, "ends": TODAY + DAY},
        {"conditions_revision": 3, "accept_by": TODAY},
    ],
    ids=str,
)
def test_a_deprecated_plan_an_open_end_and_a_grace_pass(changes: dict[str, object]) -> None:
    assert standing(replace(GOOD, **changes), NOON).passes  # type: ignore[arg-type]


def test_the_last_day_ends_at_midnight_of_the_province() -> None:
    last_second = datetime(2026, 6, 15, 16, 59, 59, tzinfo=UTC)
    assert standing(GOOD, last_second).passes
    assert standing(GOOD, last_second + timedelta(seconds=1)).why is Why.ENDED
    assert standing(GOOD, NOON).until == last_second + timedelta(seconds=1)
    assert standing(replace(GOOD, ends=None), NOON).until is None


@given(
    starts=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    length=st.one_of(st.none(), st.integers(0, 300)),
    grace=st.one_of(st.none(), st.integers(-50, 50)),
    offset=st.integers(0, 400 * 24),
)
def test_a_standing_holds_until_it_says_it_may_turn(
    starts: date, length: int | None, grace: int | None, offset: int
) -> None:
    facts = replace(
        GOOD,
        starts=starts,
        ends=None if length is None else starts + length * DAY,
        conditions_revision=3,
        accept_by=None if grace is None else starts + grace * DAY,
    )
    at = datetime(2025, 12, 25, tzinfo=UTC) + timedelta(hours=offset)
    stands = standing(facts, at)
    before = stands.until - timedelta(microseconds=1) if stands.until else at + 5000 * DAY
    assert standing(facts, before).why is stands.why
    assert stands.until is None or stands.until > at
