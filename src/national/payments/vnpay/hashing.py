"""VNPAY's checksums: HMAC-SHA512 in hex, under the merchant's secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import quote_plus

HASH = "vnp_SecureHash"

QUERY = (
    *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef"),
    *("vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo"),
)
QUERY_ANSWER = (
    *("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef"),
    *("vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType"),
    *("vnp_TransactionStatus", "vnp_OrderInfo", "vnp_PromotionCode", "vnp_PromotionAmount"),
)
REFUND = (
    *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType", "vnp_TxnRef"),
    *("vnp_Amount", "vnp_TransactionNo", "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate"),
    *("vnp_IpAddr", "vnp_OrderInfo"),
)
REFUND_ANSWER = (
    *("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef"),
    *("vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType"),
    *("vnp_TransactionStatus", "vnp_OrderInfo"),
)
"""Members of the JSON calls in the order of their checksum [memory]; those left out count as empty."""


def canonical(fields: Mapping[str, str]) -> bytes:
    """What the page, its return and its notice sign: pairs sorted by name, form-encoded, joined by `&`."""
    kept = sorted((name, value) for name, value in fields.items() if not name.startswith(HASH))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in kept).encode()


def piped(fields: Mapping[str, str], order: Iterable[str]) -> bytes:
    """What the JSON calls sign [memory]: the values in a fixed order, joined by `|`."""
    return "|".join(fields.get(name, "") for name in order).encode()


def digest(data: bytes, secret: bytes) -> str:
    """HMAC-SHA512 in lower-case hex."""
    return hmac.new(secret, data, hashlib.sha512).hexdigest()


def holds(given: str, data: bytes, secret: bytes) -> bool:
    """True for the right checksum; the case of its letters is free, as VNPAY's is."""
    return hmac.compare_digest(given.lower().encode(), digest(data, secret).encode())


def signed_query(fields: Mapping[str, str], secret: bytes) -> str:
    """A query string with its checksum last."""
    data = canonical(fields)
    return f"{data.decode()}&{HASH}={digest(data, secret)}"
