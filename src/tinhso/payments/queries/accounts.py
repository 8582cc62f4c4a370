"""Accounts of agencies in the order of their days, what waits to be decided, and sub-items of the budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from tinhso.directory import api as directory
from tinhso.payments.models import AccountProposal, Beneficiary, RevenueCode

MOST_REFUSED = 3


@dataclass(frozen=True, slots=True)
class Accounts:
    """An agency's accounts: the one in force, those to come, those before, and what was put forward."""

    agency: UUID
    name: str
    now: Beneficiary | None
    later: list[Beneficiary]
    before: list[Beneficiary]
    asked: AccountProposal | None
    refused: list[AccountProposal]


def of_agencies(agencies: Iterable[UUID], *, on: date) -> list[Accounts]:
    """What each agency has, by name. Three queries."""
    wanted = list(agencies)
    names = directory.names(wanted)
    rows = list(Beneficiary.objects.filter(agency__in=wanted).order_by("-valid_from"))
    asked = list(
        AccountProposal.objects.filter(~Q(accepted=True), agency__in=wanted).order_by("-proposed_at", "-id")
    )
    found = []
    for agency in sorted(wanted, key=lambda one: names[one]):
        own = [row for row in rows if row.agency_id == agency]
        put = [row for row in asked if row.agency_id == agency]
        found.append(
            Accounts(
                agency=agency,
                name=names[agency],
                now=next((row for row in own if row.valid_from <= on and _holds(row.valid_to, on)), None),
                later=[row for row in own if row.valid_from > on],
                before=[row for row in own if not _holds(row.valid_to, on)],
                asked=next((row for row in put if row.accepted is None), None),
                refused=[row for row in put if row.accepted is False][:MOST_REFUSED],
            )
        )
    return found


def codes(*, on: date) -> list[RevenueCode]:
    """Sub-items in force on a day or later, those for all other charges first. One query."""
    rows = RevenueCode.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    return list(rows.order_by("charge", "kind", "valid_from"))


def _holds(until: date | None, on: date) -> bool:
    return until is None or until > on
