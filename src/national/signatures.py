"""The signature of headers: how notices are signed, and requests of those who share a secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
FORGED = b"somebody else's secret"


def stamped(data: bytes, *, secret: bytes, at: datetime) -> dict[str, str]:
    """`X-Timestamp` (seconds) and `X-Signature`: HMAC-SHA256 in hex over the time, a full stop, the bytes."""
    stamp = str(int(at.timestamp()))
    made = hmac.new(secret, stamp.encode() + b"." + data, hashlib.sha256)
    return {"x-timestamp": stamp, "x-signature": made.hexdigest()}


def holds(headers: Mapping[str, str], data: bytes, *, secret: bytes, now: datetime) -> bool:
    """True when these headers sign these bytes, not more than five minutes from now."""
    stamp = headers.get("x-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    right = hmac.new(secret, stamp.encode() + b"." + data, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("x-signature", "").encode(), right.encode())
