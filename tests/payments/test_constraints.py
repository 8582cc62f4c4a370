"""Tries to break every constraint of bills, the ledger and money that came in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.payments.laid import AT, Collecting, bill, charge, told
from tests.support.constraints import refused
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.contracts import AttemptState, BillState, Finding
from tinhso.payments.models import (
    Account,
    Attempt,
    Beneficiary,
    Bill,
    BillLine,
    DayTotal,
    Entry,
    LedgerDay,
    Money,
    Problem,
    RevenueCode,
)
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import opening

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


def again(row: object, **change: object) -> None:
    """The same row once more, changed."""
    row.pk = new_id() if isinstance(row.pk, type(new_id())) else None  # type: ignore[attr-defined]
    for name, value in change.items():
        setattr(row, name, value)
    row.save(force_insert=True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("beneficiary_days", {"valid_to": date(2025, 7, 1)}),
        ("beneficiary_account_shape", {"bank": "VCB"}),
        ("beneficiary_account_shape", {"account": "12-34"}),
        ("beneficiary_whole", {"name": ""}),
        ("beneficiary_whole", {"basis": ""}),
    ],
)
def test_an_account_that_cannot_be(place: Collecting, constraint: str, change: dict[str, object]) -> None:
    refused(constraint, lambda: Beneficiary.objects.update(**change))


def test_one_account_of_an_agency_and_one_sub_item_of_a_charge_at_a_time(place: Collecting) -> None:
    refused("beneficiary_one_at_a_time", lambda: again(Beneficiary.objects.get()))
    refused("revenue_code_one_at_a_time", lambda: again(RevenueCode.objects.all()[0], code="2701"))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("revenue_code_days", {"valid_to": date(2017, 1, 1)}),
        ("revenue_code_of_a_kind", {"kind": "tax"}),
        ("revenue_code_shape", {"code": "27"}),
        ("revenue_code_shape", {"basis": ""}),
    ],
)
def test_a_sub_item_that_cannot_be(constraint: str, change: dict[str, object]) -> None:
    row = RevenueCode.objects.all()[0]
    refused(constraint, lambda: RevenueCode.objects.filter(id=row.id).update(**change))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("bill_known_state", {"state": "eaten", "ended_at": LATER}),
        ("bill_ended_when_closed", {"ended_at": LATER}),
        ("bill_ended_when_closed", {"state": BillState.SETTLED.value}),
        ("bill_cancelled_with_reason", {"state": BillState.CANCELLED.value, "ended_at": LATER}),
        ("bill_of_somebody", {"payer": ""}),
        ("bill_owner_whole", {"owner_kind": "person"}),
        ("bill_stays", {"total": 1}),
        ("bill_stays", {"reference": "TS2"}),
        ("bill_stands_as_the_ledger_says", {"state": BillState.SETTLED.value, "ended_at": LATER}),
    ],
)
def test_a_bill_that_cannot_be(place: Collecting, constraint: str, change: dict[str, object]) -> None:
    bill(place)
    refused(constraint, lambda: Bill.objects.update(**change))


def test_a_bill_is_of_something_and_the_sum_of_its_lines(place: Collecting) -> None:
    bill(place)
    fresh = {"number": 9_000_000, "reference": "x", "token": "x", "about_id": new_id()}
    refused("bill_of_something", lambda: again(Bill.objects.get(), total=0, **fresh))
    refused("bill_total_of_its_lines", lambda: again(Bill.objects.get(), **fresh))


def test_one_open_bill_of_a_subject_and_one_of_each_name(place: Collecting) -> None:
    bill(place)
    names = {"number": 9_000_000, "reference": "x", "token": "x"}
    refused("bill_one_open_of_a_subject", lambda: again(Bill.objects.get(), **names))
    for name in names:
        change: dict[str, object] = {**names, "about_id": new_id()}
        change.pop(name)
        refused(f"payments_bill_{name}", lambda change=change: again(Bill.objects.get(), **change))  # type: ignore[misc]


def test_a_bill_that_is_closed_stays_so(place: Collecting) -> None:
    owed = bill(place)
    payments.cancel(owed.id, reason="Nhầm", by=SYSTEM, at=AT)
    refused("bill_stays", lambda: Bill.objects.update(state=BillState.OPEN.value, ended_at=None))
    refused("bill_stays", lambda: Bill.objects.all()._raw_delete("default"))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("bill_line_place_once", {"place": 0}),
        ("bill_line_of_a_kind", {"kind": "tax"}),
        ("bill_line_sums", {"exempted": 60_000, "exempt_ground": "x"}),
        ("bill_line_sums", {"amount": -1}),
        ("bill_line_exempt_with_ground", {"exempted": 10}),
        ("bill_line_whole", {"revenue": "27"}),
        ("bill_line_whole", {"name": ""}),
    ],
)
def test_a_line_that_cannot_be(place: Collecting, constraint: str, change: dict[str, object]) -> None:
    bill(place)
    refused(constraint, lambda: again(BillLine.objects.get(), **({"place": 5} | change)))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("attempt_known_state", {"state": "eaten", "ended_at": LATER}),
        ("attempt_known_channel", {"channel": "gold"}),
        ("attempt_of_something", {"amount": 0}),
        ("attempt_ended_when_over", {"ended_at": LATER}),
        ("attempt_ended_when_over", {"state": AttemptState.PAID.value}),
        ("attempt_has_a_time", {"expires_at": AT}),
        ("attempt_one_under_way_a_channel", {"reference": "x"}),
        ("payments_attempt_reference", {"channel": "vnpay"}),
    ],
)
def test_an_attempt_that_cannot_be(place: Collecting, constraint: str, change: dict[str, object]) -> None:
    opening._opened(bill(place).id, payments.Channel.VIETQR, knowing=False, by=SYSTEM, at=AT)
    if {"reference", "channel"} & set(change) and change.get("channel") != "gold":
        refused(constraint, lambda: again(Attempt.objects.get(), **change))
    else:
        refused(constraint, lambda: Attempt.objects.update(**change))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("money_told_once", {}),
        ("money_of_something", {"amount": 0}),
        ("money_known_channel", {"channel": "gold"}),
        ("money_known_finding", {"finding": "eaten"}),
        ("money_of_a_source", {"source": ""}),
        ("money_without_bill_is_orphan", {"bill": None}),
        ("money_without_bill_is_orphan", {"finding": Finding.ORPHAN.value}),
    ],
)
def test_money_that_cannot_be(place: Collecting, constraint: str, change: dict[str, object]) -> None:
    payments.receive(told(50_000, content=bill(place).reference), at=AT)
    fresh: dict[str, object] = {"transaction": "other"} if change else {}
    refused(constraint, lambda: again(Money.objects.get(), **(fresh | change)))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("problem_known_kind", {"kind": Finding.EXACT.value}),
        ("problem_says_why", {"why": ""}),
        ("problem_proposed_by_somebody", {"proposed_name": "Cúc"}),
        ("problem_proposed_by_somebody", {"proposed_by": new_id()}),
        ("problem_closed_by_somebody", {"closed_at": LATER}),
        ("problem_closed_by_somebody", {"how": "x", "closed_by": "Cúc"}),
    ],
)
def test_a_problem_that_cannot_be(constraint: str, change: dict[str, object]) -> None:
    payments.receive(told(50_000), at=AT)
    refused(constraint, lambda: Problem.objects.update(**change))


def test_money_has_one_problem_of_a_kind() -> None:
    payments.receive(told(50_000), at=AT)
    refused("problem_once_of_a_kind", lambda: again(Problem.objects.get()))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("entry_of_something", {"amount": 0}),
        ("entry_of_something", {"amount": -5}),
        ("entry_says_why", {"why": "fun"}),
        ("entry_says_why", {"by": ""}),
        ("entry_between_two", {"credit": "debit"}),
        ("bill_stands_as_the_ledger_says", {}),
    ],
)
def test_an_entry_that_cannot_be(place: Collecting, constraint: str, change: dict[str, object]) -> None:
    bill(place)
    entry = Entry.objects.get()
    if change.get("credit") == "debit":
        change = {"credit_id": entry.debit_id}
    refused(constraint, lambda: again(entry, **change))


def test_an_entry_is_never_edited_or_taken_out(place: Collecting) -> None:
    bill(place)
    for change in (
        lambda: Entry.objects.update(amount=1),
        lambda: Entry.objects.all()._raw_delete("default"),
        lambda: BillLine.objects.update(amount=1),
    ):
        refused("written once", change)
    payments.receive(told(1), at=AT)
    refused("written once", lambda: Money.objects.update(amount=2))


def test_a_closed_day_takes_no_more_and_keeps_its_sums(place: Collecting) -> None:
    bill(place)
    before = ledger.balance(ledger.receivable(place.agency))
    assert ledger.roll(at=LATER) >= 1
    assert ledger.balance(ledger.receivable(place.agency)) == before == 50_000
    with pytest.raises(IntegrityError, match="closed for"), transaction.atomic():
        bill(place)
    refused("written once", lambda: DayTotal.objects.update(debit=1))
    refused("written once", lambda: LedgerDay.objects.update(closed_at=LATER))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO payments_ledgerday VALUES ('2030-01-01', now())")
    day = LedgerDay.objects.latest("day")
    account = ledger.suspense()
    sums = {"account_id": account, "day": day, "debit": -1, "credit": 0}
    refused("day_total_sums", lambda: DayTotal.objects.create(**sums))  # type: ignore[misc]


def test_accounts_are_of_known_purses_and_one_of_each() -> None:
    suspense = Account.objects.get(id=ledger.suspense())
    refused("account_once", lambda: again(suspense))
    refused("account_of_a_purse", lambda: Account.objects.create(purse="pocket"))


def test_a_sum_is_moved_between_accounts_by_one_row(place: Collecting) -> None:
    bill(place, charge(7_000))
    ledger.write(
        [ledger.Move(debit=ledger.suspense(), credit=ledger.refunds(), amount=7_000, why=Why.HELD)],
        by="Cúc",
        at=AT,
    )
    sums = [ledger.balance(account.id) for account in Account.objects.all()]
    assert sum(sums) == 0
