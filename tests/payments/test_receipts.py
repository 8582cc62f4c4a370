"""Receipts: one for each bill that is paid, numbers without gap or twin, sealed, ended and replaced."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from lxml import etree

from national.serve import Running
from tests.payments.laid import AT, Collecting, bill, charge, collecting, told
from tests.payments.receipted import paid, receipted, sealing, series, standing
from tests.support import people
from tests.support.signing import can_sign, sandbox
from tinhso.foundation import moments, signing
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import amount_in_words
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments import jobs, ledger
from tinhso.payments.models import Receipt, ReceiptDue, ReceiptPaper, ReceiptSeries
from tinhso.payments.operations import (
    ending_receipts,
    issuing_receipts,
    receipt_series,
    refunds,
    sealing_receipts,
    taking,
    tills,
)
from tinhso.payments.operations.payees import Payee
from tinhso.payments.receipt_contracts import ChangeKind, ReceiptEnded
from tinhso.payments.receipt_xml import NAMESPACE, SCHEMA
from tinhso.payments.refund_contracts import PayoutWay
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
__all__ = ["can_sign", "sandbox"]
WRITERS = 50


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer("accountant", place.unit, name="Kế Toán Một")


@pytest.fixture
def second(place: Collecting) -> ActorRef:
    return people.officer("accountant", place.unit, name="Kế Toán Hai")


def test_what_is_paid_gets_one_receipt_over_what_was_paid(place: Collecting) -> None:
    series(place)
    owed = paid(place, charge(50_000), charge(8_000, code="ban-sao", kind="fee", name="Phí bản sao"))
    assert ReceiptDue.objects.get().bill_id == owed.id
    assert issuing_receipts.issue_waiting(at=AT) == 1
    assert issuing_receipts.issue_waiting(at=AT) == 0
    receipt = standing(owed)
    assert (receipt.number, receipt.amount, ReceiptDue.objects.count()) == (1, 58_000, 0)
    facts = receipt.facts
    assert facts["payer"] == "Danh Sóc Kha"
    assert [(one["name"], one["amount"], one["revenue"]) for one in facts["lines"]] == [
        ("Lệ phí cấp giấy", 50_000, "2849"),
        ("Phí bản sao", 8_000, "2749"),
    ]
    assert facts["paid_by"] == payments.Channel.VIETQR.label
    assert facts["agency_tax_code"] == "1700100100"
    assert facts["address"].endswith(f"/bien-lai/{receipt.code}/")


def test_what_was_waived_stands_on_no_receipt(
    place: Collecting, accountant: ActorRef, second: ActorRef
) -> None:
    series(place)

    def waived(amount: int) -> payments.BillView:
        owed = bill(place, charge(50_000), charge(8_000, code="ban-sao", kind="fee", name="Phí bản sao"))
        asked = refunds.ask_waiver(
            owed.id, amount=amount, reason="Hộ nghèo", ground="Điều 12", by=accountant, at=AT
        )
        refunds.approve(asked, by=second, at=AT)
        return owed

    part, whole = waived(29_000), waived(58_000)
    payments.receive(told(29_000, content=part.reference), at=AT)
    assert issuing_receipts.issue_waiting(at=AT) == 1
    assert standing(part).amount == ledger.paid(part.id) == 29_000
    assert [one["amount"] for one in standing(part).facts["lines"]] == [25_000, 4_000]
    assert not ReceiptDue.objects.filter(bill=whole.id).exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_leave_no_gap_and_no_twin(place: Collecting) -> None:
    series(place)
    owed = [paid(place).id for _writer in range(WRITERS)]
    ready = threading.Barrier(WRITERS)
    faults: list[BaseException] = []

    def write() -> None:
        try:
            ready.wait()
            issuing_receipts.issue_waiting(at=AT, most=1)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _writer in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not faults
    while issuing_receipts.issue_waiting(at=AT, most=10):
        pass
    rows = Receipt.objects.order_by("number").values_list("number", "bill")
    assert [number for number, _bill in rows] == list(range(1, WRITERS + 1))
    assert {bill for _number, bill in rows} == set(owed)
    assert ReceiptSeries.objects.get().next_number == WRITERS + 1


def test_without_a_series_nothing_is_lost_and_accountants_are_told_once(
    place: Collecting, accountant: ActorRef
) -> None:
    owed = paid(place)
    for _time in range(2):
        assert issuing_receipts.issue_waiting(at=AT) == 0
    (work,) = tasks.open_on(subject="receipt_series", subject_id=place.agency)
    assert "Mở dải số" in work.title
    assert Message.objects.filter(template="payments.no_receipt_series").count() == 1
    receipt_series.open_series(
        place.agency,
        form="01blp0-001",
        symbol="ag-26e",
        address="Số 1",
        basis="TB 1",
        valid_from=date(2026, 3, 2),
        by=accountant,
        at=AT,
    )
    assert not tasks.open_on(subject="receipt_series", subject_id=place.agency)
    issuing_receipts.issue_waiting(at=AT)
    assert standing(owed).number == 1


def test_a_series_has_a_shape_and_ends_where_the_next_begins(place: Collecting, accountant: ActorRef) -> None:
    before, given = series(place), {"form": "01BLP0-001", "address": "Số 1", "basis": "TB 2"}

    def opened(symbol: str, on: date, by: ActorRef = accountant, **more: str) -> ReceiptSeries:
        return receipt_series.open_series(
            place.agency, symbol=symbol, valid_from=on, by=by, at=AT, **{**given, **more}
        )

    with pytest.raises(Invalid) as refused:
        opened("lung tung", date(2026, 3, 1), form="X", address=" ", basis="")
    assert set(refused.value.faults) == {"mau", "ky-hieu", "dia-chi", "can-cu", "tu-ngay"}
    with pytest.raises(NotAllowed):
        opened("AG-27E", date(2026, 4, 1), by=people.officer("accountant"))
    after = opened("AG-27E", date(2026, 4, 1))
    before.refresh_from_db()
    assert (before.valid_to, after.next_number) == (date(2026, 4, 1), 1)
    with pytest.raises(Conflict, match="Ký hiệu này đã dùng"):
        opened("AG-27E", date(2026, 5, 1))


def test_files_are_sealed_by_the_agency_and_handed_to_who_holds_the_bill(
    place: Collecting, can_sign: Running
) -> None:
    series(place)
    now, page = moments.now(), Client()
    owed = paid(place, at=now)
    assert "Biên lai đang được lập" in page.get(f"/thanh-toan/{owed.token}/").content.decode()
    jobs.issue_receipts()
    assert "data-final" not in page.get(f"/thanh-toan/{owed.token}/?phan=1").content.decode()
    receipt = standing(owed)
    paper = ReceiptPaper.objects.select_related("receipt__bill").get()
    jobs.seal_receipts()
    assert "chưa có mã định danh" in ReceiptPaper.objects.get().fault
    sealing(place, can_sign)
    later = now + timedelta(minutes=2)
    assert sealing_receipts.unsealed(at=later)
    assert sealing_receipts.seal_waiting(at=later) == 1
    assert sealing_receipts.seal_waiting(at=later + timedelta(hours=1)) == 0
    kept = ReceiptPaper.objects.get()
    sealing_receipts._sealed(paper, at=later)
    assert (ReceiptPaper.objects.get().pdf_id, kept.tries) == (kept.pdf_id, 1), (
        "a second maker's is thrown away"
    )
    shown = page.get(f"/thanh-toan/{owed.token}/?phan=1").content.decode()
    base = f"/thanh-toan/{owed.token}/bien-lai/{receipt.code}."
    assert f"{base}pdf" in shown
    assert "data-final" in shown
    assert payments.receipts_about("errand", owed.about.id)[0].files == base
    pdf, xml = (b"".join(page.get(f"{base}{end}").streaming_content) for end in ("pdf", "xml"))  # type: ignore[attr-defined]
    report = signing.verify(pdf, roots=signing.trusted().roots, at=later)
    assert [(one.intact, one.trusted) for one in report.signatures] == [(True, True)]
    assert "0000001" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    tree = etree.parse(io.BytesIO(xml))
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(tree)
    said = {one: tree.findtext(f"{{{NAMESPACE}}}{one}") for one in ("So", "TongTien", "BangChu")}
    assert said == {"So": "0000001", "TongTien": "50000", "BangChu": amount_in_words(50_000)}


def test_a_taking_undone_voids_its_receipt_and_a_new_one_follows(place: Collecting) -> None:
    series(place)
    cashier = people.officer("cashier", place.unit)
    drawer = tills.open_drawer(till="Q1", float_in=0, unit=place.unit, by=cashier, at=AT)
    owed = bill(place)

    def take() -> None:
        made = taking.take(drawer, owed.id, given=None, approval="", knowing=False, by=cashier, at=AT)
        takings.append(made.id)

    takings: list[object] = []
    take()
    taking.undo(takings[-1], reason="Nhầm người", by=cashier, at=AT)  # type: ignore[arg-type]
    assert not ReceiptDue.objects.exists()
    take()
    issuing_receipts.issue_waiting(at=AT)
    taking.undo(takings[-1], reason="Nhầm nữa", by=cashier, at=AT)  # type: ignore[arg-type]
    first = Receipt.objects.get()
    assert (first.state, first.reason) == ("voided", "Nhầm nữa")
    assert set(first.papers.values_list("kind", flat=True)) == {"issued", "voided"}
    take()
    issuing_receipts.issue_waiting(at=AT)
    assert (standing(owed).number, standing(owed).facts["paid_by"]) == (2, payments.Channel.CASH.label)


def test_two_people_void_and_the_file_says_so(
    place: Collecting, accountant: ActorRef, second: ActorRef, can_sign: Running
) -> None:
    series(place)
    sealing(place, can_sign)
    now = moments.now()
    receipt = receipted(place, at=now)

    def propose(reason: str, by: ActorRef = accountant) -> None:
        ending_receipts.propose(receipt.id, ChangeKind.VOID, reason=reason, by=by, at=now)

    with pytest.raises(Invalid):
        propose("x")
    with pytest.raises(NotAllowed):
        propose("Lập nhầm khoản", by=people.officer("accountant"))
    propose("Lập nhầm khoản")
    with pytest.raises(Conflict):
        propose("Lập nhầm lần nữa")
    with pytest.raises(Conflict, match="không tự duyệt"):
        ending_receipts.decide(receipt.id, agreed=True, by=accountant, at=now)
    assert len(tasks.open_on(subject="receipt", subject_id=receipt.id)) == 1
    ending_receipts.decide(receipt.id, agreed=True, by=second, at=now)
    assert not tasks.open_on(subject="receipt", subject_id=receipt.id)
    with pytest.raises(ReceiptEnded):
        propose("Lại huỷ")
    sealing_receipts.seal_waiting(at=now)
    answer = Client().get(f"/thanh-toan/{receipt.bill.token}/bien-lai/{receipt.code}.pdf")
    pdf = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "ĐÃ HỦY" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert not ReceiptDue.objects.exists()


def test_a_wrong_name_is_replaced_by_a_new_number(
    place: Collecting, accountant: ActorRef, second: ActorRef
) -> None:
    series(place)
    old = receipted(place)

    def propose(name: str) -> None:
        ending_receipts.propose(
            old.id, ChangeKind.REPLACE, reason="Sai tên", payer=name, by=accountant, at=AT
        )

    with pytest.raises(Invalid, match="Chưa gửi"):
        propose("Danh Sóc Kha")
    propose("Danh Sóc Khà")
    with pytest.raises(Invalid):
        ending_receipts.decide(old.id, agreed=False, by=second, at=AT)
    ending_receipts.decide(old.id, agreed=False, remark="Tên cũ đúng rồi", by=second, at=AT)
    propose("Danh Sóc Khả")
    ending_receipts.decide(old.id, agreed=True, by=second, at=AT)
    issuing_receipts.issue_waiting(at=AT)
    new = Receipt.objects.get(state="issued")
    old.refresh_from_db()
    assert (old.state, new.replaces_id, new.number, new.amount) == ("replaced", old.id, 2, 50_000)
    assert new.facts["payer"] == "Danh Sóc Khả"
    assert new.facts["replaces"] == {"symbol": "AG-26E", "number": 1, "issued_on": "2026-03-02"}
    assert sealing_receipts.facts_of(new, sealing_receipts.PaperKind.ISSUED).replacing_reason == "Sai tên"


def test_money_given_back_replaces_the_receipt_by_one_over_the_rest_and_at_last_voids_it(
    place: Collecting, accountant: ActorRef
) -> None:
    leader, old = people.officer("leader", place.unit), receipted(place, charge(50_000))

    def give_back(amount: int) -> None:
        asked = payments.ask_refund_of_bill(
            old.bill_id, amount=amount, reason="Thu thừa", by=accountant, at=AT
        )
        other = people.officer("accountant", place.unit)
        payout = refunds.prepare(
            asked, payee=Payee(PayoutWay.CASH, "Danh Sóc Kha"), ground="Điều 12", by=other, at=AT
        )
        refunds.approve(asked, seen=refunds.mark(payout), by=leader, at=AT)
        issuing_receipts.issue_waiting(at=AT)

    give_back(8_000)
    new = Receipt.objects.get(state="issued")
    assert (new.number, new.amount, new.replaces_id) == (2, 42_000, old.id)
    old.refresh_from_db()
    assert (old.state, old.reason) == ("replaced", "Hoàn lại 8.000 đồng cho người nộp")
    give_back(42_000)
    new.refresh_from_db()
    assert (new.state, Receipt.objects.count(), ReceiptDue.objects.count()) == ("voided", 2, 0)


def test_one_agencys_fault_stops_no_other(place: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    other = collecting()
    series(place)
    series(other)
    paid(place)
    well = paid(other)
    write = issuing_receipts._issue

    def broken(agency: object, **given: object) -> int:
        if agency == place.agency:
            raise RuntimeError("something")
        return write(agency, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(issuing_receipts, "_issue", broken)
    assert issuing_receipts.issue_waiting(at=AT) == 1
    assert standing(well).number == 1
