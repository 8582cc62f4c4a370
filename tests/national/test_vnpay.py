"""VNPAY, played: strict to merchants, faithful in its notices, right in its lists."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from national import serve
from national.payments.vnpay import hashing
from national.payments.vnpay.asked import stamp
from tests.national.conftest import SECRET
from tests.national.hearing import Heard, Listener, listening

MERCHANT = b"tinhso-demo-vnpay"
PAGE = "/vnpay/paymentv2/vpcpay.html"
CALL = "/vnpay/merchant_webapi/api/transaction"
LIST = "/vnpay/merchant_webapi/api/reconciliation"
BACK = "http://127.0.0.1:8000/thanh-toan/tra-ve/vnpay/"
_numbers = count(int(time.time()))


def now() -> datetime:
    return datetime.now(UTC)


def wanted(**changes: str) -> dict[str, str]:
    return {
        "vnp_Version": "2.1.0",
        "vnp_Command": "pay",
        "vnp_TmnCode": "TINHSO01",
        "vnp_Amount": "5000000",
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": f"T{next(_numbers)}",
        "vnp_OrderInfo": "Le phi ho so H01.12-1",
        "vnp_OrderType": "250000",
        "vnp_Locale": "vn",
        "vnp_ReturnUrl": BACK,
        "vnp_IpAddr": "203.0.113.7",
        "vnp_CreateDate": stamp(now()),
    } | changes


def address(fields: dict[str, str], *, secret: bytes = MERCHANT) -> str:
    """Signed by a second hand, not by the sandbox's own."""
    data = "&".join(f"{quote_plus(name)}={quote_plus(fields[name])}" for name in sorted(fields))
    return f"{PAGE}?{data}&vnp_SecureHash={hmac.new(secret, data.encode(), hashlib.sha512).hexdigest()}"


def token_of(page: str) -> str:
    return page.split('name="token" value="')[1].split('"')[0]


def decide(web: httpx.Client, fields: dict[str, str], decision: str = "pay", bank: str = "NCB") -> str:
    page = web.get(address(fields))
    assert page.status_code == 200, page.text
    form = {"token": token_of(page.text), "decision": decision, "bank": bank}
    ended = web.post("/vnpay/paymentv2/pay", data=form)
    assert ended.status_code == 303
    return ended.headers["location"]


def verified(query: str) -> dict[str, str]:
    fields = dict(parse_qsl(query))
    given_hash = fields.pop("vnp_SecureHash")
    data = "&".join(f"{quote_plus(name)}={quote_plus(fields[name])}" for name in sorted(fields))
    assert hmac.new(MERCHANT, data.encode(), hashlib.sha512).hexdigest() == given_hash
    return fields


@pytest.fixture
def listener(sandbox: serve.Running) -> Iterator[Listener]:
    with listening() as hearing:
        notices = sandbox.app.state.money.notices
        notices.callback, notices.first_pause = hearing.base, 0.02
        yield hearing
        notices.callback = ""


def told(one: Heard) -> dict[str, str]:
    parts = urlsplit(one.path)
    assert parts.path == "/goi-lai/vnpay/"
    return verified(parts.query)


names = st.text(st.characters(min_codepoint=32, max_codepoint=0x1EFF), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(names.map("vnp_".__add__), names, max_size=8), st.randoms())
def test_what_is_signed_does_not_depend_on_order_and_reads_back(
    fields: dict[str, str], random: object
) -> None:
    fields = {name: value for name, value in fields.items() if not name.startswith("vnp_SecureHash")}
    mixed = list(fields.items())
    random.shuffle(mixed)  # type: ignore[attr-defined]
    data = hashing.canonical(dict(mixed) | {"vnp_SecureHash": "x", "vnp_SecureHashType": "y"})
    assert data == hashing.canonical(fields)
    pairs = [tuple(map(unquote_plus, pair.split("=", 1))) for pair in data.decode().split("&") if pair]
    assert pairs == sorted(fields.items())


def test_a_known_checksum() -> None:
    """`+` for a space, `%3A` for a colon, capitals in escapes: as in VNPAY's own example of an address."""
    fields = {"vnp_OrderInfo": "Thanh toan don hang :5", "vnp_Amount": "1806000"}
    assert hashing.canonical(fields) == b"vnp_Amount=1806000&vnp_OrderInfo=Thanh+toan+don+hang+%3A5"


def test_a_person_pays_and_the_merchant_is_told_by_browser_and_by_notice(
    web: httpx.Client, listener: Listener
) -> None:
    fields = wanted(vnp_BankCode="VNPAYQR")
    page = web.get(address(fields)).text
    assert "50.000 đồng" in page
    assert 'value="VNPAYQR" checked' in page
    back = urlsplit(decide(web, fields))
    assert back.geturl().startswith(BACK)
    shown = verified(back.query)
    assert (shown["vnp_ResponseCode"], shown["vnp_TransactionStatus"]) == ("00", "00")
    assert (shown["vnp_Amount"], shown["vnp_TxnRef"]) == ("5000000", fields["vnp_TxnRef"])
    assert told(listener.wait(1)[0]) == shown
    assert web.get(address(fields)).headers["location"] == back.geturl(), "the page is over"


