"""Where the money of the demo agencies goes: accounts at the sandbox's bank, which is no real one."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.directory import api as directory
from tinhso.foundation.moments import today
from tinhso.payments.models import Beneficiary, ReceiptSeries

BANK = "970499"
SINCE = date(2025, 7, 1)
ACCOUNTS = (
    ("ubnd-30742", "8600100002", "UBND phường Rạch Giá", "1700990001"),
    ("ubnd-30952", "8600100001", "Trung tâm Phục vụ hành chính công tỉnh An Giang", "1700990002"),
    ("so-xay-dung", "8600100001", "Trung tâm Phục vụ hành chính công tỉnh An Giang", "1700990003"),
    (
        "so-nong-nghiep-moi-truong",
        "8600100001",
        "Trung tâm Phục vụ hành chính công tỉnh An Giang",
        "1700990004",
    ),
)


SYMBOL = "AG-26E"
ADDRESS = "Số 6 đường Nguyễn Công Trứ, phường Rạch Giá, tỉnh An Giang"


def load(*, at: datetime) -> None:
    """Accounts and series of receipts of four demo agencies. Safe to repeat."""
    for code, account, name, tax_code in ACCOUNTS:
        agency = directory.agency(code, today(at))
        Beneficiary.objects.get_or_create(
            agency_id=agency.id,
            valid_from=SINCE,
            defaults={
                "name": name,
                "bank": BANK,
                "account": account,
                "tax_code": tax_code,
                "chapter": "560",
                "basis": "Dữ liệu trình diễn",
            },
        )
        ReceiptSeries.objects.get_or_create(
            agency_id=agency.id,
            form="01BLP0-001",
            symbol=SYMBOL,
            defaults={
                "address": ADDRESS,
                "basis": "Dữ liệu trình diễn",
                "valid_from": SINCE,
                "opened_by": "Dữ liệu trình diễn",
                "opened_at": at,
            },
        )
