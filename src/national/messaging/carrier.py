"""What the four carriers share: the phones, the receipts, the clock, the credentials of their client."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from national.faults import Faults
from national.messaging.handsets import Handsets
from national.messaging.receipts import Receipts
from national.settings import Settings

SMS_SERVICES = ("sms-a", "sms-b")


class Carrier:
    """The sandbox's carriers in one place."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self.settings = settings
        self.faults = faults
        self.handsets = Handsets()
        self.receipts = Receipts(callback=settings.callback, faults=faults)

    def now(self, service: str) -> datetime:
        """The service's own idea of the time, UTC."""
        return self.faults.now(service)


def carrier_of(http: Request) -> Carrier:
    """The carriers this request came to."""
    carrier = http.app.state.carrier
    if not isinstance(carrier, Carrier):
        raise TypeError("the application has no carriers")
    return carrier


def local_number(international: str) -> str:
    """`84912000112` as people write it: `0912000112`."""
    return "0" + international.removeprefix("84")
