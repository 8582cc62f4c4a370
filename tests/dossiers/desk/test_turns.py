"""The desk's pages of turns: asked as nobody, as a citizen, as another agency, and as the right one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tests.support.days import working_day
from tests.support.office import Office, filed, office, paper
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Bulk, Dossier, Extension, Supplement
from tinhso.dossiers.operations import extensions, intake, supplements
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOTH = [PaperFault("don", "Ảnh mờ"), PaperFault("uy-quyen", "Chưa có")]


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office, *, days: int = 1) -> Dossier:
    sent = moments.now() - days * DAY
    dossier = filed(place, at=sent)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=sent + HOUR)
    return Dossier.objects.get(id=dossier.id)


def send(actor: ActorRef, code: str, slug: str, **given: Any) -> HttpResponse:
    version = Dossier.objects.values_list("version", flat=True).get(code=code)
    return people.client(actor).post(f"{LIST}{code}/{slug}/", {"version": version, **given})  # type: ignore[return-value]


def a_day() -> dict[str, Any]:
    day = working_day(moments.today(moments.now()) + 5 * DAY)
    return {"until-day": day.day, "until-month": day.month, "until-year": day.year}


def asked_for(place: Office) -> Dossier:
    dossier = accepted(place, days=30)
    until = working_day(moments.today(moments.now()) + 5 * DAY)
    extensions.ask(
        dossier_id=dossier.id, until=until, reason="Chờ đo đạc", by=place.specialist, at=moments.now()
    )
    return dossier


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/can-bo/cho-quyet-dinh/"),
        ("post", "/can-bo/ho-so/xin-loi-hang-loat/"),
        ("post", "/can-bo/ho-so/xin-loi-hang-loat/lam/"),
    ],
)
def test_who_decides_nothing_does_not_come_in(place: Office, method: str, address: str) -> None:
    assert getattr(Client(), method)(address).status_code == 302
    assert getattr(people.client(place.citizen), method)(address).status_code == 302
    for actor in (place.intake, place.clerk):
        assert getattr(people.client(actor), method)(address).status_code == 403


def test_a_leader_sees_what_waits_in_their_agency_only_in_a_constant_number_of_queries(
    place: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mine = asked_for(place)
    other = office()
    theirs = asked_for(other)
    browser = people.client(place.leader)
    page = browser.get("/can-bo/cho-quyet-dinh/").content.decode()
    assert mine.code in page
    assert theirs.code not in page
    assert "Chờ đo đạc" in page
    asked_for(place)
    asked_for(place)
    with django_assert_max_num_queries(24):
        assert browser.get("/can-bo/cho-quyet-dinh/").status_code == 200


@pytest.mark.parametrize("slug", ["dong-y-hen-lai", "khong-hen-lai", "hen-lai", "thu-hoi", "tra-ban-chinh"])
def test_a_stranger_does_none_of_the_turns(place: Office, slug: str) -> None:
    code = asked_for(place).code
    stranger = office()
    for actor in (stranger.leader, stranger.intake):
        assert people.client(actor).get(f"{LIST}{code}/{slug}/").status_code in (403, 404)
        assert send(actor, code, slug, reason="x", to_name="x").status_code in (403, 404)
    assert Client().get(f"{LIST}{code}/{slug}/").status_code == 302
    assert people.client(place.citizen).get(f"{LIST}{code}/{slug}/").status_code == 302


def test_asking_deciding_and_apologising_from_the_forms(place: Office) -> None:
    code = accepted(place, days=30).code
    acts = people.client(place.specialist).get(f"{LIST}{code}/").context["acts"]
    assert "ask_extension" in acts
    assert not {"apologise", "grant_extension"} & set(acts)
    wrong = send(place.specialist, code, "de-nghi-hen-lai", reason="Chờ", **a_day() | {"until-year": "20"})
    assert wrong.status_code == 422
    assert "Chờ" in wrong.content.decode()
    assert send(place.specialist, code, "de-nghi-hen-lai", reason="Chờ", **a_day()).status_code == 302

    acts = people.client(place.leader).get(f"{LIST}{code}/").context["acts"]
    assert {"grant_extension", "deny_extension"} <= set(acts)
    assert "apologise" not in acts, "one is open already"
    page = people.client(place.leader).get(f"{LIST}{code}/dong-y-hen-lai/").content.decode()
    assert "xin hẹn lại ngày" in page
    assert send(place.leader, code, "dong-y-hen-lai", answer="").status_code == 302
    assert Extension.objects.get().granted is True
    for actor in (place.specialist, place.leader):
        acts = people.client(actor).get(f"{LIST}{code}/").context["acts"]
        assert not {"ask_extension", "apologise"} & set(acts), "the rule allows no more"


def test_letters_for_many_ask_for_day_and_reason_and_keep_what_was_typed(place: Office) -> None:
    late = [accepted(place, days=30) for _number in range(2)]
    browser = people.client(place.leader)
    page = browser.get(f"{LIST}?xem=co-quan&han=tre").content.decode()
    assert "Xin lỗi, hẹn lại các hồ sơ đã chọn" in page
    assert "Xin lỗi, hẹn lại các hồ sơ đã chọn" not in browser.get(f"{LIST}?xem=co-quan").content.decode()
    shown = browser.post(f"{LIST}xin-loi-hang-loat/", {"d": [row.code for row in late]})
    assert len(shown.context["able"]) == 2
    items = [f"{row.id}:{row.version}" for row in late]
    empty = browser.post(f"{LIST}xin-loi-hang-loat/lam/", {"d": items, "reason": "", **a_day()})
    assert empty.status_code == 422
    assert "Hãy ghi vì sao phải hẹn lại." in empty.content.decode()
    past = a_day() | {"until-year": 2020}
    assert (
        browser.post(f"{LIST}xin-loi-hang-loat/lam/", {"d": items, "reason": "x", **past}).status_code == 422
    )
    done = browser.post(f"{LIST}xin-loi-hang-loat/lam/", {"d": items, "reason": "Máy hỏng", **a_day()})
    assert done.status_code == 302
    assert Bulk.objects.get().given["reason"] == "Máy hỏng"
    assert browser.get(done["Location"]).status_code == 200
    assert people.client(office().leader).get(done["Location"]).status_code == 404


def test_the_officer_is_warned_before_one_request_too_many(place: Office) -> None:
    dossier = accepted(place)
    now = moments.now()
    supplements.ask(dossier_id=dossier.id, faults=BOTH[:1], by=place.specialist, at=now - 9 * HOUR)
    supplements.answer(dossier_id=dossier.id, papers=[paper()], by=place.citizen, at=now - 8 * HOUR)
    page = people.client(place.specialist).get(f"{LIST}{dossier.code}/bo-sung/").content.decode()
    assert "tính là trễ hạn" in page
    assert "766" in page
    typed = {"xet-don": "faulty", "ly-do-don": "Vẫn mờ", "xet-uy-quyen": "good", "message": ""}
    refused = send(place.specialist, dossier.code, "bo-sung", **typed, again=" ")
    assert refused.status_code == 422
    assert "Hãy ghi vì sao phải yêu cầu thêm lần nữa." in refused.content.decode()
    assert send(place.specialist, dossier.code, "bo-sung", **typed, again="Thiếu trang 2").status_code == 302

    assert Supplement.objects.get(ordinal=2).again_because == "Thiếu trang 2"
    screen = people.client(place.specialist).get(f"{LIST}{dossier.code}/").content.decode()
    assert "Thiếu trang 2" in screen
    assert "Yêu cầu bổ sung quá số lần" in screen


def test_the_first_request_is_not_warned_of(place: Office) -> None:
    code = accepted(place).code
    page = people.client(place.specialist).get(f"{LIST}{code}/bo-sung/").content.decode()
    assert "tính là trễ hạn" not in page
    assert 'name="again"' not in page


def test_the_counter_takes_a_part_and_then_the_rest(place: Office) -> None:
    dossier = accepted(place)
    supplements.ask(
        dossier_id=dossier.id, faults=BOTH, by=place.specialist, at=moments.now() - 3 * HOUR
    )  # fmt: skip
    part = {"goc-don": "1", "sao-don": "", "goc-uy-quyen": "", "sao-uy-quyen": "", "note": ""}
    assert send(place.intake, dossier.code, "nhan-bo-sung", **part).status_code == 422, "not the whole"
    assert send(place.intake, dossier.code, "nhan-bo-sung", **part, part="1").status_code == 302
    page = people.client(place.intake).get(f"{LIST}{dossier.code}/nhan-bo-sung/").content.decode()
    assert 'name="goc-uy-quyen"' in page
    assert 'name="goc-don"' not in page
    rest = {"goc-uy-quyen": "1", "sao-uy-quyen": "", "note": ""}
    assert send(place.intake, dossier.code, "nhan-bo-sung", **rest).status_code == 302
    assert Dossier.objects.get(id=dossier.id).status == "processing"
