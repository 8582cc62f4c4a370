"""Booking without an account: a one-time code shows that the phone is in one's hand."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.counter import appointment_notices as notices
from tinhso.counter.appointment_contracts import Booker, NoSuchBooking, TooManyBookings, WrongCode
from tinhso.counter.models import Booking, PhoneCheck
from tinhso.counter.operations import bookings
from tinhso.counter.subjects import BOOKING
from tinhso.foundation import crypto, legal, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, SubjectRef
from tinhso.foundation.text import Unreadable

DIGITS = 6
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book, and for whom."""

    service: UUID
    starts_at: datetime
    name: str
    phone: str
    language: str = ""


def ask(wish: Wish, *, address: str, at: datetime) -> str:
    """Send a code to the phone; the token of the page where it is typed.

    Raises Invalid for a missing name or an unreadable number, TooManyBookings (legal values
    `appointment_codes_a_day` per phone, `appointment_codes_an_hour` per network address).
    """
    phone = _phone(wish)
    sender = crypto.keyed_hash("counter.sender", address)
    once = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    who = Booker(name=wish.name.strip(), phone=wish.phone.strip(), language=wish.language)
    check = PhoneCheck(
        id=new_id(),
        token=secrets.token_urlsafe(bookings.TOKEN_BYTES),
        booking=new_id(),
        service_id=wish.service,
        starts_at=wish.starts_at,
        phone=phone,
        sender=sender,
        language=wish.language,
        sent_at=at,
    )
    check.code = _hashed(check, once)
    on = SubjectRef(kind=BOOKING, id=check.booking)
    with transactions.act("counter.ask_code", by=SYSTEM, at=at, on=on):
        _line_up(phone, sender)
        _within_limits(phone, sender, at=at)
        check.contact = bookings.sealed(who, key=check.booking)
        check.save(force_insert=True)
        notices.code(booking=check.booking, phone=who.phone, once=once, language=wish.language, at=at)
    return check.token


def check_of(token: str, *, at: datetime) -> PhoneCheck:
    """The check of a page's address while it can be used. Raises NoSuchBooking."""
    found = PhoneCheck.objects.select_related("service__office").filter(token=token, used_at=None).first()
    if found is None or at > _ends(found):
        raise NoSuchBooking(_("Mã xác nhận đã hết hạn. Hãy chọn giờ và nhận mã mới."))
    return found


def confirm(*, token: str, typed: str, at: datetime) -> PhoneCheck:
    """The typed code is the one sent. Raises WrongCode, TooManyBookings after `appointment_code_tries`."""
    check = check_of(token, at=at)
    if check.confirmed_at is not None:
        return check
    PhoneCheck.objects.filter(id=check.id).update(tries=F("tries") + 1)
    check.refresh_from_db(fields=["tries"])
    if check.tries > legal.integer("appointment_code_tries", on=today(at)):
        raise TooManyBookings(_("Đã nhập sai nhiều lần. Hãy chọn lại giờ và nhận mã mới."))
    if not hmac.compare_digest(bytes(check.code), _hashed(check, "".join(typed.split()))):
        sentence = _("Mã xác nhận không đúng. Hãy xem lại 6 chữ số trong tin nhắn.")
        raise WrongCode(sentence, faults={"ma": sentence})
    PhoneCheck.objects.filter(id=check.id).update(confirmed_at=at)
    check.confirmed_at = at
    return check


def book(*, token: str, starts_at: datetime | None = None, at: datetime) -> Booking:
    """Book with a phone that has shown itself; another time of the same service with `starts_at`.

    Raises NoSuchBooking for one that has not, and what `bookings.book` raises; then it may try again.
    """
    check = check_of(token, at=at)
    if check.confirmed_at is None:
        raise NoSuchBooking(_("Số điện thoại chưa được xác nhận. Hãy nhập mã trong tin nhắn."))
    with transaction.atomic():
        booking = bookings.book(
            service_id=check.service_id,
            starts_at=starts_at or check.starts_at,
            who=booker(check),
            booking_id=check.booking,
            at=at,
        )
        PhoneCheck.objects.filter(id=check.id).update(used_at=at)
    return booking


def booker(check: PhoneCheck) -> Booker:
    """Whom the check is about."""
    who = orjson.loads(crypto.unseal(check.booking, bytes(check.contact)))
    return Booker(name=who["name"], phone=who["phone"], language=check.language)


def forget_old(*, at: datetime) -> None:
    """Checks of more than a day ago go, with the contact of those that never booked."""
    old = PhoneCheck.objects.filter(sent_at__lt=at - DAY)
    for booking in old.filter(used_at=None).values_list("booking", flat=True):
        crypto.erase(booking, at=at)
    old.delete()


def _phone(wish: Wish) -> bytes:
    faults = {}
    if not wish.name.strip():
        faults["ten"] = _("Hãy nhập họ và tên người đến.")
    hashed = b""
    try:
        hashed = bookings.phone_hash(wish.phone)
    except Unreadable as unreadable:
        faults["so"] = unreadable.message
    if faults:
        raise Invalid(_("Chưa gửi được mã. Hãy sửa các mục được nêu."), faults=faults)
    return hashed


def _line_up(*keys: bytes) -> None:
    """Who asks for the same phone or from the same network waits for the other, so that limits count."""
    with connection.cursor() as cursor:
        for lock in sorted(f"counter.code:{key.hex()}" for key in keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])


def _within_limits(phone: bytes, sender: bytes, *, at: datetime) -> None:
    day = today(at)
    of_phone = PhoneCheck.objects.filter(phone=phone, sent_at__gt=at - DAY).count()
    of_sender = PhoneCheck.objects.filter(sender=sender, sent_at__gt=at - HOUR).count()
    if of_phone >= legal.integer("appointment_codes_a_day", on=day):
        raise TooManyBookings(
            _("Số điện thoại này đã nhận nhiều mã hôm nay. Hãy đăng nhập để đặt lịch, hoặc thử lại ngày mai.")
        )
    if of_sender >= legal.integer("appointment_codes_an_hour", on=day):
        raise TooManyBookings(
            _("Đã gửi quá nhiều mã từ mạng này trong một giờ. Hãy đăng nhập để đặt lịch, hoặc thử lại sau.")
        )


def _hashed(check: PhoneCheck, once: str) -> bytes:
    return crypto.keyed_hash("counter.once", f"{check.id}:{once}")


def _ends(check: PhoneCheck) -> datetime:
    since = check.confirmed_at or check.sent_at
    return since + timedelta(minutes=legal.integer("appointment_code_minutes", on=today(since)))
