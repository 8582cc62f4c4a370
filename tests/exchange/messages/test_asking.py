"""A question is asked with no transaction open, once by its business key, and its answer is typed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction

from tests.exchange.messages.asked import ONCE_ONLY, READ, TELL, Birth, Look, Taken
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange import api as exchange
from tinhso.exchange.message_contracts import MessageState, Outcome
from tinhso.exchange.models import Attempt, Errand, State
from tinhso.foundation.http import TransactionOpen
from tinhso.foundation.idempotency import KeyReused
from tinhso.foundation.refs import SYSTEM

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BIRTH = Birth("079205001234", "Danh Thị Kha", reason="Tra cứu để cấp bản sao")
pytestmark = pytest.mark.django_db(transaction=True)


def _ask(key: str = "q") -> exchange.Answered[Taken]:
    return exchange.ask(TELL, BIRTH, business_key=key, by=SYSTEM, at=AT)


def test_an_answer_comes_typed_with_the_ids_of_its_message(gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "5"}, headers={"x-road-request-id": "abc"})]
    answer = _ask()

    assert answer.data == Taken("5")
    assert (answer.request_id, answer.status, answer.repeated) == ("abc", 200, False)
    assert gateway.heard[0].headers["X-Road-Id"] == str(answer.message_id)


def test_a_repeated_question_gets_the_first_answer_without_asking(gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "5"}), Say(body={"number": "6"})]
    first, second = _ask(), _ask()

    assert (second.data, second.repeated) == (first.data, True)
    assert second.message_id == first.message_id
    assert len(gateway.heard) == 1
    with pytest.raises(KeyReused):
        exchange.ask(TELL, Birth("1", "x", reason="y"), business_key="q", by=SYSTEM, at=AT)


def test_a_question_goes_into_the_address_and_some_statuses_are_answers(gateway: Gateway) -> None:
    gateway.says = [Say(404)]
    asked = Look(code="12/2026 Đ", years=[2025, 2026])
    answer = exchange.ask(READ, asked, business_key="q", by=SYSTEM, at=AT)

    target = urlsplit(gateway.heard[0].target)
    assert target.path == "/r1/VN-DEMO/GOV/BTP/HOTICH/giay-to/so/12%2F2026%20%C4%90"
    assert parse_qs(target.query) == {"years": ["2025", "2026"], "whole": ["false"]}
    assert (answer.status, answer.data) == (404, None)


def test_never_while_a_transaction_is_open(gateway: Gateway) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        _ask()
    assert gateway.heard == []


def test_a_failed_question_says_why_and_may_be_asked_again(gateway: Gateway) -> None:
    gateway.says = [fault("server.serverproxy.access_denied", "No right")]
    with pytest.raises(exchange.MessageFailed) as failed:
        _ask()

    assert failed.value.facts["fault_code"] == "server.serverproxy.access_denied"
    assert "No right" in failed.value.message
    (row,) = Errand.objects.all()
    assert row.state == MessageState.FAILED

    gateway.says = [Say(body={"number": "5"})]
    assert _ask().message_id == row.id
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == [
        Outcome.FAULTED,
        Outcome.ANSWERED,
    ]


def test_a_question_is_tried_twice_at_once_then_its_asker_is_told(gateway: Gateway) -> None:
    gateway.says = [Say(503)]
    with pytest.raises(exchange.MessageFailed):
        _ask()

    assert len(gateway.heard) == TELL.question_tries


def test_what_may_have_arrived_is_not_asked_again_where_twice_would_harm(gateway: Gateway) -> None:
    gateway.says = [Say(503)]
    with pytest.raises(exchange.MessageFailed):
        exchange.ask(ONCE_ONLY, BIRTH, business_key="q", by=SYSTEM, at=AT)

    assert len(gateway.heard) == 1


def test_a_late_answer_is_late_and_says_so(gateway: Gateway) -> None:
    hold = threading.Event()
    gateway.says = [Say(body={"number": "5"}, wait=hold)]
    try:
        with pytest.raises(exchange.MessageFailed) as failed:
            _ask()
    finally:
        hold.set()

    assert failed.value.facts["outcome"] == Outcome.TIMED_OUT


def test_two_who_ask_the_same_at_once_ask_once(gateway: Gateway) -> None:
    hold = threading.Event()
    gateway.says = [Say(body={"number": "5"}, wait=hold)]
    got: list[object] = []

    def first() -> None:
        try:
            got.append(_ask().data)
        finally:
            connection.close()

    asking = threading.Thread(target=first)
    asking.start()
    while not gateway.heard:
        asking.join(0.01)
    try:
        with pytest.raises(exchange.StillAsked):
            _ask()
    finally:
        hold.set()
        asking.join(WITHIN_SECONDS)

    assert got == [Taken("5")]
    assert len(gateway.heard) == 1


def test_a_server_without_a_name_asks_nobody(gateway: Gateway) -> None:
    State.objects.update(server="")
    with pytest.raises(exchange.MessageFailed) as failed:
        _ask()

    assert failed.value.facts["fault_code"] == "not-connected"
    assert gateway.heard == []
