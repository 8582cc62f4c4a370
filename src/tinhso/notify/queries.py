"""Reads of messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.notify.contracts import Channel, MessageView, State
from tinhso.notify.models import Message


def inbox(
    *, reader: UUID, before: datetime | None = None, before_id: UUID | None = None, limit: int = 30
) -> tuple[MessageView, ...]:
    """In-app messages of an account, newest first. One query.

    `before` and `before_id`, of the last message shown, continue an earlier page; without the id, messages
    written at that very moment are left out.
    """
    rows = Message.objects.filter(recipient_id=reader, channel=Channel.IN_APP.value)
    if before and before_id:
        rows = rows.filter(written_at__lte=before)
        rows = rows.filter(Q(written_at__lt=before) | Q(id__lt=before_id))
    elif before:
        rows = rows.filter(written_at__lt=before)
    return _views(rows.order_by("-written_at", "-id")[:limit])


def unread(*, reader: UUID) -> int:
    """How many in-app messages an account has not read, counted to 100."""
    rows = Message.objects.filter(recipient_id=reader, channel=Channel.IN_APP.value, read_at=None)
    return rows.values("id")[:100].count()


def about(*, kind: str, subject_id: UUID, reader: UUID | None = None) -> tuple[MessageView, ...]:
    """Everything sent about a subject, oldest first; with `reader` only what that account reads in-app."""
    rows = Message.objects.filter(about_kind=kind, about_id=subject_id)
    if reader is not None:
        rows = rows.filter(recipient_id=reader, channel=Channel.IN_APP.value)
    return _views(rows.order_by("written_at", "id"))


def failures(*, limit: int = 50) -> tuple[MessageView, ...]:
    """Messages that did not arrive, newest first."""
    return _views(Message.objects.filter(state=State.FAILED.value).order_by("-written_at")[:limit])


def _views(rows: Iterable[Message]) -> tuple[MessageView, ...]:
    return tuple(
        MessageView(
            id=row.id,
            channel=Channel(row.channel),
            state=State(row.state),
            recipient=row.recipient_name,
            subject=row.subject,
            body=row.body,
            link=row.link,
            about_kind=row.about_kind,
            about_id=row.about_id,
            written_at=row.written_at,
            sent_at=row.sent_at,
            read_at=row.read_at,
            tries=row.tries,
            error=row.error,
        )
        for row in rows
    )
