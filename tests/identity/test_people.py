from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.people import AT
from tinhso.directory import api as directory
from tinhso.foundation import crypto, events
from tinhso.foundation.refs import SYSTEM, SubjectRef
from tinhso.foundation.text import Unreadable
from tinhso.identity import api
from tinhso.identity.messenger import messenger, tell
from tinhso.identity.models import Look, Person, Post

pytestmark = pytest.mark.django_db
NUMBER = "091078004512"


def register(name: str, source: str = "counter", **facts: str) -> object:
    return api.register_person(
        facts=api.PersonFacts(full_name=name, personal_id=NUMBER, **facts), source=source, by=SYSTEM, at=AT
    )


def test_a_personal_identifier_names_one_person_however_it_is_typed() -> None:
    first = register("Nguyễn Văn Biển", phone="0912 000 112")
    again = api.register_person(
        facts=api.PersonFacts(full_name="Nguyễn Văn Biển", personal_id="091 078 004 512"),
        source="machine",
        by=SYSTEM,
        at=AT,
    )

    assert again == first
    assert api.find_person("091.078.004.512") == first


def test_nothing_that_finds_or_reaches_a_person_lies_open_in_the_table() -> None:
    register("Nguyễn Văn Biển", phone="0912000112", address="Rạch Giá", email="bien@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM identity_person p")
        (row,) = cursor.fetchone()

    for secret in (NUMBER, "0912000112", "bien@example.com"):
        assert secret not in row
        assert secret.encode().hex() not in row


def test_the_counter_does_not_overwrite_what_the_eid_said() -> None:
    person_id = register("Nguyễn Văn Biển", source="e-id", phone="0912000112")
    register("Nguyễn Văn Biên", source="counter", phone="0999000999")
    (view,) = api.persons([person_id]).values()  # type: ignore[list-item]

    assert (view.full_name, view.phone) == ("Nguyễn Văn Biển", "0912000112")
    register("Nguyễn Văn Biển", source="e-id", phone="0913000113")
    assert api.person(view.id).phone == "0913000113"


def test_an_identifier_that_cannot_be_is_refused_with_a_sentence() -> None:
    with pytest.raises(Unreadable, match="12 chữ số"):
        api.register_person(
            facts=api.PersonFacts(full_name="Ai", personal_id="12345"), source="counter", by=SYSTEM, at=AT
        )


def test_a_person_shown_is_masked_and_costs_two_queries() -> None:
    ids = [people.person().id for _each in range(3)]
    with CaptureQueriesContext(connection) as queries:
        found = api.persons([id for id in ids if id])
    assert len(queries) == 2
    assert all(view.personal_id_masked.startswith("•••••••••") for view in found.values())
    with CaptureQueriesContext(connection) as queries:
        assert len(api.names([id for id in ids if id])) == 3
    assert len(queries) == 1


def test_an_erased_person_cannot_be_read_or_found_any_more() -> None:
    told: list[api.PersonErased] = []
    events.subscribe(api.PersonErased)(told.append)
    person = people.person("Nguyễn Văn Biển", personal_id=NUMBER, phone="0912000112")
    assert person.id
    sealed = bytes(Person.objects.get(id=person.id).sealed or b"")
    api.erase(person_id=person.id, by=SYSTEM, at=AT)
    view = api.person(person.id)

    assert view.erased
    assert (view.personal_id_masked, view.phone, view.birth_date) == ("", "", None)
    assert api.personal_id(person.id) == ""
    assert api.find_person(NUMBER) is None
    assert told == [api.PersonErased(person.id, AT)]
    with pytest.raises(crypto.Erased):
        crypto.unseal(person.id, sealed)


def test_an_unknown_person_is_said_so() -> None:
    with pytest.raises(api.UnknownPerson):
        api.person(people.new_id())
    assert api.personal_id(people.new_id()) == ""


def test_a_look_leaves_a_trace_and_a_look_at_oneself_none() -> None:
    person, officer = people.person(), people.officer()
    assert person.id
    subject = SubjectRef("dossier", people.new_id())
    api.look(officer, person.id, "Giải quyết hồ sơ", subject, AT)
    api.look(person, person.id, "Xem hồ sơ của mình", subject, AT)
    (found,), more = api.looks_at(person.id, at=AT)

    assert (found.actor_name, found.unit_id, found.subject_id) == (officer.name, officer.unit, subject.id)
    assert more is None


