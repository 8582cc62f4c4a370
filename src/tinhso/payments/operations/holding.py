"""Money that waits in suspense: what of it is left, and holding it while somebody decides."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, F, Sum, When

from tinhso.payments.models import Entry, Money
from tinhso.payments.models.ledger import Purse


def held(money: UUID | None) -> int:
    """What of some money still waits in suspense, whole đồng. One query."""
    moved = Entry.objects.filter(money=money).aggregate(
        came=Sum(Case(When(credit__purse=Purse.SUSPENSE, then=F("amount")), default=0)),
        went=Sum(Case(When(debit__purse=Purse.SUSPENSE, then=F("amount")), default=0)),
    )
    return int((moved["came"] or 0) - (moved["went"] or 0)) if money else 0


def locked(money: UUID | None) -> Money | None:
    """The money, held until the act ends: of two who decide about it, one waits."""
    return Money.objects.select_for_update().filter(id=money).first() if money else None
