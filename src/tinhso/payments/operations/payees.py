"""Where money that goes back may go: a name and an account as banks write them, or cash at the counter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold
from tinhso.payments.refund_contracts import PayoutWay

LONGEST_NAME = 70
BANK, ACCOUNT = re.compile(r"\d{6}"), re.compile(r"[0-9A-Z]{4,19}")


@dataclass(frozen=True, slots=True)
class Payee:
    """Who gets money back; `bank` (BIN) and `account` are empty for cash."""

    way: PayoutWay
    name: str
    bank: str = ""
    account: str = ""


def checked(payee: Payee) -> Payee:
    """The payee as the bank is told: capitals without marks, no blanks in numbers. Raises Invalid."""
    faults = dict[str, str]()
    name = " ".join(payee.name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        faults["nguoi-nhan"] = _("Hãy ghi tên người nhận, không quá 70 chữ.")
    if payee.way is PayoutWay.CASH:
        bank = account = ""
    else:
        name = fold(name).upper()
        bank, account = ("".join(text.split()).upper() for text in (payee.bank, payee.account))
        if not (bank.isascii() and BANK.fullmatch(bank)):
            faults["ngan-hang"] = _("Mã ngân hàng (BIN) có 6 chữ số, ví dụ 970436.")
        if not ACCOUNT.fullmatch(account):
            faults["tai-khoan"] = _("Số tài khoản có 4 đến 19 chữ số hoặc chữ cái không dấu.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return Payee(way=payee.way, name=name, bank=bank, account=account)
