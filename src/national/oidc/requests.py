"""What a client asks at the authorization endpoint, checked to the letter.

Sources: OpenID Connect Core 1.0 §3.1.2, RFC 6749 §4.1, RFC 7636 (PKCE), OAuth 2.0 Security BCP (RFC 9700).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from national.settings import Settings

LEVELS = ("1", "2")
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST = 512


class Untrusted(Exception):
    """The client or its return address is not registered: tell the person, never redirect."""


class Refused(Exception):
    """The request cannot be met; the client is told by redirect."""

    def __init__(self, error: str, description: str, *, redirect_uri: str, state: str | None) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.redirect_uri = redirect_uri
        self.state = state


@dataclass(frozen=True, kw_only=True)
class SignInRequest:
    """A request that may go on to the sign-in page."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    challenge: str
    levels: tuple[str, ...]
    prompt: frozenset[str]
    max_age: int | None
    """Seconds since the person last confirmed who they are."""
    login_hint: str

    @property
    def needed_level(self) -> int:
        """The lowest level the client is content with."""
        return min((int(level) for level in self.levels), default=1)


def read(pairs: Iterable[tuple[str, str]], settings: Settings) -> SignInRequest:
    """Check a request; raises Untrusted or Refused."""
    given: dict[str, str] = {}
    repeated = set()
    for name, value in pairs:
        if name in given:
            repeated.add(name)
        given[name] = value
    if given.get("client_id") != settings.client_id or "client_id" in repeated:
        raise Untrusted("Dịch vụ này chưa đăng ký dùng định danh điện tử.")
    redirect_uri = given.get("redirect_uri", "")
    if redirect_uri not in settings.redirect_uris or "redirect_uri" in repeated:
        raise Untrusted("Địa chỉ quay lại của dịch vụ không khớp với địa chỉ đã đăng ký.")
    state = given.get("state") or None

    def refuse(error: str, description: str) -> Refused:
        return Refused(error, description, redirect_uri=redirect_uri, state=state)

    if repeated:
        raise refuse("invalid_request", f"repeated parameter: {sorted(repeated)[0]}")
    _refuse_unsupported(given, refuse)
    if state is None or len(state) > LONGEST:
        raise refuse("invalid_request", "state is required, at most 512 characters")
    nonce = given.get("nonce", "")
    if not nonce or len(nonce) > LONGEST:
        raise refuse("invalid_request", "nonce is required, at most 512 characters")
    if given.get("code_challenge_method") != "S256":
        raise refuse("invalid_request", "code_challenge_method must be S256")
    challenge = given.get("code_challenge", "")
    if not CHALLENGE.fullmatch(challenge):
        raise refuse("invalid_request", "code_challenge must be 43 base64url characters")
    return SignInRequest(
        client_id=settings.client_id,
        redirect_uri=redirect_uri,
        scope=given["scope"],
        state=state,
        nonce=nonce,
        challenge=challenge,
        levels=_levels(given, refuse),
        prompt=_prompt(given, refuse),
        max_age=_max_age(given, refuse),
        login_hint=given.get("login_hint", ""),
    )


def _refuse_unsupported(given: dict[str, str], refuse: Callable[[str, str], Refused]) -> None:
    if "request" in given:
        raise refuse("request_not_supported", "request objects are not supported")
    if "request_uri" in given:
        raise refuse("request_uri_not_supported", "request_uri is not supported")
    if "registration" in given:
        raise refuse("registration_not_supported", "registration is not supported")
    if "response_type" not in given:
        raise refuse("invalid_request", "response_type is required")
    if given["response_type"] != "code":
        raise refuse("unsupported_response_type", "only response_type=code")
    if given.get("response_mode", "query") != "query":
        raise refuse("invalid_request", "only response_mode=query")
    if "openid" not in given.get("scope", "").split(" "):
        raise refuse("invalid_scope", "scope must contain openid")


def _levels(given: dict[str, str], refuse: Callable[[str, str], Refused]) -> tuple[str, ...]:
    levels = tuple(given.get("acr_values", "").split())
    if not set(levels) <= set(LEVELS):
        raise refuse("invalid_request", "acr_values may name the levels 1 and 2")
    return levels


def _prompt(given: dict[str, str], refuse: Callable[[str, str], Refused]) -> frozenset[str]:
    prompt = frozenset(given.get("prompt", "").split())
    if not prompt <= PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise refuse("invalid_request", "prompt is not usable")
    return prompt


def _max_age(given: dict[str, str], refuse: Callable[[str, str], Refused]) -> int | None:
    if "max_age" not in given:
        return None
    if not given["max_age"].isascii() or not given["max_age"].isdigit():
        raise refuse("invalid_request", "max_age must be whole seconds")
    return int(given["max_age"])
