"""What crosses the door of payments about money that goes back. Sums are whole đồng, moments UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import NotFound
from tinhso.payments.contracts import About


class RefundKind(StrEnum):
    """What is asked: to give back money that came, or to let go of money that is owed."""

    REFUND = "refund"
    WAIVER = "waiver"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_("Hoàn tiền") if self is RefundKind.REFUND else _("Miễn nộp"))


class RefundState(StrEnum):
    """How far it is. `APPROVED` is the end of a waiver; a refund is then `PAID`."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"


class PayoutWay(StrEnum):
    """How money goes back."""

    BANK = "bank"
    CASH = "cash"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_("Chuyển khoản") if self is PayoutWay.BANK else _("Tiền mặt tại quầy"))


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund or waiver of a bill as its payer and higher rooms see it; `way` is empty until it is known."""

    id: UUID
    reference: str
    kind: RefundKind
    state: RefundState
    amount: int
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    paid_at: datetime | None
    way: str


@dataclass(frozen=True, slots=True)
class RefundDecided:
    """Event: two people agreed to give money of a bill back, or to let it go; or the second refused."""

    refund: UUID
    kind: RefundKind
    bill: UUID
    about: About
    amount: int
    approved: bool
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundPaid:
    """Event: money of a bill went back to its payer."""

    refund: UUID
    bill: UUID
    about: About
    amount: int
    at: datetime


class NoSuchRefund(NotFound):
    """No refund or waiver of that name, or not one this officer may see."""

    code = "no-such-refund"
