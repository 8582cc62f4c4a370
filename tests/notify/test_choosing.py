"""What people chose, from when until when; what an officer follows; nobody is told of their own act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.notify.support import AT, NEWS, person, phone, tell
from tests.support import people
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.notify import api
from tinhso.notify.contracts import Following
from tinhso.notify.models import Attempt, Browser, Message, Preference, Provider, Receipt

pytestmark = pytest.mark.django_db
LATE = api.declare("test.late", subject="Trễ", body="Trễ.", kind=api.OVERDUE)
SAFE = api.declare("test.safe", subject="Đăng nhập", body="Máy mới.", kind=api.SECURITY)
PAGE, OFFICERS = "/cua-toi/nhan-tin/", "/can-bo/nhan-tin/"


def channels(to: ActorRef) -> set[str]:
    return set(tell(to, phone(), email="a@example.vn"))


def want(to: ActorRef, channel: str, on: bool, *, days: int) -> int:
    assert to.id
    return api.choose(
        account=to.id,
        wanted={(api.PROGRESS, channel): on},
        by=to,
        on=SubjectRef("account", to.id),
        at=AT + timedelta(days=days),
    )


def test_until_somebody_chooses_the_dated_rule_says_mail_and_no_phone() -> None:
    assert channels(people.person()) == {"in_app", "mail"}


def test_what_is_given_and_withdrawn_keeps_its_dates() -> None:
    to = people.person()
    assert to.id
    assert want(to, "sms", True, days=0) == 1
    assert channels(to) == {"in_app", "mail", "sms"}
    assert want(to, "sms", True, days=1) == 0, "the same again is no new choice"
    assert want(to, "sms", False, days=2) == 1
    assert channels(to) == {"in_app", "mail"}

    withdrawn, given = api.choices(account=to.id)
    assert (given.setting, given.since, given.until) == ("on", AT, AT + timedelta(days=2))
    assert (withdrawn.setting, withdrawn.until) == ("off", None)


def test_a_choice_is_of_its_kind_alone_and_the_application_cannot_be_switched_off() -> None:
    to = people.person()
    want(to, "mail", False, days=0)
    assert channels(to) == {"in_app"}
    with pytest.raises(Invalid):
        want(to, "in_app", False, days=1)


def test_nobody_chooses_for_another() -> None:
    mine, other = people.person(), people.person()
    assert mine.id
    with pytest.raises(NotAllowed):
        api.choose(
            account=mine.id,
            wanted={(api.PROGRESS, "sms"): True},
            by=other,
            on=SubjectRef("account", mine.id),
            at=AT,
        )


BY_PHONE = api.declare_kind("test.by_phone", label="Thử", hint="", readers=api.Readers.PERSONS, by_phone=True)
TO_PHONES = api.declare("test.to_phones", subject="Hẹn", body="Hẹn.", sms="Hẹn.", kind=BY_PHONE)


def test_who_gave_only_a_phone_and_cannot_choose_is_told_by_phone_where_the_kind_says_so() -> None:
    assert set(tell(None, phone(), template=TO_PHONES)) == {"sms"}
    assert set(tell(None, phone())) == set()
    assert set(tell(people.person(), phone(), template=TO_PHONES)) == {"in_app"}


def told(officer: ActorRef, template: str, *, followed: bool = True, by: ActorRef | None = None) -> bool:
    notice = api.Notice(
        to=api.Recipient(name=officer.name, kind="officer", id=officer.id),
        template=template,
        facts={"code": "H01", "reason": ""},
        followed=followed,
        by=by.id if by else None,
    )
    return bool(api.send_all([notice], at=AT))


@pytest.mark.parametrize(
    ("level", "own", "watched"),
    [
        (None, True, True),
        (Following.ALL, True, True),
        (Following.FOLLOW, True, False),
        (Following.NONE, False, False),
    ],
)
def test_an_officer_hears_of_own_work_of_all_or_of_nothing(
    level: Following | None, own: bool, watched: bool
) -> None:
    officer = people.officer()
    assert officer.id
    if level:
        on = SubjectRef("account", officer.id)
        api.follow(officer=officer.id, wanted={api.OVERDUE: level}, by=officer, on=on, at=AT)
    assert told(officer, LATE) is own
    assert told(officer, LATE, followed=False) is watched
    assert told(officer, SAFE), "safety of the account is always told"


def test_nobody_is_told_of_their_own_act() -> None:
    officer, colleague = people.officer(), people.officer()
    assert not told(officer, NEWS, by=officer)
    assert told(officer, NEWS, by=colleague)


def test_an_officer_cannot_follow_a_kind_that_is_not_theirs() -> None:
    officer = people.officer()
    assert officer.id
    on = SubjectRef("account", officer.id)
    for kind in (api.PROGRESS, api.SECURITY, "nothing"):
        with pytest.raises(Invalid):
            api.follow(officer=officer.id, wanted={kind: Following.NONE}, by=officer, on=on, at=AT)


def test_many_are_told_in_a_constant_number_of_statements(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    def batch(size: int) -> list[api.Notice]:
        return [
            api.Notice(
                to=api.Recipient(name="A", kind="officer", id=new_id()),
                template=LATE,
                facts={},
            )
            for _ in range(size)
        ]

    for size in (1, 40):
        with django_assert_max_num_queries(3):
            api.send_all(batch(size), at=AT)


def test_how_notices_went_is_read_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    to = person("sms", "mail")
    assert to.id
    notices = [tell(to, phone(), email="a@example.vn")["sms"].notice for _ in range(5)]
    with django_assert_num_queries(1):
        found = api.deliveries(notices=notices, reader=to.id)
    assert {view.channel.value for views in found.values() for view in views} == {"mail", "sms"}
    assert set(found) == set(notices)
    assert api.deliveries(notices=notices, reader=new_id()) == {}


def test_the_page_shows_and_keeps_the_choice() -> None:
    to = people.person(phone="0912345678")
    browser = people.client(to)
    shown = browser.get(PAGE).content.decode()
    assert "•••••••678" in shown
    assert "0912345678" not in shown

    answer = browser.post(PAGE, {"progress.sms": "1", "asks.mail": "1", "made.up": "1"})
    assert answer.headers["Location"] == f"{PAGE}?xong=luu"
    held = set(Preference.objects.filter(account_id=to.id, setting="on").values_list("kind", "channel"))
    assert held == {("progress", "sms"), ("asks", "mail")}
    page = browser.get(PAGE).content.decode()
    assert 'id="progress-sms" name="progress.sms" type="checkbox" value="1" checked' in page
    assert 'id="progress-mail" name="progress.mail" type="checkbox" value="1">' in page


def test_the_page_of_devices_takes_no_address_of_anybody() -> None:
    browser = people.client(people.person())
    answer = browser.post(f"{PAGE}may/", {"endpoint": "https://evil.example/", "p256dh": "x", "auth": "y"})
    assert answer.status_code == 422
    assert browser.post(f"{PAGE}may/{UUID(int=1)}/tat/").status_code == 404


def test_an_officer_chooses_on_a_page_and_nonsense_changes_nothing() -> None:
    officer = people.officer()
    browser = people.client(officer)
    assert browser.get(OFFICERS).status_code == 200
    browser.post(OFFICERS, {"overdue": "none", "due": "loud", "progress": "none"})
    held = list(Preference.objects.filter(account_id=officer.id).values_list("kind", "setting"))
    assert held == [("overdue", "none")]


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}may/", f"{PAGE}may/{UUID(int=1)}/tat/"])
def test_pages_of_persons_are_not_for_strangers_or_officers(page: str) -> None:
    for browser in (Client(), people.client(people.officer())):
        assert browser.post(page).status_code in (302, 403)
    assert not Preference.objects.exists()


def test_the_page_of_officers_is_not_for_strangers_or_persons() -> None:
    for browser in (Client(), people.client(people.person())):
        assert browser.post(OFFICERS, {"overdue": "none"}).status_code in (302, 403)
    assert not Preference.objects.exists()


def failed() -> Message:
    message = tell(person("sms"), phone())["sms"]
    Message.objects.filter(id=message.id).update(state="failed", error="vì sao")
    return message


@pytest.mark.parametrize("act", ["gui-lai", "bo"])
def test_failed_messages_are_decided_on_by_administrators_alone(act: str) -> None:
    message = failed()
    address = f"/can-bo/tin-hong/{message.id}/{act}/"
    for browser in (Client(), people.client(people.person()), people.client(people.officer())):
        assert browser.post(address).status_code in (302, 403)
        message.refresh_from_db()
        assert message.state == "failed"

    keeper = people.client(people.officer("administrator"))
    assert message.subject in keeper.get("/can-bo/tin-hong/").content.decode()
    assert keeper.post(address).status_code == 302
    message.refresh_from_db()
    assert message.state == {"gui-lai": "queued", "bo": "dropped"}[act]
    assert keeper.post(address).status_code == 409, "decided once"
    assert keeper.post(f"/can-bo/tin-hong/{new_id()}/{act}/").status_code == 404
    assert not [view for view in api.failures() if view.id == message.id]


def test_failures_are_paged_in_a_constant_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [failed() for _ in range(7)]
    with django_assert_num_queries(1):
        first = api.failures(limit=3)
    with django_assert_num_queries(2):
        second = api.failures(limit=9, after=first[-1].id)
    assert [*first, *second] == sorted([*first, *second], key=lambda view: view.id, reverse=True)
    assert {view.id for view in (*first, *second)} == {row.id for row in rows}


def preference(**changes: Any) -> Callable[[], object]:
    given = {"account_id": new_id(), "kind": "k", "channel": "sms", "setting": "on", "since": AT}
    return lambda: Preference.objects.create(**given | changes)


def browser_row(**changes: Any) -> Callable[[], object]:
    given = {"account_id": new_id(), "endpoint_hash": b"h", "sealed": b"s", "since": AT}
    return lambda: Browser.objects.create(**given | changes)


def receipt(**changes: Any) -> Callable[[], object]:
    given = {
        "provider": "sms-a",
        "key": "k",
        "status": "sent",
        "occurred_at": AT,
        "received_at": AT,
        "effect": "unknown",
    }
    return lambda: Receipt.objects.create(**given | changes)


def attempt(**changes: Any) -> Callable[[], object]:
    return lambda: Attempt.objects.create(
        message=tell(person("sms"), phone())["sms"], provider="sms-a", asked_at=AT, **changes
    )


def twice(make: Callable[[], object]) -> Callable[[], object]:
    return lambda: (make(), make())


SAME = new_id()


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("preference_one_holds", twice(preference(account_id=SAME))),
        ("preference_known_setting", preference(setting="maybe")),
        ("preference_known_setting", preference(setting="all")),
        ("preference_known_setting", preference(channel="", setting="on")),
        ("preference_known_setting", preference(channel="in_app")),
        ("preference_ends_later", preference(until=AT - timedelta(seconds=1))),
        ("browser_of_one_account", twice(browser_row())),
        ("browser_ended_with_reason", browser_row(ended_at=AT)),
        ("browser_ended_with_reason", browser_row(ended_why="x")),
        ("receipt_once", twice(receipt())),
        ("receipt_known_status", receipt(status="lost")),
        ("receipt_known_effect", receipt(effect="none")),
        ("receipt_of_a_message_or_unknown", receipt(effect="applied")),
        ("attempt_known_outcome", attempt(outcome="perhaps")),
        (
            "provider_priority_of_100",
            lambda: Provider.objects.create(name="x", priority=101, changed_at=AT),
        ),
    ],
)
def test_the_database_refuses(constraint: str, make: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_the_database_takes_what_is_whole() -> None:
    preference(account_id=SAME, until=AT)()
    preference(account_id=SAME)()
    browser_row(ended_at=AT, ended_why="x")()
    browser_row()()
    receipt()()
    assert attempt()()