@pytest.mark.parametrize(("decision", "code"), [("cancel", "24"), ("poor", "51"), ("expire", "11")])
def test_what_else_a_person_may_do_is_told_too(
    web: httpx.Client, listener: Listener, decision: str, code: str
) -> None:
    decide(web, wanted(), decision)
    notice = told(listener.wait(1)[0])
    assert (notice["vnp_ResponseCode"], notice["vnp_TransactionStatus"]) == (code, "02")
    assert notice["vnp_TransactionNo"] == "0"


def test_a_second_press_pays_once_and_no_bank_is_asked_for(web: httpx.Client, listener: Listener) -> None:
    fields = wanted()
    token = token_of(web.get(address(fields)).text)
    form = {"token": token, "decision": "pay"}
    unclear = web.post("/vnpay/paymentv2/pay", data=form)
    assert unclear.status_code == 400
    assert "Hãy chọn ngân hàng" in unclear.text
    for decision in ("pay", "cancel"):
        again = web.post("/vnpay/paymentv2/pay", data=form | {"bank": "NCB", "decision": decision})
        assert "vnp_ResponseCode=00" in again.headers["location"]
    time.sleep(0.1)
    assert len(listener.heard) == 1
    assert web.post("/vnpay/paymentv2/pay", data=form | {"token": "none"}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"vnp_Version": "2.0.0"}, "03"),
        ({"vnp_Command": "token"}, "03"),
        ({"vnp_TmnCode": "OTHER001"}, "02"),
        ({"vnp_Amount": "50000.00"}, "03"),
        ({"vnp_Amount": "499900"}, "03"),
        ({"vnp_Amount": "5000001"}, "03"),
        ({"vnp_Amount": "0"}, "03"),
        ({"vnp_CurrCode": "USD"}, "03"),
        ({"vnp_TxnRef": "H01-12"}, "03"),
        ({"vnp_OrderInfo": "Lệ phí"}, "03"),
        ({"vnp_OrderInfo": ""}, "03"),
        ({"vnp_Locale": "vi"}, "03"),
        ({"vnp_ReturnUrl": "javascript:alert(1)"}, "03"),
        ({"vnp_ReturnUrl": "/tra-ve/"}, "03"),
        ({"vnp_IpAddr": "localhost"}, "03"),
        ({"vnp_CreateDate": "20261331000000"}, "03"),
        ({"vnp_CreateDate": stamp(now() - timedelta(hours=7))}, "15"),
        ({"vnp_ExpireDate": stamp(now() - timedelta(minutes=1))}, "15"),
        ({"vnp_BankCode": "NOBANK"}, "03"),
        ({"vnp_SecureHashType": "HMACSHA512"}, "70"),
        ({"vnp_Inv_Phone": "0912"}, "03"),
    ],
)
def test_a_request_that_is_not_as_agreed_is_refused(
    web: httpx.Client, wrong: dict[str, str], code: str
) -> None:
    refused = web.get(address(wanted(**wrong)))
    assert refused.status_code == 400
    assert f"(mã {code})" in refused.text


def test_a_wrong_secret_a_missing_or_a_double_field_and_a_used_name_are_refused(web: httpx.Client) -> None:
    assert "(mã 70)" in web.get(address(wanted(), secret=b"guess")).text
    fields = wanted()
    assert "(mã 03)" in web.get(address({k: v for k, v in fields.items() if k != "vnp_IpAddr"})).text
    assert "(mã 03)" in web.get(f"{address(fields)}&vnp_Amount=1").text
    assert web.get(address(fields)).status_code == 200
    assert web.get(address(fields)).status_code == 200, "the same again is a reload"
    assert "(mã 99)" in web.get(address(fields | {"vnp_Amount": "6000000"})).text


def test_a_notice_is_repeated_until_it_is_acknowledged(web: httpx.Client, listener: Listener) -> None:
    said = iter([(500, b""), (200, b"no"), (200, b'{"RspCode":"99"}'), (200, b'{"RspCode":"02"}')])
    listener.answer = lambda _: next(said)
    decide(web, wanted())
    heard = listener.wait(4)
    time.sleep(0.3)
    assert len(heard) == 4
    assert len({one.path for one in heard}) == 1


def fault(web: httpx.Client, mode: str, **more: object) -> None:
    asked = {"service": "vnpay", "mode": mode, "times": 1} | more
    assert web.post("/_fault", json=asked, headers=SECRET).status_code == 200


