"""The registry of ways to pay online; each names itself when Django starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tinhso.foundation.registry import Registry
from tinhso.payments.contracts import AttemptView, Beneficiary, BillView, Channel, Told


class NotBegun(Exception):
    """The provider gave no usable answer; the same reference may be begun again."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a way needs to begin: `reference` of the attempt, `amount` in whole đồng, `back` the address the
    person returns to, `address` the person's network address."""

    reference: str
    amount: int
    bill: BillView
    to: Beneficiary
    back: str
    address: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt brought no money, in the provider's own word `code`."""

    reference: str
    code: str


class Way(Protocol):
    """One way to pay online."""

    @property
    def channel(self) -> Channel:
        """Which it is."""
        ...

    def ready(self, to: Beneficiary, bill: BillView) -> bool:
        """Whether it is set up and can bring the money of this bill to this beneficiary."""
        ...

    def begin(self, beginning: Beginning) -> str:
        """The QR text, or the address to go to. May ask outside; the same reference gives the same payment.

        Raises NotBegun.
        """
        ...


ways: Registry[Way] = Registry("way to pay")


class Asker(Protocol):
    """A way whose provider can be asked what became of an attempt."""

    def ask(self, attempt: AttemptView, *, at: datetime) -> Told | Ended | None:
        """Money, an end without any, or None while it waits.

        Raises Unanswered, ForgedNotice or BadNotice when there is no usable answer.
        """
        ...


askers: Registry[Asker] = Registry("provider that can be asked")
