"""Money that comes in is booked once, whatever it is for, and a bill stands as the ledger says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, charge, stands, told
from tinhso.foundation import events
from tinhso.foundation.audit.models import AuditEntry
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.contracts import Contradicted, Finding
from tinhso.payments.models import Entry, Money, Problem
from tinhso.payments.operations import opening

pytestmark = pytest.mark.django_db


def problems() -> list[tuple[str, str]]:
    return list(Problem.objects.values_list("kind", "why"))


def test_the_exact_sum_settles_a_bill_and_tells_higher_rooms(
    place: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(events, "deliver", heard.append)
    owed = bill(place, charge(30_000), charge(20_000, code="ban-sao", kind="fee"))
    payments.receive(told(50_000, content=f"Danh Soc Kha nop {owed.reference.lower()}"), at=AT)
    now = stands(owed.id)
    assert (now.state, now.left) == (payments.BillState.SETTLED, 0)
    assert [event.bill for event in heard if isinstance(event, payments.PaymentSettled)] == [owed.id]
    assert ledger.balance(ledger.clearing(f"bank:{ACCOUNT}")) == 50_000
    assert ledger.balance(ledger.receivable(place.agency)) == 0
    assert not problems()


def test_the_same_transaction_again_changes_nothing(place: Collecting) -> None:
    owed = bill(place)
    first = told(50_000, content=owed.reference, transaction="FT1")
    assert payments.receive(first, at=AT) is payments.Effect.BOOKED
    traced = AuditEntry.objects.count()
    assert payments.receive(first, at=AT + timedelta(minutes=1)) is payments.Effect.DUPLICATE
    assert AuditEntry.objects.count() == traced
    assert Money.objects.count() == 1
    assert ledger.balance(ledger.clearing(f"bank:{ACCOUNT}")) == 50_000


def test_a_transaction_told_with_another_sum_is_refused(place: Collecting) -> None:
    owed = bill(place)
    payments.receive(told(50_000, content=owed.reference, transaction="FT1"), at=AT)
    with pytest.raises(Contradicted):
        payments.receive(told(5_000, content=owed.reference, transaction="FT1"), at=AT)
    assert ledger.balance(ledger.clearing(f"bank:{ACCOUNT}")) == 50_000


def test_too_little_leaves_the_rest_to_be_paid_and_somebody_looks(place: Collecting) -> None:
    owed = bill(place)
    payments.receive(told(30_000, content=owed.reference), at=AT)
    assert (stands(owed.id).state, stands(owed.id).left) == (payments.BillState.OPEN, 20_000)
    assert problems() == [("partial", "Hồ sơ H01.1-260302-0001: nộp 30.000 đồng, còn thiếu 20.000 đồng.")]
    payments.receive(told(20_000, content=owed.reference), at=AT)
    assert stands(owed.id).state is payments.BillState.SETTLED


def test_too_much_settles_and_the_rest_waits(place: Collecting) -> None:
    owed = bill(place)
    payments.receive(told(70_000, content=owed.reference), at=AT)
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert ledger.balance(ledger.suspense()) == -20_000
    assert problems()[0][0] == Finding.OVER


def test_a_second_payment_and_one_after_cancelling_wait(place: Collecting) -> None:
    owed, gone = bill(place), bill(place)
    payments.cancel(gone.id, reason="Nộp nhầm thủ tục", by=SYSTEM, at=AT)
    for content in (owed.reference, owed.reference, gone.reference):
        payments.receive(told(50_000, content=content), at=AT)
    assert ledger.balance(ledger.suspense()) == -100_000
    assert [kind for kind, _why in problems()] == [Finding.DOUBLE, Finding.LATE]


def test_money_of_no_bill_is_kept(place: Collecting) -> None:
    payments.receive(told(50_000, content="tien hoc phi"), at=AT)
    assert ledger.balance(ledger.suspense()) == -50_000
    assert problems() == [("orphan", "Nhận 50.000 đồng không rõ của khoản nào. Nội dung: «tien hoc phi».")]


def test_a_bill_is_taken_back_only_while_nothing_was_paid(place: Collecting) -> None:
    owed = bill(place)
    payments.receive(told(10_000, content=owed.reference), at=AT)
    with pytest.raises(payments.BillClosed):
        payments.cancel(owed.id, reason="Nhầm", by=SYSTEM, at=AT)
    other = bill(place)
    payments.cancel(other.id, reason="Nhầm", by=SYSTEM, at=AT)
    assert (stands(other.id).state, stands(other.id).left) == (payments.BillState.CANCELLED, 0)
    assert ledger.balance(ledger.receivable(place.agency)) == 40_000


def test_an_exempted_dossier_has_no_bill(place: Collecting) -> None:
    free = charge(50_000, exempted=50_000, exempt_ground="Luật Phí và lệ phí")
    about = payments.About(kind="dossier", id=place.unit, code="x", title="x")
    given = {"agency": place.agency, "unit": place.unit, "payer": payments.Payer(name="A")}
    assert payments.issue(about, [free], occasion="intake", by=SYSTEM, at=AT, **given) is None  # type: ignore[arg-type]
    assert not Entry.objects.exists()


def test_attempts_end_by_themselves(place: Collecting) -> None:
    owed = bill(place)
    attempt = opening._opened(owed.id, payments.Channel.VIETQR, knowing=False, by=SYSTEM, at=AT)
    again = opening._opened(owed.id, payments.Channel.VIETQR, knowing=False, by=SYSTEM, at=AT)
    assert again.id == attempt.id
    with pytest.raises(payments.UnderWay):
        opening._opened(owed.id, payments.Channel.VNPAY, knowing=False, by=SYSTEM, at=AT)
    opening._opened(owed.id, payments.Channel.VNPAY, knowing=True, by=SYSTEM, at=AT)
    assert opening.expire(at=AT + timedelta(hours=1)) == 2
    payments.receive(told(50_000, content=owed.reference), at=AT + timedelta(hours=2))
    assert stands(owed.id).state is payments.BillState.SETTLED
