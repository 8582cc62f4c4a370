"""Registers that a person's page asks, by their page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.exchange.administration.counting import cost
from tests.exchange.agreements.test_pages import words
from tests.support import people
from tests.support.people import AT
from tinhso.exchange.contracts import Cause
from tinhso.exchange.message_contracts import Outcome
from tinhso.exchange.messages import transport
from tinhso.exchange.models import Dependency, Tracker
from tinhso.exchange.usage import asking, trackers
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
HOME = "/can-bo/truc/noi-giu-du-lieu/"
SERVICE = "GOV/BTP/HOTICH/theo-doi"


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(Role.ADMINISTRATOR))


def test_a_register_is_added_paused_and_asked_again(operator: Client) -> None:
    assert "Chưa có nơi nào" in words(operator.get(HOME))
    for sent in ({"ten": " ", "dich-vu": SERVICE}, {"ten": "Hộ tịch", "dich-vu": "HOTICH"}):
        assert operator.post(HOME, sent).status_code == 422
    assert operator.post(HOME, {"ten": "Hộ tịch", "dich-vu": f" {SERVICE} "})["Location"] == HOME
    row = Tracker.objects.get()
    assert [one.name for one in asking.registers()] == ["Hộ tịch"]
    operator.post(f"{HOME}{row.id}/", {"viec": "dung"})
    assert (asking.registers(), "Thôi hỏi từ" in words(operator.get(HOME))) == ([], True)
    assert operator.post(f"{HOME}{row.id}/", {"viec": "dung"}).status_code == 404
    operator.post(f"{HOME}{row.id}/", {"viec": "hoi-lai"})
    assert [one.service for one in asking.registers()] == [SERVICE]
    assert operator.post(f"{HOME}{row.id}/", {"viec": "bay"}).status_code == 404
    assert operator.post(f"{HOME}{new_id()}/", {"viec": "hoi-lai"}).status_code == 404


def test_the_list_is_paged_and_costs_no_more_queries(operator: Client) -> None:
    trackers.add(service=SERVICE, name="Hộ tịch", by=SYSTEM, at=AT)
    few = cost(operator, HOME)
    Tracker.objects.bulk_create(
        Tracker(service=f"GOV/BTP/HT/s{number}", name="Sổ", added_at=AT) for number in range(55)
    )
    assert cost(operator, HOME) == few
    page = operator.get(HOME)
    assert (len(page.context["rows"]), len(operator.get(page.context["next"]).context["rows"])) == (50, 6)


def test_a_register_is_tried_now_and_says_what_is_wrong_and_what_to_do(operator: Client) -> None:
    operator.post(HOME, {"ten": "Hộ tịch", "dich-vu": SERVICE})
    row = Tracker.objects.get()

    answer = operator.post(f"{HOME}{row.id}/", {"viec": "thu"})

    assert answer["Location"] == f"{HOME}?thu={row.id}#n-{row.id}"
    found = Dependency.objects.get()
    assert (found.kind, found.address, found.cause) == ("register", SERVICE, Cause.UNCONFIGURED)
    page = words(operator.get(answer["Location"]))
    assert "Máy chủ trục chưa được đặt tên" in page
    assert "ở trang Máy chủ và khóa" in page
    assert "Nơi giữ dữ liệu: Hộ tịch" in words(operator.get("/can-bo/truc/chan-doan/"))
    operator.post(f"{HOME}{row.id}/", {"viec": "dung"})
    assert operator.post(f"{HOME}{row.id}/", {"viec": "thu"}).status_code == 404


ANSWERS = (
    (transport.Tried(Outcome.ANSWERED, body=b'{"status":"OK"}'), ""),
    (transport.Tried(Outcome.UNREACHED, detail="không nối được"), Cause.UNREACHABLE),
    (transport.Tried(Outcome.LOST), Cause.UNREACHABLE),
    (transport.Tried(Outcome.TIMED_OUT), Cause.SLOW),
    (transport.Tried(Outcome.DECLINED, status=500), Cause.ANSWERED_WRONG),
    (transport.Tried(Outcome.FAULTED, fault_code="server.accessdenied"), Cause.ANSWERED_WRONG),
    (transport.Tried(Outcome.FAULTED, fault_code="server.clientproxy.network_error"), Cause.UNREACHABLE),
    (transport.Tried(Outcome.FAULTED, fault_code="server.sslauthenticationfailed"), Cause.UNTRUSTED),
)


@pytest.mark.parametrize(("answer", "cause"), ANSWERS)
def test_what_a_register_answers_is_named(
    operator: Client, monkeypatch: pytest.MonkeyPatch, answer: transport.Tried, cause: str
) -> None:
    asked: list[transport.Outward] = []

    def carry(message: transport.Outward, **_how: Any) -> transport.Tried:
        asked.append(message)
        return answer

    monkeypatch.setattr(transport, "carry", carry)
    operator.post(HOME, {"ten": "Hộ tịch", "dich-vu": SERVICE})
    operator.post(f"{HOME}{Tracker.objects.get().id}/", {"viec": "thu"})

    row = Dependency.objects.get(kind="register")
    assert (row.cause, row.succeeded_at is not None) == (cause, not cause)
    assert (asked[0].service, asked[0].target, asked[0].user_id) == (SERVICE, "/v2/heartbeat", "")
    assert ("Việc cần làm" in words(operator.get(HOME))) is bool(cause)
