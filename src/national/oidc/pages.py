"""What the person sees: who are you, is it really you, and back to the service."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from national import people
from national.oidc.memory import (
    CODE_LIFE,
    SESSION_LIFE,
    VISIT_LIFE,
    WRONG_CODES_ALLOWED,
    Grant,
    Session,
    Visit,
)
from national.oidc.provider import BROWSER_COOKIE, SESSION_COOKIE, Provider, provider_of
from national.oidc.requests import Refused, SignInRequest, Untrusted, read
from national.pages import page
from national.people import Person

ONE_TIME_CODE = "123456"
"""Shown on the page itself: no telephone belongs to a demo person."""


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def answer(provider: Provider, request: SignInRequest | Refused, **told: str) -> Response:
    """Send the browser back to the service with an answer, naming ourselves (RFC 9207)."""
    told |= {"iss": provider.settings.issuer}
    if request.state is not None:
        told["state"] = request.state
    joint = "&" if "?" in request.redirect_uri else "?"
    return RedirectResponse(
        f"{request.redirect_uri}{joint}{urlencode(told)}", 303, headers={"cache-control": "no-store"}
    )


def _stop(sentence: str) -> Response:
    return page("stop.html", status=400, sentence=sentence)


async def authorize(http: Request) -> Response:
    """The authorization endpoint, GET or POST."""
    provider = provider_of(http)
    if http.method == "POST":
        form = await http.form()
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    else:
        pairs = http.query_params.multi_items()
    try:
        asked = read(pairs, provider.settings)
    except Untrusted as fault:
        return _stop(str(fault))
    except Refused as fault:
        return answer(provider, fault, error=fault.error, error_description=fault.description)
    now = provider.now()
    key, session = _session(http, provider, now)
    if "none" in asked.prompt:
        return _silently(provider, asked, key, session, now)
    browser = http.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(24)
    visit = provider.memory.visits.put(
        Visit(request=asked, browser=browser, expires_at=now + VISIT_LIFE), now=now
    )
    response = RedirectResponse(f"/oidc/sign-in?visit={visit}", 303, headers={"cache-control": "no-store"})
    response.set_cookie(BROWSER_COOKIE, browser, httponly=True, samesite="lax", path="/oidc")
    return response


def _session(http: Request, provider: Provider, now: datetime) -> tuple[str, Session | None]:
    key = http.cookies.get(SESSION_COOKIE, "")
    return key, provider.memory.sessions.get(key, now=now)


def _fresh(asked: SignInRequest, session: Session, now: datetime) -> bool:
    return asked.max_age is None or now - session.auth_time <= timedelta(seconds=asked.max_age)


def _silently(
    provider: Provider, asked: SignInRequest, key: str, session: Session | None, now: datetime
) -> Response:
    if session is None or not _fresh(asked, session, now):
        return answer(provider, asked, error="login_required", error_description="nobody is signed in here")
    if session.person.level < asked.needed_level:
        return answer(
            provider,
            asked,
            error="unmet_authentication_requirements",
            error_description="the account has a lower level",
        )
    return _grant(provider, asked, session.person, session.auth_time, key, now)


def _grant(
    provider: Provider, asked: SignInRequest, person: Person, auth_time: datetime, session: str, now: datetime
) -> Response:
    code = provider.memory.codes.put(
        Grant(
            request=asked,
            person=person,
            auth_time=auth_time,
            session=session,
            # a used code stays known until its tokens die, so that a second use can revoke them
            expires_at=now + timedelta(hours=1),
            usable_until=now + CODE_LIFE,
        ),
        now=now,
    )
    return answer(provider, asked, code=code)


def _visit(http: Request, key: str) -> Visit | None:
    provider = provider_of(http)
    visit = provider.memory.visits.get(key, now=provider.now())
    cookie = http.cookies.get(BROWSER_COOKIE, "")
    return visit if visit and hmac.compare_digest(visit.browser.encode(), cookie.encode()) else None


GONE = "Lượt đăng nhập này đã hết hạn hoặc mở ở máy khác. Hãy quay lại dịch vụ và bấm đăng nhập lần nữa."


async def sign_in(http: Request) -> Response:
    """First page: who are you."""
    form = await http.form() if http.method == "POST" else http.query_params
    key = str(form.get("visit", ""))
    visit = _visit(http, key)
    if visit is None:
        return _stop(GONE)
    provider = provider_of(http)
    if http.method == "GET":
        return _who(http, key, visit, typed=visit.request.login_hint)
    if form.get("decision") == "cancel":
        return _cancel(provider, key, visit)
    typed = "".join(str(form.get("id_number", "")).split())
    chosen = str(form.get("person", ""))
    found = [who for who in people.everyone() if chosen and who.tech_id == chosen] or [
        who for who in people.everyone() if typed and who.id_number == typed
    ]
    if not found:
        fault = (
            "Số định danh cá nhân có 12 chữ số. Hãy nhập lại, hoặc chọn một người trong danh sách."
            if len(typed) != 12 or not typed.isdigit()
            else "Chưa có tài khoản định danh điện tử với số này. Hãy kiểm tra lại từng chữ số."
        )
        return _who(http, key, visit, typed=typed, fault=fault)
    visit.person = found[0]
    if visit.person.level < visit.request.needed_level:
        return page(
            "level.html",
            status=403,
            forms_to=_origin(visit.request.redirect_uri),
            visit=key,
            person=visit.person,
            client=provider.settings.client_name,
        )
    key_of_session, session = _session(http, provider, provider.now())
    if session and session.person == visit.person and _may_continue(visit.request, session, provider.now()):
        provider.memory.visits.drop(key)
        return _grant(
            provider, visit.request, session.person, session.auth_time, key_of_session, provider.now()
        )
    return RedirectResponse(f"/oidc/confirm?visit={key}", 303)


def _may_continue(asked: SignInRequest, session: Session, now: datetime) -> bool:
    return "login" not in asked.prompt and _fresh(asked, session, now)


def _who(http: Request, key: str, visit: Visit, *, typed: str, fault: str = "") -> Response:
    provider = provider_of(http)
    _, session = _session(http, provider, provider.now())
    return page(
        "sign_in.html",
        status=422 if fault else 200,
        forms_to=_origin(visit.request.redirect_uri),
        visit=key,
        people=people.everyone(),
        signed_in=session.person if session else None,
        typed=typed,
        fault=fault,
        client=provider.settings.client_name,
    )


def _cancel(provider: Provider, key: str, visit: Visit) -> Response:
    provider.memory.visits.drop(key)
    level = visit.person and visit.person.level < visit.request.needed_level
    error = "unmet_authentication_requirements" if level else "access_denied"
    return answer(provider, visit.request, error=error, error_description="the person did not sign in")


async def confirm(http: Request) -> Response:
    """Second page: the one-time code, and consent to what is told."""
    form = await http.form() if http.method == "POST" else http.query_params
    key = str(form.get("visit", ""))
    visit = _visit(http, key)
    if visit is None or visit.person is None or visit.person.level < visit.request.needed_level:
        return _stop(GONE)
    provider = provider_of(http)
    if http.method == "GET":
        return _is_it_you(provider, key, visit)
    if form.get("decision") != "agree":
        return _cancel(provider, key, visit)
    code = "".join(str(form.get("code", "")).split())
    if not hmac.compare_digest(code.encode(), ONE_TIME_CODE.encode()):
        visit.wrong_codes += 1
        if visit.wrong_codes >= WRONG_CODES_ALLOWED:
            return _cancel(provider, key, visit)
        left = WRONG_CODES_ALLOWED - visit.wrong_codes
        return _is_it_you(
            provider,
            key,
            visit,
            fault=f"Mã xác nhận chưa đúng. Hãy xem lại 6 chữ số. Còn {left} lần nhập.",
        )
    now = provider.now()
    provider.memory.visits.drop(key)
    session = provider.memory.sessions.put(
        Session(person=visit.person, auth_time=now, expires_at=now + SESSION_LIFE), now=now
    )
    response = _grant(provider, visit.request, visit.person, now, session, now)
    response.set_cookie(SESSION_COOKIE, session, httponly=True, samesite="lax", path="/oidc")
    return response


def _is_it_you(provider: Provider, key: str, visit: Visit, *, fault: str = "") -> Response:
    return page(
        "confirm.html",
        status=422 if fault else 200,
        forms_to=_origin(visit.request.redirect_uri),
        visit=key,
        person=visit.person,
        fault=fault,
        code=ONE_TIME_CODE,
        client=provider.settings.client_name,
    )


routes = [
    Route("/authorize", authorize, methods=["GET", "POST"]),
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/confirm", confirm, methods=["GET", "POST"]),
]
