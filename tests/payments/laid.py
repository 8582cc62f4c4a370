"""An agency that takes money, and bills of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from tests.support import people
from tinhso.directory import api as directory
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BANK, ACCOUNT = "970436", "1023456789"


@dataclass(frozen=True, slots=True)
class Collecting:
    """An agency, its one-stop unit, and the account its money goes to."""

    agency: UUID
    unit: UUID


def opens_account(agency: UUID) -> None:
    """Money of the agency goes to an account of its own at a bank."""
    Beneficiary.objects.create(
        agency_id=agency,
        name="UBND phuong Thu",
        bank=BANK,
        account=ACCOUNT,
        tax_code="1700100100",
        chapter="860",
        basis="Quyết định thử",
        valid_from=date(2025, 7, 1),
    )


def collecting() -> Collecting:
    """A new agency with an account of its own at a bank."""
    agency = people.agency("UBND phường Thử")
    opens_account(agency)
    return Collecting(agency=agency, unit=people.unit(agency, directory.UnitKind.ONE_STOP))


def charge(amount: int = 50_000, **more: object) -> payments.Charge:
    """A charge line of a usual kind."""
    given: dict[str, object] = {"code": "cap-giay", "kind": "charge", "name": "Lệ phí cấp giấy"} | more
    return payments.Charge(amount=amount, **given)  # type: ignore[arg-type]  # checked by the dataclass


def bill(
    place: Collecting,
    *charges: payments.Charge,
    subject: UUID | None = None,
    at: datetime = AT,
    service: str = "",
) -> payments.BillView:
    """A bill of those charges, one of 50,000 đồng unless told."""
    id = payments.issue(
        payments.About(
            kind="errand",
            id=subject or new_id(),
            code="H01.1-260302-0001",
            title="Cấp giấy phép",
            service=service,
        ),
        charges or (charge(),),
        agency=place.agency,
        unit=place.unit,
        payer=payments.Payer(name="Danh Sóc Kha"),
        occasion="intake",
        by=SYSTEM,
        at=at,
    )
    assert id is not None
    return stands(id)


def stands(id: UUID) -> payments.BillView:
    """The bill as it stands now."""
    found = payments.bill(id)
    assert found is not None
    return found


def told(
    amount: int,
    *,
    content: str = "",
    transaction: str = "",
    source: str = f"bank:{ACCOUNT}",
    channel: payments.Channel = payments.Channel.VIETQR,
    reference: str = "",
    at: datetime = AT,
) -> payments.Told:
    """What a source says of money."""
    return payments.Told(
        source=source,
        channel=channel,
        transaction=transaction or new_id().hex,
        amount=amount,
        paid_at=at,
        reference=reference,
        content=content,
    )
