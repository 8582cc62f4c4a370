"""What each kind of officer reads of a dossier, and the two ways to read beyond one's own work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.directory import api as directory
from tinhso.dossiers.models import Dossier, SubmittedPaper
from tinhso.dossiers.operations import endings, intake, results
from tinhso.dossiers.queries.reading import read
from tinhso.dossiers.visibility import Sight
from tinhso.foundation import moments
from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"
REASON = "Người dân cấp cứu, cần giấy ngay trong đêm"


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def code(place: Office) -> str:
    """A dossier that the specialist has before them since this moment."""
    now = moments.now()
    sent = filed(place, at=now)
    intake.accept(dossier_id=sent.id, by=place.intake, at=now)
    return sent.code


def seen(code: str, by: ActorRef, *, after: timedelta = timedelta(0)) -> identity.Sight:
    dossier = Dossier.objects.get(code=code)
    try:
        at = moments.now() + after
        return read(dossier.id, by=by, at=at, purpose="thử", least=Sight.STATUS).sight
    except NotFound:
        return Sight.NOTHING


def test_who_reads_how_much_while_the_specialist_has_it(place: Office, code: str) -> None:
    month = timedelta(days=31)
    assert seen(code, place.specialist) is Sight.ALL
    assert seen(code, place.citizen) is Sight.ALL
    assert seen(code, place.intake) is Sight.ALL, "their step ended just now"
    assert seen(code, place.intake, after=month) is Sight.INTAKE
    assert seen(code, people.officer("intake_officer", place.one_stop)) is Sight.INTAKE
    for role in ("specialist", "leader", "clerk", "supervisor"):
        assert seen(code, people.officer(role, place.specialist_unit)) is Sight.STATUS
    for stranger in (
        people.officer("administrator", place.one_stop),
        people.officer("inspector", place.one_stop),
        office().intake,
        people.person(),
    ):
        assert seen(code, stranger) is Sight.NOTHING


def test_a_finished_dossier_is_nobodys_turn_any_more(place: Office, code: str) -> None:
    dossier_id = Dossier.objects.get(code=code).id
    endings.stop(
        dossier_id=dossier_id,
        reason="Hết lẽ",
        ground="Điều 7 NĐ 61/2018",
        by=place.specialist,
        at=moments.now(),
    )

    assert seen(code, place.specialist) is Sight.ALL
    assert seen(code, place.specialist, after=timedelta(days=31)) is Sight.STATUS
    assert seen(code, people.officer("specialist", place.specialist_unit)) is Sight.STATUS


def test_a_colleague_reads_the_status_and_no_more_whatever_they_open(place: Office, code: str) -> None:
    colleague = people.officer("specialist", place.specialist_unit)
    browser = people.client(colleague)
    paper = SubmittedPaper.objects.get()
    page = browser.get(f"{LIST}{code}/").content.decode()

    assert "chỉ xem được mã và tình trạng" in page
    for secret in ("0912345678", "Ấp 1", "091090000123", "Đơn đề nghị"):
        assert secret not in page
    for path in (f"giay/{paper.id}/", "ket-qua.pdf", "mau-01.pdf", "chu-ky/"):
        assert browser.get(f"{LIST}{code}/{path}").status_code == 404
    assert browser.post(f"{LIST}{code}/du-thao/xem-truoc/").status_code == 404
    assert browser.get(f"{LIST}{code}/du-thao/").status_code == 403
    version = Dossier.objects.get(code=code).version
    assert browser.post(f"{LIST}{code}/du-thao/", {"version": version}).status_code == 403


def test_a_supervisor_assigns_without_reading(place: Office, code: str) -> None:
    supervisor = people.officer("supervisor", place.one_stop)
    colleague = people.officer("specialist", place.specialist_unit)
    page = people.client(supervisor).get(f"{LIST}{code}/phan-cong/")

    assert page.status_code == 200
    dossier = Dossier.objects.get(code=code)
    people.client(supervisor).post(
        f"{LIST}{code}/phan-cong/", {"version": dossier.version, "to": str(colleague.id)}
    )
    assert Dossier.objects.get(code=code).holder == colleague.id


def test_intake_reads_no_notes_and_no_result_in_the_making(place: Office, code: str) -> None:
    dossier_id = Dossier.objects.get(code=code).id
    endings.note(dossier_id=dossier_id, text="Chưa rõ ranh giới", by=place.specialist, at=moments.now())
    results.draft(dossier_id=dossier_id, written={}, by=place.specialist, at=moments.now())
    counter = people.officer("intake_officer", place.one_stop)
    view = read(dossier_id, by=counter, at=moments.now(), purpose="thử")

    assert (view.notes, view.result) == ((), None)
    assert view.applicant.phone == "0912345678"
    assert all(line.public for line in view.history)
    assert people.client(counter).get(f"{LIST}{code}/ket-qua.pdf").status_code == 404


def test_a_deputy_reads_what_the_officer_holds(place: Office, code: str) -> None:
    deputy = people.officer("clerk")
    assert seen(code, deputy) is Sight.NOTHING
    assert place.specialist.id
    assert deputy.id
    now = moments.now()
    identity.delegate(
        delegator_id=place.specialist.id,
        deputy_id=deputy.id,
        role=identity.Role.SPECIALIST,
        unit_id=place.specialist_unit,
        begins_at=now,
        ends_at=now + timedelta(hours=1),
        by=SYSTEM,
        at=now,
    )
    assert seen(code, deputy) is Sight.ALL
    assert seen(code, deputy, after=timedelta(hours=2)) is Sight.NOTHING


def opened(browser: Client, code: str, reason: str = REASON) -> Any:
    return browser.post(f"{LIST}{code}/mo-khan/", {"reason": reason})


def test_an_emergency_opens_the_page_and_the_owner_reads_the_reason(place: Office, code: str) -> None:
    watching = people.officer("supervisor", place.one_stop)
    colleague = people.officer("specialist", place.specialist_unit)
    browser = people.client(colleague)
    assert f"{LIST}{code}/mo-khan/" in browser.get(f"{LIST}{code}/").content.decode()
    assert browser.get(f"{LIST}{code}/mo-khan/").status_code == 200
    assert opened(browser, code, "").status_code == 422
    assert opened(browser, code, "gấp").status_code == 422

    answer = opened(browser, code)

    assert answer["Location"] == f"{LIST}{code}/"
    assert "0912345678" in browser.get(f"{LIST}{code}/").content.decode()
    assert set(Look.objects.filter(actor_id=colleague.id).values_list("purpose", flat=True)) == {
        "Giải quyết hồ sơ",
        f"Mở khẩn: {REASON}",
    }
    read_by_owner = people.client(place.citizen).get("/tai-khoan/ai-da-xem/").content.decode()
    assert f"Mở khẩn: {REASON}" in read_by_owner

    watched = people.client(watching)
    (opening,) = identity.openings(reader=uuid_of(watching), at=moments.now())
    assert code in watched.get("/can-bo/mo-khan/").content.decode()
    assert watched.post(f"/can-bo/mo-khan/{opening.id}/", {"y": "khong"}).status_code == 302
    assert "0912345678" not in browser.get(f"{LIST}{code}/").content.decode()


def uuid_of(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def test_nobody_strangers_and_other_agencies_find_no_emergency_door(place: Office, code: str) -> None:
    address = f"{LIST}{code}/mo-khan/"
    assert Client().get(address).status_code == 302
    assert people.client(place.citizen).get(address).status_code == 302
    for stranger in (office().specialist, people.officer("inspector")):
        assert people.client(stranger).get(address).status_code == 404
        assert opened(people.client(stranger), code).status_code == 404
    for page in ("/can-bo/mo-khan/", "/can-bo/thanh-tra/"):
        assert Client().get(page).status_code == 302
        assert people.client(place.citizen).get(page).status_code == 302
    assert code not in people.client(office().leader).get("/can-bo/mo-khan/").content.decode()


def test_an_administrator_waits_at_the_door(place: Office, code: str) -> None:
    administrator = people.officer("administrator", place.one_stop)
    people.officer("supervisor", place.one_stop)
    browser = people.client(administrator)
    assert browser.get(f"{LIST}{code}/").status_code == 404

    assert opened(browser, code)["Location"] == "/can-bo/mo-khan/"
    assert "chờ người thứ hai" in browser.get("/can-bo/mo-khan/").content.decode()
    assert browser.get(f"{LIST}{code}/").status_code == 404
    leader = people.client(place.leader)
    (opening,) = identity.openings(reader=uuid_of(place.leader), at=moments.now())
    leader.post(f"/can-bo/mo-khan/{opening.id}/", {"y": "co"})

    assert "0912345678" in browser.get(f"{LIST}{code}/").content.decode()


def given(browser: Client, inspector: ActorRef, place: Office, **changes: str) -> Any:
    now = moments.now()
    form = {
        "login": identity.officer(uuid_of(inspector), now).login,
        "agency": directory.agency(place.agency, moments.today(now)).code,
        "decision": "12/QĐ-TTr",
        "about": "Hộ tịch",
    }
    form |= {"valid_from-day": "1", "valid_from-month": "7", "valid_from-year": "2025"}
    form |= {"valid_to-day": "1", "valid_to-month": "1", "valid_to-year": "2099"}
    return browser.post("/can-bo/thanh-tra/", form | changes)


def test_an_inspector_reads_the_agency_of_the_decision_and_its_people_read_the_number(
    place: Office, code: str
) -> None:
    inspector = people.officer("inspector")
    administrator = people.client(people.officer("administrator"))
    for wrong in ({"decision": ""}, {"login": "khong-ai"}, {"agency": "khong-co"}, {"valid_to-year": "2025"}):
        assert given(administrator, inspector, place, **wrong).status_code == 422
    assert given(administrator, inspector, place).status_code == 302
    browser, elsewhere = people.client(inspector), filed(office()).code

    page = browser.get("/can-bo/thanh-tra/").content.decode()
    assert "12/QĐ-TTr" in page
    (inspection,) = identity.inspections(officer_id=inspector.id)
    address = f"/can-bo/thanh-tra/{inspection.id}/"
    listed = browser.get(address).content.decode()
    assert code in listed
    assert elsewhere not in listed
    assert "0912345678" in browser.get(f"{LIST}{code}/").content.decode()
    assert browser.get(f"{LIST}{elsewhere}/").status_code == 404
    purposes = set(Look.objects.filter(actor_id=inspector.id).values_list("purpose", flat=True))
    assert purposes == {"Thanh tra theo quyết định 12/QĐ-TTr"}

    for other in (people.officer("inspector"), place.intake):
        assert people.client(other).get(address).status_code in (403, 404)
    assert administrator.post(f"{address}thoi/").status_code == 302
    assert browser.get(address).status_code == 404
    assert browser.get(f"{LIST}{code}/").status_code == 404


def test_an_inspection_is_given_by_no_one_but_an_administrator(place: Office) -> None:
    inspector = people.officer("inspector")
    for who in (inspector, place.leader):
        answer = given(people.client(who), inspector, place)
        assert answer.status_code in (200, 403)
    assert identity.inspections() == ()
