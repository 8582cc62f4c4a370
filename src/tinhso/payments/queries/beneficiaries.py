"""Where money of an agency goes on a day, and what it counts to in the budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.payments import contracts as about
from tinhso.payments.contracts import Charge, NoBeneficiary
from tinhso.payments.models import Beneficiary, RevenueCode


def beneficiary(agency: UUID, *, on: date) -> about.Beneficiary | None:
    """The account in force on that legal day; None when nobody named one. One query."""
    row = Beneficiary.objects.filter(agency=agency, period__contains=on).first()
    if row is None:
        return None
    return about.Beneficiary(
        agency=row.agency_id,
        name=row.name,
        bank=row.bank,
        account=row.account,
        tax_code=row.tax_code,
        chapter=row.chapter,
        valid_from=row.valid_from,
    )


def revenue_codes(charges: Sequence[Charge], *, on: date) -> list[str]:
    """The sub-item of each charge: its own, else the one for all of its kind. Raises NoBeneficiary."""
    rows = RevenueCode.objects.filter(
        Q(charge__in=[charge.code for charge in charges]) | Q(charge=""), period__contains=on
    )
    known = {(row.charge, row.kind): row.code for row in rows}
    found = [known.get((each.code, each.kind)) or known.get(("", each.kind)) for each in charges]
    if not all(found):
        raise NoBeneficiary(_("Khoản thu này chưa có mã tiểu mục. Hãy báo kế toán khai trước khi thu."))
    return [code for code in found if code]
