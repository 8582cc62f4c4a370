"""The bank, played: codes decoded to the letter, credits told, lists and statements that add up."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import hmac
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from national import serve
from national.payments.bank.vietqr import Unreadable, crc, read
from tests.national.conftest import SECRET
from tests.national.hearing import Heard, Listener, listening

TOKEN = {"authorization": "Bearer tinhso-demo-bank"}
OURS = "8600100002"
PAYER = "19912000112"
_numbers = count(int(time.time()))


def tlv(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def closed(body: str) -> str:
    return f"{body}6304{crc(f'{body}6304'.encode())}"


def qr(**changes: str) -> str:
    inner = tlv("00", changes.get("bin", "970499")) + tlv("01", changes.get("account", OURS))
    template = tlv("00", "A000000727") + tlv("01", inner) + tlv("02", changes.get("service", "QRIBFTTA"))
    return closed(
        tlv("00", "01")
        + tlv("01", changes.get("kind", "12"))
        + tlv("38", template)
        + tlv("53", changes.get("currency", "704"))
        + (tlv("54", changes["amount"]) if changes.get("amount", "") else "")
        + tlv("58", "VN")
        + (tlv("62", tlv("08", changes["purpose"])) if changes.get("purpose", "") else "")
    )


def test_the_checksum_is_the_one_of_the_standard() -> None:
    assert crc(b"123456789") == "29B1"


def test_a_code_is_read(web: httpx.Client) -> None:
    code = read(qr(amount="50000", purpose="H01-1"))
    assert (code.bin, code.account, code.amount, code.purpose) == ("970499", OURS, 50_000, "H01-1")
    assert read(qr(kind="11")).amount is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        qr(amount="50000", purpose="H01-1")[:-1] + "x",
        qr(amount="50000", purpose="H01-1").replace("50000", "60000"),
        qr(purpose="H01-1"),
        qr(amount="50000"),
        qr(amount="050000", purpose="H01-1"),
        qr(amount="50000.5", purpose="H01-1"),
        qr(amount="50000", purpose="x" * 26),
        qr(amount="50000", purpose="H01-1", currency="840"),
        qr(amount="50000", purpose="H01-1", kind="13"),
        qr(amount="50000", purpose="H01-1", service="QRIBFTTC"),
        qr(amount="50000", purpose="H01-1", bin="97049"),
        qr(amount="50000", purpose="H01-1", account="1" * 20),
        closed("000201"),
        closed("00020100020101021253037045802VN"),
        closed("0002010102125303704540"),
        "mã",
    ],
)
def test_a_code_that_is_not_by_the_standard_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


GOOD = qr(amount="50000", purpose="H01-1")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 9), st.integers(0, 6), st.text("0123456789AÁ\x00", max_size=6))
def test_no_damage_breaks_the_reader(at: int, cut: int, put_in: str) -> None:
    """A piece replaced by another, with and without a checksum that holds."""
    damaged = GOOD[:at] + put_in + GOOD[at + cut :]
    for text in (damaged, closed(damaged[:-8])):
        with contextlib.suppress(Unreadable):
            assert re.fullmatch(r"[0-9]{6}", read(text).bin)


@pytest.fixture
def listener(sandbox: serve.Running) -> Iterator[Listener]:
    with listening() as hearing:
        notices = sandbox.app.state.money.notices
        notices.callback, notices.first_pause = hearing.base, 0.02
        yield hearing
        notices.callback = ""


def told(one: Heard, path: str = "/goi-lai/bank/") -> dict[str, Any]:
    assert one.path == path
    signed = one.headers["x-timestamp"].encode() + b"." + one.body
    right = hmac.new(b"tinhso-demo-bank-notices", signed, hashlib.sha256).hexdigest()
    assert one.headers["x-signature"] == right
    found: dict[str, Any] = json.loads(one.body)
    return found


def test_a_person_opens_a_code_and_pays_once(web: httpx.Client, listener: Listener) -> None:
    text = qr(amount="50000", purpose="H01.12-1")
    page = web.get("/bank/pay", params={"qr": text})
    assert "50.000 đồng" in page.text
    assert "UBND PHUONG RACH GIA" in page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    form = {"qr": text, "token": token, "amount": "50.000", "content": "Lệ phí H01.12-1", "payer": PAYER}
    assert "Hãy ghi số tiền" in web.post("/bank/pay", data=form | {"amount": "5e4"}).text
    assert "không đủ tiền" in web.post("/bank/pay", data=form | {"amount": "99000000"}).text
    assert "Hãy chọn tài khoản" in web.post("/bank/pay", data=form | {"payer": OURS}).text
    done = web.post("/bank/pay", data=form)
    assert "Đã chuyển 50.000 đồng" in done.text
    assert web.post("/bank/pay", data=form).text == done.text
    notice = told(listener.wait(1)[0])
    number = notice.pop("transactionId")
    paid_at = datetime.fromisoformat(notice.pop("paidAt"))
    assert notice == {
        "account": OURS,
        "amount": 50_000,
        "currency": "VND",
        "content": "Le phi H01.12-1",
        "payerName": "NGUYEN VAN BIEN",
        "payerAccount": "*******0112",
    }
    assert paid_at.utcoffset() == timedelta(hours=7)
    time.sleep(0.1)
    assert len(listener.heard) == 1
    assert number in web.get(f"/bank/accounts/{OURS}/statements/{today()}.csv", headers=TOKEN).text
    assert "+50.000 đồng" in web.get(f"/bank/account/{OURS}").text
    assert "-50.000 đồng" in web.get(f"/bank/account/{PAYER}").text


def test_codes_of_others_and_nonsense_are_refused_on_the_page(web: httpx.Client) -> None:
    for text in (qr(amount="50000", purpose="H", bin="970436"), qr(amount="50000", purpose="H", account="1")):
        assert "không có ở ngân hàng" in web.get("/bank/pay", params={"qr": text}).text
    assert web.get("/bank/pay", params={"qr": "<b>"}).status_code == 400
    assert web.get("/bank/account/1").status_code == 404
    assert "Chuyển tiền bằng mã QR" in web.get("/bank").text


def put(web: httpx.Client, **changes: object) -> httpx.Response:
    asked = {"account": OURS, "amount": 10_000, "content": f"X{next(_numbers)}"} | changes
    return web.post("/bank/_transfer", json=asked, headers=SECRET)


def today() -> str:
    return f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m-%d}"


def test_a_notice_is_repeated_until_it_is_acknowledged(web: httpx.Client, listener: Listener) -> None:
    said = iter([(500, b""), (202, b""), (200, b"")])
    listener.answer = lambda _: next(said)
    assert put(web).status_code == 201
    heard = listener.wait(3)
    time.sleep(0.2)
    assert len(heard) == 3
    assert len({told(one)["transactionId"] for one in heard}) == 1


def test_false_notices_are_followed_by_true_ones(web: httpx.Client, listener: Listener) -> None:
    listener.answer = lambda _: (400 if len(listener.heard) % 2 == 0 else 200, b"")
    for mode in ("receipt_forged", "receipt_wrong_amount", "receipt_garbage"):
        web.post("/_fault", json={"service": "bank", "mode": mode, "times": 1}, headers=SECRET)
        put(web, amount=70_000)
        listener.wait(len(listener.heard) // 2 * 2 + 2)
    forged, _, other, right, garbage, _ = listener.heard
    with pytest.raises(AssertionError):
        told(forged)
    assert (told(other)["amount"], told(right)["amount"]) == (7_000, 70_000)
    assert len(garbage.body) == 200


def test_credits_of_any_kind_can_be_put_by_those_who_know_the_secret(web: httpx.Client) -> None:
    assert web.post("/bank/_transfer", json={}).status_code == 401
    assert put(web, account="1").status_code == 400
    assert put(web, amount=0).status_code == 400
    assert put(web, amount="5").status_code == 400
    assert put(web, at="2026-11-01T08:00:00").status_code == 400, "no zone"
    made = put(web, at="2026-11-01T08:00:00+07:00", payerName="LE VAN A", payerAccount="123456789")
    assert made.json()["paidAt"] == "2026-11-01T08:00:00+07:00"
    assert made.json()["payerAccount"] == "*****6789"


def listed(web: httpx.Client, account: str, **asked: str) -> dict[str, Any]:
    answer = web.get(f"/bank/accounts/{account}/transactions", params=asked, headers=TOKEN)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_list_goes_on_after_a_line_and_leaves_none_out(
    web: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("national.payments.bank.interface.PAGE", 2)
    made = [put(web, account="8600100003").json()["transactionId"] for _ in range(5)]
    seen, after = [], ""
    while True:
        page = listed(web, "8600100003", **{"from": today(), "to": today(), "after": after})
        seen += [line["transactionId"] for line in page["transactions"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen[-5:] == made
    assert len(seen) == len(set(seen))
    assert listed(web, "8600100003", **{"from": "2020-01-01", "to": "2020-12-31"})["transactions"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/bank/accounts/{OURS}/transactions", 400),
        (f"/bank/accounts/{OURS}/transactions?from=2026-11-01&to=2026-11-31", 400),
        (f"/bank/accounts/{OURS}/transactions?from=20261101&to=2026-11-30", 400),
        (f"/bank/accounts/{OURS}/transactions?from=2026-11-01&to=2026-11-30&after=FT1", 400),
        (f"/bank/accounts/{OURS}/transactions?from=2026-11-01&to=2026-11-30&page=2", 400),
        ("/bank/accounts/1/transactions?from=2026-11-01&to=2026-11-30", 404),
        (f"/bank/accounts/{PAYER}/transactions?from=2026-11-01&to=2026-11-30", 404),
        (f"/bank/accounts/{OURS}/statements/2026-11-01.pdf", 404),
        (f"/bank/accounts/{OURS}/statements/2026-11-31.csv", 404),
        (f"/bank/accounts/{PAYER}/statements/2026-11-01.csv", 404),
    ],
)
def test_lists_are_strict_and_ask_for_the_token(web: httpx.Client, path: str, status: int) -> None:
    assert web.get(path, headers=TOKEN).status_code == status
    assert web.get(path).status_code == 401


def payout(**changes: object) -> dict[str, object]:
    return {
        "key": f"refund-{next(_numbers)}",
        "fromAccount": "8600100004",
        "toBin": "970499",
        "toAccount": PAYER,
        "toName": "NGUYEN VAN BIEN",
        "amount": 20_000,
        "content": "Hoan le phi H01.12-1",
    } | changes


def test_a_transfer_is_made_once_for_its_key_booked_and_told(web: httpx.Client, listener: Listener) -> None:
    put(web, account="8600100004", amount=25_000)
    listener.wait(1)
    asked = payout()
    first = web.post("/bank/transfers", json=asked, headers=TOKEN)
    again = web.post("/bank/transfers", json=asked, headers=TOKEN)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert web.post("/bank/transfers", json=asked | {"amount": 1}, headers=TOKEN).status_code == 409
    assert web.post("/bank/transfers", json=payout(), headers=TOKEN).status_code == 422, "only 5.000 left"
    notice = told(listener.wait(2)[1], "/goi-lai/bank/transfers/")
    assert notice == first.json()
    assert (notice["amount"], notice["status"], notice["key"]) == (20_000, "booked", asked["key"])
    line = listed(web, "8600100004", **{"from": today(), "to": today()})["transactions"][-1]
    assert (line["direction"], line["amount"]) == ("debit", 20_000)
    other = payout(amount=5_000, toBin="970436", toAccount="0071000123456", toName="LE VAN SAU")
    assert web.post("/bank/transfers", json=other, headers=TOKEN).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"key": "x"}, 400),
        ({"amount": 0}, 400),
        ({"amount": 1.5}, 400),
        ({"toBin": "97"}, 400),
        ({"toAccount": "!"}, 400),
        ({"content": " "}, 400),
        ({"more": 1}, 400),
        ({"fromAccount": PAYER}, 404),
        ({"toName": "NGUYEN VAN BIEN B"}, 422),
        ({"toAccount": "1"}, 422),
    ],
)
def test_a_transfer_that_is_not_as_agreed_is_refused(
    web: httpx.Client, wrong: dict[str, object], status: int
) -> None:
    assert web.post("/bank/transfers", json=payout(**wrong), headers=TOKEN).status_code == status
    assert web.post("/bank/transfers", json=payout()).status_code == 401


ACCOUNT = "8600100004"
DAY = date(2026, 10, 5)
LINES = [30_000, 1_250_000, 7_000, -37_000]


@pytest.fixture(scope="module")
def booked(sandbox: serve.Running) -> None:
    """A day with three credits and a debit, after a day with one credit."""
    with httpx.Client(base_url=sandbox.base) as client:
        for at, amount in (
            ("2026-10-04T23:59:59+07:00", 500_000),
            ("2026-10-05T00:00:00+07:00", 30_000),
            ("2026-10-05T23:59:59+07:00", 7_000),
            ("2026-10-05T12:00:00+07:00", 1_250_000),
        ):
            put(client, account=ACCOUNT, amount=amount, at=at, content=f"-Lệ phí: {amount}_{'x ' * 50}")
        ahead = (datetime(2026, 10, 5, 16, 59, 59, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
        client.post(
            "/_fault", json={"service": "bank", "mode": "clock_skew", "seconds": ahead}, headers=SECRET
        )
        made = client.post("/bank/transfers", json=payout(fromAccount=ACCOUNT, amount=37_000), headers=TOKEN)
        assert made.status_code == 201, made.text
        client.delete("/_fault", headers=SECRET)


def statement(web: httpx.Client, kind: str) -> bytes:
    answer = web.get(f"/bank/accounts/{ACCOUNT}/statements/{DAY}.{kind}", headers=TOKEN)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.usefixtures("booked")
def test_the_csv_reads_back_and_adds_up(web: httpx.Client) -> None:
    rows = list(csv.reader(io.StringIO(statement(web, "csv").decode("utf-8-sig"))))
    opening, lines, closing = int(rows[3][1]), rows[5:-1], int(rows[-1][1])
    assert opening == 500_000
    assert [int(row[3] or 0) - int(row[2] or 0) for row in lines] == LINES
    assert closing == opening + sum(LINES) == int(lines[-1][4])


@pytest.mark.usefixtures("booked")
def test_the_excel_file_reads_back(web: httpx.Client) -> None:
    with zipfile.ZipFile(io.BytesIO(statement(web, "xlsx"))) as file:
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    values = {
        cell.get("r"): int(cell.findtext(f"{space}v") or 0)
        for cell in sheet.iter(f"{space}c")
        if cell.get("t") != "s"
    }
    assert values["B4"] == 500_000
    assert [values["D6"], values["D7"], values["D8"], -values["C9"]] == LINES
    assert values["B10"] == values["E9"] == 500_000 + sum(LINES)


@pytest.mark.usefixtures("booked")
def test_the_mt940_reads_back_and_keeps_to_swifts_letters(web: httpx.Client) -> None:
    text = statement(web, "sta").decode("ascii")
    lines = text.split("\r\n")
    assert lines[-2:] == ["-", ""]
    assert all(re.fullmatch(r"[A-Za-z0-9/?:().,'+ -]{0,70}", line) for line in lines)
    fields = re.findall(r"^:(\d\d[A-Z]?):((?:.|\r\n(?!:|-\r))*)", text, re.MULTILINE)
    assert [name for name, _ in fields] == [*("20", "25", "28C", "60F"), *("61", "86") * 4, *("62F", "64")]
    assert dict(fields)["60F"].strip() == "C261005VND500000,"
    assert dict(fields)["62F"].strip() == f"C261005VND{500_000 + sum(LINES)},"
    amounts = []
    for name, value in fields:
        if name == "61":
            found = re.fullmatch(r"2610051005([CD])(\d+),NTRFNONREF//(FT261005\d{8})\s*", value)
            assert found, value
            amounts.append(int(found[2]) * (1 if found[1] == "C" else -1))
        if name == "86":
            assert len(value.strip().split("\r\n")) <= 6
    assert amounts == LINES


@pytest.mark.usefixtures("booked")
def test_the_camt_reads_back_in_the_order_of_the_standard(web: httpx.Client) -> None:
    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
    root = ElementTree.fromstring(statement(web, "xml"))  # noqa: S314 - our own file
    made = root.find(f"{space}BkToCstmrStmt/{space}Stmt")
    assert made is not None
    assert [child.tag.removeprefix(space) for child in made] == [
        *("Id", "ElctrncSeqNb", "CreDtTm", "FrToDt", "Acct", "Bal", "Bal", "TxsSummry"),
        *["Ntry"] * 4,
    ]

    def signed(element: ElementTree.Element) -> int:
        amount = int(element.findtext(f"{space}Amt") or "")
        return amount if element.findtext(f"{space}CdtDbtInd") == "CRDT" else -amount

    opening, closing = (signed(each) for each in made.findall(f"{space}Bal"))
    entries = made.findall(f"{space}Ntry")
    assert [signed(each) for each in entries] == LINES
    assert (opening, closing) == (500_000, 500_000 + sum(LINES))
    assert [child.tag.removeprefix(space) for child in entries[0]] == [
        *("NtryRef", "Amt", "CdtDbtInd", "Sts", "BookgDt", "ValDt", "AcctSvcrRef", "BkTxCd", "NtryDtls")
    ]
    net = made.find(f"{space}TxsSummry/{space}TtlNtries/{space}TtlNetNtry")
    assert net is not None
    assert signed(net) == sum(LINES)
    assert [child.attrib for child in net] == [{}, {}], "the standard gives this one amount no currency"
    assert "Hoan le phi" in (entries[3].findtext(f".//{space}Ustrd") or "")
    assert entries[3].findtext(f".//{space}Cdtr/{space}Pty/{space}Nm") == "NGUYEN VAN BIEN"
