"""Receipts: one for each bill that is paid, numbers without gap or twin, sealed, voided and replaced."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from lxml import etree

from national.serve import Running
from tests.payments.laid import AT, Collecting, bill, charge, collecting, told
from tests.support.signing import can_sign, give_seal, sandbox
from tinhso.directory import api as directory
from tinhso.foundation import moments, signing
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.text import amount_in_words
from tinhso.payments import api as payments
from tinhso.payments.models import Receipt, ReceiptDue, ReceiptSeries
from tinhso.payments.operations import issuing_receipts, sealing_receipts
from tinhso.payments.receipt_xml import NAMESPACE, SCHEMA

pytestmark = pytest.mark.django_db
__all__ = ["can_sign", "sandbox"]


@pytest.fixture
def place() -> Collecting:
    return collecting()


def series(place: Collecting, symbol: str = "AG-26E") -> ReceiptSeries:
    return ReceiptSeries.objects.create(
        agency_id=place.agency,
        form="01BLP0-001",
        symbol=symbol,
        address="Số 1 đường Thử",
        basis="Thông báo phát hành thử",
        valid_from=date(2026, 1, 1),
        opened_by="Kế toán",
        opened_at=AT,
    )


def paid(place: Collecting, *charges: payments.Charge) -> payments.BillView:
    owed = bill(place, *charges)
    payments.receive(told(owed.total, content=owed.reference), at=AT)
    return owed


def issued(owed: payments.BillView) -> Receipt:
    issuing_receipts.issue_waiting(at=AT)
    return Receipt.objects.select_related("bill", "series").get(bill=owed.id, state="issued")


def test_what_is_paid_gets_one_receipt_over_what_was_paid(place: Collecting) -> None:
    series(place)
    owed = paid(place, charge(50_000), charge(8_000, code="ban-sao", kind="fee", name="Phí bản sao"))
    assert ReceiptDue.objects.get().bill_id == owed.id
    receipt = issued(owed)
    assert issuing_receipts.issue_waiting(at=AT) == 0
    assert (receipt.number, receipt.amount, ReceiptDue.objects.count()) == (1, 58_000, 0)
    facts = receipt.facts
    assert facts["payer"] == "Danh Sóc Kha"
    assert [(one["name"], one["amount"], one["revenue"]) for one in facts["lines"]] == [
        ("Lệ phí cấp giấy", 50_000, "2849"),
        ("Phí bản sao", 8_000, "2749"),
    ]
    assert facts["paid_by"] == payments.Channel.VIETQR.label
    assert facts["agency_tax_code"] == "1700100100"


def sealing(place: Collecting, sandbox: Running) -> None:
    """The agency can seal."""
    identifier = "H01.99.01"
    directory.identify(
        agency_id=place.agency,
        scheme=directory.IdentifierScheme.QD_20_2020,
        value=identifier,
        verified=True,
        valid_from=date(2025, 7, 1),
        by=SYSTEM,
        at=AT,
    )
    give_seal(identifier, sandbox)


def test_files_are_sealed_by_the_agency_and_handed_to_who_holds_the_bill(
    place: Collecting, can_sign: Running
) -> None:
    series(place)
    sealing(place, can_sign)
    owed, now = paid(place), moments.now()
    page = Client()
    assert "Biên lai đang được lập" not in page.get(f"/thanh-toan/{owed.token}/").content.decode()
    receipt = issued(owed)
    assert sealing_receipts.seal_waiting(at=now) == 1
    assert sealing_receipts.seal_waiting(at=now) == 0
    shown = page.get(f"/thanh-toan/{owed.token}/").content.decode()
    base = f"/thanh-toan/{owed.token}/bien-lai/{receipt.code}."
    assert f"{base}pdf" in shown
    assert "0000001" in shown
    pdf, xml = (b"".join(page.get(f"{base}{end}").streaming_content) for end in ("pdf", "xml"))  # type: ignore[attr-defined]
    report = signing.verify(pdf, roots=signing.trusted().roots, at=now)
    assert report.sentences
    assert [one.intact for one in report.signatures] == [True]
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "0000001" in words
    tree = etree.parse(io.BytesIO(xml))
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(tree)
    said = {one: tree.findtext(f"{{{NAMESPACE}}}{one}") for one in ("So", "TongTien", "BangChu")}
    assert said == {"So": "0000001", "TongTien": "50000", "BangChu": amount_in_words(50_000)}
    assert page.get(f"/thanh-toan/khac/bien-lai/{receipt.code}.pdf").status_code == 404
