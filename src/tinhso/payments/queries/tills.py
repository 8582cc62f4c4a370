"""Reads of the till: bills a cashier looks for, sessions, and what was taken in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from tinhso.foundation.text import fold
from tinhso.payments import codes
from tinhso.payments.contracts import BillState, Channel
from tinhso.payments.models import Bill, Drawer, Payout, Taking

PAGE = 50
MOST_FOUND = 20
LONGEST = 600
_WORDS = re.compile(r"[0-9A-Za-z.\-_]{6,}")
_FOLDED = "tinhso_fold(payer) LIKE %s"


def find(typed: str, *, agency: UUID) -> tuple[Bill, ...]:
    """Bills of an agency by what was typed or scanned: a reference, a code or link of a dossier or a bill (in
    a QR too), else by the payer's name among those still open. At most two queries."""
    text = typed.strip()[:LONGEST]
    if not text:
        return ()
    rows = Bill.objects.filter(agency=agency)
    words = _WORDS.findall(text)
    exact = rows.filter(
        Q(reference__in=codes.find(text))
        | Q(about_code__in=[word.upper() for word in words])
        | Q(token__in=words)
    ).order_by("-issued_at", "-id")
    found = tuple(exact[:MOST_FOUND])
    if found:
        open_ones = tuple(row for row in found if row.state == BillState.OPEN)
        return open_ones or found
    name = fold(text).lower().replace("\\", "").replace("%", "").replace("_", "")
    named = rows.filter(state=BillState.OPEN).extra(where=[_FOLDED], params=[f"%{name}%"])  # noqa: S610
    return tuple(named.order_by("-issued_at", "-id")[:MOST_FOUND]) if name else ()


def open_of(cashier: UUID) -> Drawer | None:
    """The session a cashier has open. One query."""
    return Drawer.objects.filter(cashier_id=cashier, counted_at=None).first()


def last_till(cashier: UUID) -> str:
    """The till at which a cashier sat last; empty for a new one. One query."""
    rows = Drawer.objects.filter(cashier_id=cashier).order_by("-opened_at")
    return rows.values_list("till", flat=True).first() or ""


def waiting(agencies: Iterable[UUID]) -> tuple[Drawer, ...]:
    """Counted sessions whose money nobody has taken yet, the oldest first. One query."""
    rows = Drawer.objects.filter(agency__in=list(agencies), counted_at__isnull=False, ended_at=None)
    return tuple(rows.order_by("counted_at")[:PAGE])


def takings(drawer: UUID, *, before: int | None = None) -> tuple[tuple[Taking, ...], int | None]:
    """What was taken in a session, the latest first, and the number from which the next page goes on."""
    rows = Taking.objects.filter(drawer=drawer).select_related("bill")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: PAGE + 1])
    return tuple(found[:PAGE]), found[PAGE - 1].number if len(found) > PAGE else None


def sums(drawer: UUID) -> dict[str, tuple[int, int]]:
    """How many takings stand and their sum, by `cash` and `card`. One query."""
    rows = (
        Taking.objects.filter(drawer=drawer, undone_at=None)
        .values("channel")
        .annotate(count=Count("id"), sum=Coalesce(Sum("amount"), 0))
    )
    known = {row["channel"]: (row["count"], row["sum"]) for row in rows}
    return {each.value: known.get(each.value, (0, 0)) for each in (Channel.CASH, Channel.CARD)}


def handed_out(drawer: UUID) -> int:
    """What was given back in cash out of a session, whole đồng. One query."""
    rows = Payout.objects.filter(drawer=drawer, outcome="paid")
    return int(rows.aggregate(all=Coalesce(Sum("refund__amount"), 0))["all"])
