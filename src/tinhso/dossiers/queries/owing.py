"""What is to be paid of dossiers, and what was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.turning import SUBJECT
from tinhso.payments import api as payments


def bills_of(dossiers: Iterable[UUID]) -> tuple[payments.BillView, ...]:
    """The bills of several dossiers that were not taken back, oldest first. Three queries, one when none."""
    bills = payments.bills_among(SUBJECT, dossiers)
    return tuple(bill for bill in bills if bill.state is not payments.BillState.CANCELLED)


def owed(dossiers: Iterable[UUID], *, at: datetime) -> dict[UUID, payments.Owed]:
    """What is left to pay, and where, of each dossier that has an open bill. Two queries, one when none."""
    return payments.open_among(SUBJECT, dossiers, at=at)
