"""What goes back or is let go, in the same walk: asked by one, agreed to or refused by another, paid."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.payments.test_refunds import BANK, GROUND
from tests.payments.walks.acts import ANY, AT_BANK, Walk
from tests.payments.walks.around import plain, refused
from tests.payments.walks.book import BACK, Owed, Sum
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments.models import Payout, Refund
from tinhso.payments.operations import paying_out, refunds
from tinhso.payments.refund_contracts import RefundKind, RefundState

SUMS = st.integers(1, 60_000)


class WholeWalk(Walk):
    """All that may become of money."""

    @precondition(lambda self: any(bill.kept for bill in self.book.bills))
    @rule(which=ANY, amount=SUMS, whole=st.booleans())
    def ask_back(self, which: int, amount: int, whole: bool) -> None:
        bills = [bill for bill in self.book.bills if bill.kept]
        bill = bills[which % len(bills)]
        most = bill.kept - self.asked(bill, RefundKind.REFUND)
        amount = most if whole and most > 0 else amount
        with refused(not 0 < amount <= most):
            payments.ask_refund_of_bill(bill.id, amount=amount, reason="Thu nhầm mức", by=SYSTEM, at=self.at)

    @precondition(lambda self: self.book.bills)
    @rule(which=ANY, amount=SUMS, whole=st.booleans())
    def ask_to_let_go(self, which: int, amount: int, whole: bool) -> None:
        bill = self.bill(which)
        most = bill.left - self.asked(bill, RefundKind.WAIVER) if bill.state == "open" else 0
        amount = most if whole and most > 0 else amount
        by = self.staff.accountants[0]
        with refused(not 0 < amount <= most):
            refunds.ask_waiver(bill.id, amount=amount, reason="Hộ nghèo", ground=GROUND, by=by, at=self.at)

    @precondition(lambda self: self.waiting())
    @rule(which=ANY, yes=st.sampled_from([True, True, False]))
    def decide_about_it(self, which: int, yes: bool) -> None:
        """The first prepares what goes back; the second agrees or refuses; the first never does."""
        one, two = self.staff.accountants
        refund = self.waiting()[which % len(self.waiting())]
        back = refund.kind == RefundKind.REFUND
        if back:
            refunds.prepare(refund.id, payee=BANK, ground=GROUND, by=one, at=self.at)
        seen = refunds.mark(refunds.waiting(refund))
        with refused(True):
            refunds.approve(refund.id, seen=seen, by=one, at=self.at)
        if not yes:
            refunds.refuse(refund.id, words="Không đúng căn cứ", by=two, at=self.at)
            if refund.problem:
                self.held_by(refund)[0].asked_back = False
            return
        bill = next((bill for bill in self.book.bills if bill.id == refund.bill_id), None)
        if bill is None:
            refunds.approve(refund.id, seen=seen, by=two, at=self.at)
            self.book.owe_held(*self.held_by(refund))
            return
        most = bill.kept if back else bill.left * (bill.state == "open")
        with refused(refund.amount > most):
            refunds.approve(refund.id, seen=seen, by=two, at=self.at)
            (self.book.owe_back if back else self.book.waive)(bill, refund.amount)

    @precondition(lambda self: self.agreed())
    @rule(which=ANY, done=st.sampled_from([True, True, False]))
    def the_bank_answers(self, which: int, done: bool) -> None:
        """It moved the money, and says so twice; or it will not, and another payee is agreed to."""
        payout = self.agreed()[which % len(self.agreed())]
        if not done:
            paying_out.failed(payout.id, said="không có tài khoản", at=self.at)
            one, two = self.staff.accountants
            again = refunds.prepare(payout.refund_id, payee=BANK, ground=GROUND, by=one, at=self.at)
            refunds.approve(payout.refund_id, seen=refunds.mark(again), by=two, at=self.at)
            return
        name = self.name()
        assert paying_out.paid(payout.id, transaction=name, at=self.at)
        assert not paying_out.paid(payout.id, transaction=name, at=self.at)
        self.book.move(payout.refund.amount, to=BACK, out_of=AT_BANK)

    def asked(self, bill: Owed, kind: RefundKind) -> int:
        """What was asked of a bill and is not decided."""
        rows = Refund.objects.filter(bill=bill.id, kind=kind, state=RefundState.ASKED)
        return sum(rows.values_list("amount", flat=True))

    def waiting(self) -> list[Refund]:
        rows = Refund.objects.filter(state=RefundState.ASKED).select_related("problem__money")
        return list(rows.order_by("number"))

    def agreed(self) -> list[Payout]:
        rows = Payout.objects.filter(outcome="", agreed_at__isnull=False).select_related("refund")
        return list(rows.order_by("refund__number"))

    def held_by(self, refund: Refund) -> tuple[Sum, str]:
        """The money that a refund is about, and the difference that it is told as."""
        assert refund.problem is not None
        assert refund.problem.money is not None
        money = self.book.known(refund.problem.money.source, refund.problem.money.transaction)
        assert money is not None
        return money, plain(refund.problem.kind)
