"""The pages of certification: from the person at the counter to the sealed copy, and who may open them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from national.serve import Running
from tests.certification.place import commune_office, prepared
from tests.support import people
from tests.support.office import Office, office
from tests.support.signing import equip
from tinhso.certification.models import BookEntry, CertifiedCopy
from tinhso.foundation import moments, paper
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
NUMBER = "091090765432"
LIST = "/can-bo/chung-thuc/"


@pytest.fixture
def place(can_sign: Running) -> Office:
    made = commune_office()
    equip(made, can_sign)
    return made


def scanned() -> SimpleUploadedFile:
    content = paper.render(template="letter", data={"agency": "Trường Thử", "body": ["Bằng"]})
    return SimpleUploadedFile("quet.pdf", content)


def sheet(place: Office, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "can-cuoc": NUMBER,
        "ho-ten": "Danh Sóc Kha",
        "loai": "van-bang",
        "ten": "Bằng tốt nghiệp",
        "da-xem": "1",
        "nguoi-ky": str(place.leader.id),
        "tep": scanned(),
    }
    return {name: each for name, each in {**given, **changes}.items() if each is not None}


def test_from_the_counter_to_the_vault_through_the_pages(place: Office) -> None:
    desk = people.client(place.intake)
    answer = desk.post(f"{LIST}moi/", sheet(place))
    assert answer.status_code == 302, answer.content.decode()
    row = CertifiedCopy.objects.get()
    assert row.requester == "Danh Sóc Kha"
    assert "chờ người ký" in desk.get(answer["Location"]).content.decode()

    leader = people.client(place.leader)
    assert "Bằng tốt nghiệp" in leader.get(f"{LIST}?tt=drafted").content.decode()
    page = leader.get(f"{LIST}{row.id}/").content.decode()
    assert "Ký chứng thực" in page
    assert "Ký chứng thực" not in desk.get(f"{LIST}{row.id}/").content.decode()
    waiting = leader.post(f"{LIST}{row.id}/ky/", follow=True)
    assert "Đang chờ anh/chị xác nhận" in waiting.content.decode()
    done = leader.post(f"{LIST}{row.id}/ky/cho/", follow=True).content.decode()
    assert "Đã ký, vào sổ, đóng dấu" in done

    person = identity.find_person(NUMBER)
    assert person is not None
    assert len(vault.documents(OwnerRef("person", person))) == 1
    looks, _more = identity.looks_at(person, at=moments.now())
    assert {look.actor_name for look in looks} >= {"Lê Thị Hoa", "Nguyễn Văn An"}
    book = people.client(place.clerk).get("/can-bo/so-chung-thuc/").content.decode()
    assert "Danh Sóc Kha" in book
    printed = people.client(place.clerk).get(
        f"/can-bo/so-chung-thuc/in.pdf?nam={BookEntry.objects.get().period}"
    )
    assert printed.content.startswith(b"%PDF")


def test_what_was_typed_and_scanned_stays_through_a_fault(place: Office) -> None:
    desk = people.client(place.intake)
    answer = desk.post(f"{LIST}moi/", sheet(place, **{"da-xem": None}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chỉ chứng thực khi đã xem bản chính" in page
    assert 'value="Bằng tốt nghiệp"' in page
    kept = page.split('name="da-gui" value="')[1].split('"')[0]
    assert identity.find_person(NUMBER) is None, "nobody is registered for a form with faults"
    again = desk.post(f"{LIST}moi/", sheet(place, tep=None) | {"da-gui": kept})
    assert again.status_code == 302
    other = people.client(people.officer("intake_officer", place.one_stop))
    stolen = other.post(f"{LIST}moi/", sheet(place, tep=None) | {"da-gui": kept})
    assert stolen.status_code == 422, "a scan is used only by the officer who sent it"


def test_the_name_of_a_number_is_looked_up_with_a_trace(place: Office) -> None:
    known = people.person("Trần Thị Ngọc Hân", personal_id=NUMBER)
    desk = people.client(place.intake)
    page = desk.post(f"{LIST}moi/", {"viec": "tim", "can-cuoc": NUMBER}).content.decode()
    assert 'value="Trần Thị Ngọc Hân"' in page
    assert known.id
    looks, _more = identity.looks_at(known.id, at=moments.now())
    assert [look.purpose for look in looks] == ["Chứng thực bản sao"]
    assert (
        "Chưa có người này"
        in desk.post(f"{LIST}moi/", {"viec": "tim", "can-cuoc": "091090000009"}).content.decode()
    )
    assert desk.post(f"{LIST}moi/", {"viec": "tim", "can-cuoc": "12"}).status_code == 422


@pytest.mark.parametrize("path", ["", "tep.pdf", "khong-chung-thuc/", "thu-hoi/", "ky/cho/"])
def test_a_copy_opens_for_its_own_agency_only(place: Office, path: str) -> None:
    copy_id = prepared(place)
    address = f"{LIST}{copy_id}/{path}"
    assert Client().get(address).status_code == 302
    assert people.client(place.citizen).get(address).status_code in (302, 403)
    stranger = commune_office()
    for actor in (stranger.intake, stranger.leader):
        assert people.client(actor).get(address).status_code in (403, 404), actor.name
    assert people.client(people.officer("supervisor", place.one_stop)).get(address).status_code == 403
    assert people.client(place.leader).get(address).status_code in (200, 302)


def test_the_list_and_book_of_another_agency_stay_theirs(place: Office) -> None:
    prepared(place)
    stranger = people.client(commune_office().leader)
    assert "Bằng tốt nghiệp" not in stranger.get(LIST).content.decode()
    assert stranger.get(f"/can-bo/so-chung-thuc/?co-quan={place.agency}").status_code == 200
    assert stranger.get(f"/can-bo/so-chung-thuc/in.pdf?nam=2026&co-quan={place.agency}").status_code == 404
    assert people.client(place.specialist).get("/can-bo/so-chung-thuc/").status_code == 403


def test_an_office_that_may_not_certify_is_told_so_and_has_no_such_menu(can_sign: Running) -> None:
    made = office()
    desk = people.client(made.intake)
    answer = desk.get(f"{LIST}moi/")
    assert answer.status_code == 403
    assert "không có thẩm quyền chứng thực" in answer.content.decode()
    assert f'href="{LIST}moi/"' not in desk.get("/can-bo/").content.decode()


def test_dropping_and_revoking_need_a_reason(place: Office) -> None:
    copy_id = prepared(place)
    leader = people.client(place.leader)
    answer = leader.post(f"{LIST}{copy_id}/khong-chung-thuc/", {"ly-do": " "})
    assert answer.status_code == 422
    assert "Hãy ghi lý do" in answer.content.decode()
    leader.post(f"{LIST}{copy_id}/khong-chung-thuc/", {"ly-do": "Thiếu trang"})
    assert CertifiedCopy.objects.get().state == "dropped"
    assert leader.post(f"{LIST}{copy_id}/thu-hoi/", {"ly-do": "x"}).status_code == 409
    assert leader.post(f"{LIST}{copy_id}/ky/").status_code == 409


def test_the_list_asks_a_constant_number_of_queries(
    place: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(4):
        prepared(place)
    desk = people.client(place.leader)
    desk.get(LIST)
    with django_assert_max_num_queries(40):
        desk.get(LIST)
