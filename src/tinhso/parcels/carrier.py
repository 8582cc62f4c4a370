"""The port of whoever carries parcels: bound by this room's HTTP client, or by another carrier's."""

from __future__ import annotations

from typing import Protocol

from tinhso.foundation.jobs import GiveUp
from tinhso.foundation.registry import Port
from tinhso.parcels.contracts import Order, Station


class NotTaken(Exception):
    """The carrier gave no usable answer. It may have the order: only the same key may be sent again."""


class OrderRefused(NotTaken, GiveUp):
    """The carrier will never take this order as it is; the words say why, and hold no address."""


class PickedUp(Exception):
    """The parcel cannot be cancelled any more: the carrier has it."""


class Carrier(Protocol):
    """A public postal carrier (bưu chính công ích)."""

    def order(self, order: Order) -> str:
        """Ask for a pick-up; the tracking number. The same key again gives the same number.

        Raises NotTaken, OrderRefused.
        """
        ...

    def cancel(self, key: str) -> None:
        """Cancel an order, also one it never got. Raises NotTaken, PickedUp."""
        ...

    def track(self, key: str) -> tuple[Station, ...]:
        """Everything it knows of a parcel. Raises NotTaken."""
        ...


carrier: Port[Carrier] = Port("parcel_carrier")
