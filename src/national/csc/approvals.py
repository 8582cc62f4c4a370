"""What the owner of a key is asked on the phone, and the activation data a yes gives."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

ASK_LIFE = timedelta(minutes=5)
SAD_LIFE = timedelta(minutes=5)
KEPT = timedelta(hours=1)


class Answer(StrEnum):
    """Where a request for approval stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"


@dataclass(kw_only=True)
class Ask:
    """One request for approval, shown on the phone of `user`."""

    handle: str
    client: str
    credential: str
    user: str
    hashes: tuple[str, ...]
    """Base64 digests, in order; the activation data is good for these only."""
    hash_algorithm: str
    description: str
    asked_at: datetime
    answer: Answer = Answer.WAITING
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """Proves that the answer comes from the page that showed the request."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    sad_told: bool = False

    @property
    def expires_at(self) -> datetime:
        """When a silent owner counts as no."""
        return self.asked_at + ASK_LIFE


@dataclass(kw_only=True)
class Activation:
    """Signature activation data: one use, one credential, one client, these hashes."""

    sad: str
    client: str
    credential: str
    hashes: tuple[str, ...]
    expires_at: datetime


class Approvals:
    """Requests and activation data of this run."""

    def __init__(self) -> None:
        self._asks: dict[str, Ask] = {}
        self._activations: dict[str, Activation] = {}

    def ask(
        self,
        *,
        client: str,
        credential: str,
        user: str,
        hashes: tuple[str, ...],
        hash_algorithm: str,
        description: str,
        now: datetime,
    ) -> Ask:
        """Put a request on the phone."""
        self._asks = {key: held for key, held in self._asks.items() if held.asked_at > now - KEPT}
        made = Ask(
            handle=secrets.token_urlsafe(24),
            client=client,
            credential=credential,
            user=user,
            hashes=hashes,
            hash_algorithm=hash_algorithm,
            description=description,
            asked_at=now,
        )
        self._asks[made.handle] = made
        return made

    def find(self, handle: str, *, now: datetime) -> Ask | None:
        """A request, marked expired when its time is over."""
        ask = self._asks.get(handle)
        if ask and ask.answer is Answer.WAITING and ask.expires_at <= now:
            self._settle(ask, Answer.EXPIRED)
        return ask

    def of_user(self, user: str, *, now: datetime) -> list[Ask]:
        """Everything on one phone, newest first."""
        mine = [key for key, held in self._asks.items() if held.user == user]
        return [held for key in reversed(mine) if (held := self.find(key, now=now))]

    def decide(self, ask: Ask, *, token: str, yes: bool, now: datetime) -> bool:
        """The owner's answer; False when the request is no longer open or the token is wrong."""
        if not hmac.compare_digest(ask.token.encode(), token.encode()):
            return False
        current = self.find(ask.handle, now=now)
        if current is None or current.answer is not Answer.WAITING:
            return False
        self._settle(ask, Answer.APPROVED if yes else Answer.DENIED)
        return True

    def activate(self, ask: Ask, *, now: datetime) -> Activation:
        """Activation data for an approved request, told once."""
        ask.sad_told = True
        self._activations = {key: held for key, held in self._activations.items() if held.expires_at > now}
        made = Activation(
            sad=secrets.token_urlsafe(32),
            client=ask.client,
            credential=ask.credential,
            hashes=ask.hashes,
            expires_at=now + SAD_LIFE,
        )
        self._activations[made.sad] = made
        return made

    def spend(self, sad: str, *, now: datetime) -> Activation | None:
        """Take activation data out for its single use; whatever is tried with it, it is gone after."""
        held = self._activations.pop(sad, None)
        return held if held and held.expires_at > now else None

    def _settle(self, ask: Ask, answer: Answer) -> None:
        ask.answer = answer
        ask.answered.set()
