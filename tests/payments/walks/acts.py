"""Whatever may happen to bills and money, done to the program and to the book, then compared."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.payments import laid
from tests.payments.walks.around import LIES, Session, Staff, alike, happened, plain, refused
from tests.payments.walks.book import HELD, OFF, Book, Owed, Place, Sum, Try
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.channels import lists
from tinhso.payments.contracts import Differs, Listed
from tinhso.payments.ledger.accounts import KNOWN
from tinhso.payments.models import Account, Money, Problem, Receipt, ReconciledDay
from tinhso.payments.operations import (
    closing_days,
    deciding,
    issuing_receipts,
    opening,
    reconciling,
    taking,
    taking_in,
    tills,
)

BANK = f"bank:{laid.ACCOUNT}"
AT_BANK: Place = ("bank", laid.ACCOUNT)
ON_THE_WAY: Place = ("clearing", f"deposit:{laid.ACCOUNT}")
ANY = st.integers(0, 10_000)
ONLINE = st.sampled_from([payments.Channel.VIETQR, payments.Channel.VNPAY])
CHARGES = st.lists(st.tuples(st.integers(1, 90), st.integers(0, 90)), min_size=1, max_size=3)
AMOUNTS = st.one_of(st.just(0), st.integers(-40_000, 40_000))
"""How much more than what is left somebody pays."""


class Walk(RuleBasedStateMachine):
    """One walk; everything it did is undone at its end."""

    staff: Staff
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        KNOWN.forget()
        self.book = Book()
        self.at = laid.AT
        self.drawer: Session | None = None
        self.counted: Session | None = None
        self.lines: dict[str, tuple[int, date]] = {}
        self.matched: set[str] = set()
        self.whole: set[date] = set()
        self.closed: set[date] = set()
        self.names = 0

    def teardown(self) -> None:
        try:
            for bill in self.book.bills:
                self.sees(bill)
            self.rolled()
            numbers = sorted(Receipt.objects.values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1)), "a gap or a twin"
            self.reached.update(self.happened())
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # bills and attempts

    @initialize()
    def some_owe(self) -> None:
        for thousands in (50, 20, 8):
            self.issue([(thousands, 0)])

    @rule(sums=CHARGES)
    def owe(self, sums: list[tuple[int, int]]) -> None:
        self.issue(sums)

    def issue(self, sums: list[tuple[int, int]]) -> None:
        self.later(1)
        charges = [
            laid.charge(thousands * 1000, exempted=min(off, thousands) * 1000, exempt_ground="Luật Phí")
            for thousands, off in sums
        ]
        total = sum(charge.due for charge in charges)
        if total:
            view = laid.bill(self.staff.place, *charges, at=self.at)
            self.book.issue(Owed(view.id, view.reference, total, total))

    @precondition(lambda self: self.book.bills)
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        bill = self.bill(which)
        done = self.book.cancel(bill)
        with refused(not done):
            payments.cancel(bill.id, reason="Nộp nhầm", by=SYSTEM, at=self.at)

    @precondition(lambda self: self.book.bills)
    @rule(which=ANY, channel=ONLINE, knowing=st.booleans())
    def begin(self, which: int, channel: payments.Channel, knowing: bool) -> None:
        bill = self.bill(which)
        same = bill.under_way(channel.value)
        goes_on = same is not None and same.until > self.at and same.amount == bill.left
        others = any(
            one.state == "under_way" and one.until > self.at for one in bill.tries if one is not same
        )
        with refused(bill.state != "open" or (not goes_on and not knowing and others)):
            view = opening.begin(
                laid.stands(bill.id), channel, back="http://x/", knowing=knowing, by=SYSTEM, at=self.at
            )
            assert view.amount == bill.left
            if goes_on:
                assert same is not None
                assert view.reference == same.reference
                return
            if same is not None:
                same.state = "expired"
            bill.tries.append(Try(view.reference, channel.value, view.amount, view.expires_at))

    @precondition(lambda self: self.tries())
    @rule(which=ANY)
    def provider_says_no(self, which: int) -> None:
        one = self.tries()[which % len(self.tries())]
        opening.ended(one.reference, code="24", at=self.at)
        if one.state == "under_way":
            one.state = "failed"

    @rule()
    def attempts_run_out(self) -> None:
        opening.expire(at=self.at)
        for one in self.tries():
            if one.state == "under_way" and one.until <= self.at:
                one.state = "expired"

    # money

    @precondition(lambda self: self.book.bills)
    @rule(
        which=ANY,
        more=AMOUNTS,
        early=st.integers(0, 5000),
        spelt=st.sampled_from(["{}", "nop {}.phi", "ck{}x"]),
    )
    def pay_by_transfer(self, which: int, more: int, early: int, spelt: str) -> None:
        bill = self.bill(which)
        amount = max((bill.left or 50_000) + more, 1)
        self.told(
            laid.told(
                amount,
                content=spelt.format(bill.reference.lower()),
                transaction=self.name(),
                at=self.at - timedelta(minutes=early),
            ),
            bill=bill,
        )

    @precondition(lambda self: any(one.channel == "vnpay" for one in self.tries()))
    @rule(which=ANY, more=AMOUNTS)
    def pay_on_a_page(self, which: int, more: int) -> None:
        tries = [one for one in self.tries() if one.channel == "vnpay"]
        one = tries[which % len(tries)]
        self.told(
            laid.told(
                max(one.amount + more, 1),
                transaction=self.name(),
                source="vnpay",
                channel=payments.Channel.VNPAY,
                reference=one.reference,
                at=self.at,
            ),
            bill=next(bill for bill in self.book.bills if one in bill.tries),
            named=one,
        )

    @rule(amount=st.integers(1, 90_000), which=ANY, slip=st.booleans())
    def pay_with_a_wrong_code(self, amount: int, which: int, slip: bool) -> None:
        words = "tien hoc phi"
        if slip and self.book.bills:
            right = self.bill(which).reference
            words = right[:-1] + ("2" if right[-1] != "2" else "3")
        self.told(laid.told(amount, content=words, transaction=self.name(), at=self.at), bill=None)

    @precondition(lambda self: self.heard())
    @rule(which=ANY, lie=st.booleans())
    def tell_again(self, which: int, lie: bool) -> None:
        money = self.heard()[which % len(self.heard())]
        row = Money.objects.get(source=money.source, transaction=money.transaction)
        again = laid.told(
            money.amount + lie,
            content=row.content,
            transaction=row.transaction,
            source=row.source,
            channel=payments.Channel(row.channel),
            reference=row.reference,
            at=self.at,
        )
        with refused(lie):
            assert payments.receive(again, at=self.at) is payments.Effect.DUPLICATE

    # the till

    @precondition(lambda self: self.drawer is None)
    @rule(who=st.integers(0, 1), own=st.integers(0, 500))
    def open_drawer(self, who: int, own: int) -> None:
        by = self.staff.cashiers[who]
        id = tills.open_drawer(
            till=f"Quầy {self.name()}", float_in=own * 1000, unit=self.staff.place.unit, by=by, at=self.at
        )
        self.drawer = Session(id, by, own * 1000)

    @precondition(lambda self: self.drawer and self.book.bills)
    @rule(which=ANY, card=st.booleans(), knowing=st.booleans())
    def take(self, which: int, card: bool, knowing: bool) -> None:
        assert self.drawer is not None
        bill, drawer = self.bill(which), self.drawer
        left = bill.left
        with refused(bill.state != "open" or (bill.waits(self.at) and not knowing)):
            made = taking.take(
                drawer.id,
                bill.id,
                given=None,
                approval=f"A{self.name()}" if card else "",
                knowing=knowing,
                by=drawer.by,
                at=self.at,
            )
            assert made.amount == left
            came = Sum(f"till:{drawer.id.hex}", made.id.hex, left, today(self.at), bill, 0)
            lies = ("clearing", f"card:{self.staff.place.agency.hex}") if card else drawer.lies
            self.book.come(came, lies=lies)
            drawer.takings.append((made.id, bill, left, card))

    @precondition(lambda self: self.drawer and self.drawer.takings)
    @rule(which=ANY)
    def undo(self, which: int) -> None:
        assert self.drawer is not None
        drawer = self.drawer
        made = drawer.takings[which % len(drawer.takings)]
        id, bill, amount, card = made
        with refused(bill.kept < amount):
            taking.undo(id, reason="Bấm nhầm hồ sơ", by=drawer.by, at=self.at)
        if bill.kept < amount:
            return
        drawer.takings.remove(made)
        lies = ("clearing", f"card:{self.staff.place.agency.hex}") if card else drawer.lies
        self.book.undo(bill, amount, lies=lies)

    @precondition(lambda self: self.drawer and self.counted is None)
    @rule(off=st.sampled_from([0, 0, 1000, -1000]))
    def count(self, off: int) -> None:
        assert self.drawer is not None
        drawer, self.drawer, self.counted = self.drawer, None, self.drawer
        expected = drawer.own + self.book.lies[drawer.lies]
        counted = max(expected + off, 0) // 1000 * 1000
        notes = {1000: counted // 1000}
        if counted != expected:
            with pytest.raises(Differs) as told:
                tills.count(drawer.id, notes=notes, explanation="", by=drawer.by, at=self.at)
            assert told.value.facts["expected"] == expected
        tills.count(drawer.id, notes=notes, explanation="Thối nhầm", by=drawer.by, at=self.at)
        self.book.move(counted - expected, to=drawer.lies, out_of=OFF)

    @precondition(lambda self: self.counted)
    @rule(hand_over=st.booleans())
    def end(self, hand_over: bool) -> None:
        assert self.counted is not None
        old = self.counted
        other = next(by for by in self.staff.cashiers if by != old.by)
        if not hand_over:
            amount = max(self.book.lies[old.lies], 0)
            tills.deposit(old.id, slip="GN 1", by=other, at=self.at)
            self.book.move(amount, to=ON_THE_WAY, out_of=old.lies)
        elif self.drawer is None:
            carried = self.book.lies[old.lies]
            id = tills.take_over(old.id, unit=self.staff.place.unit, by=other, at=self.at)
            self.drawer = Session(id, other, old.own)
            self.book.move(carried, to=self.drawer.lies, out_of=old.lies)
        else:
            return
        self.counted = None

    @rule()
    def receipts_are_written(self) -> None:
        issuing_receipts.issue_waiting(at=self.at)
        self.book.write_receipts()

    # reconciliation and decisions

    @rule(
        back=st.integers(0, 2),
        drop=st.sets(st.integers(0, 9)),
        differ=st.integers(-1, 9),
        extra=st.booleans(),
    )
    def reconcile(self, back: int, drop: set[int], differ: int, extra: bool) -> None:
        """A day's list comes, without some rows, with another sum in one, with one that nobody told of."""
        day = today(self.at) - timedelta(days=back)
        rows: dict[str, Listed] = {}
        for place, money in enumerate(one for one in self.heard(BANK) if one.day == day):
            known = self.lines.get(money.transaction)
            if known is None and place % 10 in drop:
                continue
            amount = known[0] if known else money.amount + 500 * (place == differ)
            rows[money.transaction] = Listed(reference=money.transaction, amount=amount, at=self.within(day))
        if extra:
            words = self.bill(back).reference if self.book.bills else "?"
            name = self.name()
            rows[name] = Listed(reference=name, amount=20_000, at=self.within(day), content=words)
        fresh = rows.keys() - self.lines.keys()
        said = hashlib.sha256(repr((rows, self.names)).encode()).hexdigest()
        with refused(day in self.closed and bool(fresh)):
            taking_in.of_answer(BANK, day, lists.Answered(tuple(rows.values()), said), by=SYSTEM, at=self.at)
            self.lines |= {name: (row.amount, day) for name, row in rows.items() if name in fresh}
            if day < today(self.at):
                self.whole.add(day)
        reconciling.reconcile(day, BANK, at=self.at)
        if day not in self.closed:
            self.listed(day, rows)

    def listed(self, day: date, rows: dict[str, Listed]) -> None:
        """What the book makes of a day's list."""
        for name, (amount, on) in self.lines.items():
            if on != day or name in self.matched:
                continue
            money = self.book.known(BANK, name)
            if money is None:
                bill = self.named(rows[name].content)
                money = Sum(BANK, name, amount, day, bill, 0)
                self.book.come(money, lies=("clearing", BANK), channel="vietqr")
            self.matched.add(name)
            self.book.move(amount, to=AT_BANK, out_of=("clearing", BANK))
            if "missing" in money.troubles:
                money.troubles["missing"] = False
            if amount != money.amount:
                money.troubles.setdefault("differs", True)
        for money in self.heard(BANK):
            if day in self.whole and money.day == day and money.transaction not in self.matched:
                money.troubles.setdefault("missing", True)

    @rule(back=st.integers(1, 2))
    def close_day(self, back: int) -> None:
        row = ReconciledDay.objects.filter(source=BANK, day=today(self.at) - timedelta(days=back)).first()
        if row is None or row.day in self.closed:
            return
        one, two = self.staff.accountants
        with refused(row.day not in self.whole):
            closing_days.prepare(row.id, by=one, at=self.at)
            with refused(True):
                closing_days.close(row.id, by=one, at=self.at)
            closing_days.close(row.id, by=two, at=self.at)
            self.closed.add(row.day)

    @precondition(lambda self: self.troubles())
    @rule(which=ANY, to=ANY, how=st.sampled_from(["assign", "assign", "ask_refund", "accept"]))
    def decide(self, which: int, to: int, how: str) -> None:
        money, kind = self.troubles()[which % len(self.troubles())]
        problem = Problem.objects.get(
            money__source=money.source,
            money__transaction=money.transaction,
            closed_at=None,
            kind__in=alike(kind),
        )
        by = self.staff.accountants[0]
        if how == "accept":
            with refused(money.asked_back):
                deciding.accept(problem.id, reason="Đã hỏi người nộp", by=by, at=self.at)
                money.troubles[kind] = False
                if kind == "differs":
                    more = self.lines[money.transaction][0] - money.amount
                    self.book.move(more, to=("clearing", BANK), out_of=OFF)
        elif how == "ask_refund":
            with refused(money.asked_back or not money.held):
                deciding.ask_refund(problem.id, reason="Người nộp xin lại", by=by, at=self.at)
                money.asked_back = True
        elif self.book.bills:
            bill = self.bill(to)
            with refused(money.asked_back or not money.held or bill.state != "open"):
                deciding.assign(problem.id, reference=bill.reference, by=by, at=self.at)
                self.book.assign(money, bill)
                if not money.held:
                    money.troubles[kind] = False

    # time

    @rule(hours=st.sampled_from([1, 5, 30]))
    def time_goes_by(self, hours: int) -> None:
        self.later(60 * hours)

    @rule()
    def rolled(self) -> None:
        """The ledger's days that are over are closed; what the sums of days say is what the entries say."""
        ledger.roll(at=self.at)
        sums = self.lies()
        found: dict[Place, int] = {}
        for account in Account.objects.all():
            whole = account.purse in ("receivable", "revenue", "difference", "waived")
            key = (account.purse, "" if whole else account.key)
            found[key] = found.get(key, 0) + ledger.balance(account.id)
        assert {key: sum for key, sum in found.items() if sum} == sums

    # what is always true

    @invariant()
    def every_dong_lies_where_the_book_says(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        lies = self.lies()
        assert lies == {place: sum for place, sum in self.book.lies.items() if sum}
        assert not sum(lies.values())
        assert lies.get(HELD, 0) == -self.book.waiting

    @invariant()
    def each_money_is_there_once_and_each_difference_is_told(self) -> None:
        rows = Money.objects.values_list("source", "transaction", "amount")
        assert sorted(rows) == sorted((one.source, one.transaction, one.amount) for one in self.book.moneys)
        about = Problem.objects.filter(money__isnull=False)
        told = about.values_list("money__transaction", "kind", "closed_at")
        assert sorted((name, plain(kind), closed is None) for name, kind, closed in told) == sorted(
            (one.transaction, kind, is_open)
            for one in self.book.moneys
            for kind, is_open in one.troubles.items()
        )

    @precondition(lambda self: self.book.bills)
    @rule(which=ANY)
    def look(self, which: int) -> None:
        self.sees(self.bill(which))

    def sees(self, bill: Owed) -> None:
        """The person's own view is true."""
        view = laid.stands(bill.id)
        assert (view.total, view.left, view.state.value) == (bill.total, bill.left, bill.state)
        assert (view.ended_at is None) is (bill.state == "open")
        seen = {one.reference: one.state.value for one in payments.attempts(bill.id)}
        assert seen == {one.reference: one.state for one in bill.tries}
        written = Receipt.objects.filter(bill=bill.id).order_by("number").values_list("state", "amount")
        assert list(written) == bill.receipts
        assert (view.waived, view.refunded) == (bill.waived, bill.refunded)

    def happened(self) -> set[str]:
        return happened(self.book, days=len(self.closed))

    # helpers

    def told(self, told: payments.Told, *, bill: Owed | None, named: Try | None = None) -> None:
        """Money is told of, and booked."""
        assert payments.receive(told, at=self.at) is payments.Effect.BOOKED
        money = Sum(told.source, told.transaction, told.amount, today(told.paid_at), bill, 0)
        self.book.come(money, lies=("clearing", told.source), named=named, channel=told.channel.value)

    def lies(self) -> dict[Place, int]:
        """What the entries themselves add up to."""
        with connection.cursor() as cursor:
            cursor.execute(LIES)
            return {(purse, key): int(sum) for purse, key, sum in cursor.fetchall() if sum}

    def bill(self, which: int) -> Owed:
        return self.book.bills[which % len(self.book.bills)]

    def named(self, content: str) -> Owed | None:
        return next((bill for bill in self.book.bills if bill.reference == content), None)

    def tries(self) -> list[Try]:
        return [one for bill in self.book.bills for one in bill.tries]

    def heard(self, source: str = "") -> list[Sum]:
        """Money that sources told of, the till's left out."""
        return [
            one
            for one in self.book.moneys
            if not one.source.startswith("till:") and source in ("", one.source)
        ]

    def troubles(self) -> list[tuple[Sum, str]]:
        return [(one, kind) for one in self.book.moneys for kind, is_open in one.troubles.items() if is_open]

    def name(self) -> str:
        self.names += 1
        return f"{self.names:04d}"

    def within(self, day: date) -> datetime:
        """A moment of that day that is over."""
        return min(self.at, datetime.combine(day, laid.AT.timetz()))

    def later(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
