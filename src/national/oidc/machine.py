"""What programs call: discovery, keys, token, userinfo, end of session.

Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0, RFC 6749, RFC 6750, RFC 7636.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from national.faults import Mode
from national.oidc.memory import TOKEN_LIFE, AccessToken, Grant
from national.oidc.provider import SESSION_COOKIE, Provider, provider_of
from national.oidc.tokens import ID_TOKEN_SECONDS, BadHint, at_hash, challenge_of, seconds
from national.pages import page

VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
NEVER_STORED = {"cache-control": "no-store", "pragma": "no-cache"}


class TokenRefused(Exception):
    """The token endpoint says no."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status


async def discovery(http: Request) -> Response:
    """The provider's description of itself."""
    issuer = provider_of(http).settings.issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end_session",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid"],
            "acr_values_supported": ["1", "2"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "ui_locales_supported": ["vi"],
            "authorization_response_iss_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "claims_supported": [
                *("sub", "TechID", "id_number", "full_name", "birth_date", "gender", "phone"),
                *("email", "address", "acr", "account_type", "org_tax_code", "org_name"),
            ],
        }
    )


async def keys(http: Request) -> Response:
    """The JSON Web Key Set."""
    return JSONResponse(provider_of(http).signer.key_set())


async def token(http: Request) -> Response:
    """A code for an access token and an id token."""
    provider = provider_of(http)
    try:
        given = await _form(http)
        _authenticate(http, given, provider)
        if "grant_type" not in given:
            raise TokenRefused("invalid_request", "grant_type is required")
        if given["grant_type"] != "authorization_code":
            raise TokenRefused("unsupported_grant_type", "only authorization_code")
        grant = _redeem(given, provider)
    except TokenRefused as fault:
        headers = dict(NEVER_STORED)
        if fault.status == 401:
            headers["www-authenticate"] = 'Basic realm="oidc"'
        told = {"error": fault.error, "error_description": str(fault)}
        return JSONResponse(told, fault.status, headers=headers)
    now = provider.now()
    access = provider.memory.tokens.put(
        AccessToken(person=grant.person, session=grant.session, expires_at=now + TOKEN_LIFE), now=now
    )
    grant.tokens.append(access)
    return JSONResponse(
        {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "scope": "openid",
            "id_token": provider.signer_in_use().sign(_id_claims(provider, grant, access)),
        },
        headers=NEVER_STORED,
    )


def _id_claims(provider: Provider, grant: Grant, access: str) -> dict[str, Any]:
    now = provider.now()
    nonce = grant.request.nonce
    if provider.faults.take(service="oidc", mode=Mode.WRONG_NONCE):
        nonce = nonce[::-1] + "x"
    return {
        "iss": provider.settings.issuer,
        "sub": grant.person.tech_id,
        "aud": provider.settings.client_id,
        "iat": seconds(now),
        "exp": seconds(now + timedelta(seconds=ID_TOKEN_SECONDS)),
        "auth_time": seconds(grant.auth_time),
        "nonce": nonce,
        "acr": str(grant.person.level),
        "amr": ["otp"],
        "at_hash": at_hash(access),
        "sid": grant.session[:16],
        "account_type": grant.person.account_type,
    }


async def _form(http: Request) -> dict[str, str]:
    kind = http.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "the body must be application/x-www-form-urlencoded")
    if http.url.query:
        raise TokenRefused("invalid_request", "parameters belong in the body")
    given: dict[str, str] = {}
    for name, value in (await http.form()).multi_items():
        if name in given or not isinstance(value, str):
            raise TokenRefused("invalid_request", f"repeated parameter: {name}")
        given[name] = value
    return given


def _authenticate(http: Request, given: dict[str, str], provider: Provider) -> None:
    basic = _basic(http)
    if basic and "client_secret" in given:
        raise TokenRefused("invalid_request", "authenticate the client in one way only")
    name, secret = basic or (given.get("client_id", ""), given.get("client_secret", ""))
    right = hmac.compare_digest(name.encode(), provider.settings.client_id.encode())
    right &= hmac.compare_digest(secret.encode(), provider.settings.client_secret.encode())
    if not right:
        raise TokenRefused("invalid_client", "unknown client or wrong secret", status=401)
    if given.get("client_id", name) != name:
        raise TokenRefused("invalid_request", "client_id differs from the authenticated client")


