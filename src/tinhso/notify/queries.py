"""Reads of messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.notify.contracts import Channel, Choice, Device, Event, MessageView, Standing, State
from tinhso.notify.models import Attempt, Browser, Message, Preference, Provider, Receipt


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


def failures(*, limit: int = 50, after: UUID | None = None) -> tuple[MessageView, ...]:
    """Messages that did not arrive and wait for a decision, newest first; `after` pages on."""
    rows = Message.objects.filter(state=State.FAILED.value)
    if after and (last := Message.objects.filter(id=after).first()):
        rows = rows.filter(Q(written_at__lt=last.written_at) | Q(written_at=last.written_at, id__lt=after))
    return _views(rows.order_by("-written_at", "-id")[:limit])


def deliveries(*, notices: Collection[UUID], reader: UUID) -> dict[UUID, tuple[MessageView, ...]]:
    """How notices to a reader went by the other channels. One query."""
    rows = Message.objects.filter(notice__in=notices, recipient_id=reader)
    found: dict[UUID, tuple[MessageView, ...]] = {}
    for view in _views(rows.exclude(channel=Channel.IN_APP.value).order_by("written_at", "id")):
        found[view.notice] = (*found.get(view.notice, ()), view)
    return found


def choices(*, account: UUID) -> tuple[Choice, ...]:
    """What an account chose and had chosen before, newest first."""
    rows = Preference.objects.filter(account_id=account).order_by("-since", "-id")[:100]
    return tuple(
        Choice(kind=row.kind, channel=row.channel, setting=row.setting, since=row.since, until=row.until)
        for row in rows
    )


def devices(*, account: UUID) -> tuple[Device, ...]:
    """The browsers that show messages of an account."""
    rows = Browser.objects.filter(account_id=account, ended_at=None).order_by("since")
    return tuple(Device(id=row.id, label=row.label, since=row.since) for row in rows)


def histories(message_ids: Collection[UUID]) -> dict[UUID, tuple[Event, ...]]:
    """Tries and receipts of messages, oldest first. Two queries."""
    found: dict[UUID, list[Event]] = {}
    for attempt in Attempt.objects.filter(message_id__in=message_ids):
        words = Event(attempt.asked_at, attempt.provider, attempt.outcome, attempt.detail)
        found.setdefault(attempt.message_id, []).append(words)
    for receipt in Receipt.objects.filter(message_id__in=message_ids):
        words = Event(receipt.received_at, receipt.provider, receipt.status, receipt.reason)
        if receipt.message_id:
            found.setdefault(receipt.message_id, []).append(words)
    return {id: tuple(sorted(events, key=lambda event: event.at)) for id, events in found.items()}


def standings() -> tuple[Standing, ...]:
    """The SMS providers that were used, with their points."""
    rows = Provider.objects.order_by("name")
    return tuple(
        Standing(name=row.name, points=row.priority, left_alone=row.open_until is not None) for row in rows
    )


def _views(rows: QuerySet[Message]) -> tuple[MessageView, ...]:
    return tuple(
        MessageView(
            id=row.id,
            channel=Channel(row.channel),
            state=State((row.joined_to or row).state),
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
            notice=row.notice,
            delivered_at=(row.joined_to or row).delivered_at,
            leaves_at=row.leaves_at,
            provider=row.provider,
            doubtful=bool(row.provider) and row.state in (State.QUEUED, State.FAILED) and row.sent_at is None,
        )
        for row in rows.select_related("joined_to")
    )
