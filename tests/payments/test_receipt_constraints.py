"""Tries to break every constraint of receipts: their numbers, what they say, and who decides about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.payments.laid import AT, Collecting, bill, collecting
from tests.payments.receipted import receipted, series
from tests.support.constraints import refused
from tinhso.foundation.ids import new_id
from tinhso.payments.models import (
    Receipt,
    ReceiptChange,
    ReceiptDue,
    ReceiptPaper,
    ReceiptSeries,
)
from tinhso.payments.receipt_facts import LAST_NUMBER

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
ENDED = {"state": "voided", "reason": "Nhầm", "ended_at": LATER}
SEALED = {"pdf_id": new_id(), "xml_id": new_id(), "sealed_at": AT}


def again(row: Any, **change: object) -> None:
    """The same row once more, changed."""
    row.pk = new_id()
    for name, value in change.items():
        setattr(row, name, value)
    row.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("receipt_series_days", {"valid_to": date(2026, 1, 1)}),
        ("receipt_series_whole", {"address": ""}),
        ("receipt_series_whole", {"basis": ""}),
        ("receipt_series_stays", {"symbol": "AG-27E"}),
        ("receipt_series_stays", {"next_number": 2}),
        ("receipt_series_stays", {"next_number": 0}),
    ],
)
def test_a_series_that_cannot_be(place: Collecting, constraint: str, change: dict[str, Any]) -> None:
    series(place)
    refused(constraint, lambda: ReceiptSeries.objects.update(**change))


def test_series_of_an_agency_are_one_at_a_time_and_begin_at_one(place: Collecting) -> None:
    series(place)
    row = ReceiptSeries.objects.get()
    refused("receipt_series_one_at_a_time", lambda: again(row, symbol="AG-27E"))
    ended = {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 2, 1)}
    refused("receipt_series_once", lambda: again(row, symbol="AG-26E", **ended))
    refused("receipt_series_begins_at_one", lambda: again(row, symbol="AG-27E", next_number=5, **ended))
    refused(
        "receipt_series_numbers|receipt_series_begins_at_one",
        lambda: again(row, symbol="AG-28E", next_number=LAST_NUMBER + 2, **ended),
    )


@pytest.mark.parametrize("number", [1, 3, 4])
def test_a_number_is_the_next_or_none(place: Collecting, number: int) -> None:
    receipted(place)
    refused(
        "receipt_number_next",
        lambda: again(Receipt.objects.get(), number=number, code="A" * 10, bill_id=bill(place).id),
    )


def test_a_receipt_of_another_agencys_series_is_none(place: Collecting) -> None:
    series(collecting(), symbol="AG-99E")
    other = ReceiptSeries.objects.get(symbol="AG-99E")
    receipted(place)
    refused(
        "receipt_number_next",
        lambda: again(Receipt.objects.get(), number=1, series=other, code="A" * 10, bill_id=bill(place).id),
    )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("receipt_stays", {"amount": 1}),
        ("receipt_stays", {"number": 2}),
        ("receipt_stays", {"facts": {}}),
        ("receipt_ended_with_reason", {"reason": "Nhầm"}),
        ("receipt_ended_with_reason", {**ENDED, "reason": ""}),
        ("receipt_ended_with_reason", {**ENDED, "state": "eaten"}),
        ("receipt_ended_with_reason", {**ENDED, "ended_at": None}),
        ("receipt_ended_with_reason", {**ENDED, "ended_at": AT - timedelta(days=1)}),
    ],
)
def test_a_receipt_stays_as_it_was_issued(place: Collecting, constraint: str, change: dict[str, Any]) -> None:
    receipted(place)
    refused(constraint, lambda: Receipt.objects.update(**change))


def test_a_receipt_ends_once_and_is_never_deleted(place: Collecting) -> None:
    receipted(place)
    refused("receipt_stays", lambda: Receipt.objects.all()._raw_delete("default"))  # type: ignore[attr-defined]
    Receipt.objects.update(**ENDED)
    refused("receipt_stays", lambda: Receipt.objects.update(state="issued", reason="", ended_at=None))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("receipt_of_something", {"amount": 0}),
        ("receipt_of_something", {"code": "thap"}),
        ("receipt_one_standing_of_a_bill", {"code": "A" * 10}),
        ("payments_receipt_code", {"bill_id": None}),
    ],
)
def test_a_receipt_that_cannot_be(place: Collecting, constraint: str, change: dict[str, Any]) -> None:
    receipted(place)
    given = {"code": "B" * 10, **change, "number": 2}
    if "bill_id" in given:
        given |= {"bill_id": bill(place).id, "code": Receipt.objects.get().code}
    refused(constraint, lambda: again(Receipt.objects.get(), **given))


def test_numbers_have_seven_digits_and_are_there_once(place: Collecting) -> None:
    """The database's own count stands before both; they hold for whoever switches it off."""
    names = {one.name for one in Receipt._meta.constraints}
    assert {"receipt_number_of_seven_digits", "receipt_number_once"} <= names


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("receipt_paper_stays", {"number": 5}),
        ("receipt_paper_both_files", {"pdf_id": new_id()}),
        ("receipt_paper_both_files", {**SEALED, "xml_id": None}),
        ("receipt_paper_tax_whole", {"tax": "handed", "tax_at": AT, "tax_reference": "x"}),
        ("receipt_paper_tax_whole", {**SEALED, "tax": "handed", "tax_at": AT}),
        ("receipt_paper_tax_whole", {**SEALED, "tax": "handed", "tax_reference": "x"}),
        ("receipt_paper_tax_whole", {**SEALED, "tax": "refused", "tax_at": AT}),
        ("receipt_paper_tax_whole", {"tax_reference": "x"}),
    ],
)
def test_files_that_cannot_be(place: Collecting, constraint: str, change: dict[str, Any]) -> None:
    receipted(place)
    refused(constraint, lambda: ReceiptPaper.objects.update(**change))


