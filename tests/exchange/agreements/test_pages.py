"""Pages of agreements: asked as nobody, a person, the wrong officer and the right one; and walked through."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import Place, service
from tests.exchange.agreements.test_parties import certificate
from tests.support import people
from tinhso.exchange.contracts import AgreementStatus, PlanStatus
from tinhso.exchange.models import (
    Agreement,
    Application,
    ApplicationCertificate,
    ChangeNotice,
    MaintenanceWindow,
    Plan,
    QuotaClass,
    QuotaLimit,
    Service,
    Subsystem,
    Terms,
)
from tinhso.exchange.operations import agreements, applications, notices, plans
from tinhso.exchange.operations.wording import Wish
from tinhso.exchange.queries import describing
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity.api import Role
from tinhso.identity.models import Account

pytestmark = pytest.mark.django_db
DESK, PORTAL = "/can-bo/truc/", "/can-bo/nha-phat-trien/"
INNER_WSDL = """<definitions name="TraCuu" xmlns="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"><service name="a"><port name="b">
 <soap:address location="http://10.1.2.3:8080/noi-bo"/></port></service></definitions>"""
OPENAPI = """
openapi: 3.0.3
info: {title: Tra cứu cư trú, version: "1.2", description: Nơi thường trú của một người.}
paths:
  /nguoi/{so}:
    get:
      summary: Tìm một người
      parameters:
        - {name: so, in: path, required: true, description: Số định danh, schema: {type: string}}
      responses:
        "200":
          description: Có
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Nguoi"}
components:
  schemas:
    Nguoi:
      type: object
      required: [hoTen]
      properties:
        hoTen: {type: string, description: Họ tên}
        con: {type: array, items: {$ref: "#/components/schemas/Nguoi"}}
