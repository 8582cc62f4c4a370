"""A day held against its list: the same, only on one side, another sum; decided, and closed by two."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, charge, stands, told
from tests.support import people
from tests.support.constraints import refused
from tinhso.directory import api as directory
from tinhso.foundation import http, moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.payments import api as payments
from tinhso.payments import jobs, ledger, trouble
from tinhso.payments.channels import lists
from tinhso.payments.contracts import Contradicted, DayClosed, Listed, Trouble
from tinhso.payments.models import Entry, Match, Money, Problem, ReconciledDay, Statement, StatementLine
from tinhso.payments.operations import closing_days, deciding, fetching, holding, reconciling, taking_in
from tinhso.payments.queries import days
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
SOURCE, DAY = f"bank:{ACCOUNT}", today(AT)
NEXT = AT + timedelta(days=1)


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer(identity.Role.ACCOUNTANT, place.unit, name="Quách Thu Cúc")


def take(*rows: Listed, source: str = SOURCE, day: date = DAY) -> ReconciledDay:
    """The list of a day, taken on the next, reconciled."""
    said = hashlib.sha256(repr(rows).encode()).hexdigest()
    taking_in.of_answer(source, day, lists.Answered(rows, said), by=SYSTEM, at=NEXT)
    return reconciling.reconcile(day, source, at=NEXT)


def row(reference: str, amount: int, content: str = "", **more: Any) -> Listed:
    return Listed(reference=reference, amount=amount, at=AT, content=content, **more)


def kinds() -> list[str]:
    return list(Problem.objects.order_by("opened_at", "id").values_list("kind", flat=True))


def test_what_both_sides_have_lies_at_the_bank_once(place: Collecting) -> None:
    owed = bill(place)
    payments.receive(told(50_000, content=owed.reference, transaction="FT1"), at=AT)
    for _time in range(2):
        day = take(row("FT1", 50_000, owed.reference))
    assert (day.matched, day.healed, day.missing, day.complete) == (1, 0, 0, True)
    assert ledger.balance(ledger.bank(ACCOUNT)) == 50_000
    assert ledger.balance(ledger.clearing(SOURCE)) == 0
    assert not kinds()


def test_a_lost_notice_is_healed_and_a_row_told_twice_counts_once(place: Collecting) -> None:
    owed = bill(place)
    take(row("FT1", 50_000, f"nop {owed.reference}"))
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert ReconciledDay.objects.get().healed == 1
    again = payments.receive(told(50_000, content=owed.reference, transaction="FT1"), at=NEXT)
    assert again is payments.Effect.DUPLICATE
    assert Money.objects.count() == 1


def test_all_kinds_of_trouble_of_one_day_become_work(place: Collecting, accountant: ActorRef) -> None:
    short, more, twice, gone, slip = (bill(place) for _n in range(5))
    payments.cancel(gone.id, reason="Nộp nhầm", by=SYSTEM, at=AT)
    wrong = slip.reference[:-1] + ("2" if slip.reference[-1] != "2" else "3")
    payments.receive(told(9_000, transaction="LOST"), at=AT)
    payments.receive(told(7_000, transaction="OTHER"), at=AT)
    take(
        row("1", 30_000, short.reference),
        row("2", 70_000, more.reference),
        row("3", 50_000, twice.reference),
        row("4", 50_000, twice.reference),
        row("5", 50_000, gone.reference),
        row("6", 50_000, f"nop phi {wrong}"),
        row("7", 1_234, "an sang"),
        row("OTHER", 8_000),
        row("9", -500, "phi chuyen tien"),
    )
    found = set(kinds())
    assert found == {kind.value for kind in Trouble} - {Trouble.PAYOUT_DIFFERS, Trouble.DEPOSIT}
    assert Problem.objects.get(kind=Trouble.WRONG_CODE).suggested_id == slip.id
    assert Problem.objects.filter(unit=place.unit).count() == Problem.objects.count()
    assert len(tasks.open_on(subject="payment_problem", subject_id=Problem.objects.all()[0].id)) == 1
    assert Match.objects.filter(how="outgoing").count() == 1
    before = Problem.objects.count()
    reconciling.reconcile(DAY, SOURCE, at=NEXT)
    assert Problem.objects.count() == before


def test_money_missing_today_and_listed_tomorrow_is_laid_to_rest(
    place: Collecting, accountant: ActorRef
) -> None:
    payments.receive(told(50_000, content=bill(place).reference, transaction="FT1"), at=AT)
    take()
    problem = Problem.objects.get(kind=Trouble.MISSING)
    take(replace(row("FT1", 50_000), at=NEXT), day=today(NEXT))
    problem.refresh_from_db()
    assert problem.closed_at
    assert not tasks.open_on(subject="payment_problem", subject_id=problem.id)


def test_a_provider_empties_its_clearing_and_a_wrong_sum_is_noticed(place: Collecting) -> None:
    owed = bill(place)
    paid = told(
        50_000, source="vnpay", channel=payments.Channel.VNPAY, content=owed.reference, transaction="9"
    )
    payments.receive(paid, at=AT)
    take(row("9", 50_000, owed.reference), source="vnpay")
    assert ledger.balance(ledger.clearing("vnpay")) == 50_000
    payments.receive(told(40_000, content=f"VNPAY {DAY:%Y%m%d}", transaction="P1", at=NEXT), at=NEXT)
    take(replace(row("P1", 40_000, f"VNPAY {DAY:%Y%m%d}"), at=NEXT), day=today(NEXT))
    assert ledger.balance(ledger.bank(ACCOUNT)) == 40_000
    assert ledger.balance(ledger.clearing("vnpay")) == 10_000
    assert kinds() == [Trouble.PAYOUT_DIFFERS]


def test_a_list_that_changes_its_mind_is_refused_whole(place: Collecting) -> None:
    take(row("1", 1_000))
    with pytest.raises(Contradicted, match=r"trước đây ghi 1\.000"):
        take(row("2", 5), row("1", 2_000))
    assert StatementLine.objects.count() == 1


def test_a_statement_is_uploaded_by_its_accountant_for_its_account(
    place: Collecting, accountant: ActorRef
) -> None:
    text = f"Số tài khoản,{ACCOUNT}\nNgày giao dịch,Số tham chiếu,Nội dung,Phát sinh nợ,Phát sinh có\n"
    data = (
        f"{text}02/03/2026 09:00:00,FT1,tien,,50000\n02/03/2026 09:01:00,,x,,1\n02/03/2026 09:01:00,,x,,1\n"
    )
    stranger = people.officer(identity.Role.ACCOUNTANT)
    with pytest.raises(NotAllowed):
        taking_in.of_file(data.encode(), account=ACCOUNT, by=stranger, at=NEXT)
    with pytest.raises(Invalid, match="chọn đúng tài khoản"):
        taking_in.of_file(data.encode(), account="999999", by=accountant, at=NEXT)
    taken = [taking_in.of_file(data.encode(), account=ACCOUNT, by=accountant, at=NEXT) for _time in range(2)]
    assert [one.fresh for one in taken] == [3, 0]
    assert taken[0].days == (DAY,)
    assert Statement.objects.count() == 1


def test_money_is_given_to_a_bill_and_the_rest_waits(place: Collecting, accountant: ActorRef) -> None:
    owed, other = bill(place), bill(place, charge(20_000))
    payments.receive(told(60_000, content="khong ro"), at=AT)
    problem = Problem.objects.get()
    with pytest.raises(NotAllowed):
        deciding.assign(problem.id, reference=owed.reference, by=people.officer(), at=AT)
    with pytest.raises(Invalid):
        deciding.assign(problem.id, reference="TS123", by=accountant, at=AT)
    deciding.assign(problem.id, reference=owed.reference, by=accountant, at=AT)
    problem.refresh_from_db()
    assert (stands(owed.id).state, holding.held(problem.money_id)) == (payments.BillState.SETTLED, 10_000)
    assert problem.closed_at is None
    deciding.assign(problem.id, reference=other.reference, by=accountant, at=AT)
    problem.refresh_from_db()
    assert (stands(other.id).left, ledger.balance(ledger.suspense())) == (10_000, 0)
    assert problem.closed_at
    with pytest.raises(Conflict):
        deciding.accept(problem.id, reason="khong sao ca", by=accountant, at=AT)


def test_a_large_sum_is_given_to_a_bill_by_two_accountants(place: Collecting, accountant: ActorRef) -> None:
    owed, wrong = bill(place, charge(1_500_000)), bill(place, charge(1_200_000))
    payments.receive(told(1_700_000, content="khong ro"), at=AT)
    problem = Problem.objects.get()
    deciding.assign(problem.id, reference=wrong.reference, by=accountant, at=AT)
    deciding.assign(problem.id, reference=owed.reference, by=accountant, at=AT)
    assert (stands(owed.id).paid, stands(wrong.id).paid) == (0, 0)
    with pytest.raises(NotAllowed, match="không tự duyệt"):
        deciding.assign(problem.id, reference=owed.reference, by=accountant, at=AT)
    second = people.officer(identity.Role.ACCOUNTANT, place.unit)
    page = people.client(second).get(f"/can-bo/doi-soat/sai-lech/{problem.id}/").content.decode()
    assert f"đề nghị gán cho khoản {owed.reference}" in page
    assert f"Đồng ý gán cho khoản {owed.reference}" in page
    deciding.assign(problem.id, reference=owed.reference, by=second, at=AT)
    problem.refresh_from_db()
    assert (stands(owed.id).state, holding.held(problem.money_id)) == (payments.BillState.SETTLED, 200_000)
    assert (problem.closed_at, problem.proposed) == (None, None)
    deciding.assign(problem.id, reference=wrong.reference, by=accountant, at=AT)
    assert stands(wrong.id).paid == 200_000, "a small sum takes one"


def test_a_refund_is_asked_once_and_stays_open_and_another_is_accepted(
    place: Collecting, accountant: ActorRef
) -> None:
    payments.receive(told(60_000), at=AT)
    problem = Problem.objects.get()
    with pytest.raises(Invalid):
        deciding.ask_refund(problem.id, reason=" ", by=accountant, at=AT)
    deciding.ask_refund(problem.id, reason="Người nộp xin lại", by=accountant, at=AT)
    with pytest.raises(Conflict):
        deciding.ask_refund(problem.id, reason="Người nộp xin lại", by=accountant, at=AT)
    for change in (
        lambda: deciding.accept(problem.id, reason="Đã gọi, không ai nhận", by=accountant, at=AT),
        lambda: deciding.assign(problem.id, reference="TS", by=accountant, at=AT),
    ):
        with pytest.raises(Conflict, match="Đã đề nghị hoàn"):
            change()
    assert Problem.objects.get().closed_at is None
    assert ledger.balance(ledger.suspense()) == -60_000


def test_a_difference_is_let_be_and_its_money_goes_on_waiting(
    place: Collecting, accountant: ActorRef
) -> None:
    payments.receive(told(60_000), at=AT)
    deciding.accept(Problem.objects.get().id, reason="Đã gọi, không ai nhận", by=accountant, at=AT)
    assert Problem.objects.get().how == "Chấp nhận: Đã gọi, không ai nhận"
    assert ledger.balance(ledger.suspense()) == -60_000


def test_a_day_is_closed_by_another_and_takes_no_more(place: Collecting, accountant: ActorRef) -> None:
    second = people.officer(identity.Role.ACCOUNTANT, place.unit, name="Mạc Văn Sáng")
    day = take(row("1", 1_000))
    with pytest.raises(Conflict, match="chưa ai trình"):
        closing_days.close(day.id, by=second, at=NEXT)
    closing_days.prepare(day.id, by=accountant, at=NEXT)
    with pytest.raises(Conflict, match="kế toán khác"):
        closing_days.close(day.id, by=accountant, at=NEXT)
    take(row("1", 1_000), row("2", 2_000))
    with pytest.raises(Conflict, match="chưa ai trình"):
        closing_days.close(day.id, by=second, at=NEXT)
    closing_days.prepare(day.id, by=accountant, at=NEXT)
    closing_days.close(day.id, by=second, at=NEXT)
    with pytest.raises(DayClosed):
        closing_days.prepare(day.id, by=accountant, at=NEXT)
    with pytest.raises(Conflict, match="ngày đã khoá"):
        take(row("3", 3_000))
    sheet = days.sheet(ReconciledDay.objects.get(), directory.unit(place.unit))
    assert (sheet.channels[0].stated, sheet.matched, len(sheet.open)) == (3_000, 2, 2)
    refused("reconciled_day_stays", lambda: ReconciledDay.objects.update(told_sum=1))
    refused("line_of_an_open_day", lambda: StatementLine.objects.create(**_line(), reference="n"))


def _line() -> dict[str, Any]:
    given = {"statement": Statement.objects.all()[0], "source": SOURCE, "amount": 1}
    return {**given, "at": AT, "timed": True, "day": DAY}


def test_rows_and_days_that_cannot_be(place: Collecting) -> None:
    day = take(row("1", 1_000))
    other = UUID(int=7)
    first = Statement.objects.get()
    whole = {
        "format": "list",
        "first_day": DAY,
        "last_day": DAY,
        "taken_at": AT,
        "taken_by": "x",
        "final": True,
    }
    for constraint, change in (
        ("statement_taken_once", {"source": SOURCE, "sha256": first.sha256}),
        ("statement_days", {"source": "x", "sha256": "a" * 64, "last_day": DAY - timedelta(days=1)}),
        ("statement_whole", {"source": "x", "sha256": "A"}),
    ):
        refused(constraint, lambda c=change: Statement.objects.create(**whole | c))  # type: ignore[misc]
    refused("line_once", lambda: StatementLine.objects.create(**_line(), reference="1"))
    refused("line_whole", lambda: StatementLine.objects.create(**_line() | {"amount": 0}, reference="9"))
    fresh = StatementLine.objects.create(**_line(), reference="8")
    refused("match_known_how", lambda: Match.objects.create(line=fresh, money=None, how="x", at=AT))
    refused("match_of_money", lambda: Match.objects.create(line=fresh, money=None, how="told", at=AT))
    refused("append", lambda: Match.objects.update(how="healed"))
    refused("problem_once_of_a_kind", lambda: _twin())
    closed = {"closed_by": other, "closed_name": "x", "closed_at": AT}
    prepared = {"prepared_by": other, "prepared_name": "x", "prepared_at": AT}
    for constraint, change in (
        ("reconciled_day_prepared_by_somebody", {"prepared_by": other}),
        ("reconciled_day_closed_when_prepared", closed | {"closed_name": ""}),
        ("reconciled_day_four_eyes", closed | prepared),
        ("reconciled_day_sheet_when_closed", {"file_id": other}),
    ):
        refused(constraint, lambda c=change: ReconciledDay.objects.update(**c))  # type: ignore[misc]
    refused("reconciled_day_once", lambda: _copy(day))


def _twin() -> None:
    problem = Problem.objects.all()[0]
    Problem.objects.create(kind=problem.kind, money=problem.money, why="x", opened_at=AT)


def _copy(day: ReconciledDay) -> None:
    ReconciledDay.objects.create(source=day.source, day=day.day, reconciled_at=AT)


def test_work_that_nobody_could_have_is_given_once_there_is_somebody(place: Collecting) -> None:
    payments.receive(told(1_000), at=AT)
    assert trouble.give_waiting(at=AT) == 0
    people.officer(identity.Role.ACCOUNTANT, place.unit)
    assert (trouble.give_waiting(at=AT), trouble.give_waiting(at=AT)) == (1, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"account": "x", "transactions": [], "next": null}',
        f'{{"account": "{ACCOUNT}", "transactions": [{{"amount": 1.5}}], "next": null}}'.encode(),
        f'{{"account": "{ACCOUNT}", "transactions": [], "next": "FT1"}}'.encode(),
    ],
)
def test_a_list_that_cannot_be_read_is_no_list(body: bytes) -> None:
    answer = http.Answer(status=200, headers={}, body=body, url="", service="bank")
    with mock.patch.object(http, "call", return_value=answer), pytest.raises(lists.NoList):
        lists.ask(SOURCE, DAY, at=NEXT)
    with mock.patch.object(http, "call", return_value=answer), pytest.raises(lists.NoList):
        lists.ask("vnpay", DAY, at=NEXT)


def test_a_day_of_many_rows_takes_few_questions(place: Collecting) -> None:
    for n in range(30):
        payments.receive(
            told(1_000, content=bill(place, charge(1_000)).reference, transaction=f"A{n}"), at=AT
        )
    rows = [row(f"A{n}", 1_000) for n in range(30)]
    with CaptureQueriesContext(connection) as asked:
        take(*rows)
    assert len(asked) < 60
    assert Entry.objects.filter(why="arrived").count() == 30


def test_each_night_asks_every_source_for_the_days_not_whole(place: Collecting) -> None:
    jobs.fetch_lists()
    waiting = fetching.waiting(at=moments.now())
    assert {source for source, _day in waiting} >= {SOURCE, "vnpay"}
    assert len({day for _source, day in waiting}) == fetching.BACK
