"""The work list: who sees what, in how many questions, and what it leaves in the trace."""

from __future__ import annotations

import gzip
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"


@pytest.fixture
def place() -> Office:
    return office()


def listed(actor: ActorRef, query: str = "") -> str:
    answer = people.client(actor).get(f"{LIST}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_is_sent_to_sign_in_and_a_citizen_too(place: Office) -> None:
    for client in (people.client(place.citizen), type(people.client(place.citizen))()):
        answer = client.get(LIST)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/can-bo/dang-nhap/")


def test_an_administrator_of_machines_sees_no_dossiers(place: Office) -> None:
    administrator = people.officer("administrator", place.one_stop)
    assert people.client(administrator).get(LIST).status_code == 403


def test_my_list_holds_what_i_hold_and_another_agency_sees_none_of_it(place: Office) -> None:
    code = filed(place).code
    stranger = office()

    assert code in listed(place.intake)
    assert code not in listed(place.specialist)
    for view in ("cua-toi", "gio", "don-vi", "tre", "co-quan", "xong"):
        assert code not in listed(stranger.intake, f"?xem={view}")
    assert "Không có hồ sơ nào khớp" in listed(stranger.intake, f"?q={code}")


def test_the_search_finds_by_code_by_name_without_marks_and_by_phone(place: Office) -> None:
    code = filed(place).code
    for q in (code, "soc kha", "0912345678", "091090000123"):
        assert code in listed(place.specialist, f"?q={q}")
    assert "Không có hồ sơ nào khớp" in listed(place.specialist, "?q=khong-co-ai")


def test_the_search_takes_a_tail_of_the_code_and_beginnings_of_words_in_any_order(place: Office) -> None:
    code = filed(place).code
    other = filed(office()).code
    for q in (code[-4:], code[-11:], code.lower()[-13:], "kha danh", "DANH Só", "danh so kh", "kha & danh:*"):
        found = listed(place.specialist, f"?{urlencode({'q': q})}")
        assert code in found, q
        assert other not in found, "a search stays in its agency"
    for q in ("anh", "kha khong", "oc kha", "' | '", "\\", "!!!"):
        assert code not in listed(place.specialist, f"?{urlencode({'q': q})}"), q


def test_fifty_lines_ask_no_more_questions_than_three(place: Office) -> None:
    client = people.client(place.intake)
    for _each in range(3):
        filed(place)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    for _each in range(50):
        filed(place)
    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST).content.decode()

    assert page.count("data-row") == 50
    assert len(many) == len(few) <= 24


def test_each_call_leaves_one_trace_with_the_query_and_the_count(place: Office) -> None:
    filed(place)
    filed(place)
    before = Look.objects.count()

    listed(place.intake, "?xem=don-vi")

    [look] = Look.objects.order_by("-id")[: Look.objects.count() - before]
    assert (look.query, look.count, look.actor_id) == ("xem=don-vi", 2, place.intake.id)


def test_pages_follow_one_another_without_gap_or_repeat(place: Office) -> None:
    codes = {filed(place, at=SENT + timedelta(minutes=n)).code for n in range(55)}
    client = people.client(place.intake)
    first = client.get(f"{LIST}?xem=don-vi")
    second = client.get(first.context["next"])

    seen = [line.row.code for page in (first, second) for line in page.context["lines"]]
    assert len(seen) == 55
    assert set(seen) == codes
    assert second.context["next"] == ""
    assert client.get(f"{LIST}?xem=don-vi&sau=bay-ba").status_code == 422


def test_lateness_is_a_word_a_number_and_a_shape(place: Office) -> None:
    filed(place)
    page = listed(place.intake)
    assert "Trễ " in page
    assert "#late" in page


def test_a_dossier_is_taken_out_of_the_basket_once(place: Office) -> None:
    colleague = people.officer("intake_officer", place.one_stop, name="Mai Thị Hai")
    dossier = filed(place)
    assert Dossier.objects.get(id=dossier.id).holder is None
    assert dossier.code in listed(colleague, "?xem=gio")

    line = people.client(colleague).post(f"{LIST}{dossier.code}/nhan-viec/", headers={"HX-Request": "true"})

    assert "Mai Thị Hai" in line.content.decode()
    assert Dossier.objects.get(id=dossier.id).holder == colleague.id
    assert dossier.code not in listed(colleague, "?xem=gio")
    assert people.client(office().intake).post(f"{LIST}{dossier.code}/nhan-viec/").status_code == 404


def test_the_views_left_carry_their_counts(place: Office) -> None:
    filed(place)
    accepted = filed(place)
    intake.accept(dossier_id=accepted.id, by=place.intake, at=SENT)
    page = people.client(place.intake).get(LIST)

    counted = page.content.decode().split('id="views"')[1].split("</nav>")[0]
    assert '<span>Việc của tôi</span><span class="ui-view__count">1</span>' in counted


def test_a_page_of_fifty_is_light(place: Office) -> None:
    for _each in range(50):
        filed(place)
    page = people.client(place.intake).get(f"{LIST}?xem=don-vi").content

    assert page.count(b"data-row") == 50
    assert len(gzip.compress(page)) <= 35 * 1024
    assert page.count(b"<") - page.count(b"</") <= 2500
