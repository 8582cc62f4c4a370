"""Systems of others learn through the gateway where a dossier stands; its person learns who asked and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.support.office import SENT, Filed, Office, filed, office
from tinhso.dossiers.inward import state
from tinhso.dossiers.operations import intake
from tinhso.exchange import inward
from tinhso.exchange.guards.contracts import Contract
from tinhso.exchange.guards.mock import Mock, Settings
from tinhso.exchange.guards.openapi import Description
from tinhso.exchange.models import Usage
from tinhso.exchange.operations import applications
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db
ADDRESS, NUMBER, CLIENT = f"{state.PLACE}/tra-cuu", "091090000123", "VN-DEMO/GOV/VPCP/DVCQG"
HEADERS = {
    "X-Road-Client": CLIENT,
    "X-Road-Id": "m1",
    "Tinhso-Reason": "Ch%E1%BB%A7%20h%E1%BB%93%20s%C6%A1%20xem",
    "Tinhso-System": "C%E1%BB%95ng",
}


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def sent(place: Office) -> Filed:
    return filed(place)


def ask(body: object, **headers: str) -> Any:
    marked = {inward.HEADER: inward.mark()} | HEADERS | headers
    return Client().post(ADDRESS, body, content_type="application/json", headers=marked)


def test_code_and_number_tell_where_a_dossier_stands_and_leave_a_note(place: Office, sent: Filed) -> None:
    applications.register(
        applications.Asked("Cổng", CLIENT, "Vũ Minh", "v@example.com", organisation="Văn phòng Chính phủ"),
        by=SYSTEM,
        at=SENT,
    )
    intake.accept(dossier_id=sent.id, by=place.intake, at=SENT + timedelta(hours=1))
    question = {"maHoSo": sent.code.lower(), "soDinhDanh": NUMBER}

    answer = ask(question)

    told = answer.json()
    assert (told["maHoSo"], told["tinhTrangHienThi"]) == (sent.code, "Đã tiếp nhận")
    assert told["henTra"].endswith("17:30:00+07:00")
    assert told["ngayXong"] is None
    (note,) = Usage.objects.all()
    assert (note.action, note.receiver_code) == ("Chủ hồ sơ xem", CLIENT)
    assert (note.receiver_name, note.receiver_system, note.message_id) == (
        "Văn phòng Chính phủ",
        "Cổng",
        "m1",
    )
    contract = Contract(state.description())
    kind = ("content-type", answer["Content-Type"])
    assert contract.response("POST", "/tra-cuu", 200, [kind], answer.content) == ()


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({"maHoSo": "H99.99-260101-0001", "soDinhDanh": NUMBER}, 404),
        ({"soDinhDanh": "091090000124"}, 404),
        ({"soDinhDanh": "0123"}, 404),
        ({"maHoSo": "‮x", "soDinhDanh": NUMBER}, 404),
        ({"hoTen": "Danh Sóc Kha", "soDinhDanh": NUMBER}, 400),
        ({"soDinhDanh": 91090000123}, 400),
    ],
)
def test_who_does_not_know_both_learns_nothing(sent: Filed, question: dict[str, Any], status: int) -> None:
    answer = ask({"maHoSo": sent.code} | question)

    assert answer.status_code == status
    assert set(answer.json()) == {"loi"}
    assert not Usage.objects.exists()
    contract = Contract(state.description())
    kind = ("content-type", answer["Content-Type"])
    assert contract.response("POST", "/tra-cuu", status, [kind], answer.content) == ()


def test_the_state_is_told_behind_the_gateway_alone(sent: Filed) -> None:
    question = {"maHoSo": sent.code, "soDinhDanh": NUMBER}
    assert ask(question, **{inward.HEADER: "x"}).status_code == 403
    assert Client().post(ADDRESS, question, content_type="application/json").status_code == 403
    assert Client().get(ADDRESS).status_code == 405
    assert not Usage.objects.exists()


def test_the_description_answers_from_its_examples_and_asks_for_a_reason() -> None:
    given = Mock(Description(state.description()), Settings.read({})).answer("POST", "/tra-cuu")
    assert given.status == 200
    assert b"H01.99" in given.body
    body = b'{"maHoSo":"x","soDinhDanh":"091090000123"}'
    broken = Contract(state.description()).request(
        "POST", "/tra-cuu", "", [("Content-Type", "application/json")], body
    )
    assert [one.where for one in broken] == ["header.Tinhso-Reason"]
