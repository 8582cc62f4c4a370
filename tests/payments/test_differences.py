"""What is said and done about each kind of trouble: facts, advice, acts, and the work that ends with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, charge, stands, told
from tests.payments.test_depositing import sent
from tests.payments.test_reconciling import row, take
from tests.support import people
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Bill, Deposit, Problem
from tinhso.payments.operations import deciding, depositing
from tinhso.payments.pages.desk import advising
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
PLACE = "/can-bo/doi-soat/sai-lech/"
NEXT = AT + timedelta(days=1)


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer("accountant", place.unit, name="Quách Thu Cúc")


def test_every_kind_has_a_page_with_advice_and_a_task_with_a_day(
    place: Collecting, accountant: ActorRef
) -> None:
    short, more, twice, gone, slip = (bill(place) for _n in range(5))
    payments.cancel(gone.id, reason="Nộp nhầm", by=SYSTEM, at=AT)
    wrong = slip.reference[:-1] + ("2" if slip.reference[-1] != "2" else "3")
    payments.receive(told(9_000, transaction="LOST"), at=AT)
    payments.receive(told(7_000, transaction="OTHER"), at=AT)
    take(
        *(
            row("1", 30_000, short.reference),
            row("2", 70_000, more.reference),
            row("3", 50_000, twice.reference),
        ),
        *(
            row("4", 50_000, twice.reference),
            row("5", 50_000, gone.reference),
            row("6", 50_000, f"phi {wrong}"),
        ),
        *(row("7", 1_234, "an sang"), row("OTHER", 8_000), row("9", -500, "phi chuyen tien")),
    )
    payments.receive(told(1, content="VNPAY 20260301", transaction="P"), at=AT)
    take(source="vnpay", day=date(2026, 3, 1))
    take(row("P", 1, "VNPAY 20260301"))
    sent(place, accountant, "GNT-0071")
    depositing.raise_missing(ACCOUNT, date(2026, 3, 4), at=NEXT)
    desk = people.client(accountant)
    found = list(Problem.objects.all())
    assert {one.kind for one in found} == set(Trouble)
    for problem in found:
        kind = Trouble(problem.kind)
        page = desk.get(f"{PLACE}{problem.id}/").content.decode()
        assert "Nên làm" in page
        assert kind.label in page
        assert page.count('name="chu"') >= (2 if kind in advising.HELD else 1)
        (task,) = tasks.open_on(subject="payment_problem", subject_id=problem.id)
        assert task.due_at == problem.due_at
        assert problem.due_at
        deciding.accept(problem.id, reason="Đã xem xét xong", by=accountant, at=NEXT)
        assert not tasks.open_on(subject="payment_problem", subject_id=problem.id)
    listed = desk.get(f"{PLACE}?xong=1").content.decode()
    assert listed.count("Chấp nhận: Đã xem xét xong") == len(found)


def test_who_paid_too_little_is_told_and_pays_the_rest(place: Collecting, accountant: ActorRef) -> None:
    owed, person = bill(place), people.person()
    payments.receive(told(30_000, content=owed.reference), at=AT)
    problem, desk = Problem.objects.get(), people.client(accountant)
    nobody = desk.post(f"{PLACE}{problem.id}/nhac/")
    assert (nobody.status_code, "không biết người nộp" in nobody.content.decode()) == (422, True)
    Bill.objects.update(owner_kind="person", owner_id=person.id)
    assert desk.post(f"{PLACE}{problem.id}/nhac/").status_code == 302
    message = Message.objects.get(recipient_id=person.id)
    assert (message.template, "20.000 đồng" in message.subject) == ("payments.short", True)
    assert message.link == f"/thanh-toan/{owed.token}/"
    assert desk.post(f"{PLACE}{problem.id}/nhac/").status_code == 409
    page = Client().get(message.link).content.decode()
    assert "20.000 đồng" in page
    attempt = payments.begin(
        stands(owed.id), payments.Channel.VNPAY, back="http://x/", knowing=False, by=SYSTEM, at=AT
    )
    assert attempt.amount == 20_000
    payments.receive(told(20_000, content=owed.reference), at=NEXT)
    problem.refresh_from_db()
    assert problem.how == "Đã nộp đủ phần còn thiếu."
    assert not tasks.open_on(subject="payment_problem", subject_id=problem.id)
    with pytest.raises(Conflict):
        deciding.remind(problem.id, by=accountant, at=NEXT)


def test_money_for_a_bill_taken_back_goes_to_the_one_in_its_place(
    place: Collecting, accountant: ActorRef
) -> None:
    gone = bill(place)
    payments.cancel(gone.id, reason="Sai mức", by=SYSTEM, at=AT)
    instead = bill(place, charge(60_000), subject=gone.about.id)
    payments.receive(told(50_000, content=gone.reference), at=AT)
    problem = Problem.objects.get()
    (said,) = advising.suggested(problem)
    assert (said["bill"].id, said["why"]) == (instead.id, "Khoản khác của cùng hồ sơ.")
    desk = people.client(accountant)
    assert "đã huỷ: Sai mức" in desk.get(f"{PLACE}{problem.id}/").content.decode()
    desk.post(f"{PLACE}{problem.id}/gan/", {"chu": instead.reference})
    assert stands(instead.id).left == 10_000
    assert Problem.objects.get().closed_at


def test_cash_of_a_till_is_offered_where_it_may_be_and_shown_until_it_is_there(
    place: Collecting, accountant: ActorRef
) -> None:
    sent(place, accountant, "7")
    payments.receive(told(45_000, content="nop tien"), at=AT)
    desk, problem = people.client(accountant), Problem.objects.get()
    assert "giấy nộp 7" in desk.get("/can-bo/doi-soat/").content.decode()
    page = desk.get(f"{PLACE}{problem.id}/").content.decode()
    assert "Là tiền của giấy nộp 7" in page
    assert "Lệch 5.000 đồng." in page
    act = f"{PLACE}{problem.id}/nop-quy/"
    assert desk.post(act, {"giay-nop": "7", "chu": ""}).status_code == 422
    desk.post(act, {"giay-nop": "7", "chu": "Ngân hàng trả một tờ rách"})
    assert Deposit.objects.get().arrived_at
    assert "giấy nộp 7" not in desk.get("/can-bo/doi-soat/").content.decode()
    payments.receive(told(5_000, source="vnpay", transaction="x"), at=AT)
    last = Problem.objects.get(money__source="vnpay")
    with pytest.raises(Invalid):
        deciding.as_deposit(last.id, slip="7", reason="", by=accountant, at=AT)
