"""What this room binds of lower rooms when Django starts, and the carrier of its own port."""

from tinhso.parcels import printing
from tinhso.parcels.carrier import carrier
from tinhso.parcels.pages.desk import navigation
from tinhso.parcels.wire import HttpCarrier

__all__ = ["navigation"]

printing.register()
if not carrier.answered:
    carrier.bind(HttpCarrier())
