"""Certificates that end soon are told of at each mark, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.exchange.gateway.world import AG1, Side, World, now
from tests.support.constraints import refused
from tinhso.exchange import configuration
from tinhso.exchange.diagnosing import expiring
from tinhso.exchange.models import ExpiryNotice

pytestmark = pytest.mark.django_db(transaction=True)


def test_ends_are_listed_soonest_first_with_what_they_serve(world: World, province: Side) -> None:
    ends = expiring.endings(configuration.held())

    assert [one.not_after for one in ends] == sorted(one.not_after for one in ends)
    assert f"Kết nối TLS giữa các máy chủ: {AG1}" in {one.what for one in ends}


def test_each_mark_is_told_once_and_marks_that_passed_unseen_are_not_made_up_for(
    world: World, province: Side
) -> None:
    end = next(
        one
        for one in expiring.endings(configuration.held())
        if one.what == f"Kết nối TLS giữa các máy chủ: {AG1}"
    )

    def told(days: float) -> list[int]:
        expiring.warn(at=end.not_after - timedelta(days=days))
        rows = ExpiryNotice.objects.filter(fingerprint=end.fingerprint)
        return sorted(rows.values_list("days", flat=True))

    assert told(61) == []
    assert told(59.5) == told(59) == [60]
    assert told(6) == [7, 60]
    assert told(6) == [7, 60]
    assert told(0.5) == [1, 7, 60]
    assert told(-3) == [1, 7, 60]


def test_the_database_refuses_a_second_notice_and_a_mark_that_is_none() -> None:
    whole = {"fingerprint": "0" * 64, "days": 7, "told_at": now()}
    ExpiryNotice.objects.create(**whole)
    refused("expiry_told_once", lambda: ExpiryNotice.objects.create(**whole))
    refused("expiry_notice_sha256", lambda: ExpiryNotice.objects.create(**(whole | {"fingerprint": "x"})))
