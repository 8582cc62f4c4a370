"""Payments on the ways that bring them: what a process is killed at, and what heals it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import httpx
import orjson
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client

from tests.payments.faults.laid import seen
from tinhso.foundation import jobs, moments
from tinhso.foundation.jobs import rescue
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments import jobs as own_jobs
from tinhso.payments.channels import headers
from tinhso.payments.models import Beneficiary
from tinhso.payments.operations import asking, opening, sealing_receipts

SILENT = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Subject:
    """A payment of a bill: the deed on it, what does it again after a kill, and what can be seen."""

    bill: payments.BillView
    deed: Callable[[], object]
    heal: Callable[[], object]
    see: Callable[[], Hashable]


def bank_told(bill: payments.BillView, amount: int) -> Subject:
    """The bank's notice of a credit by the front door, signed anew each time it is told."""
    account = Beneficiary.objects.get(agency=bill.agency).account
    body = orjson.dumps(
        {
            "account": account,
            "transactionId": f"FT{bill.reference}",
            "amount": amount,
            "currency": "VND",
            "paidAt": moments.now().isoformat(),
            "content": f"{bill.reference} nop phi",
        }
    )

    def tell() -> HttpResponseBase:
        signed = headers.signed(body, secret=settings.PAYMENTS.bank.secret, at=moments.now())
        answer = _client().post("/goi-lai/bank/", body, content_type="application/json", headers=signed)
        assert answer.status_code == 200, answer.content
        return answer

    return Subject(bill=bill, deed=tell, heal=tell, see=lambda: seen(bill))


def asked(bill: payments.BillView) -> Subject:
    """A person paid on VNPAY's page; nobody told us, so that its interface is asked."""
    at = moments.now() - SILENT
    back = "http://localhost:8000/thanh-toan/tra-ve/"
    attempt = opening.begin(
        bill, payments.Channel.VNPAY, back=back, knowing=True, by=replace(SYSTEM, address=""), at=at
    )
    pays(attempt.proof)

    def ask() -> object:
        return asking.ask(attempt.reference, at=moments.now())

    def by_the_clock() -> object:
        return asking.ask_silent(at=moments.now())

    return Subject(bill=bill, deed=ask, heal=by_the_clock, see=lambda: seen(bill))


def numbered(bill: payments.BillView) -> Subject:
    """A bill that was paid: the worker's loop writes its receipt."""
    bank_told(bill, bill.total).deed()
    issue = own_jobs.issue_receipts
    return Subject(bill=bill, deed=issue, heal=issue, see=lambda: seen(bill))


def sealed(bill: payments.BillView) -> Subject:
    """A receipt that was written: the worker seals it; another does so when its minute is over."""
    numbered(bill).deed()

    def a_minute_later() -> None:
        rescue.rescue()
        sealing_receipts.seal_waiting(at=moments.now() + sealing_receipts.PATIENCE)
        jobs.run_until_empty(waits=False)

    return Subject(bill=bill, deed=jobs.run_until_empty, heal=a_minute_later, see=lambda: seen(bill))


def hands_over() -> None:
    """The minute's clock strikes, and a worker does as it says."""
    own_jobs.hand_receipts()
    jobs.run_until_empty(waits=False)


@cache
def _client() -> Client:
    """The front door, opened once."""
    return Client(raise_request_exception=False)


def pays(address: str) -> None:
    """The person pays on the provider's page."""
    page = httpx.get(address)
    action = page.text.split('action="')[1].split('"')[0].replace("&amp;", "&")
    token = page.text.split('name="token" value="')[1].split('"')[0]
    base = "/".join(address.split("/")[:3])
    httpx.post(f"{base}{action}", data={"decision": "pay", "bank": "NCB", "token": token})
