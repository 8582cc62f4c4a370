"""What money sends out: a mail, a receipt for the tax side, a transfer; killed on the way, healed, seen."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import httpx
from django.conf import settings

from national.serve import Running
from tests.payments.faults.laid import accountants
from tests.payments.faults.telling import Subject, bank_told, hands_over, sealed
from tests.payments.test_refunds import BANK, GROUND
from tests.support.office import Office
from tests.support.signing import ADMIN
from tinhso.foundation import jobs, moments
from tinhso.foundation.jobs import rescue
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.models import Beneficiary, Payout, Receipt, ReceiptPaper, Refund
from tinhso.payments.operations import refunds


@dataclass(frozen=True, slots=True)
class Mailed:
    """The payer's mail: how it is marked here, and how many different mails of it a server has."""

    state: str
    there: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A receipt: how it is marked here, and how often the tax side has it."""

    state: str
    there: int


@dataclass(frozen=True, slots=True)
class GoneBack:
    """A refund: how it stands, what of it the ledger says was paid, how often the bank has moved it, and how
    many of its payer's messages say that it was paid."""

    state: str
    paid: int
    there: int
    told: int


def rescued() -> None:
    """What the dead worker had in hand is queued again and runs, as after less than a minute."""
    rescue.rescue()
    works()


def works() -> None:
    """A worker does all that waits, whatever its hour."""
    jobs.run_until_empty(waits=False)


def mailed(bill: payments.BillView) -> Subject:
    """A bill that was paid, whose payer's mail waits."""
    bank_told(bill, bill.total).deed()

    def see() -> Mailed:
        rows = Message.objects.filter(channel="mail", template="dossiers.paid", body__contains=bill.reference)
        row = rows.get()
        return Mailed(state=row.state, there=len(_outbox() & {f"<{row.id}@{settings.MAIL_DOMAIN}>"}))

    return Subject(bill=bill, deed=works, heal=rescued, see=see)


def _outbox() -> set[str]:
    """The names of all mails that a server took; a mail that was sent twice has one."""
    sent = Path(str(settings.EMAIL_FILE_PATH)).glob("*.log")
    parts = [part for one in sent for part in one.read_bytes().split(b"-" * 79) if part.strip()]
    return {str(message_from_bytes(part.lstrip())["Message-ID"]) for part in parts}


def handed(bill: payments.BillView, tax: Running) -> Subject:
    """A receipt that was sealed, and that the tax side has not."""
    first = sealed(bill)
    first.deed()
    receipt = Receipt.objects.get(bill=bill.id)

    def see() -> Handed:
        paper = ReceiptPaper.objects.get(receipt=receipt)
        held = httpx.get(f"{tax.base}/tax/receipts", headers=ADMIN).json()
        same = [
            one
            for one in held
            if (one["symbol"], one["number"]) == (receipt.series.symbol, receipt.number)
            and not one["refused"]
        ]
        return Handed(state=paper.tax, there=len(same))

    def again() -> None:
        rescue.rescue()
        hands_over()

    return Subject(bill=bill, deed=hands_over, heal=again, see=see)


def going_back(bill: payments.BillView, here: Office, bank: Running) -> Subject:
    """A refund of all of a bill that two people agreed to; the bank is to be asked."""
    account = Beneficiary.objects.get(agency=bill.agency).account
    put = {"account": account, "amount": bill.total, "content": "tien co san"}
    httpx.post(f"{bank.base}/bank/_transfer", headers=ADMIN, json=put).raise_for_status()
    bank_told(bill, bill.total).deed()
    works()
    at = moments.now()
    first, second = accountants(here)
    refund = payments.ask_refund_of_bill(
        bill.id, amount=bill.total, reason="Thu nhầm mức phí", by=SYSTEM, at=at
    )
    payout = refunds.prepare(refund, payee=BANK, ground=GROUND, by=first, at=at)
    refunds.approve(refund, seen=refunds.mark(payout), by=second, at=at)

    def see() -> GoneBack:
        row = Refund.objects.get(id=refund)
        owed = -ledger.balance(ledger.refunds())
        others = Payout.objects.filter(outcome="", agreed_at__isnull=False).exclude(refund=refund).count()
        assert not others, "each refund goes back before the next is asked"
        told = Message.objects.filter(template="payments.refund_paid", link=bill.href)
        return GoneBack(
            state=row.state,
            paid=row.amount - owed,
            there=_moved(bank, account, row.reference),
            told=told.values("notice").distinct().count(),
        )

    return Subject(bill=bill, deed=works, heal=rescued, see=see)


def _moved(bank: Running, account: str, reference: str) -> int:
    day = today(moments.now())
    address = f"{bank.base}/bank/accounts/{account}/transactions?from={day}&to={day}"
    found: list[dict[str, object]] = []
    after: str | None = ""
    while after is not None:
        told = httpx.get(
            f"{address}&after={after}" if after else address,
            headers={"authorization": "Bearer tinhso-demo-bank"},
        ).json()
        found, after = found + told["transactions"], told["next"]
    return sum(reference in str(one["content"]) for one in found)
