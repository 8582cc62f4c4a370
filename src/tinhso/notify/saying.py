"""What a message says when it leaves: its own words, or those of a digest of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from tinhso.notify.contracts import Channel
from tinhso.notify.models import Message
from tinhso.notify.phone_words import for_phone
from tinhso.notify.templates import declare

INBOXES = {"officer": "/can-bo/tin-bao/"}
INBOX = "/cua-toi/tin-nhan/"
DIGEST = declare(
    "notify.digest",
    subject=_("Có %(count)s tin mới"),
    body=_("Ông/bà có %(count)s tin mới."),
    sms=_("Có %(count)s tin mới về hồ sơ của ông/bà."),
)


@dataclass(frozen=True, slots=True)
class Said:
    """Subject, body, link (a path of ours) and the words of a carrier's own template."""

    subject: str
    body: str
    link: str
    params: dict[str, Any] | None


def said(lead: Message, joined: Sequence[Message], *, on: date) -> Said:
    """What leaves for `lead`: itself, or one digest of it and those joined to it."""
    if not joined:
        return Said(lead.subject, lead.body, lead.link, lead.params)
    every = [lead, *joined]
    link = INBOXES.get(lead.recipient_kind, INBOX)
    facts = {"count": len(every)}
    if lead.channel in (Channel.SMS, Channel.ZALO):
        words = for_phone(DIGEST, facts, link=link, language="", on=on)
        if words is None or (lead.channel == Channel.ZALO and words.zalo is None):
            return Said(lead.subject, lead.body, lead.link, lead.params)
        return Said(lead.subject, words.text, "", words.zalo)
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("Có %(count)s tin mới") % facts
    if lead.channel == Channel.PUSH:
        return Said(subject, "\n".join(message.subject for message in every), link, None)
    parts = [
        f"{number}. {message.subject}\n{message.body}"
        + (f"\n{settings.ORIGIN}{message.link}" if message.link else "")
        for number, message in enumerate(every, 1)
    ]
    return Said(subject, "\n\n".join(parts), link, None)
