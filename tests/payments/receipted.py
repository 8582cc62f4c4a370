"""Series, and bills that are paid and have their receipts."""

from __future__ import annotations

from datetime import date, datetime

from national.serve import Running
from tests.payments.laid import AT, Collecting, bill, charge, told
from tests.support.office import Office
from tests.support.signing import give_seal
from tinhso.directory import api as directory
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments.models import Receipt, ReceiptSeries
from tinhso.payments.operations import issuing_receipts

IDENTIFIER = "H01.99.01"


def series(
    place: Collecting | Office, symbol: str = "AG-26E", since: date = date(2026, 1, 1)
) -> ReceiptSeries:
    """A series of an agency's receipts."""
    return ReceiptSeries.objects.create(
        agency_id=place.agency,
        form="01BLP0-001",
        symbol=symbol,
        address="Số 1 đường Thử",
        basis="Thông báo phát hành thử",
        valid_from=since,
        opened_by="Kế toán",
        opened_at=AT,
    )


def paid(place: Collecting, *charges: payments.Charge, at: datetime = AT) -> payments.BillView:
    """A bill that is paid by bank."""
    owed = bill(place, *(charges or (charge(),)), at=at)
    payments.receive(told(owed.total, content=owed.reference, at=at), at=at)
    return owed


def receipted(place: Collecting, *charges: payments.Charge, at: datetime = AT) -> Receipt:
    """The receipt of a bill that is paid, in a series of its own when the agency has none."""
    if not ReceiptSeries.objects.filter(agency=place.agency).exists():
        series(place)
    owed = paid(place, *charges, at=at)
    issuing_receipts.issue_waiting(at=at)
    return standing(owed)


def standing(owed: payments.BillView) -> Receipt:
    """The receipt that stands for a bill."""
    return Receipt.objects.select_related("bill", "series").get(bill=owed.id, state="issued")


def sealing(place: Collecting, sandbox: Running) -> None:
    """The agency can seal from now on."""
    directory.identify(
        agency_id=place.agency,
        scheme=directory.IdentifierScheme.QD_20_2020,
        value=IDENTIFIER,
        verified=True,
        valid_from=date(2025, 7, 1),
        by=SYSTEM,
        at=AT,
    )
    give_seal(IDENTIFIER, sandbox)
