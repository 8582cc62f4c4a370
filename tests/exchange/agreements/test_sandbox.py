"""Programs of developers call the sandbox as they will call the gateway, and are answered from examples."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import AT, CLIENT, Place
from tests.support import people
from tinhso.exchange.contracts import PlanStatus
from tinhso.exchange.guards.contracts import Contract
from tinhso.exchange.models import Application, Plan, Service
from tinhso.exchange.offers import offered
from tinhso.exchange.operations import sandbox, trying_out
from tinhso.exchange.protocol.faults import Fault

pytestmark = pytest.mark.django_db
SERVICE = "/thu-nghiem/r1/VN-DEMO/GOV/H01/TINHSO/tra-cuu"
OPENAPI = """
openapi: 3.0.3
info: {title: Tra cứu, version: "1"}
paths:
  /nguoi:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [so], properties: {so: {type: string}}}
      responses:
        "200":
          description: Có
          content:
            application/json:
              schema: {type: object, properties: {hoTen: {type: string}}}
              example: {hoTen: Nguyễn Văn Biển}
"""


@pytest.fixture
def laid() -> Place:
    place = laying.place()
    Service.objects.filter(id=place.service).update(kind="OPENAPI", description=OPENAPI)
    return place


def call(
    key: str, body: str = '{"so": "1"}', *, path: str = "/nguoi", client: str = CLIENT, **headers: str
) -> HttpResponse:
    told = {"Authorization": f"Bearer {key}", "X-Road-Client": client, **headers}
    return Client().post(f"{SERVICE}{path}", body, content_type="application/json", headers=told)  # type: ignore[return-value]


def fault(answer: HttpResponse) -> str:
    return answer.headers.get("X-Road-Error", "")


def test_a_program_is_answered_from_the_example_as_a_gateway_would(laid: Place) -> None:
    answer = call(sandbox.key_of(laid.application), **{"X-Road-Id": "id-7"})

    assert (answer.status_code, fault(answer)) == (200, "")
    assert answer.content.decode() == '{"hoTen": "Nguyễn Văn Biển"}'
    assert answer["X-Road-Id"] == "id-7"
    assert answer["X-Road-Client"] == CLIENT
    assert answer["X-Road-Service"] == "VN-DEMO/GOV/H01/TINHSO/tra-cuu"
    assert answer["X-Road-Request-Hash"]
    assert "mock" in str(answer.headers).lower(), "marked as no answer of the service"


def test_what_the_service_would_refuse_is_refused_with_the_place_that_is_wrong(laid: Place) -> None:
    answer = call(sandbox.key_of(laid.application), "{}")

    assert (answer.status_code, fault(answer)) == (400, "client.invalid_request")
    assert b"so" in answer.content


def test_a_header_that_changes_the_verb_is_refused_as_the_gateway_does(laid: Place) -> None:
    answer = call(sandbox.key_of(laid.application), **{"X-HTTP-Method-Override": "DELETE"})

    assert (answer.status_code, fault(answer)) == (400, "client.bad_request")


def test_a_description_is_read_once_until_it_changes(laid: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(description: str) -> Contract:
        read.append(description)
        return Contract(description)

    monkeypatch.setattr(trying_out, "Contract", counted)
    key = sandbox.key_of(laid.application)
    for _each in range(3):
        assert call(key).status_code == 200
    other = OPENAPI.replace("Biển", "Sông")
    Service.objects.filter(id=laid.service).update(description=other)

    assert "Nguyễn Văn Sông" in call(key).content.decode()
    assert read == [OPENAPI, other]


def test_a_service_with_several_open_plans_stands_in_the_catalogue_once(laid: Place) -> None:
    plan = Plan.objects.filter(service_id=laid.service).values().get()
    Plan.objects.create(**plan | {"id": uuid4(), "code": "them", "status": PlanStatus.DEPRECATED})

    assert [row.id for row in offered()] == [laid.service]
    Plan.objects.filter(service_id=laid.service).update(status=PlanStatus.CLOSED)
    assert not offered().exists()


def test_nobody_enters_without_the_key_of_the_application_that_the_call_names(laid: Place) -> None:
    other = laying.place(code="khac", client="VN-DEMO/COM/VNPT/KHAC")
    refused = "server.clientproxy.ssl_authentication_failed"
    for key in ("", "x", f"{laid.application}:x", sandbox.key_of(other.application)):
        assert fault(call(key)) == refused, key
    Application.objects.filter(id=laid.application).update(ended_at=AT)
    assert fault(call(sandbox.key_of(laid.application))) == refused


def test_only_services_on_offer_with_a_description_are_tried(laid: Place) -> None:
    key = sandbox.key_of(laid.application)
    Service.objects.update(description="")
    assert fault(call(key)).endswith("service_type")
    laying.service(laid.unit, code="chua-mo")
    assert fault(call(key, path="/../chua-mo/nguoi")) == "client.bad_request"
    told = {"Authorization": f"Bearer {key}", "X-Road-Client": CLIENT}
    unopened = Client().get(SERVICE.replace("tra-cuu", "chua-mo"), headers=told)
    assert unopened["X-Road-Error"].endswith("unknown_service")


def test_the_developer_reads_address_and_key_at_the_own_system_and_nobody_else_does(laid: Place) -> None:
    page = f"/can-bo/nha-phat-trien/he-thong/{laid.application}/"
    assert sandbox.key_of(laid.application) in people.client(laid.developer).get(page).content.decode()
    assert people.client(people.officer()).get(page).status_code in {403, 404}


@given(st.text(max_size=60), st.text(max_size=60), st.binary(max_size=60))
def test_whatever_is_sent_is_answered_or_refused(target: str, client: str, body: bytes) -> None:
    with pytest.raises(Fault):
        sandbox.answer(
            "x", verb="POST", target=f"/r1/{target}", headers=[("X-Road-Client", client)], body=body
        )
