"""Whose figures an officer sees, that each opens to its dossiers, and what that leaves in the trace."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.directory import api as directory
from tinhso.dossiers.operations import counting, intake, routing
from tinhso.foundation import jobs, legal, moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
PLACE, LIST = "/can-bo/giam-sat/", "/can-bo/giam-sat/ho-so/"
HOUR = timedelta(hours=1)


def busy(place: Office) -> list[str]:
    """Three dossiers of March, late by now: one not accepted, one with the specialist, one that stands."""
    found = [filed(place, at=SENT + n * HOUR / 10) for n in range(3)]
    for each in found[1:]:
        intake.accept(dossier_id=each.id, by=place.intake, at=SENT + HOUR)
    routing.pause(dossier_id=found[2].id, reason="Chờ ý kiến", by=place.specialist, at=SENT + 2 * HOUR)
    return [each.code for each in found]


def shown(actor: ActorRef, address: str = PLACE) -> str:
    answer = people.client(actor).get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tiles(page: str) -> dict[str, int]:
    found = re.findall(r"dk-urgency__item--(\w+)\" href=\"[^\"]+\"><strong>(\d+)", page)
    return {key: int(number) for key, number in found}


def test_only_heads_and_inspectors_come_in(place: Office) -> None:
    for address in (PLACE, LIST):
        for stranger in (Client(), people.client(place.citizen)):
            assert stranger.get(address).status_code == 302
        for officer in (place.intake, place.specialist, people.officer("administrator", place.one_stop)):
            assert people.client(officer).get(address).status_code == 403
    assert "Theo dõi giải quyết" not in shown(place.intake, "/can-bo/")
    assert "Theo dõi giải quyết" in shown(place.leader, "/can-bo/")


def test_a_head_sees_the_figures_of_the_own_agency_and_no_other(place: Office, head: ActorRef) -> None:
    busy(place)
    other = office()
    busy(other)

    assert tiles(shown(head)) == {
        "late": 2, "today": 0, "soon": 0, "open": 3, "unaccepted": 1, "standing": 1, "ready": 0,
    }  # fmt: skip
    assert tiles(shown(head, f"{PLACE}?co-quan={other.agency}"))["open"] == 3, "a foreign agency is not taken"
    assert str(other.agency) not in shown(head)
    page = shown(head, f"{PLACE}?don-vi={place.specialist_unit}")
    assert (tiles(page)["late"], tiles(page)["open"]) == (1, 2)
    assert "Trần Văn Bình" in page
    assert "Danh Sóc Kha" not in page, "no applicant is named"


def test_every_figure_of_the_page_opens_to_as_many_dossiers(place: Office, head: ActorRef) -> None:
    busy(place)
    client = people.client(head)
    for address in (PLACE, f"{PLACE}?ky=2026-03", f"{PLACE}?ky=2026-q1&don-vi={place.specialist_unit}"):
        page = unescape(client.get(address).content.decode())
        links = re.findall(r'href="(/can-bo/giam-sat/ho-so/[^"]+)"><?s?t?r?o?n?g?>?(\d+)', page)
        assert len(links) > 7
        for href, number in links:
            assert len(client.get(href).context["lines"]) == int(number), href


def test_the_list_says_where_the_time_went_and_leaves_one_trace(place: Office, head: ActorRef) -> None:
    codes = busy(place)
    before = Look.objects.count()

    page = shown(head, f"{LIST}?muc=late")

    assert codes[0] in page
    assert codes[1] in page
    assert codes[2] not in page
    assert re.search(r"Trần Văn Bình: \d+ ngày làm việc", page)
    [look] = Look.objects.order_by("-id")[: Look.objects.count() - before]
    assert (look.count, look.actor_id) == (2, head.id)


def test_lists_walk_by_keyset(place: Office, head: ActorRef) -> None:
    codes = {filed(place, at=SENT + timedelta(minutes=n)).code for n in range(53)}
    client = people.client(head)
    for address in (f"{LIST}?muc=unanswered", f"{LIST}?muc=da-sent&ky=2026-03"):
        first = client.get(address)
        second = client.get(first.context["next"])
        seen = [told.line.row.code for page in (first, second) for told in page.context["lines"]]
        assert len(seen) == 53
        assert set(seen) == codes


@pytest.mark.parametrize(
    "address",
    [f"{LIST}?muc=bay-ba", f"{LIST}?muc=da-due", f"{PLACE}?ky=2026-13&co-quan=x&don-vi=y", LIST],
)
def test_addresses_that_are_none_are_answered_in_words(head: ActorRef, address: str) -> None:
    status = people.client(head).get(address).status_code
    assert status == (404 if address.startswith(LIST) else 200)


def test_pages_ask_no_more_questions_for_more_dossiers(place: Office, head: ActorRef) -> None:
    client = people.client(head)
    busy(place)
    for address, most in ((PLACE, 30), (f"{LIST}?muc=late", 26)):
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _each in range(12):
            filed(place)
        counting.fold()
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= len(few) <= most


def test_an_inspector_sees_the_agency_of_a_running_decision_and_the_trace_names_it(place: Office) -> None:
    busy(place)
    at = moments.now()
    inspector = people.officer("inspector")
    assert people.client(inspector).get(PLACE).status_code == 403
    day = moments.today(at)
    identity.give_inspection(
        officer_id=inspector.id, agency_id=place.agency, decision="12/QĐ-TTr", about="", valid_from=day,
        valid_to=day + timedelta(days=5), by=SYSTEM, at=at,
    )  # fmt: skip

    assert tiles(shown(inspector))["late"] == 2
    shown(inspector, f"{LIST}?muc=late")
    assert "12/QĐ-TTr" in Look.objects.order_by("-id")[0].purpose


def test_the_office_that_watches_the_province_sees_all_agencies_by_name(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(place)
    other = office()
    busy(other)
    watcher = people.officer("supervisor")
    [post] = identity.held(watcher.id, SENT) if watcher.id else ()
    code = _code_of(post.unit)
    known = legal.value
    monkeypatch.setattr(
        legal, "value", lambda key, **on: [code] if key == "supervising_agencies" else known(key, **on)
    )

    page = shown(watcher)
    assert tiles(page)["late"] == 4
    assert f"co-quan={other.agency}" in page
    one = shown(watcher, f"{PLACE}?co-quan={other.agency}")
    assert tiles(one)["late"] == 2


def _code_of(unit: UUID) -> str:
    agency = directory.units([unit])[unit].agency_id
    return directory.agency(agency, moments.today(SENT)).code


def test_late_dossiers_get_letters_of_apology_in_one_act_from_the_list(place: Office, head: ActorRef) -> None:
    late = [filed(place) for _each in range(2)]
    for each in late:
        intake.accept(dossier_id=each.id, by=place.intake, at=SENT + HOUR)
    address = f"{LIST}?muc=late&don-vi={place.specialist_unit}"
    assert "xin-loi-hang-loat" not in shown(head, address), "a supervisor writes no letters"
    [action] = re.findall(r'action="(/can-bo/ho-so/xin-loi-hang-loat/[^"]+)"', shown(place.leader, address))
    client = people.client(place.leader)
    asked = client.post(action, {"d": [each.code for each in late]})
    assert asked.status_code == 200
    assert len(asked.context["able"]) == 2
    whole = client.post(action, {"tat-ca": "1"})
    assert {row.code for row in whole.context["able"]} == {each.code for each in late}
    day = moments.today(moments.now()) + timedelta(days=9)
    while day.weekday() > 3:
        day += timedelta(days=1)
    given = {
        "d": [f"{row.id}:{row.version}" for row in asked.context["able"]],
        "until-day": day.day, "until-month": day.month, "until-year": day.year,
        "reason": "Hệ thống đo đạc ngừng.",
    }  # fmt: skip
    done = client.post("/can-bo/ho-so/xin-loi-hang-loat/lam/", given)
    assert done.status_code == 302, done.context["form"].errors
    jobs.run_until_empty()
    assert "late" not in {key for key, number in tiles(shown(place.leader)).items() if number}
