"""Handing a queued mail to the mail server."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F

from tinhso.foundation import crypto
from tinhso.notify.contracts import State
from tinhso.notify.models import Message


def deliver(*, message_id: UUID, at: datetime) -> None:
    """Send one queued mail. A message already sent is left alone, so a repeated job sends nothing twice.

    The Message-ID is ours, so a mail that left just before a crash is recognised by mail programs as
    the same one. Raises the mail server's error for the queue to try again.
    """
    message = Message.objects.filter(id=message_id).exclude(state=State.SENT.value).first()
    if message is None:
        return
    address = crypto.unseal(message.seal_key, bytes(message.address or b"")) if message.seal_key else None
    if not address:
        failed(message_id=message_id, error="address erased")
        return
    Message.objects.filter(id=message_id).update(tries=F("tries") + 1)
    EmailMessage(
        subject=message.subject,
        body=message.body + (f"\n\n{settings.ORIGIN}{message.link}" if message.link else ""),
        to=[address.decode()],
        headers={"Message-ID": f"<{message.id}@{settings.MAIL_DOMAIN}>"},
    ).send()
    Message.objects.filter(id=message_id).update(state=State.SENT.value, sent_at=at, error="")


def failed(*, message_id: UUID, error: str) -> None:
    """Mark a message that will not be tried again by itself."""
    Message.objects.filter(id=message_id).update(state=State.FAILED.value, error=error[:500] or "?")
