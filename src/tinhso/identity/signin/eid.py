"""The national e-ID by OpenID Connect: authorization code with PKCE, state, nonce and assurance level.

Sources: OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import http
from tinhso.identity.contracts import LevelTooLow, SignInRefused

SERVICE = "định danh điện tử quốc gia"
RETURN = "/dang-nhap/tra-ve/"
KEY = "eid"
JOURNEY_MINUTES = 10
CLOCK_LEEWAY_SECONDS = 60
KEPT_MINUTES = 10


class Journey(msgspec.Struct, frozen=True):
    """A sign-in under way, kept in the session until the person comes back once."""

    state: str
    nonce: str
    verifier: str
    level: int
    back: str
    started: float
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back from the e-ID, as it vouches."""

    issuer: str
    subject: str
    level: int
    claims: dict[str, str]
    id_token: str
    back: str


_described: dict[str, tuple[datetime, dict[str, Any], dict[str, Any]]] = {}


def forget() -> None:
    """Ask the provider for its description and keys again at the next sign-in."""
    _described.clear()


def _provider(at: datetime, *, fresh: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """The provider's description and its keys, asked anew every ten minutes."""
    issuer = settings.EID["issuer"]
    kept = _described.get(issuer)
    if kept and not fresh and at - kept[0] < timedelta(minutes=KEPT_MINUTES):
        return kept[1], kept[2]
    found = http.call("GET", f"{issuer}/.well-known/openid-configuration", service=SERVICE).ensure().json()
    if not isinstance(found, dict) or found.get("issuer") != issuer:
        raise _refused("the description names another issuer")
    keys = http.call("GET", str(found["jwks_uri"]), service=SERVICE).ensure().json()
    _described[issuer] = (at, found, keys)
    return found, keys


def _refused(why: str) -> SignInRefused:
    return SignInRefused(
        _("Chưa đăng nhập được bằng định danh điện tử. Hãy bấm đăng nhập lại từ đầu."), why=why
    )


def begin(request: HttpRequest, *, back: str, level: int, at: datetime) -> str:
    """Start a sign-in; the address to which the person is sent. Raises http.Unanswered."""
    described, _keys = _provider(at)
    redirect_uri = f"{settings.ORIGIN}{RETURN}"
    if not settings.PRODUCTION:
        redirect_uri = request.build_absolute_uri(RETURN)
    journey = Journey(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        level=level,
        back=back,
        started=at.timestamp(),
        redirect_uri=redirect_uri,
    )
    request.session[KEY] = msgspec.to_builtins(journey)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": settings.EID["client_id"],
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "acr_values": " ".join(str(each) for each in (1, 2) if each >= level),
    }
    return f"{described['authorization_endpoint']}?{urlencode(asked)}"


def finish(request: HttpRequest, at: datetime) -> Arrival:
    """Who came back. Raises SignInRefused, LevelTooLow, http.Unanswered.

    The journey is taken out of the session first: whatever happens, it cannot be used twice.
    """
    journey = _journey(request, at)
    given = request.GET
    if not hmac.compare_digest(given.get("state", "").encode(), journey.state.encode()):
        raise _refused("wrong state")
    if given.get("iss") != settings.EID["issuer"]:
        raise _refused("answered by another issuer")
    if "error" in given:
        raise _unwilling(given["error"])
    if not given.get("code"):
        raise _refused("no code")
    described, _keys = _provider(at)
    tokens = _redeem(described, given["code"], journey)
    claims = _checked(str(tokens.get("id_token", "")), str(tokens.get("access_token", "")), journey, at)
    level = _level(claims, journey)
    told = _told(described, str(tokens["access_token"]), str(claims["sub"]))
    return Arrival(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        level=level,
        claims=told,
        id_token=str(tokens["id_token"]),
        back=journey.back,
    )


def _journey(request: HttpRequest, at: datetime) -> Journey:
    kept = request.session.pop(KEY, None)
    if kept is None:
        raise _refused("no journey in this browser")
    journey = msgspec.convert(kept, Journey)
    if at.timestamp() - journey.started > JOURNEY_MINUTES * 60:
        raise _refused("the journey took too long")
    return journey


def _unwilling(error: str) -> SignInRefused:
    if error == "unmet_authentication_requirements":
        return _too_low()
    return SignInRefused(_("Ông/bà đã dừng đăng nhập. Khi cần, hãy bấm đăng nhập lại."), why=error)


def _too_low() -> LevelTooLow:
    return LevelTooLow(
        _(
            "Tài khoản định danh điện tử này ở mức độ 1. Việc này cần mức độ 2: hãy mang căn cước tới Công an"
            " xã, phường, đặc khu để nâng mức độ."
        )
    )


def _redeem(described: dict[str, Any], code: str, journey: Journey) -> dict[str, Any]:
    name, secret = (quote(settings.EID[key], safe="") for key in ("client_id", "client_secret"))
    basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
    answer = http.call(
        "POST",
        str(described["token_endpoint"]),
        service=SERVICE,
        headers={"authorization": f"Basic {basic}"},
        form={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": journey.redirect_uri,
            "code_verifier": journey.verifier,
        },
        repeatable=False,
    )
    found = answer.json() if answer.status in (200, 400, 401) else answer.ensure().json()
    if not answer.ok or not isinstance(found, dict):
        raise _refused(f"token refused: {found.get('error') if isinstance(found, dict) else found!r}")
    return found


def _checked(id_token: str, access_token: str, journey: Journey, at: datetime) -> dict[str, Any]:
    """The claims of an id token that is whole, ours, fresh and for this very journey."""
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            _key(id_token, at),
            algorithms=["RS256"],
            audience=settings.EID["client_id"],
            issuer=settings.EID["issuer"],
            leeway=CLOCK_LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce", "acr"]},
        )
    except jwt.PyJWTError as fault:
        raise _refused(f"id token: {fault}") from None
    if not hmac.compare_digest(str(claims["nonce"]).encode(), journey.nonce.encode()):
        raise _refused("wrong nonce")
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    expected = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    if claims.get("at_hash", expected) != expected:
        raise _refused("the access token is not the id token's")
    return claims


def _key(id_token: str, at: datetime) -> jwt.PyJWK:
    """The provider's key that signed; asked anew once when it is not among those known."""
    kid = jwt.get_unverified_header(id_token).get("kid", "")
    for fresh in (False, True):
        _described_now, keys = _provider(at, fresh=fresh)
        for key in jwt.PyJWKSet.from_dict(keys).keys:
            if key.key_id == kid:
                return key
    raise jwt.InvalidKeyError("signed by an unknown key")


def _level(claims: dict[str, Any], journey: Journey) -> int:
    level = int(claims["acr"]) if str(claims["acr"]).isdigit() else 0
    if level < journey.level:
        raise _too_low()
    return level


def _told(described: dict[str, Any], access_token: str, subject: str) -> dict[str, str]:
    answer = http.call(
        "GET",
        str(described["userinfo_endpoint"]),
        service=SERVICE,
        headers={"authorization": f"Bearer {access_token}"},
    )
    found = answer.ensure().json()
    if not isinstance(found, dict) or found.get("sub") != subject:
        raise _refused("userinfo tells of somebody else")
    return {str(name): str(value) for name, value in found.items() if value is not None}


def sign_out_address(id_token: str, at: datetime) -> str:
    """Where a person goes to sign out at the e-ID as well."""
    described, _keys = _provider(at)
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{settings.ORIGIN}/"}
    return f"{described['end_session_endpoint']}?{urlencode(asked)}"
