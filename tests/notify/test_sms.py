"""An SMS from the act that writes it to the phone, its receipt back, and every way in which it may fail."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import LazySettings

from tests.notify.conftest import Sandbox
from tests.notify.support import AT, again, person, phone, tell, until
from tinhso.foundation import jobs, moments
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.foundation.refs import SYSTEM
from tinhso.notify import api
from tinhso.notify.carriers import providers
from tinhso.notify.models import Attempt, Message, Provider

pytestmark = pytest.mark.django_db(transaction=True)


def only(name: str) -> None:
    """Give one provider all the traffic."""
    providers.standing(at=AT)
    for row in Provider.objects.all():
        row.priority = 100 if row.name == name else 0
        row.save()


def outcomes(message: Message) -> list[tuple[str, str]]:
    rows = Attempt.objects.filter(message=message).order_by("asked_at", "id")
    return list(rows.values_list("provider", "outcome"))


def test_an_sms_leaves_after_commit_and_its_receipt_comes_back(sandbox: Sandbox, receipts: None) -> None:
    number = phone()
    message = tell(person("sms"), number)["sms"]
    assert (message.state, sandbox.phone(number)) == ("queued", [])

    jobs.run_until_empty()
    (arrived,) = sandbox.phone(number)
    assert arrived["text"].startswith("Ho so H01-1 co tin moi. http")
    assert arrived["text"].endswith("/ho-so/H01-1/")
    assert "giay khai sinh" not in arrived["text"]
    until(lambda: again(message).state == "delivered")

    assert message.delivered_at is not None
    assert message.about_id is not None
    shown = {view.channel: view for view in api.about(kind="test", subject_id=message.about_id)}
    assert shown[api.Channel.SMS].state is api.State.DELIVERED
    assert outcomes(message) == [(message.provider, "accepted")]


def test_nobody_gets_an_sms_who_did_not_ask_for_it(sandbox: Sandbox) -> None:
    number = phone()
    assert "sms" not in tell(person(), number)
    assert tell(None, number) == {}


def test_an_answer_after_the_time_out_does_not_send_twice(sandbox: Sandbox) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    sandbox.fault("sms-a", "late", seconds=1.5, times=1)
    jobs.run_until_empty()

    assert len(sandbox.phone(number)) == 1, "the provider took it"
    assert (again(message).state, message.provider) == ("queued", "sms-a")
    only("sms-b")
    jobs.run_until_empty(waits=False)

    assert len(sandbox.phone(number)) == 1
    assert again(message).state == "sent"
    assert outcomes(message) == [("sms-a", "doubtful"), ("sms-a", "accepted")]


def test_a_receipt_settles_what_the_time_out_left_in_doubt(sandbox: Sandbox, receipts: None) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    sandbox.fault("sms-a", "late", seconds=1.5, times=1)
    jobs.run_until_empty()
    until(lambda: again(message).state == "delivered")
    jobs.run_until_empty(waits=False)

    assert len(sandbox.phone(number)) == 1
    assert outcomes(message) == [("sms-a", "doubtful")]
    assert DeadLetter.objects.count() == 0


def test_a_provider_that_cannot_be_reached_is_followed_by_the_other(
    sandbox: Sandbox, settings: LazySettings
) -> None:
    only("sms-a")
    away, other = settings.MESSAGING.sms
    object.__setattr__(away, "url", "http://127.0.0.1:1")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    jobs.run_until_empty()

    assert [one["service"] for one in sandbox.phone(number)] == [other.name]
    assert outcomes(message) == [("sms-a", "not_taken"), ("sms-b", "accepted")]


@pytest.mark.parametrize(
    ("mode", "more", "outcome"),
    [
        ("error", {"status": 503}, "doubtful"),
        ("garbage", {}, "doubtful"),
        ("timeout", {"seconds": 1.5}, "doubtful"),
    ],
)
def test_one_who_may_have_it_is_asked_again_alone(
    sandbox: Sandbox, mode: str, more: dict[str, object], outcome: str
) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    sandbox.fault("sms-a", mode, times=1, **more)
    jobs.run_until_empty(waits=False)

    assert len(sandbox.phone(number)) == 1
    assert outcomes(message) == [("sms-a", outcome), ("sms-a", "accepted")]


@pytest.mark.parametrize("status", [401, 429])
def test_a_refusal_of_our_account_sends_the_message_to_the_other(sandbox: Sandbox, status: int) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    sandbox.fault("sms-a", "error", status=status, times=1)
    jobs.run_until_empty()

    assert outcomes(message) == [("sms-a", "not_taken"), ("sms-b", "accepted")]


def test_a_request_that_arrives_twice_is_one_message(sandbox: Sandbox) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    sandbox.fault("sms-a", "duplicate", times=1)
    jobs.run_until_empty()

    assert len(sandbox.phone(number)) == 1
    assert again(message).state == "sent"


def test_a_message_the_provider_never_takes_is_seen_and_not_tried_again(sandbox: Sandbox) -> None:
    only("sms-a")
    message = tell(person("sms"), phone())["sms"]
    sandbox.fault("sms-a", "error", status=422)
    jobs.run_until_empty(waits=False)

    assert (again(message).state, message.tries) == ("failed", 1)
    assert message.id in {view.id for view in api.failures()}


def test_what_stays_in_doubt_is_seen_and_a_person_decides(sandbox: Sandbox) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    sandbox.fault("sms-a", "error", status=500)
    jobs.run_until_empty(waits=False)
    (failure,) = [view for view in api.failures() if view.id == message.id]
    assert failure.doubtful
    assert number[1:] not in failure.error + json.dumps(list(DeadLetter.objects.values("error")))

    sandbox.web.delete("/_fault", headers={"authorization": "Bearer sandbox-secret"})
    api.resend(message_id=message.id, by=SYSTEM, at=moments.now())
    with pytest.raises(api.NotFailed):
        api.resend(message_id=message.id, by=SYSTEM, at=moments.now())
    jobs.run_until_empty()

    assert (again(message).state, message.round) == ("sent", 1)
    assert len(sandbox.phone(number)) == 1


def test_a_provider_that_fails_again_and_again_is_left_alone_and_tried_by_one_message(
    sandbox: Sandbox,
) -> None:
    only("sms-a")
    sandbox.fault("sms-a", "error", status=429)
    for _ in range(5):
        tell(person("sms"), phone())
    jobs.run_until_empty()
    a = Provider.objects.get(name="sms-a")
    assert a.open_until is not None
    asked = Attempt.objects.filter(provider="sms-a").count()

    tell(person("sms"), phone())
    jobs.run_until_empty()
    assert Attempt.objects.filter(provider="sms-a").count() == asked, "it is left alone"

    later = a.open_until + timedelta(seconds=1)
    assert providers.choose(without=(), at=later) == "sms-a", "one message tries it"
    assert providers.choose(without=(), at=later) == "sms-b", "the others wait for how that ends"
    providers.worked("sms-a")
    assert Provider.objects.get(name="sms-a").open_until is None


def test_a_worker_that_dies_before_the_mark_asks_the_same_provider_under_the_same_key(
    sandbox: Sandbox,
) -> None:
    only("sms-a")
    number = phone()
    message = tell(person("sms"), number)["sms"]
    jobs.run_until_empty()
    Message.objects.filter(id=message.id).update(state="queued", sent_at=None)
    only("sms-b")
    jobs.jobs.get("notify.deliver").defer(message_id=str(message.id))
    jobs.run_until_empty()

    assert len(sandbox.phone(number)) == 1
    assert [provider for provider, _outcome in outcomes(message)] == ["sms-a", "sms-a"]