"""


@pytest.fixture
def laid() -> Place:
    return laying.place()


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def wish(**changes: Any) -> dict[str, Any]:
    """What a developer types today."""
    day = today(moments.now())
    return {
        "legal_basis": "Nghị định 278/2025/NĐ-CP",
        "purpose": "Chi trả bảo hiểm",
        "data_fields": "họ tên\nsố định danh",
        "retention_days": "30",
        "contact": "Vũ Minh, 0912 000 000",
        "starts_on": f"{day:%d/%m/%Y}",
        "ends_on": f"{day + timedelta(days=20):%d/%m/%Y}",
    } | changes


def asked(laid: Place) -> Agreement:
    """An agreement asked for just now."""
    day, at = today(moments.now()), moments.now()
    terms = Wish("Nghị định 278", "Chi trả", ("họ tên",), 30, "Vũ Minh", day, day + timedelta(days=20))
    id = agreements.ask(laid.application, laid.plan, terms, conditions=1, by=laid.developer, at=at)
    return agreements.held(id)


def opened(laid: Place) -> Agreement:
    row = asked(laid)
    agreements.accept(row.id, by=laid.owner, at=moments.now())
    agreements.enable(row.id, by=laid.operator, at=moments.now())
    return agreements.held(row.id)


def desk_pages(laid: Place, agreement: Agreement) -> list[str]:
    return [
        f"{DESK}thoa-thuan/",
        f"{DESK}thoa-thuan/?xem=cho",
        f"{DESK}thoa-thuan/?xem=het-han",
        f"{DESK}thoa-thuan/{agreement.id}/",
        f"{DESK}thoa-thuan/{agreement.id}/bang-chung.zip",
        f"{DESK}dich-vu/",
        f"{DESK}dich-vu/{laid.service}/",
        f"{DESK}goi/{laid.plan}/",
        f"{DESK}han-muc/",
    ]


def operator_pages(laid: Place) -> list[str]:
    return [
        f"{DESK}dich-vu/dang-ky/",
        f"{DESK}han-muc/moi/",
        f"{DESK}han-muc/{laid.quota}/",
        f"{DESK}he-thong/",
        f"{DESK}he-thong/dang-ky/",
        f"{DESK}he-thong/{laid.application}/",
        f"{DESK}bao-tri/",
    ]


def portal_pages(laid: Place, agreement: Agreement) -> list[str]:
    return [
        PORTAL,
        f"{PORTAL}su-kien/",
        f"{PORTAL}thong-bao/",
        f"{PORTAL}he-thong/{laid.application}/",
        f"{PORTAL}dich-vu/",
        f"{PORTAL}dich-vu/{laid.service}/",
        f"{PORTAL}goi/{laid.plan}/de-nghi/",
        f"{PORTAL}thoa-thuan/",
        f"{PORTAL}thoa-thuan/{agreement.id}/",
        f"{PORTAL}thoa-thuan/{agreement.id}/gia-han/",
        f"{PORTAL}thoa-thuan/{agreement.id}/bang-chung.zip",
    ]


def acts(laid: Place, agreement: Agreement) -> list[tuple[str, dict[str, str]]]:
    end = {"viec": "ket-thuc", "chu": "Phá"}
    return [
        (f"{DESK}thoa-thuan/{agreement.id}/lam/", end),
        (f"{DESK}dich-vu/{laid.service}/lam/", {"viec": "tat", "chu": "Phá"}),
        (f"{DESK}dich-vu/{laid.service}/goi-moi/", {"code": "x"}),
        (f"{DESK}goi/{laid.plan}/lam/", {"viec": "dong", "chu": "Phá"}),
        (f"{DESK}goi/{laid.plan}/sua/", {"code": "x"}),
        (f"{DESK}han-muc/{laid.quota}/", {"per_minute": "1"}),
        (f"{DESK}he-thong/{laid.application}/lam/", {"viec": "ket-thuc"}),
        (f"{DESK}bao-tri/", {"reason": "x"}),
        (f"{DESK}bao-tri/{laid.plan}/huy/", {}),
        (f"{PORTAL}thoa-thuan/{agreement.id}/lam/", end),
        (f"{PORTAL}thoa-thuan/{agreement.id}/gia-han/", wish()),
        (f"{PORTAL}he-thong/{laid.application}/", {}),
        (f"{PORTAL}dich-vu/{laid.service}/thu/", {"target": "/x"}),
    ]


def test_nobody_and_no_person_gets_in(laid: Place) -> None:
    row = opened(laid)
    pages = [*desk_pages(laid, row), *operator_pages(laid), *portal_pages(laid, row)]
    clerk = people.client(people.officer(Role.CLERK, laid.unit))
    for stranger in (Client(), people.client(people.person()), clerk):
        assert {stranger.get(page).status_code for page in pages} <= {302, 403}
        assert {stranger.post(page, sent).status_code for page, sent in acts(laid, row)} <= {302, 403}
    assert Agreement.objects.get().status == AgreementStatus.ACCEPTED
    assert Plan.objects.get().status == PlanStatus.PUBLISHED


def test_the_wrong_agency_and_the_wrong_system_see_and_do_nothing(laid: Place) -> None:
    row = opened(laid)
    leader, developer = people.officer(Role.LEADER), people.officer(Role.DEVELOPER)
    elsewhere, foreign = people.client(leader), people.client(developer)
    own = [f"{DESK}thoa-thuan/{row.id}/", f"{DESK}dich-vu/{laid.service}/", f"{DESK}goi/{laid.plan}/"]
    assert {elsewhere.get(page).status_code for page in own} == {404}
    assert row.number not in words(elsewhere.get(f"{DESK}thoa-thuan/"))
    assert str(laid.service) not in words(elsewhere.get(f"{DESK}dich-vu/"))
    assert {foreign.get(f"{PORTAL}{page}").status_code for page in (
        f"thoa-thuan/{row.id}/", f"thoa-thuan/{row.id}/gia-han/", f"he-thong/{laid.application}/",
        f"thoa-thuan/{row.id}/bang-chung.zip",
    )} == {404}  # fmt: skip
    assert row.number not in words(foreign.get(f"{PORTAL}thoa-thuan/"))
    for browser in (elsewhere, foreign):
        tried = {browser.post(page, sent).status_code for page, sent in acts(laid, row)[:-1]}
        assert tried <= {403, 404}
    assert Agreement.objects.get().status == AgreementStatus.ACCEPTED


def test_the_right_officers_open_every_page(laid: Place) -> None:
    row = opened(laid)
    owner, operator, developer = (people.client(one) for one in (laid.owner, laid.operator, laid.developer))
    assert {owner.get(page).status_code for page in desk_pages(laid, row)} == {200}
    assert owner.get(f"{DESK}dich-vu/{laid.service}/goi-moi/").status_code == 200
    pages = [*desk_pages(laid, row), *operator_pages(laid)]
    assert {page: operator.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    pages = portal_pages(laid, row)
    assert {page: developer.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert {owner.get(page).status_code for page in operator_pages(laid)} == {403}


def test_an_agreement_is_asked_decided_opened_and_suspended_by_pages(laid: Place) -> None:
    owner, operator, developer = (people.client(one) for one in (laid.owner, laid.operator, laid.developer))
    form = f"{PORTAL}goi/{laid.plan}/de-nghi/"
    sent = wish(application=str(laid.application), quota_class=str(laid.quota))
    refused = developer.post(form, sent)
    assert (refused.status_code, "chấp nhận điều kiện" in words(refused)) == (422, True)
    unsaid = words(developer.post(form, sent | {"purpose": ""}))
    assert "chấp nhận điều kiện" in unsaid
    assert "Hãy ghi dùng dữ liệu để làm gì." in unsaid
    bad = developer.post(form, sent | {"conditions": "1", "ends_on": "hôm kia", "purpose": ""})
    assert bad.status_code == 422
    page = developer.post(form, sent | {"conditions": "1"})["Location"]
    row = Agreement.objects.get()
    assert page == f"{PORTAL}thoa-thuan/{row.id}/"
    assert "chờ chủ dữ liệu trả lời" in words(developer.get(page))
    desk = f"{DESK}thoa-thuan/{row.id}/"
    assert row.number in words(owner.get(f"{DESK}thoa-thuan/?xem=cho"))
    assert "Chấp thuận" in words(owner.get(desk))
    without = owner.post(f"{desk}lam/", {"viec": "tu-choi", "chu": ""})
    assert (without.status_code, "Hãy ghi lý do" in words(without)) == (422, True)
    assert operator.post(f"{desk}lam/", {"viec": "duyet"}).status_code == 403
    assert owner.post(f"{desk}lam/", {"viec": "duyet"})["Location"] == desk
    assert "Chờ người vận hành trục mở kỹ thuật" in words(developer.get(page))
    assert operator.post(f"{desk}lam/", {"viec": "mo"})["Location"] == desk
    running = words(developer.get(page))
    assert "Đang chạy" in running
    assert "GET /r1/VN-DEMO/GOV/H01/TINHSO/tra-cuu" in running
    owner.post(f"{desk}lam/", {"viec": "dung", "chu": "Nghi lộ khóa"})
    assert "Nghi lộ khóa" in words(developer.get(page))
    assert developer.post(f"{page}lam/", {"viec": "mo-lai"}).status_code == 403
    owner.post(f"{desk}lam/", {"viec": "mo-lai"})
    developer.post(f"{page}lam/", {"viec": "tu-dung", "chu": "Nâng cấp"})
    assert "Bên sử dụng tạm dừng" in words(owner.get(desk))
    assert developer.post(f"{page}lam/", {"viec": "bay"}).status_code == 404
    developer.post(f"{page}lam/", {"viec": "ket-thuc", "chu": "Hết nhu cầu"})
    assert Agreement.objects.get().status == AgreementStatus.CLOSED
    again = owner.post(f"{desk}lam/", {"viec": "dung", "chu": "Muộn"})
    assert (again.status_code, "không làm được việc này" in words(again)) == (409, True)


def test_a_renewal_and_new_conditions_go_through_the_portal(laid: Place) -> None:
    row = opened(laid)
    developer, owner = people.client(laid.developer), people.client(laid.owner)
    page = f"{PORTAL}thoa-thuan/{row.id}/"
    longer = f"{today(moments.now()) + timedelta(days=200):%d/%m/%Y}"
    assert developer.post(f"{page}gia-han/", wish(ends_on=longer))["Location"] == page
    assert developer.post(f"{page}gia-han/", wish(ends_on=longer)).status_code == 409
    assert "bản 2" in words(owner.get(f"{DESK}thoa-thuan/{row.id}/"))
    desk = f"{DESK}thoa-thuan/{row.id}/"
    assert 'name="chu" value="2"' in owner.get(desk).content.decode()
    stale = owner.post(f"{desk}lam/", {"viec": "duyet", "chu": "1"})
    assert (stale.status_code, "Đề nghị đã đổi" in words(stale)) == (409, True), "it was never read"
    assert Terms.objects.get(agreement=row, revision=2).accepted is None
    owner.post(f"{desk}lam/", {"viec": "duyet", "chu": "2"})
    assert Terms.objects.get(agreement=row, revision=2).accepted
    plan = f"{DESK}goi/{laid.plan}/"
    assert owner.post(f"{plan}lam/", {"viec": "dieu-kien", "chu": " "}).status_code == 422
    assert owner.post(f"{plan}lam/", {"viec": "dieu-kien", "chu": "Báo sự cố"})["Location"] == plan
    assert "Điều kiện sử dụng có bản 2" in words(developer.get(page))
    developer.post(f"{page}lam/", {"viec": "dieu-kien", "chu": "2"})
    assert Agreement.objects.get().conditions_accepted == 2


def test_a_plan_is_written_changed_opened_and_closed(laid: Place) -> None:
    owner = people.client(laid.owner)
    new = f"{DESK}dich-vu/{laid.service}/goi-moi/"
    sent = {
        "code": "mo", "name": "Gói mở", "validation": "auto", "quota_class": str(laid.quota),
        "longest_days": "30", "endpoints": "GET /nguoi/*",
    }  # fmt: skip
    for wrong in ({"quota_class": "x"}, {"validation": "x"}, {"endpoints": "GET"}, {"longest_days": "mười"}):
        assert owner.post(new, sent | wrong).status_code == 422, wrong
    page = owner.post(new, sent)["Location"]
    assert owner.post(f"{page}sua/", sent | {"name": "Gói mở rộng"})["Location"] == page
    assert owner.post(f"{page}lam/", {"viec": "mo"}).status_code == 409
    owner.post(f"{page}lam/", {"viec": "dieu-kien", "chu": "Đúng mục đích"})
    owner.post(f"{page}lam/", {"viec": "mo"})
    made = Plan.objects.get(code="mo")
    assert (made.name, made.status, made.endpoints) == ("Gói mở rộng", "published", [["GET", "/nguoi/*"]])
    owner.post(f"{page}lam/", {"viec": "thoi-nhan"})
    assert owner.post(f"{page}lam/", {"viec": "dong", "chu": ""}).status_code == 422
    owner.post(f"{page}lam/", {"viec": "dong", "chu": "Thay"})
    assert Plan.objects.get(code="mo").status == PlanStatus.CLOSED


def registering(laid: Place, **changes: Any) -> dict[str, Any]:
    return {
        "he-thong": str(Subsystem.objects.get().id), "loai": "OPENAPI", "ma": "cu-tru", "ten": "",
        "dia-chi": "http://127.0.0.1:9/", "chu": str(laid.unit), "can-cu": "Luật Cư trú",
        "ca-nhan": "họ tên\nnơi ở", "nhom": "limited", "nhat-ky": "full",
    } | changes  # fmt: skip


def test_a_service_is_registered_from_its_description_opened_and_shown_to_developers(laid: Place) -> None:
    operator, developer = people.client(laid.operator), people.client(laid.developer)
    form = f"{DESK}dich-vu/dang-ky/"

    def file(text: str = OPENAPI) -> SimpleUploadedFile:
        return SimpleUploadedFile("mo-ta.yaml", text.encode())

    assert operator.post(form, registering(laid)).status_code == 422
    for wrong in ({"chu": ""}, {"he-thong": "x"}, {"can-cu": " "}, {"nhom": "x"}, {"ma": ""}):
        assert operator.post(form, registering(laid, **wrong, tep=file())).status_code == 422, wrong
    assert operator.post(form, registering(laid, tep=file("rác: [")) ).status_code == 422  # fmt: skip
    page = operator.post(form, registering(laid, tep=file()))["Location"]
    made = Service.objects.get(code="cu-tru")
    assert (made.title, made.personal_fields, made.owner_unit_id) == (
        "Tra cứu cư trú", ["họ tên", "nơi ở"], laid.unit,
    )  # fmt: skip
    operator.post(f"{page}lam/", {"viec": "mo"})
    assert Service.objects.get(code="cu-tru").enabled
    assert operator.post(f"{page}lam/", {"viec": "tat", "chu": ""}).status_code == 422
    assert developer.get(f"{PORTAL}dich-vu/{made.id}/").status_code == 404, "no plan is open yet"
    plan = plans.draft(made.id, laying.offer(laid.quota), by=laid.owner, at=moments.now())
    plans.publish_conditions(plan, "Đúng mục đích", by=laid.owner, at=moments.now())
    plans.publish(plan, by=laid.owner, at=moments.now())
    shown = words(developer.get(f"{PORTAL}dich-vu/{made.id}/"))
    for text in ("GET /nguoi/{so}", "Tìm một người", "Số định danh", "hoTen", "con[].hoTen", "Đúng mục đích"):
        assert text in shown
    assert "cu-tru" in words(developer.get(f"{PORTAL}dich-vu/?q=cư trú"))
    tried = developer.post(f"{PORTAL}dich-vu/{made.id}/thu/", {"method": "GET", "target": "/nguoi/1?a=b"})
    assert "Câu trả lời mẫu: 200" in words(tried)
    bad = developer.post(f"{PORTAL}dich-vu/{made.id}/thu/", {"method": "GET", "target": "x"})
    assert bad.status_code == 422
    inner = OPENAPI + "servers: [{url: 'http://10.1.2.3:8080/noi-bo'}]\n"
    Service.objects.filter(id=made.id).update(description=inner)
    given = yaml.safe_load(developer.get(f"{PORTAL}dich-vu/{made.id}/mo-ta/").content)
    assert given.pop("servers") == [{"url": "/r1/VN-DEMO/GOV/H01/TINHSO/cu-tru"}], "never the inner address"
    assert given == yaml.safe_load(OPENAPI)
    Service.objects.filter(id=made.id).update(kind="WSDL", description=INNER_WSDL)
    given_wsdl = developer.get(f"{PORTAL}dich-vu/{made.id}/mo-ta/").content
    assert b"10.1.2.3" not in given_wsdl
    assert b"TraCuu" in given_wsdl


def test_a_rest_service_needs_no_file_but_a_name(laid: Place) -> None:
    operator = people.client(laid.operator)
    form = f"{DESK}dich-vu/dang-ky/"
    sent = registering(laid, loai="REST", ma="khong-mo-ta")
    assert operator.post(form, sent).status_code == 422
    assert operator.post(form, sent | {"ten": "Không mô tả"}).status_code == 302


def test_changes_and_the_end_of_a_service_are_told_by_its_page(laid: Place) -> None:
    opened(laid)
    owner, developer = people.client(laid.owner), people.client(laid.developer)
    act = f"{DESK}dich-vu/{laid.service}/lam/"
    day = today(moments.now())
    tell = {"viec": "bao", "tieu-de": "Thêm trường", "noi-dung": "Có trường mới"}
    assert owner.post(act, tell | {"ngay": "mai"}).status_code == 422
    assert owner.post(act, tell | {"ngay": f"{day:%d/%m/%Y}"}).status_code == 302
    assert "Thêm trường" in words(developer.get(f"{PORTAL}thong-bao/"))
    end = {"viec": "ngung", "thay": "Bản 2", "noi-dung": "Chuyển sang bản 2"}
    early = owner.post(act, end | {"ngay": f"{day + timedelta(days=9):%d/%m/%Y}"})
    assert (early.status_code, "90 ngày" in words(early)) == (422, True)
    owner.post(act, end | {"ngay": f"{day + timedelta(days=120):%d/%m/%Y}"})
    assert ChangeNotice.objects.count() == 2
    assert "Sắp ngừng" in words(Client().get("/tinh-trang-dich-vu/"))


def test_systems_developers_and_certificates_are_looked_after_by_pages(laid: Place) -> None:
    operator, developer = people.client(laid.operator), people.client(laid.developer)
    form = f"{DESK}he-thong/dang-ky/"
    sent = {
        "name": "Hộ tịch xã", "agency": "", "organisation": "FPT", "identifier": "VN-DEMO/COM/FPT/HT",
        "contact_name": "An", "contact_email": "an@example.com", "contact_phone": "",
    }  # fmt: skip
    assert operator.post(form, sent | {"identifier": "VN"}).status_code == 422
    page = operator.post(form, sent)["Location"]
    assert operator.post(form, sent).status_code == 409
    assert operator.post(f"{page}lam/", {"viec": "them", "chu": "khong-co"}).status_code == 422
    login = Account.objects.get(id=laid.developer.id or laid.plan).login or ""
    operator.post(f"{page}lam/", {"viec": "them", "chu": login})
    assert "Vũ Phát Triển" in words(operator.get(page))
    made = Application.objects.get(identifier="VN-DEMO/COM/FPT/HT")
    own = f"{PORTAL}he-thong/{made.id}/"
    assert developer.post(own).status_code == 422
    until = moments.now() + timedelta(days=90)
    developer.post(own, {"tep": BytesIO(certificate(until))})
    asked_for = ApplicationCertificate.objects.get()
    assert "chờ duyệt" in words(developer.get(own))
    assert "Duyệt chứng thư" in words(operator.get(f"{DESK}he-thong/"))
    wrong = {"viec": "duyet", "cua": str(asked_for.id)}
    assert operator.post(f"{DESK}he-thong/{laid.application}/lam/", wrong).status_code == 404
    operator.post(f"{page}lam/", wrong)
    assert "đang dùng" in words(developer.get(own))
    operator.post(f"{page}lam/", {"viec": "thu-hoi", "cua": str(asked_for.id)})
    operator.post(f"{page}lam/", {"viec": "thoi", "cua": str(laid.developer.id)})
    assert developer.get(own).status_code == 404
    operator.post(f"{page}lam/", {"viec": "ket-thuc"})
    assert Application.objects.get(id=made.id).ended_at


def test_maintenance_is_planned_shown_to_everybody_and_taken_back(laid: Place) -> None:
    operator = people.client(laid.operator)
    page = f"{DESK}bao-tri/"
    day = f"{today(moments.now()) + timedelta(days=3):%d/%m/%Y}"
    sent = {"service": str(laid.service), "day": day, "from": "22:00", "until": "23:30", "reason": "Vá lỗi"}
    for wrong in ({"day": "x"}, {"from": "tối"}, {"until": "21:00"}, {"reason": ""}, {"day": "1 1 2020"}):
        assert operator.post(page, sent | wrong).status_code == 422, wrong
    operator.post(page, sent)
    window = MaintenanceWindow.objects.get()
    public = words(Client().get("/tinh-trang-dich-vu/"))
    assert "Vá lỗi" in public
    assert "Tra cứu hộ tịch" in public
    operator.post(f"{page}{window.id}/huy/")
    assert "Vá lỗi" not in words(Client().get("/tinh-trang-dich-vu/"))
    assert operator.post(f"{page}{window.id}/huy/").status_code == 409


def test_quotas_are_named_and_changed_from_a_day(laid: Place) -> None:
    operator = people.client(laid.operator)
    numbers = {"per_minute": "10", "per_day": "1.000", "parallel": "2"}
    day = f"{today(moments.now()) + timedelta(days=1):%d/%m/%Y}"
    new = f"{DESK}han-muc/moi/"
    for wrong in ({"per_minute": "x"}, {"since": "x"}, {"code": ""}):
        sent = numbers | {"code": "nho", "name": "Nhỏ", "since": day} | wrong
        assert operator.post(new, sent).status_code == 422, wrong
    operator.post(new, numbers | {"code": "nho", "name": "Nhỏ", "since": day})
    made = QuotaClass.objects.get(code="nho")
    operator.post(f"{DESK}han-muc/{laid.quota}/", numbers | {"since": day})
    assert QuotaLimit.objects.filter(quota_class=laid.quota).count() == 2
    assert QuotaLimit.objects.get(quota_class=made).per_day == 1000


def test_lists_ask_as_much_for_many_as_for_one(laid: Place) -> None:
    opened(laid)
    owner = people.client(laid.owner)
    pages = [f"{DESK}thoa-thuan/", f"{DESK}dich-vu/", f"{DESK}dich-vu/{laid.service}/"]

    def queries(browser: Client, page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(page).status_code == 200
        return len(seen)

    for page in pages:
        queries(owner, page)
    before = [queries(owner, page) for page in pages]
    for number in range(4):
        service(laid.unit, code=f"them-{number}")
        other = applications.register(
            laying.asked(f"Hệ {number}", f"VN-DEMO/COM/X/{number}"), by=laid.operator, at=moments.now()
        )
        assert laid.developer.id
        applications.add_developer(other, laid.developer.id, by=laid.operator, at=moments.now())
        opened(replace(laid, application=other))
    queries(owner, pages[0])  # what waits is counted anew once
    assert [queries(owner, page) for page in pages] == before


def test_a_description_that_names_itself_ends(laid: Place) -> None:
    described = describing.openapi(
        '{"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {"200": {"content": {"x": {"schema":'
        ' {"$ref": "#/s/A"}}}}}}}}, "s": {"A": {"type": "array", "items": {"$ref": "#/s/A"}},'
        ' "B": {"$ref": "#/s/B"}}}'
    )

    assert described.operations[0].path == "/a"


def test_notices_of_others_do_not_show_in_the_portal(laid: Place) -> None:
    opened(laid)
    other: ActorRef = laying.place(code="khac", client="VN-DEMO/COM/FPT/KHAC").developer
    notices.tell_change(
        laid.service, title="Riêng", text="Chữ", effective_on=today(moments.now()), by=laid.owner,
        at=moments.now(),
    )  # fmt: skip
    assert "Riêng" not in words(people.client(other).get(f"{PORTAL}thong-bao/"))
