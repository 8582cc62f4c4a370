"""The carrier's parcels, kept in memory, and the numbers it gives."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

SERVICE = "post"
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)

STATIONS = {
    "accepted": "Bưu tá đã lấy",
    "in_transit": "Đến bưu cục trung chuyển",
    "out_for_delivery": "Bưu tá đi phát",
    "missed": "Không gặp người nhận",
    "refused": "Người nhận từ chối",
    "returning": "Đang chuyển hoàn",
    "returned": "Đã chuyển hoàn cho người gửi",
    "lost": "Thất lạc",
    "delivered": "Đã phát",
}
NEXT = {
    "ordered": ("accepted",),
    "accepted": ("in_transit", "lost"),
    "in_transit": ("in_transit", "out_for_delivery", "lost"),
    "out_for_delivery": ("delivered", "missed", "refused"),
    "missed": ("out_for_delivery", "returning"),
    "refused": ("returning",),
    "returning": ("returned", "lost"),
    "lost": ("in_transit",),
    "delivered": (),
    "returned": (),
    "cancelled": (),
}
"""What may follow what: the page offers nothing else."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One station as the carrier tells it."""

    event_id: str
    status: str
    at: datetime
    place: str
    receiver: str = ""

    def told(self) -> dict[str, str]:
        """As JSON."""
        found = {"event_id": self.event_id, "status": self.status, "at": self.at.isoformat()}
        found["place"] = self.place
        return found | ({"receiver": self.receiver} if self.receiver else {})


@dataclass(kw_only=True)
class Parcel:
    """An order and what became of it; `held` are events whose notice waits to be overtaken."""

    order: dict[str, object]
    number: str
    status: str = "ordered"
    events: list[Event] = field(default_factory=list)
    held: list[Event] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The sender's key."""
        return str(self.order["key"])


class Parcels:
    """All parcels by the sender's key; a key that was cancelled before its order came stays refused."""

    def __init__(self) -> None:
        self.known: dict[str, Parcel] = {}
        self.dropped: set[str] = set()
        self._serial = count(secrets.randbelow(80_000_000) + 10_000_000)

    def take(self, order: dict[str, object]) -> Parcel:
        """A new parcel of an order."""
        made = Parcel(order=order, number=numbered(next(self._serial)))
        self.known[made.key] = made
        return made


def numbered(serial: int) -> str:
    """An item number as UPU S10 writes it: service, eight digits, their check digit, country."""
    digits = f"{serial % 100_000_000:08d}"
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"EA{digits}{check}VN"
