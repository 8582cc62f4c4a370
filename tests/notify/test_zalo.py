"""A message by Zalo, the SMS that stands by for it, and every way in which it may fail."""

from __future__ import annotations

import pytest

from national import people as national_people
from tests.notify.conftest import Sandbox
from tests.notify.support import again, person, phone, tell, until
from tinhso.dossiers import notices
from tinhso.foundation import jobs
from tinhso.notify import api
from tinhso.notify.models import Attempt, Message

pytestmark = pytest.mark.django_db(transaction=True)
WITHOUT_ZALO = next(who.phone for who in national_people.everyone() if who.tech_id == "TD-0003")


def told(*channels: str, number: str = "") -> tuple[dict[str, Message], str]:
    number = number or phone()
    return tell(person(*channels), number, template=notices.STOPPED), number


def services(sandbox: Sandbox, number: str) -> list[str]:
    return [one["service"] for one in sandbox.phone(number)]


def test_by_zalo_the_sms_stays_at_home(sandbox: Sandbox, receipts: None) -> None:
    rows, number = told("zalo", "sms")
    assert (rows["zalo"].state, rows["sms"].state) == ("queued", "standby")
    jobs.run_until_empty()

    assert services(sandbox, number) == ["zalo"]
    assert sandbox.phone(number)[0]["text"].startswith("Hồ sơ H01-1 có thay đổi")
    until(lambda: again(rows["zalo"]).state == "delivered")
    assert not Message.objects.filter(id=rows["sms"].id).exists()


def test_a_phone_without_zalo_gets_the_sms_instead(sandbox: Sandbox) -> None:
    before = len(sandbox.phone(WITHOUT_ZALO))
    rows, number = told("zalo", "sms", number=WITHOUT_ZALO)
    jobs.run_until_empty()

    assert len(sandbox.phone(number)) == before + 1
    assert (again(rows["zalo"]).state, again(rows["sms"]).state) == ("dropped", "sent")
    assert "-118" in rows["zalo"].error


def test_a_phone_without_zalo_and_without_sms_is_a_failure_that_is_seen(sandbox: Sandbox) -> None:
    rows, _number = told("zalo", number=WITHOUT_ZALO)
    jobs.run_until_empty(waits=False)
    assert rows["zalo"].id in {view.id for view in api.failures()}


@pytest.mark.parametrize(("mode", "seconds"), [("late", 1.5), ("timeout", 1.5), ("garbage", 0), ("error", 0)])
def test_what_zalo_may_have_is_not_sent_again_by_any_way(sandbox: Sandbox, mode: str, seconds: float) -> None:
    rows, number = told("zalo", "sms")
    sandbox.fault("zalo", mode, seconds=seconds, times=1)
    jobs.run_until_empty(waits=False)

    assert len(sandbox.phone(number)) == (1 if mode in ("late", "garbage") else 0)
    assert (again(rows["zalo"]).state, again(rows["sms"]).state) == ("failed", "standby")
    (failure,) = [view for view in api.failures() if view.id == rows["zalo"].id]
    assert failure.doubtful


def test_a_worker_that_died_while_asking_zalo_does_not_ask_again(sandbox: Sandbox) -> None:
    rows, number = told("zalo")
    Attempt.objects.create(message=rows["zalo"], provider="zalo", asked_at=rows["zalo"].written_at)
    jobs.run_until_empty(waits=False)

    assert services(sandbox, number) == []
    assert again(rows["zalo"]).state == "failed"
    assert Attempt.objects.get(message=rows["zalo"]).outcome == "doubtful"
