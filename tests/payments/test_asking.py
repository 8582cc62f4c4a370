"""Providers asked, down, and lied for: a lost notice is healed, a forged one is refused and told of once."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from unittest import mock

import httpx
import orjson
import pytest
from django.conf import LazySettings
from django.test import Client

from national import serve
from tests.payments.laid import Collecting, bill, charge, collecting, stands
from tests.support import people
from tinhso.config import payments as configured
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.transactions import Busy
from tinhso.notify.models import Message
from tinhso.payments import api as payments
from tinhso.payments.channels import bank, headers, payplat, standing, vnpay
from tinhso.payments.channels.ways import NotBegun
from tinhso.payments.contracts import BadNotice, ForgedNotice
from tinhso.payments.models import Attempt, Beneficiary, Bill, Money, Provider
from tinhso.payments.operations import asking, fetching, opening

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=4)
SECRET = "tinhso-demo-payplat"
ADMIN = {"Authorization": "Bearer sandbox-secret"}


@pytest.fixture
def national(running: serve.Running, settings: LazySettings) -> serve.Running:
    """The sandbox, which tells nobody anything: every notice is lost."""
    settings.PAYMENTS = configured.read(production=False, sandbox=running.base)
    httpx.delete(f"{running.base}/_fault", headers=ADMIN)
    return running


@pytest.fixture
def place(national: serve.Running) -> Collecting:
    made = collecting()
    account, name = national.settings.bank_accounts[1]
    Beneficiary.objects.update(bank=national.settings.bank_bin, account=account, name=name)
    return made


def owed_by_somebody(place: Collecting, at: datetime) -> payments.BillView:
    owed = bill(place, charge(50_000), charge(8_000, code="ban-sao", kind="fee", name="Phí bản sao"), at=at)
    Bill.objects.update(owner_kind="person", owner_id=people.person().id)
    return stands(owed.id)


def begun(owed: payments.BillView, channel: payments.Channel, at: datetime) -> payments.AttemptView:
    back = "http://localhost:8000/thanh-toan/tra-ve/"
    return opening.begin(owed, channel, back=back, knowing=True, by=replace(SYSTEM, address=""), at=at)


def ends(attempt: payments.AttemptView, decision: str) -> None:
    """The person does this on the provider's page."""
    page = httpx.get(attempt.proof)
    assert page.status_code == 200, page.text
    action = page.text.split('action="')[1].split('"')[0]
    token = page.text.split('name="token" value="')[1].split('"')[0]
    base = "/".join(attempt.proof.split("/")[:3])
    httpx.post(
        f"{base}{action}".replace("&amp;", "&"), data={"decision": decision, "bank": "NCB", "token": token}
    )


def broken(national: serve.Running, service: str, mode: str) -> None:
    httpx.post(
        f"{national.base}/_fault",
        json={"service": service, "mode": mode},
        headers=ADMIN,
    ).raise_for_status()


@pytest.mark.parametrize("channel", [payments.Channel.VNPAY, payments.Channel.PLATFORM])
def test_a_payment_whose_notice_is_lost_is_found_by_asking(
    place: Collecting, channel: payments.Channel
) -> None:
    at = moments.now() - MINUTES
    owed = owed_by_somebody(place, at)
    attempt = begun(owed, channel, at)
    assert begun(owed, channel, at).proof == attempt.proof
    assert asking.ask_silent(at=at + timedelta(minutes=1)) == 0
    assert asking.ask_silent(at=at + MINUTES) == 1
    assert stands(owed.id).state is payments.BillState.OPEN
    ends(attempt, "pay")
    assert asking.ask_silent(at=at + MINUTES) == 1
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert Money.objects.get().source == ("vnpay" if channel is payments.Channel.VNPAY else "payplat")
    assert asking.ask(attempt.reference, at=at + MINUTES)
    assert Money.objects.count() == 1


@pytest.mark.parametrize("channel", [payments.Channel.VNPAY, payments.Channel.PLATFORM])
def test_a_payment_given_up_ends_by_asking(place: Collecting, channel: payments.Channel) -> None:
    at = moments.now() - MINUTES
    owed = owed_by_somebody(place, at)
    ends(begun(owed, channel, at), "cancel")
    asking.ask_silent(at=at + MINUTES)
    assert payments.attempts(owed.id)[0].state is payments.AttemptState.FAILED


def test_an_attempt_that_ran_out_is_asked_about_until_there_is_an_answer(place: Collecting) -> None:
    at = moments.now() - MINUTES
    owed = owed_by_somebody(place, at)
    attempt = begun(owed, payments.Channel.PLATFORM, at)
    ends(attempt, "pay")
    Attempt.objects.update(state="expired", ended_at=at + MINUTES, expires_at=at + timedelta(minutes=2))
    assert asking.ask_silent(at=at + MINUTES) == 1
    assert stands(owed.id).state is payments.BillState.SETTLED


@pytest.mark.parametrize("mode", ["error", "garbage", "down"])
def test_a_provider_that_fails_is_left_alone_and_the_page_says_so(
    place: Collecting, national: serve.Running, mode: str
) -> None:
    at = moments.now()
    owed = owed_by_somebody(place, at)
    broken(national, "payplat", mode)
    for _time in range(3):
        with pytest.raises(NotBegun):
            begun(owed, payments.Channel.PLATFORM, at)
    assert standing.shut(at=at) == {"platform"}
    page = Client().get(f"/thanh-toan/{owed.token}/").content.decode()
    assert "Nền tảng thanh toán quốc gia đang gián đoạn" in page
    assert 'value="platform"' not in page
    assert standing.shut(at=at + timedelta(minutes=3)) == frozenset()
    standing.worked("platform")
    assert Provider.objects.get(name="platform").failures == 0


