"""What crosses the door of payments about receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.text import format_money


class ReceiptState(StrEnum):
    """Whether a receipt stands. `REPLACED` is voided too: another stands for it."""

    ISSUED = "issued"
    VOIDED = "voided"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_STATES[self])


_STATES = {
    ReceiptState.ISSUED: _("Còn giá trị"),
    ReceiptState.VOIDED: _("Đã huỷ"),
    ReceiptState.REPLACED: _("Đã thay thế"),
}


class PaperKind(StrEnum):
    """The files of a receipt: as it was issued, and as it stands once it is voided."""

    ISSUED = "issued"
    VOIDED = "voided"


class TaxState(StrEnum):
    """Where a file stands on its way to the tax side."""

    WAITING = "waiting"
    HANDED = "handed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_TAX[self])


_TAX = {
    TaxState.WAITING: _("Chờ gửi cơ quan thuế"),
    TaxState.HANDED: _("Cơ quan thuế đã nhận"),
    TaxState.REFUSED: _("Cơ quan thuế từ chối"),
}


class ChangeKind(StrEnum):
    """What two people decide about a receipt."""

    VOID = "void"
    REPLACE = "replace"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_CHANGES[self])


_CHANGES = {ChangeKind.VOID: _("Huỷ biên lai"), ChangeKind.REPLACE: _("Lập biên lai thay thế")}


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt as its person sees it. `files` is the address that `pdf` and `xml` follow, empty while the
    agency's signature is not on it yet."""

    id: UUID
    bill: UUID
    symbol: str
    number: str
    amount: int
    issued_at: datetime
    state: ReceiptState
    code: str
    files: str

    @property
    def sum(self) -> str:
        """The amount as people read it."""
        return format_money(self.amount)


class NoSuchReceipt(NotFound):
    """No receipt, series or file of that name, or not one this person may see."""

    code = "no-such-receipt"


class ReceiptEnded(Conflict):
    """The receipt is voided or replaced already."""

    code = "receipt-ended"


class TooManyReceiptLookups(Invalid):
    """Too many codes that lead nowhere from one address."""

    code = "too-many-lookups"
    status = 429
