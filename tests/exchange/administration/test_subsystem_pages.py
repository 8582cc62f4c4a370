"""Subsystems of our agencies by pages: registered, their certificates, connection, groups, taken away."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.administration.counting import cost
from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.test_pages import opened, words
from tests.exchange.agreements.test_parties import certificate
from tests.support import people
from tests.support.people import AT
from tinhso.exchange.contracts import Authentication, SubjectKind
from tinhso.exchange.models import ClientCertificate, Group, State, Subsystem
from tinhso.exchange.operations import members, services
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
HOME = "/can-bo/truc/he-thong-con/"
MEMBER = "VN-DEMO/GOV/H01"


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(Role.ADMINISTRATOR))


def registered(code: str = "DATDAI") -> Subsystem:
    made = members.register(
        identifier=f"{MEMBER}/{code}", member_name="UBND tỉnh", name="Đất đai", by=SYSTEM, at=AT
    )
    return Subsystem.objects.get(id=made)


def test_a_subsystem_is_registered_and_begins_with_our_member(operator: Client) -> None:
    State.objects.update_or_create(id=1, defaults={"server": f"{MEMBER}/AG1"})
    form = f"{HOME}dang-ky/"
    assert f'value="{MEMBER}/"' in words(operator.get(form))
    agency = people.agency()
    sent = {
        "ma": f"{MEMBER}/DATDAI", "ten": "Đất đai", "thanh-vien": "UBND tỉnh", "co-quan": str(agency),
        "ket-noi": "mutual",
    }  # fmt: skip
    for wrong, said in (
        ({"ten": " "}, "Nhập tên hệ thống"),
        ({"thanh-vien": ""}, "Nhập tên cơ quan"),
        ({"ma": "DATDAI"}, "bốn phần"),
        ({"ma": f"{MEMBER}/DAT!"}, "đặt lại mã"),
        ({"ket-noi": "x"}, "Chọn cách kết nối"),
    ):
        answer = operator.post(form, sent | wrong)
        assert (answer.status_code, said in words(answer)) == (422, True), said
    where = operator.post(form, sent)["Location"]
    row = Subsystem.objects.get()
    assert (where, row.agency_id, row.authentication) == (f"{HOME}{row.id}/", agency, "mutual")
    page = words(operator.get(HOME))
    assert ("Đất đai" in page, "chưa có chứng thư" in page) == (True, True)
    assert operator.post(form, sent).status_code == 409


def test_certificates_come_and_go(operator: Client) -> None:
    row, other = registered(), registered("KHAC")
    do = f"{HOME}{row.id}/lam/"
    for given in (None, b"x", b"x" * 70_000):
        file = {"chung-thu": SimpleUploadedFile("a.pem", given)} if given else {}
        assert operator.post(do, {"viec": "them-chung-thu", **file}).status_code == 422
    pem = certificate()
    sent: dict[str, Any] = {"viec": "them-chung-thu", "chung-thu": SimpleUploadedFile("a.pem", pem)}
    assert operator.post(do, sent)["Location"] == f"{HOME}{row.id}/"
    held = ClientCertificate.objects.get()
    assert held.fingerprint[:32] in words(operator.get(f"{HOME}{row.id}/"))
    away = {"viec": "go-chung-thu", "cua": str(held.id)}
    assert operator.post(f"{HOME}{other.id}/lam/", away).status_code == 404
    operator.post(do, away)
    assert not ClientCertificate.objects.filter(removed_at=None).exists()
    assert operator.post(do, {"viec": "go-chung-thu", "cua": "x"}).status_code == 404


def test_names_connection_and_groups_change(operator: Client) -> None:
    row = registered()
    do, one = f"{HOME}{row.id}/lam/", f"{HOME}{row.id}/"
    operator.post(do, {"viec": "sua", "ten": "Đất đai 2", "thanh-vien": "Sở", "co-quan": ""})
    operator.post(do, {"viec": "ket-noi", "ket-noi": "https"})
    row.refresh_from_db()
    assert (row.name, row.member_name, row.authentication) == ("Đất đai 2", "Sở", Authentication.HTTPS)
    assert operator.post(do, {"viec": "sua", "ten": "", "thanh-vien": "Sở"}).status_code == 422
    assert operator.post(do, {"viec": "ket-noi", "ket-noi": "x"}).status_code == 422
    group = {"viec": "nhom", "ma-nhom": "xa", "mo-ta": "Các xã", "thanh-phan": f"{MEMBER}/A\n\n{MEMBER}/B\n"}
    operator.post(do, group)
    assert set(Group.objects.get().members.values_list("identifier", flat=True)) == {
        f"{MEMBER}/A",
        f"{MEMBER}/B",
    }
    assert f"{MEMBER}/B" in words(operator.get(one))
    for wrong, said in (({"thanh-phan": "A/B"}, "bốn phần"), ({"ma-nhom": "a b"}, "Mã nhóm chỉ dùng")):
        bad = operator.post(do, group | wrong)
        assert (bad.status_code, said in words(bad)) == (422, True)


def test_what_hangs_on_a_subsystem_is_said_before_it_is_taken_away(operator: Client) -> None:
    laid = laying.place()
    opened(laid)
    row = Subsystem.objects.get(services=laid.service)
    services.allow(
        service_id=laid.service, kind=SubjectKind.SUBSYSTEM, subject=row.identifier, by=SYSTEM, at=AT
    )
    members.set_group(owner_id=row.id, code="xa", description="", members=[], by=SYSTEM, at=AT)
    members.add_certificate(subsystem_id=row.id, given=certificate(), by=SYSTEM, at=AT)
    State.objects.update_or_create(id=1, defaults={"server": f"{MEMBER}/AG1"})
    page = words(operator.get(f"{HOME}{row.id}/"))
    for said in ("1 dịch vụ đang mở", "1 thỏa thuận", "1 quyền gọi", "1 chứng thư", "1 nhóm"):
        assert said in page, said
    assert "Đây là hệ thống mà các phần mềm của tỉnh dùng" in page
    assert operator.post(f"{HOME}{row.id}/lam/", {"viec": "go"}).status_code == 302
    assert operator.post(f"{HOME}{row.id}/lam/", {"viec": "go"}).status_code == 404
    assert "Gỡ hệ thống" not in words(operator.get(f"{HOME}{row.id}/"))
    assert row.identifier not in words(operator.get(HOME))
    assert row.identifier in words(operator.get(f"{HOME}?xem=da-go"))
    assert operator.post(f"{HOME}{row.id}/lam/", {"viec": "bay"}).status_code == 404
    assert operator.get(f"{HOME}{new_id()}/").status_code == 404


def test_the_list_is_paged_and_costs_no_more_queries(operator: Client) -> None:
    agency = people.agency()

    def made(number: int) -> Subsystem:
        return Subsystem(
            identifier=f"{MEMBER}/S{number}", name=f"Hệ thống {number}", member_name="UBND tỉnh",
            agency_id=agency, registered_at=AT,
        )  # fmt: skip

    made(0).save()
    few = cost(operator, HOME)
    Subsystem.objects.bulk_create(made(number) for number in range(1, 60))
    assert cost(operator, HOME) == few
    page = operator.get(f"{HOME}?q=Hệ")
    assert (len(page.context["rows"]), len(operator.get(page.context["next"]).context["rows"])) == (50, 10)
    assert "Không thấy hệ thống nào" in words(operator.get(f"{HOME}?q=zzz"))
