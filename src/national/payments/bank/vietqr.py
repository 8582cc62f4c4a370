"""A VietQR text, decoded to the letter.

Sources: EMVCo Merchant-Presented Mode 1.1 (templates, lengths, CRC), NAPAS VietQR 1.5.2 (tag 38).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GUID = "A000000727"
MOST = 9_999_999_999_999
"""The greatest amount that fits the thirteen digits of tag 54, in whole đồng."""
KNOWN = frozenset({"00", "01", "38", "52", "53", "54", "58", "59", "60", "61", "62", "63", "64"})


class Unreadable(ValueError):
    """The text is no VietQR of ours to pay; the text says why, for the person who scans."""


@dataclass(frozen=True, kw_only=True)
class Qr:
    """What a code asks for. `amount` is None in a static code without one; `purpose` is tag 62.08."""

    bin: str
    account: str
    amount: int | None
    purpose: str
    name: str


def crc(data: bytes) -> str:
    """CRC-16/CCITT-FALSE in upper-case hex."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = ((value << 1) ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return f"{value:04X}"


def read(text: str) -> Qr:
    """Decode a code; raises Unreadable."""
    if not text.isascii() or not text.isprintable() or len(text) > 512:
        raise Unreadable("Mã QR có ký tự lạ hoặc quá dài.")
    if not re.search(r"6304[0-9A-F]{4}$", text) or crc(text[:-4].encode()) != text[-4:]:
        raise Unreadable("Mã QR bị hỏng: số kiểm tra không khớp.")
    tags = _tags(text)
    order = list(tags)
    if order[0] != "00" or tags["00"] != "01" or order[-1] != "63" or not set(order) <= KNOWN:
        raise Unreadable("Mã QR không theo chuẩn EMVCo.")
    dynamic = _one_of(tags, "01", ("11", "12")) == "12"
    _one_of(tags, "53", ("704",))
    _one_of(tags, "58", ("VN",))
    bin_, account = _beneficiary(tags.get("38", ""))
    amount = _amount(tags["54"]) if "54" in tags else None
    if dynamic and amount is None:
        raise Unreadable("Mã QR động phải có số tiền.")
    more = _tags(tags["62"]) if "62" in tags else {}
    purpose = more.get("08", "")
    if len(purpose) > 25 or (dynamic and not purpose):
        raise Unreadable("Nội dung trong mã QR dài từ 1 đến 25 ký tự.")
    return Qr(bin=bin_, account=account, amount=amount, purpose=purpose, name=tags.get("59", ""))


def _tags(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while text:
        head = re.match(r"([0-9]{2})([0-9]{2})", text)
        if not head or int(head[2]) == 0 or len(text) < 4 + int(head[2]):
            raise Unreadable("Mã QR bị hỏng: độ dài không khớp.")
        if head[1] in found:
            raise Unreadable(f"Mã QR có thẻ {head[1]} hai lần.")
        end = 4 + int(head[2])
        found[head[1]] = text[4:end]
        text = text[end:]
    return found


def _one_of(tags: dict[str, str], tag: str, allowed: tuple[str, ...]) -> str:
    if tags.get(tag) not in allowed:
        raise Unreadable(f"Mã QR thiếu hoặc sai thẻ {tag}.")
    return tags[tag]


def _beneficiary(template: str) -> tuple[str, str]:
    service = _tags(template)
    inner = _tags(service.get("01", ""))
    bin_, account = inner.get("00", ""), inner.get("01", "")
    if service.get("00") != GUID or set(service) != {"00", "01", "02"} or set(inner) != {"00", "01"}:
        raise Unreadable("Mã QR không phải VietQR.")
    if service["02"] != "QRIBFTTA":
        raise Unreadable("Ngân hàng thử chỉ chuyển tiền đến tài khoản, không đến thẻ.")
    if not re.fullmatch(r"[0-9]{6}", bin_) or not re.fullmatch(r"[A-Za-z0-9]{1,19}", account):
        raise Unreadable("Mã QR có mã ngân hàng hoặc số tài khoản sai.")
    return bin_, account


def _amount(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,12}", text):
        raise Unreadable("Số tiền trong mã QR phải là số đồng nguyên.")
    return int(text)
