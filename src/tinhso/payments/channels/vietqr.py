"""VietQR: the person scans a code with any bank's app; the bank tells us of the credit."""

from __future__ import annotations

import re

from tinhso.foundation.text import fold
from tinhso.payments import vietqr
from tinhso.payments.channels.ways import Beginning
from tinhso.payments.contracts import Beneficiary, BillView, Channel

NO_LETTER = re.compile(r"[^0-9A-Z]+")


class VietQr:
    """The code needs no question to anybody: it is written here."""

    channel = Channel.VIETQR

    def ready(self, to: Beneficiary, bill: BillView) -> bool:
        """Any account at a bank can be paid to."""
        return bool(to.bank and to.account)

    def begin(self, beginning: Beginning) -> str:
        """The text of the code."""
        bill, to = beginning.bill, beginning.to
        return vietqr.make(
            vietqr.Transfer(
                bank=to.bank,
                account=to.account,
                amount=beginning.amount,
                purpose=purpose(bill.reference, bill.about.code),
                name=vietqr.plain_name(to.name),
            )
        )


def purpose(reference: str, code: str) -> str:
    """What goes into 62.08: our reference, then as much of the end of the dossier's code as 25 letters hold.

    The reference survives what banks do to a content; the code is for people who read their statement.
    """
    plain = NO_LETTER.sub("", fold(code).upper())
    return f"{reference} {plain[-(vietqr.LONGEST_PURPOSE - len(reference) - 1) :]}"
