"""What may happen to a queue ticket and to a booking: act by act, from which state to which."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.counter.appointment_contracts import BookingState, WrongBookingTurn
from tinhso.counter.contracts import TicketState, WrongTicketTurn

_S = TicketState

TURNS: dict[str, dict[TicketState, TicketState]] = {
    "call": {_S.WAITING: _S.CALLED, _S.HELD: _S.CALLED, _S.NO_SHOW: _S.CALLED},
    "recall": {_S.CALLED: _S.CALLED},
    "begin": {_S.CALLED: _S.SERVING},
    "finish": {_S.CALLED: _S.DONE, _S.SERVING: _S.DONE},
    "no_show": {_S.CALLED: _S.NO_SHOW},
    "hold": {_S.CALLED: _S.HELD, _S.SERVING: _S.HELD},
    "transfer": {_S.CALLED: _S.WAITING, _S.SERVING: _S.WAITING, _S.WAITING: _S.WAITING, _S.HELD: _S.WAITING},
    "line_up": {_S.NO_SHOW: _S.WAITING, _S.HELD: _S.WAITING},
    "leave": {_S.WAITING: _S.GONE, _S.HELD: _S.GONE, _S.NO_SHOW: _S.GONE},
}
AT_WINDOW = frozenset({_S.CALLED, _S.SERVING})
ENDED = frozenset({_S.DONE, _S.NO_SHOW, _S.GONE})


def next_state(act: str, state: TicketState) -> TicketState:
    """The state an act leads to. Raises WrongTicketTurn when the table does not allow it."""
    found = TURNS[act].get(state)
    if found is None:
        raise WrongTicketTurn(
            _("Số này đang ở trạng thái “%(state)s” nên không làm được việc đó. Hãy tải lại trang.")
            % {"state": state.label},
            act=act,
            state=state.value,
        )
    return found


_B = BookingState

BOOKING_TURNS: dict[str, dict[BookingState, BookingState]] = {
    "change": {_B.BOOKED: _B.BOOKED, _B.DISPLACED: _B.BOOKED},
    "cancel": {_B.BOOKED: _B.CANCELLED, _B.DISPLACED: _B.CANCELLED},
    "check_in": {_B.BOOKED: _B.ARRIVED},
    "mark_absent": {_B.BOOKED: _B.ABSENT},
    "displace": {_B.BOOKED: _B.DISPLACED},
    "restore": {_B.DISPLACED: _B.BOOKED},
}


def booking_goes(act: str, state: BookingState) -> BookingState:
    """The state an act on a booking leads to. Raises WrongBookingTurn when the table does not allow it."""
    found = BOOKING_TURNS[act].get(state)
    if found is None:
        raise not_now(act, state)
    return found


def not_now(act: str, state: BookingState) -> WrongBookingTurn:
    """What is said when a booking cannot do what was asked."""
    return WrongBookingTurn(
        _("Lịch hẹn này đang ở trạng thái “%(state)s” nên không làm được việc đó. Hãy tải lại trang.")
        % {"state": state.label},
        act=act,
        state=state.value,
    )
