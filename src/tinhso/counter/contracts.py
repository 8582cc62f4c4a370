"""What crosses the door of the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation.errors import Conflict, Invalid, NotFound, Unable


class TicketState(StrEnum):
    """Where a queue ticket stands. The last three are final for the day, but a no-show may come back."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    DONE = "done"
    NO_SHOW = "no_show"
    GONE = "gone"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_STATES[self][0])

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return _STATES[self][1]


_STATES = {
    TicketState.WAITING: (gettext_noop("Đang chờ"), "grey"),
    TicketState.CALLED: (gettext_noop("Đang gọi"), "amber"),
    TicketState.SERVING: (gettext_noop("Đang phục vụ"), "blue"),
    TicketState.HELD: (gettext_noop("Tạm giữ"), "purple"),
    TicketState.DONE: (gettext_noop("Đã xong"), "green"),
    TicketState.NO_SHOW: (gettext_noop("Gọi không có mặt"), "red"),
    TicketState.GONE: (gettext_noop("Đã bỏ số"), "grey"),
}


class Need(StrEnum):
    """Why somebody may be called before others; which needs do is law: `queue_priority_needs`."""

    NONE = ""
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    CHILD = "child"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_NEEDS[self])


_NEEDS = {
    Need.NONE: gettext_noop("Không thuộc diện ưu tiên"),
    Need.ELDERLY: gettext_noop("Người cao tuổi"),
    Need.DISABLED: gettext_noop("Người khuyết tật"),
    Need.PREGNANT: gettext_noop("Phụ nữ mang thai"),
    Need.CHILD: gettext_noop("Người bế con nhỏ"),
}


class Taken(StrEnum):
    """How a ticket was taken."""

    KIOSK = "kiosk"
    PHONE = "phone"
    OFFICER = "officer"
    APPOINTMENT = "appointment"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_TAKEN[self])


_TAKEN = {
    Taken.KIOSK: gettext_noop("máy lấy số"),
    Taken.PHONE: gettext_noop("điện thoại"),
    Taken.OFFICER: gettext_noop("cán bộ lấy giúp"),
    Taken.APPOINTMENT: gettext_noop("đặt hẹn"),
}


class Outcome(StrEnum):
    """How a call to a window ended."""

    DONE = "done"
    NO_SHOW = "no_show"
    HELD = "held"
    TRANSFERRED = "transferred"


class TurnKind(StrEnum):
    """By which rule somebody was called: a right to come first, the line, their appointment, by hand."""

    FIRST = "first"
    ORDINARY = "ordinary"
    BOOKED = "booked"
    CHOSEN = "chosen"


class SlipState(StrEnum):
    """What became of a printed slip."""

    BLANK = "blank"
    USED = "used"
    SPOILT = "spoilt"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_SLIPS[self])


_SLIPS = {
    SlipState.BLANK: gettext_noop("Chưa dùng"),
    SlipState.USED: gettext_noop("Đã nhập"),
    SlipState.SPOILT: gettext_noop("Đã huỷ"),
}


class LateReason(StrEnum):
    """Why something was taken in on paper."""

    POWER = "power"
    NETWORK = "network"
    SYSTEM = "system"
    FLOOD = "flood"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_REASONS[self])


_REASONS = {
    LateReason.POWER: gettext_noop("Mất điện"),
    LateReason.NETWORK: gettext_noop("Mất mạng"),
    LateReason.SYSTEM: gettext_noop("Hệ thống dừng"),
    LateReason.FLOOD: gettext_noop("Thiên tai"),
    LateReason.OTHER: gettext_noop("Lý do khác"),
}


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office with a queue: a one-stop unit. `key` opens its machines (kiosk, board)."""

    id: UUID
    unit: UUID
    slug: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service of an office. `minutes` is the guess while no real times are known."""

    id: UUID
    letter: str
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class WindowView:
    """One window (quầy) of an office, who sits there now, and what is done there."""

    id: UUID
    number: int
    name: str
    officer: UUID | None
    officer_name: str
    services: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class TicketView:
    """A queue ticket as its holder, a board or an officer sees it: no person is named."""

    id: UUID
    text: str
    service: UUID
    service_name: str
    need: Need
    state: TicketState
    taken: Taken
    taken_at: datetime
    appointed_at: datetime | None
    window: int | None
    calls: int
    token: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting ticket stands: how many come before, and when it is about to be called (UTC).

    `at` is None while no window serves its service.
    """

    ahead: int
    at: datetime | None
    near: bool


class WrongTicketTurn(Unable):
    """The ticket cannot do that now; the sentence says how it stands."""

    code = "wrong-ticket-turn"


class NobodyWaits(Unable):
    """Nobody waits for what this window does."""

    code = "nobody-waits"


class WindowTaken(Conflict):
    """Another officer sits at the window."""

    code = "window-taken"


class NotAtTheDoor(Invalid):
    """The door's code is wrong: numbers are taken by who is at the office."""

    code = "not-at-the-door"


class TooManyTickets(Unable):
    """Too many numbers were taken from this address within the hour."""

    code = "too-many-tickets"
    status = 429


class NoSuchOffice(NotFound):
    """No office with a queue of that name, or the machine's key is another."""

    code = "no-such-office"


class NoSuchTicket(NotFound):
    """No such ticket."""

    code = "no-such-ticket"
