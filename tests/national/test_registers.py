"""The played registers: asked with credentials, strictly, and answered in the documented shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from national.people import everyone
from national.registers.population import enterprises, records
from tests.national.conftest import SECRET

CLIENT = ("tinhso-demo-lgsp", "tinhso-demo-lgsp-secret")
PERSON = "/lgsp/apiCSDLDC/traCuuCongDan"
ENTERPRISE = "/lgsp/apiCSDLDKDN/chiTietDoanhNghiep"
BIEN = {
    "MaDVC": "1.004873",
    "MaTichHop": "H01-TINHSO",
    "MaCanBo": "TINHSO",
    "SoDinhDanh": "091078004512",
    "HoVaTen": "Nguyễn Văn Biển",
    "NgayThangNamSinh": "19780312",
}
_numbers = iter(range(10**15, 2 * 10**15))


def question(**changes: str) -> dict[str, str]:
    return {"MaYeuCau": str(next(_numbers)), **BIEN, **changes}


@pytest.fixture
def client(web: httpx.Client) -> Iterator[httpx.Client]:
    form = {"grant_type": "client_credentials"}
    told = web.post("/lgsp/token", data=form, auth=CLIENT).json()
    assert told["token_type"] == "Bearer"
    web.headers["authorization"] = f"Bearer {told['access_token']}"
    yield web
    del web.headers["authorization"]


def test_nobody_asks_without_credentials_or_with_a_token_that_has_ended(web: httpx.Client) -> None:
    form = {"grant_type": "client_credentials"}
    assert web.post("/lgsp/token", data=form, auth=("tinhso-demo-lgsp", "x")).status_code == 401
    assert web.post("/lgsp/token", data={"grant_type": "password"}, auth=CLIENT).status_code == 400
    assert web.post(PERSON, json=question()).status_code == 401
    token = web.post("/lgsp/token", data=form, auth=CLIENT).json()["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert web.get(ENTERPRISE, params={"msdn": "1702456797"}, headers=bearer).status_code == 200
    web.post("/_fault", json={"service": "lgsp", "mode": "clock_skew", "seconds": 700}, headers=SECRET)
    assert web.get(ENTERPRISE, params={"msdn": "1702456797"}, headers=bearer).status_code == 401


def test_a_person_is_told_in_the_shape_of_service_037(client: httpx.Client) -> None:
    told: dict[str, Any] = client.post(PERSON, json=question()).json()
    citizen = told["CongDan"]
    assert told["MaKetQua"] == "00"
    assert citizen["HoVaTen"] == {"Ho": "", "ChuDem": "", "Ten": "Nguyễn Văn Biển"}
    assert citizen["ThuongTru"]["MaPhuongXa"] == "30742"
    assert set(citizen["NoiDangKyKhaiSinh"]) == {
        "MaTinhThanh",
        "MaQuanHuyen",
        "MaPhuongXa",
        "ChiTiet",
        "QuocGia",
    }
    assert citizen["VoChong"]["HoVaTen"] == {"Ho": "Lê", "ChuDem": "Thị", "Ten": "Thu"}
    assert set(citizen["Cha"]) == {"HoVaTen", "QuocTich", "SoDinhDanh", "SoCMND"}
    assert citizen["ChuHo"]["QuanHe"] == "Chủ hộ"


def test_number_name_and_birth_must_be_the_same_persons(client: httpx.Client) -> None:
    for wrong in ({"HoVaTen": "Nguyễn Văn Biên"}, {"NgayThangNamSinh": "19780313"}, {"SoDinhDanh": "0" * 12}):
        told = client.post(PERSON, json=question(**wrong)).json()
        assert (told["MaKetQua"], "CongDan" in told) == ("01", False)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"MaTichHop": "H99"}, 403),
        ({"MaCanBo": ""}, 400),
        ({"SoCMND": "371204512"}, 400),
        ({"NgayThangNamSinh": "12/3/1978"}, 400),
        ({"MaYeuCau": "1"}, 400),
        ({"Them": "x"}, 400),
    ],
)
def test_what_was_not_agreed_is_refused(client: httpx.Client, changes: dict[str, str], status: int) -> None:
    assert client.post(PERSON, json=question(**changes)).status_code == status


def test_a_question_asked_twice_is_answered_once_and_its_number_serves_no_other(client: httpx.Client) -> None:
    asked = question()
    first = client.post(PERSON, json=asked)
    assert client.post(PERSON, json=asked).json() == first.json()
    assert client.post(PERSON, json={**asked, "HoVaTen": "Lê Thị Thu"}).status_code == 409


def test_switches_make_it_tell_of_somebody_else_or_repeat_itself(client: httpx.Client) -> None:
    before = client.post(PERSON, json=question()).json()
    for mode in ("wrong_person", "replayed"):
        client.post("/_fault", json={"service": "lgsp", "mode": mode, "times": 1}, headers=SECRET)
        asked = question()
        told = client.post(PERSON, json=asked).json()
        if mode == "replayed":
            assert told["MaYeuCau"] != asked["MaYeuCau"]
        else:
            assert told["CongDan"]["SoDinhDanh"] != before["CongDan"]["SoDinhDanh"]


def test_an_enterprise_is_told_with_its_seat_and_activities(client: httpx.Client) -> None:
    told = client.get(ENTERPRISE, params={"msdn": "1702456797"}).json()
    assert told["MainInformation"]["LEGAL_NAMES"] == "Phạm Thị Mỹ Duyên"
    assert told["HOAdress"]["WardID"] == "31078"
    assert [one["IS_MAIN"] for one in told["BusinessActivity"]] == [True, False]
    assert client.get(ENTERPRISE, params={"msdn": "0100109106"}).status_code == 404
    assert client.get(ENTERPRISE, params={"msdn": "x"}).status_code == 400


def test_everybody_with_an_e_id_is_in_the_register_and_every_relative_too() -> None:
    kept = records()
    accounts = {one.id_number for one in everyone() if one.account_type == "person"}
    assert accounts <= set(kept)
    for id, record in kept.items():
        century = (int(record["birth_date"][:2]) - 19) * 2 + (record["gender"] == "female")
        assert re.fullmatch(rf"\d{{3}}{century}{record['birth_date'][2:4]}\d{{6}}", id)
        for kin in ("father", "mother", "spouse"):
            assert record.get(kin) is None or record[kin] in kept
    assert {one.org_tax_code for one in everyone() if one.account_type == "org"} == set(enterprises())
