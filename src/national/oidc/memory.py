"""Everything of a sign-in that lives for minutes: visits, sessions, codes, access tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from national.oidc.requests import SignInRequest
from national.people import Person

VISIT_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(hours=8)
CODE_LIFE = timedelta(seconds=60)
TOKEN_LIFE = timedelta(minutes=15)
WRONG_CODES_ALLOWED = 5


class _Mortal(Protocol):
    @property
    def expires_at(self) -> datetime: ...


Kind = TypeVar("Kind", bound=_Mortal)


class Shelf(Generic[Kind]):
    """Things kept by an unguessable key until they expire."""

    def __init__(self) -> None:
        self._held: dict[str, Kind] = {}

    def put(self, thing: Kind, *, now: datetime) -> str:
        """Keep a thing, sweep out the dead, and give back its key."""
        self._held = {key: held for key, held in self._held.items() if held.expires_at > now}
        key = secrets.token_urlsafe(32)
        self._held[key] = thing
        return key

    def get(self, key: str, *, now: datetime) -> Kind | None:
        """The thing under a key while it lives."""
        thing = self._held.get(key)
        return thing if thing and thing.expires_at > now else None

    def drop(self, key: str) -> None:
        """Forget a thing."""
        self._held.pop(key, None)

    def items(self) -> list[tuple[str, Kind]]:
        """All that is kept."""
        return list(self._held.items())


@dataclass(kw_only=True)
class Visit:
    """A person between the authorization request and its answer, tied to one browser."""

    request: SignInRequest
    browser: str
    expires_at: datetime
    person: Person | None = None
    wrong_codes: int = 0


@dataclass(kw_only=True)
class Session:
    """A browser in which a person has signed in."""

    person: Person
    auth_time: datetime
    expires_at: datetime


@dataclass(kw_only=True)
class Grant:
    """An authorization code and what it stands for."""

    request: SignInRequest
    person: Person
    auth_time: datetime
    session: str
    expires_at: datetime
    usable_until: datetime
    used: bool = False
    tokens: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class AccessToken:
    """What opens userinfo for one person."""

    person: Person
    session: str
    expires_at: datetime


class Memory:
    """The four shelves."""

    def __init__(self) -> None:
        self.visits: Shelf[Visit] = Shelf()
        self.sessions: Shelf[Session] = Shelf()
        self.codes: Shelf[Grant] = Shelf()
        self.tokens: Shelf[AccessToken] = Shelf()

    def end_session(self, key: str) -> None:
        """End a session with every token issued in it."""
        self.sessions.drop(key)
        for token, held in self.tokens.items():
            if held.session == key:
                self.tokens.drop(token)
