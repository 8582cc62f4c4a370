"""Receipts of carriers: signed, told once, in any order."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.notify.contracts import BadReceipt, Forged, State
from tinhso.notify.models import Attempt, Message, Receipt

logger = logging.getLogger(__name__)
KEY = re.compile(r"([0-9a-f]{32})-(\d{1,4})")
STATUSES = frozenset({"sent", "delivered", "failed"})
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One receipt: the carrier's own key for it, the message's key, what happened and when."""

    provider: str
    key: str
    message_key: str
    status: str
    occurred_at: datetime
    reason: str = ""


def of_sms(*, provider: str, body: bytes, timestamp: str, signature: str, at: datetime) -> str:
    """Take a receipt of an SMS provider; its effect. Raises Forged, BadReceipt."""
    known = next((one for one in settings.MESSAGING.sms if one.name == provider), None)
    secret = known.secret.encode() if known else b""
    right = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if known is None or not hmac.compare_digest(right.encode(), signature.encode()):
        _refuse(provider, "signature")
    _check_age(provider, timestamp, seconds=1, at=at)
    try:
        told = orjson.loads(body)
        found = Told(
            provider=provider,
            key=_text(told["receipt_id"]),
            message_key=_text(told["request_id"]),
            status=_text(told["status"]),
            occurred_at=_moment(told["at"], at=at),
            reason=_text(told.get("reason", ""), empty=True),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _bad() from None
    return take(found, at=at)


def of_zalo(*, body: bytes, signature: str, at: datetime) -> str:
    """Take an event of Zalo; its effect. Raises Forged, BadReceipt."""
    zalo = settings.MESSAGING.zalo
    try:
        told = orjson.loads(body)
        stamp = _text(told["timestamp"])
        text = body.decode()
    except (ValueError, KeyError, TypeError):
        raise _bad() from None
    right = "mac=" + hashlib.sha256(f"{zalo.app_id}{text}{stamp}{zalo.secret}".encode()).hexdigest()
    if not zalo.url or not hmac.compare_digest(right.encode(), signature.encode()):
        _refuse("zalo", "signature")
    _check_age("zalo", stamp, seconds=1000, at=at)
    try:
        if told["event_name"] != "user_received_message":
            return "ignored"
        message = told["message"]
        found = Told(
            provider="zalo",
            key=_text(message["msg_id"]),
            message_key=_text(message["tracking_id"]),
            status="delivered",
            occurred_at=_moment(datetime.fromtimestamp(int(stamp) / 1000, UTC).isoformat(), at=at),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        raise _bad() from None
    return take(found, at=at)


def take(told: Told, *, at: datetime) -> str:
    """Keep a receipt once and do what it says: `applied`, `older`, `unknown`, or `duplicate`.

    The strongest word counts, whatever the order: delivered, then failed, then sent.
    """
    if told.status not in STATUSES:
        raise _bad()
    with transaction.atomic():
        message = _message(told)
        effect = "unknown" if message is None else "applied" if _advances(message, told) else "older"
        row = Receipt(
            provider=told.provider,
            key=told.key,
            message=message,
            status=told.status,
            reason=told.reason,
            occurred_at=told.occurred_at,
            received_at=at,
            effect=effect,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return "duplicate"
        if message is not None and effect == "applied":
            _apply(message, told)
    if effect == "unknown":
        logger.warning("%s told of a message nobody knows here: %s", told.provider, told.message_key)
    return effect


def _message(told: Told) -> Message | None:
    """The message a receipt is about, locked; only one that this carrier was asked to carry."""
    match = KEY.fullmatch(told.message_key)
    if not match:
        return None
    rows = Message.objects.select_for_update().filter(id=UUID(match.group(1)))
    channel = "zalo" if told.provider == "zalo" else "sms"
    message = rows.filter(channel=channel).first()
    asked = Attempt.objects.filter(message=message, provider=told.provider) if message else None
    return message if asked is not None and asked.exists() else None


def _advances(message: Message, told: Told) -> bool:
    if message.state in (State.DELIVERED, State.DROPPED, State.JOINED):
        return False
    if told.status != "delivered" and not told.message_key.endswith(f"-{message.round}"):
        return False  # of an earlier sending, before an officer had it sent anew
    if told.status == "sent":
        return message.state == State.QUEUED or (message.state == State.FAILED and message.sent_at is None)
    return told.status == "delivered" or message.state != State.FAILED or message.sent_at is None


def _apply(message: Message, told: Told) -> None:
    sent_at = message.sent_at or max(told.occurred_at, message.written_at)
    message.provider, message.sent_at = told.provider, sent_at
    if told.status == "sent":
        message.state, message.error = State.SENT.value, ""
    elif told.status == "delivered":
        message.state, message.error = State.DELIVERED.value, ""
        message.delivered_at = max(told.occurred_at, sent_at)
    else:
        message.state = State.FAILED.value
        message.error = _("Nhà mạng báo không đến được máy: %(why)s.") % {"why": told.reason or "?"}
    message.save(update_fields=["state", "error", "provider", "sent_at", "delivered_at"])


def _check_age(provider: str, stamp: str, *, seconds: int, at: datetime) -> None:
    """Refuse what was signed too long ago or in the future: somebody may have kept it."""
    allowed = timedelta(minutes=legal.integer("notice_receipt_minutes", on=today(at)))
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 16:
        _refuse(provider, "time")
    signed = int(stamp) / seconds
    if abs(at.timestamp() - signed) > allowed.total_seconds():
        _refuse(provider, "age")


def _refuse(provider: str, why: str) -> None:
    logger.warning("a receipt in the name of %s was refused: %s", provider, why)
    raise Forged(_("Báo nhận không có chữ ký đúng hoặc đã quá cũ."), provider=provider, why=why)


def _bad() -> BadReceipt:
    return BadReceipt(_("Không đọc được báo nhận này."))


def _text(value: object, *, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\x00" in value or not (value or empty):
        raise ValueError("not a text of usual length")
    value.encode()
    return value


def _moment(value: object, *, at: datetime) -> datetime:
    """When it happened, never later than now: a carrier's clock may be ahead."""
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError("a moment names its zone")
    return min(found.astimezone(UTC), at)
