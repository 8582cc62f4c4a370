"""What a merchant asks of VNPAY's payment page, checked to the letter.

Source: VNPAY's description of `vnp_Command=pay`, version 2.1.0; numbers of faults are [memory].
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from national.csc.phone import VIETNAM
from national.payments.checkout import BANKS
from national.payments.vnpay.hashing import HASH, canonical, holds
from national.settings import Settings

LONGEST_WAIT = timedelta(minutes=15)
"""How long an order waits when it names no end, and how old it may be when it comes."""
LEAST, MOST = 5_000, 999_999_999
"""Whole đồng."""
CODES = {
    "02": "Mã website không có trong hệ thống.",
    "03": "Dữ liệu gửi sang không đúng định dạng: {what}.",
    "15": "Giao dịch đã quá hạn thanh toán.",
    "70": "Sai chữ ký.",
    "99": "Mã giao dịch đã dùng trong ngày.",
}


class Refused(ValueError):
    """The request is not as agreed. `code` is VNPAY's number of the fault, `what` the field."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(CODES[code].format(what=what))
        self.code = code
        self.what = what


def moment(text: str) -> datetime | None:
    """`yyyyMMddHHmmss` of Viet Nam as UTC, or None."""
    if not re.fullmatch(r"[0-9]{14}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError:
        return None


def stamp(at: datetime) -> str:
    """A moment as VNPAY writes it."""
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def is_address(text: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_return(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        10 <= len(text) <= 255
        and text.isascii()
        and text.isprintable()
        and " " not in text
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not parts.fragment
        and port_is_number
    )


def _is_amount(text: str) -> bool:
    return bool(re.fullmatch(r"[1-9][0-9]{0,11}", text)) and (
        int(text) % 100 == 0 and LEAST <= int(text) // 100 <= MOST
    )


def _like(pattern: str) -> Callable[[str], bool]:
    shape = re.compile(pattern)
    return lambda text: bool(shape.fullmatch(text))


def _is_moment(text: str) -> bool:
    return moment(text) is not None


FIELDS: dict[str, Callable[[str], bool]] = {
    "vnp_Version": _like(r"2\.1\.0"),
    "vnp_Command": _like("pay"),
    "vnp_TmnCode": _like("[A-Za-z0-9]{8}"),
    "vnp_Amount": _is_amount,
    "vnp_CurrCode": _like("VND"),
    "vnp_TxnRef": _like("[A-Za-z0-9]{1,100}"),
    "vnp_OrderInfo": _like("[A-Za-z0-9 .,:_-]{1,255}"),
    "vnp_OrderType": _like("[A-Za-z0-9]{1,100}"),
    "vnp_Locale": _like("vn|en"),
    "vnp_ReturnUrl": _is_return,
    "vnp_IpAddr": is_address,
    "vnp_CreateDate": _is_moment,
}
OPTIONAL: dict[str, Callable[[str], bool]] = {
    "vnp_ExpireDate": _is_moment,
    "vnp_BankCode": lambda text: text in BANKS,
}


def read(pairs: Iterable[tuple[str, str]], settings: Settings, *, now: datetime) -> dict[str, str]:
    """The fields of a request, its checksum taken off; raises Refused."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise Refused("03", f"{name} hai lần")
        given[name] = value
    if given.get("vnp_TmnCode") != settings.vnpay_tmn_code:
        raise Refused("02")
    if not holds(given.pop(HASH, ""), canonical(given), settings.vnpay_secret.encode()):
        raise Refused("70")
    check(given, FIELDS, OPTIONAL)
    begun = moment(given["vnp_CreateDate"]) or now
    if abs(now - begun) > LONGEST_WAIT or expiry(given) <= now:
        raise Refused("15")
    if expiry(given) <= begun:
        raise Refused("03", "vnp_ExpireDate")
    return given


def expiry(given: Mapping[str, str]) -> datetime:
    """When an order ends: as it says, or a quarter of an hour after it began."""
    told = moment(given.get("vnp_ExpireDate", ""))
    begun = moment(given["vnp_CreateDate"])
    if begun is None:
        raise Refused("03", "vnp_CreateDate")
    return told or begun + LONGEST_WAIT


def check(
    given: Mapping[str, str],
    needed: Mapping[str, Callable[[str], bool]],
    optional: Mapping[str, Callable[[str], bool]],
) -> None:
    """Every field that must be there is, none that is not known, each as described; raises Refused."""
    for name in needed:
        if name not in given:
            raise Refused("03", f"thiếu {name}")
    known = {**needed, **optional}
    for name, value in given.items():
        if name not in known or not known[name](value):
            raise Refused("03", name)
