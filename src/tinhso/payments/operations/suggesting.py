"""What orphan money may be for: the matching engine asked about it, its answer kept in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tinhso.payments import ledger, matching
from tinhso.payments.contracts import BillState, Trouble
from tinhso.payments.models import Bill, Money, Problem

MOST = 500
MOST_BILLS = 5000


def suggest(source: str, *, at: datetime) -> None:
    """Look again at the open orphans of a source: a slip in a code is called so. Few queries."""
    rows = Problem.objects.filter(
        closed_at=None, kind__in=[Trouble.ORPHAN, Trouble.WRONG_CODE], money__source=source
    )
    problems = list(rows.select_related("money").order_by("-opened_at")[:MOST])
    moneys = [problem.money for problem in problems if problem.money]
    said = {one.key: one for one in suggestions(moneys)}
    named = {one.order for one in said.values() if one.kind is matching.Kind.WRONG_CODE}
    bills = {bill.reference: bill for bill in Bill.objects.filter(reference__in=named)}
    for problem in problems:
        one = said[str(problem.money_id)]
        if one.kind is matching.Kind.WRONG_CODE and one.order in bills:
            problem.kind = Trouble.WRONG_CODE.value
            problem.suggested, problem.score = bills[one.order], one.score
            problem.save(update_fields=["kind", "suggested", "score"])


def suggestions(moneys: Iterable[Money]) -> tuple[matching.Suggestion, ...]:
    """The engine's answer for money, by its id, held against open bills of its sum. Two queries."""
    given = list(moneys)
    rows = Bill.objects.filter(state=BillState.OPEN.value, total__in={one.amount for one in given})
    bills = list(rows.order_by("-issued_at")[:MOST_BILLS]) if given else []
    left = ledger.owed_of_all([bill.id for bill in bills])
    return matching.match(
        (
            matching.Movement(
                key=str(money.id),
                amount=money.amount,
                at=money.paid_at,
                content=money.content,
                code=money.reference,
            )
            for money in given
        ),
        (
            matching.Expected(code=bill.reference, amount=left[bill.id], opened_at=bill.issued_at)
            for bill in bills
            if left.get(bill.id)
        ),
    )
