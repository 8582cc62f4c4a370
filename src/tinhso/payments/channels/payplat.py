"""The national portal's payment platform: asked for a page, told by a signed notice, asked what became of it.

Requests, answers and notices are signed by headers under one secret. The platform keeps to one page for one
MaTraCuuTT: our attempt's reference and a seal of ours, which nobody can count up.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, http
from tinhso.foundation.text import fold
from tinhso.identity import api as identity
from tinhso.payments.channels import headers, reading
from tinhso.payments.channels.ways import Beginning, Ended, NotBegun
from tinhso.payments.contracts import (
    AttemptView,
    BadNotice,
    Beneficiary,
    BillView,
    Channel,
    ForgedNotice,
    Told,
)

SOURCE = "payplat"
PAID, WAITING = "00", "01"
LONGEST = 250
SEALED_BY, SEAL_LETTERS, PURPOSE = "-", 20, "payments.payplat"
KINDS = {"fee": "1", "charge": "2"}
QUICK = http.Timeouts(connect=3, read=8, total=10)


class Platform:
    """A page of the platform is asked for, then the person is sent there."""

    channel = Channel.PLATFORM

    def ready(self, to: Beneficiary, bill: BillView) -> bool:
        """Whether the province is joined to it, and the payer's number is known, which it asks for."""
        given = settings.PAYMENTS.payplat
        return bool(given.url and given.secret and bill.owner and to.bank)

    def begin(self, beginning: Beginning) -> str:
        """The address of the page; the same reference gives the same page."""
        try:
            told = _asked("init", _order(beginning), at=beginning.at)
        except (http.Unanswered, ForgedNotice, BadNotice) as fault:
            raise NotBegun(str(fault)) from fault
        address = told.get("UrlThanhToan")
        if told.get("MaTraCuuTT") != named(beginning.reference) or not isinstance(address, str):
            raise NotBegun("the platform answered for another order")
        if not address.startswith(f"{settings.PAYMENTS.payplat.url}/"):
            raise NotBegun("the platform's page is elsewhere")
        return address

    def ask(self, attempt: AttemptView, *, at: datetime) -> Told | Ended | None:
        """What became of an attempt."""
        told = _asked("query", {"MaTraCuuTT": named(attempt.reference)}, at=at)
        if told.get("MaTraCuuTT") != named(attempt.reference):
            raise BadNotice(_("Nền tảng thanh toán trả lời về một lần thanh toán khác."))
        return read(told)


def named(reference: str) -> str:
    """What the platform calls an attempt: who comes back with it was sent by it, in whatever browser."""
    return f"{reference}{SEALED_BY}{crypto.keyed_hash(PURPOSE, reference).hex()[:SEAL_LETTERS]}"


def sent_back(name: str) -> str:
    """The reference of the attempt that the platform calls so; empty for a name that was made up."""
    reference = name.partition(SEALED_BY)[0]
    return reference if hmac.compare_digest(named(reference).encode(), name.encode()) else ""


def told(*, body: bytes, timestamp: str, signature: str, at: datetime) -> Told | Ended | None:
    """What a signed notice tells. Raises ForgedNotice, BadNotice."""
    return read(_checked(body, timestamp=timestamp, signature=signature, at=at))


def read(given: dict[str, Any]) -> Told | Ended | None:
    """Money, an end without money, or None while it waits. Raises BadNotice."""
    try:
        name, state, amount = _text(given["MaTraCuuTT"]), _text(given["TrangThai"]), given["SoTien"]
        reference = name.partition(SEALED_BY)[0]
        if reading.amount(amount) and state == WAITING:
            return None
        if state != PAID:
            return Ended(reference=reference, code=state[:8])
        return Told(
            source=SOURCE,
            channel=Channel.PLATFORM,
            transaction=_text(given["MaGiaoDich"]),
            amount=amount,
            paid_at=reading.moment(_text(given["ThoiGian"])),
            reference=reference,
        )
    except (ValueError, KeyError):
        raise _unread() from None


def _asked(path: str, body: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The platform's signed answer. Raises Unanswered, ForgedNotice, BadNotice."""
    given, data = settings.PAYMENTS.payplat, orjson.dumps(body)
    answer = http.call(
        "POST",
        f"{given.url}/{path}",
        service=SOURCE,
        content=data,
        headers={"content-type": "application/json", **headers.signed(data, secret=given.secret, at=at)},
        timeouts=QUICK,
        tries=http.Tries(count=2),
        repeatable=True,
    ).ensure()
    return _checked(
        answer.body,
        timestamp=answer.headers.get("x-timestamp", ""),
        signature=answer.headers.get("x-signature", ""),
        at=at,
    )


def _checked(body: bytes, *, timestamp: str, signature: str, at: datetime) -> dict[str, Any]:
    secret = settings.PAYMENTS.payplat.secret
    if not headers.holds(body, timestamp=timestamp, signature=signature, secret=secret, at=at):
        raise ForgedNotice(_("Báo tin này không có chữ ký đúng của nền tảng thanh toán hoặc đã quá cũ."))
    try:
        return reading.members(body)
    except ValueError:
        raise _unread() from None


def _order(beginning: Beginning) -> dict[str, Any]:
    bill, to = beginning.bill, beginning.to
    title, service = _line(bill.about.title), bill.about.service or bill.lines[0].code
    due = [line for line in bill.lines if line.due]
    whole = beginning.amount == sum(line.due for line in due)
    fees = [(KINDS[line.kind], line.code, _line(line.name), line.due) for line in due]
    if not whole:
        fees = [(KINDS[due[0].kind], due[0].code, title, beginning.amount)]
    place = _line(str(settings.SITE["province"]))
    return {
        "MaHoSo": bill.about.code,
        "MaTraCuuTT": named(beginning.reference),
        "MaDichVu": service,
        "MaDVC": service,
        "TenDVC": title,
        "MaTTHC": service,
        "TenTTHC": title,
        "MaDonVi": to.tax_code,
        "TenDonVi": _line(to.name),
        "PhiLePhi": [
            {"LoaiPhiLePhi": kind, "MaPhiLePhi": code, "TenPhiLePhi": name, "SoTien": amount}
            for kind, code, name, amount in fees
        ],
        "TKThuHuong": to.account,
        "MaNHThuHuong": to.bank,
        "TenTKThuHuong": fold(to.name).upper(),
        "NoiDungThanhToan": f"{beginning.reference} nop phi ho so {fold(bill.about.code).upper()}",
        "HoTenNguoiNop": _line(bill.payer),
        "SoCMNDNguoiNop": _number(bill),
        "DiaChiNguoiNop": place,
        "HuyenNguoiNop": "",
        "TinhNguoiNop": place,
        "DSKhoanNop": [{"NoiDung": name, "SoTien": amount} for _kind, _code, name, amount in fees],
    }


def _number(bill: BillView) -> str:
    """The payer's identifier or tax code. Raises NotBegun when it is not known any more."""
    found = ""
    if bill.owner and bill.owner_kind == "person":
        found = identity.personal_id(bill.owner)
    elif bill.owner:
        organisation = identity.organisations([bill.owner]).get(bill.owner)
        found = organisation.tax_code if organisation else ""
    if not found:
        raise NotBegun("the payer has no number")
    return found


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _text(value: object) -> str:
    return reading.text(value, longest=LONGEST)


def _unread() -> BadNotice:
    return BadNotice(_("Không đọc được báo tin này của nền tảng thanh toán."))
