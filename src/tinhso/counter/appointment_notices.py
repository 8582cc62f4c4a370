"""What people are told of their appointments. Texts for phones carry the code and the hour, no person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from tinhso.counter.models import Booking
from tinhso.counter.queries import bookings
from tinhso.counter.subjects import BOOKING, of_booking
from tinhso.dossiers import api as dossiers
from tinhso.foundation.refs import SubjectRef
from tinhso.notify import api as notify

in_words = dossiers.in_words
_said = lazy(in_words, str)

APPOINTMENTS = notify.declare_kind(
    "appointments",
    label=gettext_lazy("Lịch hẹn"),
    hint=gettext_lazy("Khi đặt, đổi lịch hẹn, và nhắc trước ngày hẹn."),
    readers=notify.Readers.PERSONS,
    by_phone=True,
)
ONE_TIME = notify.declare_kind(
    "one_time_code",
    label=gettext_lazy("Mã xác nhận"),
    hint="",
    readers=notify.Readers.PERSONS,
    fixed=True,
    urgent=True,
    by_phone=True,
)
CODE = notify.declare(
    "counter.phone_code",
    subject=_("Mã xác nhận đặt lịch hẹn"),
    body=_("Mã xác nhận đặt lịch hẹn: %(once)s. Không đưa mã này cho ai."),
    sms=_("Mã xác nhận đặt lịch hẹn: %(once)s. Không đưa mã này cho ai."),
    kind=ONE_TIME,
)
BOOKED = notify.declare(
    "counter.booked",
    subject=_("Đã đặt lịch hẹn %(when)s"),
    body=_("%(service)s, tại %(office)s, lúc %(when)s. Mã hẹn %(code)s. Đổi hoặc huỷ ở liên kết này."),
    sms=_("Đã đặt lịch hẹn %(when)s, mã %(code)s. Xem, đổi, huỷ:"),
    kind=APPOINTMENTS,
)
CHANGED = notify.declare(
    "counter.changed",
    subject=_("Lịch hẹn đổi sang %(when)s"),
    body=_("%(service)s, tại %(office)s, lúc %(when)s. Mã hẹn %(code)s giữ nguyên."),
    sms=_("Lịch hẹn %(code)s đổi sang %(when)s. Xem:"),
    kind=APPOINTMENTS,
)
REMINDED = notify.declare(
    "counter.reminded",
    subject=_("Nhắc lịch hẹn %(when)s"),
    body=_("%(service)s, tại %(office)s, lúc %(when)s. Mã hẹn %(code)s. Không đến được thì hãy huỷ giúp."),
    sms=_("Nhắc lịch hẹn %(code)s lúc %(when)s. Không đến được, hãy huỷ ở đây:"),
    kind=APPOINTMENTS,
)
CANCELLED = notify.declare(
    "counter.cancelled",
    subject=_("Lịch hẹn %(when)s đã bị huỷ"),
    body=_("Cơ quan huỷ lịch hẹn %(code)s vì: %(reason)s. Ông/bà đặt lịch khác ở liên kết này."),
    sms=_("Lịch hẹn %(code)s lúc %(when)s đã bị huỷ. Xem lý do, đặt lại:"),
    kind=APPOINTMENTS,
)
DISPLACED = notify.declare(
    "counter.displaced",
    subject=_("Lịch hẹn %(when)s phải đổi giờ"),
    body=_("%(office)s không làm việc vào giờ hẹn. %(reason)s. Bấm vào liên kết, chọn một giờ khác là xong."),
    sms=_("Lịch hẹn %(code)s lúc %(when)s phải đổi vì cơ quan nghỉ. Chọn giờ khác:"),
    kind=APPOINTMENTS,
)
RESTORED = notify.declare(
    "counter.restored",
    subject=_("Lịch hẹn %(when)s giữ như cũ"),
    body=_("%(office)s làm việc lại vào giờ hẹn. Lịch hẹn %(code)s giữ nguyên, ông/bà không phải làm gì."),
    sms=_("Lịch hẹn %(code)s lúc %(when)s giữ như cũ. Xem:"),
    kind=APPOINTMENTS,
)


def code(*, booking: UUID, phone: str, once: str, language: str, at: datetime) -> None:
    """Send a one-time code to a phone that has no booking yet."""
    notify.send(
        to=notify.Recipient(name="", phone=phone, language=language),
        template=CODE,
        facts={"once": once},
        about=SubjectRef(kind=BOOKING, id=booking),
        at=at,
    )


def booked(booking: Booking, *, at: datetime, by: UUID | None) -> None:
    """Tell that the time is theirs."""
    _tell(booking, BOOKED, at=at, by=by)


def changed(booking: Booking, *, at: datetime, by: UUID | None) -> None:
    """Tell the new time."""
    _tell(booking, CHANGED, at=at, by=by)


def cancelled(booking: Booking, *, at: datetime, by: UUID | None) -> None:
    """Tell that the office cancelled, and why."""
    _tell(booking, CANCELLED, at=at, by=by)


def displaced(booking: Booking, *, at: datetime) -> None:
    """Tell that the day is closed and another time is to be chosen."""
    _tell(booking, DISPLACED, at=at)


def restored(booking: Booking, *, at: datetime) -> None:
    """Tell that the time holds after all."""
    _tell(booking, RESTORED, at=at)


def reminded(booking: Booking, *, at: datetime) -> None:
    """Remind of the appointment."""
    _tell(booking, REMINDED, at=at)


def _tell(booking: Booking, template: str, *, at: datetime, by: UUID | None = None) -> None:
    contact = bookings.contact_of(booking)
    if not contact:
        return
    notify.send(
        to=notify.Recipient(
            name=contact["name"],
            kind="person" if booking.person else "",
            id=booking.person,
            email=contact["email"],
            phone=contact["phone"],
            language=booking.language,
        ),
        template=template,
        facts={
            "code": str(booking),
            "when": _said(booking.starts_at),
            "service": booking.service.name,
            "office": booking.office.name,
            "reason": booking.reason,
        },
        about=of_booking(booking, booking.office),
        link=f"/lich-hen/{booking.token}/",
        at=at,
        by=by,
    )