def test_files_are_of_a_kind_once_and_stay(place: Collecting) -> None:
    receipted(place)
    row = ReceiptPaper.objects.get()
    refused("receipt_paper_once_of_a_kind", lambda: again(row))
    refused("receipt_paper_known_kind", lambda: again(row, kind="copied"))
    ReceiptPaper.objects.update(**SEALED)
    refused("receipt_paper_stays", lambda: ReceiptPaper.objects.update(pdf_id=new_id()))
    ReceiptPaper.objects.update(tax="handed", tax_at=AT, tax_reference="x")
    refused("receipt_paper_stays", lambda: ReceiptPaper.objects.update(tax="waiting", tax_at=None))


def proposed(place: Collecting, **more: object) -> ReceiptChange:
    return ReceiptChange.objects.create(
        receipt=receipted(place),
        kind="void",
        reason="Nhầm",
        proposed_by=new_id(),
        proposed_name="Một",
        proposed_at=AT,
    )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("receipt_change_of_a_kind", {"kind": "replace"}),
        ("receipt_change_of_a_kind", {"payer": "Ai"}),
        ("receipt_change_of_a_kind", {"kind": "eat"}),
        ("receipt_change_with_reason", {"reason": ""}),
        ("receipt_change_decided_whole", {"agreed": True}),
        ("receipt_change_decided_whole", {"remark": "Không"}),
        ("receipt_change_decided_whole", {"decided_by": new_id(), "decided_name": "Hai", "agreed": True}),
        (
            "receipt_change_decided_whole",
            {"decided_by": new_id(), "decided_name": "Hai", "agreed": False, "decided_at": LATER},
        ),
    ],
)
def test_a_change_that_cannot_be(place: Collecting, constraint: str, change: dict[str, Any]) -> None:
    proposed(place)
    refused(constraint, lambda: ReceiptChange.objects.update(**change))


def test_a_change_is_decided_by_another_and_stays(place: Collecting) -> None:
    row = proposed(place)
    agreed = {"decided_by": row.proposed_by, "decided_name": "Một", "decided_at": LATER, "agreed": True}
    refused("receipt_change_four_eyes", lambda: ReceiptChange.objects.update(**agreed))
    refused("receipt_change_one_open", lambda: again(row))
    ReceiptChange.objects.update(**agreed | {"decided_by": new_id()})
    refused("written once|append", lambda: ReceiptChange.objects.update(reason="Khác"))


def test_what_waits_for_another_receipt_says_why(place: Collecting) -> None:
    receipt = receipted(place)
    due = {"bill": receipt.bill, "agency_id": place.agency, "since": AT}
    refused("receipt_due_replacing_with_reason", lambda: ReceiptDue.objects.create(**due, replaces=receipt))
    refused("receipt_due_replacing_with_reason", lambda: ReceiptDue.objects.create(**due, payer="Ai"))
    ReceiptDue.objects.create(**due)
    refused("payments_receiptdue", lambda: ReceiptDue.objects.create(**due))
