"""What crosses the door of parcels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation.errors import Conflict, Invalid, NotAllowed, NotFound


class State(StrEnum):
    """Where a parcel stands."""

    PREPARED = "prepared"
    UNPLACED = "unplaced"
    ORDERED = "ordered"
    ON_WAY = "on_way"
    MISSED = "missed"
    GOING_BACK = "going_back"
    BACK = "back"
    LOST = "lost"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What officers read."""
        return _(_STATES[self][0])

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return _STATES[self][1]


_STATES = {
    State.PREPARED: (gettext_noop("Đang đặt bưu điện"), "grey"),
    State.UNPLACED: (gettext_noop("Không đặt được"), "red"),
    State.ORDERED: (gettext_noop("Chờ giao bưu tá"), "amber"),
    State.ON_WAY: (gettext_noop("Đang chuyển"), "blue"),
    State.MISSED: (gettext_noop("Chưa gặp người nhận"), "amber"),
    State.GOING_BACK: (gettext_noop("Đang chuyển hoàn"), "red"),
    State.BACK: (gettext_noop("Đã chuyển hoàn về"), "red"),
    State.LOST: (gettext_noop("Thất lạc"), "red"),
    State.DELIVERED: (gettext_noop("Đã phát"), "green"),
    State.CANCELLED: (gettext_noop("Đã huỷ"), "grey"),
}


class Told(StrEnum):
    """What a carrier tells of a parcel."""

    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    MISSED = "missed"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Station:
    """One thing a carrier tells. `key` is its own for this notice, `at` when it happened (UTC).

    `place` is a post office; `receiver` who took it, only when it was delivered.
    """

    key: str
    told: Told
    at: datetime
    place: str = ""
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a carrier is asked to carry. `key` is ours: the same key is one parcel, however often it is sent.

    `fee` in whole đồng is collected from the receiver.
    """

    key: str
    sender: str
    pick_up: str
    name: str
    phone: str
    address: str
    fee: int
    contents: str


class WrongParcelTurn(Conflict):
    """The parcel cannot do that now; the sentence says how it stands."""

    code = "wrong-parcel-turn"


class NoSuchParcel(NotFound):
    """No such parcel, or none of ours."""

    code = "no-such-parcel"


class ForgedNotice(NotAllowed):
    """A notice in a carrier's name without its signature, or one signed too long ago."""

    code = "forged-notice"


class BadNotice(Invalid):
    """A signed notice that cannot be read."""

    code = "bad-notice"
