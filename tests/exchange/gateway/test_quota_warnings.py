"""Both sides hear that four fifths of a limit are used: of each limit once a day, however often crossed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.exchange.agreements import laid
from tests.exchange.gateway.test_guards import Agreed, agreed
from tests.exchange.gateway.world import now
from tests.support.constraints import refused
from tests.support.waiting import until
from tinhso.exchange import jobs
from tinhso.exchange.contracts import Quota
from tinhso.exchange.gateway import guarding
from tinhso.exchange.models import QuotaWarning
from tinhso.exchange.operations import agreements, quotas, warning
from tinhso.foundation.moments import today
from tinhso.notify.models import Message

__all__ = ["agreed"]

pytestmark = pytest.mark.django_db(transaction=True)


def _left(count: int) -> list[QuotaWarning]:
    """What gateways left word of, once that is so much."""
    assert until(lambda: QuotaWarning.objects.count() >= count)
    return list(QuotaWarning.objects.order_by("limit"))


def test_a_limit_nearly_used_up_is_told_to_both_sides(
    agreed: Agreed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten a day: the eighth call is four fifths. The ones behind it warn nobody again."""
    monkeypatch.setattr(guarding, "SETTLE_SECONDS", 0.05)
    quotas.set_quota(
        agreed.place.quota, Quota(10, 10, 5), since=today(now()), by=agreed.place.operator, at=now()
    )
    agreed.world.caught_up(agreed.province)

    for _each in range(9):
        assert agreed.ask().status == 200

    by_day = next(one for one in _left(1) if one.limit == "day")
    assert (by_day.agreement_id, by_day.taken, by_day.most) == (agreed.agreement, 8, 10)
    Message.objects.all().delete()
    jobs.tell_of_quotas()
    jobs.tell_of_quotas()

    place, of_day = agreed.place, "8 lượt, trên 10 lượt được phép trong một ngày"
    told = Message.objects.filter(template="exchange.quota", body__contains=of_day)
    for officer, link in (
        (place.developer, agreements.PORTAL),
        (place.owner, agreements.HOME),
        (place.operator, agreements.HOME),
    ):
        notices = set(told.filter(recipient_id=officer.id).values_list("notice", "link"))
        assert [each for _notice, each in notices] == [f"{link}{agreed.agreement}/"]


def test_a_limit_crossed_again_on_the_same_day_is_told_once(agreed: Agreed) -> None:
    node = agreed.province.gateway.guards._counters
    warned = guarding.quotas.Warned(str(agreed.agreement), guarding.quotas.Limit.MINUTE, "minute 1", 8, 10)
    for later in (0, 60, 3_600):
        at = laid.AT + timedelta(seconds=later)
        agreed.world.loop.do(node.warned(warned, at=at))
    agreed.world.loop.do(node.warned(warned, at=laid.AT + timedelta(days=1)))

    assert [one.day for one in QuotaWarning.objects.order_by("day")] == [
        today(laid.AT),
        today(laid.AT) + timedelta(1),
    ]


def test_of_an_agreement_that_ended_nobody_is_warned(agreed: Agreed) -> None:
    QuotaWarning.objects.create(
        agreement_id=agreed.agreement, limit="day", day=today(now()), taken=8, most=10, at=now()
    )
    agreements.close(agreed.agreement, ground="Thôi", by=agreed.place.owner, at=now())

    assert warning.tell(at=now()) == 0
    assert not Message.objects.filter(template="exchange.quota").exists()
    assert QuotaWarning.objects.get().told_at is not None


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("quota_warning_of_a_known_limit", {"limit": "parallel"}),
        ("quota_warning_within_the_limit", {"taken": 11}),
        ("quota_warning_within_the_limit", {"taken": 0}),
        ("quota_warned_once_a_day", {}),
    ],
)
def test_a_warning_that_cannot_be(constraint: str, facts: dict[str, Any]) -> None:
    agreement = laid.opened(laid.place())
    base = {"agreement_id": agreement, "limit": "day", "day": laid.DAY, "taken": 8, "most": 10, "at": laid.AT}
    QuotaWarning.objects.create(**base)

    refused(constraint, lambda: QuotaWarning.objects.create(**{**base, **facts}))
