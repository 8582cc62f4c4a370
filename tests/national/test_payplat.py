"""The national payment platform, played."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from national import serve
from tests.national.conftest import SECRET
from tests.national.hearing import Listener, listening

SHARED = b"tinhso-demo-payplat"
_numbers = count(int(time.time()))


def wanted(**changes: object) -> dict[str, object]:
    return {
        "MaHoSo": "H01.12-261128-0001",
        "MaTraCuuTT": f"TT-{next(_numbers)}",
        "MaDichVu": "1",
        "MaDVC": "1.001193",
        "TenDVC": "Đăng ký khai sinh",
        "MaTTHC": "1.001193",
        "TenTTHC": "Thủ tục đăng ký khai sinh",
        "MaDonVi": "H01.12",
        "TenDonVi": "UBND phường Rạch Giá",
        "PhiLePhi": [
            {"LoaiPhiLePhi": "2", "MaPhiLePhi": "LP01", "TenPhiLePhi": "Lệ phí hộ tịch", "SoTien": 8000},
            {"LoaiPhiLePhi": "1", "MaPhiLePhi": "P01", "TenPhiLePhi": "Phí bản sao", "SoTien": 12000},
        ],
        "TKThuHuong": "8600100002",
        "MaNHThuHuong": "970499",
        "TenTKThuHuong": "UBND PHUONG RACH GIA",
        "NoiDungThanhToan": "Lệ phí hồ sơ H01.12-261128-0001",
        "HoTenNguoiNop": "Nguyễn Văn Biển",
        "SoCMNDNguoiNop": "091078004512",
        "DiaChiNguoiNop": "Khu phố Nguyễn Bỉnh Khiêm",
        "HuyenNguoiNop": "",
        "TinhNguoiNop": "An Giang",
        "DSKhoanNop": [{"NoiDung": "Lệ phí và phí", "SoTien": 20000}],
    } | changes


def signature(data: bytes, secret: bytes = SHARED, moment: int | None = None) -> dict[str, str]:
    stamp = str(moment or int(time.time()))
    made = hmac.new(secret, stamp.encode() + b"." + data, hashlib.sha256).hexdigest()
    return {"x-timestamp": stamp, "x-signature": made}


def post(web: httpx.Client, path: str, asked: dict[str, object]) -> httpx.Response:
    data = json.dumps(asked).encode()
    answer = web.post(f"/payplat/{path}", content=data, headers=signature(data))
    right = signature(answer.content, moment=int(answer.headers["x-timestamp"]))
    assert answer.headers["x-signature"] == right["x-signature"]
    return answer


def page_of(answer: httpx.Response) -> str:
    url: str = answer.json()["UrlThanhToan"]
    return url


@pytest.fixture
def listener(sandbox: serve.Running) -> Iterator[Listener]:
    money = sandbox.app.state.money
    with listening() as hearing:
        money.notices.callback, money.notices.first_pause = hearing.base, 0.02
        yield hearing
        money.notices.callback = ""


def told(listener: Listener, at: int = 0) -> dict[str, Any]:
    one = listener.wait(at + 1)[at]
    assert one.path == "/goi-lai/payplat/"
    right = signature(one.body, moment=int(one.headers["x-timestamp"]))
    assert one.headers["x-signature"] == right["x-signature"]
    found: dict[str, Any] = json.loads(one.body)
    return found


def test_an_order_is_paid_at_a_page_and_told_of(web: httpx.Client, listener: Listener) -> None:
    asked = wanted()
    first = post(web, "init", asked)
    again = post(web, "init", asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert page_of(first) == page_of(again)
    assert post(web, "init", asked | {"MaHoSo": "H01.12-2"}).status_code == 409
    shown = web.get(page_of(first)).text
    assert "20.000 đồng" in shown
    assert "UBND phường Rạch Giá" in shown
    name = {"MaTraCuuTT": asked["MaTraCuuTT"]}
    assert post(web, "query", name).json()["TrangThai"] == "01"
    assert web.post(page_of(first), data={"decision": "pay"}).status_code == 400
    done = web.post(page_of(first), data={"decision": "pay", "bank": "VISA"})
    assert done.headers["location"] == (
        f"{listener.base.removesuffix('/goi-lai/')}/thanh-toan/tra-ve/payplat/"
        f"?MaTraCuuTT={asked['MaTraCuuTT']}&TrangThai=00"
    )
    notice = told(listener)
    assert set(notice) == {"MaTraCuuTT", "MaGiaoDich", "SoTien", "TrangThai", "ThoiGian"}
    assert (notice["SoTien"], notice["TrangThai"]) == (20_000, "00")
    found = post(web, "query", name).json()
    assert {key: found[key] for key in notice} == notice
    assert web.get(page_of(first)).status_code == 303


def test_the_list_of_a_day_and_its_payout(web: httpx.Client) -> None:
    day = f"{datetime.now(UTC) + timedelta(hours=7):%Y%m%d}"
    pay_out = {"service": "payplat", "date": day}
    web.post("/bank/_payout", json=pay_out, headers=SECRET)
    asked = wanted()
    web.post(page_of(post(web, "init", asked)), data={"decision": "pay", "bank": "NCB"})
    web.post(page_of(post(web, "init", wanted())), data={"decision": "cancel"})
    query = f"date={day}"
    answer = web.get(f"/payplat/transactions?{query}", headers=signature(query.encode()))
    assert answer.json()["DSGiaoDich"][-1]["MaTraCuuTT"] == asked["MaTraCuuTT"]
    assert web.get(f"/payplat/transactions?{query}").status_code == 401
    assert web.get("/payplat/transactions?date=1", headers=signature(b"date=1")).status_code == 400
    assert web.post("/bank/_payout", json=pay_out, headers=SECRET).json() == {"amount": 20_000}


def test_one_that_waits_too_long_has_ended(web: httpx.Client, listener: Listener) -> None:
    asked = wanted()
    url = page_of(post(web, "init", asked))
    skew = {"service": "payplat", "mode": "clock_skew", "seconds": 31 * 60}
    web.post("/_fault", json=skew, headers=SECRET)
    stale = json.dumps({"MaTraCuuTT": asked["MaTraCuuTT"]}).encode()
    refused = web.post("/payplat/query", content=stale, headers=signature(stale))
    assert refused.status_code == 401, "the stamp is half an hour old for the platform"
    moment = int(time.time()) + 31 * 60
    found = web.post("/payplat/query", content=stale, headers=signature(stale, moment=moment))
    assert found.json()["TrangThai"] == "11"
    assert told(listener)["TrangThai"] == "11"
    assert web.post(url, data={"decision": "pay", "bank": "NCB"}).headers["location"].endswith("=11")


def test_a_notice_may_come_before_the_answer_to_the_order(web: httpx.Client, listener: Listener) -> None:
    early = {"service": "payplat", "mode": "receipt_early", "times": 1}
    web.post("/_fault", json=early, headers=SECRET)
    asked = wanted()
    post(web, "init", asked)
    assert len(listener.heard) == 1
    assert told(listener)["MaTraCuuTT"] == asked["MaTraCuuTT"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"DSKhoanNop": [{"NoiDung": "Lệ phí", "SoTien": 20001}]},
        {"DSKhoanNop": []},
        {"PhiLePhi": [], "DSKhoanNop": []},
        {
            "PhiLePhi": [
                {"LoaiPhiLePhi": "2", "MaPhiLePhi": "LP01", "TenPhiLePhi": "Lệ phí", "SoTien": "20000"}
            ]
        },
        {"PhiLePhi": [{"LoaiPhiLePhi": "9", "MaPhiLePhi": "LP01", "TenPhiLePhi": "Lệ phí", "SoTien": 20000}]},
        {"TKThuHuong": "8600100009"},
        {"TenTKThuHuong": "UBND PHUONG LONG XUYEN"},
        {"MaNHThuHuong": "970436"},
        {"MaTraCuuTT": "x"},
        {"SoCMNDNguoiNop": "12"},
        {"HoTenNguoiNop": ""},
        {"NoiDungThanhToan": "a\nb"},
        {"SoQD": "1"},
    ],
)
def test_an_order_that_is_not_as_agreed_is_refused(web: httpx.Client, wrong: dict[str, object]) -> None:
    assert post(web, "init", wanted(**wrong)).status_code == 400


def test_orders_are_signed_and_fresh(web: httpx.Client) -> None:
    data = json.dumps(wanted()).encode()
    assert web.post("/payplat/init", content=data).status_code == 401
    assert web.post("/payplat/init", content=data, headers=signature(data, b"guess")).status_code == 401
    old = signature(data, moment=int(time.time()) - 301)
    assert web.post("/payplat/init", content=data, headers=old).status_code == 401
    assert web.post("/payplat/init", content=data + b" ", headers=signature(data)).status_code == 401
    assert post(web, "query", {"MaTraCuuTT": "TT-never"}).status_code == 404
    assert post(web, "query", {"more": "x"}).status_code == 400
    assert web.get("/payplat/pay/none").status_code == 404
