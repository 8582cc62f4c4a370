"""Handing a queued message to its carrier, and what becomes of it.

A carrier and our database share no transaction. Each try is claimed before it is made, so that two workers on
the same message do not both send. A worker that dies after the carrier took the message and before it is
marked tries again under the same key: a mail with the same Message-ID, an SMS with the same request id at the
same provider, a push with the same topic.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.foundation.jobs import Retry
from tinhso.foundation.moments import today
from tinhso.notify.carriers import mail, push, sms, zalo
from tinhso.notify.carriers.outcomes import Doubtful, NotDelivered, Refused
from tinhso.notify.contracts import Channel, State
from tinhso.notify.models import Message
from tinhso.notify.saying import Said, said

RETRY = Retry(tries=6)
LONGEST_WAIT = timedelta(hours=24)
REPLAY_AFTER = timedelta(hours=2)
ERROR_LETTERS = 500
DONE = frozenset({State.SENT, State.DELIVERED, State.DROPPED, State.JOINED, State.STANDBY})


def deliver(*, message_id: UUID, at: datetime) -> UUID | None:
    """Send one queued message, together with those that wait with it; the id of one that now leaves instead.

    Raises NotDelivered, so that the queue tries again, or Refused. After the last try the message is
    marked failed and its job lies with its owner; retried from there it is sent and marked so.
    """
    message = _gathered(message_id, at=at)
    if message is None or not _claimed(message):
        return None
    try:
        address = _address(message)
        joined = tuple(Message.objects.filter(joined_to=message).order_by("written_at", "id"))
        _carry(message, address, said(message, joined, on=today(at)), at=at)
    except crypto.Erased as erased:
        _note(message_id, state=State.DROPPED, error=erased.message)
        return None
    except NotDelivered as fault:
        return _not_delivered(message, fault, address=address)
    except Exception as fault:
        return _not_delivered(message, NotDelivered(f"{type(fault).__name__}: {fault}"), address=address)
    _note(message_id, state=State.SENT, error="", sent_at=at)
    Message.objects.filter(notice=message.notice, state=State.STANDBY.value).delete()
    return None


def _not_delivered(message: Message, fault: NotDelivered, *, address: str) -> UUID | None:
    words = str(fault).replace(address, "…") if address else str(fault)
    words = words[:ERROR_LETTERS]
    final = isinstance(fault, Refused) or RETRY.wait(made=message.tries + 1, error=fault) is None
    if final and not isinstance(fault, Doubtful) and (instead := _stood_by(message)):
        _note(message.id, state=State.DROPPED, error=_("Gửi bằng SMS thay: %(why)s") % {"why": words})
        return instead
    _note(message.id, state=State.FAILED if final else State.QUEUED, error=words)
    raise type(fault)(words) from None


def _stood_by(message: Message) -> UUID | None:
    """Let the message leave that stood by for this one; its id."""
    waiting = Message.objects.filter(notice=message.notice, state=State.STANDBY.value)
    ids = list(waiting.values_list("id", flat=True))
    waiting.update(state=State.QUEUED.value)
    return ids[0] if ids else None


def _carry(message: Message, address: str, words: Said, *, at: datetime) -> None:
    if message.channel == Channel.MAIL:
        mail.carry(message, address, words)
    elif message.channel == Channel.SMS:
        sms.carry(message, address, words, at=at)
    elif message.channel == Channel.ZALO:
        zalo.carry(message, address, words, at=at)
    else:
        push.carry(message, address, words, at=at)


def _gathered(message_id: UUID, *, at: datetime) -> Message | None:
    """The message if it still waits, with those joined to it that are to reach the same reader by now.

    When it leaves is for the queue to say: two machines' clocks may differ.
    """
    message = Message.objects.filter(id=message_id).first()
    if message is None or message.state in DONE:
        return None
    if message.urgent or message.tries or message.recipient_id is None or message.channel == Channel.PUSH:
        return message
    with transaction.atomic():
        waiting = list(
            Message.objects.select_for_update()
            .filter(recipient_id=message.recipient_id, channel=message.channel, urgent=False, tries=0)
            .filter(Q(state=State.QUEUED.value, leaves_at__lte=at) | Q(id=message_id))
            .order_by("id")
        )
        mine = next((row for row in waiting if row.id == message_id), None)
        if mine is None or mine.state in DONE:
            return None
        others = [row.id for row in waiting if row.id != message_id and row.state == State.QUEUED]
        Message.objects.filter(id__in=others).update(state=State.JOINED.value, joined_to=mine)
    return mine


def replayable(*, at: datetime) -> tuple[UUID, ...]:
    """Messages that should have left long ago, such as those whose job was lost."""
    late = Message.objects.filter(state=State.QUEUED.value, leaves_at__lt=at - REPLAY_AFTER)
    return tuple(late.values_list("id", flat=True)[:1000])


def give_up_stuck(*, at: datetime) -> int:
    """Mark messages as failed that have waited for a day after they should have left; how many.

    They are still sent when their job comes after all.
    """
    stuck = Message.objects.filter(state=State.QUEUED.value, leaves_at__lt=at - LONGEST_WAIT)
    return stuck.update(state=State.FAILED.value, error=_("Tin chưa gửi được sau một ngày."))


def _claimed(message: Message) -> bool:
    """Count this try; False when another worker has begun one since the message was read."""
    same = Message.objects.filter(id=message.id, tries=message.tries, state=message.state)
    return bool(same.update(tries=F("tries") + 1))


def _address(message: Message) -> str:
    if message.channel == Channel.PUSH:
        return ""
    if message.seal_key is None:
        raise ValueError("a message that leaves has an address")
    return crypto.unseal(message.seal_key, bytes(message.address or b"")).decode()


def _note(message_id: UUID, *, state: State, error: str, sent_at: datetime | None = None) -> None:
    """Mark the message, unless it was sent, or dropped, or its receipt came meanwhile."""
    open_still = Message.objects.filter(id=message_id).exclude(
        state__in=[State.SENT.value, State.DELIVERED.value]
    )
    if state is not State.SENT:
        open_still = open_still.exclude(state=State.DROPPED.value)
    open_still.update(state=state.value, error=error, sent_at=sent_at)
