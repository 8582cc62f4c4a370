"""Command search: acts of the open dossier, what the officer may open, one trace a call."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
COMMAND = "/can-bo/lenh/"


@pytest.fixture
def place() -> Office:
    return office()


def lines(actor: ActorRef, q: str = "", came: str = "") -> dict[str, list[str]]:
    """What is offered, by the heading it stands under."""
    answer = people.client(actor).get(COMMAND, {"q": q, "tu": came})
    assert answer.status_code == 200
    return {group.title: [line.text for line in group.commands] for group in answer.context["groups"]}


def test_nobody_and_no_citizen_and_no_administrator_searches(place: Office) -> None:
    assert Client().get(COMMAND).status_code == 302
    assert people.client(place.citizen).get(COMMAND).status_code == 302
    administrator = people.officer("administrator", place.one_stop)
    assert people.client(administrator).get(COMMAND).status_code == 403


def test_the_acts_of_the_open_dossier_come_first_and_match_without_marks(place: Office) -> None:
    code = filed(place).code
    came = f"/can-bo/ho-so/{code}/?xem=gio&xong=ghi-chu&ma={code}"

    every = lines(place.intake, came=came)
    assert next(iter(every)) == f"Việc trên hồ sơ {code}"
    assert "Tiếp nhận" in every[f"Việc trên hồ sơ {code}"]
    assert lines(place.intake, "tiep nhan", came)[f"Việc trên hồ sơ {code}"] == ["Tiếp nhận"]
    page = people.client(place.intake).get(COMMAND, {"tu": came}).content.decode()
    assert f'href="/can-bo/ho-so/{code}/tiep-nhan/?xem=gio"' in page


def test_a_dossier_of_another_agency_gives_neither_its_acts_nor_itself(place: Office) -> None:
    code = filed(place).code
    stranger = office().intake
    for q in (code, "soc kha", "091090000123", "0912345678"):
        found = lines(stranger, q, f"/can-bo/ho-so/{code}/")
        assert not {f"Việc trên hồ sơ {code}", "Hồ sơ", "Người nộp"} & set(found)


def test_what_ones_lists_show_is_found_and_nothing_of_another_agency(place: Office) -> None:
    code = filed(place).code
    assert lines(place.intake, code)["Hồ sơ"] == [f"{code}, Danh Sóc Kha"]
    assert lines(place.specialist, code)["Hồ sơ"] == [f"{code}, Danh Sóc Kha"]
    assert "Hồ sơ" not in lines(office().specialist, code)


def test_a_list_is_traced_and_a_number_that_names_a_person_too(place: Office) -> None:
    filed(place)
    before = Look.objects.count()
    assert lines(place.intake, "091090000123")["Người nộp"] == ["Danh Sóc Kha"]

    person, listed = Look.objects.order_by("-id")[: Look.objects.count() - before]
    assert (person.person_id, person.actor_id) == (place.citizen.id, place.intake.id)
    assert (listed.query, listed.count) == ("lenh=•••••••••123", 1)
    lines(place.intake)
    assert Look.objects.count() == before + 2, "an empty box looks at nobody"


def test_procedures_lead_to_the_counter_or_to_reading(place: Office) -> None:
    for actor, root in ((place.intake, "/can-bo/tiep-nhan/"), (place.specialist, "/thu-tuc/")):
        page = people.client(actor).get(COMMAND, {"q": "thu nghiem"}).content.decode()
        assert f'href="{root}9.' in page


def test_the_open_list_offers_its_whole_and_only_previews_it(place: Office) -> None:
    filed(place)
    filed(place)
    client = people.client(place.intake)
    answer = client.get(COMMAND, {"q": "tiep nhan ca", "tu": "/can-bo/ho-so/?xem=don-vi&sau=abc"})

    [line] = answer.context["groups"][0].commands
    preview = client.post(line.href, dict(line.form))
    assert "Tiếp nhận 2 hồ sơ" in preview.content.decode()
    assert "Việc trên danh sách" not in lines(place.specialist, came="/can-bo/ho-so/")


def test_an_address_that_is_not_of_the_desk_is_not_carried_on(place: Office) -> None:
    answer = people.client(place.intake).get(COMMAND, {"tu": "https://example.org/can-bo/"})
    assert answer.context["from"] == ""


def test_thirty_dossiers_ask_no_more_questions_than_three(place: Office) -> None:
    client = people.client(place.intake)
    for _each in range(3):
        code = filed(place).code
    given = {"q": "soc kha", "tu": f"/can-bo/ho-so/{code}/"}
    client.get(COMMAND, given, headers={"HX-Request": "true"})
    with CaptureQueriesContext(connection) as few:
        client.get(COMMAND, given, headers={"HX-Request": "true"})
    for _each in range(30):
        filed(place)
    with CaptureQueriesContext(connection) as many:
        client.get(COMMAND, given, headers={"HX-Request": "true"})

    assert len(many) == len(few) <= 27
