"""Money of the demo province: accounts at the sandbox's bank, a session at a till that was counted with a
difference, and a day of that bank with every kind of trouble in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson
from django.conf import settings

from tinhso.directory import api as directory
from tinhso.foundation import http
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.payments.contracts import About, Charge, Payer
from tinhso.payments.models import Beneficiary, Bill, Drawer, LedgerDay, ReceiptSeries
from tinhso.payments.operations import billing, fetching, taking, tills

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

AGENCY, ACCOUNT, CASHIER = "ubnd-30742", "8600100002", "rachgia.thungan"
ERRAND, SECRET = "errand", os.environ.get("NATIONAL_SECRET", "sandbox-secret")
PEOPLE = (
    *("Danh Sóc Kha", "Trần Thị Bông", "Nguyễn Hoàng Nam", "Lâm Thị Út", "Huỳnh Văn Tấn", "Thạch Thị Sa Ry"),
    *("Phan Quốc Dũng", "Võ Thị Lài", "Kim Sơn", "Đỗ Thị Mười"),
)
COPY = Charge(code="ban-sao", kind="fee", name="Phí cấp bản sao trích lục hộ tịch", amount=16_000)
SURVEY = Charge(code="trich-luc", kind="charge", name="Lệ phí trích lục bản đồ", amount=100_000)

TITLES = {"ban-sao": "Cấp bản sao trích lục hộ tịch", "trich-luc": "Trích lục bản đồ địa chính"}


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


def fill(*, at: datetime, say: Callable[[str], object]) -> None:
    """Yesterday's session at a till, counted with a difference, and bills that wait for today's cashier. Safe
    to repeat."""
    agency = directory.agency(AGENCY, today(at))
    found = identity.by_login(CASHIER, at)
    if found is None or Drawer.objects.filter(agency=agency.id).exists() or _is_closed(at):
        return
    cashier = identity.acting_as(
        ActorRef(ActorKind.OFFICER, found.id, found.full_name), "payments.open_drawer", None, at
    )
    if cashier is None or cashier.unit is None:
        return
    begin = midnight(today(at)) - timedelta(hours=16)
    drawer = tills.open_drawer(till="Quầy 3", float_in=500_000, unit=cashier.unit, by=cashier, at=begin)
    for number, name in enumerate(PEOPLE[:4]):
        moment = begin + timedelta(minutes=20 * number + 10)
        bill = _bill(name, f"Q3-{number + 1}", COPY, unit=cashier.unit, at=moment)
        code = "A1B2C3" if number == 2 else ""
        given = 20_000 if number == 1 else None
        taking.take(drawer, bill.id, given=given, approval=code, knowing=False, by=cashier, at=moment)
    counted = {500_000: 1, 20_000: 2, 2_000: 2}
    why = "Trả thừa hai tờ 2.000 đồng cho khách thứ hai"
    tills.count(drawer, notes=counted, explanation=why, by=cashier, at=begin + timedelta(hours=8))
    for number, name in enumerate(PEOPLE[4:7]):
        _bill(name, f"Q3-{number + 11}", SURVEY, unit=cashier.unit, at=at)
    say("  · payments: một ca thu, ba khoản chờ nộp")


def finish(*, at: datetime) -> None:
    """People paid at the sandbox's bank yesterday, six of them not as asked; the day is reconciled. Safe to
    repeat."""
    agency = directory.agency(AGENCY, today(at))
    units = directory.units_of(agency.id, today(at), directory.UnitKind.ONE_STOP)
    known = Bill.objects.filter(about_kind=ERRAND, about_code__contains="-NH-").exists()
    if known or not units or not settings.PAYMENTS.bank.url or _is_closed(at):
        return
    begin = midnight(today(at)) - timedelta(hours=15)
    bills = [
        _bill(name, f"NH-{number + 1}", SURVEY, unit=units[0].id, at=begin)
        for number, name in enumerate(PEOPLE[:7])
    ]
    billing.cancel(bills[1].id, reason="Lập nhầm mức phí", by=SYSTEM, at=begin)
    slip = bills[5].reference[:-1] + ("2" if bills[5].reference[-1] != "2" else "3")
    paid = (
        (100_000, bills[0].reference, PEOPLE[0]),
        (100_000, bills[1].reference, PEOPLE[1]),
        (100_000, bills[2].reference, PEOPLE[2]),
        (100_000, bills[2].reference, PEOPLE[2]),
        (60_000, bills[3].reference, PEOPLE[3]),
        (1_000_000, bills[4].reference, PEOPLE[4]),
        (100_000, f"NOP LE PHI {slip}", PEOPLE[5]),
        (250_000, "CHUYEN TIEN", PEOPLE[8]),
        (100_000, bills[6].reference, PEOPLE[6]),
    )
    for number, (amount, content, name) in enumerate(paid):
        if not _transferred(amount, content, name, at=begin + timedelta(minutes=11 * number + 7)):
            return
    try:
        fetching.fetch(f"bank:{ACCOUNT}", today(begin), by=SYSTEM, at=at)
    except Unable:
        return


def _is_closed(at: datetime) -> bool:
    """Whether the ledger takes nothing more for yesterday."""
    return LedgerDay.objects.filter(day__gte=today(at) - timedelta(days=1)).exists()


def _bill(name: str, number: str, charge: Charge, *, unit: UUID, at: datetime) -> Bill:
    about = About(kind=ERRAND, id=new_id(), code=f"RG-{today(at):%y%m%d}-{number}", title=TITLES[charge.code])
    billing.issue(
        about,
        [charge],
        agency=directory.unit(unit).agency_id,
        unit=unit,
        payer=Payer(name=name),
        occasion="counter",
        by=SYSTEM,
        at=at,
    )
    return Bill.objects.get(about_id=about.id)


def _transferred(amount: int, content: str, name: str, *, at: datetime) -> bool:
    """Whether the sandbox's bank booked that somebody paid."""
    asked = {
        "account": ACCOUNT,
        "amount": amount,
        "content": content,
        "at": at.isoformat(),
        "payerName": name,
    }
    try:
        answer = http.call(
            "POST",
            f"{settings.PAYMENTS.bank.url}/_transfer",
            service="bank",
            content=orjson.dumps(asked),
            headers={"content-type": "application/json", "authorization": f"Bearer {SECRET}"},
        )
    except http.Unanswered:
        return False
    return answer.status == 201
