"""A developer tries a service against the mock of its description: the real one is never called."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.exchange.contracts import ServiceKind
from tinhso.exchange.guards.contracts import Contract
from tinhso.exchange.guards.mock import Mock, Settings
from tinhso.exchange.guards.openapi import BadDescription, Description
from tinhso.exchange.models import Service
from tinhso.exchange.ready import Ready
from tinhso.foundation.errors import Invalid

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LONGEST_TARGET = 2_000
LONGEST_ANSWER = 20_000
MOST_READY = 100
"""Descriptions that one process keeps ready."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What the mock answered; `body` is text, cut to what a page can show."""

    status: int
    content_type: str
    body: str


def possible(service: Service) -> bool:
    """Whether there is a description to answer from."""
    return service.kind == ServiceKind.OPENAPI and bool(service.description)


@dataclass(frozen=True, slots=True)
class Examples:
    """What a description asks of requests, and what it answers."""

    contract: Contract
    mock: Mock


_ready = Ready[Examples](most=MOST_READY)


def examples(service: Service) -> Examples:
    """Made once from a service's description. Raises BadDescription, ValueError."""
    settings = service.description, service.mock
    return _ready.of(
        service.id,
        settings,
        lambda: Examples(
            Contract(service.description),
            Mock(Description(service.description), Settings.read(service.mock)),
        ),
    )


def answer(service: Service, *, method: str, target: str) -> Tried:
    """One call of the mock; `target` is the service path with its query. Raises Invalid."""
    path = target.strip().split("?")[0]
    if method not in METHODS or not path.startswith("/") or len(path) > LONGEST_TARGET:
        raise Invalid(_("Hãy ghi đường dẫn, bắt đầu bằng dấu /."))
    if not possible(service):
        raise Invalid(_("Dịch vụ này chưa có mô tả OpenAPI nên chưa thử được."))
    try:
        mock = examples(service).mock
    except (BadDescription, ValueError) as error:
        raise Invalid(_("Mô tả của dịch vụ chưa dùng để thử được. Hãy báo chủ dữ liệu.")) from error
    given = mock.answer(method, path)
    kind = dict(given.headers).get("content-type", "")
    return Tried(given.status, kind, _readable(kind, given.body)[:LONGEST_ANSWER])


def _readable(kind: str, body: bytes) -> str:
    if kind.split(";", 1)[0].strip() == "application/json" and body:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return body.decode("utf-8", "replace")
