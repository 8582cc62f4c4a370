"""The register of civil status behind the national security server: by REST, by SOAP, and who looked at whom.

`POST /hotich/tra-cuu` and the SOAP operation `TraCuuHoTich` answer by personal identifier and name; each
question is kept and told to the person's own register by `/hotich/theo-doi` (`findUsage`, `usagePeriod`,
`heartbeat`; exchange lessons §5.1). `/dancu/theo-doi` is the population register's.
"""

from __future__ import annotations

import sqlite3
import threading
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from lxml import etree
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.exchange.failures import Failure
from national.exchange.services import Right, Service, Services
from national.exchange.soap import read_envelope
from national.exchange.xml import ID, SOAP, XRD, local
from national.registers.population import records
from national.wire import Bad, Fields

NAMESPACE = "http://hotich.example.gov.vn/xroad"
GENDERS = {"male": "Nam", "female": "Nữ"}
MOST_USAGES = 1000
MOST_OFFSET = 1_000_000
TOLD = (
    *("soDinhDanh", "hoTen", "ngaySinh", "gioiTinh", "noiSinh", "danToc", "quocTich"),
    *("tinhTrangHonNhan", "voChong"),
)
SCHEMA = """
CREATE TABLE IF NOT EXISTS usages (
    id INTEGER PRIMARY KEY, register TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL,
    action TEXT NOT NULL, receiver TEXT NOT NULL, receiver_name TEXT NOT NULL, system TEXT NOT NULL,
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1))
);
CREATE INDEX IF NOT EXISTS usages_of_person ON usages (register, person, at DESC);
"""
REGISTERS = {"hotich": "GOV/BTP/HOTICH", "dancu": "GOV/BCA/DANCU"}


