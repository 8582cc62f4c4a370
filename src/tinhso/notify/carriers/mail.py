"""Handing a mail to the mail server: at least once, with one Message-ID for all tries."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from tinhso.notify.carriers.outcomes import NotDelivered, Refused
from tinhso.notify.models import Message
from tinhso.notify.saying import Said

NAME = "mail"


def carry(message: Message, address: str, said: Said) -> None:
    """Send one mail. Raises NotDelivered, or Refused when the server never will take it."""
    link = f"\n\n{settings.ORIGIN}{said.link}" if said.link else ""
    mail = EmailMessage(
        subject=said.subject,
        body=said.body + link,
        to=[address],
        headers={
            "Message-ID": f"<{message.id}@{settings.MAIL_DOMAIN}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        mail.send()
    except Exception as error:
        kind = Refused if _is_final(error) else NotDelivered
        raise kind(f"{type(error).__name__}: {error}") from None


def _is_final(error: Exception) -> bool:
    """Whether the server said of the recipient or the mail itself that it never will."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600