def test_spoiled_notices_are_false_once_and_then_right(web: httpx.Client, listener: Listener) -> None:
    listener.answer = lambda one: (
        (200, b'{"RspCode":"97"}') if len(listener.heard) % 2 == 0 else (200, b'{"RspCode":"00"}')
    )
    for mode in ("receipt_forged", "receipt_garbage", "receipt_wrong_amount"):
        fault(web, mode)
        decide(web, wanted())
        listener.wait(len(listener.heard) // 2 * 2 + 2)
    forged, right, garbage, _, other, _ = listener.heard
    with pytest.raises(AssertionError):
        told(forged)
    assert told(right)["vnp_Amount"] == "5000000"
    assert b"vnp_TxnRef" not in garbage.path.encode()
    assert told(other)["vnp_Amount"] == "500000"


def test_notices_come_early_twice_swapped_or_not_at_all(web: httpx.Client, listener: Listener) -> None:
    fault(web, "receipt_early")
    early = wanted()
    shown = web.get(address(early))
    assert shown.status_code == 303
    assert told(listener.heard[0])["vnp_TxnRef"] == early["vnp_TxnRef"], "told before the page answered"
    fault(web, "receipt_lost")
    decide(web, wanted())
    first, second = wanted(), wanted()
    fault(web, "receipt_swapped")
    decide(web, first)
    decide(web, second)
    names = [told(one)["vnp_TxnRef"] for one in listener.wait(3)[1:]]
    assert names == [second["vnp_TxnRef"], first["vnp_TxnRef"]]
    fault(web, "receipt_twice")
    decide(web, wanted())
    assert listener.wait(5)[3].path == listener.heard[4].path


def test_a_service_that_is_down_for_a_day_by_its_clock_tells_afterwards(
    web: httpx.Client, listener: Listener
) -> None:
    fields = wanted()
    token = token_of(web.get(address(fields)).text)
    fault(web, "receipt_late", seconds=0.1)
    web.post("/vnpay/paymentv2/pay", data={"token": token, "decision": "pay", "bank": "NCB"})
    fault(web, "down", times=None)
    assert web.get(address(wanted())).status_code == 503
    assert web.post(CALL, json={}).status_code == 503
    time.sleep(0.25)
    assert listener.heard == []
    fault(web, "clock_skew", seconds=86_401, times=None)
    assert told(listener.wait(1)[0])["vnp_TxnRef"] == fields["vnp_TxnRef"]
    assert web.get(address(wanted())).status_code == 400, "back, and a day later"


def call(web: httpx.Client, order: tuple[str, ...], **fields: str) -> dict[str, str]:
    asked = {
        "vnp_RequestId": f"R{next(_numbers)}",
        "vnp_Version": "2.1.0",
        "vnp_TmnCode": "TINHSO01",
    } | fields
    asked |= {"vnp_CreateDate": stamp(now()), "vnp_IpAddr": "203.0.113.7", "vnp_OrderInfo": "Kiem tra"}
    asked |= fields
    data = "|".join(asked.get(name, "") for name in order)
    asked["vnp_SecureHash"] = hmac.new(MERCHANT, data.encode(), hashlib.sha512).hexdigest()
    answer = web.post(CALL, json=asked)
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()
    of = hashing.REFUND_ANSWER if fields["vnp_Command"] == "refund" else hashing.QUERY_ANSWER
    right = "|".join(found.get(name, "") for name in of)
    assert hmac.new(MERCHANT, right.encode(), hashlib.sha512).hexdigest() == found["vnp_SecureHash"]
    return found


def query(web: httpx.Client, fields: dict[str, str], **changes: str) -> dict[str, str]:
    return call(
        web,
        hashing.QUERY,
        **{
            "vnp_Command": "querydr",
            "vnp_TxnRef": fields["vnp_TxnRef"],
            "vnp_TransactionDate": fields["vnp_CreateDate"],
        }
        | changes,
    )


def test_a_query_tells_what_the_notice_would(web: httpx.Client) -> None:
    fields = wanted()
    web.get(address(fields))
    assert query(web, fields)["vnp_TransactionStatus"] == "01"
    decide(web, fields)
    found = query(web, fields)
    assert (found["vnp_ResponseCode"], found["vnp_TransactionStatus"]) == ("00", "00")
    assert found["vnp_Amount"] == "5000000"
    assert query(web, fields, vnp_TxnRef="NOBODY")["vnp_ResponseCode"] == "91"
    assert query(web, fields, vnp_TransactionDate="1")["vnp_ResponseCode"] == "03"
    assert query(web, fields, vnp_TmnCode="OTHER001")["vnp_ResponseCode"] == "02"
    assert web.post(CALL, json={"vnp_TmnCode": "TINHSO01"}).json()["vnp_ResponseCode"] == "97"
    assert web.post(CALL, content=b"[").json()["vnp_ResponseCode"] == "02"


def test_an_order_nobody_paid_ends_when_it_is_asked_for(web: httpx.Client, listener: Listener) -> None:
    fields = wanted()
    web.get(address(fields))
    fault(web, "clock_skew", seconds=16 * 60, times=None)
    assert query(web, fields)["vnp_TransactionStatus"] == "02"
    assert told(listener.wait(1)[0])["vnp_ResponseCode"] == "11"


def refund(web: httpx.Client, fields: dict[str, str], amount: int, kind: str, **changes: str) -> str:
    return call(
        web,
        hashing.REFUND,
        **{
            "vnp_Command": "refund",
            "vnp_TxnRef": fields["vnp_TxnRef"],
            "vnp_TransactionDate": fields["vnp_CreateDate"],
            "vnp_TransactionType": kind,
            "vnp_Amount": str(amount * 100),
            "vnp_CreateBy": "ke.toan",
        }
        | changes,
    )["vnp_ResponseCode"]


def signed_get(web: httpx.Client, query_string: str, secret: bytes = MERCHANT) -> httpx.Response:
    moment = str(int(time.time()))
    made = hmac.new(secret, f"{moment}.{query_string}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-tmncode": "TINHSO01", "x-timestamp": moment, "x-signature": made}
    return web.get(f"{LIST}?{query_string}", headers=headers)


def test_refunds_stay_within_what_was_paid_and_the_list_of_the_day_has_all(web: httpx.Client) -> None:
    fields, other = wanted(), wanted()
    decide(web, fields)
    decide(web, other, "cancel")
    assert refund(web, other, 50_000, "02") == "95"
    assert refund(web, fields, 50_001, "03") == "98"
    assert refund(web, fields, 49_000, "02") == "98"
    assert refund(web, fields, 20_000, "03", vnp_RequestId="GIVEBACK1") == "00"
    assert refund(web, fields, 20_000, "03", vnp_RequestId="GIVEBACK1") == "94"
    assert refund(web, fields, 30_001, "03") == "98"
    answer = signed_get(web, f"date={stamp(now())[:8]}")
    assert answer.status_code == 200
    signed = answer.headers["x-timestamp"].encode() + b"." + answer.content
    assert hmac.new(MERCHANT, signed, hashlib.sha256).hexdigest() == answer.headers["x-signature"]
    lines = [
        (line["Type"], line["Amount"], line["RequestId"])
        for line in csv.DictReader(io.StringIO(answer.text))
        if line["TxnRef"] == fields["vnp_TxnRef"]
    ]
    assert lines == [("pay", "50000", ""), ("refund", "-20000", "GIVEBACK1")]
    assert other["vnp_TxnRef"] not in answer.text
    assert signed_get(web, "date=20261301").status_code == 400
    assert signed_get(web, "date=20261101", b"guess").status_code == 401
    assert web.get(f"{LIST}?date=20261101").status_code == 401


def test_money_of_the_day_reaches_the_merchants_account_once(web: httpx.Client) -> None:
    today = stamp(now())[:8]
    pay_out = {"service": "vnpay", "date": today}
    assert web.post("/bank/_payout", json=pay_out).status_code == 401
    web.post("/bank/_payout", json=pay_out, headers=SECRET)
    fields = wanted()
    decide(web, fields)
    refund(web, fields, 1_000, "03")
    assert web.post("/bank/_payout", json=pay_out, headers=SECRET).json() == {"amount": 49_000}
    assert web.post("/bank/_payout", json=pay_out, headers=SECRET).json() == {"amount": 0}
    assert web.post("/bank/_payout", json=pay_out | {"date": "x"}, headers=SECRET).status_code == 400


def test_a_day_is_paid_out_by_itself_on_the_next(web: httpx.Client) -> None:
    web.post("/bank/_payout", json={"service": "vnpay", "date": stamp(now())[:8]}, headers=SECRET)
    decide(web, wanted(vnp_Amount="1234500"))
    day = now() + timedelta(hours=7 + 24 * 2)
    asked = (
        f"/bank/accounts/8600100001/transactions?from={day - timedelta(days=3):%Y-%m-%d}&to={day:%Y-%m-%d}"
    )
    token = {"authorization": "Bearer tinhso-demo-bank"}
    web.post("/_fault", json={"service": "bank", "mode": "clock_skew", "seconds": 2 * 86_400}, headers=SECRET)
    for _ in range(2):
        found = web.get(asked, headers=token).json()["transactions"]
        assert [line["amount"] for line in found].count(12_345) == 1
    paid = next(line for line in found if line["amount"] == 12_345)
    assert paid["content"].startswith("VNPAY ")
    assert paid["paidAt"].endswith("T08:00:00+07:00")
    assert json.dumps(paid)
