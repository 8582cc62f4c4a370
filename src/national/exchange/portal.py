"""The national service portal (`/dvcqg`), an information system that asks the province through the exchange.

Two questions, as people ask them there: where does a dossier stand, and who used my data in the province.
Each goes to the national security server as any system's would, and the page shows what came of it.
"""

from __future__ import annotations

import json
import uuid
from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.exchange.wires import Answer, Asked, Broken, ask
from national.pages import page

CLIENT, PROVINCE = "GOV/VPCP/DVCQG", "GOV/H01/TINHSO"
STATE, LOG = "tinh-trang-ho-so", "theo-doi"
SYSTEM = "Cổng Dịch vụ công quốc gia (thử)"
REASON = "Chủ hồ sơ xem tình trạng hồ sơ trên Cổng Dịch vụ công quốc gia"
SECONDS = 30
JSON = "application/json"
STATE_LINES = (
    ("thuTuc", "Thủ tục"),
    ("coQuan", "Cơ quan giải quyết"),
    ("tinhTrangHienThi", "Tình trạng"),
    ("ngayNop", "Nộp lúc"),
    ("ngayTiepNhan", "Tiếp nhận lúc"),
    ("henTra", "Hẹn trả"),
    ("ngayXong", "Có kết quả lúc"),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of a question: the answer's lines, or why there is none; `id` finds it in both logs."""

    service: str
    id: str
    status: int
    code: str = ""
    """The exchange's error code, empty when the service itself answered."""
    message: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    usages: tuple[Mapping[str, str], ...] = ()


def home(http: Request) -> Response:
    """Both forms."""
    return _page(http)


async def state(http: Request) -> Response:
    """Where does a dossier stand?"""
    form = await http.form()
    code, person = (str(form.get(name, "")).strip() for name in ("code", "person"))
    if not code or not person:
        return _page(http, fault="Hãy ghi mã hồ sơ và số định danh của chủ hồ sơ.", code=code, person=person)
    question = json.dumps({"maHoSo": code, "soDinhDanh": person}).encode()
    headers = [
        ("Content-Type", JSON),
        ("Tinhso-Reason", quote(REASON)),
        ("Tinhso-System", quote(SYSTEM)),
    ]
    told = await to_thread(_asked, http, STATE, "/tra-cuu", headers, _state_lines, body=question)
    return _page(http, told=told, code=code, person=person)


async def log(http: Request) -> Response:
    """Who used my data?"""
    person = str((await http.form()).get("person", "")).strip()
    if not person:
        return _page(http, fault="Hãy ghi số định danh.", of="log-person")
    target = f"/v2/findUsage?{urlencode({'userCode': f'VN{person}', 'limit': 20})}"
    headers = [("X-Road-UserId", f"VN{person}")]
    told = await to_thread(_asked, http, LOG, target, headers, _usages)
    return _page(http, told=told, person=person)


def _asked(
    http: Request,
    service: str,
    target: str,
    headers: list[tuple[str, str]],
    read: Callable[[Any], dict[str, Any]],
    *,
    body: bytes = b"",
) -> Told:
    settings = http.app.state.settings
    instance, port = settings.exchange_instance, settings.exchange_port
    id = f"{instance}-{uuid.uuid4()}"
    said = [("Host", f"127.0.0.1:{port}"), ("X-Road-Client", f"{instance}/{CLIENT}"), ("X-Road-Id", id)]
    asked = Asked(
        "POST" if body else "GET", f"/r1/{instance}/{PROVINCE}/{service}{target}", [*said, *headers], body
    )
    try:
        answer = ask(("127.0.0.1", port), asked, seconds=SECONDS)
    except (OSError, Broken) as fault:
        return Told(service=service, id=id, status=0, code="network_error", message=str(fault))
    return _told(answer, service=service, id=id, read=read)


def _told(answer: Answer, *, service: str, id: str, read: Callable[[Any], dict[str, Any]]) -> Told:
    code = answer.header("x-road-error")
    try:
        given = json.loads(answer.body)
        if answer.status != 200:
            words = given.get("message") or given.get("loi") or given.get("error") or ""
            return Told(service=service, id=id, status=answer.status, code=code, message=str(words))
        return Told(service=service, id=id, status=200, **read(given))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Told(service=service, id=id, status=answer.status, code=code, message="trả lời không đọc được")


def _state_lines(given: Mapping[str, Any]) -> dict[str, Any]:
    told = [(label, given[name]) for name, label in STATE_LINES]
    return {"lines": tuple((label, _shown(label, value)) for label, value in told if value)}


def _shown(label: str, value: str) -> str:
    return _when(value) if label.endswith("lúc") or label == "Hẹn trả" else value


def _usages(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "usages": tuple(
            {
                "at": _when(one["logtime"]),
                "action": one["action"],
                "by": one.get("receiverName") or one["receiverCode"],
                "system": one.get("receiverSystem", ""),
            }
            for one in given["usages"]
        )
    }


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _page(
    http: Request,
    *,
    told: Told | None = None,
    fault: str = "",
    of: str = "code",
    code: str = "",
    person: str = "",
) -> Response:
    return page(
        "portal.html",
        status=400 if fault else 200,
        told=told,
        fault=fault,
        of=of,
        code=code,
        person=person,
        state_service=STATE,
        province=f"{http.app.state.settings.exchange_instance}/{PROVINCE}",
        client=f"{http.app.state.settings.exchange_instance}/{CLIENT}",
    )


routes = [
    Route("/", home),
    Route("/ho-so", state, methods=["POST"]),
    Route("/du-lieu", log, methods=["POST"]),
]
