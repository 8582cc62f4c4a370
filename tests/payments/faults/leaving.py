"""What leaves us after a payment: a receipt for the tax side, money that goes back by the bank."""

from __future__ import annotations

from uuid import UUID

import httpx
from django.conf import settings

from tests.payments.faults.telling import SILENT, Subject, bank_told, sealed
from tests.support import people
from tinhso.directory import api as directory
from tinhso.foundation import jobs, moments
from tinhso.foundation.jobs import rescue
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments import jobs as own_jobs
from tinhso.payments.models import Beneficiary, Payout, ReceiptPaper
from tinhso.payments.operations import handing_receipts, paying_out, refunds
from tinhso.payments.operations.payees import Payee
from tinhso.payments.refund_contracts import PayoutWay

PAYEE = Payee(PayoutWay.BANK, "Danh Sóc Kha", "970436", "0011004455")

SANDBOX_SECRET = {"authorization": "Bearer sandbox-secret"}


def handed(bill: payments.BillView) -> Subject:
    """A sealed receipt: the worker hands it to the tax side; the clock does so again."""
    sealed(bill).deed()
    series = ReceiptPaper.objects.values_list("series", flat=True).get(receipt__bill=bill.id)

    def hand() -> None:
        handing_receipts.hand_over(UUID(str(series)), at=moments.now())

    def by_the_clock() -> None:
        rescue.rescue()
        own_jobs.hand_receipts()
        jobs.run_until_empty(waits=False)

    return Subject(bill=bill, deed=hand, heal=by_the_clock)


def given_back(bill: payments.BillView) -> Subject:
    """Two agreed that the money goes back: the worker asks the bank, which asks nobody twice."""
    bank_told(bill, bill.total).deed()
    account = Beneficiary.objects.get(agency=bill.agency).account
    base = settings.PAYMENTS.bank.url
    put = {"account": account, "amount": bill.total, "content": "tien co san"}
    httpx.post(f"{base}/_transfer", headers=SANDBOX_SECRET, json=put).raise_for_status()
    unit = people.unit(bill.agency, directory.UnitKind.SPECIALIST)
    accountant, leader = (people.officer(role, unit) for role in ("accountant", "leader"))
    at = moments.now()
    refund = payments.ask_refund_of_bill(
        bill.id, amount=bill.total, reason="Thu nhầm mức phí", by=SYSTEM, at=at
    )
    seen = refunds.mark(
        refunds.prepare(refund, payee=PAYEE, ground="Điều 12 Thông tư thử", by=accountant, at=at)
    )
    refunds.approve(refund, seen=seen, by=leader, at=at)
    payout = Payout.objects.get(refund=refund, outcome="")

    def send() -> None:
        paying_out.send(payout.id, at=moments.now())

    def transfers() -> int:
        day = today(moments.now())
        told = httpx.get(
            f"{base}/accounts/{account}/transactions?from={day}&to={day}",
            headers={"authorization": f"Bearer {settings.PAYMENTS.bank.token}"},
        )
        return sum(1 for one in told.json()["transactions"] if payout.refund.reference in one["content"])

    def asked_again() -> None:
        paying_out.send_silent(at=moments.now() + SILENT)
        assert transfers() == 1, "the bank was made to pay twice"

    return Subject(bill=bill, deed=send, heal=asked_again)
