"""The signature of headers that the bank and the payment platform share.

`X-Timestamp` (seconds) and `X-Signature`: HMAC-SHA256 in hex over timestamp, a full stop, the body.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from tinhso.foundation import legal
from tinhso.foundation.moments import today


def signed(body: bytes, *, secret: str, at: datetime) -> dict[str, str]:
    """The headers that sign a body."""
    stamp = str(int(at.timestamp()))
    return {"X-Timestamp": stamp, "X-Signature": _digest(body, stamp, secret)}


def holds(body: bytes, *, timestamp: str, signature: str, secret: str, at: datetime) -> bool:
    """Whether the signature is right and no older than the dated number of minutes."""
    right = _digest(body, timestamp, secret)
    return bool(secret) and hmac.compare_digest(right.encode(), signature.encode()) and _fresh(timestamp, at)


def _digest(body: bytes, timestamp: str, secret: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _fresh(stamp: str, at: datetime) -> bool:
    allowed = timedelta(minutes=legal.integer("payment_notice_minutes", on=today(at)))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(at.timestamp() - int(stamp)) <= allowed.total_seconds()
