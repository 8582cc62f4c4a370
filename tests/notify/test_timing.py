"""When messages leave: not at night, and several as one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.notify.conftest import Sandbox
from tests.notify.conftest import Server as MailServer
from tests.notify.support import AT, again, person, phone, tell
from tinhso.foundation import jobs
from tinhso.foundation.moments import local
from tinhso.notify import api, delivery
from tinhso.notify.contracts import Channel
from tinhso.notify.models import Message
from tinhso.notify.timing import Rules, departure

RULES = Rules(
    quiet_from=time(22),
    quiet_to=time(7),
    quiet=frozenset({"sms", "push"}),
    windows={"sms": timedelta(minutes=60), "mail": timedelta(minutes=10)},
)
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: AT + timedelta(minutes=minutes))


def leaves(
    at: datetime, *, channel: Channel = Channel.SMS, urgent: bool = False, last: datetime | None = None
) -> str:
    found = departure(channel=channel, at=at, urgent=urgent, last=last, by=RULES)
    return f"{local(found):%d %H:%M}"


def here(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_at_night_a_phone_is_left_alone_until_morning() -> None:
    assert leaves(here(24, 21, 59)) == "24 21:59"
    assert leaves(here(24, 22)) == "25 07:00"
    assert leaves(here(25, 6, 59)) == "25 07:00"
    assert leaves(here(25, 7)) == "25 07:00"
    assert leaves(here(24, 23), channel=Channel.MAIL) == "24 23:00", "mail does not ring"
    assert leaves(here(24, 23), urgent=True) == "24 23:00"


def test_the_first_leaves_at_once_and_those_that_follow_wait_for_each_other() -> None:
    assert leaves(here(24, 9), last=here(24, 7, 59)) == "24 09:00"
    assert leaves(here(24, 9), last=here(24, 8, 30)) == "24 09:30"
    assert leaves(here(24, 9), last=here(24, 9, 40)) == "24 09:40", "it joins the one that waits"
    assert leaves(here(24, 21, 30), last=here(24, 21, 20)) == "25 07:00"


@given(at=MOMENTS, ago=st.one_of(st.none(), st.timedeltas(timedelta(days=-1), timedelta(days=1))))
def test_nothing_leaves_early_or_at_night_and_none_waits_longer_than_a_night_and_a_window(
    at: datetime, ago: timedelta | None
) -> None:
    last = at - ago if ago is not None else None
    found = departure(channel=Channel.SMS, at=at, urgent=False, last=last, by=RULES)
    assert found >= at
    assert time(7) <= local(found).time() < time(22)
    assert found - max(at, last or at) <= timedelta(hours=9, minutes=60)
    assert departure(channel=Channel.SMS, at=at, urgent=True, last=last, by=RULES) == at


@given(at=MOMENTS, start=st.times(), end=st.times())
def test_any_quiet_hours_end(at: datetime, start: time, end: time) -> None:
    by = Rules(quiet_from=start, quiet_to=end, quiet=frozenset({"sms"}), windows={})
    found = departure(channel=Channel.SMS, at=at, urgent=False, last=None, by=by)
    assert timedelta(0) <= found - at <= timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_several_messages_of_one_night_are_one_in_the_morning(sandbox: Sandbox) -> None:
    to, number = person("sms"), phone()
    night = here(24, 23)
    messages = [tell(to, number, at=night + timedelta(minutes=minute))["sms"] for minute in (0, 7, 50)]
    morning = here(25, 7)
    assert {message.leaves_at for message in messages} == {morning}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT scheduled_at FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchall() == [(morning,)]

    for message in messages:
        delivery.deliver(message_id=message.id, at=morning)

    (arrived,) = sandbox.phone(number)
    assert arrived["text"].startswith("Co 3 tin moi ve ho so cua ong/ba.")
    assert sorted(again(message).state for message in messages) == ["joined", "joined", "sent"]
    assert to.id
    lead = next(message for message in messages if message.state == "sent")
    Message.objects.filter(id=lead.id).update(state="delivered", delivered_at=morning)
    for message in messages:
        assert message.about_id
        (shown,) = [
            view
            for view in api.about(kind="test", subject_id=message.about_id)
            if view.channel is api.Channel.SMS
        ]
        assert shown.state is api.State.DELIVERED, "a joined message fares as the one it went with"


@pytest.mark.django_db(transaction=True)
def test_a_digest_by_mail_holds_every_message(server: MailServer) -> None:
    to = person("mail")
    with transaction.atomic():
        messages = [
            tell(to, "", email="a@example.vn", at=AT + timedelta(minutes=minute))["mail"]
            for minute in (0, 1, 2)
        ]
    for message in messages:
        delivery.deliver(message_id=message.id, at=message.leaves_at)

    first, digest = server.mails
    assert first["Subject"] == "Hồ sơ H01-1 có tin"
    assert digest["Subject"] == "Có 2 tin mới"
    assert digest.get_content().count("thiếu giấy khai sinh") == 2


@pytest.mark.django_db(transaction=True)
def test_messages_of_others_and_of_other_channels_are_not_joined(sandbox: Sandbox) -> None:
    night, numbers = here(24, 23), [phone(), phone()]
    rows = [tell(person("sms"), number, at=night)["sms"] for number in numbers]
    for row in rows:
        delivery.deliver(message_id=row.id, at=here(25, 7))
    assert [len(sandbox.phone(number)) for number in numbers] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_message_whose_job_was_lost_is_queued_again(sandbox: Sandbox) -> None:
    number = phone()
    message = tell(person("sms"), number)["sms"]
    jobs.run_until_empty()
    Message.objects.filter(id=message.id).update(state="queued", sent_at=None)
    assert delivery.replayable(at=AT + timedelta(hours=1)) == ()
    assert delivery.replayable(at=AT + timedelta(hours=3)) == (message.id,)
    jobs.jobs.get("notify.sweep")()
    assert again(message).state == "failed", "it has waited for more than a day by now"
