"""Handing a queued mail to the mail server: at least once, with one Message-ID for all tries.

The mail server and our database share no transaction. A worker that dies after the server took the mail and
before the message is marked sends it again; the Message-ID is the same, so that mail programs which look
at it show one mail. In every other case a mail leaves once: a message already sent is left alone, and
two workers on the same message do not both send, since each try is claimed before it is made.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.foundation.jobs import GiveUp, Retry
from tinhso.notify.contracts import State
from tinhso.notify.models import Message

RETRY = Retry(tries=6)
LONGEST_WAIT = timedelta(hours=24)
ERROR_LETTERS = 500


class NotDelivered(Exception):
    """The mail server did not take the mail this time. Says why, without the address."""


class Refused(NotDelivered, GiveUp):
    """The mail server will never take this mail, so no further try is made."""


def deliver(*, message_id: UUID, at: datetime) -> None:
    """Send one queued mail.

    Raises NotDelivered, so that the queue tries again, or Refused. After the last try the message is
    marked failed and its job lies with its owner; retried from there it is sent and marked so.
    """
    message = Message.objects.filter(id=message_id, channel="mail").first()
    if message is None or message.state in (State.SENT, State.DROPPED) or not _claimed(message):
        return
    try:
        address = crypto.unseal(_key(message), bytes(message.address or b"")).decode()
    except crypto.Erased as erased:
        _note(message_id, state=State.DROPPED, error=erased.message)
        return
    try:
        _mail(message, address).send()
    except Exception as error:
        said = f"{type(error).__name__}: {error}".replace(address, "…")[:ERROR_LETTERS]
        final = _is_final(error)
        failed = final or message.tries + 1 >= RETRY.tries
        _note(message_id, state=State.FAILED if failed else State.QUEUED, error=said)
        raise (Refused if final else NotDelivered)(said) from None
    _note(message_id, state=State.SENT, error="", sent_at=at)


def give_up_stuck(*, at: datetime) -> int:
    """Mark mails as failed that have waited for a day, such as those whose job was lost; how many.

    They are still sent when their job comes after all.
    """
    stuck = Message.objects.filter(state=State.QUEUED.value, written_at__lt=at - LONGEST_WAIT)
    return stuck.update(state=State.FAILED.value, error=_("Thư chưa gửi được sau một ngày."))


def _claimed(message: Message) -> bool:
    """Count this try; False when another worker has begun one since the message was read."""
    same = Message.objects.filter(id=message.id, tries=message.tries, state=message.state)
    return bool(same.update(tries=F("tries") + 1))


def _key(message: Message) -> UUID:
    if message.seal_key is None:
        raise ValueError("a mail has an address")
    return message.seal_key


def _mail(message: Message, address: str) -> EmailMessage:
    link = f"\n\n{settings.ORIGIN}{message.link}" if message.link else ""
    return EmailMessage(
        subject=message.subject,
        body=message.body + link,
        to=[address],
        headers={
            "Message-ID": f"<{message.id}@{settings.MAIL_DOMAIN}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _is_final(error: Exception) -> bool:
    """Whether the server said of the recipient or the mail itself that it never will."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def _note(message_id: UUID, *, state: State, error: str, sent_at: datetime | None = None) -> None:
    """Mark the message, unless another worker has sent it or it was dropped meanwhile."""
    open_still = Message.objects.filter(id=message_id).exclude(state=State.SENT.value)
    if state is not State.SENT:
        open_still = open_still.exclude(state=State.DROPPED.value)
    open_still.update(state=state.value, error=error, sent_at=sent_at)