def notice(attempt: payments.AttemptView, at: datetime, **more: object) -> bytes:
    return orjson.dumps(
        {
            "MaTraCuuTT": attempt.reference,
            "MaGiaoDich": "DVCQG1",
            "SoTien": attempt.amount,
            "TrangThai": "00",
            "ThoiGian": at.isoformat(),
        }
        | more
    )


def tell(body: bytes, at: datetime, secret: str = SECRET) -> int:
    signed = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in headers.signed(body, secret=secret, at=at).items()
    }
    told = Client().post("/goi-lai/payplat/", body, content_type="application/json", **signed)  # type: ignore[arg-type]
    return told.status_code


def test_the_platforms_notice_books_once_and_lies_are_refused_and_told_of_once(place: Collecting) -> None:
    at = moments.now()
    watcher = people.officer("administrator")
    owed = owed_by_somebody(place, at)
    attempt = begun(owed, payments.Channel.PLATFORM, at)
    body = notice(attempt, at)
    assert tell(body, at, secret="guess") == 401
    assert tell(body, at - timedelta(hours=1)) == 401
    assert stands(owed.id).state is payments.BillState.OPEN
    assert Message.objects.filter(recipient_id=watcher.id).values("id").distinct().count() >= 1
    told = Message.objects.filter(recipient_id=watcher.id).count()
    assert tell(body, at, secret="again") == 401
    assert Message.objects.filter(recipient_id=watcher.id).count() == told
    assert tell(notice(attempt, at) + b"x", at) == 422
    assert [tell(body, at), tell(body, at)] == [200, 200]
    assert tell(notice(attempt, at, TrangThai="24"), at) == 200
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert tell(notice(attempt, at, SoTien=1), at) == 409
    assert Money.objects.count() == 1


def test_forged_notices_of_the_bank_and_of_vnpay_are_told_too(place: Collecting) -> None:
    people.officer("administrator")
    assert Client().post("/goi-lai/bank/", b"{}", content_type="application/json").status_code == 401
    assert Client().get("/goi-lai/vnpay/", {"vnp_TxnRef": "x"}).json()["RspCode"] == "97"
    assert set(Provider.objects.exclude(alarmed_at=None).values_list("name", flat=True)) == {"bank", "vnpay"}


def test_notices_take_the_short_way_of_machines() -> None:
    with mock.patch.object(vnpay, "checked", side_effect=Busy("bận")):
        answer = Client().get("/goi-lai/vnpay/")
    assert answer.json()["RspCode"] == "99"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not answer.cookies
    assert Client().get("/goi-lai/vnpay/?x=%00").status_code == 400
    assert Client().get("/goi-lai/nobody/").status_code == 404
    assert Client().get("/goi-lai/bank/").status_code == 405


def test_no_bytes_break_a_reader_of_notices(national: serve.Running) -> None:
    at, dice = moments.now(), random.Random(6)
    whole = orjson.dumps(
        {"MaTraCuuTT": "a", "MaGiaoDich": "b", "SoTien": 1, "TrangThai": "00", "ThoiGian": "x"}
    )
    for _time in range(1500):
        body = bytearray(whole)
        for _slip in range(dice.randrange(1, 8)):
            body[dice.randrange(len(body))] = dice.randrange(256)
        for reader, secret in ((payplat.told, SECRET), (bank.told, "tinhso-demo-bank-notices")):
            signed = headers.signed(bytes(body), secret=secret, at=at)
            with suppress(BadNotice, ForgedNotice):
                reader(
                    body=bytes(body), timestamp=signed["X-Timestamp"], signature=signed["X-Signature"], at=at
                )
        fields = {
            name: dice.choice(["00", "100", "x", "", "٣", "-1", "20261128120000", "9" * 30])
            for name in (
                "vnp_Amount",
                "vnp_ResponseCode",
                "vnp_TransactionStatus",
                "vnp_TransactionNo",
                "vnp_PayDate",
            )
        }
        with suppress(BadNotice):
            vnpay.told(fields | {"vnp_TxnRef": "TS"})


def test_a_transfer_that_the_bank_never_told_of_is_found_in_todays_list(
    national: serve.Running, place: Collecting
) -> None:
    at = moments.now() - MINUTES
    owed = bill(place, at=at)
    attempt = begun(owed, payments.Channel.VIETQR, at)
    assert asking.silent_accounts(at=at + timedelta(minutes=1)) == []
    (account,) = Beneficiary.objects.values_list("account", flat=True)
    paid = {"account": account, "amount": owed.total, "content": attempt.reference[:11]}
    httpx.post(f"{national.base}/bank/_transfer", headers=ADMIN, json=paid).raise_for_status()
    assert asking.silent_accounts(at=at + MINUTES) == [f"bank:{account}"]
    assert asking.silent_accounts(at=at + MINUTES) == []
    fetching.fetch(f"bank:{account}", today(moments.now()), by=SYSTEM, at=moments.now())
    assert stands(owed.id).state is payments.BillState.SETTLED
    assert asking.silent_accounts(at=at + MINUTES + MINUTES) == []


def test_a_code_that_ran_out_is_asked_about_once_more(place: Collecting) -> None:
    at = moments.now() - timedelta(hours=2)
    attempt = begun(bill(place, at=at), payments.Channel.VIETQR, at)
    later = attempt.expires_at + timedelta(minutes=1)
    opening.expire(at=later)
    assert len(asking.silent_accounts(at=later)) == 1
    assert asking.silent_accounts(at=later + timedelta(hours=1)) == []
