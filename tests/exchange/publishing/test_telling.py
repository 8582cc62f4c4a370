"""Events leave with the change they tell, at least once, in order per subject, signed, to where they may."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from django.db import connection, transaction
from pytest_django import Settings

from tests.exchange.publishing import receiver as playing
from tests.exchange.publishing.receiver import Receiver
from tests.support import people
from tests.support.constraints import refused
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange import api as exchange
from tinhso.exchange.models import Delivery, Published, Subscription
from tinhso.exchange.publishing import asyncapi, pushing, subscribing, writing
from tinhso.exchange.publishing.topics import Topic, declare
from tinhso.exchange.publishing_contracts import DeliveryState, SubscriptionState
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


class Moved(msgspec.Struct, frozen=True):
    """A file moved to a shelf."""

    shelf: int
    when: datetime


MOVED = declare(
    Topic(
        name="tests.file.moved",
        title="Hồ sơ giấy đổi kệ",
        subject_is="Mã hồ sơ",
        tells=Moved,
        example=Moved(1, AT),
    )
)


@pytest.fixture
def system(settings: Settings, transactional_db: None) -> Iterator[Receiver]:
    """A receiver whose network the province named, and that is subscribed."""
    settings.EXCHANGE = replace(settings.EXCHANGE, hook_networks=("127.0.0.0/8",))
    writing.wanted.forget()
    with playing.running() as one:
        yield one
    writing.wanted.forget()


def _subscribe(system: Receiver) -> UUID:
    id, secret = subscribing.subscribe(
        subscribing.Terms(system="Kho lưu trữ tỉnh", topics=[MOVED.name], url=system.url), by=SYSTEM, at=AT
    )
    system.secrets.append(secret)
    return id


def _move(subject: str, shelf: int) -> None:
    with transaction.atomic():
        exchange.publish(MOVED, subject, Moved(shelf, AT), at=AT)


def _push(id: UUID, at: datetime = AT) -> None:
    writing.place(at=at)
    while pushing.due(id, at=at):
        pass


def test_an_event_comes_signed_as_a_cloud_event(system: Receiver) -> None:
    id = _subscribe(system)
    _move("HS-1", 7)
    _push(id)

    (event,) = system.came
    assert (event["type"], event["subject"], event["data"]["shelf"]) == (MOVED.name, "HS-1", 7)
    assert (event["sequence"], event["id"]) == (1, system.ids[0])
    assert system.unsigned == 0


def test_what_was_rolled_back_is_not_told_and_nothing_is_told_outside_a_change(system: Receiver) -> None:
    id = _subscribe(system)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        exchange.publish(MOVED, "HS-1", Moved(1, AT), at=AT)
        raise ZeroDivisionError
    with pytest.raises(RuntimeError, match="inside the transaction"):
        exchange.publish(MOVED, "HS-1", Moved(1, AT), at=AT)
    _push(id)

    assert system.came == []


def test_nothing_is_written_while_nobody_subscribed(system: Receiver) -> None:
    _move("HS-1", 1)
    assert not Published.objects.exists()


def test_a_failed_event_holds_its_subject_and_no_other(system: Receiver) -> None:
    id = _subscribe(system)
    system.statuses = [500, 200]
    for subject, shelf in (("HS-1", 1), ("HS-1", 2), ("HS-2", 3)):
        _move(subject, shelf)
    _push(id)
    _push(id, AT + timedelta(minutes=5))

    assert [event["data"]["shelf"] for event in system.came] == [1, 3, 1, 2]
    assert system.ids[0] == system.ids[2], "the same event has the same id in every try"


def test_a_dead_event_holds_its_subject_until_somebody_decides(system: Receiver) -> None:
    id = _subscribe(system)
    _move("HS-1", 1)
    _move("HS-1", 2)
    writing.place(at=AT)
    Delivery.objects.update(tries_since=pushing.AGAIN.tries - 1)
    system.statuses = [422, 200]
    _push(id)
    _push(id, AT + timedelta(hours=1))

    dead = Delivery.objects.get(state=DeliveryState.DEAD)
    assert [event["data"]["shelf"] for event in system.came] == [1]
    subscribing.give_up(dead.id, by=SYSTEM, at=AT + timedelta(hours=1))
    _push(id, AT + timedelta(hours=2))
    assert [event["data"]["shelf"] for event in system.came] == [1, 2]


def test_a_system_that_fails_for_a_day_rests_and_gets_everything_once_resumed(system: Receiver) -> None:
    id = _subscribe(system)
    system.statuses = [503]
    _move("HS-1", 1)
    at = AT
    while Subscription.objects.get(id=id).state == SubscriptionState.ACTIVE:
        _push(id, at)
        at += timedelta(hours=7)
    assert at - AT >= pushing.LONG
    _move("HS-1", 2)
    system.came.clear()
    _push(id, at)
    assert system.came == []

    system.statuses = [200]
    subscribing.resume(id, by=SYSTEM, at=at)
    _push(id, at)
    assert [event["data"]["shelf"] for event in system.came] == [1, 2]


def test_gone_means_gone_at_once(system: Receiver) -> None:
    id = _subscribe(system)
    system.statuses = [410]
    _move("HS-1", 1)
    _push(id)
    assert Subscription.objects.get(id=id).state == SubscriptionState.PAUSED


def test_replay_tells_a_range_again_in_order(system: Receiver) -> None:
    id = _subscribe(system)
    for shelf in (1, 2, 3):
        _move("HS-1", shelf)
    _push(id)
    count = subscribing.replay(
        id, since=AT, until=AT + timedelta(1), dead_only=False, by=SYSTEM, at=AT + timedelta(1)
    )
    _push(id, AT + timedelta(1))

    assert count == 3
    assert [event["data"]["shelf"] for event in system.came] == [1, 2, 3, 1, 2, 3]


def test_both_secrets_sign_while_one_changes(system: Receiver) -> None:
    id = _subscribe(system)
    later = AT + subscribing.BOTH_SECRETS
    fresh = subscribing.renew_secret(id, by=SYSTEM, at=AT)
    _move("HS-1", 1)
    _push(id)
    assert system.unsigned == 0, "the former secret still signs"
    system.secrets = [fresh]
    _move("HS-1", 2)
    _push(id, later)
    assert system.unsigned == 0
    system.secrets = ["whsec_" + "A" * 44]
    _move("HS-1", 3)
    _push(id, later)
    assert system.unsigned == 1


def test_a_web_hook_never_reaches_into_our_own_networks(system: Receiver, settings: Settings) -> None:
    id = _subscribe(system)
    settings.EXCHANGE = replace(settings.EXCHANGE, hook_networks=())
    _move("HS-1", 1)
    _push(id)

    assert system.came == []
    assert "refused" in Delivery.objects.get().error


def test_an_event_committed_late_is_placed_late_and_lost_to_nobody(system: Receiver) -> None:
    _subscribe(system)
    go, done = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                exchange.publish(MOVED, "HS-1", Moved(1, AT), at=AT)
                go.set()
                done.wait(WITHIN_SECONDS)
        finally:
            connection.close()

    slower = threading.Thread(target=slow)
    slower.start()
    assert go.wait(WITHIN_SECONDS)
    _move("HS-2", 2)
    assert writing.place(at=AT) == 1
    done.set()
    slower.join(WITHIN_SECONDS)
    assert writing.place(at=AT) == 1

    found = Published.objects.order_by("position").values_list("subject", "position")
    assert list(found) == [("HS-2", 1), ("HS-1", 2)]
    earlier = Published.objects.get(subject="HS-1")
    assert earlier.id < Published.objects.get(subject="HS-2").id


def test_a_machine_polls_what_its_subscription_tells_it_of(system: Receiver) -> None:
    machine, secret = people.token(["exchange.read_events"])
    subscribing.subscribe(
        subscribing.Terms(system="Kho", topics=[MOVED.name], token_id=machine.id), by=SYSTEM, at=AT
    )
    for shelf in (1, 2, 3):
        _move("HS-1", shelf)
    writing.place(at=AT)
    browser = people.machine(secret)
    first = browser.get("/api/v1/exchange/events?limit=2")
    told = first.json()
    assert [event["data"]["shelf"] for event in told["events"]] == [1, 2]
    assert (told["next"], told["more"]) == (2, True)
    rest = browser.get(f"/api/v1/exchange/events?after={told['next']}").json()
    assert [event["data"]["shelf"] for event in rest["events"]] == [3]
    again = browser.get("/api/v1/exchange/events?limit=2", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    stranger = people.machine(people.token(["exchange.read_events"])[1])
    assert stranger.get("/api/v1/exchange/events").status_code == 403
    assert (
        people.machine(people.token(["dossiers.list"])[1]).get("/api/v1/exchange/events").status_code == 403
    )
    assert people.machine("nothing").get("/api/v1/exchange/events").status_code == 401


def test_the_description_tells_every_topic_with_its_schema(system: Receiver) -> None:
    told = people.machine("x").get("/api/v1/exchange/asyncapi.json", headers={"authorization": ""}).json()

    assert told["asyncapi"] == "3.0.0"
    schema = told["components"]["schemas"][MOVED.name]
    assert set(schema["properties"]) == {"shelf", "when"}
    assert "vn.tinhso.dossier.accepted" in told["channels"]
    assert "vn.tinhso.agency.merged" in told["channels"]
    assert "vn.tinhso.unit.merged" in told["channels"]
    for name, operation in asyncapi.document()["operations"].items():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in told["channels"], name


@pytest.mark.parametrize(
    "url", ["ftp://x.vn/a", "https://user:pw@x.vn/", "https:///a", "http://x.vn:99999/", "x"]
)
def test_an_address_that_is_none_is_refused(system: Receiver, url: str) -> None:
    with pytest.raises(Invalid):
        subscribing.subscribe(subscribing.Terms("Kho", [MOVED.name], url=url), by=SYSTEM, at=AT)


def test_only_who_runs_the_exchange_subscribes_systems(system: Receiver) -> None:
    with pytest.raises(NotAllowed):
        subscribing.subscribe(
            subscribing.Terms("Kho", [MOVED.name], url=system.url),
            by=people.officer(identity.Role.LEADER),
            at=AT,
        )


def _row(**facts: object) -> Subscription:
    return Subscription(**{"system": "x", "topics": ["a.b"], "url": "https://x.vn/", "made_at": AT, **facts})


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("subscription_state", {"state": "asleep"}),
        ("subscription_to_something", {"topics": []}),
        ("subscription_pushed_or_polled", {"url": ""}),
        ("subscription_web_address", {"url": "file:///etc/passwd"}),
        ("subscription_former_secret", {"former_number": 1, "former_until": AT}),
        ("subscription_ended_or_not", {"state": "ended"}),
        ("subscription_ended_or_not", {"ended_at": AT}),
    ],
)
def test_a_subscription_that_cannot_be_is_not_kept(constraint: str, facts: dict[str, object]) -> None:
    refused(constraint, _row(**facts).save)


def test_events_and_deliveries_that_cannot_be_are_not_kept() -> None:
    token = new_id()
    first = _row(token_id=token)
    first.save()
    refused("subscription_token_once", _row(token_id=token).save)
    event = Published.objects.create(topic="a.b", subject="s", data={}, at=AT, position=1)
    refused("published_position_once", Published(topic="a", subject="s", data={}, at=AT, position=1).save)
    refused("published_position", Published(topic="a", subject="s", data={}, at=AT, position=0).save)
    refused("published_of_a_topic_about_something", Published(topic="", subject="s", data={}, at=AT).save)
    given = {"subscription": first, "event": event, "position": 1, "subject": "s", "next_at": AT}
    Delivery.objects.create(**given)
    refused("delivery_once", Delivery(**given).save)
    refused("delivery_state", Delivery(**{**given, "position": 2, "state": "?", "ended_at": AT}).save)
    refused("delivery_open_or_ended", Delivery(**{**given, "position": 2, "ended_at": AT}).save)
