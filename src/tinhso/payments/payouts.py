"""Transfers by which a provider lays a day's money down at the bank, told by their content."""

from __future__ import annotations

import re
from datetime import date, datetime

CONTENT = re.compile(r"(VNPAY|PAYPLAT) (\d{8})")
"""As the agreements with the providers write it: the provider and the day that is paid out."""


def written(source: str, day: date) -> str:
    """The content of a provider's transfer for a legal day."""
    return f"{source.upper()} {day:%Y%m%d}"


def read(content: str) -> tuple[str, date] | None:
    """The provider's source and the legal day that a bank's content says is paid out; None for any other."""
    found = CONTENT.fullmatch(content.strip())
    if found is None:
        return None
    try:
        return found[1].lower(), datetime.strptime(found[2], "%Y%m%d").date()  # noqa: DTZ007 - a legal day
    except ValueError:
        return None
