"""What this room binds of lower rooms when Django starts, and the carrier of its own port."""

from pathlib import Path

from tinhso.foundation import paper
from tinhso.parcels.carrier import carrier
from tinhso.parcels.pages.desk import navigation
from tinhso.parcels.wire import HttpCarrier

__all__ = ["navigation"]

paper.register_sheets("parcels", Path(__file__).parent / "sheets")
if not carrier.answered:
    carrier.bind(HttpCarrier())
