"""Refunds at the played bank: done once, down, late, twice, refused; told, and found on its statement."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from unittest import mock

import httpx
import orjson
import pytest
from django.conf import LazySettings
from django.test import Client

from national import serve
from national.payments.bank.moving import accounts
from tests.payments.laid import ACCOUNT, AT, Collecting, bill, told
from tests.payments.test_reconciling import DAY, NEXT, row, take
from tests.payments.test_refunds import BANK, GROUND, agreed, asked, balanced
from tests.support import people
from tests.support.constraints import refused
from tinhso.config import payments as configured
from tinhso.foundation import http, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.payments import api as payments
from tinhso.payments import jobs, ledger
from tinhso.payments.channels import headers, transfers
from tinhso.payments.contracts import BadNotice, ForgedNotice
from tinhso.payments.models import Beneficiary, Match, Payout, Problem, Refund
from tinhso.payments.operations import deciding, paying_out, reconciling, refunds
from tinhso.payments.operations.payees import Payee

pytestmark = pytest.mark.django_db
SECRET = {"Authorization": "Bearer sandbox-secret"}
OURS = "tinhso-demo-bank-notices"
MINUTES = timedelta(minutes=30)


@pytest.fixture
def national(running: serve.Running, settings: LazySettings) -> serve.Running:
    settings.PAYMENTS = configured.read(production=False, sandbox=running.base)
    httpx.delete(f"{running.base}/_fault", headers=SECRET)
    return running


def agreed_payout(place: Collecting, first: ActorRef, second: ActorRef, payee: Payee = BANK) -> Payout:
    owed = bill(place)
    account = Beneficiary.objects.values_list("account", flat=True).get(agency=place.agency)
    payments.receive(told(50_000, content=owed.reference, source=f"bank:{account}"), at=AT)
    return agreed(asked(owed, 50_000), first, second, payee)


@pytest.fixture
def payout(national: serve.Running, place: Collecting, first: ActorRef, second: ActorRef) -> Payout:
    """Agreed, of an account at the played bank in which there is money."""
    account, name = national.settings.bank_accounts[1]
    Beneficiary.objects.update(bank=national.settings.bank_bin, account=account, name=name)
    put = {"account": account, "amount": 50_000, "content": "tien co san"}
    httpx.post(f"{national.base}/bank/_transfer", headers=SECRET, json=put).raise_for_status()
    return agreed_payout(place, first, second)


def fault(national: serve.Running, mode: str, **more: object) -> None:
    asked_of = {"service": "bank", "mode": mode} | more
    httpx.post(f"{national.base}/_fault", headers=SECRET, json=asked_of).raise_for_status()


def lines(national: serve.Running, payout: Payout) -> list[int]:
    """What the bank booked for this refund, by its reference."""
    day = today(moments.now())
    answer = httpx.get(
        f"{national.base}/bank/accounts/{payout.from_account}/transactions?from={day}&to={day}",
        headers={"authorization": "Bearer tinhso-demo-bank"},
    )
    found = answer.json()["transactions"]
    return [one["amount"] for one in found if payout.refund.reference in one["content"]]


def state(payout: Payout) -> str:
    return Refund.objects.get(id=payout.refund_id).state


def test_the_bank_is_asked_once_however_often(national: serve.Running, payout: Payout) -> None:
    for _time in range(2):
        jobs.send_refund(payout_id=str(payout.id))
    assert (state(payout), lines(national, payout)) == ("paid", [50_000])
    jobs.send_silent_refunds()
    assert paying_out.send_silent(at=moments.now() + MINUTES) == 0
    assert lines(national, payout) == [50_000]
    assert balanced()


@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("down", {}),
        ("error", {"status": 500, "times": 1}),
        ("error", {"status": 401, "times": 1}),
        ("error", {"status": 409, "times": 1}),
        ("late", {"seconds": 1.2, "times": 1}),
        ("garbage", {"times": 1}),
        ("duplicate", {"times": 1}),
    ],
)
def test_a_silent_bank_is_asked_again_and_pays_once(
    national: serve.Running,
    payout: Payout,
    mode: str,
    more: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transfers, "QUICK", http.Timeouts(connect=1, read=0.6, total=0.8))
    fault(national, mode, **more)
    answered = paying_out.send(payout.id, at=AT)
    assert answered == (mode == "duplicate")
    assert state(payout) == ("paid" if answered else "approved")
    assert paying_out.send_silent(at=AT + timedelta(seconds=20)) == 0
    httpx.delete(f"{national.base}/_fault", headers=SECRET)
    assert paying_out.send_silent(at=AT + MINUTES) == (not answered)
    assert (state(payout), lines(national, payout)) == ("paid", [50_000])
    assert ledger.balance(ledger.refunds()) == 0


def test_what_the_bank_refuses_is_prepared_and_agreed_to_anew(
    national: serve.Running, place: Collecting, payout: Payout, first: ActorRef, second: ActorRef
) -> None:
    poor = agreed_payout(place, first, second)
    assert paying_out.send(payout.id, at=AT)
    assert paying_out.send(poor.id, at=AT)
    poor.refresh_from_db()
    assert (poor.outcome, state(poor)) == ("failed", "approved")
    assert "not enough money" in poor.said
    assert ledger.balance(ledger.refunds()) == -50_000
    account, name = next((n, who) for n, who in _accounts(national) if n.startswith("19"))
    to = Payee(BANK.way, name, national.settings.bank_bin, account)
    again = refunds.prepare(poor.refund_id, payee=to, ground=GROUND, by=first, at=AT)
    with pytest.raises(NotAllowed):
        refunds.approve(poor.refund_id, seen=refunds.mark(again), by=first, at=AT)
    refunds.approve(poor.refund_id, seen=refunds.mark(again), by=second, at=AT)
    put = {"account": payout.from_account, "amount": 50_000, "content": "tien co san"}
    httpx.post(f"{national.base}/bank/_transfer", headers=SECRET, json=put).raise_for_status()
    assert paying_out.send(again.id, at=AT)
    assert (state(poor), lines(national, poor)) == ("paid", [50_000])
    assert balanced()


def _accounts(national: serve.Running) -> list[tuple[str, str]]:
    return [(one.number, one.name) for one in accounts(national.settings).values()]


def test_a_signed_notice_pays_and_a_forged_or_contradicting_one_does_not(payout: Payout) -> None:
    web, now = Client(), moments.now()
    said = {
        "key": f"{payout.refund.reference}-1",
        "transactionId": "FT1",
        "account": payout.from_account,
        "amount": 50_000,
        "currency": "VND",
        "status": "booked",
    }

    def tell(secret: str = OURS, **change: object) -> int:
        body = orjson.dumps(said | change)
        signed = headers.signed(body, secret=secret, at=now)
        sent = web.post("/goi-lai/bank/transfers/", body, content_type="application/json", headers=signed)
        return sent.status_code

    assert [
        tell("other"),
        tell(amount=49_999),
        tell(account="1"),
        tell(key="HT23456789A-1"),
        tell(key=f"{payout.refund.reference}-2"),
        tell(status="waiting"),
        tell(amount=True),
    ] == [401, 409, 409, 404, 404, 422, 422]
    assert state(payout) == "approved"
    assert [tell(), tell()] == [200, 200]
    assert (state(payout), ledger.balance(ledger.refunds())) == ("paid", 0)
    assert web.post("/goi-lai/bank/transfers/", b"x" * 20_000, content_type="text/plain").status_code == 413


def test_bytes_that_are_no_notice_are_refused() -> None:
    chance = random.Random(7)
    good = orjson.dumps(
        {"key": "HT23456789A-1", "transactionId": "F", "account": "1", "amount": 1, "status": "booked"}
        | {"currency": "VND"}
    )
    for _n in range(300):
        body = bytearray(good)
        for _change in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        signed = headers.signed(bytes(body), secret=OURS, at=AT)
        given = {"timestamp": signed["X-Timestamp"], "signature": signed["X-Signature"]}
        with suppress(BadNotice):
            assert transfers.told(body=bytes(body), at=AT, **given).amount > 0
        with pytest.raises(ForgedNotice):
            transfers.told(body=bytes(body) + b" ", at=AT, **given)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"key": 1}', b'{"error": {}}'])
def test_an_answer_that_cannot_be_used_leaves_it_waiting(payout: Payout, body: bytes) -> None:
    for status in (200, 201, 302, 500):
        answer = http.Answer(status=status, headers={}, body=body, url="", service="bank")
        with mock.patch.object(http, "call", return_value=answer):
            assert not paying_out.send(payout.id, at=AT)
    assert state(payout) == "approved"


def test_a_statement_knows_our_refunds_and_raises_what_it_does_not(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    silent, done, other = (agreed_payout(place, first, second) for _n in range(3))
    paying_out.paid(done.id, transaction="FT2", at=AT)
    day = take(
        row("FT1", -50_000, f"{silent.refund.reference} hoan tien"),
        row("FT2", -50_000, f"{done.refund.reference} hoan tien"),
        row("FT3", -50_000, f"{done.refund.reference} hoan tien"),
        row("FT4", -49_000, f"{other.refund.reference} hoan tien"),
        row("FT5", -5_500, "phi dich vu"),
    )
    assert (state(silent), state(done), state(other)) == ("paid", "paid", "approved")
    matched = dict(Match.objects.filter(how="refunded").values_list("line__reference", "refund__reference"))
    assert matched == {"FT1": silent.refund.reference, "FT2": done.refund.reference}
    found = list(Problem.objects.filter(kind="outgoing").order_by("line__reference"))
    assert [one.line.reference for one in found if one.line] == ["FT3", "FT4", "FT5"]
    assert day.outgoing == 5
    reconciling.reconcile(DAY, f"bank:{ACCOUNT}", at=NEXT)
    assert Problem.objects.filter(kind="outgoing").count() == 3
    deciding.accept(found[2].id, reason="Phí ngân hàng", by=first, at=NEXT)
    page = people.client(first).get(f"/can-bo/doi-soat/sai-lech/{found[1].id}/").content.decode()
    assert "49.000" in page
    assert other.refund.reference in page
    twin = found[0]
    twin.pk = new_id()
    refused("problem_of_a_line_once", lambda: twin.save(force_insert=True))
    free = Match.objects.get(how="outgoing", line__reference="FT5")
    refused("match_of_refund", lambda: _rematch(free, silent))
    assert balanced()


def _rematch(match: Match, payout: Payout) -> None:
    match.pk, match.refund = None, payout.refund
    match.save(force_insert=True)
