"""Cash of a till on its way to the bank: booked once, whichever of slip and credit is told of first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, charge, told
from tests.payments.test_reconciling import SOURCE, row, take
from tests.support import people
from tests.support.constraints import refused
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Deposit, Money, Problem
from tinhso.payments.operations import deciding, depositing, reconciling, taking, tills
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
NEXT = AT + timedelta(days=1)


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer("accountant", place.unit)


def sent(place: Collecting, accountant: ActorRef, slip: str, amount: int = 50_000) -> None:
    """A session of one taking, counted, its cash paid in at the bank."""
    cashier = people.officer("cashier", place.unit)
    id = tills.open_drawer(till=f"Quầy {cashier.name}", float_in=0, unit=place.unit, by=cashier, at=AT)
    owed = bill(place, charge(amount))
    taking.take(id, owed.id, given=None, approval="", knowing=False, by=cashier, at=AT)
    tills.count(id, notes={10_000: amount // 10_000}, explanation="", by=cashier, at=LATER)
    tills.deposit(id, slip=slip, by=accountant, at=LATER)


def balances() -> tuple[int, int, int]:
    """What lies at the bank, on the way there, and in suspense."""
    way = depositing.on_the_way(ACCOUNT)
    return ledger.balance(ledger.bank(ACCOUNT)), ledger.balance(way), ledger.balance(ledger.suspense())


def test_the_banks_credit_of_all_that_went_on_one_slip_is_booked_once(
    place: Collecting, accountant: ActorRef
) -> None:
    sent(place, accountant, "GNT-0071")
    sent(place, accountant, "GNT-0071", 20_000)
    payments.receive(told(70_000, content="NOP TIEN MAT gnt 0071", transaction="C1"), at=LATER)
    assert not Problem.objects.exists()
    assert balances() == (0, 0, 0)
    day = take(row("C1", 70_000, "NOP TIEN MAT gnt 0071"))
    assert (balances(), day.matched, day.missing) == ((70_000, 0, 0), 1, 0)
    assert set(Deposit.objects.values_list("money__transaction", flat=True)) == {"C1"}


def test_a_credit_that_came_before_the_slip_was_seen_is_found_again(
    place: Collecting, accountant: ActorRef
) -> None:
    payments.receive(told(50_000, content="NOP TIEN GNT-0071", transaction="C1"), at=AT)
    assert Problem.objects.get().kind == Trouble.ORPHAN
    sent(place, accountant, "GNT-0071")
    problem = Problem.objects.get()
    assert problem.how == "Là tiền quầy thu nộp quỹ, giấy nộp GNT-0071."
    assert not tasks.open_on(subject="payment_problem", subject_id=problem.id)
    assert balances() == (0, 0, 0)
    take(row("C1", 50_000, "NOP TIEN GNT-0071"))
    assert balances() == (50_000, 0, 0)


def test_an_accountant_says_that_it_is_the_cash_and_why_the_bank_counted_less(
    place: Collecting, accountant: ActorRef
) -> None:
    sent(place, accountant, "7")
    payments.receive(told(45_000, content="nop tien mat"), at=LATER)
    problem = Problem.objects.get()
    for slip, reason in (("8", "Một tờ rách"), ("7", "")):
        with pytest.raises(Invalid):
            deciding.as_deposit(problem.id, slip=slip, reason=reason, by=accountant, at=LATER)
    deciding.as_deposit(problem.id, slip="7", reason="Một tờ rách", by=accountant, at=LATER)
    assert balances()[1:] == (0, 0)
    assert ledger.balance(ledger.difference(place.agency)) == 5_000
    assert Problem.objects.get().how.endswith("Một tờ rách")


def test_what_card_terminals_took_comes_up_less_the_banks_fee(
    place: Collecting, accountant: ActorRef
) -> None:
    cashier = people.officer("cashier", place.unit)
    id = tills.open_drawer(till="Quầy 1", float_in=0, unit=place.unit, by=cashier, at=AT)
    taking.take(id, bill(place).id, given=None, approval="A1B2C3", knowing=False, by=cashier, at=AT)
    payments.receive(told(49_500, content="POS 0011 20260302"), at=LATER)
    problem, desk = Problem.objects.get(), people.client(accountant)
    page = f"/can-bo/doi-soat/sai-lech/{problem.id}/"
    assert "50.000 đồng chưa về tài khoản" in desk.get(page).content.decode()
    sent = {"co-quan": str(place.agency), "tong": "50.000", "chu": "Phí 1 % theo hợp đồng"}
    for wrong in ({"co-quan": "x"}, {"tong": "60.000"}, {"tong": "nhiều"}, {"chu": ""}):
        assert desk.post(f"{page}quet-the/", sent | wrong).status_code == 422, wrong
    assert desk.post(f"{page}quet-the/", sent).status_code == 302
    assert ledger.balance(ledger.clearing(f"card:{place.agency.hex}")) == 0
    assert (balances()[2], ledger.balance(ledger.difference(place.agency))) == (0, 500)
    assert Problem.objects.get().how.endswith("Phí 1 % theo hợp đồng")


def test_cash_that_does_not_come_up_is_somebodys_work_until_it_does(
    place: Collecting, accountant: ActorRef
) -> None:
    sent(place, accountant, "GNT-0071")
    take()
    assert not Problem.objects.exists()
    take(day=today(NEXT))
    reconciling.reconcile(today(NEXT), SOURCE, at=NEXT + timedelta(days=1))
    assert not Problem.objects.exists(), "the list of the next day is not whole yet"
    final = NEXT + timedelta(days=1)
    depositing.raise_missing(ACCOUNT, today(NEXT), at=final)
    problem = Problem.objects.get()
    assert (problem.kind, problem.unit_id) == (Trouble.DEPOSIT, place.unit)
    assert problem.due_at
    payments.receive(told(50_000, content="GNT 0071", at=final), at=final)
    problem.refresh_from_db()
    assert problem.how == "Đã có trên sao kê lấy sau."


def test_cash_given_up_is_a_difference_and_waits_no_more(place: Collecting, accountant: ActorRef) -> None:
    sent(place, accountant, "GNT-0071")
    depositing.raise_missing(ACCOUNT, today(NEXT), at=NEXT)
    deciding.accept(Problem.objects.get().id, reason="Lập biên bản mất tiền", by=accountant, at=NEXT)
    assert (balances()[1], ledger.balance(ledger.difference(place.agency))) == (0, 50_000)
    assert not depositing.waiting_at(ACCOUNT)


def test_money_that_left_or_was_told_otherwise_is_booked_when_it_is_let_be(
    place: Collecting, accountant: ActorRef
) -> None:
    payments.receive(told(7_000, transaction="F1", content="an sang"), at=AT)
    take(row("F1", 8_000, "an sang"), row("P1", -500, "PHI DICH VU"))
    for kind in (Trouble.OUTGOING, Trouble.DIFFERS):
        deciding.accept(
            Problem.objects.get(kind=kind).id, reason="Phí tháng 3, đã xem", by=accountant, at=NEXT
        )
    assert balances() == (7_500, 0, -7_000)
    assert ledger.balance(ledger.clearing(SOURCE)) == 0
    assert ledger.balance(ledger.difference(place.agency)) == 500 - 1_000


def test_deposits_that_cannot_be(place: Collecting, accountant: ActorRef) -> None:
    sent(place, accountant, "GNT-0071")
    refused("deposit_stays", lambda: Deposit.objects.update(amount=1))
    refused("deposit_stays", lambda: Deposit.objects.all()._raw_delete("default"))
    refused("deposit_arrived_whole", lambda: Deposit.objects.update(arrived_at=LATER))
    drawer = Deposit.objects.get().drawer
    refused(
        "deposit_of_something",
        lambda: Deposit.objects.create(drawer=drawer, account=ACCOUNT, slip="", amount=1, made_at=AT),
    )
    refused(
        "problem_about_something",
        lambda: Problem.objects.create(kind="orphan", why="x", opened_at=AT),
    )
    depositing.raise_missing(ACCOUNT, today(NEXT), at=NEXT)
    depositing.raise_missing(ACCOUNT, today(NEXT), at=NEXT)
    refused("problem_of_a_deposit_once", lambda: _twin(Problem.objects.get()))
    take(row("P1", -500))
    refused("problem_of_a_line_once", lambda: _twin(Problem.objects.get(kind=Trouble.OUTGOING)))
    assert Money.objects.count() == 1


def _twin(problem: Problem) -> None:
    Problem.objects.create(
        kind=problem.kind, line=problem.line, deposit=problem.deposit, why="x", opened_at=AT
    )
