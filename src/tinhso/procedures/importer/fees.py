"""Sums to pay, each once, from what the channels say."""

from __future__ import annotations

import re

from tinhso.procedures.contracts import Channel, ChannelKind
from tinhso.procedures.fees.contracts import Fee, FeeKind
from tinhso.procedures.importer.contracts import ChannelRow, Finding, Mark
from tinhso.procedures.importer.terms import of_row

GROUND = re.compile(r"\d+/\d{4}/(?:TT|NĐ|QĐ|NQ|TTLT)-[A-ZĐ]+")
AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+ ?(?:đ|vnđ|VNĐ)", re.IGNORECASE)
CHANNEL = {
    ChannelKind.ONLINE: "nộp trực tuyến",
    ChannelKind.COUNTER: "nộp trực tiếp",
    ChannelKind.POST: "nộp qua bưu chính",
}


def fees(rows: tuple[ChannelRow, ...]) -> tuple[tuple[Fee, ...], Finding]:
    """The sums in đồng with the way of filing they hold for, and how much of the money was recovered."""
    sums: dict[tuple[int, str], list[ChannelKind]] = {}
    left = set()
    for row in rows:
        for money in row.money:
            if money.currency != "VND":
                left.add("ngoại tệ")
            elif money.doubtful:
                left.add("số tiền dưới 1.000 đồng, có thể nguồn ghi theo nghìn")
            else:
                sums.setdefault((money.amount, money.note), []).append(row.kind)
        if not row.money and AMOUNT.search(row.fee_note):
            left.add("số tiền chỉ nằm trong lời văn")
    every = {row.kind for row in rows}
    found = tuple(
        _fee(place, amount, note, kinds, every)
        for place, ((amount, note), kinds) in enumerate(sums.items(), start=1)
    )
    return found, _finding(rows, found, left)


def _fee(place: int, amount: int, note: str, kinds: list[ChannelKind], every: set[ChannelKind]) -> Fee:
    kind = FeeKind.CHARGE if "lệ phí" in note.lower() else FeeKind.FEE
    ground = GROUND.search(note)
    only = sorted(set(kinds)) if set(kinds) != every else []
    return Fee(
        code=f"khoan-{place}",
        kind=kind,
        name="Lệ phí" if kind is FeeKind.CHARGE else "Phí",
        amount=amount,
        condition="; ".join(part for part in (note, ", ".join(CHANNEL[one] for one in only)) if part),
        ground=ground[0] if ground else "",
    )


def _finding(rows: tuple[ChannelRow, ...], found: tuple[Fee, ...], left: set[str]) -> Finding:
    if left:
        return Finding("fees", Mark.PART, "; ".join(sorted(left)))
    if found or any(row.free for row in rows):
        return Finding("fees", Mark.WHOLE)
    return Finding("fees", Mark.ABSENT, "nguồn không ghi phí, lệ phí")


def fee_words(row: ChannelRow) -> str:
    """What the row says of money, for people."""
    parts = [
        f"{money.amount:,} {'đồng' if money.currency == 'VND' else money.currency}".replace(",", ".")
        + (f" ({money.note})" if money.note else "")
        for money in row.money
    ]
    if row.free:
        parts.insert(0, "Không thu tiền" + (f" ({row.fee_note})" if row.fee_note else ""))
    return "; ".join(parts)


def channel(row: ChannelRow) -> Channel:
    """The row as a channel of the content."""
    note = "\n".join(part for part in (row.words, row.note) if part)
    return Channel(kind=row.kind, term=of_row(row), fee_text=fee_words(row), note=note)
