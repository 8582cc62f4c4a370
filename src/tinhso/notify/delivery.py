"""Handing a queued mail to the mail server."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from tinhso.foundation import crypto
from tinhso.foundation.jobs import Retry
from tinhso.notify.contracts import State
from tinhso.notify.models import Message

RETRY = Retry(tries=6)


def deliver(*, message_id: UUID, at: datetime) -> None:
    """Send one queued mail. A message already sent is left alone, so a repeated job sends nothing twice.

    The Message-ID is ours, so a mail that left just before a crash is recognised by mail programs as
    the same one. Raises the mail server's error, so that the queue tries again; after the last try the
    message is marked failed and lies with its owner.
    """
    message = Message.objects.filter(id=message_id).exclude(state=State.SENT.value).first()
    if message is None or message.seal_key is None or message.address is None:
        return
    tries = message.tries + 1
    try:
        _mail(message, crypto.unseal(message.seal_key, bytes(message.address)).decode()).send()
    except Exception as error:
        state = State.FAILED if tries >= RETRY.tries else State.QUEUED
        _note(message_id, state=state, tries=tries, error=f"{type(error).__name__}: {error}"[:500])
        raise
    _note(message_id, state=State.SENT, tries=tries, error="", sent_at=at)


def _mail(message: Message, address: str) -> EmailMessage:
    link = f"\n\n{settings.ORIGIN}{message.link}" if message.link else ""
    return EmailMessage(
        subject=message.subject,
        body=message.body + link,
        to=[address],
        headers={"Message-ID": f"<{message.id}@{settings.MAIL_DOMAIN}>"},
    )


def _note(message_id: UUID, *, state: State, tries: int, error: str, sent_at: datetime | None = None) -> None:
    Message.objects.filter(id=message_id).update(state=state.value, tries=tries, error=error, sent_at=sent_at)
