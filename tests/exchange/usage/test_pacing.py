"""A person has the registers asked as often as the province's rules say, and is told when to come back."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.exchange.messages.gateway import Gateway
from tests.exchange.usage.test_data_log import ELSEWHERE, HOME, _tracker, gateway, person
from tests.support import people
from tinhso.exchange.usage import pacing
from tinhso.foundation import legal, moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef

__all__ = ["gateway", "person"]
pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)


def test_looks_are_counted_by_person_and_hour(transactional_db: None) -> None:
    one, other = new_id(), new_id()
    most = legal.integer(pacing.MOST, on=moments.today(AT))
    for _time in range(most):
        pacing.count(one, at=AT)

    with pytest.raises(pacing.TooManyLooks) as refused:
        pacing.count(one, at=AT)

    assert refused.value.facts["minutes"] == 50
    assert "50" in refused.value.message
    pacing.count(other, at=AT)
    pacing.count(one, at=AT + timedelta(minutes=50))


def test_whoever_asks_too_often_still_reads_what_is_ours(gateway: Gateway, person: ActorRef) -> None:
    assert person.id is not None
    register = _tracker()
    client = people.client(person)
    assert ELSEWHERE["action"] in client.get(HOME).content.decode()
    heard = len(gateway.heard)
    at = moments.now()
    for hour in (at, at + timedelta(hours=1)):
        with suppress(pacing.TooManyLooks):
            while True:
                pacing.count(person.id, at=hour)

    again = client.get(HOME)
    piece = client.get(f"{HOME}{register.id}/?phan=1")

    assert (again.status_code, piece.status_code) == (429, 429)
    assert "nhiều lần trong giờ này" in again.content.decode()
    assert "Tỉnh đã gửi dữ liệu cho nơi khác" in again.content.decode()
    assert "Chưa có nơi nào khác" not in again.content.decode()
    assert len(gateway.heard) == heard, "no register was asked again"
