"""Finds out who visits, and enforces what each route declared (`foundation.access`); deny by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation import access, moments
from tinhso.foundation.access import Access, Door
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity.authorisation import holding
from tinhso.identity.authorisation.judging import somewhere
from tinhso.identity.contracts import TokenView, Visitor
from tinhso.identity.queries import tokens
from tinhso.identity.signin import keeping, sessions
from tinhso.identity.visiting import STRANGER, visitor_of

Handler = Callable[[HttpRequest], HttpResponseBase]
READS = frozenset({"GET", "HEAD"})
SIGN_IN = {Door.PERSON: "/dang-nhap/", Door.OFFICER: "/can-bo/dang-nhap/"}
KIND = {Door.PERSON: ActorKind.PERSON, Door.OFFICER: ActorKind.OFFICER}


class Visiting:
    """Puts the visitor on every request: by session, or by a machine's token."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at = moments.now()
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            token = tokens.by_secret(secret.strip(), at)
            request.visitor = _machine(request, token)  # type: ignore[attr-defined]
            with tokens.shown(token):
                return self.get_response(request)
        request.visitor = sessions.visitor(request, at)  # type: ignore[attr-defined]
        if request.method not in READS:
            return self.get_response(request)
        with holding.asked_once():
            return self.get_response(request)


def _machine(request: HttpRequest, token: TokenView | None) -> Visitor:
    if token is None:
        return STRANGER
    actor = ActorRef(
        kind=ActorKind.MACHINE, id=token.id, name=token.name, address=sessions.address_of(request)
    )
    return Visitor(actor=actor)


class Doors:
    """Lets a visitor through the door a route declared, or says what to do; an undeclared route is shut."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.method == "POST" and keeping.COOKIE in request.COOKIES and answer.status_code < 400:
            keeping.arrived(request, answer, visitor_of(request), moments.now())
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None lets the request go on."""
        if access.operations(view) and request.method not in _methods(view):
            return None
        asked = access.declared(view, request.method or "GET")
        if asked is None:
            return _shut(request)
        return self._judge(request, asked)

    def _judge(self, request: HttpRequest, asked: Access) -> HttpResponseBase | None:
        if asked.door is Door.ANYONE:
            return None
        if asked.door is Door.DEVELOPMENT:
            return _shut(request) if settings.PRODUCTION else None
        if asked.door is Door.MACHINE:
            return self._machine(request, asked)
        actor = visitor_of(request).actor
        if actor.kind is not KIND[asked.door]:
            return to_sign_in(request, SIGN_IN[asked.door])
        if asked.act and not somewhere(actor, asked.act, moments.now()):
            return refused(request)
        return None

    def _machine(self, request: HttpRequest, asked: Access) -> HttpResponseBase | None:
        actor = visitor_of(request).actor
        if actor.kind is not ActorKind.MACHINE:
            answer = problem(401, "bad-token", _("Cần mã truy cập còn hiệu lực trong tiêu đề Authorization."))
            answer.headers["WWW-Authenticate"] = 'Bearer realm="tinhso"'
            return answer
        if asked.act and not somewhere(actor, asked.act, moments.now()):
            return problem(403, "not-allowed", _("Mã truy cập này không có quyền gọi địa chỉ này."))
        return None


def _methods(view: Callable[..., Any]) -> set[str]:
    return {method for operation in access.operations(view) for method in operation.methods}


def problem(status: int, code: str, detail: str) -> JsonResponse:
    """An error for machines (RFC 9457)."""
    return JsonResponse(
        {"type": f"/loi/{code}", "title": code, "status": status, "detail": detail},
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def to_sign_in(request: HttpRequest, where: str) -> HttpResponseBase:
    """Send the visitor to sign in and back here; what they just wrote is kept."""
    visitor = visitor_of(request)
    if request.headers.get("Accept") == "application/json":
        return problem(401, "signed-out", _("Đã đăng xuất. Hãy đăng nhập lại để viết tiếp."))
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    asked = {"tiep": back}
    if visitor.expired:
        asked["het-phien"] = "1"
    target = f"{where}?{urlencode(asked)}"
    answer: HttpResponse = HttpResponseRedirect(target)
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=204, headers={"HX-Redirect": target})
    if visitor.expired:
        keeping.keep(request, answer, visitor.sign_in_id, moments.now())
    return answer


def refused(request: HttpRequest) -> HttpResponse:
    """The page of a visitor whose posts do not reach here."""
    return render(request, "identity/refused.html", status=403)


def _shut(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/refused.html", status=404)
