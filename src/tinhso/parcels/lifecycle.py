"""The life cycle of a parcel: what officers may do when, and how it stands after all that a carrier told.

What a carrier tells comes late, twice and in any order. So the standing is counted anew from everything that
is known, by when it happened; only what ended a parcel stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.parcels.contracts import State, Told, WrongParcelTurn

AFTER: Mapping[Told, State] = {
    Told.ACCEPTED: State.ON_WAY,
    Told.IN_TRANSIT: State.ON_WAY,
    Told.OUT_FOR_DELIVERY: State.ON_WAY,
    Told.MISSED: State.MISSED,
    Told.REFUSED: State.GOING_BACK,
    Told.RETURNING: State.GOING_BACK,
    Told.LOST: State.LOST,
    Told.RETURNED: State.BACK,
    Told.DELIVERED: State.DELIVERED,
}
_ORDER = tuple(AFTER)
FINAL = frozenset({State.DELIVERED, State.BACK, State.CANCELLED})
AT_CARRIER = frozenset({State.ORDERED, State.ON_WAY, State.MISSED, State.GOING_BACK, State.LOST})
"""Those of which a carrier may still tell something."""
TROUBLE = frozenset({State.UNPLACED, State.BACK, State.LOST})
"""Those in which somebody of the office must do something."""

TURNS: Mapping[str, frozenset[State]] = {
    "place_again": frozenset({State.UNPLACED}),
    "cancel": frozenset({State.PREPARED, State.UNPLACED, State.ORDERED}),
    "settle": frozenset({State.BACK, State.LOST, State.DELIVERED}),
}


def ask(turn: str, state: State) -> None:
    """Return when an officer may do it now. Raises WrongParcelTurn."""
    if state not in TURNS[turn]:
        raise not_now(state)


def not_now(state: State) -> WrongParcelTurn:
    """What is said when a parcel cannot do what was asked."""
    return WrongParcelTurn(
        _("Bưu gửi đang ở trạng thái “%(state)s” nên chưa làm được việc này. Hãy mở lại trang.")
        % {"state": state.label},
        state=state.value,
    )


def stands(stations: Collection[tuple[datetime, Told]]) -> State:
    """How a parcel stands after these stations, in whatever order and however often they came.

    One that was delivered is delivered; else one that was returned is back; else the latest counts.
    """
    told = {one for _at, one in stations}
    if Told.DELIVERED in told:
        return State.DELIVERED
    if Told.RETURNED in told:
        return State.BACK
    return AFTER[max(stations, key=lambda one: (one[0], _ORDER.index(one[1])))[1]]