class Usages:
    """Who asked about whom: times UTC, no answers."""

    def __init__(self, file: Path) -> None:
        self.began = datetime.now(UTC)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.executescript(SCHEMA)

    def keep(
        self, register: str, person: str, *, action: str, receiver: str, system: str, hidden: bool = False
    ) -> None:
        """Note a question."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values = (register, person, at, action, receiver, _name_of(receiver), system, int(hidden))
        with self._lock:
            self._database.execute(
                "INSERT INTO usages (register, person, at, action, receiver, receiver_name, system, hidden)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )

    def of(
        self, register: str, person: str, *, begin: str, end: str, offset: int, limit: int
    ) -> tuple[int, list[dict[str, str]]]:
        """How many there are in the period, and a page of them, newest first."""
        where = "FROM usages WHERE register = ? AND person = ? AND NOT hidden AND at >= ? AND at <= ?"
        asked = (register, person, begin, end)
        with self._lock:
            counted = self._database.execute(f"SELECT count(*) {where}", asked)
            total = int(counted.fetchone()[0])
            rows = self._database.execute(
                f"SELECT at, action, receiver, receiver_name, system {where} ORDER BY at DESC, id DESC"
                " LIMIT ? OFFSET ?",
                (*asked, limit, offset),
            ).fetchall()
        names = ("logtime", "action", "receiverCode", "receiverName", "receiverSystem")
        return total, [dict(zip(names, row, strict=True)) for row in rows]


def _name_of(receiver: str) -> str:
    return {"H01": "UBND tỉnh An Giang"}.get(receiver.split("/")[2] if receiver.count("/") > 1 else "", "")


def _day(iso: str) -> str:
    """dd/mm/yyyy, as the register writes days."""
    return "/".join(reversed(iso.split("-")))


def found(person: str, name: str) -> dict[str, Any] | None:
    """What is registered of a person of that identifier and name; None for another name too."""
    record = records().get(person)
    if record is None or record["name"].casefold().split() != name.casefold().split():
        return None
    spouse = records().get(record.get("spouse", ""), {}).get("name", "")
    born = f"Trích lục khai sinh {person[-4:]}/TLKS"
    events = [{"loai": "Khai sinh", "so": born, "ngayDangKy": _day(record["birth_date"]), "noiDangKy": ""}]
    if spouse:
        wed = f"{int(person[-3:]) % 200 + 1}/ĐKKH"
        events.append({"loai": "Kết hôn", "so": wed, "ngayDangKy": "", "noiDangKy": ""})
    return {
        "soDinhDanh": person,
        "hoTen": record["name"],
        "ngaySinh": _day(record["birth_date"]),
        "gioiTinh": GENDERS[record["gender"]],
        "noiSinh": record["birth_place"].get("detail", ""),
        "danToc": record["ethnicity"],
        "quocTich": "Việt Nam",
        "tinhTrangHonNhan": "Có vợ hoặc chồng" if record.get("married") else "Chưa kết hôn",
        "voChong": spouse,
        "hoTenCha": "",
        "hoTenMe": "",
        "suKien": events,
    }


def _asker(http: Request) -> tuple[str, str, bool]:
    """Who asks: client, system, and whether it asks to be hidden (percent-encoded UTF-8)."""
    said = {name: unquote(http.headers.get(f"tinhso-{name}", "")) for name in ("system", "hidden")}
    return http.headers.get("x-road-client", ""), said["system"], said["hidden"] == "true"


async def look_up(http: Request) -> Response:
    """The REST question: `{soDinhDanh, hoTen, mucDich, maHoSo?}`."""
    client, system, hidden = _asker(http)
    if not client:
        return JSONResponse({"loi": "chỉ trả lời qua trục"}, 403)
    try:
        fields = Fields(await http.body())
        person, name = fields.text("soDinhDanh"), fields.text("hoTen")
        purpose = fields.text("mucDich")
        dossier = fields.text("maHoSo", default="")
        fields.nothing_else()
    except Bad as fault:
        return JSONResponse({"loi": str(fault)}, 400)
    said = unquote(http.headers.get("tinhso-reason", "")) or purpose
    action = f"{said} (hồ sơ {dossier})" if dossier else said
    _usages(http).keep("hotich", person, action=action, receiver=client, system=system, hidden=hidden)
    told = found(person, name)
    return JSONResponse(told or {"loi": "không có người này"}, 200 if told else 404)


async def look_up_by_soap(http: Request) -> Response:
    """The SOAP operation: body elements `soDinhDanh`, `hoTen`, `mucDich`; headers are given back (§8)."""
    try:
        envelope = read_envelope(await http.body())
    except Failure as fault:
        return Response(_fault(fault.message), 500, media_type="text/xml")
    asked = {local(one): (one.text or "").strip() for one in envelope.body}
    if local(envelope.body) != "TraCuuHoTich" or not all(
        asked.get(name) for name in ("soDinhDanh", "hoTen", "mucDich")
    ):
        return Response(_fault("soDinhDanh, hoTen and mucDich are asked for"), 500, media_type="text/xml")
    client = "/".join(envelope.client)
    _usages(http).keep(
        "hotich", asked["soDinhDanh"], action=asked["mucDich"], receiver=client, system="", hidden=False
    )
    told = found(asked["soDinhDanh"], asked["hoTen"])
    return Response(_answered(envelope.data, told), media_type="text/xml; charset=UTF-8")


def _answered(request: bytes, told: dict[str, Any] | None) -> bytes:
    root = etree.fromstring(request)
    head = root.find(f"{{{SOAP}}}Header")
    made = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP, "ht": NAMESPACE})
    if head is not None:
        made.append(deepcopy(head))
    body = etree.SubElement(made, f"{{{SOAP}}}Body")
    answer = etree.SubElement(body, f"{{{NAMESPACE}}}TraCuuHoTichResponse")
    etree.SubElement(answer, f"{{{NAMESPACE}}}timThay").text = "true" if told else "false"
    for name in TOLD if told else ():
        etree.SubElement(answer, f"{{{NAMESPACE}}}{name}").text = told[name] if told else ""
    told_xml: bytes = etree.tostring(made, xml_declaration=True, encoding="UTF-8")
    return told_xml


def _fault(message: str) -> str:
    return (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body><soapenv:Fault><faultcode>client.bad_request'
        f"</faultcode><faultstring>{escape(message)}</faultstring></soapenv:Fault></soapenv:Body>"
        "</soapenv:Envelope>"
    )


async def usage(http: Request) -> Response:
    """`GET …/v2/findUsage`: who asked about `userCode` (`VN` and the identifier)."""
    register, query = http.path_params["register"], http.query_params
    person = query.get("userCode", "")
    if register not in REGISTERS or not http.headers.get("x-road-userid") or not person.startswith("VN"):
        return JSONResponse({"message": "X-Road-UserId and userCode are asked for"}, 400)
    try:
        offset, limit = int(query.get("offset", "0")), int(query.get("limit", "1000"))
        begin, end = (_moment(query.get(name, rest)) for name, rest in PERIOD)
    except ValueError as fault:
        return JSONResponse({"message": str(fault)}, 400)
    if not 0 <= offset <= MOST_OFFSET or not 0 < limit <= MOST_USAGES:
        return JSONResponse({"message": "offset or limit is out of bounds"}, 400)
    total, page = _usages(http).of(
        register, person.removeprefix("VN"), begin=begin, end=end, offset=offset, limit=limit
    )
    return JSONResponse({"totalUsages": total, "usages": page})


PERIOD = (("periodStart", "0001-01-01T00:00:00Z"), ("periodEnd", "9999-12-31T23:59:59Z"))


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    if moment.year in (1, 9999):
        return text
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def usage_period(http: Request) -> Response:
    """`GET …/v2/usagePeriod`."""
    return JSONResponse({"periodStart": _usages(http).began.isoformat().replace("+00:00", "Z")})


async def heartbeat(_http: Request) -> Response:
    """`GET …/v2/heartbeat`."""
    return JSONResponse({"status": "OK"})


def _usages(http: Request) -> Usages:
    kept: Usages = http.app.state.usages
    return kept


async def openapi(http: Request) -> Response:
    """The description of `tra-cuu`."""
    return JSONResponse(_described(http.app.state.settings.base))


async def wsdl(http: Request) -> Response:
    """The description of `TraCuuHoTich`."""
    text = WSDL.replace("{address}", f"{http.app.state.settings.base}/hotich/soap")
    return Response(text, media_type="text/xml")


def offer(services: Services, instance: str, base: str, asker: str) -> None:
    """Register everything here with the security server, and let `asker` (four parts) ask."""
    hotich, dancu = (f"{instance}/{one}" for one in REGISTERS.values())
    offered = (
        Service(
            owner=hotich,
            code="tra-cuu",
            kind="OPENAPI",
            url=f"{base}/hotich/tra-cuu",
            description=f"{base}/hotich/openapi.json",
            endpoints=(("POST", "/"),),
        ),
        Service(
            owner=hotich,
            code="TraCuuHoTich",
            kind="SOAP",
            url=f"{base}/hotich/soap",
            description=f"{base}/hotich/wsdl",
        ),
        Service(owner=hotich, code="theo-doi", url=f"{base}/hotich/theo-doi"),
        Service(owner=dancu, code="theo-doi", url=f"{base}/dancu/theo-doi"),
    )
    for service in offered:
        services.put(service)
        services.allow(Right(owner=service.owner, code=service.code, subject=asker))


def _described(base: str) -> dict[str, Any]:
    texts = ("soDinhDanh", "hoTen", "mucDich", "maHoSo")
    example = next(iter(records().values()))
    asked = {"soDinhDanh": example["id"], "hoTen": example["name"], "mucDich": "Giải quyết hồ sơ"}
    person = {"type": "object", "required": ["soDinhDanh", "hoTen"], "properties": {}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Tra cứu hộ tịch (thử)", "version": "1.0.0"},
        "servers": [{"url": f"{base}/hotich/tra-cuu"}],
        "paths": {
            "/": {
                "post": {
                    "summary": "Hỏi một người theo số định danh và họ tên",
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": list(texts[:3]),
                                    "properties": {name: {"type": "string"} for name in texts},
                                    "additionalProperties": False,
                                },
                                "example": asked,
                            }
                        },
                    },
                    "responses": {
                        "200": {
                            "description": "Có người này",
                            "content": {
                                "application/json": {
                                    "schema": person,
                                    "example": found(example["id"], example["name"]),
                                }
                            },
                        },
                        "404": {"description": "Không có người này"},
                    },
                }
            }
        },
    }


HEADERS = ("client", "service", "userId", "id", "issue", "protocolVersion")
PARTS = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode", "serviceVersion")
IDENTIFIERS = "".join(
    f'<xs:element name="{name}" type="xs:string" minOccurs="{int(at < 3)}"/>' for at, name in enumerate(PARTS)
)
"""Of the protocol's own schemas (§8), so that other people's tools know the headers."""
WSDL = f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="hotich" targetNamespace="{NAMESPACE}" xmlns:tns="{NAMESPACE}"
 xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xrd="{XRD}" xmlns:id="{ID}">
<wsdl:types>
<xs:schema targetNamespace="{ID}" elementFormDefault="qualified" attributeFormDefault="qualified">
<xs:complexType name="identifier"><xs:sequence>{IDENTIFIERS}</xs:sequence>
<xs:attribute name="objectType" type="xs:string" use="required"/></xs:complexType></xs:schema>
<xs:schema targetNamespace="{XRD}" elementFormDefault="qualified"><xs:import namespace="{ID}"/>
<xs:element name="client" type="id:identifier"/><xs:element name="service" type="id:identifier"/>
<xs:element name="userId" type="xs:string"/><xs:element name="id" type="xs:string"/>
<xs:element name="issue" type="xs:string"/><xs:element name="protocolVersion" type="xs:string"/></xs:schema>
<xs:schema targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
<xs:element name="TraCuuHoTich"><xs:complexType><xs:sequence>
<xs:element name="soDinhDanh" type="xs:string"/><xs:element name="hoTen" type="xs:string"/>
<xs:element name="mucDich" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="TraCuuHoTichResponse"><xs:complexType><xs:sequence>
<xs:element name="timThay" type="xs:boolean"/>
{"".join(f'<xs:element name="{name}" type="xs:string" minOccurs="0"/>' for name in TOLD)}
</xs:sequence></xs:complexType></xs:element></xs:schema></wsdl:types>
<wsdl:message name="headers">
{"".join(f'<wsdl:part name="{name}" element="xrd:{name}"/>' for name in HEADERS)}</wsdl:message>
<wsdl:message name="asked"><wsdl:part name="body" element="tns:TraCuuHoTich"/></wsdl:message>
<wsdl:message name="told"><wsdl:part name="body" element="tns:TraCuuHoTichResponse"/></wsdl:message>
<wsdl:portType name="port"><wsdl:operation name="TraCuuHoTich"><wsdl:input message="tns:asked"/>
<wsdl:output message="tns:told"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="binding" type="tns:port">
<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<wsdl:operation name="TraCuuHoTich"><soap:operation soapAction=""/>
<wsdl:input><soap:body use="literal"/>
{"".join(f'<soap:header message="tns:headers" part="{name}" use="literal"/>' for name in HEADERS)}
</wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>
</wsdl:operation></wsdl:binding>
<wsdl:service name="service"><wsdl:port name="port" binding="tns:binding">
<soap:address location="{{address}}"/></wsdl:port></wsdl:service>
</wsdl:definitions>
"""

routes = [
    Route("/hotich/tra-cuu", look_up, methods=["POST"]),
    Route("/hotich/soap", look_up_by_soap, methods=["POST"]),
    Route("/hotich/openapi.json", openapi),
    Route("/hotich/wsdl", wsdl),
    Route("/{register}/theo-doi/v2/findUsage", usage),
    Route("/{register}/theo-doi/v2/usagePeriod", usage_period),
    Route("/{register}/theo-doi/v2/heartbeat", heartbeat),
]
