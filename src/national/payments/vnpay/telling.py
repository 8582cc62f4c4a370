"""What VNPAY tells of an order: by the person's browser (for show only) and by its own notice (IPN)."""

from __future__ import annotations

import json
import os
from datetime import datetime
from urllib.parse import quote_from_bytes

from national.payments.book import Order
from national.payments.money import Money
from national.payments.notices import Attempt, Notice, Spoil, wrong
from national.payments.vnpay.asked import stamp
from national.payments.vnpay.hashing import digest, signed_query
from national.signatures import FORGED

SERVICE = "vnpay"
ENDED = ("00", "02")
"""Answers to a notice after which it is not repeated."""


def number_of(order: Order) -> str:
    """VNPAY's own number of a payment; orders that were not paid have none."""
    return str(14_000_000 + order.number) if order.paid else "0"


def status_of(order: Order) -> str:
    """vnp_TransactionStatus: paid, waiting or failed."""
    if order.paid:
        return "00"
    return "02" if order.outcome else "01"


def facts(order: Order, *, amount: int) -> dict[str, str]:
    """The fields of the return and of the notice, without their checksum. `amount` in whole đồng."""
    if order.at is None:
        raise ValueError("an order that waits is not told of")
    told = {
        "vnp_Amount": str(amount * 100),
        "vnp_BankCode": order.bank or "NCB",
        "vnp_CardType": "QRCODE" if order.bank == "VNPAYQR" else "ATM",
        "vnp_OrderInfo": str(order.asked["vnp_OrderInfo"]),
        "vnp_PayDate": stamp(order.at),
        "vnp_ResponseCode": order.outcome,
        "vnp_TmnCode": str(order.asked["vnp_TmnCode"]),
        "vnp_TransactionNo": number_of(order),
        "vnp_TransactionStatus": status_of(order),
        "vnp_TxnRef": order.name,
    }
    return told | ({"vnp_BankTranNo": f"VNP{number_of(order)}"} if order.paid else {})


def return_address(money: Money, order: Order) -> str:
    """Where the person goes back to, with what happened; for show only, the notice decides."""
    url = str(order.asked["vnp_ReturnUrl"])
    query = signed_query(facts(order, amount=order.amount), money.settings.vnpay_secret.encode())
    return f"{url}{'&' if '?' in url else '?'}{query}"


def notice(money: Money, order: Order) -> Notice:
    """The notice of an order that ended: GET `<callback>vnpay/?vnp_…`."""

    def spell(_at: datetime, spoil: Spoil) -> Attempt:
        secret = FORGED if spoil is Spoil.FORGED else money.settings.vnpay_secret.encode()
        amount = wrong(order.amount) if spoil is Spoil.AMOUNT else order.amount
        query = signed_query(facts(order, amount=amount), secret)
        if spoil is Spoil.GARBAGE:
            noise = f"vnp_Amount={quote_from_bytes(os.urandom(60))}"
            query = f"{noise}&vnp_SecureHash={digest(noise.encode(), secret)}"
        return Attempt(url=f"{money.notices.callback}{SERVICE}/?{query}")

    return Notice(service=SERVICE, spell=spell, heard=_heard)


def _heard(status: int, said: bytes) -> bool:
    try:
        answer = json.loads(said)
    except ValueError:
        return False
    return status == 200 and isinstance(answer, dict) and answer.get("RspCode") in ENDED
