"""Writing messages inside an act; reading them; dropping what must not leave any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SubjectRef
from tinhso.notify import jobs
from tinhso.notify.contracts import Channel, Notice, Recipient, State
from tinhso.notify.models import Message
from tinhso.notify.templates import one_line, worded


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

    In the application it is there at once; a mail is queued and leaves after commit. `link` is a path of
    ours. Returns the messages' ids; none when nothing reaches the recipient. An address no mail can go to
    gives a message that has failed already. Raises MissingFact, LookupError.
    """
    return send_all([Notice(to=to, template=template, facts=facts, about=about, link=link)], at=at)


def send_all(notices: Iterable[Notice], *, at: datetime) -> tuple[UUID, ...]:
    """Many notices at once, as `send` does each; those without mail in one statement for all."""
    rows = [_row(notice, channel, at=at) for notice in notices for channel in _channels(notice.to)]
    Message.objects.bulk_create(rows)
    queued = [{"message_id": str(row.id)} for row in rows if row.state == State.QUEUED]
    if queued:
        jobs.deliver.defer_batch(queued)
    return tuple(row.id for row in rows)


def _row(notice: Notice, channel: Channel, *, at: datetime) -> Message:
    to, about = notice.to, notice.about
    subject, body = worded(notice.template, notice.facts, language=to.language)
    row = Message(
        id=new_id(),
        template=notice.template,
        channel=channel.value,
        state=(State.SENT if channel is Channel.IN_APP else State.QUEUED).value,
        recipient_kind=to.kind,
        recipient_id=to.id,
        recipient_name=one_line(to.name),
        subject=subject,
        body=body,
        link=notice.link,
        about_kind=about.kind if about else "",
        about_id=about.id if about else None,
        written_at=at,
        sent_at=at if channel is Channel.IN_APP else None,
    )
    if channel is Channel.MAIL:
        _address(row, to.email.strip(), about=about)
    return row


def _channels(to: Recipient) -> tuple[Channel, ...]:
    return ((Channel.IN_APP,) if to.id else ()) + ((Channel.MAIL,) if to.email.strip() else ())


def _address(row: Message, email: str, *, about: SubjectRef | None) -> None:
    """Seal the address under the account's key, else under that of the subject, which is erased with it."""
    row.seal_key = row.recipient_id or (about.id if about else row.id)
    try:
        row.address = crypto.seal(row.seal_key, email.encode())
        validate_email(email)
    except crypto.Erased as erased:
        row.state, row.error = State.DROPPED.value, erased.message
    except ValidationError:
        row.state, row.error = State.FAILED.value, _("Địa chỉ thư không đúng dạng.")


def mark_all_read(*, message_ids: Iterable[UUID], reader: UUID, at: datetime) -> int:
    """The recipient has these in-app messages before them; how many were new. One statement."""
    return Message.objects.filter(id__in=list(message_ids), recipient_id=reader, read_at=None).update(
        read_at=at
    )


def forget(*, recipient: UUID) -> int:
    """Drop the mails that wait for an erased recipient, and every name; returns how many were dropped."""
    theirs = Message.objects.filter(recipient_id=recipient)
    waiting = theirs.filter(channel=Channel.MAIL.value).exclude(state=State.SENT.value)
    dropped = waiting.update(state=State.DROPPED.value, error=_("Dữ liệu của người nhận đã được xóa."))
    theirs.update(recipient_name="")
    return dropped
