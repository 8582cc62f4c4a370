"""Prefilled answers: where they are from, residence in both worlds of names, telling what is wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.dossiers.public.conftest import Town
from tests.support import people
from tinhso.directory import demo as directory_demo
from tinhso.dossiers import residence
from tinhso.dossiers.models import Draft, FactReport
from tinhso.dossiers.operations import reports
from tinhso.foundation import moments
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.identity.models import Look
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
NAME = "nguoi_khai.ho_ten"


def told(town: Town, said: str = "Danh Sóc Khà") -> FactReport:
    town.begun()
    answer = town.browser.post(f"{town.root}sai/{NAME}/", {"dung_ra": said})
    assert answer.status_code == 302, answer.content.decode()
    return FactReport.objects.get()


def test_a_prefilled_answer_says_where_it_is_from_and_offers_to_tell_what_is_wrong(town: Town) -> None:
    town.begun()
    page = town.browser.get(f"{town.root}phan/nguoi-khai/").content.decode()
    assert "Lấy từ tài khoản định danh" in page
    assert f'href="{town.root}sai/{NAME}/"' in page
    asked = town.browser.get(f"{town.root}sai/{NAME}/").content.decode()
    assert "Danh Sóc Kha" in asked
    assert town.browser.get(f"{town.root}sai/con.ho_ten/").status_code == 404


def test_the_office_reads_it_with_a_trace_answers_and_the_person_is_told(town: Town) -> None:
    report = told(town)
    place = town.office
    assert place.intake.id
    [notice] = notify.inbox(reader=place.intake.id, limit=5)
    assert notice.link == f"/can-bo/bao-sai/{report.id}/"
    assert "Khà" not in notice.body
    assert b"Kh\xc3\xa0" not in bytes(report.sealed)

    desk = people.client(place.intake)
    page = desk.get(notice.link).content.decode()
    assert "Danh Sóc Khà" in page
    assert Look.objects.get().person_id == place.citizen.id

    assert desk.post(notice.link, {"tra_loi": " "}).status_code == 422
    assert desk.post(notice.link, {"tra_loi": "Đã chuyển Công an phường."}).status_code == 302
    assert place.citizen.id
    assert any("Công an phường" in one.body for one in notify.inbox(reader=place.citizen.id, limit=5))
    assert "Lê Thị Hoa trả lời" in desk.get(notice.link).content.decode()
    with pytest.raises(Conflict):
        reports.settle(report_id=report.id, answer="Lần nữa", by=place.intake, at=moments.now())


def test_nobody_but_the_desk_it_went_to_sees_or_answers_it(town: Town) -> None:
    report = told(town)
    stranger = people.officer("intake_officer")
    address = f"/can-bo/bao-sai/{report.id}/"
    assert people.client(stranger).get(address).status_code == 404
    assert people.client(town.office.specialist).get(address).status_code == 403
    assert "/can-bo/dang-nhap/" in town.browser.get(address)["Location"]
    with pytest.raises(NotAllowed):
        reports.settle(report_id=report.id, answer="x", by=stranger, at=moments.now())
    with pytest.raises(NotFound):
        reports.read(report.id, by=stranger, at=moments.now())


def test_no_words_no_origin_another_persons_draft_and_twice_the_same_are_refused(town: Town) -> None:
    report = told(town)
    draft, at = Draft.objects.get(), moments.now()
    assert town.browser.post(f"{town.root}sai/{NAME}/", {"dung_ra": "x"}).status_code == 422
    call = {"draft_id": draft.id, "label": "Họ và tên", "shown": "a", "at": at}
    with pytest.raises(Invalid):
        reports.report(**call, path="nguoi_khai.so_dinh_danh", said=" ", by=town.office.citizen)
    with pytest.raises(Invalid):
        reports.report(**call, path="con.ho_ten", said="b", by=town.office.citizen)
    with pytest.raises(NotAllowed):
        reports.report(**call, path=NAME, said="b", by=people.person())
    assert FactReport.objects.get().id == report.id


def test_a_report_goes_with_an_erased_person(town: Town) -> None:
    told(town)
    assert town.office.citizen.id
    identity.erase(person_id=town.office.citizen.id, by=SYSTEM, at=moments.now())
    assert not FactReport.objects.exists()


def test_the_database_refuses_an_answer_without_words_and_two_open_reports(town: Town) -> None:
    report, at = told(town), moments.now()
    same = {
        field: getattr(report, field)
        for field in ("person_id", "procedure_version_id", "unit_id", "path", "label", "origin", "sealed")
    }
    with pytest.raises(IntegrityError, match="fact_report_one_open"), transaction.atomic():
        FactReport.objects.create(**same, reported_at=at)
    for change in (
        {"settled_at": at},
        {"settled_at": at, "answer": "x"},
        {"answer": "x"},
        {"settled_at": report.reported_at - timedelta(days=1), "answer": "x", "settled_by": "y"},
    ):
        with (
            pytest.raises(IntegrityError, match="fact_report_settled_with_an_answer"),
            transaction.atomic(),
        ):
            FactReport.objects.filter(id=report.id).update(**change)


@pytest.mark.parametrize(
    ("written", "commune", "within"),
    [
        ("Khu phố 3, phường Rạch Giá, tỉnh An Giang", "Phường Rạch Giá", "Khu phố 3"),
        (
            "12 Nguyễn Trãi, khu phố 1, phường Vĩnh Thanh Vân, thành phố Rạch Giá, tỉnh Kiên Giang",
            "Phường Rạch Giá",
            "12 Nguyễn Trãi, khu phố 1",
        ),
        ("phuong rach gia, tinh an giang", "Phường Rạch Giá", None),
    ],
)
def test_a_residence_in_old_or_new_names_is_understood(
    written: str, commune: str, within: str | None
) -> None:
    directory_demo.load(at=people.AT)
    found = residence.read(written, on=date(2026, 11, 24))
    assert found["xa"] == commune
    assert found["ma_xa"]
    assert found.get("chi_tiet") == within


def test_in_the_world_before_july_2025_the_old_name_stands_for_itself() -> None:
    directory_demo.load(at=people.AT)
    found = residence.read("phường Vĩnh Thanh Vân, thành phố Rạch Giá, tỉnh Kiên Giang", on=date(2024, 3, 27))
    assert found["xa"] == "Phường Vĩnh Thanh Vân"


def test_a_residence_elsewhere_stays_as_written_and_none_is_none() -> None:
    directory_demo.load(at=people.AT)
    on = date(2026, 11, 24)
    found = residence.read("Bản 3, xã Tả Van, tỉnh Lào Cai", on=on)
    assert found == {
        "chi_tiet": "Bản 3",
        "xa": "xã Tả Van, tỉnh Lào Cai",
        "ghi_tay": True,
        "ngay": "2026-11-24",
    }
    assert residence.read("", on=on) == {}
    assert residence.read("Số 5 Trần Phú", on=on) == {}
