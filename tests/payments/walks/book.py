"""What must be true of money, written a second time and plainly: no table, no query, only sums of đồng."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

Place = tuple[str, str]
"""A purse and whose it is, as the ledger names its accounts; "" where they are added up."""
OWED: Place = ("receivable", "")
CHARGED: Place = ("revenue", "")
HELD: Place = ("suspense", "")
OFF: Place = ("difference", "")
LET_GO: Place = ("waived", "")
BACK: Place = ("refunds", "")


@dataclass
class Try:
    """One attempt of a person to pay."""

    reference: str
    channel: str
    amount: int
    until: datetime
    state: str = "under_way"


@dataclass
class Owed:
    """One bill: `total` was asked, `left` is still to be paid."""

    id: UUID
    reference: str
    total: int
    left: int
    state: str = "open"
    tries: list[Try] = field(default_factory=list)
    receipts: list[tuple[str, int]] = field(default_factory=list)
    """Each that was written: it is issued, voided or replaced; and over how much."""
    waived: int = 0
    refunded: int = 0

    @property
    def kept(self) -> int:
        """What came in for it and was not given back."""
        return 0 if self.state == "cancelled" else self.total - self.left - self.waived - self.refunded

    def receipts_end(self, how: str) -> None:
        """Those that stand do so no more."""
        self.receipts = [(how if state == "issued" else state, amount) for state, amount in self.receipts]

    def under_way(self, channel: str) -> Try | None:
        """The attempt on a channel that may still bring money."""
        return next((one for one in self.tries if one.channel == channel and one.state == "under_way"), None)

    def waits(self, at: datetime) -> bool:
        """Whether an attempt may still bring the money."""
        return any(one.state == "under_way" and one.until > at for one in self.tries)


@dataclass
class Sum:
    """Money that came in: `held` of it waits for a decision."""

    source: str
    transaction: str
    amount: int
    day: date
    bill: Owed | None
    held: int
    troubles: dict[str, bool] = field(default_factory=dict)
    """Kinds of difference, and whether each is still open."""
    asked_back: bool = False


@dataclass
class Book:
    """All bills and all money, and where every đồng lies."""

    bills: list[Owed] = field(default_factory=list)
    moneys: list[Sum] = field(default_factory=list)
    lies: Counter[Place] = field(default_factory=Counter)

    def move(self, amount: int, *, to: Place, out_of: Place) -> None:
        """What goes in at one place came out of another."""
        self.lies[to] += amount
        self.lies[out_of] -= amount

    def issue(self, bill: Owed) -> None:
        """Somebody owes."""
        self.bills.append(bill)
        self.move(bill.total, to=OWED, out_of=CHARGED)

    def cancel(self, bill: Owed) -> bool:
        """Nobody owes it any more; only while nothing was paid."""
        if bill.state != "open" or bill.left != bill.total:
            return False
        bill.state, bill.left = "cancelled", 0
        for one in bill.tries:
            one.state = "expired" if one.state == "under_way" else one.state
        self.move(bill.total, to=CHARGED, out_of=OWED)
        return True

    def known(self, source: str, transaction: str) -> Sum | None:
        """Money that was told of before."""
        return next(
            (one for one in self.moneys if (one.source, one.transaction) == (source, transaction)), None
        )

    def come(self, money: Sum, *, lies: Place, named: Try | None = None, channel: str = "") -> None:
        """Money comes in: what its bill wants goes there, the rest waits and somebody must look."""
        bill = money.bill
        used = min(money.amount, bill.left) if bill else 0
        money.held = money.amount - used
        kind = _found(money, used)
        if kind:
            money.troubles[kind] = True
        self.moneys.append(money)
        self.move(used, to=lies, out_of=OWED)
        self.move(money.held, to=lies, out_of=HELD)
        if bill is None:
            return
        self.give(bill, used)
        one = named or bill.under_way(channel)
        if one is not None:
            one.state = "paid"

    def give(self, bill: Owed, used: int) -> None:
        """So much less is left to pay; once it is nothing, nobody has to look at what came in parts."""
        bill.left -= used
        if bill.state == "open" and not bill.left:
            bill.state = "settled"
            for money in self.moneys:
                if money.bill is bill and "partial" in money.troubles:
                    money.troubles["partial"] = False

    def undo(self, bill: Owed, amount: int, *, lies: Place) -> None:
        """What was taken at the till goes back to the person, who owes it again."""
        bill.left += amount
        bill.state = "open"
        bill.receipts_end("voided")
        self.move(amount, to=OWED, out_of=lies)

    def assign(self, money: Sum, bill: Owed) -> None:
        """What waits of some money goes to a bill that is open."""
        used = min(money.held, bill.left)
        money.held -= used
        self.move(used, to=HELD, out_of=OWED)
        self.give(bill, used)

    def write_receipts(self) -> None:
        """Every bill that is paid has one that stands, over what was kept of it."""
        for bill in self.bills:
            if bill.state == "settled" and bill.kept and "issued" not in dict(bill.receipts):
                bill.receipts.append(("issued", bill.kept))

    def waive(self, bill: Owed, amount: int) -> None:
        """Two people let so much of an open bill go."""
        bill.waived += amount
        self.move(amount, to=LET_GO, out_of=OWED)
        self.give(bill, amount)

    def owe_back(self, bill: Owed, amount: int) -> None:
        """Two people agreed to give so much of what came for a bill back: its receipt is over the rest."""
        bill.refunded += amount
        self.move(amount, to=CHARGED, out_of=BACK)
        if not bill.kept:
            bill.receipts_end("voided")
        elif ("issued", bill.kept) not in bill.receipts:
            bill.receipts_end("replaced")

    def owe_held(self, money: Sum, kind: str) -> None:
        """Two people agreed to give back what waits of some money."""
        self.move(money.held, to=HELD, out_of=BACK)
        money.held, money.asked_back, money.troubles[kind] = 0, False, False

    @property
    def waiting(self) -> int:
        """All that waits for a decision."""
        return sum(money.held for money in self.moneys)


def _found(money: Sum, used: int) -> str:
    bill = money.bill
    if bill is None:
        return "orphan"
    if bill.state != "open":
        return {"settled": "double", "cancelled": "late"}[bill.state]
    if money.held:
        return "over"
    return "partial" if used < bill.left else ""
