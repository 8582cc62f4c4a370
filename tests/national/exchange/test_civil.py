"""The register of civil status is asked through the national security server, and tells who asked."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

import national.serve
from national.exchange.xml import read
from tests.support.signing import KEYS

PERSON, NAME = "091078004512", "Nguyễn Văn Biển"
ASKED = {"soDinhDanh": PERSON, "hoTen": NAME, "mucDich": "Đăng ký khai sinh"}
CLIENT = {"x-road-client": "VN-DEMO/GOV/H01/TINHSO"}
SOAP = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xrd="http://x-road.eu/xsd/xroad.xsd" xmlns:id="http://x-road.eu/xsd/identifiers"><soapenv:Header>
<xrd:client id:objectType="SUBSYSTEM"><id:xRoadInstance>VN-DEMO</id:xRoadInstance>
<id:memberClass>GOV</id:memberClass>
<id:memberCode>H01</id:memberCode><id:subsystemCode>TINHSO</id:subsystemCode></xrd:client>
<xrd:service id:objectType="SERVICE"><id:xRoadInstance>VN-DEMO</id:xRoadInstance>
<id:memberClass>GOV</id:memberClass>
<id:memberCode>BTP</id:memberCode><id:subsystemCode>HOTICH</id:subsystemCode>
<id:serviceCode>TraCuuHoTich</id:serviceCode></xrd:service><xrd:id>1</xrd:id>
<xrd:protocolVersion>4.0</xrd:protocolVersion></soapenv:Header><soapenv:Body>
<h:TraCuuHoTich xmlns:h="http://hotich.example.gov.vn/xroad"><h:soDinhDanh>{person}</h:soDinhDanh>
<h:hoTen>{name}</h:hoTen><h:mucDich>Xác minh</h:mucDich></h:TraCuuHoTich></soapenv:Body></soapenv:Envelope>"""


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[national.serve.Running]:
    with national.serve.start_in_thread(tmp_path_factory.mktemp("civil"), keys=KEYS) as running:
        yield running


def usages(nation: national.serve.Running, **query: str) -> httpx.Response:
    asked = {"userCode": f"VN{PERSON}", **query}
    headers = {"x-road-userid": f"VN{PERSON}"}
    return httpx.get(f"{nation.base}/hotich/theo-doi/v2/findUsage", params=asked, headers=headers)


def test_a_person_is_told_by_number_and_name_and_to_nobody_without_the_exchange(
    nation: national.serve.Running,
) -> None:
    told = httpx.post(f"{nation.base}/hotich/tra-cuu", json=ASKED, headers=CLIENT)

    assert told.status_code == 200
    assert told.json()["hoTen"] == NAME
    assert told.json()["voChong"]
    wrong = httpx.post(f"{nation.base}/hotich/tra-cuu", json={**ASKED, "hoTen": "Ai Đó"}, headers=CLIENT)
    assert wrong.status_code == 404
    more = httpx.post(f"{nation.base}/hotich/tra-cuu", json={**ASKED, "la": "x"}, headers=CLIENT)
    assert more.status_code == 400
    assert httpx.post(f"{nation.base}/hotich/tra-cuu", json=ASKED).status_code == 403


def test_who_asked_and_why_is_told_newest_first_by_pages_unless_it_is_hidden(
    nation: national.serve.Running,
) -> None:
    before = usages(nation).json()["totalUsages"]
    for number in range(3):
        headers = {**CLIENT, "tinhso-reason": f"l%C3%BD%20do%20{number}", "tinhso-system": "Tinh%20So"}
        httpx.post(f"{nation.base}/hotich/tra-cuu", json={**ASKED, "maHoSo": "H1"}, headers=headers)
    hidden = {**CLIENT, "tinhso-hidden": "true"}
    httpx.post(f"{nation.base}/hotich/tra-cuu", json=ASKED, headers=hidden)

    told = usages(nation, limit="2").json()

    assert told["totalUsages"] == before + 3
    first, second = told["usages"]
    assert first["action"] == "lý do 2 (hồ sơ H1)"
    assert (first["receiverName"], first["receiverSystem"]) == ("UBND tỉnh An Giang", "Tinh So")
    assert first["logtime"] >= second["logtime"]
    assert len(usages(nation, limit="2", offset="2").json()["usages"]) == min(2, before + 1)
    assert usages(nation, periodEnd="2020-01-01T00:00:00Z").json() == {"totalUsages": 0, "usages": []}


@pytest.mark.parametrize(
    "query",
    [{"userCode": ""}, {"limit": "0"}, {"limit": "x"}, {"offset": "-1"}, {"periodStart": "2020-01-01"}],
)
def test_a_wrong_question_about_usages_is_refused(
    nation: national.serve.Running, query: dict[str, str]
) -> None:
    assert usages(nation, **query).status_code == 400


def test_soap_gives_the_headers_back_and_answers(nation: national.serve.Running) -> None:
    sent = SOAP.format(person=PERSON, name=NAME).encode()

    told = httpx.post(f"{nation.base}/hotich/soap", content=sent, headers={"content-type": "text/xml"})

    assert told.status_code == 200, told.text
    texts = {one.tag.rpartition("}")[2]: one.text for one in read(told.content).iter()}
    assert (texts["timThay"], texts["hoTen"], texts["serviceCode"]) == ("true", NAME, "TraCuuHoTich")
    bad = httpx.post(f"{nation.base}/hotich/soap", content=b"<a/>", headers={"content-type": "text/xml"})
    assert bad.status_code == 500
    assert b"Fault" in bad.content


def test_the_descriptions_are_there(nation: national.serve.Running) -> None:
    assert httpx.get(f"{nation.base}/hotich/openapi.json").json()["paths"]["/"]["post"]
    assert read(httpx.get(f"{nation.base}/hotich/wsdl").content).tag.endswith("definitions")
    period = httpx.get(f"{nation.base}/dancu/theo-doi/v2/usagePeriod").json()
    assert period["periodStart"].endswith("Z")
    assert httpx.get(f"{nation.base}/dancu/theo-doi/v2/heartbeat").json() == {"status": "OK"}
