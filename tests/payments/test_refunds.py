"""Money given back and money let go: two people on every path, never more than came in."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from unittest import mock
from uuid import UUID

import pytest
from django.db import connection

from tests.payments.laid import AT, Collecting, bill, charge, stands, told
from tests.support import people
from tests.support.constraints import refused
from tinhso.foundation import events
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments import ledger, till_paper
from tinhso.payments.contracts import BillClosed, DrawerClosed
from tinhso.payments.models import Account, Bill, Payout, Problem, Refund
from tinhso.payments.operations import deciding, paying_out, refunds, taking, tills
from tinhso.payments.operations.payees import Payee
from tinhso.payments.queries import refunds as queries
from tinhso.payments.refund_contracts import PayoutWay, RefundState
from tinhso.payments.sharing import shared
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
CASH = Payee(PayoutWay.CASH, "Danh Sóc Kha")
BANK = Payee(PayoutWay.BANK, "Danh Sóc Kha", "970436", "0011004455")
GROUND = "Điều 12 Thông tư thử"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    told_of: list[object] = []
    monkeypatch.setattr(events, "deliver", told_of.append)
    return told_of


def paid_bill(place: Collecting, *charges: payments.Charge) -> payments.BillView:
    owed = bill(place, *charges)
    payments.receive(told(owed.total, content=owed.reference), at=AT)
    return stands(owed.id)


def asked(owed: payments.BillView, amount: int, by: ActorRef = SYSTEM) -> UUID:
    return payments.ask_refund_of_bill(owed.id, amount=amount, reason="Thu nhầm mức phí", by=by, at=AT)


def prepared(id: UUID, by: ActorRef, payee: Payee = BANK) -> str:
    return refunds.mark(refunds.prepare(id, payee=payee, ground=GROUND, by=by, at=AT))


def agreed(id: UUID, first: ActorRef, second: ActorRef, payee: Payee = BANK) -> Payout:
    refunds.approve(id, seen=prepared(id, first, payee), by=second, at=AT)
    return Payout.objects.get(refund=id, outcome="")


def balanced() -> bool:
    return sum(ledger.balance(account.id) for account in Account.objects.all()) == 0


def work(id: UUID) -> list[str]:
    return [one.act for one in tasks.open_on(subject="payment_refund", subject_id=id)]


def test_money_of_a_bill_goes_back_when_two_agree_and_the_bank_has_done_it(
    place: Collecting, first: ActorRef, second: ActorRef, heard: list[object]
) -> None:
    owed = paid_bill(place, charge(30_001, kind="fee", code="a"), charge(20_000))
    Bill.objects.update(owner_kind="person", owner_id=people.person().id)
    id = asked(owed, 25_000)
    assert work(id) == ["payments.prepare_refund"]
    seen = prepared(id, first)
    assert work(id) == ["payments.decide_refund"]
    refunds.approve(id, seen=seen, by=second, at=AT)
    now = stands(owed.id)
    assert (now.paid, now.refunded, now.left, now.state) == (50_001, 25_000, 0, payments.BillState.SETTLED)
    assert ledger.balance(ledger.refunds()) == -25_000
    parts = dict(Refund.objects.get().entries.values_list("debit__key", "amount"))
    assert sorted(parts.values()) == [10_000, 15_000]
    assert not work(id)
    payout = Payout.objects.get()
    for _time in range(2):
        paying_out.paid(payout.id, transaction="FT1", at=LATER)
    assert ledger.balance(ledger.refunds()) == 0
    assert ledger.balance(ledger.bank(payout.from_account)) == -25_000
    assert [type(one).__name__ for one in heard if "Refund" in type(one).__name__] == [
        "RefundDecided",
        "RefundPaid",
    ]
    assert Message.objects.filter(template="payments.refund_paid").exists()
    assert (queries.of_bill(owed.id)[0].state, queries.of_bill(owed.id)[0].way) == ("paid", "bank")
    assert balanced()


def test_no_one_is_both_of_the_two(place: Collecting, first: ActorRef, second: ActorRef) -> None:
    owed = paid_bill(place)
    mine, houses = asked(owed, 10_000, by=first), asked(owed, 10_000)
    prepared(mine, by=people.officer(identity.Role.ACCOUNTANT, place.unit))
    seen = refunds.mark(Payout.objects.get())
    for wrong in (first, ActorRef(kind=second.kind, id=Payout.objects.get().preparer, name="x")):
        with pytest.raises(NotAllowed, match="không tự duyệt"):
            refunds.approve(mine, seen=seen, by=wrong, at=AT)
        with pytest.raises(NotAllowed, match="không tự duyệt"):
            refunds.refuse(mine, words="Không đúng", by=wrong, at=AT)
    with pytest.raises(Conflict, match="Chưa ai lập"):
        refunds.refuse(houses, words="Không đúng", by=second, at=AT)
    with pytest.raises(Conflict, match="Chưa có nơi nhận"):
        refunds.approve(houses, by=second, at=AT)
    with pytest.raises(NotAllowed, match="cán bộ"):
        refunds.approve(mine, seen=seen, by=SYSTEM, at=AT)
    waived = refunds.ask_waiver(
        bill(place).id, amount=1_000, reason="Hộ nghèo", ground=GROUND, by=second, at=AT
    )
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        refunds.approve(waived, by=second, at=AT)
    assert not Refund.objects.exclude(state="asked").exists()


def test_a_deputy_does_not_agree_for_the_one_who_asked(place: Collecting, first: ActorRef) -> None:
    mine = asked(paid_bill(place), 10_000, by=first)
    seen = prepared(mine, people.officer(identity.Role.ACCOUNTANT, place.unit))
    deputy = people.officer(identity.Role.INTAKE_OFFICER, place.unit)
    assert first.id
    assert deputy.id
    identity.be_absent(
        officer_id=first.id,
        begins_at=AT,
        ends_at=AT + timedelta(days=3),
        deputy_id=deputy.id,
        by=first,
        at=AT,
    )
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        refunds.approve(mine, seen=seen, by=deputy, at=LATER)
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        refunds.refuse(mine, words="Không đúng", by=deputy, at=LATER)
    others = asked(paid_bill(place), 10_000)
    seen = prepared(others, people.officer(identity.Role.ACCOUNTANT, place.unit))
    refunds.approve(others, seen=seen, by=deputy, at=LATER)
    assert Refund.objects.get(id=others).state == "approved"


def test_others_may_do_none_of_it(place: Collecting, first: ActorRef, second: ActorRef) -> None:
    owed = paid_bill(place)
    id = asked(owed, 10_000)
    seen = prepared(id, first)
    elsewhere = people.officer(identity.Role.ACCOUNTANT)
    cashier = people.officer(identity.Role.CASHIER, place.unit)
    for stranger in (elsewhere, people.person(), cashier):
        for change in (
            lambda by=stranger: asked(owed, 1_000, by=by),
            lambda by=stranger: prepared(id, by),
            lambda by=stranger: refunds.approve(id, seen=seen, by=by, at=AT),
            lambda by=stranger: refunds.refuse(id, words="Không đúng", by=by, at=AT),
        ):
            with pytest.raises(NotAllowed):
                change()  # type: ignore[no-untyped-call]
    with pytest.raises(NotAllowed):
        prepared(id, second)
    with pytest.raises(NotAllowed):
        paying_out.hand_out(id, by=first, at=AT)
    assert work(id)


def test_no_more_is_asked_or_given_than_came(place: Collecting, first: ActorRef, second: ActorRef) -> None:
    owed = paid_bill(place)
    for amount in (0, -1, 50_001):
        with pytest.raises(Invalid):
            asked(owed, amount)
    one = asked(owed, 30_000)
    with pytest.raises(Invalid, match=r"20\.000"):
        asked(owed, 20_001)
    agreed(one, first, second)
    two = asked(owed, 20_000)
    agreed(two, first, second)
    assert stands(owed.id).refunded == 50_000
    with pytest.raises(Invalid):
        asked(owed, 1)
    with pytest.raises(Invalid):
        asked(bill(place), 1)


def test_what_was_seen_is_what_is_agreed_to(place: Collecting, first: ActorRef, second: ActorRef) -> None:
    id = asked(paid_bill(place), 10_000)
    seen = prepared(id, first)
    other = Payee(PayoutWay.BANK, "Kẻ Khác", "970436", "9999999999")
    refunds.prepare(id, payee=other, ground=GROUND, by=first, at=LATER)
    with pytest.raises(Conflict, match="vừa được sửa"):
        refunds.approve(id, seen=seen, by=second, at=LATER)
    refunds.approve(id, seen=refunds.mark(Payout.objects.get()), by=second, at=LATER)
    with pytest.raises(Conflict, match="đã được duyệt"):
        prepared(id, first)
    with pytest.raises(Conflict, match="đã duyệt rồi"):
        refunds.approve(id, seen=refunds.mark(Payout.objects.get()), by=second, at=LATER)


@pytest.mark.parametrize(
    ("payee", "box"),
    [
        (Payee(PayoutWay.BANK, " ", "970436", "0011004455"), "nguoi-nhan"),
        (Payee(PayoutWay.BANK, "Kha", "VCB", "0011004455"), "ngan-hang"),
        (Payee(PayoutWay.BANK, "Kha", "970436", "00;--"), "tai-khoan"),
        (Payee(PayoutWay.BANK, "Kha", "９７０４３６", "0011004455"), "ngan-hang"),
        (Payee(PayoutWay.CASH, "", "", ""), "nguoi-nhan"),
    ],
)
def test_a_payee_that_cannot_be(place: Collecting, first: ActorRef, payee: Payee, box: str) -> None:
    id = asked(paid_bill(place), 10_000)
    with pytest.raises(Invalid) as wrong:
        prepared(id, first, payee)
    assert list(wrong.value.faults) == [box]
    with pytest.raises(Invalid) as wrong:
        refunds.prepare(id, payee=CASH, ground=" ", by=first, at=AT)
    assert list(wrong.value.faults) == ["can-cu"]


def test_money_in_suspense_goes_back_and_its_difference_is_laid_to_rest(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    owed = paid_bill(place)
    payments.receive(told(50_000, content=owed.reference), at=AT)
    problem = Problem.objects.get()
    deciding.ask_refund(problem.id, reason="Nộp hai lần", by=first, at=AT)
    id = Refund.objects.get().id
    prepared(id, by=people.officer(identity.Role.ACCOUNTANT, place.unit))
    refunds.refuse(id, words="Chưa rõ người nộp", by=second, at=AT)
    problem.refresh_from_db()
    assert (problem.closed_at, problem.refund_asked) == (None, "")
    deciding.ask_refund(problem.id, reason="Nộp hai lần", by=first, at=AT)
    again = Refund.objects.get(state="asked").id
    agreed(again, people.officer(identity.Role.ACCOUNTANT, place.unit), second)
    problem.refresh_from_db()
    assert problem.closed_at
    assert "Hoàn 50.000" in problem.how
    assert (ledger.balance(ledger.suspense()), ledger.balance(ledger.refunds())) == (0, -50_000)
    assert stands(owed.id).refunded == 0
    assert balanced()


def test_what_is_left_is_let_go_and_a_bill_of_nothing_is_settled_by_nothing(
    place: Collecting, first: ActorRef, second: ActorRef, heard: list[object]
) -> None:
    part, whole = bill(place), bill(place)
    with pytest.raises(Invalid):
        refunds.ask_waiver(whole.id, amount=1, reason="Hộ nghèo", ground="x", by=first, at=AT)
    for owed, amount in ((part, 20_000), (whole, 50_000)):
        id = refunds.ask_waiver(owed.id, amount=amount, reason="Hộ nghèo", ground=GROUND, by=first, at=AT)
        assert work(id) == ["payments.decide_refund"]
        with pytest.raises(Conflict, match="không lập nơi nhận"):
            prepared(id, first)
        refunds.approve(id, by=second, at=AT)
        with pytest.raises(Conflict, match="đã quyết định"):
            refunds.approve(id, by=second, at=AT)
    assert (stands(part.id).left, stands(part.id).waived) == (30_000, 20_000)
    payments.receive(told(30_000, content=part.reference), at=AT)
    settled = {one.bill: one for one in heard if isinstance(one, payments.PaymentSettled)}
    assert (settled[whole.id].amount, settled[whole.id].online) == (0, False)
    assert (settled[part.id].amount, settled[part.id].online) == (30_000, True)
    assert (stands(whole.id).paid, stands(whole.id).state) == (0, payments.BillState.SETTLED)
    with pytest.raises(BillClosed):
        refunds.ask_waiver(whole.id, amount=1, reason="Hộ nghèo", ground=GROUND, by=first, at=AT)
    assert balanced()


def test_a_waiver_of_more_than_is_left_by_then_is_refused(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    owed = bill(place)
    id = refunds.ask_waiver(owed.id, amount=40_000, reason="Hộ nghèo", ground=GROUND, by=first, at=AT)
    with pytest.raises(Invalid, match=r"10\.000"):
        refunds.ask_waiver(owed.id, amount=10_001, reason="Hộ nghèo", ground=GROUND, by=first, at=AT)
    payments.receive(told(20_000, content=owed.reference), at=AT)
    with pytest.raises(Conflict, match="từ chối"):
        refunds.approve(id, by=second, at=AT)
    refunds.refuse(id, words="Đã nộp một phần", by=second, at=AT)
    assert stands(owed.id).left == 30_000


def test_cash_is_handed_out_of_what_the_open_drawer_took(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    id = asked(paid_bill(place), 50_000)
    agreed(id, first, second, CASH)
    assert work(id) == ["payments.hand_out_refund"]
    cashier = people.officer(identity.Role.CASHIER, place.unit)
    with pytest.raises(DrawerClosed):
        paying_out.hand_out(id, by=cashier, at=AT)
    drawer = tills.open_drawer(till="1", float_in=500_000, unit=place.unit, by=cashier, at=AT)
    with pytest.raises(Invalid, match="chưa đủ chi"):
        paying_out.hand_out(id, by=cashier, at=AT)
    taking.take(drawer, bill(place).id, given=None, approval="", knowing=False, by=cashier, at=AT)
    paying_out.hand_out(id, by=cashier, at=LATER)
    assert ledger.balance(ledger.till(drawer, place.agency)) == 0
    assert ledger.balance(ledger.refunds()) == 0
    assert Refund.objects.get(id=id).state == RefundState.PAID
    with pytest.raises(Conflict, match="không còn chờ chi"):
        paying_out.hand_out(id, by=cashier, at=LATER)
    counted = tills.count(drawer, notes={500_000: 1}, explanation="", by=cashier, at=LATER)
    assert (counted.expected, counted.counted) == (500_000, 500_000)
    with mock.patch.object(till_paper, "till_sheet_pdf") as sheet:
        till_paper.closing_pdf(counted, at=LATER)
    said = sheet.call_args.args[0]
    assert (said.float_in, said.taken, said.paid_out) == (500_000, 50_000, 50_000)


def test_what_is_given_back_cannot_be_undone_at_the_till_and_what_is_undone_not_given_back(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    cashier = people.officer(identity.Role.CASHIER, place.unit)
    drawer = tills.open_drawer(till="1", float_in=0, unit=place.unit, by=cashier, at=AT)
    take = lambda owed: taking.take(  # noqa: E731
        drawer, owed.id, given=None, approval="", knowing=False, by=cashier, at=AT
    )
    one, two = bill(place), bill(place)
    takings = take(one), take(two)
    agreed(asked(one, 10_000), first, second)
    with pytest.raises(Conflict, match="quyết định hoàn"):
        taking.undo(takings[0].id, reason="Khách đổi ý", by=cashier, at=AT)
    waits = asked(two, 50_000)
    seen = prepared(waits, first)
    taking.undo(takings[1].id, reason="Khách đổi ý", by=cashier, at=AT)
    with pytest.raises(Conflict, match="Chỉ còn 0"):
        refunds.approve(waits, seen=seen, by=second, at=AT)
    assert balanced()


def test_a_sum_is_shared_in_whole_dong_by_the_largest_remainder() -> None:
    assert shared(10, {"a": 1, "b": 1, "c": 1, "d": 17}) == {"a": 1, "b": 1, "c": 0, "d": 8}
    assert shared(2, {"a": 1, "b": 1}) == {"a": 1, "b": 1}
    assert shared(1, {"b": 1, "a": 1}) == {"b": 0, "a": 1}
    for amount, rests in ((3, {"a": 1, "b": 1}), (0, {"a": 1}), (1, {"a": 2, "b": -1})):
        with pytest.raises(ValueError, match="more than there is"):
            shared(amount, rests)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("refund_of_something", {"amount": 0}),
        ("refund_known_kind_and_state", {"kind": "gift"}),
        ("refund_of_a_bill_or_a_problem", {"bill": None}),
        ("refund_says_why", {"reason": ""}),
        ("refund_decided_by_somebody", {"decided_name": "x"}),
        ("refund_four_eyes", {"state": "refused", "words": "x", "by": "asker"}),
        ("refund_refused_in_words", {"state": "refused", "by": "other"}),
        ("refund_with_a_ground", {"state": "approved", "by": "other"}),
        ("refund_paid_when_paid", {"paid_at": LATER}),
        ("refund_stands_as_the_ledger_says", {"state": "approved", "by": "other", "ground": "x"}),
    ],
)
def test_a_refund_that_cannot_be(
    place: Collecting, first: ActorRef, constraint: str, change: dict[str, object]
) -> None:
    row = Refund.objects.get(id=asked(paid_bill(place), 10_000, by=first))
    row.pk, row.number, row.reference = UUID(int=9), 999_999, "HT9"
    if (by := change.pop("by", None)) is not None:
        change |= {"decided_by": row.asked_by if by == "asker" else UUID(int=3), "decided_name": "x"}
        change["decided_at"] = LATER
    for name, value in change.items():
        setattr(row, name, value)
    refused(constraint, lambda: row.save(force_insert=True))


def test_a_refund_and_its_payout_only_go_forward(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    owed = paid_bill(place)
    payments.receive(told(7), at=AT)
    deciding.ask_refund(Problem.objects.get().id, reason="Xin lại", by=first, at=AT)
    of_problem = Refund.objects.get()
    of_problem.pk, of_problem.number, of_problem.reference = UUID(int=9), 999_999, "HT9"
    refused("refund_one_asked_of_a_problem", lambda: of_problem.save(force_insert=True))
    id = asked(owed, 10_000)
    payout = agreed(id, first, second)
    rows, payouts = Refund.objects.filter(id=id), Payout.objects.filter(id=payout.id)
    for change in ({"amount": 1}, {"state": "asked"}, {"ground": "khác"}, {"reason": "khác"}):
        refused("refund_stays", lambda c=change: rows.update(**c))  # type: ignore[misc]
    refused("refund_stays", lambda: rows._raw_delete("default"))
    refused("refund_stands_as_the_ledger_says", lambda: rows.update(state="paid", paid_at=LATER))
    refused("payout_stays", lambda: payouts.update(account="99999999"))
    refused("payout_ended_when_agreed", lambda: payouts.update(outcome="paid"))
    refused("payout_paid_by_its_way", lambda: payouts.update(outcome="paid", ended_at=LATER))
    refused("payout_failed_in_words", lambda: payouts.update(outcome="failed", ended_at=LATER))
    paying_out.failed(payout.id, said="không có tài khoản", at=LATER)
    refused("payout_stays", lambda: payouts.update(said="khác"))
    whole = {"refund_id": id, "payee": "K", "preparer": first.id, "prepared_name": "x", "prepared_at": AT}
    bank = {"way": "bank", "bank": "970436", "account": "0011"}
    for constraint, change in (
        ("payout_number_once", {"number": 1, "way": "cash"}),
        ("payout_by_bank_or_cash", {"number": 2, "way": "bank"}),
        ("payout_to_somebody", {"number": 2, "way": "cash", "payee": ""}),
        ("payout_agreed_by_somebody", {"number": 2, "way": "cash", "agreed_name": "x"}),
        (
            "payout_four_eyes",
            {"number": 2, "way": "cash", "agreed_by": first.id, "agreed_name": "x", "agreed_at": AT},
        ),
        (
            "payout_from_an_account",
            {"number": 2, **bank, "agreed_by": second.id, "agreed_name": "x", "agreed_at": AT},
        ),
    ):
        refused(constraint, lambda c=change: Payout.objects.create(**whole | c))  # type: ignore[misc]
    Payout.objects.create(**whole, number=2, way="cash")
    third = whole | {"number": 3, "way": "cash"}
    refused("payout_one_that_counts", lambda: Payout.objects.create(**third))
    refused("entry_of_a_refund", lambda: _entry(owed.id, why="refund_owed", refund=None))
    refused("ledger owes", lambda: _entry(owed.id, why="refund_owed", refund=id))
    refused("gives back more than came", lambda: _too_much(id))
    refused("bill_waived_of_its_total", lambda: Bill.objects.update(waived=60_000))
    refused("bill_waived_as_the_ledger_says", lambda: Bill.objects.update(waived=1))


def _too_much(id: UUID) -> None:
    """A refund that stands in the ledger, and is more than what came: `refund_within_what_came`."""
    row = Refund.objects.get(id=id)
    row.pk, row.number, row.reference, row.amount = UUID(int=8), 999_998, "HT8", 60_000
    row.save(force_insert=True)
    assert row.bill_id
    _entry(row.bill_id, why="refund_owed", refund=row.pk)


def _entry(bill_id: UUID, *, why: str, refund: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_entry"
            " (debit_id, credit_id, amount, why, booked_on, at, by, bill_id, refund_id)"
            " VALUES (%s, %s, 60000, %s, '2026-03-02', now(), 'x', %s, %s)",
            [ledger.suspense(), ledger.refunds(), why, bill_id, refund],
        )


def _at_once(*acts: object) -> list[str]:
    """What became of acts done at the same moment: "" or the error's name."""
    gate, ends = Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        gate.wait(10)
        try:
            acts[place]()  # type: ignore[operator]
        except Exception as error:
            ends[place] = type(error).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ends


