"""A dispute is work for the agency whose data was given, with a day by which it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.exchange.administration.counting import cost
from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.test_pages import words
from tests.exchange.messages.asked import TELL, Birth
from tests.support import people
from tinhso.directory import api as directory
from tinhso.exchange import api as exchange
from tinhso.exchange import jobs
from tinhso.exchange.models import Dispute, Message
from tinhso.exchange.usage import answerers, disputing, noting
from tinhso.foundation import moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.api import Role
from tinhso.notify.models import Message as Notice
from tinhso.tasks import api as tasks

NUMBER = "079190012345"
HOME = "/can-bo/truc/phan-anh/"
ASKED_BY = "VN-DEMO/COM/VNPT/BHXH"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> ActorRef:
    return people.person("Danh Thị Kha", personal_id=NUMBER)


def answered_by_a_service(message_id: str = "VN-DEMO-7") -> tuple[disputing.Entry, laying.Place]:
    """A service of ours told somebody of the person, by the gateway: the log knows which."""
    laid, at = laying.place(), moments.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_log_month(%s)", [at.date().replace(day=1)])
    Message.objects.create(
        at=at, side="service", response=True, message_id=message_id, request_id="r", client=ASKED_BY,
        service="VN-DEMO/GOV/H01/TINHSO/tra-cuu", mode="metadata", head=b"",
    )  # fmt: skip
    return told(message_id), laid


def told(message_id: str) -> disputing.Entry:
    at = moments.now()
    noting.note(
        [NUMBER], action="Chi trả bảo hiểm", to=noting.Receiver(ASKED_BY), at=at, message_id=message_id
    )
    return disputing.Entry(at.isoformat(), "Chi trả bảo hiểm", ASKED_BY)


def disputed(entry: disputing.Entry, person: ActorRef) -> Dispute:
    assert person.id is not None
    id = disputing.dispute(entry, words="Tôi không xin", person_id=person.id, by=person, at=moments.now())
    return Dispute.objects.get(id=id)


def work(row: Dispute) -> list[tuple[str, str, UUID, Any]]:
    found = tasks.open_on(subject="usage_dispute", subject_id=row.id)
    return [(one.act, one.role, one.unit_id, one.due_at) for one in found]


def test_data_of_a_service_is_answered_for_by_the_agency_that_owns_it(person: ActorRef) -> None:
    entry, laid = answered_by_a_service()

    row = disputed(entry, person)

    assert row.unit_id == laid.unit
    assert work(row) == [("exchange.answer_dispute", "leader", laid.unit, row.due_at)]
    assert Notice.objects.get().recipient_id == laid.owner.id
    desk = people.client(laid.owner)
    page = words(desk.get(HOME))
    assert ("Tôi không xin" in page, f"{moments.local(row.due_at):%d/%m/%Y}" in page) == (True, True)
    assert desk.post(f"{HOME}{row.id}/", {"tra-loi": " "}).status_code == 422
    assert desk.post(f"{HOME}{row.id}/", {"tra-loi": "Đã hỏi lại bên nhận"})["Location"] == HOME
    assert (work(row), "Không có phản ánh nào" in words(desk.get(HOME))) == ([], True)
    row.refresh_from_db()
    assert (row.answered_by, row.answer) == (laid.owner.id, "Đã hỏi lại bên nhận")


def test_a_message_of_our_rooms_is_answered_for_by_its_unit(person: ActorRef) -> None:
    unit = people.unit()
    leader, clerk = people.officer(Role.LEADER, unit), people.officer(Role.CLERK, unit)
    with transaction.atomic():
        birth = Birth(NUMBER, "Danh Thị Kha", reason="Báo khai sinh")
        sent = exchange.send(TELL, birth, business_key="k", by=clerk, at=moments.now())

    row = disputed(told(str(sent)), person)

    assert [one[1:3] for one in work(row)] == [("leader", unit)]
    assert disputing.open_ones(units=frozenset({unit}))[0][0].id == row.id
    assert leader.id in {one.recipient_id for one in Notice.objects.all()}


def test_a_caller_that_takes_anothers_message_id_leads_nobody_elsewhere(person: ActorRef) -> None:
    elsewhere = people.unit()
    clerk = people.officer(Role.CLERK, elsewhere)
    with transaction.atomic():
        birth = Birth(NUMBER, "Danh Thị Kha", reason="Báo khai sinh")
        taken = exchange.send(TELL, birth, business_key="k", by=clerk, at=moments.now())
    at = moments.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_log_month(%s)", [at.date().replace(day=1)])
    Message.objects.create(
        at=at, side="service", response=True, message_id=str(taken), request_id="q", client="VN-DEMO/COM/X/Y",
        service="VN-DEMO/GOV/H01/TINHSO/khac", mode="metadata", head=b"",
    )  # fmt: skip
    entry, laid = answered_by_a_service(str(taken))

    assert disputed(entry, person).unit_id == laid.unit


def test_another_agency_neither_sees_nor_answers_it_and_the_operator_does_both(person: ActorRef) -> None:
    entry, laid = answered_by_a_service()
    row = disputed(entry, person)
    foreign = people.client(people.officer(Role.LEADER))

    assert "Tôi không xin" not in words(foreign.get(HOME))
    assert foreign.post(f"{HOME}{row.id}/", {"tra-loi": "Phá"}).status_code == 403
    assert people.client(people.officer(Role.CLERK, laid.unit)).get(HOME).status_code == 403
    assert people.client(person).get(HOME).status_code in (302, 403)
    with pytest.raises(NotAllowed):
        disputing.answer(row.id, words="x", by=person, at=moments.now())
    operator = people.client(laid.operator)
    assert "Tôi không xin" in words(operator.get(HOME))
    assert operator.post(f"{HOME}{row.id}/", {"tra-loi": "Đã xem"}).status_code == 302
    assert operator.post(f"{HOME}{new_id()}/", {"tra-loi": "x"}).status_code == 404
    assert work(row) == []


@pytest.mark.parametrize("message_id", ["", "không-có", "01a226c3-4837-7479-9f3a-347fc7b238e0"])
def test_what_nobody_is_known_to_own_is_work_for_who_runs_the_exchange(
    person: ActorRef, message_id: str
) -> None:
    operator = people.officer(Role.ADMINISTRATOR)

    row = disputed(told(message_id), person)

    assert (row.unit_id, work(row)[0][1:3]) == (None, ("administrator", operator.unit))


def test_what_another_register_told_is_work_for_who_runs_the_exchange(person: ActorRef) -> None:
    operator = people.officer(Role.ADMINISTRATOR)
    entry = disputing.Entry(moments.now().isoformat(), "Cấp hộ chiếu", "VNA08", register="Dân cư")

    assert work(disputed(entry, person))[0][1:3] == ("administrator", operator.unit)


def test_an_agency_without_leaders_leaves_it_to_the_operator_and_nobody_to_nobody(person: ActorRef) -> None:
    unit = people.unit()
    assert answerers.answerers(unit, at=moments.now()) is None
    assert work(disputed(told(""), person)) == []
    operator = people.officer(Role.ADMINISTRATOR)
    found = answerers.answerers(unit, at=moments.now())
    assert found == answerers.Answerers(Role.ADMINISTRATOR, operator.unit, (operator.id,))  # type: ignore[arg-type]


def test_a_leader_elsewhere_in_the_agency_answers_for_a_unit_without_one() -> None:
    agency = people.agency()
    unit, office = people.unit(agency), people.unit(agency)
    leader = people.officer(Role.LEADER, office)
    found = answerers.answerers(unit, at=moments.now())
    assert found == answerers.Answerers(Role.LEADER, office, (leader.id,))  # type: ignore[arg-type]


def test_what_an_erased_person_disputed_is_nobodys_work(person: ActorRef) -> None:
    people.officer(Role.ADMINISTRATOR)
    row = disputed(told(""), person)
    assert (len(work(row)), person.id is not None) == (1, True)
    identity.erase(person_id=person.id, by=SYSTEM, at=moments.now())  # type: ignore[arg-type]
    row.refresh_from_db()
    assert (work(row), row.answered_at is not None) == ([], True)


def test_the_list_is_paged_and_costs_no_more_queries(person: ActorRef) -> None:
    desk, at = people.client(people.officer(Role.ADMINISTRATOR)), moments.now()

    for number in range(2):
        disputed(disputing.Entry(at.isoformat(), f"Việc {number}", "c", register="Sổ"), person)
        few = cost(desk, HOME)
    for number in range(2, 25):
        disputed(disputing.Entry(at.isoformat(), f"Việc {number}", "c", register="Sổ"), person)
    assert cost(desk, HOME) == few
    page = desk.get(HOME)
    rest = desk.get(page.context["next"])
    seen = [row["one"].id for row in (*page.context["rows"], *rest.context["rows"])]
    assert (len(page.context["rows"]), len(set(seen))) == (20, 25)
    assert desk.get(f"{HOME}?sau=hôm-qua").status_code == 200
    Dispute.objects.update(due_at=at + timedelta(days=3))
    page = desk.get(HOME)
    rest = desk.get(page.context["next"])
    assert len({row["one"].id for row in (*page.context["rows"], *rest.context["rows"])}) == 25


def merged(unit: UUID, successor: UUID) -> None:
    at = moments.now()
    directory.close_unit(
        unit_id=unit,
        successor_id=successor,
        effective_date=moments.today(at),
        legal_basis="15/QĐ-UBND",
        by=SYSTEM,
        at=at,
    )


def test_a_dispute_and_its_task_go_to_the_unit_that_has_its_units_work(person: ActorRef) -> None:
    entry, laid = answered_by_a_service()
    heir = people.unit(directory.unit(laid.unit).agency_id)
    leader = people.officer(Role.LEADER, heir, name="Lý Kế Thừa")
    row = disputed(entry, person)
    Notice.objects.all().delete()

    merged(laid.unit, heir)
    jobs.move_disputes()

    due, made_at = row.due_at, row.made_at
    row.refresh_from_db()
    assert (row.unit_id, row.due_at, row.made_at) == (heir, due, made_at)
    assert work(row) == [("exchange.answer_dispute", "leader", heir, due)]
    assert Notice.objects.get().recipient_id == leader.id
    desk = people.client(leader)
    assert "Tôi không xin" in words(desk.get(HOME))
    assert desk.post(f"{HOME}{row.id}/", {"tra-loi": "Đã hỏi lại"}).status_code == 302
    assert work(row) == []


def test_a_dispute_of_an_agency_that_is_gone_goes_to_the_agency_in_its_place(person: ActorRef) -> None:
    entry, laid = answered_by_a_service()
    row = disputed(entry, person)
    heir = people.unit()
    people.officer(Role.LEADER, heir)
    at = moments.now()
    directory.dissolve(
        agency_id=directory.unit(laid.unit).agency_id,
        successors=[directory.unit(heir).agency_id],
        effective_date=moments.today(at),
        legal_basis="1/NQ-HĐND",
        by=SYSTEM,
        at=at,
    )

    assert disputing.follow(at=at) == 1

    row.refresh_from_db()
    assert (row.unit_id, [one[1:3] for one in work(row)]) == (heir, [("leader", heir)])


def test_what_was_answered_or_still_has_its_unit_stays(person: ActorRef) -> None:
    entry, laid = answered_by_a_service()
    row = disputed(entry, person)
    assert disputing.follow(at=moments.now()) == 0
    disputing.answer(row.id, words="Đã hỏi lại", by=laid.owner, at=moments.now())
    merged(laid.unit, people.unit(directory.unit(laid.unit).agency_id))

    assert disputing.follow(at=moments.now()) == 0

    row.refresh_from_db()
    assert row.unit_id == laid.unit
