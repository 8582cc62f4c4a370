"""Messages that did not arrive: sent anew or laid aside by who looks after them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.notify import jobs
from tinhso.notify.contracts import NotFailed, State, UnknownMessage
from tinhso.notify.models import Message

RESEND, LAY_ASIDE = "notify.resend", "notify.lay_aside"


def resend(*, message_id: UUID, by: ActorRef, at: datetime) -> None:
    """Send a failed message anew, under a new key: one that a carrier may have could arrive twice.

    Raises UnknownMessage, NotFailed, NotAllowed.
    """
    with transactions.act(RESEND, by=by, at=at, on=_subject(message_id)) as work:
        row = _failed(message_id)
        row.state, row.error, row.provider, row.sent_at = State.QUEUED.value, "", "", None
        row.round, row.tries, row.leaves_at = row.round + 1, 0, at
        row.save()
        work.defer(jobs.deliver, message_id=str(message_id))
        work.record(round=row.round)


def lay_aside(*, message_id: UUID, by: ActorRef, at: datetime) -> None:
    """Leave a failed message unsent. Raises UnknownMessage, NotFailed, NotAllowed."""
    with transactions.act(LAY_ASIDE, by=by, at=at, on=_subject(message_id)) as work:
        row = _failed(message_id)
        row.state = State.DROPPED.value
        row.error = _("%(who)s đã bỏ, sau lỗi: %(why)s") % {"who": by.name, "why": row.error}
        row.save(update_fields=["state", "error"])
        work.record(why=row.error)


def _subject(message_id: UUID) -> SubjectRef:
    if not Message.objects.filter(id=message_id).exists():
        raise UnknownMessage(_("Không có tin này."))
    return SubjectRef(kind="message", id=message_id)


def _failed(message_id: UUID) -> Message:
    row = Message.objects.select_for_update().get(id=message_id)
    if row.state != State.FAILED:
        raise NotFailed(_("Tin này không còn chờ quyết định: hãy tải lại trang."))
    return row