@pytest.mark.django_db(transaction=True)
def test_of_those_who_act_at_once_the_ledger_knows_one(
    place: Collecting, first: ActorRef, second: ActorRef
) -> None:
    third = people.officer(identity.Role.LEADER, place.unit)
    owed = paid_bill(place)
    id = asked(owed, 30_000)
    seen = prepared(id, first)
    ends = _at_once(*(lambda by=by: refunds.approve(id, seen=seen, by=by, at=AT) for by in (second, third)))
    assert sorted(ends) == ["", "Conflict"]
    payout = Payout.objects.get()
    _at_once(*(lambda: paying_out.paid(payout.id, transaction="F1", at=AT) for _n in range(3)))
    assert (stands(owed.id).refunded, ledger.balance(ledger.refunds())) == (30_000, 0)
    ends = _at_once(*(lambda: asked(owed, 15_000) for _n in range(3)))
    assert sorted(ends) == ["", "Invalid", "Invalid"]

    cashier = people.officer(identity.Role.CASHIER, place.unit)
    drawer = tills.open_drawer(till="1", float_in=0, unit=place.unit, by=cashier, at=AT)
    other = bill(place)
    took = taking.take(drawer, other.id, given=None, approval="", knowing=False, by=cashier, at=AT)
    waits = asked(other, 50_000)
    shown = prepared(waits, first)
    ends = _at_once(
        lambda: taking.undo(took.id, reason="Khách đổi ý", by=cashier, at=AT),
        lambda: refunds.approve(waits, seen=shown, by=second, at=AT),
    )
    assert sorted(ends) == ["", "Conflict"]

    payments.receive(told(60_000), at=AT)
    problem = Problem.objects.get()
    ends = _at_once(
        lambda: deciding.assign(problem.id, reference=bill(place).reference, by=first, at=AT),
        lambda: deciding.ask_refund(problem.id, reason="Xin lại", by=first, at=AT),
    )
    held = Refund.objects.filter(problem=problem).first()
    assert ledger.balance(ledger.suspense()) == -(held.amount if held else 10_000)
    assert balanced()
