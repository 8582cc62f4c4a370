"""One call tells a person by every channel that reaches them; what does not arrive is seen."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.message import Message as Mail
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from tests.support.people import AT
from tinhso.foundation import jobs
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SubjectRef
from tinhso.notify import api as notify
from tinhso.notify import delivery
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db
TEMPLATE = notify.declare("notify.thu", subject="Hồ sơ %(code)s", body="Kính gửi %(name)s,\nĐã tiếp nhận.")
FACTS = {"code": "H01-0001", "name": "Danh Sóc Kha"}


class Post:
    """A mail server that keeps what it is handed, or refuses everybody."""

    def __init__(self) -> None:
        self.letters: list[Mail] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by the server for each letter."""
        if self.refuses:
            return "554 no"
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 kept"


@pytest.fixture
def post(settings: LazySettings) -> Iterator[Post]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = Post()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield office
    controller.stop()


def told(*, id: bool = True, address: str = "kha@example.vn") -> notify.Recipient:
    return notify.Recipient(
        name="Danh Sóc Kha", kind="person" if id else "", id=new_id() if id else None, email=address
    )


def send(to: notify.Recipient, about: SubjectRef | None = None) -> None:
    notify.send(to=to, template=TEMPLATE, facts=FACTS, about=about, link="/ho-so/H01-0001", at=AT)


def test_a_person_is_told_in_the_application_at_once_and_by_mail_after_it(post: Post) -> None:
    recipient = told()
    send(recipient)
    assert recipient.id is not None
    assert notify.unread(reader=recipient.id) == 1
    assert post.letters == []

    jobs.run_until_empty()

    (letter,) = post.letters
    assert letter["Subject"] == "Hồ sơ H01-0001"
    assert letter["To"] == "kha@example.vn"
    assert "Đã tiếp nhận." in letter.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert {message.state for message in Message.objects.all()} == {"sent"}


def test_the_address_is_sealed_where_it_is_kept() -> None:
    send(told())
    kept = Message.objects.get(channel="mail")

    assert kept.address is not None
    assert b"kha@example.vn" not in bytes(kept.address)


def test_a_mail_already_sent_is_not_sent_again(post: Post) -> None:
    send(told(id=False))
    jobs.run_until_empty()
    delivery.deliver(message_id=Message.objects.get().id, at=AT)

    assert len(post.letters) == 1


def test_a_mail_that_fails_says_why_and_is_seen_after_the_last_try(post: Post) -> None:
    post.refuses = True
    about = SubjectRef(kind="dossier", id=new_id())
    send(told(id=False), about)
    message = Message.objects.get()

    for _try in range(delivery.RETRY.tries):
        with pytest.raises(OSError, match="554"):
            delivery.deliver(message_id=message.id, at=AT)

    (failure,) = notify.failures()
    assert "554" in failure.error
    assert notify.about(kind="dossier", subject_id=about.id)[0].state is notify.State.FAILED


def test_a_message_lacking_a_fact_is_not_written() -> None:
    with pytest.raises(notify.MissingFact):
        notify.send(to=told(), template=TEMPLATE, facts={"code": "x"}, about=None, at=AT)

    assert not Message.objects.exists()


def test_only_its_reader_marks_a_message_read() -> None:
    recipient = told(address="")
    send(recipient)
    message = Message.objects.get()
    assert recipient.id is not None

    assert not notify.mark_read(message_id=message.id, reader=new_id(), at=AT)
    assert notify.mark_read(message_id=message.id, reader=recipient.id, at=AT)
    assert notify.unread(reader=recipient.id) == 0


@pytest.mark.parametrize(
    ("channel", "constraint", "change"),
    [
        ("in_app", "message_sent_at_some_time", {"sent_at": None}),
        ("mail", "message_failure_says_why", {"state": "failed"}),
        ("mail", "message_mail_has_an_address", {"address": None}),
        ("in_app", "message_in_app_has_an_account", {"recipient_id": None}),
    ],
)
def test_the_database_refuses_a_message_that_cannot_be(
    channel: str, constraint: str, change: dict[str, object]
) -> None:
    send(told())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.filter(channel=channel).update(**change)
