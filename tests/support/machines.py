"""A program of another system that speaks REST to an office, for tests and soaks."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponseBase
from django.test import Client

from tests.support import people
from tests.support.office import Office
from tinhso.foundation.ids import new_id
from tinhso.procedures import api as procedures

PROBLEM = "application/problem+json"


def body_for(place: Office, *, name: str = "Danh Sóc Kha", **changes: Any) -> dict[str, Any]:
    """A whole submission to an office as JSON would carry it."""
    return {
        "procedure": procedures.version(place.version).code,
        "unit": place.identifier,
        "applicant": {
            "name": name,
            "personal_id": "091090000123",
            "birth_date": "1990-01-01",
            "phone": "0912345678",
            "email": "kha@example.vn",
            "address": "Ấp 1",
        },
        "answers": {},
        "papers": [{"code": "don", "form": "original", "originals": 1}],
        **changes,
    }


class Machine:
    """Calls with one token."""

    def __init__(self, *acts: str, place: Office | None = None) -> None:
        _actor, secret = people.token(acts or ("dossiers.*",), place.agency if place else None)
        self.client = Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)

    def post(self, path: str, body: Any, *, key: str = "", raw: bytes | None = None) -> HttpResponseBase:
        """POST JSON (or `raw` bytes); with `key` as Idempotency-Key."""
        return self.client.post(
            f"/api/v1{path}",
            data=orjson.dumps(body) if raw is None else raw,
            content_type="application/json",
            headers={"Idempotency-Key": key} if key else {},
        )

    def submit(self, place: Office, *, key: str = "", **changes: Any) -> HttpResponseBase:
        """Send a dossier to an office."""
        return self.post("/dossiers", body_for(place, **changes), key=key or new_id().hex)

    def get(self, path: str) -> HttpResponseBase:
        """GET an address of the API."""
        return self.client.get(f"/api/v1{path}")


def said(answer: HttpResponseBase) -> Any:
    """The JSON of an answer."""
    return orjson.loads(answer.content)  # type: ignore[attr-defined]  # never streamed


def is_problem(answer: HttpResponseBase) -> bool:
    """Whether an answer is an RFC 9457 problem with everything a machine needs."""
    if answer.headers.get("Content-Type", "").split(";")[0] != PROBLEM:
        return False
    told = said(answer)
    return {"type", "title", "status", "detail"} <= set(told) and told["status"] == answer.status_code
