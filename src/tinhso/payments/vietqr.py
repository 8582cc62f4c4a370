"""VietQR: the text of a QR code that a banking app reads, made and read (EMVCo TLV; NAPAS 1.5.2).

Two digits of tag, two of length, the value. 38 names the account (AID A000000727, the bank's BIN, the
account, the service), 53 the currency (704), 54 the amount in whole đồng, 58 the country, 59 the name,
62.08 the purpose, and 63 a CRC-16/CCITT-FALSE over all that stands before its value. Everything is ASCII.
"""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import segno
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold

AID: Final = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
STATIC, DYNAMIC = "11", "12"
DONG, VIETNAM = "704", "VN"
LONGEST_NAME = 25
LONGEST_PURPOSE = 25
LONGEST_TEXT = 512
QUIET = 4
"""Modules of white around a QR code that ISO/IEC 18004 asks for; an app that looks for less is lucky."""

_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}")
_PURPOSE = re.compile(r"[0-9A-Za-z][0-9A-Za-z ]{0,23}[0-9A-Za-z]|[0-9A-Za-z]")
_NAME = re.compile(r"[0-9A-Z](?:[0-9A-Z .&/-]{0,23}[0-9A-Z.])?")
_TAG = re.compile(r"[0-9]{2}")


class VietqrFault(Invalid):
    """A text that is no VietQR, or a transfer that none can say."""

    code = "vietqr"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer asked for: to which account of which bank (BIN, six digits), whole đồng, what for.

    Without an amount the code is static and the payer types one. `name` and `purpose` are what banks keep:
    see `plain_name`; a purpose is letters, digits and blanks.
    """

    bank: str
    account: str
    amount: int | None
    purpose: str
    name: str
    service: str = TO_ACCOUNT

    def __post_init__(self) -> None:
        amount = self.amount
        right = {
            "bank": _BIN.fullmatch(self.bank),
            "account": _ACCOUNT.fullmatch(self.account),
            "amount": amount is None or (type(amount) is int and _AMOUNT.fullmatch(str(amount))),
            "purpose": not self.purpose or _PURPOSE.fullmatch(self.purpose),
            "name": not self.name or _NAME.fullmatch(self.name),
            "service": self.service in (TO_ACCOUNT, TO_CARD),
        }
        wrong = [field for field, holds in right.items() if not holds]
        if wrong:
            raise VietqrFault(
                _("Không lập được mã VietQR. Hãy kiểm tra ngân hàng, số tài khoản, số tiền và nội dung."),
                fields=wrong,
            )


def plain_name(name: str) -> str:
    """A name as tag 59 takes it: capitals without diacritics, at most 25, cut between words if possible."""
    words = re.sub(r"[^0-9A-Z .&/-]+", " ", fold(name).upper()).split()
    line = " ".join(words).lstrip(" .&/-")
    if len(line) > LONGEST_NAME:
        cut = line[: LONGEST_NAME + 1]
        line = cut.rpartition(" ")[0] or cut[:LONGEST_NAME]
    return line.rstrip(" &/-")


def make(transfer: Transfer) -> str:
    """The text of the QR code: dynamic with an amount, static without."""
    account = _written({"00": transfer.bank, "01": transfer.account})
    amount = "" if transfer.amount is None else str(transfer.amount)
    text = _written(
        {
            "00": "01",
            "01": DYNAMIC if amount else STATIC,
            "38": _written({"00": AID, "01": account, "02": transfer.service}),
            "53": DONG,
            "54": amount,
            "58": VIETNAM,
            "59": transfer.name,
            "62": _written({"08": transfer.purpose}),
        }
    )
    return text + f"6304{_crc(text + '6304')}"


def read(text: str) -> Transfer:
    """What a VietQR asks for. Raises VietqrFault for anything else, also for a text changed on its way.

    Fields that a transfer does not need (52, 60, others of 62) are passed over.
    """
    if len(text) > LONGEST_TEXT or not text.isascii() or not text.isprintable():
        raise _unread()
    if text[-8:-4] != "6304" or text[-4:].upper() != _crc(text[:-4]):
        raise _unread()
    fields = _fields(text[:-8])
    to = _fields(fields.get("38", ""))
    holder = _fields(to.get("01", ""))
    amount = fields.get("54")
    known = (
        next(iter(fields), "") == "00"
        and fields["00"] == "01"
        and fields.get("01") in (STATIC, DYNAMIC)
        and to.get("00") == AID
        and fields.get("53") == DONG
        and fields.get("58") == VIETNAM
        and (amount is None or _AMOUNT.fullmatch(amount))
    )
    if not known:
        raise _unread()
    try:
        return Transfer(
            bank=holder.get("00", ""),
            account=holder.get("01", ""),
            amount=None if amount is None else int(amount),
            purpose=_fields(fields.get("62", "")).get("08", ""),
            name=fields.get("59", ""),
            service=to.get("02", TO_ACCOUNT),
        )
    except VietqrFault:
        raise _unread() from None


def picture(text: str) -> str:
    """The QR code as an SVG data address, as pages show it: error correction M, four modules of quiet."""
    return str(segno.make(text, error="m").svg_data_uri(border=QUIET, scale=4))


def image(text: str) -> bytes:
    """The same as a PNG of about 700 points, which a bank's app reads out of a phone's pictures."""
    kept = io.BytesIO()
    segno.make(text, error="m").save(kept, kind="png", border=QUIET, scale=12)
    return kept.getvalue()


def _written(fields: Mapping[str, str]) -> str:
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in fields.items() if value)


def _fields(text: str) -> dict[str, str]:
    """Tags with values, in order. Raises VietqrFault for a torn text or a tag said twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, size = text[at : at + 2], text[at + 2 : at + 4]
        if not _TAG.fullmatch(tag) or not _TAG.fullmatch(size) or tag in found:
            raise _unread()
        at += 4 + int(size)
        if at > len(text) or size == "00":
            raise _unread()
        found[tag] = text[at - int(size) : at]
    return found


def _crc(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF): binascii's CRC with that start. Four capitals."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _unread() -> VietqrFault:
    return VietqrFault(_("Mã này không phải mã VietQR đọc được. Hãy lấy lại mã rồi quét lại."))
