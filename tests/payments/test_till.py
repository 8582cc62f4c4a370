"""The till: opened, taken at, undone, counted, handed over or deposited; every đồng in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, collecting, stands, told
from tests.support import people
from tests.support.constraints import refused
from tinhso.foundation import events
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.contracts import Differs, DrawerClosed, PaymentUndone
from tinhso.payments.models import Bill, Drawer, Money, Problem, Taking
from tinhso.payments.operations import depositing, opening, taking, tills

pytestmark = pytest.mark.django_db
FLOAT = 500_000
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def cashier(place: Collecting) -> ActorRef:
    return people.officer("cashier", place.unit, name="Thu Ngân Một")


@pytest.fixture
def drawer(place: Collecting, cashier: ActorRef) -> Drawer:
    id = tills.open_drawer(till="Quầy 1", float_in=FLOAT, unit=place.unit, by=cashier, at=AT)
    return Drawer.objects.get(id=id)


def take(drawer: Drawer, owed: payments.BillView, by: ActorRef, **more: object) -> Taking:
    given: dict[str, object] = {"given": None, "approval": "", "knowing": False} | more
    return taking.take(drawer.id, owed.id, by=by, at=LATER, **given)  # type: ignore[arg-type]


def lies(drawer: Drawer) -> int:
    return ledger.balance(ledger.till(drawer.id, drawer.agency_id))


def test_cash_settles_the_bill_and_lies_in_the_drawer(
    place: Collecting, drawer: Drawer, cashier: ActorRef
) -> None:
    owed = bill(place)
    made = take(drawer, owed, cashier, given=200_000)
    assert (made.number, made.amount, made.change) == (1, 50_000, 150_000)
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert lies(drawer) == 50_000
    assert not Problem.objects.exists()
    with pytest.raises(payments.BillClosed):
        take(drawer, owed, cashier)


def test_a_card_lies_with_the_terminals_bank_and_its_code_is_used_once_a_day(
    place: Collecting, drawer: Drawer, cashier: ActorRef
) -> None:
    one, two = bill(place), bill(place)
    made = take(drawer, one, cashier, approval=" a1b2c3 ")
    assert (made.channel, made.approval, made.given) == ("card", "A1B2C3", 50_000)
    assert lies(drawer) == 0
    assert ledger.balance(ledger.clearing(f"card:{place.agency.hex}")) == 50_000
    with pytest.raises(Conflict, match="Mã chuẩn chi này đã dùng") as used:
        take(drawer, two, cashier, approval="A1B2C3")
    assert used.value.facts["constraint"] == "taking_approval_once"
    assert stands(two.id).left == 50_000
    taking.undo(made.id, reason="Bấm nhầm hồ sơ", by=cashier, at=LATER)
    take(drawer, two, cashier, approval="A1B2C3")
    assert ledger.balance(ledger.clearing(f"card:{place.agency.hex}")) == 50_000


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"given": 49_999}, "phải thu 50.000 đồng"),
        ({"given": -1}, "phải thu"),
        ({"given": 60_000, "approval": "A1B2"}, "Chỉ điền một ô"),
        ({"approval": "A1"}, "4 đến 12"),
        ({"approval": "A1;--"}, "4 đến 12"),
    ],
)
def test_what_cannot_be_taken(
    place: Collecting, drawer: Drawer, cashier: ActorRef, more: dict[str, object], words: str
) -> None:
    owed = bill(place)
    with pytest.raises(Invalid, match=words):
        take(drawer, owed, cashier, **more)
    assert stands(owed.id).left == 50_000


def test_a_payment_under_way_is_said_before_cash_is_taken(
    place: Collecting, drawer: Drawer, cashier: ActorRef
) -> None:
    owed = bill(place)
    begun = opening.begin(owed, payments.Channel.VIETQR, back="", knowing=False, by=SYSTEM, at=AT)
    with pytest.raises(payments.UnderWay):
        take(drawer, owed, cashier)
    take(drawer, owed, cashier, knowing=True)
    assert payments.attempts(owed.id)[0].state is payments.AttemptState.UNDER_WAY
    payments.receive(told(50_000, content=begun.reference), at=LATER)
    assert Problem.objects.get().kind == "double"


def test_undoing_owes_the_sum_again_and_tells_higher_rooms(
    place: Collecting, drawer: Drawer, cashier: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(events, "deliver", heard.append)
    owed = bill(place)
    made = take(drawer, owed, cashier)
    with pytest.raises(Invalid):
        taking.undo(made.id, reason=" ", by=cashier, at=LATER)
    taking.undo(made.id, reason="Khách đổi ý", by=cashier, at=LATER)
    assert (stands(owed.id).state, stands(owed.id).left) == (payments.BillState.OPEN, 50_000)
    assert (lies(drawer), ledger.paid(owed.id)) == (0, 0)
    assert [event.reason for event in heard if isinstance(event, PaymentUndone)] == ["Khách đổi ý"]
    with pytest.raises(Conflict):
        taking.undo(made.id, reason="Lần nữa", by=cashier, at=LATER)
    assert take(drawer, owed, cashier).number == 2
    assert stands(owed.id).state is payments.BillState.SETTLED


def test_a_difference_is_booked_with_its_reason(place: Collecting, drawer: Drawer, cashier: ActorRef) -> None:
    take(drawer, bill(place), cashier)
    short = {500_000: 1, 20_000: 2, 5_000: 1}
    with pytest.raises(Differs, match=r"Đếm được 545\.000 đồng, sổ ghi 550\.000 đồng, lệch 5\.000 đồng"):
        tills.count(drawer.id, notes=short, explanation="", by=cashier, at=LATER)
    assert Drawer.objects.get().counted_at is None
    done = tills.count(drawer.id, notes=short, explanation="Thối nhầm", by=cashier, at=LATER)
    assert (done.expected, done.counted, done.notes) == (
        550_000,
        545_000,
        {"500000": 1, "20000": 2, "5000": 1},
    )
    assert ledger.balance(ledger.difference(place.agency)) == 5_000
    assert lies(drawer) == 45_000
    with pytest.raises(DrawerClosed):
        take(drawer, bill(place), cashier)


def test_another_cashier_goes_on_with_the_money(place: Collecting, drawer: Drawer, cashier: ActorRef) -> None:
    other = people.officer("cashier", place.unit)
    take(drawer, bill(place), cashier)
    with pytest.raises(DrawerClosed):
        tills.take_over(drawer.id, unit=place.unit, by=other, at=LATER)
    tills.count(drawer.id, notes={50_000: 11}, explanation="", by=cashier, at=LATER)
    with pytest.raises(NotAllowed):
        tills.take_over(drawer.id, unit=place.unit, by=cashier, at=LATER)
    new = Drawer.objects.get(id=tills.take_over(drawer.id, unit=place.unit, by=other, at=LATER))
    assert (new.till, new.float_in, new.carried, new.came_from_id) == ("Quầy 1", 550_000, 50_000, drawer.id)
    assert (lies(drawer), lies(new)) == (0, 50_000)
    take(new, bill(place), other)
    assert tills.count(new.id, notes={50_000: 12}, explanation="", by=other, at=LATER).expected == 600_000
    with pytest.raises(DrawerClosed):
        tills.take_over(drawer.id, unit=place.unit, by=other, at=LATER)


def test_a_second_person_sees_the_slip_of_the_bank(
    place: Collecting, drawer: Drawer, cashier: ActorRef
) -> None:
    accountant = people.officer("accountant", people.unit(place.agency))
    take(drawer, bill(place), cashier)
    tills.count(drawer.id, notes={50_000: 11}, explanation="", by=cashier, at=LATER)
    for who, slip, error in ((cashier, "GNT-7", NotAllowed), (accountant, " ", Invalid)):
        with pytest.raises(error):
            tills.deposit(drawer.id, slip=slip, by=who, at=LATER)
    stranger = people.officer("accountant")
    with pytest.raises(NotAllowed):
        tills.deposit(drawer.id, slip="GNT-7", by=stranger, at=LATER)
    done = tills.deposit(drawer.id, slip="GNT-7", by=accountant, at=LATER)
    assert (done.deposited, done.slip, done.ended) == (50_000, "GNT-7", "deposited")
    assert (lies(drawer), ledger.balance(depositing.on_the_way(ACCOUNT))) == (0, 50_000)
    assert ledger.balance(ledger.bank(ACCOUNT)) == 0


def test_a_session_without_cash_needs_no_slip(place: Collecting, drawer: Drawer, cashier: ActorRef) -> None:
    tills.count(drawer.id, notes={500_000: 1}, explanation="", by=cashier, at=LATER)
    done = tills.deposit(drawer.id, slip="", by=people.officer("cashier", place.unit), at=LATER)
    assert (done.deposited, done.slip) == (0, "")


def test_who_may_take_where(place: Collecting, drawer: Drawer, cashier: ActorRef) -> None:
    owed = bill(place)
    with pytest.raises(NotAllowed):
        take(drawer, owed, people.officer("cashier", place.unit))
    with pytest.raises(NotAllowed):
        take(drawer, owed, people.officer("intake_officer", place.unit))
    with pytest.raises(payments.NoSuchBill):
        take(drawer, bill(collecting()), cashier)
    with pytest.raises(Conflict, match="chưa kiểm đếm"):
        tills.open_drawer(till="Quầy 2", float_in=0, unit=place.unit, by=cashier, at=AT)
    other = people.officer("cashier", place.unit)
    with pytest.raises(Conflict, match="đang có người thu"):
        tills.open_drawer(till=" Quầy  1 ", float_in=0, unit=place.unit, by=other, at=AT)
    for wrong in ({"till": " ", "float_in": 0}, {"till": "Quầy 3", "float_in": -1}):
        with pytest.raises(Invalid):
            tills.open_drawer(unit=place.unit, by=other, at=AT, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("drawer_stays", {"float_in": 1}),
        ("drawer_stays", {"cashier": "Người khác"}),
        ("drawer_count_whole", {"counted_at": LATER}),
        ("drawer_count_whole", {"counted_at": LATER, "expected": 0, "counted": -1, "explanation": "x"}),
        ("drawer_difference_explained", {"counted_at": LATER, "expected": 0, "counted": 1}),
        ("drawer_end_whole", {"ended_at": LATER, "ended": "handed"}),
        ("drawer_end_whole", {"ended": "lost"}),
        ("drawer_deposit_with_slip", {"deposited": 1}),
    ],
)
def test_a_session_that_cannot_be(drawer: Drawer, constraint: str, change: dict[str, object]) -> None:
    refused(constraint, lambda: Drawer.objects.update(**change))


def test_sessions_and_takings_stay(place: Collecting, drawer: Drawer, cashier: ActorRef) -> None:
    take(drawer, bill(place), cashier)
    whole = {"counted_at": LATER, "expected": 1, "counted": 1}
    ends = whole | {"ended_at": LATER, "ended": "handed", "receiver": "A"}
    refused("drawer_four_eyes", lambda: Drawer.objects.update(**ends, receiver_id=cashier.id))
    refused("taking_stays", lambda: Taking.objects.update(amount=1))
    refused("taking_stays", lambda: Taking.objects.all()._raw_delete("default"))
    refused("taking_undone_with_reason", lambda: Taking.objects.update(undone_at=LATER))
    refused("drawer_stays", lambda: Drawer.objects.all()._raw_delete("default"))
    refused("bill_stands_as_the_ledger_says", lambda: Bill.objects.update(state="open", ended_at=None))
    row = Taking.objects.get()
    for constraint, change in {
        "taking_number_once": {},
        "taking_of_something": {"number": 2, "amount": 0},
        "taking_by_cash_or_card": {"number": 2, "given": 1},
    }.items():
        refused(constraint, lambda change=change: _again(row, change))  # type: ignore[misc]
    Drawer.objects.update(**whole)
    refused("drawer_stays", lambda: Drawer.objects.update(counted=2, explanation="x"))
    refused("taking_in_an_open_drawer", lambda: _again(row, {"number": 2}))
    Drawer.objects.update(ended_at=LATER, ended="handed", receiver="A", receiver_id=new_id())
    refused("drawer_stays", lambda: Drawer.objects.update(receiver="B"))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("drawer_one_open_of_a_cashier", {"till": "Quầy 9"}),
        ("drawer_one_open_at_a_till", {"cashier_id": new_id()}),
        ("drawer_of_somebody", {"till": "", "cashier_id": new_id()}),
        ("drawer_float_sums", {"till": "Quầy 9", "cashier_id": new_id(), "float_in": -1}),
        ("drawer_float_sums", {"till": "Quầy 9", "cashier_id": new_id(), "carried": FLOAT + 1}),
    ],
)
def test_a_session_that_cannot_begin(drawer: Drawer, constraint: str, change: dict[str, object]) -> None:
    drawer.pk = new_id()
    for name, value in change.items():
        setattr(drawer, name, value)
    refused(constraint, lambda: drawer.save(force_insert=True))


def _again(row: Taking, change: dict[str, int]) -> None:
    again = Taking.objects.get(id=row.id)
    again.pk = new_id()
    payments.receive(told(1, transaction=again.pk.hex), at=LATER)
    again.money = Money.objects.get(transaction=again.pk.hex)
    again.approval = ""
    for name, value in change.items():
        setattr(again, name, value)
    again.save(force_insert=True)