def test_a_list_leaves_one_trace_with_its_query_and_count() -> None:
    person, officer = people.person(), people.officer()
    api.look_at_list(officer, query="đơn vị=…, quá hạn", count=312, purpose="Danh sách hồ sơ trễ", at=AT)
    row = Look.objects.get()

    assert (row.count, row.query) == (312, "đơn vị=…, quá hạn")
    assert person.id
    assert api.looks_at(person.id, at=AT) == ((), None)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("xem=co-quan&q=0917123456&tt=done", "xem=co-quan&q=•••••••456&tt=done"),
        ("q=0917.123.456", "q=•••••••456"),
        ("q=0917+123+456+Mai", "q=•••••••456+Mai"),
        ("q=%2B84+917-123-456", "q=%2B••••••••456"),
        ("q=Mai%C2%A00917%C2%A0123%C2%A0456", "q=Mai%C2%A0•••••••456"),
        ("lenh=091 090 000 123", "lenh=•••••••••123"),
        ("lenh=a091090000123b", "lenh=a•••••••••123b"),
        ("091090000123", "•••••••••123"),
        ("q=12345678&nhan-tu=2026-11-25", "q=12345678&nhan-tu=2026-11-25"),
        ("q=H33.12-220405-0001", "q=H33.12-220405-0001"),
        (
            "ds=01912345-6789-7123-8123-012345678912&q=Mai%20L%C3%AA",
            "ds=01912345-6789-7123-8123-012345678912&q=Mai%20L%C3%AA",
        ),
    ],
)
def test_the_trace_of_a_list_keeps_only_the_last_digits_of_a_number_searched_for(
    asked: str, kept: str
) -> None:
    api.look_at_list(people.officer(), query=asked, count=1, purpose="Tìm", at=AT)

    assert Look.objects.get().query == kept


def test_looks_come_in_pages_newest_first_and_delayed_ones_on_their_day() -> None:
    person, officer = people.person(), people.officer()
    assert person.id
    for number in range(5):
        api.look(officer, person.id, f"lần {number}", None, AT + timedelta(minutes=number))
    hidden_until = AT + timedelta(days=30)
    api.look(officer, person.id, "thanh tra", None, AT, shown_from=hidden_until)
    first, mark = api.looks_at(person.id, at=AT, limit=3)
    rest, end = api.looks_at(person.id, at=AT, limit=3, before=mark)

    assert [look.purpose for look in first + rest] == ["lần 4", "lần 3", "lần 2", "lần 1", "lần 0"]
    assert end is None
    assert api.looks_at(person.id, at=hidden_until)[0][0].purpose == "thanh tra"


def test_posts_end_with_a_dissolved_agency() -> None:
    agency = people.agency()
    place = people.unit(agency)
    officer = people.officer("leader", place)
    directory.dissolve(
        agency_id=agency,
        successors=[],
        effective_date=date(2026, 12, 1),
        legal_basis="",
        by=SYSTEM,
        at=AT,
    )

    assert Post.objects.get(officer_id=officer.id).valid_to == date(2026, 12, 1)
    assert api.holders(role="leader", unit=place, at=AT + timedelta(days=30)) == ()


def test_officers_of_a_unit_are_listed_with_their_posts() -> None:
    place = people.unit()
    officer = people.officer(unit_id=place, roles=["leader", "clerk"])
    assert officer.id
    (view,) = api.officers_of([place], AT)

    assert {post.role for post in view.posts} == {api.Role.LEADER, api.Role.CLERK}
    assert api.officers_of([place], AT, api.Role.SPECIALIST) == ()
    found = api.by_login(view.login.upper(), AT)
    assert found
    assert found.id == officer.id
    with pytest.raises(api.UnknownPerson):
        api.officer(people.new_id(), AT)


def test_a_post_is_not_given_twice_for_the_same_days() -> None:
    officer = people.officer("clerk")
    assert officer.id
    assert officer.unit
    with pytest.raises(api.PostOverlaps, match="chọn ngày khác"):
        api.give_post(
            officer_id=officer.id,
            role=api.Role.CLERK,
            unit_id=officer.unit,
            valid_from=date(2026, 1, 1),
            by=SYSTEM,
            at=AT,
        )


def test_messages_wait_for_a_room_that_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, object]] = []

    class Notify:
        def send(self, **message: object) -> None:
            sent.append(message)

    monkeypatch.setattr(messenger, "_bound", None)
    facts = {"address": "203.0.113.7"}
    to = people.new_id()
    assert not tell(to=to, template="identity.new_device", facts=facts, by=SYSTEM, at=AT)
    monkeypatch.setattr(messenger, "_bound", Notify())
    assert tell(to=to, template="identity.new_device", facts=facts, by=SYSTEM, at=AT)
    assert sent[0]["template"] == "identity.new_device"


@pytest.mark.django_db(transaction=True)
def test_ten_who_register_the_same_person_at_once_get_one_person() -> None:
    found: list[object] = []

    def work(source: str) -> None:
        found.append(register("Nguyễn Văn Biển", source=source))
        connection.close()

    threads = [
        threading.Thread(target=work, args=("machine" if number % 2 else "e-id",)) for number in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 10
    assert len(set(found)) == 1
    assert Person.objects.count() == 1
