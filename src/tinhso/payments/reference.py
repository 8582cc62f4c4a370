"""What every province starts with: sub-items of the budget for fees and charges."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.payments.models import RevenueCode

SINCE = date(2017, 1, 1)
BASIS = "Thông tư 324/2016/TT-BTC, mục 2700 Thu phí và 2800 Thu lệ phí (chưa đối chiếu tiểu mục)"
OTHER = {"fee": "2749", "charge": "2849"}
"""Sub-items for what has none of its own [memory]; accountants name others by code and day."""


def load(*, at: datetime) -> None:
    """Lay down the sub-items for all other fees and charges. Safe to repeat."""
    for kind, code in OTHER.items():
        RevenueCode.objects.get_or_create(
            charge="", kind=kind, valid_from=SINCE, defaults={"code": code, "basis": BASIS}
        )
