"""What the tests of channels share: a person who wants messages, a notice, waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from django.db import transaction

from tests.support import people
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.notify import api
from tinhso.notify.models import Message

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 9:00 in Việt Nam
NEWS = api.declare(
    "test.news",
    subject="Hồ sơ %(code)s có tin",
    body="Vì: %(reason)s",
    sms="Hồ sơ %(code)s có tin mới.",
    kind=api.PROGRESS,
)
_numbers = count(10)


def phone() -> str:
    """A mobile number nobody else has in this run."""
    return f"0912{next(_numbers):06d}"


def person(*channels: str) -> ActorRef:
    """A person who switched these channels on for news of dossiers, and mail off."""
    made = people.person()
    assert made.id
    wanted = {(api.PROGRESS, channel): channel in channels for channel in ("mail", "sms", "zalo", "push")}
    api.choose(account=made.id, wanted=wanted, by=made, on=SubjectRef("account", made.id), at=AT)
    return made


def tell(
    to: ActorRef | None,
    number: str,
    *,
    at: datetime = AT,
    email: str = "",
    about: UUID | None = None,
    template: str = NEWS,
) -> dict[str, Message]:
    """One notice; its messages by channel."""
    recipient = api.Recipient(
        name=to.name if to else "Không tài khoản",
        kind="person" if to else "",
        id=to.id if to else None,
        email=email,
        phone=number,
    )
    with transaction.atomic():
        ids = api.send(
            to=recipient,
            template=template,
            facts={"code": "H01-1", "reason": "thiếu giấy khai sinh của cháu An"},
            about=SubjectRef("test", about or new_id()),
            link="/ho-so/H01-1/",
            at=at,
        )
    return {row.channel: row for row in Message.objects.filter(id__in=ids)}


def again(message: Message) -> Message:
    """The message as it stands now."""
    message.refresh_from_db()
    return message


def until(found: Callable[[], bool], *, seconds: float = 8) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
