"""What crosses the door of payments. Sums are whole đồng, moments UTC, days legal days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, Invalid, NotFound


class Channel(StrEnum):
    """The way money takes."""

    VIETQR = "vietqr"
    VNPAY = "vnpay"
    PLATFORM = "platform"
    CASH = "cash"
    CARD = "card"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_CHANNELS[self])

    @property
    def online(self) -> bool:
        """Whether it counts as online payment (QĐ 766/QĐ-TTg, items 3.5b and 3.6): not at the till."""
        return self not in (Channel.CASH, Channel.CARD)


_CHANNELS = {
    Channel.VIETQR: _("Quét mã VietQR bằng ứng dụng ngân hàng"),
    Channel.VNPAY: _("VNPAY"),
    Channel.PLATFORM: _("Nền tảng thanh toán quốc gia"),
    Channel.CASH: _("Tiền mặt tại quầy"),
    Channel.CARD: _("Thẻ tại quầy"),
}


class DrawerEnd(StrEnum):
    """How a cashier's session with a drawer ended: another cashier goes on, or the money went to the bank."""

    HANDED = "handed"
    DEPOSITED = "deposited"


class BillState(StrEnum):
    """Where a bill stands. It follows from the ledger; the database compares at every commit."""

    OPEN = "open"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class AttemptState(StrEnum):
    """Where one attempt to pay stands. `UNDER_WAY` may still bring money."""

    UNDER_WAY = "under_way"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class Finding(StrEnum):
    """What was found of money that came in."""

    EXACT = "exact"
    PARTIAL = "partial"
    OVER = "over"
    DOUBLE = "double"
    LATE = "late"
    WRONG_CODE = "wrong_code"
    ORPHAN = "orphan"
    PAYOUT = "payout"
    DEPOSIT = "deposit"


class Trouble(StrEnum):
    """What somebody must decide about money: what was found of it, or what its source's list says of it.

    `MISSING` was told of and not listed, `DIFFERS` stands there with another sum, `PAYOUT_DIFFERS` is a
    provider's transfer to the bank that is not the sum of its own list, `OUTGOING` left an account and nobody
    knows why, `DEPOSIT` is cash of a till that a bank's slip tells of and its list does not.
    """

    PARTIAL = "partial"
    OVER = "over"
    DOUBLE = "double"
    LATE = "late"
    WRONG_CODE = "wrong_code"
    ORPHAN = "orphan"
    MISSING = "missing"
    DIFFERS = "differs"
    PAYOUT_DIFFERS = "payout_differs"
    OUTGOING = "outgoing"
    DEPOSIT = "deposit"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_TROUBLES[self])


_TROUBLES = {
    Trouble.PARTIAL: _("Nộp thiếu"),
    Trouble.OVER: _("Nộp thừa"),
    Trouble.DOUBLE: _("Nộp hai lần"),
    Trouble.LATE: _("Nộp sau khi huỷ"),
    Trouble.WRONG_CODE: _("Sai mã"),
    Trouble.ORPHAN: _("Không rõ khoản nào"),
    Trouble.MISSING: _("Chưa có trên sao kê"),
    Trouble.DIFFERS: _("Lệch số tiền"),
    Trouble.PAYOUT_DIFFERS: _("Chuyển về lệch"),
    Trouble.OUTGOING: _("Tiền ra chưa rõ"),
    Trouble.DEPOSIT: _("Nộp quỹ chưa về"),
}


class Effect(StrEnum):
    """What a notice did: money was booked, or it was known already."""

    BOOKED = "booked"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Charge:
    """One finished charge line: `amount` before exemption, `exempted` of it. `code` names the sum in the
    rules it comes from and finds the revenue code; `kind` is `fee` (phí) or `charge` (lệ phí)."""

    code: str
    kind: str
    name: str
    amount: int
    exempted: int = 0
    exempt_ground: str = ""
    ground: str = ""

    @property
    def due(self) -> int:
        """What is to be paid of it."""
        return self.amount - self.exempted


@dataclass(frozen=True, slots=True)
class Payer:
    """Who owes: `owner_kind` is `person` or `organisation`, `owner` None when neither is known here."""

    name: str
    owner_kind: str = ""
    owner: UUID | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a bill is for: kind and id of a higher room's subject, its code as people know it, a title, where
    a person reads about it, and the public service's national code, where it has one."""

    kind: str
    id: UUID
    code: str
    title: str
    link: str = ""
    service: str = ""


