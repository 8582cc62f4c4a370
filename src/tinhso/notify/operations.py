"""Writing messages inside an act, and sending them after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from tinhso.foundation import crypto
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SubjectRef
from tinhso.notify import jobs
from tinhso.notify.contracts import Channel, Recipient, State
from tinhso.notify.models import Message
from tinhso.notify.templates import worded


def send(
    *,
    to: Recipient,
    template: str,
    facts: Mapping[str, object],
    about: SubjectRef | None,
    link: str = "",
    at: datetime,
) -> tuple[UUID, ...]:
    """Tell someone, by every channel that reaches them, in the running transaction.

    In the application it is there at once; a mail is queued and leaves after commit. Returns the
    messages' ids; none when nothing reaches the recipient. Raises MissingFact, LookupError.
    """
    subject, body = worded(template, facts)
    rows = [
        Message(
            id=new_id(),
            template=template,
            channel=channel.value,
            state=(State.SENT if channel is Channel.IN_APP else State.QUEUED).value,
            recipient_kind=to.kind,
            recipient_id=to.id,
            recipient_name=to.name,
            subject=subject,
            body=body,
            link=link,
            about_kind=about.kind if about else "",
            about_id=about.id if about else None,
            written_at=at,
            sent_at=at if channel is Channel.IN_APP else None,
        )
        for channel in _channels(to)
    ]
    for row in rows:
        if row.channel == Channel.MAIL:
            row.seal_key = to.id or row.id
            row.address = crypto.seal(row.seal_key, to.email.encode())
    Message.objects.bulk_create(rows)
    for row in rows:
        if row.state == State.QUEUED:
            jobs.deliver.defer(message_id=str(row.id))
    return tuple(row.id for row in rows)


def _channels(to: Recipient) -> tuple[Channel, ...]:
    return ((Channel.IN_APP,) if to.id else ()) + ((Channel.MAIL,) if to.email else ())


def mark_all_read(*, message_ids: Iterable[UUID], reader: UUID, at: datetime) -> int:
    """The recipient has these in-app messages before them; how many were new. One statement."""
    return Message.objects.filter(id__in=list(message_ids), recipient_id=reader, read_at=None).update(
        read_at=at
    )


def mark_read(*, message_id: UUID, reader: UUID, at: datetime) -> bool:
    """The recipient has read an in-app message; False when it is not theirs."""
    return bool(Message.objects.filter(id=message_id, recipient_id=reader, read_at=None).update(read_at=at))
