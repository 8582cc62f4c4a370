"""Messages leave after commit, once by their business key, again while that may help, and die in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.db import transaction

from tests.exchange.messages.asked import ONCE_ONLY, TELL, Birth, Taken
from tests.exchange.messages.gateway import Gateway, Say, fault
from tests.support import people
from tinhso.exchange import api as exchange
from tinhso.exchange.message_contracts import MessageState, Outcome
from tinhso.exchange.messages import delivering, trying
from tinhso.exchange.models import Attempt, Errand
from tinhso.foundation import events, jobs
from tinhso.foundation.errors import Invalid
from tinhso.foundation.idempotency import KeyReused
from tinhso.foundation.refs import SYSTEM, ActorRef

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BIRTH = Birth("079205001234", "Danh Thị Kha", reason="Báo khai sinh để cấp số định danh")
pytestmark = pytest.mark.django_db(transaction=True)


def _send(birth: Birth = BIRTH, *, key: str = "H01-1", by: ActorRef = SYSTEM) -> Errand:
    with transaction.atomic():
        id = exchange.send(TELL, birth, business_key=key, by=by, at=AT, issue="H01.16-261124-0001")
    return Errand.objects.get(id=id)


def _fresh(message: Errand) -> Errand:
    return Errand.objects.get(id=message.id)


def test_a_message_leaves_after_commit_with_who_why_and_what_case(gateway: Gateway) -> None:
    officer = people.officer(name="Lê Thị Hoa")
    gateway.says = [Say(body={"number": "12/2026"})]
    with transaction.atomic():
        id = exchange.send(TELL, BIRTH, business_key="k", by=officer, at=AT, issue="H01.16-261124-0001")
        assert gateway.heard == []
    jobs.run_until_empty()

    (heard,) = gateway.heard
    assert (heard.verb, heard.target) == ("POST", "/r1/VN-DEMO/GOV/BTP/HOTICH/bao-sinh")
    assert heard.headers["X-Road-Id"] == str(id)
    assert heard.headers["X-Road-Issue"] == "H01.16-261124-0001"
    assert heard.headers["X-Road-UserId"].startswith("VNcan-bo-")
    assert unquote(heard.headers["Tinhso-Reason"]) == BIRTH.reason
    assert heard.headers["Tinhso-System"]
    assert b"Danh Th" in heard.body
    assert exchange.answer_of(TELL, id).data == Taken("12/2026")
    assert Errand.objects.get(id=id).unit_id == officer.unit


def test_a_rolled_back_change_sends_nothing(gateway: Gateway) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        exchange.send(TELL, BIRTH, business_key="k", by=SYSTEM, at=AT)
        raise ZeroDivisionError
    jobs.run_until_empty()

    assert gateway.heard == []
    assert not Errand.objects.exists()


def test_outside_a_transaction_nothing_can_be_sent() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        exchange.send(TELL, BIRTH, business_key="k", by=SYSTEM, at=AT)


def test_a_business_key_is_sent_once_and_never_for_another_content(gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "1"})]
    first, second = _send(), _send()
    jobs.run_until_empty()

    assert first.id == second.id
    assert len(gateway.heard) == 1
    with pytest.raises(KeyReused):
        _send(Birth("079205001234", "Tên khác", reason="Báo"))


def test_what_may_arrive_twice_only_at_its_peril_is_not_sent() -> None:
    with transaction.atomic(), pytest.raises(ValueError, match="may arrive twice"):
        exchange.send(ONCE_ONLY, BIRTH, business_key="k", by=SYSTEM, at=AT)


def test_data_about_a_person_goes_out_only_with_a_reason() -> None:
    with transaction.atomic(), pytest.raises(Invalid):
        exchange.send(TELL, Birth("079205001234", "Kha"), business_key="k", by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (Say(503), Outcome.DECLINED),
        (Say(429), Outcome.DECLINED),
        (fault("server.serverproxy.network_error"), Outcome.FAULTED),
        (fault("Server.ClientProxy.OutdatedGlobalConf"), Outcome.FAULTED),
        (Say(cut=True), Outcome.LOST),
    ],
)
def test_a_passing_failure_is_tried_again_under_the_same_id(
    gateway: Gateway, said: Say, outcome: Outcome
) -> None:
    gateway.says = [said, Say(body={"number": "7"})]
    message = _send()
    jobs.run_until_empty(waits=False)

    assert [one.headers["X-Road-Id"] for one in gateway.heard] == [str(message.id)] * 2
    tries = list(Attempt.objects.order_by("number").values_list("number", "outcome"))
    assert tries == [(1, outcome), (2, Outcome.ANSWERED)]
    assert _fresh(message).state == MessageState.ANSWERED


@pytest.mark.parametrize(
    ("said", "outcome", "code"),
    [
        (Say(422), Outcome.DECLINED, ""),
        (fault("server.serverproxy.access_denied"), Outcome.FAULTED, "server.serverproxy.access_denied"),
        (fault("Server.ServerProxy.AccessDenied"), Outcome.FAULTED, "Server.ServerProxy.AccessDenied"),
        (fault("client.bad_request", status=400), Outcome.FAULTED, "client.bad_request"),
        (Say(body={"other": 1}), Outcome.UNREADABLE, ""),
        (Say(body=b"\xff<html>"), Outcome.UNREADABLE, ""),
    ],
)
def test_a_lasting_failure_dies_at_its_first_try_with_its_code(
    gateway: Gateway, said: Say, outcome: Outcome, code: str
) -> None:
    died: list[exchange.MessageDied] = []
    events.subscribe(exchange.MessageDied)(died.append)
    gateway.says = [said]
    message = _send()
    jobs.run_until_empty(waits=False)
    events._subscribers[exchange.MessageDied].remove(died.append)

    assert len(gateway.heard) == 1
    assert (_fresh(message).state, _fresh(message).outcome) == (MessageState.DEAD, outcome)
    assert _fresh(message).fault_code == code
    assert [one.message_id for one in died] == [message.id]


def test_a_message_that_never_arrives_dies_after_its_last_try(gateway: Gateway) -> None:
    gateway.says = [Say(500)]
    message = _send()
    jobs.run_until_empty(waits=False)

    assert len(gateway.heard) == TELL.retry.tries
    assert _fresh(message).state == MessageState.DEAD
    assert _fresh(message).forget_at is None, "a dead message is kept until its owner decides"


def test_waits_grow_and_the_receivers_own_wish_counts(gateway: Gateway) -> None:
    gateway.says = [Say(503, headers={"Retry-After": "3000"}), Say(503)]
    message = _send()
    before = datetime.now(UTC)
    jobs.run_until_empty()

    next_at = _fresh(message).next_at
    assert next_at is not None
    assert next_at - before > timedelta(seconds=2990)


def test_without_a_gateway_messages_wait(settings: object, gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "1"})]
    settings.EXCHANGE = type(settings.EXCHANGE)(**{**_fields(settings.EXCHANGE), "port": 1})  # type: ignore[attr-defined]
    message = _send()
    jobs.run_until_empty()

    (attempt,) = Attempt.objects.all()
    assert attempt.outcome == Outcome.UNREACHED
    assert _fresh(message).state == MessageState.WAITING


def _fields(exchange_settings: object) -> dict[str, object]:
    return {name: getattr(exchange_settings, name) for name in exchange_settings.__slots__}  # type: ignore[attr-defined]


def test_a_message_under_way_is_not_tried_by_a_second_worker(gateway: Gateway) -> None:
    message = _send()
    assert trying.claim(message.id, at=AT) is not None
    assert trying.claim(message.id, at=AT) is None
    assert trying.claim(message.id, at=AT + timedelta(minutes=5)) is not None, "the first one died"
    delivering.one(message.id, at=AT + timedelta(minutes=5))

    assert gateway.heard == []


def test_a_message_whose_job_was_lost_is_queued_again(gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "1"})]
    message = _send()
    Errand.objects.filter(id=message.id).update(next_at=AT)
    jobs.run_until_empty()
    Errand.objects.filter(id=message.id).update(state=MessageState.WAITING, ended_at=None, next_at=AT)

    assert delivering.queue_lost(at=AT + timedelta(minutes=1)) == 0
    assert delivering.queue_lost(at=AT + timedelta(minutes=3)) == 1
    jobs.run_until_empty()
    assert len(gateway.heard) == 2


def test_what_was_said_is_forgotten_after_its_time_and_its_trace_stays(gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "1"})]
    message = _send()
    jobs.run_until_empty()
    ended = _fresh(message).ended_at
    assert ended is not None
    assert trying.forget(at=ended + TELL.keep - timedelta(seconds=1)) == 0
    assert trying.forget(at=ended + TELL.keep) == 1

    assert (_fresh(message).request, _fresh(message).answer) == (None, None)
    assert Attempt.objects.filter(message=message).exists()
    with pytest.raises(exchange.AnswerForgotten):
        exchange.answer_of(TELL, message.id)


def test_neither_content_nor_number_can_be_read_in_the_table(gateway: Gateway) -> None:
    gateway.says = [Say(body={"number": "bi-mat"})]
    message = _send()
    jobs.run_until_empty()
    row = _fresh(message)

    assert BIRTH.name.encode() not in bytes(row.request or b"")
    assert b"bi-mat" not in bytes(row.answer or b"")
    assert all(BIRTH.personal_id.encode() not in bytes(one) for one in row.about)