def page_of(token: str) -> str:
    """The address of a bill's page."""
    return f"/thanh-toan/{token}/"


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill. `left` is what is still to be paid; `paid` really came and was not undone, `refunded` of it
    was decided to be given back, `waived` was let go: all from the ledger. `ended_at` is when it was settled
    or cancelled. Who holds `token` may open its page and pay."""

    id: UUID
    reference: str
    token: str
    about: About
    agency: UUID
    unit: UUID
    payer: str
    owner_kind: str
    owner: UUID | None
    lines: tuple[Charge, ...]
    total: int
    left: int
    paid: int
    waived: int
    refunded: int
    state: BillState
    issued_at: datetime
    ended_at: datetime | None
    occasion: str

    @property
    def href(self) -> str:
        """Where it is paid, and looked at afterwards."""
        return page_of(self.token)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is left to pay of an open bill, whole đồng, the token of its page, and whether an attempt may
    still bring the money (`waits`), so that nobody is asked for it as if it were unpaid."""

    left: int
    token: str
    waits: bool

    @property
    def href(self) -> str:
        """Where it is paid."""
        return page_of(self.token)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt to pay. `proof` is the QR text or the address to go to."""

    id: UUID
    reference: str
    bill: UUID
    channel: Channel
    amount: int
    state: AttemptState
    opened_at: datetime
    expires_at: datetime
    proof: str

    def may_bring_money(self, at: datetime) -> bool:
        """Whether it is under way and its time is not over."""
        return self.state is AttemptState.UNDER_WAY and self.expires_at > at


@dataclass(frozen=True, slots=True)
class Misfit:
    """Money that came for a bill and does not fit it, while nobody has decided; `held` of it was too much."""

    trouble: Trouble
    amount: int
    held: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Money that a source says it has. `source` is the provider or `bank:` and the account, `transaction` its
    own name for it, `reference` our attempt's where the source carries it, `content` the payer's words."""

    source: str
    channel: Channel
    transaction: str
    amount: int
    paid_at: datetime
    reference: str = ""
    content: str = ""
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a source's list or statement. Money in is above nought, out below. `reference` is
    the source's own name for it, `order` our attempt's, `account` the bank account a provider lays it
    down at. Without `timed` only the day is known."""

    reference: str
    amount: int
    at: datetime
    content: str = ""
    payer: str = ""
    order: str = ""
    account: str = ""
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Where money of an agency goes from a day on: its account at a bank or the treasury."""

    agency: UUID
    name: str
    bank: str
    account: str
    tax_code: str
    chapter: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """Event: nothing is left to pay of a bill. `amount` really came, nought where all was waived; `online`
    tells how."""

    bill: UUID
    reference: str
    about: About
    amount: int
    online: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentUndone:
    """Event: a cashier took back what had settled a bill; `left` is to be paid again."""

    bill: UUID
    about: About
    left: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BillCancelled:
    """Event: a bill was taken back before it was paid."""

    bill: UUID
    about: About
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentHeld:
    """Event: money came for a bill and does not fit. `left` is still to be paid, `held` waits."""

    bill: UUID
    reference: str
    about: About
    trouble: Trouble
    amount: int
    left: int
    held: int
    at: datetime


class Share(StrEnum):
    """Which of the subjects that owed money."""

    ALL = "all"
    ONLINE = "online"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class OwedOnline:
    """How many subjects of a service at an agency owed money, and how many of these paid online."""

    agency: UUID
    service: str
    owed: int
    online: int


@dataclass(frozen=True, slots=True)
class OwedSubject:
    """A subject that owed money: its code and title, all it owed in whole đồng, since when."""

    agency: UUID
    service: str
    id: UUID
    code: str
    title: str
    total: int
    since: datetime
    online: bool


class NoSuchProblem(NotFound):
    """No difference, day or list of that name, or not one this person may see."""

    code = "no-such-problem"


class NoSuchProposal(NotFound):
    """No account put forward of that name, or not one this person may see."""

    code = "no-such-proposal"


class DayClosed(Conflict):
    """The day is reconciled and closed."""

    code = "day-closed"


class NoSuchBill(NotFound):
    """No bill of that name, or not one this person may see."""

    code = "no-such-bill"


class BillClosed(Conflict):
    """The bill is paid or cancelled already."""

    code = "bill-closed"


class UnderWay(Conflict):
    """A payment is under way that may still bring the money."""

    code = "payment-under-way"


class NoBeneficiary(Invalid):
    """Nobody said where money of this agency goes."""

    code = "no-beneficiary"


class ForgedNotice(Invalid):
    """The notice does not carry the signature of who it says it is from, or is too old."""

    code = "forged-notice"
    status = 401


class BadNotice(Invalid):
    """The notice is signed but cannot be read."""

    code = "bad-notice"


class Contradicted(Conflict):
    """The source told of this transaction before, with another sum."""

    code = "contradicted"


class NoSuchDrawer(NotFound):
    """No such session at the till, or not one this officer may see."""

    code = "no-such-drawer"


class DrawerClosed(Conflict):
    """The session was counted or ended already."""

    code = "drawer-closed"


class Differs(Invalid):
    """What was counted is not what has to be there, and nobody said why. `facts`: expected, counted."""

    code = "till-differs"
