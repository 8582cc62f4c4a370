"""What a certified copy costs: legal value `certification_fee`."""

from __future__ import annotations

from datetime import date

from tinhso.foundation import legal


def fee(pages: int, *, on: date) -> int:
    """The fee of one copy of so many pages, in whole đồng."""
    rule = legal.value("certification_fee", on=on)
    first = min(pages, rule["first_pages"])
    return int(min(rule["most"], first * rule["each"] + (pages - first) * rule["further"]))
