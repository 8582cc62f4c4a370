"""Systems that are told of events, by pages: subscribed, paused, replayed, given new secrets, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.exchange.administration.counting import cost
from tests.exchange.agreements.test_pages import words
from tests.exchange.publishing.test_telling import MOVED
from tests.support import people
from tests.support.constraints import refused
from tests.support.people import AT
from tinhso.exchange.models import Delivery, Published, Subscription
from tinhso.exchange.publishing import feed, signing, subscribing, writing
from tinhso.exchange.publishing_contracts import DeliveryState, SubscriptionState
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
HOME = "/can-bo/truc/su-kien/"
URL = "https://kho.example.vn/nhan"


@pytest.fixture(autouse=True)
def forgotten() -> Any:
    writing.wanted.forget()
    yield
    writing.wanted.forget()


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(Role.ADMINISTRATOR))


def subscribed(url: str = URL, system: str = "Kho lưu trữ") -> Subscription:
    terms = subscribing.Terms(system=system, topics=[MOVED.name], url=url)
    return Subscription.objects.get(id=subscribing.subscribe(terms, by=SYSTEM, at=AT)[0])


def told(row: Subscription, state: DeliveryState, place: int) -> Delivery:
    event = Published.objects.create(topic=MOVED.name, subject="HS-1", data={}, at=AT, position=place)
    return Delivery.objects.create(
        subscription=row,
        event=event,
        position=place,
        subject="HS-1",
        state=state,
        next_at=AT,
        ended_at=None if state is DeliveryState.WAITING else AT,
        error="HTTP 500" if state is DeliveryState.DEAD else "",
        tries=14,
        tried_at=AT,
    )


def test_a_web_hook_is_subscribed_and_its_secret_shown_once(operator: Client) -> None:
    form = f"{HOME}dang-ky/"
    assert "Hồ sơ giấy đổi kệ" in words(operator.get(form))
    sent: dict[str, Any] = {"he-thong": "Kho", "chu-de": [MOVED.name], "cach": "day", "dia-chi": URL}
    for wrong, said in (
        ({"he-thong": ""}, "Nhập tên hệ thống"),
        ({"chu-de": []}, "Chọn ít nhất một"),
        ({"dia-chi": ""}, "Nhập địa chỉ nhận"),
        ({"dia-chi": "ftp://x"}, "Địa chỉ nhận phải là"),
    ):
        bad = operator.post(form, sent | wrong)
        assert (bad.status_code, said in words(bad)) == (422, True), said
    answer = operator.post(form, sent)
    row = Subscription.objects.get()
    assert signing.secret(row.id, 1) in words(answer)
    assert "no-store" in answer["Cache-Control"]
    one = operator.get(f"{HOME}{row.id}/")
    assert (URL in words(one), signing.secret(row.id, 1) in words(one)) == (True, False)
    assert "chưa lần nào" in words(operator.get(HOME))


def test_a_reader_gets_a_machine_token_and_how_far_it_read_is_seen(operator: Client) -> None:
    sent = {"he-thong": "Kho", "chu-de": [MOVED.name], "cach": "tu-lay", "dia-chi": ""}
    token = operator.post(f"{HOME}dang-ky/", sent).context["secret"]
    row = Subscription.objects.get()
    machine = people.machine(token)
    Published.objects.create(topic=MOVED.name, subject="HS-1", data={}, at=AT, position=1)
    assert "1 sự kiện" in words(operator.get(f"{HOME}{row.id}/"))
    assert len(machine.get("/api/v1/exchange/events").json()["events"]) == 1
    assert machine.get("/api/v1/exchange/events?after=1").json()["events"] == []
    row.refresh_from_db()
    assert (row.read_to, row.read_at is not None) == (1, True)
    assert "0 sự kiện" in words(operator.get(f"{HOME}{row.id}/"))
    renewed = operator.post(f"{HOME}{row.id}/lam/", {"viec": "ma-moi"}).context["secret"]
    assert machine.get("/api/v1/exchange/events").status_code == 401
    assert people.machine(renewed).get("/api/v1/exchange/events").status_code == 200


def test_one_place_read_again_and_again_is_noted_once_a_minute() -> None:
    row = subscribed()
    Subscription.objects.update(token_id=new_id())
    row.refresh_from_db()
    for seconds in (0, 30, 59, 60):
        feed.after(0, token_id=row.token_id, limit=1, at=AT + timedelta(seconds=seconds))
        row.refresh_from_db()
        assert row.read_at == AT + timedelta(seconds=60 if seconds == 60 else 0)
    refused("subscription_read_to_a_place", lambda: Subscription.objects.update(read_to=None))
    refused("subscription_read_to_a_place", lambda: Subscription.objects.update(read_to=-1))


def test_a_system_rests_goes_on_and_ends(operator: Client) -> None:
    row = subscribed()
    do, one = f"{HOME}{row.id}/lam/", f"{HOME}{row.id}/"
    bad = operator.post(do, {"viec": "tam-dung", "vi-sao": " "})
    assert (bad.status_code, "Hãy ghi vì sao" in words(bad)) == (422, True)
    operator.post(do, {"viec": "tam-dung", "vi-sao": "Kho nâng cấp"})
    assert "Kho nâng cấp" in words(operator.get(one))
    operator.post(do, {"viec": "chay-lai"})
    assert Subscription.objects.get().state == SubscriptionState.ACTIVE
    shown = operator.post(do, {"viec": "khoa-moi"})
    assert signing.secret(row.id, 2) in words(shown)
    assert "khóa trước còn ký" in words(operator.get(one))
    assert operator.post(do, {"viec": "thoi"})["Location"] == one
    assert "Thôi báo" not in words(operator.get(one))
    assert ("Kho lưu trữ" in words(operator.get(HOME)), operator.get(f"{one}sua/").status_code) == (
        False,
        404,
    )
    assert "Kho lưu trữ" in words(operator.get(f"{HOME}?xem=da-thoi"))
    assert operator.post(do, {"viec": "chay-lai"}).status_code == 404
    assert operator.post(do, {"viec": "bay"}).status_code == 404
    assert operator.get(f"{HOME}{new_id()}/").status_code == 404


def test_what_a_system_is_told_of_changes(operator: Client) -> None:
    row, unit = subscribed(), people.unit()
    form = f"{HOME}{row.id}/sua/"
    assert URL in words(operator.get(form))
    sent = {"he-thong": "Kho mới", "chu-de": [MOVED.name], "dia-chi": f"{URL}/2", "don-vi": str(unit)}
    assert operator.post(form, sent | {"chu-de": ["x"]}).status_code == 422
    assert operator.post(form, sent)["Location"] == f"{HOME}{row.id}/"
    row.refresh_from_db()
    assert (row.system, row.url, row.unit_id) == ("Kho mới", f"{URL}/2", unit)


def test_events_are_replayed_alone_or_of_a_time_and_left_out(operator: Client) -> None:
    row, other = subscribed(), subscribed(system="Khác")
    dead, came, waits = (
        told(row, state, place)
        for place, state in enumerate((DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.WAITING), 1)
    )
    one = f"{HOME}{row.id}/"
    assert "HTTP 500" in words(operator.get(f"{one}?xem=dead"))
    assert "HTTP 500" not in words(operator.get(f"{one}?xem=delivered"))
    assert operator.post(f"{one}{waits.id}/", {"viec": "gui-lai"}).status_code == 409
    assert operator.post(f"{HOME}{other.id}/{dead.id}/", {"viec": "gui-lai"}).status_code == 404
    assert operator.post(f"{one}{dead.id}/", {"viec": "bay"}).status_code == 404
    operator.post(f"{one}{came.id}/", {"viec": "gui-lai"})
    operator.post(f"{one}{dead.id}/", {"viec": "bo-qua"})
    states = dict(Delivery.objects.values_list("id", "state"))
    assert states == {dead.id: "given-up", came.id: "waiting", waits.id: "waiting"}
    operator.post(f"{one}{dead.id}/", {"viec": "gui-lai"})
    Delivery.objects.filter(id=came.id).update(state="delivered", ended_at=AT)
    Delivery.objects.filter(id=dead.id).update(state="dead", ended_at=AT)
    bad = operator.post(f"{one}lam/", {"viec": "gui-lai", "tu": "hôm qua"})
    assert (bad.status_code, "Chọn ngày giờ" in words(bad)) == (422, True)
    when = {"viec": "gui-lai", "tu": f"{moments.local(AT):%Y-%m-%dT%H:%M}"}
    page = operator.post(f"{one}lam/", when)["Location"]
    assert "Đã xếp 1 sự kiện" in words(operator.get(page))
    operator.post(f"{one}lam/", when | {"ca-da-nhan": "1"})
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}


def test_lists_are_paged_and_cost_no_more_queries(operator: Client) -> None:
    row = subscribed()

    one = f"{HOME}{row.id}/"
    few = cost(operator, HOME), cost(operator, one)
    for place in range(1, 56):
        told(row, DeliveryState.DEAD, place)
        subscribed(system=f"Hệ thống {place}")
    assert (cost(operator, HOME), cost(operator, one)) == few
    page = operator.get(HOME)
    assert (len(page.context["rows"]), len(operator.get(page.context["next"]).context["rows"])) == (50, 6)
    page = operator.get(one)
    rest = operator.get(page.context["next"]).context["deliveries"]
    assert (len(page.context["deliveries"]), len(rest)) == (50, 5)
    assert page.context["line"].dead == 55
