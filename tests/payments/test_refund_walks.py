"""Any order of paying, asking, agreeing, refusing, undoing and giving back keeps the books true."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.payments.laid import AT, bill, charge, collecting, stands, told
from tests.payments.test_refunds import BANK, CASH, GROUND, balanced
from tests.support import people
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.models import Payout, Problem, Refund, Taking
from tinhso.payments.operations import deciding, paying_out, refunds, taking, tills
from tinhso.payments.operations.holding import held

pytestmark = pytest.mark.django_db
STEPS = (
    "pay",
    "take",
    "undo",
    "ask",
    "waive",
    "problem",
    "prepare",
    "approve",
    "refuse",
    "done",
    "no",
    "out",
)


@pytest.mark.django_db
@settings(max_examples=12)
@given(walk=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 60_000)), min_size=8, max_size=22))
def test_any_walk_keeps_the_books_true(walk: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        _walked(walk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def _walked(walk: list[tuple[str, int]]) -> None:
    place = collecting()
    first, third = (people.officer(identity.Role.ACCOUNTANT, place.unit) for _n in range(2))
    second = people.officer(identity.Role.LEADER, place.unit)
    cashier = people.officer(identity.Role.CASHIER, place.unit)
    drawer = tills.open_drawer(till="1", float_in=0, unit=place.unit, by=cashier, at=AT)
    owed = bill(place, charge(30_001, kind="fee", code="a"), charge(19_999))

    def newest(**state: object) -> Refund:
        found = Refund.objects.filter(**state).order_by("-id").first()
        if found is None:
            raise Unable("none")
        return found

    def step(name: str, n: int) -> None:
        if name == "pay":
            payments.receive(told(n, content=owed.reference, transaction=new_id().hex), at=AT)
        elif name == "take":
            taking.take(drawer, owed.id, given=None, approval="", knowing=True, by=cashier, at=AT)
        elif name == "undo" and (took := Taking.objects.filter(undone_at=None).first()):
            taking.undo(took.id, reason="Khách đổi ý", by=cashier, at=AT)
        elif name == "ask":
            by = first if n % 2 else SYSTEM
            payments.ask_refund_of_bill(owed.id, amount=n, reason="Thu nhầm", by=by, at=AT)
        elif name == "waive":
            refunds.ask_waiver(owed.id, amount=n, reason="Hộ nghèo", ground=GROUND, by=first, at=AT)
        elif name == "problem" and (problem := Problem.objects.filter(closed_at=None).first()):
            deciding.ask_refund(problem.id, reason="Nộp thừa", by=first, at=AT)
        elif name == "prepare":
            refund = newest(kind="refund")
            refunds.prepare(refund.id, payee=(BANK, CASH)[n % 2], ground=GROUND, by=third, at=AT)
        elif name == "approve":
            refund = newest(state="asked")
            seen = refunds.mark(refunds.waiting(refund))
            refunds.approve(refund.id, seen=seen, by=second, at=AT)
        elif name == "refuse":
            refunds.refuse(newest(state="asked").id, words="Không đúng", by=second, at=AT)
        elif payout := Payout.objects.filter(agreed_at__isnull=False, outcome="").first():
            if name == "out":
                paying_out.hand_out(payout.refund_id, by=cashier, at=AT)
            elif payout.way == "bank" and name == "done":
                paying_out.paid(payout.id, transaction="FT1", at=AT)
            elif payout.way == "bank":
                paying_out.failed(payout.id, said="không có tài khoản", at=AT)

    for name, n in walk:
        with suppress(Unable):
            step(name, n)
    now, rows = stands(owed.id), list(Refund.objects.all())
    assert 0 <= now.refunded <= now.paid
    assert now.left == now.total - now.paid - now.waived
    assert (now.state is payments.BillState.OPEN) == (now.left > 0)
    agreed = [one for one in rows if one.kind == "refund" and one.state in ("approved", "paid")]
    assert now.refunded == sum(one.amount for one in agreed if one.bill_id)
    assert -ledger.balance(ledger.refunds()) == sum(one.amount for one in agreed if one.state == "approved")
    assert all(held(one.money_id) >= 0 for one in Problem.objects.all())
    assert balanced()
