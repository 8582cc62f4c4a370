"""Notices that lie, repeat, or are rubbish: refused, logged, told to administrators; no đồng moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.payments.laid import ACCOUNT, AT, Collecting, bill, collecting, stands
from tests.support import people
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments.channels import headers, payplat, vnpay
from tinhso.payments.models import Attempt, Beneficiary, Money, Problem, Provider
from tinhso.payments.operations import opening

pytestmark = pytest.mark.django_db
ANSWERS = {200, 400, 401, 409, 413, 422}
SUMS = [
    0, -50_000, 50_000.0, 49_999.5, 10**15, 10**30, True, None, "50000", "50.000", "50,000", "٥٠٠٠٠",
    [50_000], {"dong": 50_000},
]  # fmt: skip
MOMENTS = [
    "",
    "hôm nay",
    "2026-03-02T09:00:00",
    "0001-01-01T00:00:00+14:00",
    "1999-12-31T00:00:00Z",
    "2026-13-01",
]


@pytest.fixture
def owed(place: Collecting) -> payments.BillView:
    return bill(place)


def credit(owed: payments.BillView, **more: Any) -> dict[str, Any]:
    """What the bank says of a credit."""
    return {
        "account": ACCOUNT,
        "transactionId": "FT1",
        "amount": 50_000,
        "currency": "VND",
        "paidAt": AT.isoformat(),
        "content": owed.reference,
        **more,
    }


def order(owed: payments.BillView, **more: Any) -> dict[str, Any]:
    """What the platform says of a payment."""
    return {
        "MaTraCuuTT": owed.reference,
        "MaGiaoDich": "DVCQG1",
        "SoTien": 50_000,
        "TrangThai": "00",
        "ThoiGian": AT.isoformat(),
        **more,
    }


SAID: dict[str, Callable[..., dict[str, Any]]] = {"bank": credit, "payplat": order}
SUM = {"bank": "amount", "payplat": "SoTien"}
WHEN = {"bank": "paidAt", "payplat": "ThoiGian"}


def secret_of(source: str) -> str:
    return str(getattr(settings.PAYMENTS, source).secret)


def post(
    source: str,
    body: bytes,
    *,
    signed: bytes | None = None,
    secret: str = "",
    at: datetime | None = None,
    **more: str,
) -> HttpResponseBase:
    """A notice; the signature is that of `signed`."""
    head = headers.signed(
        body if signed is None else signed, secret=secret or secret_of(source), at=at or moments.now()
    )
    return Client().post(
        f"/goi-lai/{source}/", body, content_type="application/json", headers={**head, **more}
    )


def untouched(owed: payments.BillView) -> bool:
    return not Money.objects.exists() and stands(owed.id).left == owed.total


def alarmed() -> set[str]:
    return set(Provider.objects.exclude(alarmed_at=None).values_list("name", flat=True))


@pytest.mark.parametrize("source", ["bank", "payplat"])
def test_a_lie_is_refused_and_told_once(
    source: str, owed: payments.BillView, caplog: pytest.LogCaptureFixture
) -> None:
    watcher = people.officer("administrator")
    body = orjson.dumps(SAID[source](owed))
    now, long = moments.now(), timedelta(minutes=16)
    lies = [
        post(source, body, secret="guessed"),
        post(source, body, signed=body.replace(b"50000", b"50001")),
        post(source, body, at=now - long),
        post(source, body, at=now + long),
        Client().post(f"/goi-lai/{source}/", body, content_type="application/json"),
        post(source, body, **{"X-Timestamp": "９９"}),
        post(source, body, **{"X-Signature": "é" * 64}),
    ]
    assert {lie.status_code for lie in lies} == {401}
    assert untouched(owed)
    assert alarmed() == {source}
    assert Message.objects.filter(recipient_id=watcher.id).values("notice").distinct().count() == 1
    assert sum(f"a notice of {source} was refused" in line for line in caplog.messages) == len(lies)


@pytest.mark.parametrize("source", ["bank", "payplat"])
def test_what_is_signed_and_cannot_be_is_refused(source: str, owed: payments.BillView) -> None:
    whole = SAID[source](owed)
    wrong = [{**whole, SUM[source]: sum} for sum in SUMS] + [{**whole, WHEN[source]: at} for at in MOMENTS]
    wrong += [
        {name: value for name, value in whole.items() if name != left} for left in whole if left != "content"
    ]
    bodies = [spelt(one) for one in wrong]
    plain = orjson.dumps(whole)
    bodies += [
        plain.replace(b"50000", b"5e4"),
        plain.replace(b"50000", b"NaN"),
        plain.replace(b"50000", b"9" * 5000),
        plain[:-1] + f',"{SUM[source]}":50000}}'.encode(),
        plain.replace(b"FT1", b"\\ud800").replace(b"DVCQG1", b"\\ud800"),
        plain.replace(b"FT1", b"\\u0000").replace(b"DVCQG1", b"\\u0000"),
        plain.replace(b"FT1", b"\xe9").replace(b"DVCQG1", b"\xe9"),
        plain.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + plain,
        b"[" * 8000,
        b'{"a":' * 2500,
        b"",
        b"null",
        b"[]",
    ]
    answers = [post(source, body).status_code for body in bodies]
    assert set(answers) == {422}, [body for body, code in zip(bodies, answers, strict=True) if code != 422]
    assert post(source, plain + b" " * 20_000).status_code == 413
    assert untouched(owed)


@pytest.mark.parametrize("source", ["bank", "payplat"])
def test_a_replay_books_nothing_and_one_that_changed_is_refused(source: str, owed: payments.BillView) -> None:
    Attempt.objects.create(
        bill_id=owed.id, reference=owed.reference, channel="platform", amount=50_000, opened_at=AT,
        opened_by="A", expires_at=AT + timedelta(minutes=30),
    )  # fmt: skip
    body = orjson.dumps(SAID[source](owed))
    many = {f"X-Junk-{number}": "x" * 20 for number in range(10_000)}
    assert post(source, body, **many).status_code == 200
    assert [post(source, body).status_code for _time in range(3)] == [200] * 3
    assert post(source, body, at=moments.now() - timedelta(hours=1)).status_code == 401
    assert post(source, orjson.dumps(SAID[source](owed, **{SUM[source]: 1}))).status_code == 409
    assert Money.objects.get().amount == 50_000
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert alarmed() == {source}


def test_money_on_another_agencys_account_pays_no_bill(place: Collecting, owed: payments.BillView) -> None:
    other = collecting()
    Beneficiary.objects.filter(agency=other.agency).update(account="9990001")
    for account in ("9990001", "5550001"):
        said = credit(owed, account=account, transactionId=account)
        assert post("bank", orjson.dumps(said)).status_code == 200
    assert stands(owed.id).left == 50_000
    assert list(Problem.objects.values_list("kind", "money__bill")) == [("orphan", None)] * 2
    Beneficiary.objects.filter(agency=place.agency).update(valid_to=AT.date())
    assert post("bank", orjson.dumps(credit(owed))).status_code == 200
    assert stands(owed.id).state is payments.BillState.SETTLED, "an account it had before is its own"


@pytest.fixture
def attempt(owed: payments.BillView) -> payments.AttemptView:
    return opening.begin(owed, payments.Channel.VNPAY, back="http://x/", knowing=True, by=SYSTEM, at=AT)


def ipn(attempt: payments.AttemptView, **more: str) -> dict[str, str]:
    """What VNPAY says of a payment."""
    return {
        "vnp_TmnCode": settings.PAYMENTS.vnpay.terminal,
        "vnp_TxnRef": attempt.reference,
        "vnp_Amount": "5000000",
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TransactionNo": "14000001",
        "vnp_PayDate": "20260302090000",
        "vnp_OrderInfo": "Nop phi",
        **more,
    }


def vnpay_says(query: str) -> str:
    answer = Client().get(f"/goi-lai/vnpay/?{query}")
    assert answer.status_code == 200
    return str(answer.json()["RspCode"])


def test_vnpays_lies_are_refused_and_its_replays_known(
    owed: payments.BillView, attempt: payments.AttemptView
) -> None:
    right = ipn(attempt)
    signed = vnpay.signed(right)
    lies = {
        "97": [
            signed.replace("5000000", "5000100"),
            signed[:-1] + ("0" if signed[-1] != "0" else "1"),
            signed + "&vnp_Amount=5000000",
            vnpay.signed(ipn(attempt, vnp_TmnCode="OTHER001")),
            vnpay.canonical(right),
            "vnp_SecureHash=%F0%9F%A4%A5",
            "",
        ],
        "04": [
            vnpay.signed(ipn(attempt, vnp_Amount=sum))
            for sum in ("5000001", "-5000000", "5_000_000", "٥", "5e6")
        ],
        "01": [vnpay.signed(ipn(attempt, vnp_TxnRef="TS0000000000"))],
        "99": [
            vnpay.signed(ipn(attempt, **more))
            for more in (
                {"vnp_PayDate": "00010101000000"},
                {"vnp_PayDate": "hôm nay"},
                {"vnp_TransactionNo": "9" * 40},
                {"vnp_TransactionNo": "-1"},
                {"vnp_OrderInfo": "x" * 600},
            )
        ],
    }
    for code, queries in lies.items():
        assert [vnpay_says(query) for query in queries] == [code] * len(queries)
    assert untouched(owed)
    assert alarmed() == {"vnpay"}
    many = "&".join(f"x{number}=1" for number in range(2000))
    nothing = vnpay.signed(ipn(attempt, vnp_TxnRef="\0"))
    assert [Client().get(f"/goi-lai/vnpay/?{query}").status_code for query in (many, nothing)] == [400] * 2
    assert [vnpay_says(signed) for _time in range(3)] == ["00", "02", "02"]
    assert vnpay_says(vnpay.signed(ipn(attempt, vnp_ResponseCode="24"))) == "00"
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert Money.objects.count() == 1


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40),
    st.binary(max_size=20).map(repr),
    st.sampled_from([*SUMS, *MOMENTS, "\0", "\ud800", "9999-12-31T23:59:59-14:00", "VND", "TS" + "2" * 9]),
    st.lists(st.integers(), max_size=2), st.datetimes(timezones=st.just(UTC)).map(str),
)  # fmt: skip
SLIPS = st.dictionaries(
    st.sampled_from(
        [
            "account",
            "transactionId",
            "amount",
            "currency",
            "paidAt",
            "content",
            "payerName",
            "MaTraCuuTT",
            "MaGiaoDich",
            "SoTien",
            "TrangThai",
            "ThoiGian",
        ]
    ),
    JUNK,
    max_size=4,
)


def spelt(value: object) -> bytes:
    """JSON of anything, also of what JSON has no words for."""
    return json.dumps(value, default=str).encode()


@hypothesis(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    source=st.sampled_from(["bank", "payplat"]),
    slips=SLIPS,
    noise=st.binary(max_size=3),
    at=st.integers(0, 150),
)
def test_no_notice_breaks_anything(
    owed: payments.BillView, source: str, slips: dict[str, Any], noise: bytes, at: int
) -> None:
    body = spelt(SAID[source](owed, **slips))
    body = body[:at] + noise + body[at:]
    before = Money.objects.count()
    answer = post(source, body).status_code
    assert answer in ANSWERS
    assert Money.objects.count() - before <= (answer == 200)
    for row in Money.objects.all():
        assert type(row.amount) is int


@hypothesis(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    slips=st.dictionaries(
        st.sampled_from(
            [
                "vnp_TxnRef",
                "vnp_Amount",
                "vnp_ResponseCode",
                "vnp_TransactionNo",
                "vnp_PayDate",
                "vnp_TmnCode",
            ]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        max_size=3,
    ),
    signs=st.booleans(),
)
def test_no_notice_of_vnpay_breaks_anything(
    attempt: payments.AttemptView, slips: dict[str, str], signs: bool
) -> None:
    said = ipn(attempt, **slips)
    code = vnpay_says(vnpay.signed(said) if signs else vnpay.canonical(said))
    assert code in {"00", "01", "02", "04", "97", "99"}
    assert signs or code == "97"


@pytest.mark.parametrize(("provider", "field"), [("vnpay", "vnp_TxnRef"), ("payplat", "MaTraCuuTT")])
def test_a_reference_that_was_counted_up_leads_nobody_to_a_bill(
    owed: payments.BillView, attempt: payments.AttemptView, provider: str, field: str
) -> None:
    answer = Client().get(f"/thanh-toan/tra-ve/{provider}/?{field}={attempt.reference}")
    assert (answer.status_code, owed.token in answer.content.decode()) == (404, False)


def test_who_paid_comes_back_to_their_attempt(owed: payments.BillView, attempt: payments.AttemptView) -> None:
    to = f"/thanh-toan/{owed.token}/{attempt.reference}/"
    signed = Client().get(f"/thanh-toan/tra-ve/vnpay/?{vnpay.signed(ipn(attempt))}")
    assert (signed.status_code, signed.headers["Location"]) == (302, to)
    sealed = payplat.named(attempt.reference)
    for name, status in ((sealed, 302), (f"{sealed[:-1]}!", 404), (sealed.replace("-", "9-", 1), 404)):
        elsewhere = Client().get("/thanh-toan/tra-ve/payplat/", {"MaTraCuuTT": name})
        assert elsewhere.status_code == status
        assert (elsewhere.headers.get("Location") == to) == (status == 302)
    began = Client()
    assert began.post(f"/thanh-toan/{owed.token}/", {"cach": "vnpay", "biet": "1"}).status_code == 302
    newest = Attempt.objects.filter(bill=owed.id).latest("opened_at").reference
    back = began.get(f"/thanh-toan/tra-ve/vnpay/?vnp_TxnRef={newest}")
    assert back.headers["Location"] == f"/thanh-toan/{owed.token}/{newest}/"
