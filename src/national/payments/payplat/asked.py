"""What an agency asks of the payment platform, checked to the letter.

Names of members: the request that portals of ministries and provinces send to the platform [code]. How they
are checked, and the two kinds of fee, are ours.
"""

from __future__ import annotations

import re
from typing import Any

from national.payments.bank.moving import accounts
from national.settings import Settings
from national.wire import Bad, Fields

NAMED = (
    *("MaHoSo", "MaTraCuuTT", "MaDichVu", "MaDVC", "TenDVC", "MaTTHC", "TenTTHC", "MaDonVi", "TenDonVi"),
    *("TKThuHuong", "MaNHThuHuong", "TenTKThuHuong", "NoiDungThanhToan", "HoTenNguoiNop"),
    *("SoCMNDNguoiNop", "DiaChiNguoiNop", "TinhNguoiNop"),
)
MAY_BE_EMPTY = "HuyenNguoiNop"
"""There are no districts any more; the member stayed."""
KINDS = ("1", "2")
"""LoaiPhiLePhi: phí, lệ phí."""
NAME = re.compile(r"[A-Za-z0-9._-]{8,50}")
LONGEST = 250
MOST = 1_000_000_000


def read(body: bytes, settings: Settings) -> dict[str, Any]:
    """The request as it will be kept; raises Bad, which names the member."""
    fields = Fields(body)
    given: dict[str, Any] = {name: fields.text(name) for name in NAMED}
    given[MAY_BE_EMPTY] = fields.text(MAY_BE_EMPTY, default="")
    given["PhiLePhi"] = [_fee(one) for one in fields.objects("PhiLePhi")]
    given["DSKhoanNop"] = [_item(one) for one in fields.objects("DSKhoanNop")]
    fields.nothing_else()
    for name in (*NAMED, MAY_BE_EMPTY):
        if len(given[name]) > LONGEST or not given[name].isprintable():
            raise Bad(f"{name} is at most {LONGEST} letters on one line")
    if not NAME.fullmatch(given["MaTraCuuTT"]):
        raise Bad("MaTraCuuTT is eight to fifty letters digits . _ -")
    if not re.fullmatch(r"[0-9]{9}|[0-9]{12}|[0-9]{10}(-[0-9]{3})?", given["SoCMNDNguoiNop"]):
        raise Bad("SoCMNDNguoiNop is a number of nine or twelve digits or a tax code")
    _beneficiary(given, settings)
    total = amount(given)
    if not given["PhiLePhi"] or total != sum(one["SoTien"] for one in given["DSKhoanNop"]):
        raise Bad("PhiLePhi and DSKhoanNop must add up to the same")
    if total > MOST:
        raise Bad("SoTien is out of range")
    return given


def amount(given: dict[str, Any]) -> int:
    """What is to be paid, whole đồng."""
    return sum(int(one["SoTien"]) for one in given["PhiLePhi"])


def _fee(fields: Fields) -> dict[str, Any]:
    made: dict[str, Any] = {
        "LoaiPhiLePhi": fields.choice("LoaiPhiLePhi", KINDS),
        "MaPhiLePhi": fields.text("MaPhiLePhi"),
        "TenPhiLePhi": fields.text("TenPhiLePhi"),
        "SoTien": fields.whole("SoTien"),
    }
    return _positive(fields, made)


def _item(fields: Fields) -> dict[str, Any]:
    return _positive(fields, {"NoiDung": fields.text("NoiDung"), "SoTien": fields.whole("SoTien")})


def _positive(fields: Fields, made: dict[str, Any]) -> dict[str, Any]:
    fields.nothing_else()
    if made["SoTien"] <= 0:
        raise Bad("SoTien must be above zero")
    return made


def _beneficiary(given: dict[str, Any], settings: Settings) -> None:
    account = accounts(settings).get(given["TKThuHuong"])
    if given["MaNHThuHuong"] != settings.bank_bin:
        raise Bad("MaNHThuHuong is of no bank here")
    if account is None or not account.agency or account.name != given["TenTKThuHuong"]:
        raise Bad("TKThuHuong and TenTKThuHuong are of no account here")
