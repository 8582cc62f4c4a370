"""Readers have messages before them; those erased are told nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.notify.contracts import Channel, State
from tinhso.notify.models import Message, Preference


def mark_all_read(*, message_ids: Iterable[UUID], reader: UUID, at: datetime) -> int:
    """The recipient has these in-app messages before them; how many were new. One statement."""
    return Message.objects.filter(id__in=list(message_ids), recipient_id=reader, read_at=None).update(
        read_at=at
    )


def forget(*, recipient: UUID) -> int:
    """Drop what waits for an erased recipient, every name and choice; how many were dropped.

    Browsers stay, sealed under a key that is gone: nothing can be pushed to them.
    """
    theirs = Message.objects.filter(recipient_id=recipient)
    left = [State.SENT.value, State.DELIVERED.value, State.JOINED.value]
    waiting = theirs.exclude(channel=Channel.IN_APP.value).exclude(state__in=left)
    dropped = waiting.update(state=State.DROPPED.value, error=_("Dữ liệu của người nhận đã được xóa."))
    theirs.update(recipient_name="", params=None)
    Preference.objects.filter(account_id=recipient).delete()
    return dropped
