"""Accounts of the ledger by what they are for; made when they are first needed."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation.remembered import Answers
from tinhso.payments.models import Account
from tinhso.payments.models.ledger import Purse

KNOWN = Answers()


@KNOWN.of
def _known(purse: Purse, key: str) -> int | None:
    return Account.objects.filter(purse=purse, key=key).values_list("id", flat=True).first()


def _account(purse: Purse, key: str, agency: UUID | None) -> int:
    known = _known(purse, key)
    if known is not None:
        return known
    made, _new = Account.objects.get_or_create(purse=purse.value, key=key, defaults={"agency_id": agency})
    KNOWN.changed()
    return made.id


def receivable(agency: UUID) -> int:
    """What people owe an agency."""
    return _account(Purse.RECEIVABLE, agency.hex, agency)


def revenue(agency: UUID, code: str) -> int:
    """What an agency has charged under a revenue code (tiểu mục)."""
    return _account(Purse.REVENUE, f"{agency.hex}:{code}", agency)


def waived(agency: UUID) -> int:
    """What an agency charged and let go."""
    return _account(Purse.WAIVED, agency.hex, agency)


def clearing(source: str) -> int:
    """What a source has taken for us and not yet laid down at the bank."""
    return _account(Purse.CLEARING, source, None)


def bank(account: str) -> int:
    """What lies in a beneficiary's account, by statements."""
    return _account(Purse.BANK, account, None)


def till(drawer: UUID, agency: UUID) -> int:
    """What lies in a drawer at the counter."""
    return _account(Purse.TILL, drawer.hex, agency)


def suspense() -> int:
    """Money of which nobody has decided yet what it is for."""
    return _account(Purse.SUSPENSE, "", None)


def refunds() -> int:
    """What is to be given back."""
    return _account(Purse.REFUNDS, "", None)


def difference(agency: UUID) -> int:
    """What was missing or too much when drawers were counted."""
    return _account(Purse.DIFFERENCE, agency.hex, agency)
