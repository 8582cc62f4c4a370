"""The code at the door: who can read it is at the office. It is another one every day."""

from __future__ import annotations

import hmac
from datetime import date

from tinhso.counter.models import Office
from tinhso.foundation import crypto

DIGITS = 6


def code(office: Office, *, on: date) -> str:
    """The six digits shown at the office on that day."""
    hashed = crypto.keyed_hash("counter.door", f"{office.id}:{office.key}:{on.isoformat()}")
    return f"{int.from_bytes(hashed[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def opens(office: Office, typed: str, *, on: date) -> bool:
    """Whether these are that day's digits, typed in any grouping."""
    plain = "".join(typed.split())
    return hmac.compare_digest(plain.encode(), code(office, on=on).encode())
