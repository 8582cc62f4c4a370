"""A service's settings by their page: checked before they are kept, since a wrong one stops the service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.administration.counting import cost
from tests.exchange.agreements.test_pages import OPENAPI, words
from tests.support import people
from tests.support.people import AT
from tinhso.exchange.contracts import BodyLog, ServiceKind, SubjectKind
from tinhso.exchange.diagnosing import own_keys
from tinhso.exchange.diagnosing.own_keys import Breach, Guarded, Health
from tinhso.exchange.models import MaintenanceWindow, Right, Service
from tinhso.exchange.operations import members, services
from tinhso.exchange.pages.desk import service_words
from tinhso.foundation import moments
from tinhso.foundation.breaker import Stands
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
CLIENT = "VN-DEMO/COM/VNPT/BHXH"


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(Role.ADMINISTRATOR))


@pytest.fixture
def row() -> Service:
    """A described service."""
    subsystem = members.register(
        identifier="VN-DEMO/GOV/H01/TINHSO", member_name="UBND", name="Tỉnh Số", by=SYSTEM, at=AT
    )
    id = services.register_openapi(
        subsystem_id=subsystem, code="cu-tru", url="http://127.0.0.1:9", description=OPENAPI, by=SYSTEM, at=AT
    )
    return Service.objects.get(id=id)


class Desk:
    """The page of one service, in one browser."""

    def __init__(self, browser: Client, row: Service) -> None:
        self.browser, self.row = browser, row
        self.address = f"/can-bo/truc/dich-vu/{row.id}/thong-so/"

    def read(self) -> str:
        return words(self.browser.get(self.address))

    def does(self, viec: str, **sent: Any) -> Service:
        answer = self._sent(viec, sent)
        assert answer.status_code == 302, words(answer)
        assert answer["Location"] == f"{self.address}#{viec}-muc"
        self.row.refresh_from_db()
        return self.row

    def refuses(self, viec: str, said: str, **sent: Any) -> None:
        answer = self._sent(viec, sent)
        assert (answer.status_code, said in words(answer)) == (422, True), said

    def _sent(self, viec: str, sent: dict[str, Any]) -> Any:
        named = {name.replace("_", "-"): value for name, value in sent.items()}
        return self.browser.post(f"{self.address}lam/", {"viec": viec, **named})


@pytest.fixture
def desk(operator: Client, row: Service) -> Desk:
    return Desk(operator, row)


def test_where_a_service_is_and_how_much_it_may_say(desk: Desk) -> None:
    good = {"dia_chi": "https://10.0.0.1/cu-tru", "cho": "30", "co_lon": "2,5", "kiem_tls": "1"}
    row = desk.does("ket-noi", **good)
    assert (row.url, row.timeout_seconds, row.most_bytes, row.verify_tls) == (
        "https://10.0.0.1/cu-tru", 30, 2_621_440, True,
    )  # fmt: skip
    assert 'value="2,5"' in desk.read()
    del good["kiem_tls"]
    assert not desk.does("ket-noi", **good).verify_tls
    for wrong, said in (
        ({"dia_chi": "10.0.0.1"}, "Địa chỉ dịch vụ phải là"),
        ({"dia_chi": "http://x:99999"}, "Địa chỉ dịch vụ phải là"),
        ({"cho": "601"}, "từ 1 đến 600 giây"),
        ({"cho": "nửa giờ"}, "Nhập một số"),
        ({"co_lon": "5000"}, "Cỡ lớn nhất"),
        ({"co_lon": "0"}, "Cỡ lớn nhất"),
        ({"co_lon": "to"}, "Nhập số MB"),
    ):
        desk.refuses("ket-noi", said, **(good | wrong))
    assert Service.objects.get().url == "https://10.0.0.1/cu-tru"


def test_masks_come_before_a_masked_log_and_go_after_it(desk: Desk) -> None:
    desk.refuses("nhat-ky", "ít nhất một quy tắc che", nhat_ky="masked")
    desk.refuses("nhat-ky", "Hãy chọn cách ghi", nhat_ky="x")
    rule = {"che_noi": "body", "che_truong": "$..soDinhDanh", "che_cach": "replace", "che_thay": ""}
    for wrong, said in (
        ({"che_truong": "$."}, "Xem lại tên trường"),
        ({"che_truong": ""}, "Xem lại tên trường"),
        ({"che_noi": "header", "che_truong": "X-Road-Id"}, "Xem lại tên trường"),
        ({"che_cach": "regex", "che_bieu_thuc": "(a+)+"}, "Xem lại tên trường"),
        ({"che_noi": "x"}, "Chọn nơi có trường"),
    ):
        desk.refuses("che", said, **(rule | wrong))
    assert desk.does("che", **rule).masks == [{"in": "body", "at": "$..soDinhDanh", "as": "replace"}]
    desk.does("che", **rule)
    cut = {"che_noi": "query", "che_truong": "so", "che_cach": "regex", "che_bieu_thuc": "[0-9]{9}$",
           "che_thay": "…"}  # fmt: skip
    row = desk.does("che", **cut)
    assert row.masks[1] == {"in": "query", "at": "so", "as": "regex", "with": "…", "pattern": "[0-9]{9}$"}
    assert desk.does("nhat-ky", nhat_ky="masked").body_log == BodyLog.MASKED
    page = desk.read()
    assert ("$..soDinhDanh" in page, "không bằng chứng" in page) == (True, True)
    assert desk._sent("bo-che", {"cua": "0", "la": "khac"}).status_code == 404
    desk.does("bo-che", cua="0", la="$..soDinhDanh")
    desk.refuses("bo-che", "ít nhất một quy tắc che", cua="0", la="so")
    desk.does("nhat-ky", nhat_ky="none")
    assert desk.does("bo-che", cua="0", la="so").masks == []


def test_a_description_that_cannot_be_checked_is_refused(desk: Desk) -> None:
    assert desk.does("hop-dong", kiem="enforce").contract_check == "enforce"
    desk.refuses("hop-dong", "Chọn cách kiểm", kiem="x")
    newer = OPENAPI.replace("/nguoi/{so}", "/nguoi/{so}/cu-tru")
    desk.does("mo-ta", tep=SimpleUploadedFile("a.yaml", newer.encode()))
    assert list(desk.row.endpoints.values_list("path", flat=True)) == ["/nguoi/*/cu-tru"]
    desk.refuses("mo-ta", "Hãy chọn tệp mô tả")
    broken = newer.replace("#/components/schemas/Nguoi", "https://khac.example.vn/a.yaml#/Nguoi")
    desk.refuses("mo-ta", "chưa đủ rõ để kiểm", tep=SimpleUploadedFile("a.yaml", broken.encode()))
    desk.refuses("mo-ta", "OpenAPI", tep=SimpleUploadedFile("a.yaml", b"x: 1"))
    Service.objects.update(kind=ServiceKind.REST, contract_check="off")
    desk.refuses("hop-dong", "mô tả bằng OpenAPI", kiem="observe")
    desk.refuses("mau", "mô tả bằng OpenAPI", bat="1", mau_cho="0")


def test_a_breaker_a_mirror_and_a_mock_are_set_and_taken_away(desk: Desk) -> None:
    figures = {"lan_hong": "5", "lan_tot": "2", "ma_hong": "500, 503", "cho_dau": "1", "cho_lau": "60"}
    row = desk.does("ngat", bat="1", **figures)
    assert row.breaker == {
        "failures": 5, "successes": 2, "statuses": [500, 503], "first_seconds": 1, "most_seconds": 60,
    }  # fmt: skip
    assert 'value="500 503"' in desk.read()
    for wrong in ({"ma_hong": "200"}, {"cho_dau": "90"}, {"lan_hong": "0"}, {"ma_hong": "năm trăm"}):
        desk.refuses("ngat", "mã lỗi từ 400 đến 599", bat="1", **(figures | wrong))
    assert desk.does("ngat", bat="0").breaker == {}

    mirror = desk.does("sao", bat="1", ban_sao="http://thu.example.vn", phan="0,5").mirror
    assert mirror == {"url": "http://thu.example.vn", "ratio": 0.005}
    assert "0,5 phần trăm" in desk.read()
    desk.refuses("sao", "Địa chỉ nhận bản sao", bat="1", ban_sao="thu", phan="5")
    desk.refuses("sao", "Địa chỉ nhận bản sao", bat="1", ban_sao="http://thu", phan="101")
    desk.refuses("sao", "Nhập số phần trăm", bat="1", ban_sao="http://thu", phan="nửa")
    assert desk.does("sao", bat="0").mirror == {}

    assert desk.does("mau", bat="1", mau_cho="0,2", mau_ma="200", mau_ten="co").mock == {
        "delay": 0.2, "status": 200, "example": "co",
    }  # fmt: skip
    assert "trả lời mẫu" in desk.read()
    for wrong in ({"mau_cho": "61"}, {"mau_cho": "lâu"}, {"mau_ma": "99"}, {"mau_ma": "tốt"}):
        desk.refuses("mau", "Chờ từ 0 đến 60 giây", **({"bat": "1", "mau_cho": "0", "mau_ma": ""} | wrong))
    assert desk.does("mau", bat="0").mock == {}


def test_rights_are_given_by_globs_and_taken_back(desk: Desk) -> None:
    sent = {"ben": "subsystem", "ai": CLIENT, "phuong_thuc": "GET", "duong_dan": "/nguoi/*"}
    for wrong, said in (
        ({"ai": "VN-DEMO/COM/VNPT"}, "cấp cho hệ thống con"),
        ({"ben": "local", "ai": "cac-xa"}, "không có nhóm này"),
        ({"ben": "global", "ai": " "}, "Nhập mã nhóm"),
        ({"ben": "x"}, "Chọn cấp quyền cho ai"),
        ({"phuong_thuc": "BREW"}, "Chọn một phương thức"),
        ({"duong_dan": "nguoi"}, "bắt đầu bằng dấu /"),
    ):
        desk.refuses("quyen", said, **(sent | wrong))
    desk.does("quyen", **sent)
    assert desk._sent("quyen", sent).status_code == 409
    desk.does("quyen", **(sent | {"duong_dan": "/khac/*"}))
    members.set_group(
        owner_id=desk.row.subsystem_id, code="cac-xa", description="", members=[CLIENT], by=SYSTEM, at=AT
    )
    desk.does("quyen", ben="local", ai="cac-xa", phuong_thuc="*", duong_dan="**")
    page = desk.read()
    for said in ("1/1 điểm gọi", "0/1 điểm gọi", "không khớp điểm nào", "cả dịch vụ", "Nhóm của hệ thống"):
        assert said in page, said
    first = Right.objects.get(path="/nguoi/*")
    desk.does("thu-quyen", cua=str(first.id))
    assert desk._sent("thu-quyen", {"cua": str(first.id)}).status_code == 404
    assert desk._sent("thu-quyen", {"cua": "x"}).status_code == 404
    agreed = services.allow(
        service_id=desk.row.id,
        kind=SubjectKind.SUBSYSTEM,
        subject=CLIENT,
        agreement_id=new_id(),
        by=SYSTEM,
        at=AT,
    )
    assert desk._sent("thu-quyen", {"cua": str(agreed)}).status_code == 404
    assert "theo thỏa thuận" in desk.read()
    assert desk._sent("bay", {}).status_code == 404


def test_windows_of_the_service_are_seen_and_the_calendar_begins_with_it(desk: Desk) -> None:
    at = moments.now()
    MaintenanceWindow.objects.create(
        service=desk.row, begins_at=at + timedelta(days=1), ends_at=at + timedelta(days=2),
        reason="Nâng cấp kho", told_name="x", told_at=at,
    )  # fmt: skip
    assert "Nâng cấp kho" in desk.read()
    calendar = words(desk.browser.get(f"/can-bo/truc/bao-tri/?dich-vu={desk.row.id}"))
    assert f'<option value="{desk.row.id}" selected>' in calendar


def test_rights_are_paged_and_cost_no_more_queries(desk: Desk) -> None:
    few = cost(desk.browser, desk.address)
    Right.objects.bulk_create(
        Right(service=desk.row, subject_kind="global", subject=f"nhom-{number}", granted_at=AT)
        for number in range(55)
    )
    assert cost(desk.browser, desk.address) == few
    page = desk.browser.get(desk.address)
    rest = desk.browser.get(page.context["next"].partition("#")[0])
    assert (len(page.context["rights"]), len(rest.context["rights"])) == (50, 5)


def test_a_wrong_setting_is_refused_wherever_it_comes_from(row: Service) -> None:
    for facts in (
        {"breaker": {"x": 1}},
        {"masks": [{"in": "x"}]},
        {"mirror": {"url": 1}},
        {"mock": {"delay": -1}},
    ):
        with pytest.raises(Invalid):
            services.change(service_id=row.id, by=SYSTEM, at=AT, **facts)
        with pytest.raises(Invalid):
            services.register_rest(
                subsystem_id=row.subsystem_id, code="x", title="x", url="http://x", by=SYSTEM, at=AT, **facts
            )


@pytest.mark.parametrize(
    ("typed", "read"),
    [("0,5", 0.5), (" 10 ", 10.0), ("1e99", None), ("nan", None), ("-1", None), ("", None), ("1.5", 1.5)],
)
def test_numbers_are_read_as_people_write_them(typed: str, read: float | None) -> None:
    assert service_words.read_decimal(typed) == read


def test_numbers_are_written_as_people_write_them() -> None:
    assert [service_words.decimal(each) for each in (0.5, 10, 100.0, 0)] == ["0,5", "10", "100", "0"]
    assert (service_words.percent(0.00001), service_words.megabytes(10 * 1024 * 1024)) == ("0,001", "10")


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (Stands.CLOSED, "Đang nối"),
        (Stands.OPEN, "Đang ngắt"),
        (Stands.TRYING, "Đang thử lại"),
        (None, "Chưa hỏi được"),
    ],
)
def test_the_page_says_whether_the_gateway_lets_calls_through(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, stands: Stands | None, said: str
) -> None:
    one = Guarded(breaker=stands, until=moments.now())
    told = Health(ready=True, services={desk.row.id: one}) if stands else None
    monkeypatch.setattr(own_keys, "health", lambda: told)
    Service.objects.filter(id=desk.row.id).update(breaker={"failures": 3})
    assert said in desk.read()


def test_messages_that_broke_the_description_are_shown_with_their_place_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach = Breach(at=moments.now(), request="abc-1", said="path.so: the value does not match")
    told = Health(ready=True, services={desk.row.id: Guarded(breaches=(breach,))})
    monkeypatch.setattr(own_keys, "health", lambda: told)
    assert "path.so" not in desk.read(), "nothing is asked while nothing is checked"
    Service.objects.filter(id=desk.row.id).update(contract_check="observe")
    page = desk.read()
    assert "path.so: the value does not match" in page
    assert "/can-bo/truc/nhat-ky/?yeu-cau=abc-1" in page


def test_masks_that_are_not_used_are_said_to_be_so(desk: Desk) -> None:
    rule = [{"in": "body", "at": "$..so", "as": "remove"}]
    Service.objects.filter(id=desk.row.id).update(masks=rule)
    assert "quy tắc che chỉ dùng khi" in desk.read()
    Service.objects.filter(id=desk.row.id).update(body_log=BodyLog.MASKED)
    assert "quy tắc che chỉ dùng khi" not in desk.read()
