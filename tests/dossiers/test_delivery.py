"""A result wanted by post: chosen while filing, later, by an officer; and papers that come in by post."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
from django.test import Client

from tests.dossiers.desk.test_counter import given, sheet
from tests.dossiers.public import conftest
from tests.dossiers.public.conftest import Town, filled
from tests.support import people
from tests.support.office import Office, filed
from tests.support.posting import ANSWERS, post_office, sealed, to_send
from tinhso.dossiers import api as dossiers
from tinhso.dossiers import wanted
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Delivery, Dossier, Draft, HistoryEntry, PostArrival
from tinhso.dossiers.operations import delivery, erasures, parcels, results, transfers
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db
town = conftest.town
POSTED = {
    "buu_dien.nguoi_nhan": "Danh Thị Sa",
    "buu_dien.dien_thoai": "0912 345 678",
    "buu_dien.dia_chi.xa": "Vĩnh Thạnh Vân, Rạch Giá",
    "buu_dien.dia_chi.ma_xa": "-",
    "buu_dien.dia_chi.chi_tiet": "12 Lý Thường Kiệt",
    "buu_dien.ban_chinh": "co",
}


@pytest.fixture
def place() -> Office:
    return post_office(at=moments.now())


def test_chosen_while_filing_it_goes_with_the_dossier_sealed(town: Town) -> None:
    wanted.publish(at=moments.now())
    filled(town)
    page = town.browser.get(f"{town.root}noi-nhan/").content.decode()
    assert "26.000 đồng" in page
    assert f"{town.root}buu-dien/" in page
    faulty = town.browser.post(f"{town.root}buu-dien/", {**POSTED, "buu_dien.dien_thoai": "12"})
    assert faulty.status_code == 422
    assert "12 Lý Thường Kiệt" in faulty.content.decode()
    town.browser.post(f"{town.root}buu-dien/", POSTED)
    review = town.browser.get(f"{town.root}xem-lai/").content.decode()
    assert "giao cho Danh Thị Sa, 0912345678, 12 Lý Thường Kiệt, Vĩnh Thạnh Vân, Rạch Giá" in review
    assert "30.000 đồng" in review

    town.browser.post(f"{town.root}xem-lai/", {"ban": str(Draft.objects.get().id)})
    dossier = Dossier.objects.get()
    view = dossiers.deliveries([dossier.id])[dossier.id]
    assert (view.name, view.originals, view.fee) == ("Danh Thị Sa", True, 30000)
    assert "by_post" in dossier.flags
    assert b"Sa" not in bytes(Delivery.objects.get().sealed)
    tracked = town.browser.get(f"/ho-so/{dossier.code}/").content.decode()
    assert "12 Lý Thường Kiệt" in tracked
    assert "12 Lý Thường Kiệt" not in Client().get(f"/tra-cuu/?ma={dossier.code}").content.decode()


def test_choosing_a_centre_takes_the_choice_of_post_back(town: Town) -> None:
    wanted.publish(at=moments.now())
    filled(town)
    town.browser.post(f"{town.root}buu-dien/", POSTED)
    assert Draft.objects.get().post
    town.browser.post(f"{town.root}noi-nhan/", {"noi_nhan": str(town.office.agency)})
    assert Draft.objects.get().post == {}


def test_a_commune_of_the_province_costs_what_the_province_says(place: Office) -> None:
    inside = deepcopy(ANSWERS)
    inside["buu_dien"]["dia_chi"]["ma_xa"] = "30742"
    assert wanted.fee(inside, on=date(2026, 3, 2)) == 26000
    assert wanted.fee(ANSWERS, on=date(2026, 3, 2)) == 30000


def test_it_may_change_until_a_parcel_is_made_and_again_once_it_came_back(place: Office) -> None:
    at = moments.now()
    dossier_id = to_send(place, at=at)
    act = {"dossier_id": dossier_id, "at": at}
    delivery.deliver_to(answers=ANSWERS, by=place.intake, **act)
    parcels.send(by=place.intake, **act)
    for refused in (
        lambda: delivery.deliver_to(answers=ANSWERS, by=place.citizen, **act),
        lambda: transfers.collect_at(agency_id=place.agency, by=place.citizen, **act),
        lambda: results.hand_over(by=place.intake, **act),
        lambda: parcels.send(by=place.intake, **act),
    ):
        with pytest.raises(WrongTurn):
            refused()
    parcels.tell(words="Đã đặt.", number="EA123456785VN", by=place.intake, **act)
    assert dossiers.deliveries([dossier_id])[dossier_id].number == "EA123456785VN"

    parcels.back(words="Đã về.", by=place.intake, **act)
    transfers.collect_at(agency_id=place.agency, by=place.citizen, **act)
    assert not Delivery.objects.exists()
    assert "by_post" not in Dossier.objects.get(id=dossier_id).flags
    results.hand_over(by=place.intake, **act)
    parcels.tell(words="Muộn.", by=place.intake, **act)
    assert not HistoryEntry.objects.filter(note="Muộn.").exists()


def test_only_its_person_and_the_intake_of_its_agency_choose(place: Office) -> None:
    at = moments.now()
    dossier_id = sealed(place, at=at)
    for stranger in (people.person(), people.officer("intake_officer"), place.specialist):
        with pytest.raises(NotAllowed):
            delivery.deliver_to(dossier_id=dossier_id, answers=ANSWERS, by=stranger, at=at)
    with pytest.raises(Invalid) as fault:
        delivery.deliver_to(dossier_id=dossier_id, answers={}, by=place.citizen, at=at)
    assert "buu_dien.nguoi_nhan" in fault.value.faults


def test_the_pages_are_for_their_person_and_for_intake(place: Office) -> None:
    dossier_id = sealed(place, at=moments.now())
    code = Dossier.objects.get(id=dossier_id).code
    mine, desk = f"/ho-so/{code}/buu-dien/", f"/can-bo/ho-so/{code}/qua-buu-dien/"
    asked = [Client(), people.client(people.person()), people.client(place.citizen)]
    assert [one.get(mine).status_code for one in asked] == [302, 404, 200]
    officers = [people.officer("intake_officer"), place.leader, place.intake]
    assert [Client().get(desk).status_code, asked[2].get(desk).status_code] == [302, 302]
    assert [people.client(one).get(desk).status_code for one in officers] == [404, 403, 200]

    version = Dossier.objects.get(id=dossier_id).version
    client = people.client(place.intake)
    faulty = client.post(desk, {**POSTED, "buu_dien.nguoi_nhan": "", "version": version})
    assert faulty.status_code == 422
    assert "12 Lý Thường Kiệt" in faulty.content.decode()
    assert client.post(desk, {**POSTED, "version": version}).status_code == 302
    assert dossiers.deliveries([dossier_id])[dossier_id].name == "Danh Thị Sa"
    stale = client.post(desk, {**POSTED, "version": version})
    assert stale.status_code == 409
    assert "Danh Thị Sa" in client.get(f"/can-bo/ho-so/{code}/").content.decode()


def test_papers_that_come_by_post_are_taken_in_with_their_parcels_number(place: Office) -> None:
    client = people.client(place.intake)
    wrong = client.post(sheet(place), given(**{"ma-buu-gui": "?"}))
    assert wrong.status_code == 422
    assert "Mã bưu gửi có từ 6 đến 30" in wrong.content.decode()
    assert "Trần  Văn Mới" in wrong.content.decode()

    for _press in range(2):
        client.post(sheet(place), given(**{"ma-buu-gui": "em 123456785 vn"}))
    dossier = Dossier.objects.get()
    assert (dossier.via, dossier.status) == ("post", "accepted")
    assert PostArrival.objects.get().number == "EM123456785VN"
    note = "Hồ sơ đến qua bưu điện, bưu gửi EM123456785VN."
    assert HistoryEntry.objects.filter(dossier_id=dossier.id, act="accept", note=note).exists()
    assert Message.objects.filter(template="dossiers.accepted", recipient_id=dossier.owner_id).exists()
    assert "EM123456785VN" in client.get(f"/can-bo/ho-so/{dossier.code}/").content.decode()


def test_erasing_the_person_forgets_where_they_live(place: Office) -> None:
    at = moments.now()
    dossier_id = filed(place, at=at).id
    delivery.deliver_to(dossier_id=dossier_id, answers=ANSWERS, by=place.citizen, at=at)
    erasures._erase(Dossier.objects.get(id=dossier_id), at=at)
    assert not Delivery.objects.exists()
