"""The platform's calls: `apiCSDLDC/traCuuCongDan` (service 037) and `apiCSDLDKDN/chiTietDoanhNghiep`.

Strict: a bearer token, exactly the members agreed, and a person named by number, name and birth together.
A question asked again under its number gets its first answer; other words under a used number are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.faults import Mode
from national.registers.clients import SERVICE, Clients, clients_of, token
from national.registers.population import enterprises, matches, records, told
from national.wire import Bad, Fields

PERSON = "/lgsp/apiCSDLDC/traCuuCongDan"
ENTERPRISE = "/lgsp/apiCSDLDKDN/chiTietDoanhNghiep"
QUESTION = re.compile(r"[0-9A-Za-z-]{16,64}")
NUMBER = re.compile(r"\d{12}")
OLD_NUMBER = re.compile(r"\d{9}")
BORN = re.compile(r"\d{4}(\d{4})?")
CODE = re.compile(r"\d{10}(-\d{3})?")


async def person(http: Request) -> Response:
    """One person by number, name and birth; `MaKetQua` 00 found, 01 no such person."""
    clients = clients_of(http)
    if not clients.knows(http):
        return _unknown()
    try:
        given = _read(await http.body())
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    if given["MaTichHop"] != clients.settings.lgsp_integration:
        return JSONResponse({"error": "not connected to this service"}, 403)
    answered: dict[str, tuple[Mapping[str, str], dict[str, Any]]] = http.app.state.questions
    asked = given["MaYeuCau"]
    if asked in answered:
        before, answer = answered[asked]
        return JSONResponse(answer) if before == given else JSONResponse({"error": "number was used"}, 409)
    if answered and _on(clients, Mode.REPLAYED, PERSON):
        return JSONResponse(next(reversed(answered.values()))[1])
    answer = _found(given, wrong=_on(clients, Mode.WRONG_PERSON, PERSON))
    answered[asked] = (given, answer)
    return JSONResponse(answer)


def _read(body: bytes) -> Mapping[str, str]:
    fields = Fields(body)
    names = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "HoVaTen", "NgayThangNamSinh")
    given = {name: fields.text(name) for name in names}
    given |= {name: fields.text(name) for name in ("SoDinhDanh", "SoCMND") if name in fields}
    fields.nothing_else()
    if ("SoDinhDanh" in given) == ("SoCMND" in given):
        raise Bad("exactly one of SoDinhDanh and SoCMND")
    for name, shape in (
        ("MaYeuCau", QUESTION),
        ("NgayThangNamSinh", BORN),
        ("SoDinhDanh", NUMBER),
        ("SoCMND", OLD_NUMBER),
    ):
        if name in given and not shape.fullmatch(given[name]):
            raise Bad(f"Invalid parameter {name}")
    return given


def _found(given: Mapping[str, str], *, wrong: bool) -> dict[str, Any]:
    by_old = {one.get("old_id"): one for one in records().values()}
    number = given.get("SoDinhDanh", "")
    record = records().get(number) if number else by_old.get(given["SoCMND"])
    if record is not None and not matches(record, name=given["HoVaTen"], born=given["NgayThangNamSinh"]):
        record = None
    if record is not None and wrong:
        record = next(one for one in records().values() if one is not record)
    head = {"MaYeuCau": given["MaYeuCau"]}
    if record is None:
        return {**head, "MaKetQua": "01", "ThongDiep": "Không tìm thấy công dân"}
    return {**head, "MaKetQua": "00", "ThongDiep": "Thành công", "CongDan": told(record)}


async def enterprise(http: Request) -> Response:
    """One enterprise by its code; 404 for one that is not registered."""
    clients = clients_of(http)
    if not clients.knows(http):
        return _unknown()
    given = http.query_params.multi_items()
    if len(given) != 1 or given[0][0] != "msdn" or not CODE.fullmatch(given[0][1]):
        return JSONResponse({"error": "exactly one msdn"}, 400)
    found = enterprises().get(given[0][1])
    if found is None:
        return JSONResponse({"error": "RECORD_NOT_FOUND"}, 404)
    code = "0100109106" if _on(clients, Mode.WRONG_PERSON, ENTERPRISE) else found["code"]
    return JSONResponse(_enterprise(found, code))


def _enterprise(found: Mapping[str, Any], code: str) -> dict[str, Any]:
    seat = found["seat"]
    kind, kind_name = found["type"]
    return {
        "MainInformation": {
            "ENTERPRISE_ID": code,
            "ENTERPRISE_GDT_CODE": code,
            "ENTERPRISE_TYPE_ID": kind,
            "ENTERPRISE_TYPE_NAME": kind_name,
            "NAME": found["name"],
            "SHORT_NAME": found["short_name"],
            "NAME_F": found["foreign_name"],
            "FOUNDING_DATE": f"{found['founded']}T00:00:00",
            "LAST_AMEND_DATE": f"{found['amended']}T00:00:00",
            "NUMBER_CHANGES": found["changes"],
            "ENTERPRISE_STATUS": found["status"],
            "LEGAL_NAMES": found["representative"],
            "CAPITAL_AMOUNT": found["capital"],
        },
        "HOAdress": {
            "CityID": "91",
            "CityName": "Tỉnh An Giang",
            "DistrictID": "",
            "DistrictName": "",
            "WardID": seat["commune"],
            "WardName": seat["commune_name"],
            "StreetNumber": seat["street"],
            "AddressFullText": f"{seat['street']}, {seat['commune_name']}, Tỉnh An Giang",
        },
        "BusinessActivity": [
            {"CODE": number, "NAME": name, "IS_MAIN": main} for number, name, main in found["activities"]
        ],
        "Member": [{"NAME": name} for name in found["members"]],
    }


def _on(clients: Clients, mode: Mode, path: str) -> bool:
    return clients.faults.take(service=SERVICE, mode=mode, path=path) is not None


def _unknown() -> Response:
    return JSONResponse({"error": "invalid_token"}, 401, headers={"www-authenticate": "Bearer"})


routes = [
    Route("/token", token, methods=["POST"]),
    Route("/apiCSDLDC/traCuuCongDan", person, methods=["POST"]),
    Route("/apiCSDLDKDN/chiTietDoanhNghiep", enterprise),
]
