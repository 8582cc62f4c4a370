"""The carrier over HTTP: orders as JSON under our key, notices signed with a shared secret.

Wire format: `POST /v1/orders`, `POST /v1/orders/<key>/cancel`, `GET /v1/orders/<key>`, bearer token. A notice
carries `X-Timestamp` (seconds) and `X-Signature`: HMAC-SHA256 in hex over timestamp, a full stop, the body.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import http, legal
from tinhso.foundation.moments import today
from tinhso.parcels.carrier import NotTaken, OrderRefused, PickedUp
from tinhso.parcels.contracts import BadNotice, ForgedNotice, Order, Station, Told

SERVICE = "post"
TIMEOUTS = http.Timeouts(connect=3, read=8, total=12)
NUMBER = re.compile(r"[A-Z0-9]{6,30}")
LONGEST = 200
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
REFUSED = frozenset({400, 404, 409, 422})


class HttpCarrier:
    """The carrier that the settings name."""

    def order(self, order: Order) -> str:
        """As the port says. The key makes a repeat harmless, so that a time-out is simply asked again."""
        answer = _asked("POST", "/v1/orders", json=asdict(order))
        if answer.status in REFUSED:
            raise OrderRefused(f"{SERVICE}: {answer.status} {_why(answer)}")
        number = _read(answer).get("number")
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            raise NotTaken(f"{SERVICE}: no number")
        return number

    def cancel(self, key: str) -> None:
        """As the port says."""
        answer = _asked("POST", f"/v1/orders/{key}/cancel")
        if answer.status == 409:
            raise PickedUp
        if answer.status != 404:
            _read(answer)

    def track(self, key: str) -> tuple[Station, ...]:
        """As the port says; of a parcel it does not know there is nothing to tell."""
        answer = _asked("GET", f"/v1/orders/{key}")
        if answer.status == 404:
            return ()
        events = _read(answer).get("events")
        try:
            return tuple(station(event) for event in events or ())
        except UNREADABLE:
            raise NotTaken(f"{SERVICE}: events cannot be read") from None


def _asked(method: str, path: str, *, json: Any = None) -> http.Answer:
    if not settings.PARCELS.url:
        raise OrderRefused(_("Chưa đặt địa chỉ của bưu điện trong cấu hình."))
    try:
        return http.call(
            method,
            f"{settings.PARCELS.url}{path}",
            service=SERVICE,
            headers={"authorization": f"Bearer {settings.PARCELS.token}"},
            json=json,
            timeouts=TIMEOUTS,
            tries=http.Tries(count=1),
        )
    except http.Unanswered as fault:
        raise NotTaken(f"{SERVICE}: {fault.code}") from None


def _read(answer: http.Answer) -> Mapping[str, Any]:
    try:
        told = answer.ensure().json()
    except http.BadAnswer:
        raise NotTaken(f"{SERVICE}: {answer.status}") from None
    if not isinstance(told, dict):
        raise NotTaken(f"{SERVICE}: not an object")
    return told


def _why(answer: http.Answer) -> str:
    """The carrier's own word for a refusal, never what was sent."""
    try:
        told = answer.json()
    except http.BadAnswer:
        return ""
    word = told.get("error") if isinstance(told, dict) else ""
    return word if isinstance(word, str) and re.fullmatch(r"[a-z_ -]{1,60}", word) else ""


def notice(*, body: bytes, timestamp: str, signature: str, at: datetime) -> tuple[str, Station]:
    """The key of a parcel and what a signed notice tells of it. Raises ForgedNotice, BadNotice."""
    post = settings.PARCELS
    right = hmac.new(post.secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    known = bool(post.url and post.secret) and hmac.compare_digest(
        right.hexdigest().encode(), signature.encode()
    )
    if not known or not _fresh(timestamp, at=at):
        raise ForgedNotice(_("Báo tin của bưu điện không có chữ ký đúng hoặc đã quá cũ."))
    try:
        told = orjson.loads(body)
        return text(told["order_key"]), station(told, at=at)
    except UNREADABLE:
        raise BadNotice(_("Không đọc được báo tin này của bưu điện.")) from None


def _fresh(stamp: str, *, at: datetime) -> bool:
    allowed = timedelta(minutes=legal.integer("post_notice_minutes", on=today(at)))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(at.timestamp() - int(stamp)) <= allowed.total_seconds()


def station(told: Mapping[str, Any], *, at: datetime | None = None) -> Station:
    """One event as the carrier writes it; never later than `at`. Raises what UNREADABLE names."""
    happened = datetime.fromisoformat(text(told["at"]))
    if happened.tzinfo is None:
        raise ValueError("a moment names its zone")
    happened = happened.astimezone(UTC)
    return Station(
        key=text(told["event_id"]),
        told=Told(told["status"]),
        at=min(happened, at) if at else happened,
        place=text(told.get("place", ""), empty=True),
        receiver=text(told.get("receiver", ""), empty=True),
    )


def text(value: object, *, empty: bool = False) -> str:
    """A string of usual length without control letters. Raises ValueError."""
    if not isinstance(value, str) or len(value) > LONGEST or not (value or empty):
        raise ValueError("not a text of usual length")
    value.encode()
    if any(ord(letter) < 32 for letter in value):
        raise ValueError("a text with control letters")
    return value
