"""Messages in the application: what their reader sees, in what order, and what the database refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tinhso.dossiers import notices
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, SubjectRef
from tinhso.identity import api as identity
from tinhso.identity import messenger
from tinhso.notify import api
from tinhso.notify.models import Message
from tinhso.notify.templates import worded

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PLAIN = api.declare("test.plain", subject="Tin %(number)s", body="Nội dung.")
MARK = re.compile(r"%\((\w+)\)s")


def tell(reader: api.Recipient, number: int = 1, at: datetime = AT) -> None:
    api.send(to=reader, template=PLAIN, facts={"number": number}, about=SubjectRef("t", new_id()), at=at)


def reader() -> api.Recipient:
    return api.Recipient(name="Lê Thị Hoa", kind="person", id=new_id())


def test_a_message_is_there_at_once_and_read_only_by_whose_it_is() -> None:
    mine, other = reader(), reader()
    tell(mine)
    assert mine.id
    assert other.id
    (message,) = api.inbox(reader=mine.id)

    assert (message.subject, message.state, message.sent_at) == ("Tin 1", api.State.SENT, AT)
    assert api.inbox(reader=other.id) == ()
    assert api.mark_all_read(message_ids=[message.id], reader=other.id, at=AT) == 0
    assert api.unread(reader=mine.id) == 1
    assert api.mark_all_read(message_ids=[message.id], reader=mine.id, at=AT) == 1
    assert api.mark_all_read(message_ids=[message.id], reader=mine.id, at=AT) == 0, "read once"
    assert api.unread(reader=mine.id) == 0


def test_pages_of_the_inbox_lose_nothing_even_when_written_at_one_moment() -> None:
    mine = reader()
    assert mine.id
    for number in range(7):
        tell(mine, number, AT + timedelta(minutes=number // 4))
    seen: list[str] = []
    before, before_id = None, None
    while page := api.inbox(reader=mine.id, before=before, before_id=before_id, limit=3):
        seen += [message.subject for message in page]
        before, before_id = page[-1].written_at, page[-1].id

    assert seen == [f"Tin {number}" for number in (6, 5, 4, 3, 2, 1, 0)]


def test_an_inbox_costs_one_query_however_full(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    mine = reader()
    assert mine.id
    for number in range(40):
        tell(mine, number)
    with django_assert_num_queries(1):
        assert len(api.inbox(reader=mine.id)) == 30
    with django_assert_num_queries(1):
        assert api.unread(reader=mine.id) == 40


def test_several_are_told_in_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    told = [api.Notice(to=reader(), template=PLAIN, facts={"number": n}) for n in range(12)]
    with django_assert_num_queries(1):
        api.send_all(told, at=AT)
    assert Message.objects.count() == 12


def test_who_has_neither_account_nor_address_is_told_nothing() -> None:
    to = api.Recipient(name="Không rõ", email="  ")
    assert api.send(to=to, template=PLAIN, facts={"number": 1}, about=None, at=AT) == ()


def test_a_missing_fact_is_named() -> None:
    with pytest.raises(api.MissingFact, match="number"):
        worded(PLAIN, {})
    with pytest.raises(LookupError):
        worded("test.nobody-declared-this", {})


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_every_declared_template_is_filled_by_its_marks_in_every_language(language: str) -> None:
    names = set()
    for template in api.declared():
        names.add(template.name)
        marks = set(MARK.findall(template.subject + template.body))
        subject, body = worded(template.name, {mark: f"<{mark}>" for mark in marks}, language=language)
        assert "%(" not in subject + body, template.name
        assert all(f"<{mark}>" in subject + body for mark in marks), template.name
    assert {notices.ACCEPTED, notices.STOPPED, "identity.new_device"} <= names


def test_identity_tells_an_officer_of_a_new_device() -> None:
    officer = people.officer()
    assert officer.id
    facts = {"address": "203.0.113.9", "agent": "Firefox"}
    assert messenger.tell(to=officer.id, template="identity.new_device", facts=facts, by=SYSTEM, at=AT)

    (message,) = api.inbox(reader=officer.id)
    assert "203.0.113.9" in message.body
    assert message.link == "/can-bo/tai-khoan/"


def test_identity_cannot_tell_somebody_who_is_not_there() -> None:
    facts = {"address": "", "agent": ""}
    with pytest.raises(identity.UnknownPerson):
        messenger.tell(to=new_id(), template="identity.new_device", facts=facts, by=SYSTEM, at=AT)


def row(**changes: Any) -> Callable[[], Message]:
    given: dict[str, Any] = {
        "template": "t",
        "channel": "in_app",
        "state": "sent",
        "recipient_id": new_id(),
        "subject": "s",
        "body": "b",
        "notice": new_id(),
        "written_at": AT,
        "leaves_at": AT,
        "sent_at": AT,
    } | changes
    return lambda: Message.objects.create(**given)


MAIL = {"channel": "mail", "address": b"x", "seal_key": new_id()}


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("message_known_channel", row(channel="pigeon")),
        ("message_known_state", row(state="lost", sent_at=None)),
        ("message_sent_at_some_time", row(sent_at=None)),
        ("message_sent_at_some_time", row(state="queued")),
        ("message_failure_says_why", row(state="failed", sent_at=None)),
        ("message_failure_says_why", row(state="dropped", sent_at=None)),
        ("message_mail_has_an_address", row(**MAIL | {"address": None})),
        ("message_mail_has_an_address", row(**MAIL | {"seal_key": None})),
        ("message_in_app_has_an_account", row(recipient_id=None)),
        ("message_mail_has_an_address", row(**MAIL | {"channel": "sms", "address": None})),
        ("message_delivered_at_some_time", row(state="delivered")),
        ("message_delivered_at_some_time", row(delivered_at=AT)),
        ("message_joined_to_another", row(state="joined", sent_at=None)),
        ("message_push_has_a_browser", row(channel="push")),
        ("message_link_is_ours", row(link="https://example.vn/")),
        ("message_link_is_ours", row(link="//example.vn/")),
        ("message_subject_one_line", row(subject="a\nBcc: b@c.vn")),
    ],
)
def test_the_database_refuses(constraint: str, make: Callable[[], Message]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_the_database_takes_what_is_whole() -> None:
    for make in (row(), row(**MAIL), row(**MAIL | {"state": "dropped", "error": "e", "sent_at": None})):
        assert make().pk
