"""What a dossier costs is a bill from the moment it is filed, told on it when paid, dropped when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.payments.laid import opens_account, told
from tests.support import people
from tests.support.constraints import refused
from tests.support.office import SENT, Office, filed, office, published_anew
from tinhso.dossiers import dues, marks
from tinhso.dossiers.models import Assessment, Dossier, HistoryEntry
from tinhso.dossiers.operations import charging, endings, judging_fees
from tinhso.dossiers.operations.judging_fees import Judged
from tinhso.foundation.errors import Invalid
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary, Refund
from tinhso.payments.operations import refunds
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
FEE = procedures.Fee(
    code="cap-giay",
    kind=procedures.FeeKind.CHARGE,
    name="Lệ phí cấp giấy",
    amount=50_000,
    ground="Nghị quyết",
)
LATER = SENT + timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    """An office whose procedure costs 50,000 đồng and whose account is known."""
    found = office()
    opens_account(found.agency)
    return replace(found, version=published_anew(found.version, since=date(2026, 1, 1), fees=(FEE,)))


def bills(dossier: Dossier) -> tuple[payments.BillView, ...]:
    return payments.bills_about("dossier", dossier.id)


def test_a_dossier_whose_charge_is_let_go_is_marked_and_says_that_nothing_was_paid(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    first, second = (people.officer(identity.Role.ACCOUNTANT, dossier.unit_id) for _n in range(2))
    waiver = refunds.ask_waiver(
        bill.id, amount=50_000, reason="Hộ nghèo", ground="Điều 10 Nghị định thử", by=first, at=LATER
    )
    refunds.approve(waiver, by=second, at=LATER)
    dossier.refresh_from_db()
    assert marks.PAID in dossier.flags
    assert HistoryEntry.objects.get(dossier=dossier, act="pay").note == "Được miễn, không phải nộp."
    assert payments.refunds_of(bill.id)[0].state is payments.RefundState.APPROVED


def test_a_filed_dossier_has_its_bill_and_is_marked_when_it_is_paid(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    assert (bill.total, bill.left, bill.about.code) == (50_000, 50_000, dossier.code)
    payments.receive(told(50_000, content=bill.reference, at=LATER), at=LATER)
    before = dossier.version
    dossier.refresh_from_db()
    assert marks.PAID in dossier.flags
    assert dossier.version == before
    line = HistoryEntry.objects.get(dossier=dossier, act="pay")
    assert (line.note, line.public) == ("Đã nộp đủ 50.000 đồng.", True)


def test_a_dossier_that_ends_unpaid_asks_for_nothing_more(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    endings.withdraw(dossier_id=dossier.id, reason="Nộp nhầm", by=place.citizen, at=LATER)
    (bill,) = bills(dossier)
    assert bill.state is payments.BillState.CANCELLED


def test_what_was_paid_in_part_stays_until_somebody_decides(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    payments.receive(told(20_000, content=bill.reference, at=LATER), at=LATER)
    endings.withdraw(dossier_id=dossier.id, reason="Nộp nhầm", by=place.citizen, at=LATER)
    (bill,) = bills(dossier)
    assert (bill.state, bill.left) == (payments.BillState.OPEN, 30_000)


def test_an_agency_without_an_account_issues_its_bill_once_it_is_known(place: Office) -> None:
    (account,) = Beneficiary.objects.all()
    Beneficiary.objects.all().delete()
    dossier = Dossier.objects.get(id=filed(place).id)
    assert bills(dossier) == ()
    assert marks.UNBILLED in dossier.flags
    account.pk = None
    account.save(force_insert=True)
    judged(dossier, place, Judged(50_000, 0, ""))
    assert [bill.total for bill in bills(dossier)] == [50_000]
    dossier.refresh_from_db()
    assert marks.UNBILLED not in dossier.flags


def messages(about: Dossier, template: str) -> dict[str, str]:
    rows = Message.objects.filter(about_id=about.id, template=template)
    return {row.channel: row.body for row in rows}


def test_who_paid_is_told_in_the_application_and_outside_of_it_once(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    for _again in range(2):
        payments.receive(told(50_000, content=bill.reference, at=LATER), at=LATER)
    said = messages(dossier, "dossiers.paid")
    assert len(said) >= 2
    assert notify.Channel.IN_APP in said
    body = said[notify.Channel.IN_APP]
    for fact in ("50.000 đồng", bill.reference, "UBND phuong Thu", "OTP"):
        assert fact in body
    assert Message.objects.filter(about_id=dossier.id, template="dossiers.paid").count() == len(said)


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ((20_000,), "Còn thiếu 30.000 đồng"),
        ((70_000,), "thừa 20.000 đồng"),
        ((50_000, 50_000), "nộp đủ từ trước"),
    ],
)
def test_who_paid_another_sum_is_told_what_becomes_of_it(
    place: Office, sums: tuple[int, ...], words: str
) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    (bill,) = bills(dossier)
    for number, amount in enumerate(sums):
        payments.receive(told(amount, transaction=f"GD{number}", content=bill.reference, at=LATER), at=LATER)
    assert words in messages(dossier, "dossiers.money_held")[notify.Channel.IN_APP]


def judged(dossier: Dossier, place: Office, *lines: Judged, at: datetime = LATER) -> None:
    judging_fees.judge(dossier_id=dossier.id, judged=lines, by=place.intake, at=at)


@pytest.fixture
def unsure(place: Office) -> Dossier:
    """A dossier filed for a procedure whose fee depends on what a person has to see."""
    fee = replace(FEE, condition="Người ngoài tỉnh nộp mức khác")
    version = published_anew(place.version, since=date(2026, 1, 2), fees=(fee,))
    return Dossier.objects.get(id=filed(replace(place, version=version)).id)


def test_a_sum_that_a_person_has_to_see_is_billed_once_an_officer_has_judged_it(
    place: Office, unsure: Dossier
) -> None:
    assert (bills(unsure), marks.UNBILLED in unsure.flags) == ((), True)
    with pytest.raises(Invalid) as refused:
        judged(unsure, place, Judged(50_000, 20_000, " "))
    assert set(refused.value.faults) == {"can-cu-0"}
    judged(unsure, place, Judged(50_000, 20_000, "Hộ nghèo, Nghị quyết thử"))
    (bill,) = bills(unsure)
    assert (bill.total, bill.lines[0].exempt_ground) == (30_000, "Hộ nghèo, Nghị quyết thử")
    assert "30.000 đồng" in messages(unsure, "dossiers.billed")[notify.Channel.IN_APP]


def test_a_sum_that_the_rules_have_fixed_is_not_one_officers_to_lower(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    with pytest.raises(Invalid) as refusal:
        judged(dossier, place, Judged(50_000, 50_000, "Người quen"))
    assert set(refusal.value.faults) == {"tien-0"}
    assert [bill.total for bill in bills(dossier)] == [50_000]


def test_what_was_judged_anew_is_asked_for_or_given_back(place: Office, unsure: Dossier) -> None:
    judged(unsure, place, Judged(50_000, 0, ""))
    judged(unsure, place, Judged(60_000, 0, "Sửa theo biểu"))
    dropped, first = bills(unsure)
    assert dropped.state is payments.BillState.CANCELLED
    assert first.total == 60_000
    payments.receive(told(60_000, content=first.reference, at=LATER), at=LATER)
    judged(unsure, place, Judged(75_000, 0, "Thêm bản sao"))
    second = bills(unsure)[-1]
    assert (second.total, second.state) == (15_000, payments.BillState.OPEN)
    payments.receive(told(15_000, transaction="GD2", content=second.reference, at=LATER), at=LATER)
    for _again in range(2):
        judged(unsure, place, Judged(40_000, 0, "Sửa lại"))
    asked = Refund.objects.order_by("asked_at", "id").values_list("bill__reference", "amount")
    assert list(asked) == [(second.reference, 15_000), (first.reference, 20_000)]


def test_a_bill_under_way_stays_until_its_money_is_there(place: Office, unsure: Dossier) -> None:
    judged(unsure, place, Judged(50_000, 0, ""))
    (bill,) = bills(unsure)
    payments.receive(told(10_000, content=bill.reference, at=LATER), at=LATER)
    judged(unsure, place, Judged(30_000, 0, "Sửa theo biểu"))
    unsure.refresh_from_db()
    assert ([one.total for one in bills(unsure)], marks.UNBILLED in unsure.flags) == ([50_000], True)
    payments.receive(told(40_000, transaction="GD2", content=bill.reference, at=LATER), at=LATER)
    unsure.refresh_from_db()
    assert (Refund.objects.get().amount, marks.UNBILLED in unsure.flags) == (20_000, False)


def test_a_result_waits_for_the_money_as_the_rule_says(place: Office) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    with pytest.raises(Invalid, match="chưa nộp"):
        charging.ask_paid(dossier, at=LATER)
    (bill,) = bills(dossier)
    payments.receive(told(50_000, content=bill.reference, at=LATER), at=LATER)
    charging.ask_paid(dossier, at=LATER)


def test_a_result_waits_for_a_sum_that_nobody_has_judged(place: Office, unsure: Dossier) -> None:
    with pytest.raises(Invalid, match="Chưa xác định phí"):
        charging.ask_paid(unsure, at=LATER)
    judged(unsure, place, Judged(50_000, 50_000, "Miễn theo Nghị quyết thử"))
    unsure.refresh_from_db()
    charging.ask_paid(unsure, at=LATER)


def test_an_assessment_is_written_once(place: Office) -> None:
    filed(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.update(occasion="result")
    given = {"dossier": Dossier.objects.get(), "said": [], "lines": [], "at": LATER}
    refused("assessment_known_occasion", lambda: Assessment.objects.create(**given, occasion="sometime"))
    refused("assessment_judged_by_somebody", lambda: Assessment.objects.create(**given, occasion="judged"))


SUMS = st.integers(min_value=0, max_value=6).map(lambda tens: tens * 10_000)


@given(steps=st.lists(st.tuples(st.sampled_from(["due", "part", "all", "wait"]), SUMS), max_size=12))
def test_what_is_asked_and_what_is_there_always_come_to_what_is_due(steps: list[tuple[str, int]]) -> None:
    due = covered = bill = paid = 0
    waits = False
    for step, amount in steps:
        if step == "due":
            due = amount
        elif step == "wait":
            waits = bool(bill)
        elif bill:
            paid += bill - paid if step == "all" else min(amount, bill - paid)
            if paid == bill:
                covered, bill, paid, waits = covered + bill, 0, 0, False
        found = dues.decide(due, covered=covered, asked=bill, untouched=not paid and not waits)
        assert not (found.drop and (paid or waits)), "money on its way loses its bill"
        if found.drop:
            bill = 0
        if found.step is dues.Step.ISSUE:
            bill = found.amount
        elif found.step is dues.Step.REFUND:
            covered -= found.amount
        if found.step is not dues.Step.WAIT:
            assert covered + bill == due
        assert covered >= 0
