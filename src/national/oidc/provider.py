"""The provider: its settings, memory, clock and signing key in one place."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from national.faults import Faults, Mode
from national.keys import KeyFolder
from national.oidc.memory import Memory
from national.oidc.tokens import Signer
from national.settings import Settings

BROWSER_COOKIE = "national_browser"
SESSION_COOKIE = "national_session"


class Provider:
    """One OpenID Connect provider."""

    def __init__(self, settings: Settings, keys: KeyFolder, faults: Faults) -> None:
        self.settings = settings
        self.faults = faults
        self.memory = Memory()
        self.signer = Signer(keys.rsa("oidc"))
        self._keys = keys

    def now(self) -> datetime:
        """The provider's time, UTC."""
        return self.faults.now("oidc")

    def signer_in_use(self) -> Signer:
        """Our signer, or a stranger posing under our key id while that fault is on."""
        if self.faults.take(service="oidc", mode=Mode.WRONG_SIGNATURE):
            stranger = Signer(self._keys.rsa("oidc-stranger"))
            stranger.kid = self.signer.kid
            return stranger
        return self.signer


def provider_of(http: Request) -> Provider:
    """The provider this request came to."""
    provider = http.app.state.provider
    if not isinstance(provider, Provider):
        raise TypeError("the application has no provider")
    return provider