def _basic(http: Request) -> tuple[str, str] | None:
    header = http.headers.get("authorization", "")
    if not header:
        return None
    kind, _, encoded = header.partition(" ")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenRefused("invalid_client", "the header cannot be read", status=401) from None
    if kind.lower() != "basic":
        raise TokenRefused("invalid_client", "only Basic", status=401)
    return unquote_plus(name), unquote_plus(secret)


def _redeem(given: dict[str, str], provider: Provider) -> Grant:
    for needed in ("code", "redirect_uri", "code_verifier"):
        if not given.get(needed):
            raise TokenRefused("invalid_request", f"{needed} is required")
    now = provider.now()
    grant = provider.memory.codes.get(given["code"], now=now)
    if grant is None:
        raise TokenRefused("invalid_grant", "unknown code")
    if grant.used:
        for spent in grant.tokens:
            provider.memory.tokens.drop(spent)
        raise TokenRefused("invalid_grant", "the code was used before; its tokens are revoked")
    grant.used = True
    if now > grant.usable_until:
        raise TokenRefused("invalid_grant", "the code has expired")
    if given["redirect_uri"] != grant.request.redirect_uri:
        raise TokenRefused("invalid_grant", "redirect_uri differs from the authorization request")
    verifier = given["code_verifier"]
    if not VERIFIER.fullmatch(verifier) or challenge_of(verifier) != grant.request.challenge:
        raise TokenRefused("invalid_grant", "code_verifier does not match")
    return grant


async def userinfo(http: Request) -> Response:
    """What the e-ID tells about the person."""
    provider = provider_of(http)
    header = http.headers.get("authorization", "")
    if not header:
        return Response(status_code=401, headers={"www-authenticate": 'Bearer realm="oidc"'})
    kind, _, value = header.partition(" ")
    held = provider.memory.tokens.get(value, now=provider.now()) if kind.lower() == "bearer" else None
    if held is None:
        return JSONResponse(
            {"error": "invalid_token", "error_description": "unknown, expired or revoked"},
            401,
            headers={"www-authenticate": 'Bearer realm="oidc", error="invalid_token"'},
        )
    return JSONResponse(held.person.claims(), headers=NEVER_STORED)


async def end_session(http: Request) -> Response:
    """Sign the person out here and go back to the service."""
    provider = provider_of(http)
    given = await http.form() if http.method == "POST" else http.query_params
    target = str(given.get("post_logout_redirect_uri", ""))
    hint = str(given.get("id_token_hint", ""))
    client = str(given.get("client_id", ""))
    settings = provider.settings
    sub = None
    if hint:
        try:
            claims = provider.signer.read_hint(hint, issuer=settings.issuer, audience=settings.client_id)
        except BadHint:
            return page("stop.html", status=400, sentence="Lời yêu cầu đăng xuất không đúng người gửi.")
        sub = claims["sub"]
    known = bool(hint) or client == settings.client_id
    if client not in ("", settings.client_id) or (
        target and (not known or target not in settings.logout_uris)
    ):
        return page("stop.html", status=400, sentence="Địa chỉ quay lại sau khi đăng xuất chưa đăng ký.")
    key = http.cookies.get(SESSION_COOKIE, "")
    session = provider.memory.sessions.get(key, now=provider.now())
    if session and sub in (None, session.person.tech_id):
        provider.memory.end_session(key)
    if not target:
        response: Response = page("signed_out.html")
    else:
        state = str(given.get("state", ""))
        query = "?" + urlencode({"state": state}) if state else ""
        response = RedirectResponse(target + query, 303)
    response.delete_cookie(SESSION_COOKIE, path="/oidc")
    return response


routes = [
    Route("/.well-known/openid-configuration", discovery),
    Route("/jwks", keys),
    Route("/token", token, methods=["POST"]),
    Route("/userinfo", userinfo, methods=["GET", "POST"]),
    Route("/end_session", end_session, methods=["GET", "POST"]),
]
