"""Trying a message: claimed, carried with nothing open, and what came of it kept."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tinhso.exchange.message_contracts import MessageAnswered, MessageDied, MessageKind, MessageState, Outcome
from tinhso.exchange.messages import transport
from tinhso.exchange.messages.clients import Client, clients
from tinhso.exchange.messages.transport import Outward, Tried
from tinhso.exchange.models import Attempt, Errand
from tinhso.exchange.open_work import open_work
from tinhso.foundation import crypto, events

MARGIN = timedelta(seconds=30)
"""Beyond a client's time-out, before another may take a claimed message."""
GONE = "client-gone"


def seal(message_id: UUID, target: str, body: bytes) -> bytes:
    """What a message asks, sealed under its own key."""
    return crypto.seal(message_id, msgspec.msgpack.encode((target, body)))


def claim(message_id: UUID, *, at: datetime) -> Errand | None:
    """The message for one try; None when it waits no more, not yet, or another is trying it."""
    held = Errand.objects.filter(id=message_id).first()
    if held is None:
        return None
    patience = clients.get(held.client).timeouts.total if held.client in clients else 0
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    taken = Errand.objects.filter(free, id=message_id, state=MessageState.WAITING).update(
        claimed_until=at + timedelta(seconds=patience) + MARGIN,
        tries=F("tries") + 1,
        tries_since=F("tries_since") + 1,
    )
    return Errand.objects.get(id=message_id) if taken else None


def once(message: Errand, *, at: datetime) -> tuple[Tried, Any]:
    """Try a claimed message once and keep the try; what came, and the answer read.

    Raises http.TransactionOpen.
    """
    begun = time.monotonic()
    if message.client not in clients or message.request is None:
        tried, read = Tried(Outcome.UNREADABLE, fault_code=GONE, detail=_gone(message)), None
    else:
        tried, read = _carried(message, clients.get(message.client))
    Attempt.objects.create(
        message=message,
        number=message.tries,
        at=at,
        milliseconds=round((time.monotonic() - begun) * 1000),
        outcome=tried.outcome,
        status=tried.status,
        fault_code=tried.fault_code,
        detail=tried.detail,
        request_id=tried.request_id,
    )
    return tried, read


def _gone(message: Errand) -> str:
    if message.request is None:
        return _("Nội dung tin này đã được xóa sau thời hạn giữ.")
    return _("Phiên bản này không còn phần gửi %(name)s.") % {"name": message.client}


def _carried(message: Errand, client: Client[Any, Any]) -> tuple[Tried, Any]:
    target, body = msgspec.msgpack.decode(
        crypto.unseal(message.id, bytes(message.request or b"")), type=tuple[str, bytes]
    )
    outward = Outward(
        id=message.id,
        service=message.service,
        verb=message.verb,
        target=target,
        body=body,
        headers=client.headers,
        user_id=message.user_id,
        issue=message.issue,
        reason=message.reason,
    )
    tried = transport.carry(outward, also=client.also, timeouts=client.timeouts, most_bytes=client.most_bytes)
    if tried.outcome is not Outcome.ANSWERED:
        return tried, None
    try:
        return tried, client.read(tried.status or 0, tried.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        detail = _("Câu trả lời không đúng mẫu đã khai.")
        return replace(tried, outcome=Outcome.UNREADABLE, detail=detail), None


def settle(message: Errand, tried: Tried, *, again_at: datetime | None, at: datetime) -> MessageState:
    """Keep what the last try came to: answered, tried again later, or at an end. One transaction."""
    answered = tried.outcome is Outcome.ANSWERED
    if answered:
        state = MessageState.ANSWERED
    elif again_at is not None:
        state = MessageState.WAITING
    else:
        state = MessageState.DEAD if message.kind == MessageKind.SEND else MessageState.FAILED
    ended = None if state is MessageState.WAITING else at
    with transaction.atomic():
        Errand.objects.filter(id=message.id, state=MessageState.WAITING).update(
            state=state,
            claimed_until=None,
            next_at=again_at if state is MessageState.WAITING else None,
            ended_at=ended,
            outcome=tried.outcome,
            fault_code=tried.fault_code,
            detail=tried.detail,
            status=tried.status,
            request_id=tried.request_id,
            answer=crypto.seal(message.id, tried.body) if answered else None,
            forget_at=_forgotten(message, state, at),
        )
        if answered and message.kind == MessageKind.SEND:
            events.deliver(MessageAnswered(message.id, message.client, message.business_key, at))
        elif state is MessageState.DEAD:
            open_work.changed()
            events.deliver(
                MessageDied(
                    message.id, message.client, message.business_key, tried.outcome, tried.fault_code, at
                )
            )
    return state


def _forgotten(message: Errand, state: MessageState, at: datetime) -> datetime | None:
    """A dead message is kept until its owner has decided."""
    if state in (MessageState.WAITING, MessageState.DEAD) or message.client not in clients:
        return None
    return at + clients.get(message.client).keep


def forget(*, at: datetime, limit: int = 1000) -> int:
    """Forget what messages said whose time is over; the number forgotten. Their trace stays."""
    with transaction.atomic():
        ids = list(
            Errand.objects.select_for_update(skip_locked=True)
            .filter(forget_at__lte=at)
            .values_list("id", flat=True)[:limit]
        )
        for each in ids:
            crypto.erase(each, at=at)
        Errand.objects.filter(id__in=ids).update(request=None, answer=None, forget_at=None)
    return len(ids)
