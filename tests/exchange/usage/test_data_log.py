"""A person sees who used their data: here, at every register at once, late ones asked again, nothing kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from tests.exchange.messages import gateway as playing
from tests.exchange.messages.asked import TELL, Birth
from tests.exchange.messages.gateway import Gateway, Say
from tests.support import people
from tests.support.constraints import refused
from tinhso.exchange import api as exchange
from tinhso.exchange import inward
from tinhso.exchange.models import Attempt, Dispute, Errand, State, Tracker, Usage
from tinhso.exchange.open_work import open_work
from tinhso.exchange.usage import answering, asking, disputing, noting
from tinhso.foundation import jobs, legal, moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef, SubjectRef
from tinhso.identity import api as identity

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NUMBER = "079190012345"
HOME = "/tai-khoan/ai-da-xem/noi-khac/"
FIND = "/trong-truc/nhat-ky-du-lieu/v2/findUsage"
ELSEWHERE = {
    "logtime": "2026-11-20T08:15:00Z",
    "action": "Xác minh để cấp hộ chiếu",
    "receiverCode": "VNA08",
    "receiverName": "Cục Quản lý xuất nhập cảnh",
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway(settings: Settings, transactional_db: None) -> Iterator[Gateway]:
    State.objects.update_or_create(id=1, defaults={"server": "VN-DEMO/GOV/H01/AG1"})
    with playing.running() as one:
        settings.EXCHANGE = replace(settings.EXCHANGE, host="127.0.0.1", port=one.port)
        one.says = [Say(body={"totalUsages": 1, "usages": [ELSEWHERE]})]
        yield one


@pytest.fixture
def person() -> ActorRef:
    return people.person("Danh Thị Kha", personal_id=NUMBER)


def _tracker(name: str = "Cơ sở dữ liệu dân cư", service: str = "GOV/BCA/DANCU/theo-doi") -> Tracker:
    return Tracker.objects.create(name=name, service=service, added_at=AT)


def _by_gateway(code: str = f"VN{NUMBER}", **query: str) -> Any:
    headers = {inward.HEADER: inward.mark(), "X-Road-UserId": code, "X-Road-Client": "VN-DEMO/GOV/X/Y"}
    return Client().get(FIND, {"userCode": code, **query}, headers=headers)


def _page(person: ActorRef) -> str:
    answer = people.client(person).get(HOME)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def test_the_page_shows_what_every_register_told_and_keeps_nothing(
    gateway: Gateway, person: ActorRef
) -> None:
    _tracker()
    _tracker("Hộ tịch", "GOV/BTP/HOTICH/theo-doi")
    page = _page(person)

    assert page.count(ELSEWHERE["action"]) >= 2
    assert {urlsplit(one.target).path.split("/")[5] for one in gateway.heard} == {"HOTICH", "DANCU"}
    for one in gateway.heard:
        asked = parse_qs(urlsplit(one.target).query)
        assert asked["userCode"] == [f"VN{NUMBER}"]
        assert one.headers["X-Road-UserId"] == f"VN{NUMBER}"
    assert not Errand.objects.exists()
    assert not Attempt.objects.exists()
    assert not Usage.objects.exists()


def test_a_late_register_holds_nobody_up_and_is_asked_again(gateway: Gateway, person: ActorRef) -> None:
    register = asking.Register(_tracker().id, "Dân cư", "GOV/BCA/DANCU/theo-doi")
    hold = threading.Event()
    gateway.says = [Say(body={"totalUsages": 1, "usages": [ELSEWHERE]}, wait=hold)]
    try:
        (told,) = asking.ask_all([register], NUMBER, since=AT, until=AT, patience=0.2)
    finally:
        hold.set()
    assert told.heard is asking.Heard.LATE

    piece = people.client(person).get(f"{HOME}{register.id}/?phan=1")
    assert ELSEWHERE["action"] in piece.content.decode()
    assert "<html" not in piece.content.decode()


@pytest.mark.parametrize(
    "said",
    [
        Say(500),
        Say(404),
        Say(body={"totalUsages": "x"}),
        Say(body=b"<html>"),
        Say(body={"totalUsages": 1, "usages": [{**ELSEWHERE, "logtime": "2026-11-20T08:15:00"}]}),
        playing.fault("server.serverproxy.access_denied"),
        Say(cut=True),
    ],
)
def test_a_register_that_fails_is_said_to_and_the_rest_stands(
    gateway: Gateway, person: ActorRef, said: Say
) -> None:
    _tracker()
    gateway.says = [said]
    page = _page(person)

    assert "Chưa hỏi được nơi này" in page


def test_what_a_register_says_cannot_run_on_the_page(gateway: Gateway, person: ActorRef) -> None:
    _tracker()
    gateway.says = [
        Say(body={"totalUsages": 1, "usages": [{**ELSEWHERE, "action": "<script>alert(1)</script>"}]})
    ]
    assert "<script>alert(1)" not in _page(person)


def test_only_the_person_opens_the_page(gateway: Gateway, person: ActorRef) -> None:
    assert Client().get(HOME).status_code in (302, 403)
    assert people.client(people.officer()).get(HOME).status_code in (302, 403)


def test_our_own_page_leads_there(person: ActorRef) -> None:
    assert HOME in people.client(person).get("/tai-khoan/ai-da-xem/").content.decode()


def test_a_message_about_a_person_stands_in_their_log(gateway: Gateway, person: ActorRef) -> None:
    gateway.says = [Say(body={"number": "1"})]
    with transaction.atomic():
        birth = Birth(NUMBER, "Kha", reason="Báo kết quả đăng ký kết hôn")
        exchange.send(TELL, birth, business_key="k", by=SYSTEM, at=AT)
    jobs.run_until_empty()

    row = Usage.objects.get()
    assert (row.action, row.receiver_code) == ("Báo kết quả đăng ký kết hôn", "GOV/BTP/HOTICH")
    assert "Báo kết quả đăng ký kết hôn" in _page(person)


def test_our_register_answers_trackers_with_uses_and_looks_newest_first(
    gateway: Gateway, person: ActorRef
) -> None:
    assert person.id is not None
    officer = people.officer(name="Lê Thị Hoa")
    identity.look(officer, person.id, "Thẩm tra hồ sơ kết hôn", SubjectRef("dossier", new_id()), AT)
    noting.note(
        [NUMBER],
        action="Chi trả trợ cấp",
        to=noting.Receiver("VN-DEMO/GOV/BYT/X"),
        at=AT + timedelta(hours=1),
    )
    told = _by_gateway().json()

    assert told["totalUsages"] == 2
    assert [one["action"] for one in told["usages"]] == ["Chi trả trợ cấp", "Thẩm tra hồ sơ kết hôn"]
    assert told["usages"][1]["receiverName"].startswith("Lê Thị Hoa")
    assert told["usages"][1]["receiverCode"] == "VNH01"
    paged = _by_gateway(offset="1", limit="1").json()
    assert (paged["totalUsages"], paged["usages"]) == (2, told["usages"][1:])
    until = (AT + timedelta(minutes=30)).isoformat()
    assert _by_gateway(periodEnd=until).json()["totalUsages"] == 1
    assert _by_gateway("VN079190099999").json() == {"totalUsages": 0, "usages": []}


def test_trackers_reach_us_by_the_gateway_alone(gateway: Gateway) -> None:
    for name in ("findUsage", "usagePeriod", "heartbeat"):
        address = f"/trong-truc/nhat-ky-du-lieu/v2/{name}"
        assert Client().get(address).status_code == 403
        assert Client().get(address, headers={inward.HEADER: "x"}).status_code == 403
    headers = {inward.HEADER: inward.mark()}
    assert Client().get("/trong-truc/nhat-ky-du-lieu/v2/heartbeat", headers=headers).json() == {
        "status": "OK"
    }
    assert "periodStart" in Client().get("/trong-truc/nhat-ky-du-lieu/v2/usagePeriod", headers=headers).json()
    assert _by_gateway(periodStart="x").status_code == 400
    assert _by_gateway(limit="-1").status_code == 400
    assert _by_gateway("").status_code == 400


def test_the_gateway_marks_calls_to_our_own_services_and_no_others() -> None:
    forged = [("tinhso-gateway", "forged"), ("Accept", "x")]
    assert inward.marked("http://10.0.0.1/trong-truc/x", forged) == [("Accept", "x")]
    assert inward.marked("http://127.0.0.1:8000/khac/", forged) == [("Accept", "x")]
    ours = inward.marked("http://127.0.0.1:8000/trong-truc/x", forged)
    assert ours == [("Accept", "x"), (inward.HEADER, inward.mark())]


def test_a_representative_who_looks_is_noted(gateway: Gateway) -> None:
    headers = {inward.HEADER: inward.mark(), "X-Road-UserId": "VN079190000001", "X-Road-Client": "VN/GOV/C/P"}
    Client().get(FIND, {"userCode": f"VN{NUMBER}"}, headers=headers)
    (entry,) = _by_gateway().json()["usages"]
    assert "đại diện" in entry["action"]


def test_hiding_is_followed_only_where_a_rule_names_the_receiver(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = noting.Receiver("VN-DEMO/GOV/CQDT/X")
    noting.note([NUMBER], action="Hỏi", to=secret, at=AT, hidden=True)
    assert answering.find(NUMBER, since=AT, until=AT + timedelta(1), at=AT)["totalUsages"] == 1

    rule = {"dieu-tra": {"words": "w", "basis": "b", "receivers": [secret.code], "days": 180}}
    known = legal.value
    monkeypatch.setattr(
        legal, "value", lambda key, *, on: rule if key == "usage_hiding" else known(key, on=on)
    )
    noting.note([NUMBER], action="Hỏi nữa", to=secret, at=AT, hidden=True)
    find = {"since": AT, "until": AT + timedelta(1)}
    assert answering.find(NUMBER, **find, at=AT + timedelta(179))["totalUsages"] == 1
    assert answering.find(NUMBER, **find, at=AT + timedelta(180))["totalUsages"] == 2


def test_many_persons_at_once_are_counted_not_named() -> None:
    noting.note([f"0791900{n:05d}" for n in range(101)], action="Đối soát", to=noting.Receiver("X"), at=AT)
    assert list(Usage.objects.values_list("person", "count")) == [(None, 101)]
    noting.note([f"0791900{n:05d}" for n in range(100)], action="Đối soát", to=noting.Receiver("X"), at=AT)
    assert Usage.objects.exclude(person=None).count() == 100


def test_a_call_is_noted_by_what_its_headers_say() -> None:
    noting.note_call(
        {"X-Road-Client": "A/B/C/D", "Tinhso-Reason": "C%E1%BA%A5p%20th%E1%BA%BB", "X-Road-Id": "m"},
        [NUMBER],
        at=AT,
    )
    noting.note_call({"X-Road-Client": "A/B/C/D", "Tinhso-Reason": "%FF"}, ["VN" + NUMBER], at=AT)
    noting.note_call({}, [NUMBER], at=AT)
    rows = list(Usage.objects.order_by("id").values_list("action", "receiver_code"))
    assert rows[0] == ("Cấp thẻ", "A/B/C/D")
    assert rows[2] == ("Bên nhận không ghi lý do", "?")
    assert len({bytes(row.person or b"") for row in Usage.objects.all()}) == 1


def test_a_person_disputes_an_entry_and_reads_the_answer(gateway: Gateway, person: ActorRef) -> None:
    _tracker()
    browser = people.client(person)
    page = browser.get(HOME).content.decode()
    mark = page.split("phan-anh/?muc=")[1].split('"')[0]
    mark = parse_qs(f"muc={mark}")["muc"][0]
    assert ELSEWHERE["action"] in browser.get(f"{HOME}phan-anh/", {"muc": mark}).content.decode()
    empty = browser.post(f"{HOME}phan-anh/", {"muc": mark, "loi": ""})
    assert empty.status_code == 422
    sent = browser.post(f"{HOME}phan-anh/", {"muc": mark, "loi": "Tôi không xin hộ chiếu"})
    assert sent.status_code == 302
    assert browser.post(f"{HOME}phan-anh/", {"muc": mark, "loi": "Lại"}).status_code == 409
    assert browser.post(f"{HOME}phan-anh/", {"muc": mark + "x", "loi": "Giả"}).status_code == 404

    row = Dispute.objects.get()
    assert sum(open_work().disputes.values()) == 1
    assert row.due_at - row.made_at == timedelta(days=10)
    assert b"kh\xc3\xb4ng xin" not in bytes(row.sealed)
    desk = people.client(people.officer(identity.Role.ADMINISTRATOR, name="Quản Trị"))
    assert "Tôi không xin hộ chiếu" in desk.get("/can-bo/truc/phan-anh/").content.decode()
    assert people.client(people.officer()).get("/can-bo/truc/phan-anh/").status_code == 403
    desk.post(f"/can-bo/truc/phan-anh/{row.id}/", {"tra-loi": "Đã nhờ Cục kiểm tra"})
    assert "Đã nhờ Cục kiểm tra" in browser.get(HOME).content.decode()
    assert not open_work().disputes
    with pytest.raises(Conflict):
        disputing.answer(row.id, words="x", by=SYSTEM, at=moments.now())


def test_nobody_disputes_for_another_and_an_answer_needs_words(person: ActorRef) -> None:
    assert person.id is not None
    entry = disputing.Entry(AT.isoformat(), "a", "c")
    with pytest.raises(NotAllowed):
        disputing.dispute(entry, words="x", person_id=person.id, by=people.person(), at=AT)
    with pytest.raises(Invalid):
        disputing.answer(new_id(), words=" ", by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("usage_of_one_person_or_counted", {"count": 3}),
        ("usage_of_one_person_or_counted", {"person": None}),
        ("usage_says_why_and_to_whom", {"action": ""}),
        ("usage_hidden_by_a_rule_for_a_time", {"hide_rule": "r"}),
        ("usage_hidden_by_a_rule_for_a_time", {"hidden_until": AT + timedelta(1)}),
    ],
)
def test_a_usage_that_cannot_be_is_not_kept(constraint: str, facts: dict[str, Any]) -> None:
    given = {"at": AT, "person": b"p", "action": "a", "receiver_code": "c", **facts}
    refused(constraint, Usage(**given).save)


def test_trackers_and_disputes_that_cannot_be_are_not_kept() -> None:
    refused("tracker_service_has_four_parts", Tracker(name="x", service="a/b", added_at=AT).save)
    ended = Tracker(name="x", service="a/b/c/d", added_at=AT, ended_at=AT - timedelta(1))
    refused("tracker_ends_after_it_began", ended.save)
    person = new_id()
    given = {"person_id": person, "entry_key": "k", "receiver_code": "c", "sealed": b"s", "made_at": AT}
    Dispute.objects.create(**given, due_at=AT + timedelta(1))
    refused("dispute_once_per_entry", Dispute(**given, due_at=AT + timedelta(1)).save)
    other = {**given, "entry_key": "l"}
    refused("dispute_is_due_after_it_was_made", Dispute(**other, due_at=AT).save)
    refused("dispute_is_answered_in_words", Dispute(**other, due_at=AT + timedelta(1), answer="x").save)
    refused("dispute_is_answered_in_words", Dispute(**other, due_at=AT + timedelta(1), answered_at=AT).save)
